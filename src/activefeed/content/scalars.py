"""Scalar parsers of the schema: one text to one value, or a mistake in our own words.

Front matter gives every scalar as text, settings give TOML's types: both pass here.
"""

import calendar
import difflib
import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import NoReturn
from urllib.parse import unquote
from zoneinfo import ZoneInfo, available_timezones

from pydantic import ValidationInfo
from pydantic_core import PydanticCustomError

from activefeed.content.lists import WORDS
from activefeed.formats import chapters
from activefeed.problems import FormatError, Problem, suggestion
from activefeed.wording import table

FORMS = table(__file__, "forms")
_UNSEEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")  # no feed can hold these


def fault(kind: str, /, **facts: object) -> NoReturn:
    """Report a wrong value to pydantic, in the words for its kind."""
    found = Problem.of(kind, **facts)
    refuse(found.code, found.message, found.fix)


def refuse(code: str, message: str, fix: str) -> NoReturn:
    """Report a wrong value to pydantic, with the cure."""
    raise PydanticCustomError(code, "{message}", {"message": message, "fix": fix})


def plain(value: object) -> str:
    """Return the text of a scalar; nothing else is one."""
    if value is None:
        fault("empty-value")
    if isinstance(value, list | dict):
        fault("not-a-text")
    return _UNSEEN.sub("", str(value)).strip()


def filled(value: object) -> str:
    """Return a text that is not empty."""
    return plain(value) or fault("empty-value:text")


def flag(value: object) -> bool:
    """Return yes or no."""
    word = plain(value).lower()
    if word not in {"true", "yes", "on", "false", "no", "off"}:
        fault("not-yes-or-no", value=value)
    return word in {"true", "yes", "on"}


def like(form: str, value: object) -> str:
    """Return a text that has one of the forms in forms.toml."""
    code, pattern, what, fix = FORMS[form]
    text = plain(value)
    return text if re.fullmatch(pattern, text) else refuse(code, f'"{text}" is not {what}', fix)


# Each part can be the name of a file, and none hides or is ours.
_OLD = r"(?i)(?:(?!\.|_activefeed)[^/\\?#\x00-\x1f\ufffd]{1,200}(?:/|$))+"


def alias(value: object, info: ValidationInfo) -> str:
    """Return an old address as a path below the site's address, decoded."""
    path = below((info.context or {})["site"], filled(value))
    return path if re.fullmatch(_OLD, path) else fault("bad-alias", text=filled(value))


def old(value: object, info: ValidationInfo) -> str:
    """Return an old address as it is written, by which its place is found."""
    alias(value, info)
    return filled(value)


def below(site: str, address: str) -> str:
    """Return the path of an address below the site's, decoded; elsewhere, its whole path."""
    return unquote(re.sub(f"^(?:{re.escape(site)}(?=/)|https?://[^/?#]*)?/?", "", address))


def start(value: object) -> float:
    """Return seconds."""
    try:
        return chapters.parse_time(plain(value))
    except FormatError as error:
        fault("not-a-time:form", error=error)


def seconds(value: object) -> int:
    """Return a length in whole seconds."""
    return round(start(value)) or fault("not-a-time", value=value)


def identifier(value: object) -> str:
    """Return a UUID as text."""
    text = plain(value)
    try:
        return str(uuid.UUID(text))
    except ValueError:
        # Made from what was written, so that the same mistake gets the same answer.
        one = uuid.uuid5(uuid.NAMESPACE_URL, text)
        fault("not-a-uuid", text=text, one=one)


def zone(value: object) -> str:
    """Return the name of a time zone."""
    name = plain(value)
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):
        city = name.title().replace(" ", "_")  # new york
        cities = [one for one in sorted(available_timezones()) if not one.startswith("Etc/")]
        close = difflib.get_close_matches(city, cities, 1, 0.5)
        fault("unknown-timezone", name=name, city=(close or ["Europe/Berlin"])[0])


def known(kind: str, value: object) -> str:
    """Return a word of a kind in lists.py; upper and lower case are the same."""
    words, (code, what, cure) = WORDS[kind], FORMS["known"][kind]
    text = re.sub(r"\s*>\s*", " > ", plain(value))
    if found := [word for word in words if word.casefold() == text.casefold()]:
        return found[0]
    near = 0.4 if max(map(len, words)) > 2 else 0.7  # hardly any code looks like another
    # Who writes Medicine means Health & Fitness > Medicine.
    holders = [one for one in sorted(words) if text[2:] and text.casefold() in one.casefold()]
    nearest = min(holders, key=len, default=text)
    refuse(code, f'"{text}" is not {what}', suggestion(nearest, words, cure, near))


def language(value: object) -> str:
    """Return a language of ISO 639-1, perhaps with a region."""
    text = plain(value)
    known("language", re.sub(r"-[A-Za-z0-9-]+$", "", text))
    return text


def date(value: object, info: ValidationInfo) -> datetime:
    """Return an instant, in the site's zone where no offset is written."""
    text = like("date", value)
    found = re.fullmatch(FORMS["date"][1], text)
    assert found  # as it is like a date
    year, month, day, hour, minute, second = (int(n or 0) for n in found.groups()[:6])
    if not 1 <= month <= 12 or not 1900 <= year <= 9998:
        fault("not-a-date:order", text=text)
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        name, better = calendar.month_name[month], f"{year}-{month:02}-{last}{text[found.end(3) :]}"
        fault("no-such-day", month=name, year=year, last=last, date=better)
    if hour > 23 or minute > 59 or second > 59:
        fault("no-such-time", text=text)
    local = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the zone comes next
    if found[7]:
        return datetime.fromisoformat(f"{local.isoformat()}{found[7]}").astimezone(UTC)
    zone = (info.context or {})["zone"]
    following = existing(local, zone)
    if following != local:
        fault("skipped-time", zone=zone.key, local=local, following=following)
    return local.replace(tzinfo=zone).astimezone(UTC)  # of one that exists twice, the first


def existing(local: datetime, zone: ZoneInfo) -> datetime:
    """Return a local time, or the next one where the clocks skip it."""
    while local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
        local += timedelta(minutes=1)
    return local


def upto(limit: int, value: object) -> str:
    """Return a text that is not empty and has at most so many characters."""
    text = filled(value)
    return text if len(text) <= limit else fault("too-long", length=len(text), limit=limit)


def chapter(value: object) -> object:
    """Read ``1:10 Title`` as a mapping of start and title."""
    if not isinstance(value, str):
        return value
    try:
        start, title = chapters.parse_line(value)
    except FormatError as error:
        fault("not-a-chapter", error=error)
    return {"start": str(start), "title": title}


def named(key: str, value: object) -> object:
    """Read a mere text as a mapping with that key."""
    return value if isinstance(value, dict) else {key: filled(value)}


def blocked(value: object) -> list[str]:
    """Return the services that shall not list a show; an empty name stands for all."""
    if isinstance(value, list):
        return [like("service", one) for one in value]
    return [""] if flag(value) else []
