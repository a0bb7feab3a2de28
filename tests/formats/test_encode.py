"""The writer: what stands in a published file, and what a stranger reads there."""

from __future__ import annotations

import io
import json
import subprocess
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from photoguard import formats
from photoguard.captions import xmp
from photoguard.errors import WriteError
from photoguard.formats._metadata import public_text
from photoguard.model import OutputFormat, PublicText
from tests.formats.material import EN, FI, FORMATS, SPARSE, SV, TEXT, picture

if TYPE_CHECKING:
    from pathlib import Path

ALLOWED = {
    "File": "BitsPerSample ColorComponents CurrentIPTCDigest EncodingProcess ExifByteOrder FileType"
    " FileTypeExtension ImageHeight ImageWidth MIMEType YCbCrSubSampling",
    "JFIF": "JFIFVersion ResolutionUnit XResolution YResolution",
    "PNG": "BitDepth ColorType Compression Filter ImageHeight ImageWidth Interlace",
    "RIFF": "HorizontalScale ImageHeight ImageWidth VP8Version VerticalScale WebP_Flags",
    "IFD0": "Artist Copyright ImageDescription",
    "IPTC": "ApplicationRecordVersion By-line Caption-Abstract CodedCharacterSet CopyrightNotice"
    " Credit",
    "Photoshop": "IPTCDigest",
    "XMP-dc": "Creator Description Rights",
    "XMP-photoshop": "Credit",
    "XMP-xmpRights": "Marked UsageTerms",
    "XMP-iptcCore": "AltTextAccessibility ExtDescrAccessibility",
    "XMP-plus": "DataMining",
    "Composite": "ImageSize Megapixels",
}
NOT_IN_THE_FILE = {"SourceFile", "ExifTool", "System"}


def _testimony(exiftool: str, path: Path) -> dict[str, object]:
    command = [exiftool, "-a", "-u", "-G1", "-ee3", "-j", "-struct", "-charset", "iptc=UTF8"]
    answer = subprocess.run([*command, str(path)], capture_output=True, check=True).stdout
    tags: dict[str, object] = json.loads(answer)[0]
    return {
        name: value for name, value in tags.items() if name.split(":")[0] not in NOT_IN_THE_FILE
    }


@pytest.fixture(params=FORMATS, ids=str)
def output_format(request: pytest.FixtureRequest) -> OutputFormat:
    """Every format that is published."""
    return OutputFormat(request.param)


def test_same_arguments_give_the_same_bytes(output_format: OutputFormat) -> None:
    """Two encodes of one picture and its words are byte-equal."""
    pixels = picture()
    first = formats.encode(pixels, TEXT, output_format, 90)
    assert first == formats.encode(pixels.copy(), TEXT, output_format, 90)


def test_pixels_arrive(output_format: OutputFormat) -> None:
    """A stranger's decoder sees the picture that was handed in."""
    pixels = picture(301, 97)
    written = formats.encode(pixels, TEXT, output_format, 95)
    with Image.open(io.BytesIO(written)) as seen:
        assert (seen.mode, seen.size) == ("RGB", (301, 97))
        difference = np.abs(np.asarray(seen).astype(int) - pixels)
    assert difference.mean() < (1 if output_format is OutputFormat.PNG else 6)


def test_only_allowed_tags(exiftool: str, tmp_path: Path, output_format: OutputFormat) -> None:
    """Exiftool sees no tag that is not on the allowlist."""
    path = tmp_path / "picture"
    path.write_bytes(formats.encode(picture(), TEXT, output_format, 90))
    for name in _testimony(exiftool, path):
        group, _, tag = name.partition(":")
        tag = tag.removesuffix("-fi").removesuffix("-sv").removesuffix("-en")
        assert tag in ALLOWED.get(group, "").split(), name


