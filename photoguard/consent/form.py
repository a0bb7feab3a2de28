"""A plain form on paper that asks for permission: what for, where, and how it is withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoguard.pages import template

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Form:
    """What stands on a form; ``texts`` are its sentences by name, ready for print.

    ``matters`` are what is asked (be shown, own work, name), ``channels`` where. ``signers``
    are the lines to sign on.
    """

    language: str
    texts: Mapping[str, str]
    matters: tuple[str, ...]
    channels: tuple[str, ...]
    signers: tuple[str, ...]


def render(form: Form) -> str:
    """Return the form as one HTML page without scripts, links or pictures."""
    page = template("photoguard.consent", "form.html.j2", ".")
    return page.render(form=form, text=form.texts)
