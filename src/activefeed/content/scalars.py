"""Scalar parsers of the schema: one text to one value, or a mistake in our own words.

Front matter gives every scalar as text, settings give TOML's types: both pass here.
"""

import calendar
import difflib
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NoReturn
from zoneinfo import ZoneInfo, available_timezones

from pydantic import ValidationInfo
from pydantic_core import PydanticCustomError

from activefeed.content import categories
from activefeed.formats import chapters
from activefeed.problems import FormatError

_DATE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?)?",
    re.ASCII,
)


def fault(code: str, message: str, fix: str) -> NoReturn:
    """Report a wrong value to pydantic, with the cure."""
    raise PydanticCustomError(code, "{message}", {"message": message, "fix": fix})


def plain(value: object) -> str:
    """Return the text of a scalar; nothing else is one."""
    if value is None:
        fault("empty-value", "there is no value here", "write one, or remove the line")
    if isinstance(value, list | dict):
        fault("not-a-text", "this must be one text, not a list", "write it on one line, in quotes")
    return str(value).strip()


def filled(value: object) -> str:
    """Return a text that is not empty."""
    return plain(value) or fault("empty-value", "this is empty", "write a text, or remove the line")


def flag(value: object) -> bool:
    """Return yes or no."""
    word = plain(value).lower()
    if word not in {"true", "yes", "on", "false", "no", "off"}:
        fault("not-yes-or-no", f'"{value}" is neither true nor false', "write true or false")
    return word in {"true", "yes", "on"}


def like(code: str, pattern: str, what: str, fix: str) -> Callable[[object], str]:
    """Return a parser of texts that have a certain form."""

    def parse(value: object) -> str:
        text = plain(value)
        if not re.fullmatch(pattern, text):
            fault(code, f'"{text}" is not {what}', fix)
        return text

    return parse


_HTTPS = "write it as https://clinic.example"
digits = like(
    "not-a-number", r"0*[1-9][0-9]{0,11}", "a whole number from 1", "write digits, like 12"
)
address = like("not-an-address", r"(?:https?://|mailto:|tel:)[^\s\"<>]+", "an address", _HTTPS)
https = like("not-https", r"https://[^\s/\"<>][^\s\"<>]*", "an https address", _HTTPS)
_PATH = r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*"
path = like("bad-feed-path", _PATH, "a path in the site", 'write it as "podcast/feed.xml"')
_PORT = r"[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]"
_HOST = rf"://[a-zA-Z0-9_-]+(?:\.[a-zA-Z0-9_-]+)*(?::(?:{_PORT}))?(?:/[^\s\"<>?#]*)?"
_site = like("not-https", f"https{_HOST}", "the https address of a site", _HTTPS)
_target = like("not-an-address", f"https?{_HOST}", "the address of a site", _HTTPS)


def site(value: object) -> str:
    """Return a public https address without a final slash."""
    return _site(value).rstrip("/")


def target(value: object) -> str:
    """Return an address without a final slash; http is for trials on one's own machine."""
    return _target(value).rstrip("/")


def start(value: object) -> float:
    """Return seconds."""
    try:
        return chapters.parse_time(plain(value))
    except FormatError as error:
        fault("not-a-time", error.message, error.fix)


def seconds(value: object) -> int:
    """Return a length in whole seconds."""
    return round(start(value)) or fault("not-a-time", f'"{value}" is no length', "write 1:02:03")


def identifier(value: object) -> str:
    """Return a UUID as text."""
    text = plain(value)
    try:
        return str(uuid.UUID(text))
    except ValueError:
        # Made from what was written, so that the same mistake gets the same answer.
        one = uuid.uuid5(uuid.NAMESPACE_URL, text)
        fix = f'put the old one back; for something new, paste this one: "{one}"'
        fault("not-a-uuid", f'"{text}" is not a UUID (32 digits and letters a to f)', fix)


def zone(value: object) -> str:
    """Return the name of a time zone."""
    name = plain(value)
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):
        close = difflib.get_close_matches(name, sorted(available_timezones()), 1, 0.5)
        fix = f'write it by its city: "{(close or ["Europe/Berlin"])[0]}"'
        fault("unknown-timezone", f'"{name}" is not a time zone', fix)


def apple(value: object) -> tuple[str, str]:
    """Return category and subcategory."""
    text = re.sub(r"\s*>\s*", " > ", plain(value))
    if found := categories.APPLE.get(text):
        return found
    close = difflib.get_close_matches(text, categories.APPLE, 1, 0.4)
    fix = f'did you mean "{close[0]}"?' if close else 'write it as "Health & Fitness > Medicine"'
    fault("unknown-apple-category", f'"{text}" is not a category of Apple Podcasts', fix)


def date(value: object, info: ValidationInfo) -> datetime:
    """Return an instant, in the site's zone where no offset is written."""
    text = plain(value)
    found = _DATE.fullmatch(text)
    if not found:
        fault("not-a-date", f'"{text}" is not a date', "write it as 2026-05-03 09:00")
    year, month, day, hour, minute, second = (int(n or 0) for n in found.groups()[:6])
    if not 1 <= month <= 12 or not 1900 <= year <= 9998:
        fault("not-a-date", f'"{text}" is not a date', "write year, month, day: 2026-05-03")
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        fix = f"write {year}-{month:02}-{last}{text[found.end(3) :]}"
        fault("no-such-day", f"{calendar.month_name[month]} {year} has {last} days", fix)
    if hour > 23 or minute > 59 or second > 59:
        fix = "write hours from 00 to 23 and minutes from 00 to 59"
        fault("no-such-time", f'"{text}" has no such time of day', fix)
    local = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the zone comes next
    if found[7]:
        return datetime.fromisoformat(f"{local.isoformat()}{found[7]}").astimezone(UTC)
    return _in_zone(local, (info.context or {})["zone"])


def _in_zone(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant of a local time; one that exists twice is the first."""

    def back(moment: datetime) -> datetime:
        return moment.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None)

    following = local
    while back(following) != following:
        following += timedelta(minutes=1)
    if following != local:
        message = f"the clocks of {zone.key} skip {local:%H:%M} on {local:%Y-%m-%d}"
        fault("skipped-time", message, f"write {following:%Y-%m-%d %H:%M}")
    return local.replace(tzinfo=zone).astimezone(UTC)


def listed(value: object) -> object:
    """Return a list as it is."""
    if not isinstance(value, list):
        fix = "put it between brackets, with commas between several: [ … ]"
        fault("not-a-list", "this must be a list", fix)
    return value


def chapter(value: object) -> object:
    """Read ``1:10 Title`` as a mapping of start and title."""
    if not isinstance(value, str):
        return value
    try:
        start, title = chapters.parse_line(value)
    except FormatError as error:
        fault("not-a-chapter", error.message, error.fix)
    return {"start": str(start), "title": title}


def guest(value: object) -> object:
    """Read an id as a mapping with that id."""
    return value if isinstance(value, dict) else {"id": filled(value)}
