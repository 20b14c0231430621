"""Questions of init in a real terminal: answered, taken as they are, asked again, broken off."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from activefeed.problems import Exit

if sys.platform == "win32":
    pytest.skip("Windows has no terminals of this kind", allow_module_level=True)

from terminal.typist import ENTER, Typist


def settings(folder: Path) -> dict[str, dict[str, object]]:
    return tomllib.loads((folder / "activefeed.toml").read_text("utf-8"))


def test_each_question_is_asked_once_and_the_answers_are_in_the_settings(tmp_path: Path) -> None:
    person = Typist(tmp_path, "init", "quiet-web")
    person.types("The “quiet” \\ wéb 🎧", "Ann O'Dea", "ann@quiet.example", "education > how to")
    person.types("Asia/Tokyo", "fr")
    assert person.leaves() == Exit.DONE
    assert person.screen.count("?") == 6
    made = settings(tmp_path / "quiet-web")
    assert made["site"]["title"] == made["podcast"]["title"] == "The “quiet” \\ wéb 🎧"
    assert (made["site"]["timezone"], made["site"]["language"]) == ("Asia/Tokyo", "fr")
    assert made["podcast"]["apple_categories"] == ["Education > How To"]
    assert made["podcast"]["owner"] == {"name": "Ann O'Dea", "email": "ann@quiet.example"}
    assert made["people"] == {"ann-odea": {"name": "Ann O'Dea", "role": "host"}}


def test_enter_takes_what_is_shown_in_brackets(tmp_path: Path) -> None:
    person = Typist(tmp_path, "init", "quiet-web")
    person.types(*[ENTER] * 6)
    assert person.leaves() == Exit.DONE
    for shown in ("Quiet web", "Society & Culture", "Europe/Berlin", "de-AT"):
        assert f"[{shown}] > " in person.screen
    made = settings(tmp_path / "quiet-web")
    assert made["site"]["title"] == made["podcast"]["author"] == "Quiet web"
    assert (made["site"]["timezone"], made["site"]["language"]) == ("Europe/Berlin", "de-AT")
    assert made["podcast"]["apple_categories"] == ["Society & Culture"]
    assert "owner" not in made["podcast"]


def test_only_what_no_option_answers_is_asked(tmp_path: Path) -> None:
    given = ("--author", "Ann", "--timezone", "UTC", "--language", "en")
    person = Typist(tmp_path, "init", "notes", "--only", "blog", *given)
    person.types("Notes")
    assert person.leaves() == Exit.DONE
    assert settings(tmp_path / "notes")["site"]["title"] == "Notes"


def test_a_wrong_answer_is_explained_and_asked_again(tmp_path: Path) -> None:
    person = Typist(tmp_path, "init", "show")
    person.types("Show", "Ann", "ann", ENTER, "medicin")
    person.sees('did you mean "Health & Fitness > Medicine"?')
    person.types("Health & Fitness > Medicine", "Berlin", ENTER, "english")
    person.sees('"english" is not the code of a language')
    person.types("en")
    assert person.leaves() == Exit.DONE
    assert '"ann" is not a mail address (write name@clinic.example)' in person.screen
    assert '"Berlin" is not a time zone (write it by its city: "Europe/Berlin")' in person.screen
    made = settings(tmp_path / "show")
    assert made["podcast"]["apple_categories"] == ["Health & Fitness > Medicine"]
    assert (made["site"]["timezone"], made["site"]["language"]) == ("Europe/Berlin", "en")


def test_a_wrong_option_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    person = Typist(tmp_path, "init", "show", "--language", "english")
    assert person.leaves() == Exit.USAGE
    assert "?" not in person.screen
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("way", ["interrupts", "hangs_up"])
def test_who_breaks_off_finds_everything_as_it_was(tmp_path: Path, way: str) -> None:
    person = Typist(tmp_path, "init", "show")
    person.types("Show", "Ann")
    getattr(person, way)()
    assert person.leaves() == Exit.INTERRUPTED
    assert person.screen.splitlines()[-1] == "stopped; nothing was changed"
    assert not list(tmp_path.iterdir())


def test_a_folder_in_use_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("Dear Ann")
    person = Typist(tmp_path, "init")
    assert person.leaves() == Exit.USAGE
    assert "?" not in person.screen
    assert "activefeed init my-show" in person.screen
    assert [one.name for one in tmp_path.iterdir()] == ["letters.txt"]


def test_without_a_terminal_the_options_to_add_are_named(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "activefeed", "init", "show", "--title", "Show"]
    done = subprocess.run(
        command, cwd=tmp_path, input="Ann\n", capture_output=True, text=True, check=False
    )
    assert done.returncode == Exit.ANSWER
    assert done.stdout == ""
    fix = done.stderr.splitlines()[-1]
    assert fix.startswith('  fix: add: --author "" --email "" --category "Society & Culture" --t')
    assert not list(tmp_path.iterdir())
    more = fix.removeprefix("  fix: add: ")
    again = subprocess.run(
        f'"{sys.executable}" -m activefeed init show --title Show {more}', cwd=tmp_path,
        shell=True, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert (again.returncode, again.stderr) == (Exit.DONE, "")
    assert settings(tmp_path / "show")["site"]["title"] == "Show"