def test_umlauts_arrive_in_every_family(
    exiftool: str, tmp_path: Path, output_format: OutputFormat
) -> None:
    """Every metadata family of the format holds ÅÄÖ, right in every language."""
    path = tmp_path / "picture"
    path.write_bytes(formats.encode(picture(), TEXT, output_format, 90))
    seen = _testimony(exiftool, path)
    assert seen["XMP-dc:Creator"] == [TEXT.creator]
    assert seen["XMP-photoshop:Credit"] == TEXT.credit
    alternatives = {"x-default": TEXT.alt_text[FI]} | {
        str(language): text for language, text in TEXT.alt_text.items()
    }
    for language, text in alternatives.items():
        suffix = "" if language == "x-default" else f"-{language}"
        for name in ("XMP-dc:Description", "XMP-iptcCore:AltTextAccessibility"):
            assert seen[name + suffix] == text
    assert seen["XMP-xmpRights:UsageTerms-sv"] == TEXT.usage_terms[SV]
    assert seen["XMP-iptcCore:ExtDescrAccessibility"] == TEXT.description[FI]
    assert seen["XMP-plus:DataMining"] == xmp.DATA_MINING_PROHIBITED
    assert seen["IFD0:Artist"] == TEXT.creator
    assert seen["IFD0:Copyright"] == TEXT.rights[FI]
    assert seen["IFD0:ImageDescription"] == TEXT.alt_text[FI]
    if output_format is OutputFormat.JPEG:
        assert seen["IPTC:By-line"] == TEXT.creator
        assert "IPTC:Credit" not in seen  # 32 bytes would end inside the name
        assert seen["IPTC:CopyrightNotice"] == TEXT.rights[FI]
        assert seen["IPTC:Caption-Abstract"] == TEXT.alt_text[FI]
        assert seen["Photoshop:IPTCDigest"] == seen["File:CurrentIPTCDigest"]


def test_sparse_words(exiftool: str, tmp_path: Path, output_format: OutputFormat) -> None:
    """Words that are not known leave no empty field behind."""
    path = tmp_path / "picture"
    path.write_bytes(formats.encode(picture(), SPARSE, output_format, 90))
    seen = _testimony(exiftool, path)
    written = {name for name in seen if name.startswith(("XMP", "IFD0", "IPTC", "Photoshop"))}
    written -= {"XMP-photoshop:Credit", "XMP-plus:DataMining", "XMP-xmpRights:Marked"}
    iim = {"CodedCharacterSet", "ApplicationRecordVersion", "Credit"}
    own_iim = {f"IPTC:{name}" for name in iim} | {"Photoshop:IPTCDigest"}
    assert written == (own_iim if output_format is OutputFormat.JPEG else set())


def test_no_words_at_all() -> None:
    """A picture without any word is written without empty blocks."""
    silent = PublicText(language=EN, credit="")
    for output_format in FORMATS:
        written = formats.encode(picture(), silent, output_format, 90)
        assert b"Exif" not in written
        assert b"8BIM" not in written
        assert formats.findings(written) == ()


def test_own_files_hold_no_findings(output_format: OutputFormat) -> None:
    """What the writer writes is harmless to the reader, small and odd sizes included."""
    for size in ((160, 120), (1, 1), (7, 3), (16, 17), (9, 64)):
        for text in (TEXT, SPARSE):
            written = formats.encode(picture(*size), text, output_format, 90)
            assert formats.findings(written) == ()
            assert formats.recognise(written[:64]) == output_format.value


def test_too_large_for_the_format() -> None:
    """A picture with too long a side is refused with a sentence, not by the encoder."""
    for output_format, longest in ((OutputFormat.JPEG, 65500), (OutputFormat.WEBP, 16383)):
        pixels = np.zeros((1, longest + 1, 3), np.uint8)
        with pytest.raises(WriteError) as refused:
            formats.encode(pixels, SPARSE, output_format, 90)
        assert refused.value.code == "formats.too_large_for_format"


def test_too_long_for_a_segment() -> None:
    """Words that do not fit into a JPEG segment are refused with a sentence."""
    text = PublicText(language=FI, credit="", description={FI: "ä" * 40_000})
    with pytest.raises(WriteError) as refused:
        formats.encode(picture(), text, OutputFormat.JPEG, 90)
    assert refused.value.code == "formats.text_too_long"
    assert formats.encode(picture(), text, OutputFormat.PNG, 90)


