"""Chapters as text and as JSON: "1:10 The hip" to seconds and title, and back.

Never looks into audio files (``audio`` does), never compares with a duration.
"""

import json
import re
from collections.abc import Sequence

from activefeed.model import Chapter
from activefeed.problems import FormatError

# After a colon come two digits below 60.
_TIME = re.compile(
    r"(?:(?:([0-9]{1,3}):(?=[0-5][0-9]:))?([0-9]{1,4}):(?=[0-5][0-9](?:[.,]|$)))?"
    r"([0-9]{1,6})(?:[.,]([0-9]{1,9}))?"
)
# A dash between time and title belongs to neither; one that touches the title is the title's.
_LINE = re.compile(
    r"(?P<time>[0-9][0-9:.,]*)(?:\s+[-\u2013\u2014]+\s+|[-\u2013\u2014]\s*|\s+)"
    r"(?P<title>(?![-\u2013\u2014]+$)\S.*)"
)


def parse_time(text: str) -> float:
    """Return the seconds of ``70``, ``1:10`` or ``1:02:03.5``. Raises FormatError."""
    match = _TIME.fullmatch(text.strip())
    if not match:
        raise FormatError.of("no-time", text=text.strip())
    hours, minutes, seconds, fraction = match.groups("0")
    return round(int(hours) * 3600 + int(minutes) * 60 + float(f"{seconds}.{fraction}"), 3)


def parse_line(text: str) -> tuple[float, str]:
    """Return time and title of ``1:10 The hip``; a dash may stand between. Raises FormatError."""
    text = text.strip()
    if match := _LINE.fullmatch(text):
        return parse_time(match["time"]), match["title"]
    raise FormatError.of("no-chapter", text=text)


def write_json(chapters: Sequence[Chapter]) -> bytes:
    """Return chapters as JSON chapters 1.2.0, in the order of their times."""
    entries = []
    for one in sorted(chapters, key=lambda chapter: chapter.start):
        start = seconds(one.start)
        entry = {"startTime": start, "title": one.title, "img": one.image, "url": one.url}
        entries.append({key: value for key, value in entry.items() if value != ""})
    document = {"version": "1.2.0", "chapters": entries}
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def seconds(time: float) -> float:
    """Return seconds as formats write them as a number: ``70``, ``70.5``, to a thousandth."""
    time = round(float(time), 3)
    return int(time) if time.is_integer() else time


def clock(time: float) -> str:
    """Return seconds as people read them: ``1:10``, ``1:02:03``; fractions are cut off."""
    minutes, rest = divmod(int(time), 60)
    shown = f"{minutes // 60}:{minutes % 60:02}" if minutes >= 60 else f"{minutes}"
    return f"{shown}:{rest:02}"


def npt(time: float) -> str:
    """Return seconds as ``HH:MM:SS.mmm``: normal play time, and the times of WebVTT."""
    whole, milliseconds = divmod(round(time * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{milliseconds:03}"


def read_json(body: bytes) -> list[Chapter]:
    """Return what JSON chapters show in a list, each with its title. Raises FormatError."""
    found = []
    try:
        for one in json.loads(body)["chapters"]:
            title, url, image = (str(one.get(at) or "").strip() for at in ("title", "url", "img"))
            if title and one.get("toc", True):
                found.append(Chapter(float(one["startTime"]), title, url, image))
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise FormatError.of("no-chapters-file") from error
    return found
