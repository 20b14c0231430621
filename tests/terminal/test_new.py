"""A person at a terminal begins an episode: proposals, Ctrl+C, the editor."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sitemaker

pexpect: Any = pytest.importorskip("pexpect")  # not on Windows
Start = Callable[..., Any]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    sitemaker.make(tmp_path)

    def start(*words: str, **environment: str) -> Any:
        kept = {name: text for name, text in os.environ.items() if name not in {"VISUAL", "EDITOR"}}
        recording = str(sitemaker.AUDIO / "tagged.mp3")
        command = ["-m", "activefeed", "new", "episode", recording, *words]
        return pexpect.spawn(
            sys.executable, command, cwd=str(tmp_path), encoding="utf-8", timeout=60,
            env={**kept, "TERM": "xterm", **environment},
        )  # fmt: skip

    return start


def test_enter_takes_the_title_in_the_audio_and_the_editor_opens_the_new_file(
    start: Start, tmp_path: Path
) -> None:
    editor = tmp_path / "editor.sh"
    editor.write_text('#!/bin/sh\necho "Opened $(basename "$1")"\n')
    editor.chmod(0o755)
    screen = start(EDITOR=str(editor))
    screen.expect_exact("[Stärke, leise] > ")
    screen.sendline("")
    screen.expect("What is it about.*> ")
    screen.sendline("How to be quiet: softly.")
    screen.expect_exact("Made episodes/001-starke-leise.md, with episodes/001-starke-leise.mp3")
    screen.expect_exact("Opened 001-starke-leise.md")
    screen.expect(pexpect.EOF)
    screen.close()
    assert screen.exitstatus == 0
    text = (tmp_path / "episodes/001-starke-leise.md").read_text("utf-8")
    assert 'title: "Stärke, leise"\n' in text
    assert 'summary: "How to be quiet: softly."\n' in text


def test_ctrl_c_leaves_nothing_behind(start: Start, tmp_path: Path) -> None:
    screen = start()
    screen.expect_exact("[Stärke, leise] > ")
    screen.sendintr()
    screen.expect_exact("stopped; nothing was changed")
    screen.expect(pexpect.EOF)
    screen.close()
    assert screen.exitstatus == 130
    assert not list(tmp_path.glob("episodes/*"))
