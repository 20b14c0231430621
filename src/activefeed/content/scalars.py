"""Scalar parsers of the schema: one text to one value, or a mistake in our own words.

Front matter gives every scalar as text, settings give TOML's types: both pass here.
"""

from __future__ import annotations

import calendar
import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, NoReturn
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, ValidationInfo
from pydantic_core import PydanticCustomError

from activefeed.formats import chapters
from activefeed.problems import FormatError

_DATE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(Z|[+-]\d{2}:?\d{2})?)?"
)


def fault(code: str, message: str, fix: str) -> NoReturn:
    """Report a wrong value to pydantic, with the cure."""
    raise PydanticCustomError(code, "{message}", {"message": message, "fix": fix})


def _text(value: object) -> str:
    if value is None:
        fault("empty-value", "there is no value here", "write one, or remove the line")
    if isinstance(value, list | dict):
        fault("not-a-text", "this must be one text, not a list", "write it on one line, in quotes")
    return str(value).strip()


def _filled(value: object) -> str:
    return _text(value) or fault("empty-value", "this is empty", "write a text")


def _flag(value: object) -> bool:
    word = _text(value).lower()
    if word in {"true", "yes", "on"}:
        return True
    if word in {"false", "no", "off"}:
        return False
    fault("not-yes-or-no", f'"{value}" is neither true nor false', "write true or false")


def _number(value: object) -> int:
    text = _text(value)
    if not re.fullmatch(r"\d{1,9}", text) or int(text) < 1:
        fault(
            "not-a-number", f'"{text}" is not a whole number from 1', "write digits only, like 12"
        )
    return int(text)


def _seconds(value: object) -> int:
    text = _text(value)
    try:
        seconds = round(chapters.parse_time(text))
    except FormatError as error:
        fault("not-a-duration", error.message, error.fix)
    return seconds or fault("not-a-duration", f'"{text}" is no duration', "write it as 1:02:03")


def _https(value: object) -> str:
    url = _text(value)
    if not re.fullmatch(r"https://[^\s/\"<>]+\.?[^\s\"<>]*", url):
        fault("not-https", f'"{url}" is not an https address', "write it as https://…")
    return url


def _link(value: object) -> str:
    url = _text(value)
    if not re.fullmatch(r"(?:https?://|mailto:|tel:)[^\s\"<>]+", url):
        fault("not-an-address", f'"{url}" is not an address', "write it as https://…")
    return url


def _uuid(value: object) -> str:
    text = _text(value)
    try:
        return str(uuid.UUID(text))
    except ValueError:
        fault("not-a-uuid", f'"{text}" is not a UUID', f'a fresh one to paste: "{uuid.uuid4()}"')


def _date(value: object, info: ValidationInfo) -> datetime:
    text = _text(value)
    found = _DATE.fullmatch(text)
    if not found:
        fault("not-a-date", f'"{text}" is not a date', "write it as 2026-05-03 09:00")
    year, month, day, hour, minute, second = (int(n or 0) for n in found.groups()[:6])
    if not 1 <= month <= 12 or not 1900 <= year <= 9998:
        fault("not-a-date", f'"{text}" is not a date', "write year, month, day: 2026-05-03")
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        name = datetime(year, month, 1, tzinfo=UTC).strftime("%B")
        fault("no-such-day", f"{name} {year} has {last} days", f"write {year}-{month:02}-{last}")
    if hour > 23 or minute > 59 or second > 59:
        fault(
            "no-such-time", f'"{text}" has no such time of day', "hours 00 to 23, minutes 00 to 59"
        )
    local = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the zone comes next
    if found[7]:
        return datetime.fromisoformat(f"{local.isoformat()}{found[7]}").astimezone(UTC)
    return in_zone(local, (info.context or {})["zone"])


def in_zone(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant of a local time; one that exists twice is the first."""

    def back(moment: datetime) -> datetime:
        return moment.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None)

    if back(local) != local:
        following = local
        while back(following) != following:
            following += timedelta(minutes=1)
        fault(
            "skipped-time",
            f"the clocks of {zone.key} skip {local:%H:%M} on {local:%Y-%m-%d}",
            f"write {following:%Y-%m-%d %H:%M}",
        )
    return local.replace(tzinfo=zone).astimezone(UTC)


def _listed(value: object) -> object:
    if not isinstance(value, list):
        text = "" if value is None else str(value)
        fault("not-a-list", "this must be a list", f"write it in brackets: [{text}]")
    return value


def _chapter(value: object) -> object:
    """``1:10 Title`` is short for a mapping of start and title."""
    if not isinstance(value, str):
        return value
    try:
        start, title = chapters.parse_line(value)
    except FormatError as error:
        fault("not-a-chapter", error.message, error.fix)
    return {"start": str(start), "title": title}


def _start(value: object) -> float:
    try:
        return chapters.parse_time(_text(value))
    except FormatError as error:
        fault("not-a-time", error.message, error.fix)


def _guest(value: object) -> object:
    """An id is short for a mapping with that id."""
    return value if isinstance(value, dict) else {"id": _filled(value)}


Text = Annotated[str, BeforeValidator(_text)]
Filled = Annotated[str, BeforeValidator(_filled)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Number = Annotated[int, BeforeValidator(_number)]
Seconds = Annotated[int, BeforeValidator(_seconds)]
Start = Annotated[float, BeforeValidator(_start)]
Https = Annotated[str, BeforeValidator(_https)]
Address = Annotated[str, BeforeValidator(_link)]
Uuid = Annotated[str, BeforeValidator(_uuid)]
Date = Annotated[datetime, BeforeValidator(_date)]
Texts = Annotated[list[Filled], BeforeValidator(_listed)]
AsList = BeforeValidator(_listed)
AsChapter = BeforeValidator(_chapter)
AsGuest = BeforeValidator(_guest)
Free = Annotated[dict[str, Any], ...]
