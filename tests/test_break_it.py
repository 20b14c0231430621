"""The README's "Break it": what it says to paste is pasted, and answers what it says it answers."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import sample
from click.testing import CliRunner
from sample import ROOT, Sample

from activefeed import serve
from activefeed.cli import cli
from activefeed.problems import Exit

SHELL = shutil.which("bash")
pytestmark = pytest.mark.skipif(not SHELL, reason="there is no bash on this machine")
PYTHON = f"{shlex.quote(sys.executable)} -m activefeed"


@dataclass(frozen=True)
class Attempt:
    """What to paste, what it answers, and how to put it back."""

    paste: str
    answer: str
    back: str


def attempts() -> list[Attempt]:
    words = (ROOT / "README.md").read_text("utf-8").split("\n## Break it\n")[1].split("\n## ")[0]
    pattern = r"^```sh\n(.+?)^```\n+^```text\n(.+?)^```\n+(?:Put it back: `(.+?)`\n)?"
    found = re.findall(pattern, words, re.MULTILINE | re.DOTALL)
    return [Attempt(*one) for one in found]


def shown() -> list[str]:
    """Return the lines that the README says are shown by its first two commands."""
    words = (ROOT / "README.md").read_text("utf-8").partition("\n## ")[0]
    (block,) = re.findall(r"^```text\n(.+?)^```$", words, re.MULTILINE | re.DOTALL)
    return [line for line in block.splitlines() if line != "…"]


def paste(site: Sample, command: str) -> tuple[int, str]:
    """Run what a visitor pastes; return the exit code and what the terminal shows."""
    # The visitor's clock is not ours; the last --now counts, so that of the README does.
    here = command.replace(".venv/bin/activefeed publish", f"{PYTHON} publish --now {sample.NOW}")
    assert ".venv/" not in here
    done = subprocess.run(
        [str(SHELL), "-c", here],
        cwd=site.root,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def bodies(site: Sample) -> dict[str, bytes]:
    return {key: body for key, (body, _, _) in site.snapshot().items()}


def kept_in_git(site: Sample) -> dict[str, bytes]:
    """Return what an author has written, by path."""
    paths = {path.relative_to(site.root): path for path in site.root.rglob("*") if path.is_file()}
    made = {"public", ".activefeed"}
    return {str(p): full.read_bytes() for p, full in paths.items() if p.parts[0] not in made}


def served(site: Sample, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(serve, "run", lambda server, port, *_: port.close())
    said = CliRunner().invoke(cli, ["serve", "--site", str(site.root)]).stdout
    return re.sub(r":\d+/", ":8000/", said).splitlines()  # others may listen there


def test_three_attempts_to_hurt_subscribers_are_refused_as_the_readme_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = sample.copy(tmp_path / "site")
    code, said = paste(site, ".venv/bin/activefeed publish")
    assert code == Exit.DONE
    lines = iter([*said.splitlines(), *served(site, monkeypatch)])
    assert [one for one in shown() if one not in lines] == []  # and in this order
    before, ours = bodies(site), kept_in_git(site)
    assert len(attempts()) == 3
    for attempt in attempts():
        assert paste(site, attempt.paste) == (Exit.REFUSED, attempt.answer)
        kept = bodies(site)
        assert kept == {key: body for key, body in before.items() if key in kept}
        assert before.keys() - kept.keys() <= {"_activefeed/manifest.json"}  # which it deleted
        assert paste(site, attempt.back or "true") == (0, "")

    assert paste(site, ".venv/bin/activefeed publish --quiet")[0] == Exit.DONE
    after = bodies(site)
    assert after.keys() == before.keys()
    assert [key for key in after if after[key] != before[key]] == ["_activefeed/manifest.json"]
    again = paste(site, ".venv/bin/activefeed publish")
    assert again == (Exit.DONE, "Nothing changed: public/ is as it should be.\n")
    assert kept_in_git(site) == ours
