"""Signs that letters were lost or changed when a table was saved in a wrong code page.

The byte for ä in Mac Roman is Š in Windows-1252, that in CP850 is a low quotation mark, and
UTF-8 that was encoded twice shows an Ã and a symbol. What such a name was is not certain, so
nothing is repaired: a table with such a sign is refused.
"""

from __future__ import annotations

import re

_LOW = "a-zà-öø-ÿ"
_HIGH = "A-ZÀ-ÖØ-Þ"
_LETTER = _LOW + _HIGH
_SYMBOLS = "¡¢£¤¥¦§¨©ª¬®¯°±²³µ¶¸¹º¼½¾¿€ƒ†‡ˆ‰‹›•˜™‚„\u0080-\u009f"

_ANYWHERE = re.compile(
    "|".join(
        (
            "\ufffd",
            # UTF-8 taken for Windows-1252, for Mac Roman or for CP850, and coded again
            "[ÂÃ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]",
            f"[Ä-ÖØ-ß][{_SYMBOLS}]",
            f"[ÅÄ]\u00a0[{_LOW}]",
            "â€|‚Ä|ÔÇ[ÿÖ£Øôö]|[\u0080-\u009f]",
            f"[√≈¬ƒ][^\\s\\w]|[√≈][{_LETTER}]|[{_LETTER}][√≈]",
            f"[\u2500-\u257f]\\S*[{_LETTER}]|[{_LETTER}][\u2500-\u257f]",
            # letters of a web page
            "&(?:[aeiouyAEIOUY](?:uml|acute|grave|circ)|[aA]ring|[oO]slash|szlig|#[0-9]{2,4});",
            # one byte a letter, taken for Windows-1252, and perhaps coded again since
            f"[{_LETTER}][{_SYMBOLS}][{_LETTER}]",
            f"[{_LOW}][ŠŒŽŸ]|[{_LETTER}][ŠŒŽŸ][{_LOW}]",
            f"[{_LETTER}][‚„†‡ˆ‰˜ƒ‹]",
        )
    )
)
"""Sequences of characters that no sound cell has, in any encoding."""

_ONE_BYTE = re.compile(
    "|".join(
        (
            f"[…†‡ˆ‰˜™›ƒ¢£¤¥¬¯±¸€][{_LETTER}]",
            f"[{_LETTER}][”“‘][{_LETTER}]|[{_LETTER}][–—][{_LOW}]",
        )
    )
)
"""Further suspect sequences in a file of one byte per letter; in UTF-8 they may be intended."""

_CLOSING = re.compile(f"[{_LETTER}][”“]")
_OPENING = re.compile("[„”“]")
_RARE = re.compile("[ŠšŽžŒœŸ]")
_COMMON = re.compile("[ÄÖÅäöå]")
_LOST = re.compile(r"(?:^[(\"'/-]?|[^\W\d_])\?[^\W\d_]")
_ADDRESS = re.compile(r"://|=|@|\bwww\.")


def is_garbled(cell: str) -> bool:
    """Tell whether letters of a cell were lost or changed; ``cell`` is unchanged text.

    A question mark inside a word counts as a lost letter, unless the word is an address.
    """
    if "?" in cell and any(_LOST.search(word) for word in _words(cell)):
        return True
    return not (cell.isascii() and "&" not in cell) and _ANYWHERE.search(cell) is not None


def is_garbled_cell_of_bytes(cell: str) -> bool:
    """Tell the same for a cell of a file with one byte per letter, read as Windows-1252."""
    if is_garbled(cell) or _ONE_BYTE.search(cell):
        return True
    closing = _CLOSING.search(cell)
    return closing is not None and not _OPENING.search(cell, 0, closing.start())


def is_of_another_page(text: str) -> bool:
    """Tell whether a file with one byte per letter is probably not in Windows-1252.

    Finnish and Swedish text is full of ä, ö and å; where these are missing but letters such
    as š or œ are there, these come from another code page.
    """
    return _RARE.search(text) is not None and _COMMON.search(text) is None


def is_left_over(cell: str) -> bool:
    """Tell whether letters of a cell were changed, in a file for which the above is true."""
    return is_garbled_cell_of_bytes(cell) or _RARE.search(cell) is not None


def _words(cell: str) -> list[str]:
    return [word for word in cell.split() if not _ADDRESS.search(word)]
