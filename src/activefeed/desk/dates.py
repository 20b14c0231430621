"""When something goes out, as people say it: ``next friday 6:00`` to a time of the site's zone.

Pure: knows only the time and the zone that it is given. Never returns a time that is past.
"""

import re
from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from activefeed.content.scalars import existing
from activefeed.problems import UsageError

_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SAID = re.compile(
    r"(?:(?P<date>\d{4}-\d\d-\d\d)|(?P<next>next )?(?P<day>[a-z]{3,9}))?"
    r"(?:(?:^| |(?<=\d)t)(?:at )?(?P<clock>\d\d?:\d\d))?",
    re.ASCII,
)


def read(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Return the time that is meant, in the zone; an empty text means ``now``, any aware time.

    Without a time of day it is 0:00; a weekday is the next one that is ahead. Raises UsageError
    where nobody knows what is meant, for a time that is past, and for one that the clocks skip.
    """
    here = now.astimezone(zone).replace(second=0, microsecond=0)
    if not text:
        return here
    local = _local(text, here.replace(tzinfo=None))
    following, found = existing(local, zone), local.replace(tzinfo=zone)
    if following != local:
        raise UsageError.of("skipped-hour", zone=zone, local=local, following=following)
    if found <= now:  # as instants: in autumn an hour comes twice
        raise UsageError.of("past", when=words(found), now=words(here))
    return found


def words(when: datetime) -> str:
    """Return a time in a zone as people read it: ``Fri 4 Dec 2026 06:00 (Europe/Berlin)``."""
    return f"{when:%a} {when.day} {when:%b %Y %H:%M} ({when.tzinfo})"


def _local(text: str, here: datetime) -> datetime:
    """Return the local time. Raises UsageError where there is no such day or time."""
    if found := _SAID.fullmatch(" ".join(text.lower().replace(",", " ").split())):
        start, name = found["date"] or f"{here:%Y-%m-%d}", found["day"] or "today"
        with suppress(ValueError, OverflowError):
            first = datetime.fromisoformat(f"{start} {(found['clock'] or '0:00'):0>5}")
            for n in range(8):
                day, near = first + timedelta(n), ("today", "tomorrow")[n : n + 1]
                weekday = _WEEK[day.weekday()] if day > here and (n or not found["next"]) else ""
                if any(one.startswith(name) for one in (*near, weekday)):
                    return day
    raise UsageError.of("not-a-day", text=text)
