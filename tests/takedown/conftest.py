"""A show with one talk that is to go, in a folder and in a bucket, published over some time."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import cuts
import pytest
from goner import Place, live_through, make_place
from proxy import Proxy
from sample import Sample
from servers import S3Server

from activefeed.publish.s3 import S3Store
from activefeed.publish.store import FolderStore


@pytest.fixture(scope="session")
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


def log_in(patch: pytest.MonkeyPatch, seaweed: S3Server, seaweed_tls: S3Server) -> None:
    patch.delenv("AWS_PROFILE", raising=False)
    for name, value in seaweed.environment.items():
        patch.setenv(name, value)
    patch.setenv("SSL_CERT_FILE", seaweed_tls.ca_bundle)


@pytest.fixture
def login(seaweed: S3Server, seaweed_tls: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Server:
    log_in(monkeypatch, seaweed, seaweed_tls)
    return seaweed


@pytest.fixture(scope="session")
def _bucket(
    seaweed: S3Server, seaweed_tls: S3Server, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Place, cuts.Place, cuts.Picture]:
    """The same in a bucket, and what to make of that again."""
    with pytest.MonkeyPatch.context() as patch:
        log_in(patch, seaweed, seaweed_tls)
        place = make_place(tmp_path_factory.mktemp("bucket") / "site", seaweed)
        live_through(place)
    assert isinstance(place.store, S3Store)
    address = urlsplit(seaweed.endpoint)
    server = str(address.hostname), address.port or 80
    there = cuts.Place(Proxy(seaweed.endpoint), place.store, place.store, server)
    return place, there, there.picture()


@pytest.fixture
def bucket(
    login: S3Server, _bucket: tuple[Place, cuts.Place, cuts.Picture], tmp_path: Path
) -> Place:
    """The same in a bucket."""
    place, there, picture = _bucket
    there.become(picture)
    shutil.copytree(place.site.root, tmp_path / "site", symlinks=True)
    return replace(place, site=Sample(tmp_path / "site"))


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest) -> Place:
    found: Place = request.getfixturevalue(request.param)
    return found
