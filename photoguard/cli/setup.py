"""photoguard setup: asks four questions and writes the settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from photoguard.cli.speech import PATH, LocalisedCommand, language, option, speak, use
from photoguard.errors import ConfigurationError
from photoguard.files import printable
from photoguard.model import Language, Unit
from photoguard.model.answers import text_answer
from photoguard.settings.keys import KEYS, WrongValue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

ENDONYMS = {Language.FI: "suomi", Language.SV: "svenska", Language.EN: "English"}
"""Each language's own name."""


@dataclass(frozen=True, slots=True)
class SetupAnswers:
    """The answers to the questions of setup."""

    language: Language
    unit: Unit
    unit_name: str
    hashtags: tuple[str, ...] | None
    """None if the city has set them."""


@dataclass(frozen=True, slots=True)
class _Sources:
    """Where values come from; each maps a key of the settings to its value."""

    asked: Mapping[str, Any]
    """The command line's options."""
    before: Mapping[str, Any]
    """The settings file as it is so far."""
    decided: Mapping[str, Any]
    """What the city has set."""


@click.command(cls=LocalisedCommand, help="setup.help")
@option("--unit-name", help="setup.help_unit_name")
@option("--hashtag", "hashtags", multiple=True, help="setup.help_hashtag")
@option("--unit", type=click.Choice([each.value for each in Unit]), help="help.unit")
@option("--language", type=click.Choice([each.value for each in Language]), help="help.language")
@option("--yes", is_flag=True, help="setup.help_yes")
@option("--config", type=PATH, help="setup.help_config")
def setup(config: Path | None, **asked: Any) -> None:  # noqa: ANN401
    """Ask what the command line does not give, and write the settings."""
    _write(config, asked)
    click.echo(speak("setup.next"))


def first_time() -> None:
    """Ask all four questions and write the user's settings."""
    _write(None, {"unit_name": None, "hashtags": (), "unit": None, "language": None, "yes": False})


def _write(config: Path | None, asked: dict[str, Any]) -> None:
    from photoguard.settings.load import user_file
    from photoguard.settings.writing import store, valid_values

    place = config or user_file()
    before = valid_values(place)
    answered = _answers(asked, before)
    use(answered.language)
    values: dict[str, Any] = {"language": answered.language.value, "unit": answered.unit.value}
    values |= {key: value for key, value in before.items() if key not in values}
    values |= _named(before, answered)
    if answered.hashtags or (answered.hashtags is not None and "hashtags" in before):
        values["hashtags"] = list(answered.hashtags)
    backup = store(place, values, speak("setup.comment"))
    click.echo(speak("setup.written", place=printable(str(place))))
    if backup is not None:
        click.echo(speak("setup.backup", place=printable(str(backup))))


def _answers(asked: dict[str, Any], before: Mapping[str, Any]) -> SetupAnswers:
    """Return the answers: from the command line, else from the user, else defaults.

    What the city has set is not asked. Raises ConfigurationError.
    """
    from photoguard.settings.load import city_profile

    sources = _Sources(asked, before, city_profile().decided)
    spoken = _choose("language", list(Language), sources)
    use(Language(spoken))
    unit = _choose("unit", list(Unit), sources)
    return SetupAnswers(Language(spoken), Unit(unit), _name(sources), _hashtags(sources))


def _choose(key: str, choices: Sequence[str], sources: _Sources) -> str:
    """Return one of the choices; the user types its number or its name."""
    asked, decided = sources.asked, sources.decided
    words = {choice: _choice_text(key, choice) for choice in choices}
    if key in decided:
        click.echo(speak(f"setup.city_{key}", value=words[decided[key]]))
        return str(decided[key])
    default = str(sources.before.get(key) or (language() if key == "language" else choices[0]))
    if asked[key] or asked["yes"]:
        return str(asked[key] or default)
    click.echo(f"\n{speak(f'setup.ask_{key}')}")
    for number, choice in enumerate(choices, start=1):
        click.echo(f"  {number}  {words[choice]}")
    return _read_choice(list(words.items()), default)


def _choice_text(key: str, choice: str) -> str:
    return ENDONYMS[Language(choice)] if key == "language" else speak(f"setup.unit_{choice}")


def _read_choice(words: list[tuple[str, str]], default: str) -> str:
    offered = [choice for choice, _ in words].index(default) + 1
    while True:
        typed = str(click.prompt("", default=str(offered), prompt_suffix="> ")).strip().casefold()
        for number, (choice, word) in enumerate(words, start=1):
            if typed in {str(number), choice, word.casefold()}:
                return choice
        click.echo(speak("setup.choose_number", highest=len(words)), err=True)


def _name(sources: _Sources) -> str:
    """Return the unit's name, possibly ""; raises ConfigurationError for an invalid option."""
    asked, decided = sources.asked, sources.decided
    if "unit_name" in decided:
        click.echo(speak("setup.city_unit_name", value=decided["unit_name"].get(language(), "")))
        return ""
    default = _known_name(sources.before)
    if asked["unit_name"] is not None:
        if not _is_name(asked["unit_name"]):
            raise ConfigurationError("setup.wrong_name")
        return str(asked["unit_name"]).strip()
    if asked["yes"]:
        return default
    while True:
        click.echo(f"\n{speak('setup.ask_unit_name')}")
        typed = click.prompt("", default=default, show_default=bool(default), prompt_suffix="> ")
        if _is_name(str(typed)):
            return text_answer(str(typed).strip())
        click.echo(speak("setup.wrong_name"), err=True)


def _hashtags(sources: _Sources) -> tuple[str, ...] | None:
    """Return the hashtags for every caption; a dash means none. None if the city has set them."""
    from photoguard.captions import hashtag

    asked, decided = sources.asked, sources.decided
    if "hashtags" in decided:
        click.echo(speak("setup.city_hashtags", value=" ".join(decided["hashtags"])))
        return None
    offered = " ".join(map(str, sources.before.get("hashtags", ())))
    typed = " ".join(asked["hashtags"])
    if not typed and not asked["yes"]:
        click.echo(f"\n{speak('setup.ask_hashtags')}")
        typed = click.prompt("", default=offered, show_default=bool(offered), prompt_suffix="> ")
        typed = text_answer(typed)
    elif not typed:
        typed = offered
    words = (hashtag(word) for word in typed.replace(",", " ").split())
    return tuple(dict.fromkeys(word for word in words if word))


def _known_name(before: Mapping[str, Any]) -> str:
    name = before.get("unit_name", "")
    return str(name.get(language(), "")) if isinstance(name, dict) else str(name)


def _is_name(typed: str) -> bool:
    try:
        KEYS["unit_name"](typed)
    except WrongValue:
        return False
    return True


def _named(before: Mapping[str, Any], answered: SetupAnswers) -> dict[str, Any]:
    """Return the setting ``unit_name``: a table by language if other languages have names."""
    name = before.get("unit_name", "")
    if isinstance(name, dict):
        changed = {answered.language.value: answered.unit_name} if answered.unit_name else {}
        return {"unit_name": {**name, **changed}}
    return {"unit_name": answered.unit_name} if answered.unit_name else {}
