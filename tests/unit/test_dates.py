"""When something goes out, as people say it; the clocks of the site's zone decide."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activefeed.desk import dates
from activefeed.problems import UsageError

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
NOW = datetime(2026, 12, 2, 9, 30, 40, tzinfo=UTC)  # a Wednesday, 10:30 in Berlin


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("next friday 6:00", "2026-12-04 06:00"),
        ("friday 6:00", "2026-12-04 06:00"),
        ("Friday, 06:00", "2026-12-04 06:00"),
        ("fri at 6:00", "2026-12-04 06:00"),
        ("friday", "2026-12-04 00:00"),
        ("wednesday 18:00", "2026-12-02 18:00"),  # today, still ahead
        ("next wednesday 18:00", "2026-12-09 18:00"),
        ("wednesday 10:30", "2026-12-09 10:30"),  # this minute has begun
        ("wednesday 9:00", "2026-12-09 09:00"),
        ("wednesday", "2026-12-09 00:00"),
        ("tuesday 6:00", "2026-12-08 06:00"),
        ("today 18:00", "2026-12-02 18:00"),
        ("18:00", "2026-12-02 18:00"),
        ("tomorrow 9:00", "2026-12-03 09:00"),
        ("tomorrow", "2026-12-03 00:00"),
        ("2026-12-05 06:00", "2026-12-05 06:00"),
        ("2026-12-05T06:00", "2026-12-05 06:00"),
        ("2027-01-01", "2027-01-01 00:00"),
        ("", "2026-12-02 10:30"),
    ],
)
def test_people_say_when(said: str, meant: str) -> None:
    found = dates.read(said, NOW, BERLIN)
    assert f"{found:%Y-%m-%d %H:%M}" == meant
    assert found.tzinfo is BERLIN
    assert (found.second, found.microsecond) == (0, 0)


@pytest.mark.parametrize(
    "said",
    [
        "soon", "next", "next month", "friday 25:00", "friday 6", "6", "in days", "in 3 days",
        "2026-02-31", "2026-13-01 06:00", "friday 6:00 or so", "0000-01-01", "fr 6:00", "t6:00",
        "tomorrow 24:00",
    ],
)  # fmt: skip
def test_what_nobody_understands_is_answered_with_examples(said: str) -> None:
    with pytest.raises(UsageError) as wrong:
        dates.read(said, NOW, BERLIN)
    assert wrong.value.message == f'"{said}" is not a day and time that I know'
    assert '"next friday 6:00"' in wrong.value.fix


@pytest.mark.parametrize("said", ["today 10:30", "today", "9:00", "2026-12-01 06:00"])
def test_what_is_past_says_what_time_it_is_now(said: str) -> None:
    with pytest.raises(UsageError, match=r" is past: it is Wed 2 Dec 2026 10:30 \(Europe/Berlin\)"):
        dates.read(said, NOW, BERLIN)


def test_a_time_that_the_clocks_skip_names_the_next_one() -> None:
    with pytest.raises(UsageError) as wrong:
        dates.read("2027-03-28 02:30", NOW, BERLIN)
    assert wrong.value.message == "the clocks of Europe/Berlin skip 02:30 on 2027-03-28"
    assert wrong.value.fix == 'write "2027-03-28 03:00"'


def test_the_same_words_mean_the_day_of_the_zone() -> None:
    late = datetime(2026, 12, 2, 23, 30, tzinfo=UTC)  # already Thursday in Berlin
    assert f"{dates.read('tomorrow 9:00', late, BERLIN):%d}" == "04"
    assert f"{dates.read('tomorrow 9:00', late, NEW_YORK):%d}" == "03"


def test_of_an_hour_that_there_is_twice_the_first_is_meant_and_may_be_past() -> None:
    again = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # 2:10 in Berlin, for the second time
    with pytest.raises(UsageError, match="is past"):
        dates.read("today 2:20", again, BERLIN)
    assert dates.read("today 3:00", again, BERLIN).astimezone(UTC).hour == 2


def test_in_words() -> None:
    found = dates.read("next friday 6:00", NOW, BERLIN)
    assert dates.words(found) == "Fri 4 Dec 2026 06:00 (Europe/Berlin)"


@given(
    ahead=st.timedeltas(timedelta(0), timedelta(days=7000)),
    day=st.sampled_from(["monday", "wednesday", "sunday"]),
    hour=st.integers(4, 23),
)
def test_a_weekday_is_the_next_one_ahead(ahead: timedelta, day: str, hour: int) -> None:
    now = NOW + ahead
    found = dates.read(f"{day} {hour}:00", now, BERLIN)
    assert timedelta(0) < found - now <= timedelta(days=7, hours=1)
    assert f"{found:%A}".lower() == day
