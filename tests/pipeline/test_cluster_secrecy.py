"""A run on a cluster speaks to its scheduler alone, and encrypted beyond this computer."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import witness
from tests.pipeline.clusters import Cluster, needs_dask
from tests.pipeline.photos import small

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TLS = "DASK_DISTRIBUTED__COMM__TLS__"


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder of three small photos."""
    needs_dask()
    for number in range(3):
        small(tmp_path / "photos" / f"{number}.jpg", 200 + number)
    return tmp_path / "photos"


def _certificate(place: Path, name: str) -> tuple[Path, Path]:
    """Make a certificate that vouches for itself, and its key."""
    needs_dask()
    certificate, key = place / f"{name}.pem", place / f"{name}.key"
    openssl = [witness("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    files = ["-subj", f"/CN={name}", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*openssl, *files], check=True, capture_output=True, timeout=60)
    return certificate, key


def _prepare(
    photos: Path,
    address: str,
    environment: Mapping[str, str] | None = None,
    before: tuple[str, ...] = (),
) -> subprocess.CompletedProcess[str]:
    words = [*before, sys.executable, "-m", "photoguard", "prepare", str(photos), "--quiet"]
    return subprocess.run(
        [*words, "--scheduler", address],
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, **(environment or {})},
    )


def _of(certificate: Path, key: Path) -> dict[str, str]:
    """Return how Dask is told of a client's certificate."""
    files = {"CA_FILE": certificate, "CLIENT__CERT": certificate, "CLIENT__KEY": key}
    return {f"{TLS}{name}": str(path) for name, path in files.items()}


def test_a_cluster_with_certificates(photos: Path, tmp_path: Path) -> None:
    """With its certificate a computer is served; with another one, or with none, it is not."""
    place = tmp_path / "cluster"
    place.mkdir()
    own, stranger = _certificate(tmp_path, "cluster"), _certificate(tmp_path, "stranger")
    flags = ("--tls-ca-file", str(own[0]), "--tls-cert", str(own[0]), "--tls-key", str(own[1]))
    with Cluster(place, "tls", flags) as cluster:
        cluster.add_workers(1)
        refused = _prepare(photos, cluster.address, _of(*stranger))
        assert (refused.returncode, "does not answer" in refused.stderr) == (3, True)
        bare = _prepare(photos, cluster.address.replace("tls", "tcp"))
        assert bare.returncode == 3
        assert not list((tmp_path / "photos-photoguard").glob("*/*.jpg"))
        text = _prepare(photos, cluster.address, _of(*own))
        assert text.returncode == 0, text.stderr + cluster.log()


def test_a_run_speaks_to_its_scheduler_only(photos: Path, tmp_path: Path) -> None:
    """The program that prepares has one way out, to the address it was given; it never listens."""
    place = tmp_path / "cluster"
    place.mkdir()
    trace = tmp_path / "trace"
    strace = (witness("strace"), "-f", "--seccomp-bpf", "-e", "trace=network", "-o", str(trace))
    with Cluster(place) as cluster:
        cluster.add_workers(1)
        text = _prepare(photos, cluster.address, before=strace)
        assert text.returncode == 0, text.stderr + cluster.log()
    calls = trace.read_text("utf-8", "replace")
    reached = set(
        re.findall(r'connect\(.*sin_port=htons\((\d+)\), sin_addr=inet_addr\("([^"]+)"\)', calls)
    )
    assert reached == {(str(cluster.port), "127.0.0.1")}
    assert not re.findall(r"connect\(.*AF_INET6|listen\(|sendto\(.*AF_INET", calls)
