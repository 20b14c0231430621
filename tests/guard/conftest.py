"""A show that was published, to be changed at will, and an address that may answer for it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import servers
from sample import Sample
from stories import make
from web import Web, web


@pytest.fixture(scope="module")
def _published(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    site = make(tmp_path_factory.mktemp("stories") / "site")
    assert site.publish().err == ""
    return site


@pytest.fixture
def site(_published: Sample, tmp_path: Path) -> Sample:
    """The show with its finished public/, to be changed at will."""
    shutil.copytree(_published.root, tmp_path / "site", symlinks=True)
    return Sample(tmp_path / "site")


@pytest.fixture
def domain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """A web server at an https address; nothing is there yet."""
    certificate = servers._make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with web(certificate) as made:
        yield made
