"""Builds the template with which IT manages photoguard's settings by Windows group policy.

The ADMX file defines the policies, and one ADML file per language holds their sentences.
Both are generated from the settings' keys, so that no setting can be missing. Microsoft
describes the format in "Group Policy: Registry Extension Encoding", [MS-GPREG], section 7.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from photoguard.model import Language
from photoguard.settings import Limits, Settings
from photoguard.settings.group_policy import PARTS, PLACE
from photoguard.settings.keys import (
    KEYS,
    Boolean,
    Line,
    Lines,
    OneOf,
    Prefix,
    Table,
    Translated,
    WholeNumber,
)
from photoguard.texts import say

if TYPE_CHECKING:
    from pathlib import Path

    from photoguard.settings.keys import ValueCheck

CULTURES = {Language.FI: "fi-FI", Language.SV: "sv-SE", Language.EN: "en-US"}
"""Windows' name for each language, which is also the folder of its ADML file."""
NAME = "photoguard"
_SCHEMA = "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions"
_MOST = 999_999_999
"""The largest number that Windows' policy editor accepts by default."""
_POLICIES = {key: kind for key, kind in KEYS.items() if key != "locked"}


def write_template(folder: Path) -> tuple[Path, ...]:
    """Write the ADMX and ADML files into a folder; return their paths. Raises OSError."""
    written = []
    for path, root in [
        (folder / f"{NAME}.admx", _definitions()),
        *((folder / CULTURES[each] / f"{NAME}.adml", _resources(each)) for each in Language),
    ]:
        path.parent.mkdir(parents=True, exist_ok=True)
        ET.indent(root)
        ET.ElementTree(root).write(path, "utf-8", xml_declaration=True)
        written.append(path)
    return tuple(written)


def _definitions() -> ET.Element:
    root = ET.Element("policyDefinitions", xmlns=_SCHEMA, revision="1.0", schemaVersion="1.0")
    spaces = ET.SubElement(root, "policyNamespaces")
    ET.SubElement(spaces, "target", prefix=NAME, namespace="Photoguard.Policies")
    ET.SubElement(root, "resources", minRequiredRevision="1.0")
    supported = ET.SubElement(ET.SubElement(root, "supportedOn"), "definitions")
    ET.SubElement(supported, "definition", name="any", displayName="$(string.supported)")
    categories = ET.SubElement(root, "categories")
    ET.SubElement(categories, "category", name=NAME, displayName="$(string.category)")
    policies = ET.SubElement(root, "policies")
    for key, kind in _POLICIES.items():
        _define(policies, key, kind)
    return root


def _define(policies: ET.Element, key: str, kind: ValueCheck) -> None:
    policy = ET.SubElement(
        policies,
        "policy",
        {"name": key, "class": "Machine", "key": PLACE},
        displayName=f"$(string.{key})",
        explainText=f"$(string.{key}_explained)",
    )
    if isinstance(kind, Boolean):
        policy.set("valueName", key)
    else:
        policy.set("presentation", f"$(presentation.{key})")
    ET.SubElement(policy, "parentCategory", ref=NAME)
    ET.SubElement(policy, "supportedOn", ref="any")
    if isinstance(kind, Boolean):
        for name, number in (("enabledValue", "1"), ("disabledValue", "0")):
            ET.SubElement(ET.SubElement(policy, name), "decimal", value=number)
        return
    elements = ET.SubElement(policy, "elements")
    for part in _parts(key, kind):
        _value(elements, part, kind)


def _parts(key: str, kind: ValueCheck) -> list[str]:
    """Return the names of the registry values that store a key."""
    if isinstance(kind, Translated):
        return [f"{key}{PARTS}{language.value}" for language in Language]
    if isinstance(kind, Table):
        return [f"{key}{PARTS}{each.name}" for each in fields(Limits)]
    return [key]


def _value(elements: ET.Element, name: str, kind: ValueCheck) -> None:
    """Add an element that defines the valid registry values under a name."""
    named = {"id": _id(name), "valueName": name}
    match kind:
        case OneOf(choices):
            element = ET.SubElement(elements, "enum", named, required="true")
            for choice in choices:
                shown = f"$(string.{_id(f'{name}_{choice}')})"
                item = ET.SubElement(element, "item", displayName=shown)
                ET.SubElement(ET.SubElement(item, "value"), "string").text = choice
        case WholeNumber(low, high, or_zero):
            low = 0 if or_zero else low
            bounds = {"minValue": str(low), "maxValue": str(high)}
            ET.SubElement(elements, "decimal", {**named, **bounds}, required="true")
        case Table():
            ET.SubElement(elements, "decimal", named, minValue="1", maxValue=str(_MOST))
        case Lines():
            ET.SubElement(elements, "multiText", named, required="true")
        case Translated(longest):
            ET.SubElement(elements, "text", named, maxLength=str(longest))
        case Line(longest) | Prefix(longest):
            ET.SubElement(elements, "text", named, required="true", maxLength=str(longest))
        case _:
            raise TypeError(kind)


def _id(name: str) -> str:
    """Return a name reduced to the characters that the schema allows in an id."""
    return name.replace(PARTS, "_").replace("-", "_")


def _resources(language: Language) -> ET.Element:
    root = ET.Element(
        "policyDefinitionResources", xmlns=_SCHEMA, revision="1.0", schemaVersion="1.0"
    )
    ET.SubElement(root, "displayName").text = NAME
    ET.SubElement(root, "description").text = say("admx.description", language)
    resources = ET.SubElement(root, "resources")
    strings = ET.SubElement(resources, "stringTable")
    presentations = ET.SubElement(resources, "presentationTable")
    _string(strings, "category", NAME)
    _string(strings, "supported", say("admx.supported", language))
    for key, kind in _POLICIES.items():
        _string(strings, key, key)
        _string(strings, f"{key}_explained", _explained(key, kind, language))
        for choice in kind.choices if isinstance(kind, OneOf) else ():
            _string(strings, _id(f"{key}_{choice}"), choice)
        if not isinstance(kind, Boolean):
            presentation = ET.SubElement(presentations, "presentation", id=key)
            for part in _parts(key, kind):
                _field(presentation, part, kind)
    return root


def _string(strings: ET.Element, name: str, text: str) -> None:
    ET.SubElement(strings, "string", id=name).text = text


def _explained(key: str, kind: ValueCheck, language: Language) -> str:
    """Return the help text: what a setting does, valid values, and that users cannot change it."""
    sentences = [say(f"admx.{key}", language)]
    if isinstance(kind, Lines):
        sentences.append(say("admx.a_line_each", language))
    if isinstance(kind, WholeNumber) and kind.or_zero:
        sentences.append(f"0, {kind.low}–{kind.high}.")
    sentences.append(say("admx.locked", language))
    return "\n\n".join(sentences)


def _field(presentation: ET.Element, name: str, kind: ValueCheck) -> None:
    """Add the editor's input field for a value; numbers start at the program's default."""
    key, _, part = name.partition(PARTS)
    match kind:
        case OneOf():
            box = ET.SubElement(presentation, "dropdownList", refId=_id(name), noSort="true")
            box.set("defaultItem", "0")
            box.text = key
        case WholeNumber() | Table():
            default = getattr(Settings().limits, part) if part else getattr(Settings(), key)
            box = ET.SubElement(presentation, "decimalTextBox", refId=_id(name))
            box.set("defaultValue", str(default))
            box.text = part or key
        case Lines():
            ET.SubElement(presentation, "multiTextBox", refId=_id(name)).text = key
        case _:
            box = ET.SubElement(presentation, "textBox", refId=_id(name))
            ET.SubElement(box, "label").text = part or key
