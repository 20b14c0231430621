"""Scalar parsers of the schema: one text to one value, or a mistake in our own words.

Front matter gives every scalar as text, settings give TOML's types: both pass here.
"""

import calendar
import difflib
import re
import uuid
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import NoReturn
from urllib.parse import unquote
from zoneinfo import ZoneInfo, available_timezones

from pydantic import ValidationInfo
from pydantic_core import PydanticCustomError

from activefeed.content import lists
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
web = like("not-an-address", r"https?://[^\s/\"<>][^\s\"<>]*", "an address of the web", _HTTPS)
https = like("not-https", r"https://[^\s/\"<>][^\s\"<>]*", "an https address", _HTTPS)
_PATH = r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*"
path = like("bad-feed-path", _PATH, "a path in the site", 'write it as "podcast/feed.xml"')
_HEX = 'write it with six digits, as paint programs show it: "#0b6170"'
colour = like("not-a-colour", r"#[0-9a-fA-F]{6}", "a colour", _HEX)
mail = like(
    "not-an-address", r"[^\s@:<>\"]+@[^\s@<>\"]+", "a mail address", "write name@clinic.example"
)
_NUMBER = r"-?[0-9]{1,3}(?:\.[0-9]+)?"
_GEO = rf"geo:{_NUMBER},{_NUMBER}(?:,{_NUMBER})?(?:;.*)?"  # RFC 5870
geo = like("not-a-place", _GEO, "a geo address", "write latitude and longitude: geo:43.66,-70.25")
_OSM, _LIKE_OSM = r"[NWR][0-9]+(?:#[0-9]+)?", "write N, W or R and its number: R113314"
osm = like("not-a-place", _OSM, "an object of OpenStreetMap", _LIKE_OSM)
_SHORT = 'write it in small letters: "spotify"'
service = like("not-a-service", r"[a-z0-9][a-z0-9-]*", "the short name of a service", _SHORT)
_RULE = r"FREQ=(?:DAILY|WEEKLY|MONTHLY|YEARLY)(?:;(?!COUNT|UNTIL)[A-Z]+=[A-Z0-9,+-]+)*"
rrule = like("not-a-rule", _RULE, "a rule of iCalendar", "write it as FREQ=WEEKLY;BYDAY=TU")
_SLASH = 'write it with the / at its end: "https://op3.dev/e/"'
prefix = like("bad-prefix", r"https://[^\s\"<>?#]+/", "the beginning of an address", _SLASH)
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


# Each part can be the name of a file, and none hides or is ours.
_OLD = r"(?i)(?:(?!\.|_activefeed)[^/\\?#\x00-\x1f\ufffd]{1,200}(?:/|$))+"


def alias(value: object, info: ValidationInfo) -> str:
    """Return an old address as a path below the site's address, decoded."""
    text, site = filled(value), re.escape((info.context or {})["site"])
    path = unquote(re.sub(f"^(?:{site}(?=/)|https?://[^/?#]*)?/?", "", text))
    fix = "write its path, as in /2019/05/old-post.html; what follows a ? or # reaches no page"
    wrong = f'"{text}" cannot be the address of a page here'
    return path if re.fullmatch(_OLD, path) else fault("bad-alias", wrong, fix)


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


def known(code: str, words: Collection[str], what: str, cure: str) -> Callable[[object], str]:
    """Return a parser of words from a list; upper and lower case are the same."""
    near = 0.4 if max(map(len, words)) > 2 else 0.7  # hardly any code looks like another
    spelled = {word.casefold(): word for word in words}

    def parse(value: object) -> str:
        text = re.sub(r"\s*>\s*", " > ", plain(value))
        if found := spelled.get(text.casefold()):
            return found
        close = difflib.get_close_matches(text, words, 1, near)
        fault(code, f'"{text}" is not {what}', f'did you mean "{close[0]}"?' if close else cure)

    return parse


_LIKE_IT = 'write it as "Health & Fitness > Medicine"'
_category = known("unknown-apple-category", lists.APPLE, "a category of Apple Podcasts", _LIKE_IT)
_groups = {group for groups in lists.ROLES.values() for group in groups}
role = known("unknown-role", lists.ROLES, "a role that podcast apps know", "write guest")
group = known("unknown-group", _groups, "a group of roles", "write cast")
_TWO = "write its two letters, such as {}"
country = known("unknown-country", lists.COUNTRIES, "the code of a country", _TWO.format("GB"))
_code = known("unknown-language", lists.LANGUAGES, "the code of a language", _TWO.format("en"))


def apple(value: object) -> tuple[str, str]:
    """Return category and subcategory."""
    return lists.APPLE[_category(value)]


def language(value: object) -> str:
    """Return a language of ISO 639-1, perhaps with a region."""
    text = plain(value)
    _code(re.sub(r"-[A-Za-z0-9-]+$", "", text))
    return text


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


def upto(limit: int) -> Callable[[object], str]:
    """Return a parser of texts that are not empty and have at most so many characters."""

    def parse(value: object) -> str:
        text = filled(value)
        if len(text) > limit:
            message = f"this has {len(text)} characters, {limit} at most are shown"
            fault("too-long", message, "say it in fewer words")
        return text

    return parse


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


def named(key: str) -> Callable[[object], object]:
    """Return a parser that reads a mere text as a mapping with that key."""
    return lambda value: value if isinstance(value, dict) else {key: filled(value)}


def blocked(value: object) -> list[str]:
    """Return the services that shall not list a show; an empty name stands for all."""
    if isinstance(value, list):
        return [service(one) for one in value]
    return [""] if flag(value) else []
