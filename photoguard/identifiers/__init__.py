"""What in a text tells who somebody is: names, identity codes, numbers, addresses; pure.

Text that a picture shows was read by a program, which takes Å for A and 0 for O: it is
compared with its accents folded, and long names may differ by a letter. Text that staff
typed is searched as it stands.
"""

from __future__ import annotations

from photoguard.identifiers.codes import Hit, codes_in
from photoguard.identifiers.pictured import Known, Seen, identifying

__all__ = ["Hit", "Known", "Seen", "codes_in", "identifying"]
