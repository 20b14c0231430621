"""The command line: what it teaches, what it answers, and the code that it leaves with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from activefeed import __version__, cli
from activefeed.problems import Exit

SITE = """\
[site]
id = "5b0c6a1e-6d0f-4d57-9a53-0f6c1f1b7a11"
title = "Clinic"
url = "https://clinic.example"
timezone = "Europe/Berlin"
search = false

[blog]
title = "Notes"
"""
POST = "---\ntitle: A walk\ndate: 2026-05-03\n---\nWe walked.\n"
PAST, NOW = "2026-05-02T12:00+02:00", "2026-11-22T12:00+00:00"


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


class Terminal:
    """Runs the command line in this process, in a site of its own."""

    def __init__(
        self, site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.site = site
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def run(self, *arguments: str) -> Done:
        self._monkeypatch.setattr(sys, "argv", ["activefeed", *arguments])
        code = 0
        try:
            cli.main()
        except SystemExit as left:
            code = int(left.code or 0)
        return Done(code, *self._capsys.readouterr())

    def write(self, path: str, text: str) -> None:
        (self.site / path).parent.mkdir(parents=True, exist_ok=True)
        (self.site / path).write_text(text, "utf-8")


@pytest.fixture
def terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    for name in ("NO_COLOR", "FORCE_COLOR", "CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    made = Terminal(tmp_path, monkeypatch, capsys)
    made.write("activefeed.toml", SITE)
    made.write("posts/walk.md", POST)
    return made


@pytest.mark.parametrize("arguments", [["--help"], ["-h"]])
def test_help_teaches_commands_and_exit_codes(terminal: Terminal, arguments: list[str]) -> None:
    done = terminal.run(*arguments)
    assert done.code == 0
    for name, command in cli.cli.commands.items():
        assert f"\n  {name} " in done.out
        assert command.get_short_help_str(limit=200) in " ".join(done.out.split())
    for code in Exit:
        assert f"{int(code)} " in done.out.split("Exit codes:")[1]


def test_help_of_a_command_explains_it(terminal: Terminal) -> None:
    done = terminal.run("publish", "--help")
    assert "Media go up before the pages" in " ".join(done.out.split())
    assert "--dry-run" in done.out


def test_the_version(terminal: Terminal) -> None:
    assert terminal.run("--version").out == f"activefeed, version {__version__}\n"


def test_a_word_that_is_no_command_gets_a_suggestion(terminal: Terminal) -> None:
    done = terminal.run("pubish")
    assert done.code == Exit.USAGE
    assert "No such command 'pubish'" in done.err
    assert "'publish'" in done.err
    done = terminal.run("publish", "--dryrun")
    assert done.code == Exit.USAGE
    assert "'--dry-run'" in done.err


@pytest.mark.parametrize("command", ["check", "build", "publish", "serve"])
def test_a_folder_without_settings_is_wrong_use(terminal: Terminal, command: str) -> None:
    (terminal.site / "empty").mkdir()
    done = terminal.run(command, "--site", "empty")
    assert done == Done(
        Exit.USAGE,
        "",
        "error: there is no activefeed.toml in empty\n"
        "  fix: run this in the folder of your site, the one with activefeed.toml\n",
    )


def test_check_answers_programs_with_every_problem(terminal: Terminal) -> None:
    terminal.write("posts/walk.md", POST.replace("2026-05-03", "3 Mai 2026"))
    terminal.write("posts/run.md", POST.replace("title: ", "titel: "))
    done = terminal.run("check", "--json", "--now", NOW)
    answer = json.loads(done.out)
    assert (done.code, done.err) == (Exit.CONTENT, "")
    assert set(answer) == {"command", "exit", "files", "problems", "fixed"}
    assert (answer["command"], answer["exit"], answer["files"]) == ("check", 1, 3)
    keys = {"severity", "code", "message", "fix", "file", "line", "column"}
    assert all(set(problem) == keys for problem in answer["problems"])
    assert {
        "severity": "error", "code": "not-a-date", "message": '"3 Mai 2026" is not a date',
        "fix": "write it as 2026-05-03 09:00", "file": "posts/walk.md", "line": 3, "column": 7,
    } in answer["problems"]  # fmt: skip
    assert {(p["file"], p["code"]) for p in answer["problems"]} == {
        ("posts/walk.md", "not-a-date"),
        ("posts/run.md", "missing-key"),
        ("posts/run.md", "unknown-key"),
    }


def test_a_failure_is_an_answer_too(terminal: Terminal) -> None:
    done = terminal.run("publish", "nowhere", "--json")
    answer = json.loads(done.out)
    assert (done.code, done.err) == (Exit.USAGE, "")
    assert set(answer) == {"command", "exit", "error"}
    assert (answer["command"], answer["exit"]) == ("publish", Exit.USAGE)
    assert "nowhere" in answer["error"]["message"]
    assert "[publish.nowhere]" in answer["error"]["fix"]


def test_results_go_to_stdout_and_problems_to_stderr(terminal: Terminal) -> None:
    good = terminal.run("check", "--now", NOW)
    assert (good.code, good.err) == (0, "")
    assert good.out
    terminal.write("posts/walk.md", POST.replace("2026-05-03", "3 Mai 2026"))
    bad = terminal.run("check", "--now", NOW)
    assert (bad.code, bad.out) == (Exit.CONTENT, "")
    assert bad.err.startswith('error: posts/walk.md:3:7: "3 Mai 2026" is not a date\n')


def test_publish_tells_once_and_then_in_one_line(terminal: Terminal) -> None:
    first = terminal.run("publish", "--now", NOW)
    assert (first.code, first.err) == (0, "")
    assert "activefeed serve" in first.out.splitlines()[-1]
    assert "Put it on the web: activefeed connect" in first.out
    again = terminal.run("publish", "--now", NOW)
    assert (again.code, again.err) == (0, "")
    assert len(again.out.splitlines()) == 1
    quiet = terminal.run("publish", "--quiet", "--now", NOW)
    assert quiet == Done(0, "", "")


def test_quiet_hides_no_error(terminal: Terminal) -> None:
    terminal.write("posts/walk.md", POST.replace("2026-05-03", "3 Mai 2026"))
    done = terminal.run("publish", "-q", "--now", NOW)
    assert done.code == Exit.CONTENT
    assert "is not a date" in done.err
    assert "Nothing was published." in done.err


def test_a_dry_run_changes_nothing_and_tells_whether_changes_wait(terminal: Terminal) -> None:
    plan = terminal.run("publish", "--dry-run", "--now", NOW)
    assert plan.code == 0
    assert '+ new       post "A walk"' in plan.out
    assert "blog/feed.xml" in plan.out
    assert not (terminal.site / "public").exists()
    waits = terminal.run("publish", "--dry-run", "--exit-code", "--now", NOW)
    assert waits.code == Exit.CHANGES
    terminal.run("publish", "--now", NOW)
    assert terminal.run("publish", "--dry-run", "--exit-code", "--now", NOW).code == Exit.DONE
    assert terminal.run("publish", "--exit-code").code == Exit.USAGE


def test_publish_has_the_same_keys_in_every_mode(terminal: Terminal) -> None:
    runs = [
        terminal.run("publish", "--json", "--now", NOW, *more)
        for more in ([], ["--dry-run"], ["--quiet"])
    ]
    terminal.write("posts/walk.md", "---\ntitle: A walk\n---\n")
    runs.append(terminal.run("publish", "--json", "--now", NOW))
    keys = [set(json.loads(run.out)) for run in runs]
    assert keys[0] >= {"command", "exit", "files", "problems", "place", "refusals", "published"}
    assert all(each == keys[0] for each in keys)
    assert [run.code for run in runs] == [0, 0, 0, Exit.CONTENT]


@pytest.mark.parametrize("kind", ["cron", "systemd", "github"])
def test_automate_shows_what_publishes_by_itself_in_the_zone_of_the_site(
    terminal: Terminal, kind: str
) -> None:
    before = set(terminal.site.rglob("*"))
    done = terminal.run("automate", kind, "web")
    assert (done.code, done.err) == (Exit.DONE, "")
    assert "Europe/Berlin" in done.out
    assert "activefeed publish web --quiet" in done.out
    assert set(terminal.site.rglob("*")) == before
    assert "activefeed publish --quiet" in terminal.run("automate", kind).out


def test_automate_knows_three_kinds(terminal: Terminal) -> None:
    done = terminal.run("automate", "windows")
    assert done.code == Exit.USAGE
    assert "'windows' is not one of 'cron', 'systemd', 'github'" in done.err
    assert terminal.run("automate").code == Exit.USAGE
    terminal.write("activefeed.toml", SITE.replace("Europe", "Europa"))
    assert terminal.run("automate", "cron").err == (
        "error: the settings cannot be read\n  fix: run: activefeed check\n"
    )


def test_now_decides_what_is_due(terminal: Terminal) -> None:
    terminal.run("build", "early", "--now", PAST)
    terminal.run("build", "late", "--now", NOW)
    assert not (terminal.site / "early/blog/walk.html").exists()
    assert (terminal.site / "late/blog/walk.html").exists()


@pytest.mark.parametrize(
    ("now", "words"),
    [("yesterday", "'yesterday' is not a time"), ("2026-05-03T09:00", "its distance from UTC"),
     ("2026-02-31T09:00+01:00", "is not a time")],
)  # fmt: skip
def test_a_bad_now_says_how_to_write_it(terminal: Terminal, now: str, words: str) -> None:
    done = terminal.run("check", "--now", now)
    assert done.code == Exit.USAGE
    assert words in done.err
    assert "2026-05-03T09:00+02:00" in done.err


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"NO_COLOR": "1"}, False), ({"CI": "1"}, False)],
)
def test_colour_follows_the_environment(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], coloured: bool
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    terminal.write("posts/walk.md", "---\ntitle: A walk\n---\n")
    done = terminal.run("check", "--now", NOW)
    assert ("\x1b[31merror:\x1b[0m" in done.err) == coloured
    assert "error" in done.err
    assert "\x1b" not in terminal.run("check", "--json").out


@pytest.mark.parametrize(
    ("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_a_terminal_gets_colour_unless_it_says_no(
    terminal: Terminal, environment: dict[str, str], coloured: bool
) -> None:
    pty = pytest.importorskip("pty")
    terminal.write("posts/walk.md", "---\ntitle: A walk\n---\n")
    ours, theirs = pty.openpty()
    subprocess.run(
        [sys.executable, "-m", "activefeed", "check", "--now", NOW],
        stderr=theirs,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "TERM": "xterm", **environment},
        check=False,
    )
    os.close(theirs)
    seen = os.read(ours, 10_000)
    os.close(ours)
    assert b"error" in seen
    assert (b"\x1b[31m" in seen) == coloured


def test_a_file_that_cannot_be_read_is_named_without_a_traceback(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", closed)
    done = terminal.run("check")
    assert done.code == Exit.CONTENT
    assert done.err.startswith("error: activefeed.toml: Permission denied")
    bug = OSError("no file in it")
    monkeypatch.setattr(Path, "read_bytes", lambda path: (_ for _ in ()).throw(bug))
    with pytest.raises(OSError, match="no file in it"):
        terminal.run("check")
