"""Writes the winget manifest of an MSI: ``fill.py MSI FOLDER [ADDRESS]``.

The address is where the city's own package source, or a release, has the MSI.
"""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
IDENTIFIER = "Photoguard.Photoguard"
SCHEMA = "1.9.0"
LOCALES = {
    "en-GB": "Prepares photos of children and pupils for publication, on this computer only",
    "fi-FI": "Valmistelee lasten ja oppilaiden kuvat julkaistaviksi, vain tällä tietokoneella",
    "sv-FI": "Förbereder bilder av barn och elever för publicering, bara på den här datorn",
}
DEFAULT = "en-GB"


def main(msi: Path, folder: Path, address: str = "") -> None:
    """Write the version's, the installer's and each language's manifest."""
    version = re.search(r'__version__ = "(.+)"', (TOP / "photoguard/__init__.py").read_text())
    if version is None:
        sys.exit("no version")
    digest = hashlib.sha256(msi.read_bytes()).hexdigest().upper()
    folder.mkdir(parents=True, exist_ok=True)
    address = address or f"https://software.example/{msi.name}"
    for name, kind, lines in manifests(digest, address):
        text = [
            f"# yaml-language-server: $schema=https://aka.ms/winget-manifest.{kind}.{SCHEMA}.schema.json",
            f"PackageIdentifier: {IDENTIFIER}",
            f"PackageVersion: {version[1]}",
            *lines,
            f"ManifestType: {kind}",
            f"ManifestVersion: {SCHEMA}",
        ]
        (folder / f"{IDENTIFIER}{name}.yaml").write_text("\n".join(text) + "\n", "utf-8")


def manifests(digest: str, address: str) -> list[tuple[str, str, list[str]]]:
    """Return each manifest's ending, kind and own lines."""
    installer = [
        "InstallerType: wix",
        "Scope: machine",
        "InstallModes: [silent, silentWithProgress, interactive]",
        "UpgradeBehavior: install",
        "Commands: [photoguard]",
        "Installers:",
        "  - Architecture: x64",
        f"    InstallerUrl: {address}",
        f"    InstallerSha256: {digest}",
    ]
    spoken = [
        (
            f".locale.{locale}",
            "defaultLocale" if locale == DEFAULT else "locale",
            [
                f"PackageLocale: {locale}",
                "Publisher: The photoguard authors",
                "PackageName: photoguard",
                "License: Apache-2.0 AND MIT",
                f"ShortDescription: {sentence}",
            ],
        )
        for locale, sentence in LOCALES.items()
    ]
    return [
        ("", "version", [f"DefaultLocale: {DEFAULT}"]),
        (".installer", "installer", installer),
        *spoken,
    ]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
