"""``activefeed schema``: what may be written, shown, or put into a site for its author's editor."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
import sitemaker
from click.testing import CliRunner, Result

from activefeed.cli import cli
from activefeed.content import jsonschema
from activefeed.problems import Exit


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["schema", *words], catch_exceptions=False)


@pytest.mark.parametrize("kind", jsonschema.KINDS)
def test_it_shows_one(kind: str) -> None:
    assert json.loads(run(kind).stdout) == jsonschema.of(kind)


def test_it_offers_all_that_there_are_and_shows_the_settings_unasked() -> None:
    (kind,) = [one for one in cli.commands["schema"].params if isinstance(one, click.Argument)]
    assert isinstance(kind.type, click.Choice)
    assert tuple(kind.type.choices) == jsonschema.KINDS
    assert run().stdout == run("settings").stdout


def test_programs_get_it_as_their_answer() -> None:
    answer = json.loads(run("page", "--json").stdout)
    assert answer == {"command": "schema", "exit": 0, "schema": jsonschema.of("page")}


def test_it_is_written_into_a_site_once(tmp_path: Path) -> None:
    site = str(sitemaker.make(tmp_path).root)
    first, again = run("--write", "--site", site), run("--write", "--site", site)
    paths = [f".activefeed/schemas/{kind}.json" for kind in jsonschema.KINDS]
    assert first.stdout == "".join(f"Written: {path}\n" for path in paths)
    assert again.stdout == "Nothing changed: .activefeed/schemas/ is as it should be.\n"
    assert json.loads(run("--write", "--site", site, "--json").stdout)["written"] == []
    for kind, path in zip(jsonschema.KINDS, paths, strict=True):
        assert json.loads((tmp_path / path).read_text("utf-8")) == jsonschema.of(kind)


def test_it_is_written_into_nothing_but_a_site(tmp_path: Path) -> None:
    done = run("--write", "--site", str(tmp_path))
    assert done.exit_code == Exit.USAGE
    assert "there is no activefeed.toml" in done.stderr
    assert not list(tmp_path.iterdir())
