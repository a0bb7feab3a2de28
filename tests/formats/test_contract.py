"""What every format of the folder must do; a new file there is examined by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from photoguard import formats
from photoguard.errors import UnreadableError
from photoguard.model import FindingKind, Language, OutputFormat
from photoguard.texts import say
from tests.formats.material import FORMATS, TEXT, picture, saved

PIXELS = picture(24, 20)
SAMPLES = {
    "avif": saved(PIXELS, "AVIF"),
    "bmp": saved(PIXELS, "BMP"),
    "gif": saved(PIXELS, "GIF"),
    "jpeg": formats.encode(PIXELS, TEXT, OutputFormat.JPEG, 90),
    "png": formats.encode(PIXELS, TEXT, OutputFormat.PNG, 90),
    "tiff": saved(PIXELS, "TIFF", artist="Aino"),
    "webp": formats.encode(PIXELS, TEXT, OutputFormat.WEBP, 90),
    # A format that Pillow does not write brings a file of its name.
    **{path.stem: path.read_bytes() for path in (Path(__file__).parent / "samples").glob("*.*")},
}


def test_every_format_is_examined() -> None:
    """Each file of the folder knows one of the samples, and each sample one file."""
    for known in formats.formats():
        assert any(known.recognise(sample) for sample in SAMPLES.values())
    for name, sample in SAMPLES.items():
        assert [known.recognise(sample) for known in formats.formats()].count(name) == 1
        assert formats.recognise(sample[:64]) == name


def test_every_published_format_has_a_writer() -> None:
    """Whatever may be chosen can be written."""
    writers = [known.writer for known in formats.formats() if known.writer]
    assert {writer.output_format for writer in writers} == set(FORMATS)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_beginning_of_a_file(name: str) -> None:
    """A file that ends early anywhere is told or refused, never a crash."""
    sample = SAMPLES[name]
    for end in [*range(min(len(sample), 120)), *range(120, len(sample), 97)]:
        _asked(sample[:end])


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_changed_files(data: st.DataObject) -> None:
    """Whatever bytes are changed, nothing but a refusal is raised."""
    changed = bytearray(SAMPLES[data.draw(st.sampled_from(sorted(SAMPLES)))])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, max(0, len(changed) - 1)))
        changed[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=6))
    _asked(bytes(changed))


def _asked(untrusted: bytes) -> None:
    try:
        found = formats.findings(untrusted)
    except UnreadableError:
        found = ()
    assert all(finding.where.isprintable() for finding in found)
    formats.named_regions(untrusted, 6, (10, 10))
    formats.named_persons(untrusted)


@pytest.mark.parametrize("language", Language)
def test_every_kind_has_a_sentence(language: Language) -> None:
    """What can be found, and what can be refused, is said in every language."""
    for kind in FindingKind:
        assert say(f"findings.{kind}", language)
    for code in ("unrecognised", "text_too_long", "too_large_for_format"):
        assert say(f"formats.{code}", language, pixels=1)
        assert say(f"formats.{code}.remedy", language)


def test_unknown_formats() -> None:
    """What is no picture is refused with a sentence; it has neither names nor regions."""
    for untrusted in (b"", b"plain text", b"%PDF-1.7"):
        with pytest.raises(UnreadableError) as refused:
            formats.findings(untrusted)
        assert refused.value.code == "formats.unrecognised"
        assert formats.named_persons(untrusted) == ()
        assert formats.named_regions(untrusted, 1, (10, 10)) == ()
        assert formats.recognise(untrusted) is None
