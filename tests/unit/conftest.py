"""Fixtures that more than one of these files uses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from downloads import PATH, SOUND
from flaky import Flaky, flaky


@pytest.fixture
def host() -> Iterator[Flaky]:
    with flaky({PATH: SOUND}) as here:
        yield here
