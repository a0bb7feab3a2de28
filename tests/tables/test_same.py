"""One table says one thing, whatever program wrote it and whatever the file claims of itself."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape

from hypothesis import given, settings
from hypothesis import strategies as st

from photoguard.tables.reading import read
from photoguard.tables.values import ExpectedTable
from tests.tables.books import MAIN, Sheet, book, letters

HEADINGS = ("Nimi", "Luokka", "Huoltaja 1", "Lupa (Instagram, Facebook; blogi)", "Ei kuviin")
KNOWN = ExpectedTable(frozenset({"nimi", "luokka", "huoltaja 1", "ei kuviin"}))
TEXTS = st.sampled_from(
    [
        "",
        "x",
        "kyllä",
        "ei",
        "Aino Mäkelä",
        "Åsa O'Malli",
        "5B",
        "kyllä / ei",
        "a; b, c",
        'sanoi "hei"',
    ]
)
LINES = st.lists(
    st.tuples(st.sampled_from(["Väinö", "Otso Malli", "Siiri, Koe"]), TEXTS, TEXTS, TEXTS, TEXTS),
    min_size=1,
    max_size=6,
)


@dataclass(frozen=True)
class Manner:
    """How a program writes a workbook."""

    claim: str
    shared: bool
    backwards: bool
    title: bool
    others: tuple[str, ...]


MANNERS = st.builds(
    Manner,
    claim=st.sampled_from(["", "A1", "A1:B2", "A1:D9", "C3:E4", "A1:XFD1048576"]),
    shared=st.booleans(),
    backwards=st.booleans(),
    title=st.booleans(),
    others=st.lists(st.sampled_from(["hidden", "veryHidden"]), max_size=2).map(tuple),
)


def as_workbook(lines: list[tuple[str, ...]], manner: Manner) -> bytes:
    """The table as a workbook."""
    strings: list[str] = []

    def one(number: int, place: int, text: str) -> str:
        reference = f'r="{letters(place)}{number}"'
        if not manner.shared:
            return f'<c {reference} t="inlineStr"><is><t>{escape(text)}</t></is></c>'
        strings.append(text)
        return f'<c {reference} t="s"><v>{len(strings) - 1}</v></c>'

    found = [("Luvat",)] if manner.title else []
    written = []
    for number, line in enumerate([*found, HEADINGS, *lines], 1):
        cells = [one(number, place, text) for place, text in enumerate(line) if text]
        ordered = reversed(cells) if manner.backwards else cells
        written.append(f'<row r="{number}">{"".join(ordered)}</row>')
    ordered_rows = reversed(written) if manner.backwards else written
    items = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
    sheets = [
        Sheet('<row r="1"><c r="A1"><v>1</v></c></row>', f"h{n}", state)
        for n, state in enumerate(manner.others)
    ]
    sheets.insert(len(sheets) // 2, Sheet("".join(ordered_rows), "5B", dimension=manner.claim))
    return book(*sheets, more={"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{items}</sst>'})


def as_text(lines: list[tuple[str, ...]], separator: str, *, title: bool) -> str:
    """The table as CSV, every cell in quotation marks as some programs have it."""
    found = [("Luvat",)] if title else []
    return "".join(
        separator.join('"{}"'.format(text.replace('"', '""')) for text in line) + "\r\n"
        for line in [*found, HEADINGS, *lines]
    )


def trimmed(line: tuple[str, ...]) -> tuple[str, ...]:
    """A row without the empty cells at its end."""
    filled = [place for place, text in enumerate(line) if text]
    return line[: filled[-1] + 1]


@settings(max_examples=60, deadline=None)
@given(lines=LINES, manner=MANNERS)
def test_every_workbook_of_a_table_says_the_same(
    lines: list[tuple[str, ...]], manner: Manner
) -> None:
    """Claims, order, shared texts, titles and hidden sheets change nothing of what is read."""
    table = read(as_workbook(lines, manner), KNOWN)
    assert (table.headings, table.sheet) == (HEADINGS, "5B")
    assert [row.cells for row in table.rows] == [trimmed(line) for line in lines]
    passed = 1 if manner.title else 0
    assert [row.number for row in table.rows] == [n + 2 + passed for n in range(len(lines))]
    assert len(table.notices) == passed + bool(manner.others)


@settings(max_examples=60, deadline=None)
@given(
    lines=LINES,
    separator=st.sampled_from([";", ",", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"]),
    title=st.booleans(),
)
def test_every_text_of_a_table_says_the_same(
    lines: list[tuple[str, ...]], separator: str, encoding: str, *, title: bool
) -> None:
    """Separators, code pages and titles change nothing of what is read."""
    content = as_text(lines, separator, title=title).encode(encoding)
    table = read(content, KNOWN)
    assert table.headings == HEADINGS
    assert [row.cells for row in table.rows] == [trimmed(line) for line in lines]
