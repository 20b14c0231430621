"""What every command shares: a mistake of ours is told as ours, and keeps its traceback."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sample

from activefeed import editor
from activefeed.problems import Exit


def _broken(*_: object, **__: object) -> None:
    raise ZeroDivisionError("the needle in the haystack")


@pytest.fixture(autouse=True)
def _without_debug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ACTIVEFEED_DEBUG")
    monkeypatch.setattr(editor, "check", _broken)


def test_a_mistake_of_ours_is_told_as_ours_and_kept_in_a_file(tmp_path: Path) -> None:
    said = sample.Sample(tmp_path).run("check")
    assert said.code == Exit.OURS
    assert said.err.startswith("error: activefeed itself has failed")
    assert "Traceback" not in said.err
    kept = re.search(r"makers: (\S+);", said.err)
    assert kept
    assert "the needle in the haystack" in Path(kept[1]).read_text("utf-8")
    Path(kept[1]).unlink()


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError, match="needle"):
        sample.Sample(tmp_path).run("check", "--debug")
