"""The Tab key: commands, names of targets and slugs, in the shell that people use."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from activefeed.cli import cli

SRC = Path(__file__).parents[1] / "src"
SETTINGS = '[publish]\nto = "public"\n[publish.web]\nto = "s3://b"\n[publish.wide]\nto = "s3://w"\n'
needs_bash = pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash here")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what names are made of; nothing else in it needs to be right."""
    monkeypatch.chdir(tmp_path)
    for path, text in {
        "activefeed.toml": SETTINGS,
        "episodes/012-strong-hips.md": "---\ntitle: Hips\n---\n",
        "episodes/old/013-knees.md": "---\nslug: bent-knees\n---\n",
        "posts/2026-05-03-a-walk.md": "---\ntitle: A walk\n---\n",
        "posts/broken.md": "",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    return tmp_path


def offered(typed: str) -> list[str]:
    """Return what a shell is offered for the last word, in the way that it asks for it."""
    words = typed.split(" ")
    asked = {"COMP_WORDS": typed, "COMP_CWORD": str(len(words) - 1)}
    env = {**asked, "_ACTIVEFEED_COMPLETE": "bash_complete"}
    done = CliRunner().invoke(cli, [], prog_name="activefeed", env=env)
    assert (done.exit_code, done.stderr) == (0, "")
    return [line.partition(",")[2] for line in done.stdout.splitlines() if line]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("activefeed pub", ["publish"]),
        ("activefeed publish --dry", ["--dry-run"]),
        ("activefeed publish w", ["web", "wide"]),
        ("activefeed status wi", ["wide"]),
        ("activefeed withdraw ", ["a-walk", "bent-knees", "broken", "strong-hips"]),
        ("activefeed withdraw st", ["strong-hips"]),
        ("activefeed withdraw strong-hips we", ["web"]),
        ("activefeed completion ", ["bash", "fish", "zsh"]),
    ],
)
def test_words_are_finished(site: Path, typed: str, words: list[str]) -> None:
    assert sorted(offered(typed)) == words


def test_names_are_those_of_the_site_that_is_meant(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert offered("activefeed publish --site .. we") == ["web"]


@pytest.mark.parametrize("settings", [None, b"[publish", b"\xff", b"publish = 3", b"[site]"])
def test_what_cannot_be_read_offers_nothing_and_says_nothing(
    site: Path, settings: bytes | None
) -> None:
    file = site / "activefeed.toml"
    file.unlink() if settings is None else file.write_bytes(settings)
    assert offered("activefeed publish w") == []


@pytest.mark.parametrize(
    ("shell", "file"),
    [("bash", "~/.bashrc"), ("zsh", "~/.zshrc"), ("fish", "~/.config/fish/config.fish")],
)
def test_the_text_begins_with_where_it_goes(shell: str, file: str) -> None:
    done = CliRunner().invoke(cli, ["completion", shell])
    line = f'# To have it always, write in {file}: eval "$(activefeed completion {shell})"'
    assert done.stdout.splitlines()[0] == line
    assert "_ACTIVEFEED_COMPLETE" in done.stdout


@needs_bash
def test_the_tab_key_works_in_a_real_bash(site: Path) -> None:
    pexpect = pytest.importorskip("pexpect")
    program = site / "bin/activefeed"
    program.parent.mkdir()
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(SRC)!r})\n"
        "from activefeed.cli import main\nmain()\n"
    )
    program.chmod(0o755)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "PS1": "> ", "TERM": "dumb"}
    bash = pexpect.spawn("bash --norc --noprofile", env=env, encoding="utf-8", timeout=20)
    try:
        bash.sendline('eval "$(activefeed completion bash)"; echo rea""dy')
        bash.expect("ready")
        bash.send("activefeed pub\t")
        bash.expect("activefeed publish ")
        bash.send("we\t")
        bash.expect("web ")
    finally:
        bash.close(force=True)
