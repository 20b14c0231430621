"""Fixtures that more than one folder of tests uses; each server starts when it is first wanted."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
import servers
import warmth
from oddstore import OddStore, oddstore

pytest.register_assert_rewrite("cuts", "downloads")  # so that assertions say what they saw


os.environ["ACTIVEFEED_DEBUG"] = "1"  # a mistake of ours keeps its traceback in tests
assert warmth.SHARED.is_dir()  # from here on, and for all workers
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # so it is for what a script runs beside it
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def _seaweedfs() -> Iterator[tuple[servers.S3Server, servers.S3Server]]:
    with servers.seaweedfs() as both:
        yield both


@pytest.fixture(scope="session")
def seaweed(_seaweedfs: tuple[servers.S3Server, servers.S3Server]) -> servers.S3Server:
    """A real S3 server over http."""
    return _seaweedfs[0]


@pytest.fixture(scope="session")
def seaweed_tls(_seaweedfs: tuple[servers.S3Server, servers.S3Server]) -> servers.S3Server:
    """The same server over TLS; its buckets are the same too."""
    return _seaweedfs[1]


@pytest.fixture(scope="session")
def moto() -> Iterator[servers.S3Server]:
    """A lenient S3 server inside this process."""
    with servers.moto() as server:
        yield server


@pytest.fixture(scope="session")
def _odd() -> Iterator[OddStore]:
    with oddstore() as server:
        yield server


@pytest.fixture
def odd(_odd: OddStore) -> OddStore:
    """A quick S3 server inside this process, of which only the signatures are lenient; empty."""
    for what in (_odd.objects, _odd.uploads, _odd.log):
        what.clear()
    return _odd
