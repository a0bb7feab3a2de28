"""The small frozen values that every part of the package uses.

``Pixels`` is a type only: import it under ``TYPE_CHECKING``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoguard.lazy import importing

if TYPE_CHECKING:
    from photoguard.model.accounts import Duty, Figures, Holder
    from photoguard.model.choices import (
        Action,
        Cover,
        FindingKind,
        Language,
        Outcome,
        OutputFormat,
        Role,
        Style,
        TextKind,
        Unit,
    )
    from photoguard.model.consent import (
        AccountOwner,
        Answer,
        Capacity,
        Channel,
        Guardian,
        Noted,
        Permission,
        PermissionKind,
        Person,
        PersonKind,
        Photographer,
        Record,
        Stage,
    )
    from photoguard.model.geometry import (
        Box,
        Face,
        NamedRegion,
        Region,
    )
    from photoguard.model.geometry import Pixels as Pixels
    from photoguard.model.settled import (
        NOTHING_SETTLED,
        Added,
        Named,
        NotAFace,
        Settled,
        Step,
        Verdict,
    )
    from photoguard.model.values import (
        Caption,
        Doubt,
        Finding,
        Localised,
        PhotoNotes,
        Plan,
        PlannedFace,
        PlannedText,
        PublicText,
        Reason,
        Sight,
        TextPlace,
    )

__all__ = [
    "NOTHING_SETTLED",
    "AccountOwner",
    "Action",
    "Added",
    "Answer",
    "Box",
    "Capacity",
    "Caption",
    "Channel",
    "Cover",
    "Doubt",
    "Duty",
    "Face",
    "Figures",
    "Finding",
    "FindingKind",
    "Guardian",
    "Holder",
    "Language",
    "Localised",
    "Named",
    "NamedRegion",
    "NotAFace",
    "Noted",
    "Outcome",
    "OutputFormat",
    "Permission",
    "PermissionKind",
    "Person",
    "PersonKind",
    "PhotoNotes",
    "Photographer",
    "Plan",
    "PlannedFace",
    "PlannedText",
    "PublicText",
    "Reason",
    "Record",
    "Region",
    "Role",
    "Settled",
    "Sight",
    "Stage",
    "Step",
    "Style",
    "TextKind",
    "TextPlace",
    "Unit",
    "Verdict",
]

__getattr__ = importing(
    __name__,
    {
        "accounts": ("Duty", "Figures", "Holder"),
        "choices": (
            "Action",
            "Cover",
            "FindingKind",
            "Language",
            "Outcome",
            "OutputFormat",
            "Role",
            "Style",
            "TextKind",
            "Unit",
        ),
        "consent": (
            "AccountOwner",
            "Answer",
            "Capacity",
            "Channel",
            "Guardian",
            "Noted",
            "Permission",
            "PermissionKind",
            "Person",
            "PersonKind",
            "Photographer",
            "Record",
            "Stage",
        ),
        "geometry": ("Box", "Face", "NamedRegion", "Region"),
        "settled": ("NOTHING_SETTLED", "Added", "Named", "NotAFace", "Settled", "Step", "Verdict"),
        "values": (
            "Caption",
            "Doubt",
            "Finding",
            "Localised",
            "PhotoNotes",
            "Plan",
            "PlannedFace",
            "PlannedText",
            "PublicText",
            "Reason",
            "Sight",
            "TextPlace",
        ),
    },
)
