"""``activefeed connect`` as somebody types it: questions, a secret that is not shown, Ctrl+C."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import pytest
import sitemaker
from oddstore import Logged, OddStore

from activefeed.desk import keys
from activefeed.problems import Exit

if TYPE_CHECKING:
    import pexpect
else:
    pexpect = pytest.importorskip("pexpect", reason="Windows has no such terminals")

SECRET = "hunter2/with+signs="


@dataclass(frozen=True, slots=True)
class Desk:
    """A site, a store, and a home with its file of access keys."""

    root: Path
    store: OddStore
    env: Mapping[str, str]

    @property
    def credentials(self) -> Path:
        return self.root.parent / ".aws" / "credentials"

    def start(self, *words: str) -> pexpect.spawn[str]:
        """Run the command at a terminal."""
        arguments = ["-m", "activefeed", "connect", *words, "--site", str(self.root)]
        return pexpect.spawn(
            sys.executable, arguments, env={**self.env}, encoding="utf-8", timeout=30,
            dimensions=(40, 200),
        )  # fmt: skip


@pytest.fixture
def desk(odd: OddStore, tmp_path: Path) -> Desk:
    sitemaker.make(tmp_path / "site")
    odd.objects.clear()
    odd.log.clear()
    env = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return Desk(tmp_path / "site", odd, {**env, "HOME": str(tmp_path), "NO_PROXY": "127.0.0.1"})


def answer(child: pexpect.spawn[str], question: str, typed: str) -> None:
    child.expect_exact(question)
    child.expect_exact("> ")
    child.sendline(typed)


def left(child: pexpect.spawn[str]) -> int:
    """Wait for the end and return the exit code."""
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus is not None
    return int(child.exitstatus)


def type_everything(desk: Desk, child: pexpect.spawn[str]) -> None:
    answer(child, "Where is your bucket", "there")
    answer(child, "write aws, r2, b2 or other", "other")
    answer(child, "What is the bucket called?", "b")
    answer(child, "What is the endpoint?", desk.store.endpoint)
    answer(child, "In which region is it?", "")
    answer(child, "At which address", f"{desk.store.endpoint}/b")
    answer(child, "What is the id of the access key?", "MYKEY")
    answer(child, "And its secret?", SECRET)


def test_what_is_typed_is_tried_kept_and_need_not_be_typed_again(desk: Desk) -> None:
    child = desk.start("web")
    seen = child.logfile_read = _Log()
    type_everything(desk, child)
    assert left(child) == Exit.DONE, seen.text
    assert SECRET not in seen.text
    assert "Next: activefeed publish web" in seen.text
    assert keys.profiles(desk.credentials) == {"b": ("MYKEY", SECRET)}
    written = (desk.root / "activefeed.toml").read_text("utf-8")
    assert tomllib.loads(written)["publish"]["web"]["profile"] == "b"
    assert SECRET not in written
    assert not desk.store.objects

    child = desk.start("web")
    seen = child.logfile_read = _Log()
    for question in ("Where is", "bucket called", "endpoint", "region", "address", "id", "secret"):
        answer(child, question, "")
    assert left(child) == Exit.DONE, seen.text
    assert SECRET not in seen.text
    assert (desk.root / "activefeed.toml").read_text("utf-8") == written
    assert keys.profiles(desk.credentials) == {"b": ("MYKEY", SECRET)}


def test_ctrl_c_at_a_question_changes_nothing(desk: Desk) -> None:
    before = (desk.root / "activefeed.toml").read_bytes()
    child = desk.start("--store", "other", "--bucket", "b")
    child.expect_exact("What is the endpoint?")
    child.expect_exact("> ")
    child.sendintr()
    child.expect_exact("stopped; nothing was changed")
    assert left(child) == Exit.INTERRUPTED
    assert (desk.root / "activefeed.toml").read_bytes() == before
    assert not desk.credentials.exists()
    assert not desk.store.log


def test_ctrl_c_in_the_middle_leaves_nothing_in_the_bucket(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, go_on = Event(), Event()

    def hold(request: Logged) -> None:
        if request.method == "GET" and request.key.endswith("index.html"):
            asked.set()
            go_on.wait(30)

    monkeypatch.setattr(desk.store, "before", hold)
    child = desk.start()
    type_everything(desk, child)
    assert asked.wait(30)
    assert len(desk.store.objects) == 3
    child.sendintr()
    child.expect_exact("^C")
    go_on.set()
    assert left(child) == Exit.INTERRUPTED
    assert not desk.store.objects


class _Log:
    """What a terminal showed."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None:
        """Nothing is kept back."""
