"""What a person sees, letter for letter; and that machines and quiet runs are left alone."""

from __future__ import annotations

import json
import re
from io import StringIO
from typing import Any

import pytest

from activefeed.console import Console, count, publication_data, site_data
from activefeed.pipeline import Rendered
from activefeed.problems import Location, Problem, Problems, UsageError
from activefeed.publish.compare import Difference
from activefeed.publish.lease import Holder
from activefeed.publish.plan import Step
from activefeed.publishing import Publication

DATE = Problem(
    "not-a-date",
    '"3 Mai 2026" is not a date',
    "write it as 2026-05-03 09:00",
    Location("episodes/042-quiet-web.md", 7, 7, 10, "date: 3 Mai 2026"),
)
SMALL = Problem("small-artwork", "the artwork is small", "", Location("a.jpg"), severe=False)


class Screen:
    """A console and what it wrote."""

    def __init__(self, **manners: bool) -> None:
        self.streams = StringIO(), StringIO()
        self.console = Console(self.streams[0], self.streams[1], **manners)

    @property
    def out(self) -> str:
        return self.streams[0].getvalue()

    @property
    def err(self) -> str:
        return self.streams[1].getvalue()


def rendered(*found: Problem) -> Rendered:
    return Rendered(Problems(found), 1, None, None)


def at(text: str, column: int, length: int = 1) -> Problem:
    return Problem("x", "wrong", "", Location("a.md", 7, column, length, text))


def test_a_problem_shows_its_place_and_what_to_type_instead() -> None:
    screen = Screen()
    screen.console.published(Publication(rendered(DATE), "public/"))
    assert screen.err == (
        'error: episodes/042-quiet-web.md:7:7: "3 Mai 2026" is not a date\n'
        "  7 | date: 3 Mai 2026\n"
        "    |       ^^^^^^^^^^\n"
        "  fix: write it as 2026-05-03 09:00\n"
        "\n"
        "1 error in 1 of 1 file. Nothing was published.\n"
    )
    assert screen.out == ""


def test_errors_and_warnings_are_counted_apart() -> None:
    screen = Screen()
    screen.console.checked(rendered(DATE, SMALL, at("b", 1)))
    assert "warning: a.jpg: the artwork is small\n" in screen.err
    assert screen.err.endswith("\n\n2 errors and 1 warning in 3 of 1 file.\n")


def test_a_line_without_a_column_has_no_caret() -> None:
    screen = Screen()
    screen.console.checked(rendered(at("title: A", 0)))
    assert screen.err.startswith("error: a.md:7: wrong\n  7 | title: A\n\n")


@pytest.mark.parametrize(
    ("text", "needle", "gap"),
    [
        ("title: A # B", "#", "         "),
        ("title: 背痛 # B", "#", "            "),
        ("title: 🔥 # B", "#", "          "),
        ("title: e\u0301a # B", "#", "          "),
        ("\ttitle: # B", "#", "\t       "),
        ("title: \u05e9\u05b8\u05dc\u05d5\u05dd # B", "#", " " * 12),
        ("title: a\u200fb\u200d # B", "#", " " * 10),
        ("title: \u0939\u0941\u0902 # B", "#", " " * 9),
    ],
    ids=["latin", "wide", "emoji", "combining", "tab", "leftward", "unseen signs", "vowel signs"],
)
def test_the_caret_stands_under_what_is_wrong(text: str, needle: str, gap: str) -> None:
    screen = Screen()
    screen.console.checked(rendered(at(text, text.index(needle) + 1, 3)))
    assert f"  7 | {text}\n    | {gap}^^^\n" in screen.err


@pytest.mark.parametrize(
    ("fault", "marks"),
    [("背痛", 4), ("e\u0301a", 2), ("\u05e9\u05b8\u05dc", 2), ("\U0001f525!", 3), ("abc", 3)],
)
def test_as_much_is_marked_as_is_wrong(fault: str, marks: int) -> None:
    screen = Screen()
    screen.console.checked(rendered(at(f"x: {fault}.", 4, len(fault))))
    assert f"    |    {'^' * marks}\n" in screen.err


def test_a_fault_behind_the_end_of_a_line_is_marked_too() -> None:
    screen = Screen()
    screen.console.checked(rendered(at("x:", 3)))
    assert "  7 | x:\n    |   ^\n" in screen.err


def test_colour_touches_words_and_carets_only() -> None:
    plain, coloured = Screen(), Screen(colour=True)
    for screen in (plain, coloured):
        screen.console.checked(rendered(DATE, SMALL))
    assert "\x1b[31merror:\x1b[0m episodes" in coloured.err
    assert "\x1b[33mwarning:\x1b[0m a.jpg" in coloured.err
    assert "\x1b[31m^^^^^^^^^^\x1b[0m\n" in coloured.err
    assert re.sub(r"\x1b\[\d+m", "", coloured.err) == plain.err


def test_nothing_wrong_is_one_line() -> None:
    screen = Screen()
    screen.console.checked(rendered())
    assert (screen.out, screen.err) == ("1 file read, nothing to mend.\n", "")


def test_what_takes_a_while_is_shown_where_a_line_can_move() -> None:
    moving, still, machine = Screen(motion=True), Screen(), Screen(motion=True, as_json=True)
    for screen in (moving, still, machine):
        screen.console.busy("listening to a.mp3")
        screen.console.busy()
    assert moving.err == "\r\x1b[Klistening to a.mp3\r\x1b[K"
    assert (still.err, machine.err, moving.out) == ("", "", "")


