"""What is planted into files and blocks, and how the answer is read."""

from __future__ import annotations

from photoguard import formats
from photoguard.formats import _parts
from photoguard.formats._parts import Block, BlockKind
from photoguard.model import OutputFormat
from tests.formats.material import (
    TEXT,
    picture,
    saved,
    tiff,
)

DESCRIPTION = {0x010E: (2, 6, b"Aino!\0")}
EXIF = tiff(DESCRIPTION)
CITY = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:p="http://ns.adobe.com/photoshop/1.0/" p:City="Kotka"/>'
    b"</rdf:RDF></x:xmpmeta>"
)
XMP_HEADER = b"http://ns.adobe.com/xap/1.0/\0"
EXTENSION_HEADER = b"http://ns.adobe.com/xmp/extension/\0" + b"F" * 32
PIXELS = picture(64, 48)
JPEG = formats.encode(PIXELS, TEXT, OutputFormat.JPEG, 90)
PNG = formats.encode(PIXELS, TEXT, OutputFormat.PNG, 90)
WEBP = formats.encode(PIXELS, TEXT, OutputFormat.WEBP, 90)
INSIDE = saved(picture(16, 16), "JPEG")


def findings_in(untrusted: bytes) -> set[str]:
    """Return the findings of a file as "kind: where"."""
    return {f"{finding.kind}: {finding.where}" for finding in formats.findings(untrusted)}


def findings_of(kind: BlockKind, untrusted: bytes) -> set[str]:
    """Return the findings in one block as "kind: where"."""
    findings = _parts.unfold([Block(kind, untrusted, "here")]).findings
    return {f"{finding.kind}: {finding.where}" for finding in findings}
