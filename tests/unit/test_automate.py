"""The texts that let a machine publish by itself are what cron, systemd and GitHub take."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from click.testing import CliRunner

from activefeed.cli import cli

KINDS = ("cron", "systemd", "github")
ZONE = "Europe/Berlin"
COMMAND = "activefeed publish web --quiet"


def template(kind: str, zone: str, target: str) -> str:
    """Return what the command shows, of a site in this zone."""
    frame = SimpleNamespace(zone=ZoneInfo(zone))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("activefeed.pipeline.sound_frame", lambda site: frame)
        return CliRunner().invoke(cli, ["automate", kind, target]).stdout


def units() -> dict[str, str]:
    """Return the two files of systemd by their names."""
    text = template("systemd", ZONE, "web")
    parts = re.split(r"^# ---- (\S+)\n", text, flags=re.MULTILINE)[1:]
    return {Path(name).name: part for name, part in zip(parts[::2], parts[1::2], strict=True)}


def workflow() -> dict[Any, Any]:
    found = yaml.safe_load(template("github", ZONE, "web"))
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_text_names_zone_and_target_and_no_placeholder_is_left(kind: str) -> None:
    text = template(kind, ZONE, "web")
    assert ZONE in text
    assert COMMAND in text
    assert not re.search(r"<\w+>", text)
    assert all(line.isascii() and len(line) <= 104 for line in text.splitlines())


@pytest.mark.parametrize("kind", KINDS)
def test_the_target_without_a_name_is_not_named(kind: str) -> None:
    assert "activefeed publish --quiet" in template(kind, ZONE, "")


@pytest.mark.parametrize("kind", KINDS)
def test_a_strange_name_stays_one_word(kind: str) -> None:
    assert "publish 'my web; ls' --quiet" in template(kind, ZONE, "my web; ls")


def test_cron_runs_every_hour_at_minute_six() -> None:
    lines = template("cron", ZONE, "web").splitlines()
    told = [line for line in lines if line and not line.startswith("#")]
    settings, (job,) = [line for line in told if "=" in line], told[-1:]
    assert settings == ["MAILTO=me@example.com", f"CRON_TZ={ZONE}"]
    *fields, command = job.split(maxsplit=5)
    assert fields == ["6", "*", "*", "*", "*"]
    assert command == f"cd /home/me/my-show && .venv/bin/{COMMAND}"
    assert "%" not in command  # which is the end of a line to cron


def test_systemd_makes_up_for_a_run_that_was_missed() -> None:
    assert set(units()) == {"activefeed.service", "activefeed.timer"}
    assert "\nPersistent=true\n" in units()["activefeed.timer"]
    assert f"\nOnCalendar=*-*-* *:06:00 {ZONE}\n" in units()["activefeed.timer"]
    assert f"\nExecStart=/home/me/my-show/.venv/bin/{COMMAND}\n" in units()["activefeed.service"]


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if not analyze:
        pytest.skip("there is no systemd-analyze on this machine")
    here = {
        "/home/me/my-show/.venv/bin/activefeed": sys.executable,
        "/home/me/my-show": str(tmp_path),
    }
    for name, text in units().items():
        for placeholder, real in here.items():
            text = text.replace(placeholder, real)  # noqa: PLW2901
        (tmp_path / name).write_text(text)
    timer = tmp_path / "activefeed.timer"
    done = subprocess.run(
        [analyze, "verify", "--man=no", str(tmp_path / "activefeed.service"), str(timer)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    # It also looks at the units of the machine, which are not ours.
    ours = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "active" in line]
    assert not ours
    when = re.search(r"OnCalendar=(.+)", timer.read_text())
    assert when
    said = subprocess.run(
        [analyze, "calendar", when[1]], capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stderr


def test_github_runs_every_hour_on_demand_and_once_at_a_time() -> None:
    made = workflow()
    triggers = made[True]  # what YAML makes of `on`
    assert triggers == {"schedule": [{"cron": "6 * * * *"}], "workflow_dispatch": None}
    assert made["concurrency"] == {"group": "activefeed", "cancel-in-progress": False}
    assert made["permissions"] == {"contents": "read"}


def test_github_has_audio_python_and_keys_before_it_publishes() -> None:
    checkout, python, install, publish = workflow()["jobs"]["publish"]["steps"]
    assert checkout["uses"].startswith("actions/checkout@")
    assert checkout["with"] == {"lfs": True}
    assert python["uses"].startswith("actions/setup-python@")
    assert install["run"].startswith("pip install ")
    assert publish["run"] == COMMAND
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "ACTIVEFEED_PURGE_TOKEN")
    assert publish["env"] == {name: f"${{{{ secrets.{name} }}}}" for name in names}
