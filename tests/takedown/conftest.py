"""A show with one talk that is to go, in a folder and in a bucket, published over some time."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from goner import Place, live_through, make_place
from sample import Sample
from servers import S3Server

from activefeed.publish.store import FolderStore


@pytest.fixture(scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = make_place(tmp_path_factory.mktemp("withdraw") / "site")
    live_through(place)
    return place


@pytest.fixture
def folder(_folder: Place, tmp_path: Path) -> Place:
    """A site with a finished public/."""
    root = tmp_path / "site"
    shutil.copytree(_folder.site.root, root, symlinks=True)
    return Place(Sample(root), "", FolderStore(root / "public", "public/"))


@pytest.fixture
def login(seaweed: S3Server, seaweed_tls: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Server:
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    for name, value in seaweed.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SSL_CERT_FILE", seaweed_tls.ca_bundle)
    return seaweed


@pytest.fixture
def bucket(login: S3Server, tmp_path: Path) -> Place:
    """The same in a bucket."""
    place = make_place(tmp_path / "site", login)
    live_through(place)
    return place


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest) -> Place:
    found: Place = request.getfixturevalue(request.param)
    return found