@settings(deadline=None)
@given(word=st.text(alphabet=st.sampled_from("aä€😀 :/-"), max_size=60), longest=st.integers(0, 40))
def test_what_is_shortened_keeps_whole_words(word: str, longest: int) -> None:
    """A word that is too long for IIM ends with … behind a whole word, within its bytes."""
    word = xmp.plain(word)
    short = public_text.shortened(word, longest)
    assert len(short.encode()) <= longest
    if len(word.encode()) <= longest:
        assert short == word
    elif short:
        kept = short.removesuffix("…")
        assert short != kept
        assert word.startswith(kept)
        assert word[len(kept)] in " /,;–-"


@pytest.mark.parametrize(
    ("credit", "creator", "written"),
    [
        ("Kuva: lapsi / Päiväkoti Kuusenkerkkä", "", "Kuva: lapsi / Päiväkoti…"),
        ("Kuva: Åsa Öberg / Lappeenrannan kaupunki", "Åsa Öberg", "Kuva: Åsa Öberg…"),
        ("Foto: Maija Virtanen / Villmanstrands stad", "Maija Virtanen", "Foto: Maija Virtanen…"),
        ("Kuva: Anna-Maria Kokkonen-Lehtonen / Kaupunki", "Anna-Maria Kokkonen-Lehtonen", None),
        ("Kuva: Kesäpäiväkotiyhdistyksenhoitaja", "", None),
        ("Kuva: Åsa Öberg / Lahden kaupun", "Åsa Öberg", "Kuva: Åsa Öberg / Lahden…"),
    ],
)
def test_a_long_credit_is_shortened_or_left_out_of_iim(
    tmp_path: Path, exiftool: str, credit: str, creator: str, written: str | None
) -> None:
    """IIM's 32 bytes never end inside a word or a name; XMP has credit and creator whole."""
    path = tmp_path / "picture.jpg"
    text = PublicText(language=FI, credit=credit, creator=creator)
    path.write_bytes(formats.encode(picture(), text, OutputFormat.JPEG, 90))
    seen = _testimony(exiftool, path)
    assert seen.get("IPTC:Credit") == written
    assert seen["XMP-photoshop:Credit"] == credit
    assert seen.get("XMP-dc:Creator", [""]) == [creator]
    assert seen.get("IPTC:By-line", "") in {"", creator}
    assert formats.findings(path.read_bytes()) == ()


def test_half_a_name_is_no_by_line(tmp_path: Path, exiftool: str) -> None:
    """A name longer than 32 bytes stands in XMP and EXIF alone."""
    name = "Anna-Maria Kokkonen-Lehtonen-Pääskynen"
    path = tmp_path / "picture.jpg"
    text = PublicText(language=FI, credit="Kuva: lapsi", creator=name)
    path.write_bytes(formats.encode(picture(), text, OutputFormat.JPEG, 90))
    seen = _testimony(exiftool, path)
    assert "IPTC:By-line" not in seen
    assert seen["XMP-dc:Creator"] == [name]
    assert seen["IFD0:Artist"] == name


@settings(max_examples=60, deadline=None)
@given(
    words=st.lists(st.text(max_size=40), min_size=5, max_size=5),
    language=st.sampled_from((FI, SV, EN)),
)
def test_any_words_are_known_again(words: list[str], language: str) -> None:
    """Whatever staff type, the file is written, and its words are known as our own."""
    text = PublicText(
        language=FI if language == "fi" else SV,
        credit=words[0],
        creator=words[1],
        rights={FI: words[2]},
        usage_terms={SV: words[2], EN: words[3]},
        alt_text={FI: words[3], EN: words[4]},
        description={SV: words[4]},
    )
    written = formats.encode(picture(8, 8), text, OutputFormat.JPEG, 90)
    assert formats.findings(written) == ()
