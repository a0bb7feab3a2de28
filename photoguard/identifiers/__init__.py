"""Finds what identifies a person in a text: names, identity codes, numbers, addresses; pure.

Text in a picture was recognised by a program that may read Å as A and 0 as O: it is compared
without accents, and long names may differ by a letter. Text typed by staff is searched as it
is.
"""

from __future__ import annotations

from photoguard.identifiers.codes import Hit, codes_in
from photoguard.identifiers.pictured import Known, Seen, identifying

__all__ = ["Hit", "Known", "Seen", "codes_in", "identifying"]
