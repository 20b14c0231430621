"""Bad input and the exact report of it: each folder of sites-invalid/ is a test.

A fault's ``input/`` is laid over ``base/``, a site without a mistake. To write the reports anew
after a change of words (then read every one of them): UPDATE_EXPECTED=1 pytest <this file>
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from activefeed.cli import cli

SITES = Path(__file__).parent / "sites-invalid"
FAULTS = sorted(path.parent.name for path in SITES.glob("*/input"))
NOW = "2026-06-01T12:00+00:00"


def lay(fault: str, site: Path) -> Path:
    shutil.copytree(SITES / "base", site)
    if (SITES / fault / "input").is_dir():
        shutil.copytree(SITES / fault / "input", site, dirs_exist_ok=True)
    return site


def run(command: str, site: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, [command, *arguments, "--site", str(site), "--now", NOW])


def compare(fault: str, result: Result) -> None:
    expected = SITES / fault / "expected.txt"
    if os.environ.get("UPDATE_EXPECTED"):
        expected.parent.mkdir(exist_ok=True)
        expected.write_text(result.output, "utf-8", newline="\n")
    assert result.output == expected.read_text("utf-8")
    assert result.exit_code == (1 if "error:" in result.output else 0), result.exception


def test_the_base_has_no_mistake(tmp_path: Path) -> None:
    result = run("check", lay("base", tmp_path / "site"))
    assert (result.output, result.exit_code) == ("4 files read, nothing to mend.\n", 0)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_report_is(fault: str, tmp_path: Path) -> None:
    compare(fault, run("check", lay(fault, tmp_path / "site")))


def test_a_symbolic_link_must_not_leave_the_site(tmp_path: Path) -> None:
    site = lay("base", tmp_path / "site")
    secret = tmp_path / "secret.vtt"
    secret.write_text("WEBVTT\n")
    try:
        (site / "episodes" / "first.vtt").symlink_to(secret)
    except OSError:
        pytest.skip("this system lets us make no symbolic links")
    compare("link-leaves-site", run("check", site))


def test_four_faults_are_told_in_one_run(tmp_path: Path) -> None:
    said = run("check", lay("four-faults", tmp_path / "site")).output
    for fault in ("is not a date", "has the same address", "pixels", "there is no page"):
        assert fault in said
