"""A folder for a new site: settings, a first episode and post as drafts, a cover, a page.

Never writes into a folder that holds anything; what stops half-way leaves nothing behind.
"""

import colorsys
import hashlib
import re
import shutil
import tomllib
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from string import Template
from zoneinfo import ZoneInfo

from activefeed.content import schema, settings, written
from activefeed.content.source import SETTINGS
from activefeed.formats import images, toml
from activefeed.problems import UsageError
from activefeed.urls import slugify

PARTS = ("podcast", "blog")
_FEED = schema.PodcastKeys.model_fields["feed"].default
_START = Path(__file__).with_name("start")
_UNSEEN = {".DS_Store", "Thumbs.db", "desktop.ini", ".git"}  # in a folder that looks empty
_KINDS = {
    "title": schema.Filled, "author": schema.Label, "email": schema.Mail, "url": schema.SiteUrl,
    "category": schema.AppleCategory, "timezone": schema.Zone, "language": schema.Language,
}  # fmt: skip
_MAY_BE_EMPTY = {"author", "email", "url"}
_ONLY = re.compile(r"^\{([a-z-]+)\} ?(.*\n)", re.MULTILINE)  # {podcast} a line


def questions(parts: Sequence[str]) -> list[tuple[str, dict[str, str], Callable[[str], str]]]:
    """Return the name of each question, its text, why and default, and what reads an answer."""
    asked = tomllib.loads((_START / "questions.toml").read_text("utf-8"))
    wanted = {name: one for name, one in asked.items() if one.get("only", parts[0]) in parts}
    return [(name, one, partial(read, name)) for name, one in wanted.items()]


def read(name: str, answer: str) -> str:
    """Return an answer as the settings take it. Raises UsageError for a wrong one."""
    empty = not answer.strip() and name in _MAY_BE_EMPTY
    return "" if empty else written.accept(_KINDS[name], answer)


def sound(name: str, answer: str, otherwise: str) -> str:
    """Return an answer if it is right, else another."""
    try:
        return read(name, answer)
    except UsageError:
        return otherwise


def title_of(folder: Path) -> str:
    """Return the title that the name of a folder suggests."""
    name = re.sub(r"[-_\s]+", " ", folder.resolve().name).strip() or "my show"
    return name[0].upper() + name[1:]


def refuse_used(folder: Path) -> None:
    """Raise UsageError where a folder holds anything."""
    found = sorted(one.name for one in folder.iterdir()) if folder.is_dir() else []
    if held := [name for name in found if name not in _UNSEEN]:
        fix = "name a folder that is not there yet: activefeed init my-show"
        raise UsageError(f"{folder.resolve().name}/ is not empty: it holds {held[0]}", fix)


def make(folder: Path, answers: Mapping[str, str], parts: Sequence[str], now: datetime) -> list[str]:
    """Write a new site, all of it or nothing, and return the paths of its files.

    ``answers`` are by the names of the questions, with the ``url``, which may be empty. Raises UsageError where the folder is not empty.
    """
    refuse_used(folder)
    there = folder.is_dir()
    half = (folder if there else folder.parent) / f".{uuid.uuid4().hex}"
    values = _values(folder, answers, now)
    kept = {*parts, "later" if not answers["url"] else ""}
    if "podcast" in parts:
        kept.add("email" if answers["email"] else "no-email")
    try:
        for path, body in _files(values, kept, parts):
            (half / path).parent.mkdir(parents=True, exist_ok=True)
            (half / path).write_bytes(body)
        # The schemas for editors come here: content.jsonschema.write_all(half)
        files = sorted(one.relative_to(half).as_posix() for one in half.rglob("*") if one.is_file())
        if there:
            for one in sorted(half.iterdir(), key=lambda one: one.name == SETTINGS):
                one.rename(folder / one.name)  # the settings last: with them it is a site
            half.rmdir()
        else:
            half.rename(folder)
    except BaseException:
        shutil.rmtree(half, ignore_errors=True)
        raise
    return files


def _values(folder: Path, answers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Return what stands for the names in the texts."""
    title, author = answers["title"], answers["author"] or answers["title"]
    hue = hashlib.sha256(title.encode()).digest()[0] / 256
    colour = "#" + "".join(f"{round(255 * one):02x}" for one in colorsys.hls_to_rgb(hue, 0.3, 0.5))
    name = slugify(folder.resolve().name) or "my-show"
    guid = settings.podcast_guid(answers["url"], _FEED) if answers["url"] else str(uuid.uuid4())
    return {
        **answers, "author": author, "host": slugify(author) or "host", "accent": colour,
        "id": str(uuid.uuid4()), "guid": guid, "url": answers["url"] or f"https://{name}.example",
        "day": f"{now.astimezone(ZoneInfo(answers['timezone'])):%Y-%m-%d}",
    }  # fmt: skip


def _files(
    values: Mapping[str, str], kept: set[str], parts: Sequence[str]
) -> Iterator[tuple[str, bytes]]:
    """Yield path and body of every file."""
    safe = {name: toml.escaped(value) for name, value in values.items()}
    for part in ("site", *parts):
        for file in sorted(one for one in (_START / part).rglob("*") if one.is_file()):
            body = file.read_bytes()
            if file.suffix != ".mp3":
                text = _ONLY.sub(lambda line: line[2] if line[1] in kept else "", body.decode())
                body = Template(text).safe_substitute(safe).encode()
            yield file.relative_to(_START / part).as_posix(), body
    if "podcast" in parts:
        letters = "".join(word[0] for word in slugify(values["title"]).split("-")[:2] if word)
        yield "images/cover.png", images.placeholder(letters.upper(), values["accent"])
