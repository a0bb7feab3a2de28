"""The sentences of the page, from the catalogue ``review``, for its scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.texts import say

if TYPE_CHECKING:
    from photoguard.model import Language

CODES = (
    "add_place",
    "all_but_these",
    "all_settled",
    "approve",
    "asked_again",
    "choose_place",
    "close",
    "close_help",
    "confirm",
    "copied",
    "copy_alt",
    "copy_caption",
    "copy_credit",
    "copy_hashtags",
    "copy_published",
    "counter",
    "describe_next",
    "down_step",
    "ended",
    "faces_hint",
    "faces_title",
    "filter_all",
    "filter_blocked",
    "filter_open",
    "filter_ready",
    "filter_settled",
    "filters",
    "gone",
    "group",
    "group_left",
    "group_not",
    "group_title",
    "help",
    "hidden_picture",
    "hide_it",
    "hold_original",
    "is_a_face",
    "keeping",
    "keys",
    "keys_all",
    "keys_faces",
    "keys_photo",
    "larger",
    "left",
    "left_hidden",
    "left_step",
    "loupe",
    "loupe_off",
    "loupe_on",
    "lower",
    "may_go_out",
    "mend_words",
    "move_and_size",
    "name_others",
    "narrower",
    "no_faces",
    "no_group",
    "nobody_of_name",
    "none_here",
    "not_a_face",
    "not_copied",
    "not_seen_yet",
    "nothing_to_undo",
    "one_moment",
    "outcome_approved",
    "outcome_blocked",
    "outcome_failed",
    "outcome_ready",
    "outcome_rejected",
    "outcome_review",
    "place_number",
    "point_at_them",
    "refused",
    "reject",
    "right_step",
    "session_channels",
    "session_event",
    "session_photographer",
    "session_title",
    "several_of_name",
    "show_again",
    "smaller",
    "spot",
    "state_doubt",
    "state_hidden",
    "state_kept",
    "state_not-face",
    "style",
    "taller",
    "texts_title",
    "undo",
    "undone",
    "unname",
    "up_step",
    "use_draft",
    "view_faces",
    "view_photos",
    "views",
    "who",
    "who_hint",
    "wider",
    "working",
)
"""What the scripts say; a test holds the list against them."""


def sentences(language: Language) -> dict[str, str]:
    """Return each sentence of the page by its code, placeholders in braces."""
    return {code: say(f"review.{code}", language, None, **_AS_THEY_ARE) for code in CODES}


_PLACEHOLDERS = (
    *("photo", "number", "state", "left", "total", "used", "short", "longest"),
    *("channels", "group", "people"),
)
_AS_THEY_ARE = {name: f"{{{name}}}" for name in _PLACEHOLDERS}
"""The scripts fill the placeholders in, so that each stands for itself here."""