def test_quiet_hides_warnings_and_results_but_no_error() -> None:
    screen = Screen(quiet=True)
    screen.console.checked(rendered(SMALL))
    screen.console.say("a result")
    assert (screen.out, screen.err) == ("", "")
    screen.console.checked(rendered(DATE))
    screen.console.failure(UsageError("no site here", "go elsewhere"))
    assert "is not a date" in screen.err
    assert screen.err.endswith("error: no site here\n  fix: go elsewhere\n")


def test_a_program_gets_one_answer_and_no_words() -> None:
    screen = Screen(as_json=True)
    done = rendered(DATE, SMALL)
    screen.console.checked(done)
    screen.console.say("a result")
    screen.console.failure(UsageError("no", "yes"))
    screen.console.progress(Step("send", "media/a.mp3", "new", 10_000_000))
    screen.console.answer(site_data(done))
    assert screen.err == ""
    answer: dict[str, Any] = json.loads(screen.out)
    assert answer["files"] == 1
    assert answer["problems"][1] == {
        "severity": "error", "code": "not-a-date", "message": '"3 Mai 2026" is not a date',
        "fix": "write it as 2026-05-03 09:00", "file": "episodes/042-quiet-web.md", "line": 7,
        "column": 7,
    }  # fmt: skip
    assert answer["problems"][0]["line"] is None


def test_a_publish_has_the_same_keys_when_it_did_nothing() -> None:
    data = site_data(rendered(DATE))
    stopped = publication_data(Publication(rendered(DATE), "public/"))
    assert stopped == data | {
        "place": "public/", "refusals": [], "steps": [], "changes": [], "same": 0,
        "published": False, "warnings": [], "requests": 0, "public": [],
    }  # fmt: skip


def test_a_log_hears_of_large_files_only_and_a_terminal_of_all() -> None:
    large = Step("send", "media/a.mp3", "new", 12_345_678)
    small = Step("send", "index.html", "new", 2_000)
    log, terminal, quiet = Screen(), Screen(motion=True), Screen(quiet=True, motion=True)
    for screen in (log, terminal, quiet):
        screen.console.progress(large)
        screen.console.progress(small)
    assert log.err == "  sent media/a.mp3 (12.3 MB)\n"
    assert "media/a.mp3" in terminal.err
    assert "index.html" in terminal.err
    assert "\n" not in terminal.err
    assert quiet.err == ""


def test_two_feeds_are_compared_line_by_line_and_summed_up() -> None:
    harmless = Difference("feed-notes", "1 item with other notes", "apps show the new ones", False)
    severe = Difference("feed-item-gone", "1 item gone", "apps show them no more", True)
    same, fine, bad = Screen(), Screen(), Screen(colour=True)
    same.console.compared([])
    fine.console.compared([harmless])
    bad.console.compared([severe, harmless])
    assert same.out == "Subscribers see the same show.\n"
    assert fine.out == (
        "~ 1 item with other notes\n    apps show the new ones\nSubscribers see the same show.\n"
    )
    assert bad.out == (
        "\x1b[31m!\x1b[0m 1 item gone\n    apps show them no more\n"
        "\x1b[33m~\x1b[0m 1 item with other notes\n    apps show the new ones\n"
        "This would hurt subscribers.\n"
    )


def test_what_apps_stumble_over_is_shown_also_to_the_quiet() -> None:
    found = [Problem("public-feed", "feed answers 404: https://a.example/feed.xml", "look there")]
    screen, fine, quiet = Screen(), Screen(), Screen(quiet=True)
    for one in (screen, quiet):
        one.console.looked("web", found)
    fine.console.looked("web", [])
    assert screen.err == quiet.err
    assert screen.err == (
        "error: feed answers 404: https://a.example/feed.xml\n  fix: look there\n"
    )
    assert (screen.out, fine.err) == ("", "")
    assert fine.out == "Apps and readers find everything that was published to web.\n"


def test_what_is_unused_is_listed_with_its_size() -> None:
    screen = Screen()
    steps = [Step("delete", f"media/{n}.mp3", "unused", n * 1_500_000) for n in (1, 2)]
    screen.console.unused("", steps)
    assert screen.out == (
        "  media/1.mp3  1.5 MB\n  media/2.mp3  3.0 MB\n2 files at the target unused: 4.5 MB\n"
    )


@pytest.mark.parametrize("take_over", [True, False])
def test_another_publisher_is_shown_before_it_is_ended(take_over: bool) -> None:
    screen = Screen(take_over=take_over, quiet=True)
    holder = Holder("1f9c02aa", "2026-05-03 05:06 UTC", "publish", 4.4)
    who = '"publish" begun 2026-05-03 05:06 UTC (run 1f9c02aa), last heard of 4 seconds ago'
    assert screen.console.takes_over(holder) == take_over
    assert screen.err == (f"Ending another publish: {who}.\n" if take_over else "")
    waiting = Screen()
    waiting.console.waits(holder)
    assert (waiting.out, waiting.err) == (
        "",
        f"Waiting for another publish: {who}. If it has died, a minute at most.\n",
    )


def test_what_cannot_be_called_back_is_said() -> None:
    screen = Screen()
    screen.console.show("withdrawn", {"done": True})
    for words in ("identity stays reserved", "downloaded", "search engines", "older versions"):
        assert words in screen.out


def test_numbers_have_their_nouns() -> None:
    assert [count(n, "file") for n in (0, 1, 2)] == ["0 files", "1 file", "2 files"]
