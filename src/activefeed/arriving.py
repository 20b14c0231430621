"""To bring here what an import planned: download, look at each file, write, look at the whole.

Never writes over a file that is there. An item is written when all of its files have come, so that
the next run has only the others to bring.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath

from activefeed import pipeline
from activefeed.clock import Clock
from activefeed.content import pictures, source
from activefeed.desk import beginning, settings
from activefeed.formats import audio, chapters, images, transcripts, yaml
from activefeed.importing import USUAL, Import
from activefeed.migrate import download, items
from activefeed.migrate.moving import NewItem, Notice, Wanted
from activefeed.migrate.notices import words
from activefeed.model import Chapter
from activefeed.problems import ActivefeedError, FormatError, Location, Problem

KEPT = "imported"  # the folder of what the old place said, for the author's records
_WAY = ".activefeed/import"  # below a site's folder: files that are on their way
_TOGETHER = 25  # items whose files are downloaded together
_LATER = {"download-broken", "download-disk", "download-most"}  # another run may bring these
_NEEDED = {"title", "date", "guid"}  # keys without which an item would be another one
_COVER = ("podcast", "cover")
_STAND_IN = ("", "#0b6170")  # letters and colour of a cover for want of one
_ROUNDS = 4  # of looking at the whole: what is taken out may uncover something else

_Came = Mapping[Wanted, Path | Notice]
Hear = Callable[[int, int, str], object]  # bytes there, bytes in all, whose


@dataclass(frozen=True, slots=True)
class Arrival:
    """What has come, and what has not."""

    written: tuple[str, ...] = ()  # paths of Markdown files
    late: tuple[str, ...] = ()  # titles of items that the next run has to bring
    notices: tuple[Notice, ...] = ()


def arrive(plan: Import, now: datetime, clock: Clock, hear: Hear) -> Arrival:
    """Carry out an import, and return what became of it."""
    root, notices, written, late = plan.root, list[Notice](), dict[str, NewItem](), list[str]()
    if plan.begins:
        _begin(plan)
    for n, body in enumerate(plan.documents, 1):
        source.put(root / KEPT / f"{n:03}", body)
    run = download.Run(clock, root / _WAY / "come", root / _WAY, plan.trust, plan.instead, hear)
    values, told = _furnish(root, plan.move.settings, _come(plan.move.wanted, run))
    notices += told
    settings.put(root, values)
    for n in range(0, len(plan.move.items), _TOGETHER):
        some = plan.move.items[n : n + _TOGETHER]
        came = _come([one for item in some for one in item.wanted], run)
        for item in some:
            title = str(item.keys["title"])
            gone = [got for one in item.wanted if isinstance(got := came[one], Notice)]
            if any(one.kind in _LATER for one in gone):
                late.append(title)
                continue
            whole, told = _finish(root, item, came)
            notices += told
            if not (root / whole.path).exists():
                source.put(root / whole.path, items.render(whole).encode())
                written[whole.path] = whole
    notices += _hold(root, now, written, values)
    return Arrival(tuple(written), tuple(late), tuple(notices))


def _begin(plan: Import) -> None:
    """Begin a site that holds nothing yet."""
    facts, kinds = plan.show.facts, {item.kind for item in plan.move.items}
    parts = [part for part, kind in (("podcast", "episode"), ("blog", "post")) if kind in kinds]
    title = facts.get("title") or plan.request.answers["title"]
    answers = {**plan.request.answers, "title": title, "author": facts.get("author") or title}
    beginning.make(plan.root, answers, parts, samples=False)


def _come(wanted: Sequence[Wanted], run: download.Run) -> dict[Wanted, Path | Notice]:
    """Download files; return each, or why there is none."""
    here = {one: run.to / one.path for one in wanted}  # some had come before
    missing = [one for one, path in here.items() if not path.is_file()]
    failed = {one: got for one, got in download.download_all(missing, run).items()
              if isinstance(got, Notice)}  # fmt: skip
    return {**here, **failed}


def _finish(root: Path, item: NewItem, came: _Came) -> tuple[NewItem, list[Notice]]:
    """Put the files of an item into their places; return it as it is then."""
    whole, notices = item, list[Notice]()
    for one in item.wanted:
        whole, kind, detail = _with(root, whole, one, came[one])
        notices += [Notice(kind, str(item.keys["title"]), detail)] if kind else []
    return whole, notices


def _furnish(
    root: Path, values: Mapping[settings.Place, object], came: _Came
) -> tuple[dict[settings.Place, object], list[Notice]]:
    """Put the pictures of the show and its people into their places; return the settings then."""
    found, notices = dict(values), list[Notice]()
    for one, got in came.items():
        path, trouble = _put(root, one, got)
        place = next((place for place, value in values.items() if value == one.path), ())
        if place == _COVER and path and not pictures.fits(images.probe(root / path)):
            path, trouble = "", "it is no square of at least 1400 × 1400 pixels"
        if trouble:
            notices.append(Notice("no-picture", detail=f"{one.url}: {trouble}"))
        if place:
            found[place] = path
    if any(place[0] == "podcast" for place in values) and not found.get(_COVER):  # it must have one
        found[_COVER] = "images/cover.png"
        source.put(root / "images/cover.png", images.cover(*_STAND_IN))
        notices.append(Notice("stand-in-cover"))
    return found, notices


def _put(root: Path, one: Wanted, got: Path | Notice) -> tuple[str, str]:
    """Put a file into its place; return its path, or an empty one and what is wrong with it."""
    if isinstance(got, Notice):
        return "", got.detail
    try:
        path = str(PurePosixPath(one.path).with_suffix(_ending(one, got)))
    except (ActivefeedError, UnicodeError) as error:
        return "", str(error)
    file = source.on_disk(root, path)
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        got.replace(file)
    return path, ""


def _ending(one: Wanted, got: Path) -> str:
    """Return what a file's name must end with, by what is in it. Raises FormatError."""
    if one.use == "audio":
        return audio.probe(got).extension
    if one.use == "image":
        return images.probe(got).extension
    ending = PurePosixPath(one.path).suffix
    transcripts.parse(got.read_text("utf-8-sig"), ending)
    return ending


def _with(root: Path, item: NewItem, one: Wanted, got: Path | Notice) -> tuple[NewItem, str, str]:
    """Return an item with one of its files, or without it; then the kind and detail of a notice."""
    if one.use == "chapters":
        with suppress(FormatError):
            if isinstance(got, Path):
                rows = [_row(chapter) for chapter in chapters.read_json(got.read_bytes())]
                return replace(item, keys={**item.keys, "chapters": rows}), "", ""
        return item, "no-chapters", one.url
    path, trouble = _put(root, one, got)
    if one.use == "audio" and trouble:
        keys = {**item.keys, "audio": one.url, "draft": True}
        return replace(item, keys=keys), "no-audio", f"{one.url}: {trouble}"
    here = posixpath.dirname(item.path)
    was = posixpath.relpath(one.path, here)
    now = posixpath.relpath(path, here) if path else one.url
    keys = {key: now if value == was else value for key, value in item.keys.items()}
    keys = {key: value for key, value in keys.items() if path or key != "image"}
    item = replace(item, keys=keys, body=item.body.replace(was, now))
    return item, *(("", "") if path else (f"no-{one.use}", f"{one.url}: {trouble}"))


def _row(chapter: Chapter) -> object:
    row = {"start": chapters.clock(chapter.start), "title": chapter.title}
    links = {"url": chapter.url, "image": chapter.image}
    more = {key: url for key, url in links.items() if url}
    return {**row, **more} if more else f"{row['start']} {row['title']}"


def _hold(
    root: Path, now: datetime, written: dict[str, NewItem], values: Mapping[settings.Place, object]
) -> list[Notice]:
    """Take out what our own rules refuse, until nothing of what was written stops a publish."""
    notices = list[Notice]()
    for _ in range(_ROUNDS):
        found = pipeline.check(root, now).problems.errors
        told = [*_held(root, found, written), *_cleared(root, found, values)]
        notices += told
        if not told:
            break
    return notices


def _held(root: Path, found: Iterable[Problem], written: dict[str, NewItem]) -> Iterator[Notice]:
    """Take a key out of an item, else the item out of what is due; yield what was done."""
    before = {PurePosixPath(path).with_suffix(""): (path, item) for path, item in written.items()}
    for problem in found:
        where = problem.location or Location("")
        if PurePosixPath(where.file).with_suffix("") not in before:
            continue
        path, item = before[PurePosixPath(where.file).with_suffix("")]
        key, keys = _key_at(item, where.line) if where.file == path else "", written[path].keys
        if key in keys and key not in _NEEDED:
            kind, told, kept = "refused", f"{key}: {problem.message}", keys.keys() - {key}
            keys = {name: value for name, value in keys.items() if name in kept}
        elif "draft" not in keys:
            kind, told, keys = "held-back", problem.message, {**keys, "draft": True}
        else:
            continue
        written[path] = replace(item, keys=keys)
        source.put(root / path, items.render(written[path]).encode())
        yield Notice(kind, str(item.keys["title"]), told)


def _key_at(item: NewItem, line: int) -> str:
    """Return the key of an item's front matter that a line of its file belongs to."""
    document, _ = yaml.read(items.render(item))
    above = [(mark.line, str(key[0])) for key, mark in document.keys.items() if len(key) == 1]
    near = [key for at, key in sorted(above) if at <= line < document.body_line]
    return near[-1] if near else ""


def _cleared(
    root: Path, found: Iterable[Problem], values: Mapping[settings.Place, object]
) -> Iterator[Notice]:
    """Take values out of the settings; yield what was done."""
    for problem in found:
        if not problem.location or problem.location.file != source.SETTINGS:
            continue
        sheet = pipeline.read(root).frame
        at = [
            one for one in values if sheet and sheet.written.of(*one).line == problem.location.line
        ]
        if at:
            settings.put(root, {at[-1]: USUAL.get(at[-1], "")})
            yield Notice("refused", "", f"{at[-1][-1]}: {problem.message}")


def told(done: Arrival) -> dict[str, object]:
    """Return what has come as people and programs are told; commands.md explains the keys."""
    return {"written": [*done.written], "late": [*done.late], "notices": words(done.notices)}
