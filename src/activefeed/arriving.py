"""To bring here what an import planned: download, look at each file, write, look at the whole.

Never writes over a file that is there. An item is written when all of its files have come, so that
the next run has only the others to bring.
"""

from __future__ import annotations

import posixpath
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import asdict, replace
from datetime import datetime
from functools import reduce
from operator import getitem
from pathlib import Path, PurePosixPath
from typing import Any

from activefeed import pipeline
from activefeed.clock import Clock
from activefeed.content import pictures, source
from activefeed.desk import beginning, settings
from activefeed.formats import audio, chapters, images, transcripts, yaml
from activefeed.importing import USUAL, Import
from activefeed.migrate import download, items
from activefeed.migrate.moving import NewItem, Notice, Wanted, in_words
from activefeed.problems import ActivefeedError, Location, Problem
from activefeed.urls import podcast_guid

KEPT = "imported"  # the folder of what the old place said, for the author's records
_WAY = ".activefeed/import"  # below a site's folder: files that are on their way
_TOGETHER = 25  # items whose files are downloaded together
_LATER = {"download-broken", "download-disk", "download-most"}  # another run may bring these
_NEEDED = {"title", "date", "guid"}  # keys without which an item would be another one
_COVER = ("podcast", "cover")
_PLAIN, _LOOK = "images/cover.png", ("", "#0b6170")  # for want of a cover: letters, colour
_NAME = 60  # characters of whom a new site is by: a person's id is made of them
_ROUNDS = 4  # of looking at the whole: what is taken out may uncover something else

_Came = Mapping[Wanted, Path | Notice]
_Moves = Mapping[str, str]  # path that was planned → path that it has, empty for none
Hear = Callable[[int, int, str], object]  # bytes there, bytes in all, whose


def arrive(plan: Import, now: datetime, clock: Clock, hear: Hear) -> dict[str, list[str]]:
    """Carry out an import; return what came as people and programs are told.

    That are the paths of Markdown files that were ``written``, titles of items that are ``late``,
    which the next run has to bring, and ``notices``.
    """
    root, written, late = plan.root, dict[str, NewItem](), list[str]()
    if plan.begins:
        _begin(plan)
    for n, body in enumerate(plan.documents, 1):
        ending = "json" if body.lstrip()[:1] == b"{" else "xml"
        source.put(root / KEPT / f"feed-{n:03}.{ending}", body)
    run = download.Run(clock, root / _WAY, plan.request.trust, hear)
    moves, notices = _furnish(plan, _come(plan, plan.move.wanted, run))
    settings.put(root, {place: _moved(value, moves) for place, value in plan.move.settings.items()})
    for n in range(0, len(plan.move.items), _TOGETHER):
        some = plan.move.items[n : n + _TOGETHER]
        came = _come(plan, [one for item in some for one in item.wanted], run)
        for item in some:
            if _LATER & {got.kind for one in item.wanted if isinstance(got := came[one], Notice)}:
                late.append(str(item.keys["title"]))
                continue
            whole, told = _finish(root, item, came, moves)
            notices += told
            if not (root / whole.path).exists():
                source.put(root / whole.path, items.render(whole).encode())
                written[whole.path] = whole
    if not late:
        shutil.rmtree(root / _WAY, ignore_errors=True)
    notices += _hold(plan, now, written)
    return {"written": [*written], "late": late, "notices": in_words(notices)}


def _begin(plan: Import) -> None:
    """Begin a site that holds nothing yet."""
    kinds = {item.kind for item in plan.move.items}
    parts = [part for part, kind in (("podcast", "episode"), ("blog", "post")) if kind in kinds]
    title = plan.show.said("title") or plan.request.answers["title"]
    who = {"title": title, "author": (plan.show.said("author") or title)[:_NAME]}
    beginning.make(plan.root, {**plan.request.answers, **who}, parts, samples=False)


def _come(plan: Import, wanted: Sequence[Wanted], run: download.Run) -> _Came:
    """Download files; return each, or why there is none. What is at hand is only copied."""
    for one in wanted:
        path = run.place(one)
        if not path.is_file() and (body := plan.at_hand(one.url)) is not None:
            source.put(path, body)
    return download.download_all(wanted, run)


def _furnish(plan: Import, came: _Came) -> tuple[_Moves, list[Notice]]:
    """Put the pictures of the show and its people into their places; return where they are."""
    root, cover = plan.root, str(plan.move.settings.get(_COVER, ""))
    moves, notices = dict[str, str](), list[Notice]()
    for one, got in came.items():
        path = _put(root, one, got, notices)
        if one.path == cover and path and not pictures.fits(images.probe(root / path)):
            path, trouble = "", f"{one.url}: a cover is a square of at least 1400 × 1400 pixels"
            notices.append(Notice("unfit", "", trouble))
        moves |= {one.path: path, f"../{one.path}": path and f"../{path}"}
    if cover and not moves.get(cover):
        source.put(root / _PLAIN, images.cover(*_LOOK))
        moves[cover] = _PLAIN
        notices.append(Notice("stand-in-cover"))
    return moves, notices


def _finish(root: Path, item: NewItem, came: _Came, moves: _Moves) -> tuple[NewItem, list[Notice]]:
    """Put the files of an item into their places; return it as it is then."""
    keys, body, notices = dict(item.keys), item.body, list[Notice]()
    for one in item.wanted:
        was = posixpath.relpath(one.path, posixpath.dirname(item.path))
        path = _put(root, one, got := came[one], notices)
        if one.use == "chapters" and isinstance(got, Path) and path:
            found = map(asdict, chapters.read_json(got.read_bytes()))
            rows = ({**row, "start": str(int(row["start"]))} for row in found)
            keys["chapters"] = items.chapter_rows(rows)
        elif one.use == "audio" and not path:
            keys |= {"audio": one.url, "draft": True}
            notices.insert(-1, Notice("no-audio"))
        elif one.use != "chapters":
            now = path and posixpath.relpath(path, posixpath.dirname(item.path))
            moves, body = {**moves, was: now}, body.replace(was, now or one.url)
    told = [replace(one, title=str(keys["title"])) for one in notices]
    return replace(item, keys=_moved(keys, moves), body=body), told


def _put(root: Path, one: Wanted, got: Path | Notice, notices: list[Notice]) -> str:
    """Put a file into its place; return its path, or nothing and tell what is wrong with it."""
    try:
        if isinstance(got, Path):
            path = str(PurePosixPath(one.path).with_suffix(_ending(one, got)))
    except (ActivefeedError, UnicodeError) as error:
        got = Notice("unfit", "", f"{one.url}: {error}")
    if isinstance(got, Notice):
        notices.append(got)
        return ""
    file = source.on_disk(root, path)
    if one.use != "chapters" and not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        got.replace(file)
    return path


def _ending(one: Wanted, got: Path) -> str:
    """Return what a file's name must end with, by what is in it. Raises FormatError."""
    if one.use == "audio":
        return audio.probe(got).extension
    if one.use == "image":
        return images.probe(got).extension
    ending = PurePosixPath(one.path).suffix
    if one.use == "chapters":
        chapters.read_json(got.read_bytes())
    else:
        transcripts.parse(got.read_text("utf-8-sig"), ending)
    return ending


def _moved(value: Any, moves: _Moves) -> Any:
    """Return a value with the new paths of files; what has none any more is left out."""
    if isinstance(value, dict):
        return {key: now for key, one in value.items() if (now := _moved(one, moves)) != ""}
    if isinstance(value, list):
        return [now for one in value if (now := _moved(one, moves)) != ""]
    return moves.get(value, value) if isinstance(value, str) else value


def _hold(plan: Import, now: datetime, written: dict[str, NewItem]) -> Iterator[Notice]:
    """Take out what our own rules refuse, until nothing of what was written stops a publish."""
    for _ in range(_ROUNDS):
        found = pipeline.check(plan.root, now).problems.errors
        told = [*_held(plan.root, found, written), *_cleared(plan, found)]
        yield from told
        if not told:
            break


def _held(root: Path, found: Sequence[Problem], written: dict[str, NewItem]) -> Iterator[Notice]:
    """Take a value out of an item, else the item out of what is due; yield what was done."""
    before = {posixpath.splitext(path)[0]: (path, item) for path, item in written.items()}
    for problem in reversed(found):  # so that entries of lists keep their numbers
        where = problem.location or Location("")
        if (stem := posixpath.splitext(where.file)[0]) not in before:
            continue
        path, item = before[stem]
        keys: Any = deepcopy(dict(written[path].keys))
        place = _place_at(item, where) if where.file == path else ()
        if place and place[0] not in _NEEDED:
            del reduce(getitem, place[:-1], keys)[place[-1]]
            kind, told = "refused", f"{place[0]}: {problem.message}"
        elif "draft" not in keys:
            kind, told, keys = "held-back", problem.message, {**keys, "draft": True}
        else:
            continue
        written[path] = replace(item, keys=keys)
        source.put(root / path, items.render(written[path]).encode())
        yield Notice(kind, str(item.keys["title"]), told)


def _place_at(item: NewItem, where: Location) -> yaml.Path:
    """Return the place of a value in an item's front matter; none for another place."""
    document, _ = yaml.read(items.render(item))
    marks = [*document.keys.items(), *document.values.items()]
    places = {(mark.line, mark.column): path for path, mark in marks}
    return places.get((where.line, where.column), ())


def _cleared(plan: Import, found: Sequence[Problem]) -> Iterator[Notice]:
    """Take values out of the settings, or what is usual in their places; yield what was done."""
    values = plan.move.settings
    usual = {**USUAL, ("podcast", "guid"): podcast_guid(plan.request.where)}
    usual |= {place: place[1] for place in values if place[::2] == ("people", "name")}
    for problem in found:
        where, frame = problem.location, pipeline.read(plan.root).frame
        if where and where.file == source.SETTINGS and frame:
            at = [one for one in values if frame.written.of(*one).line == where.line > 0][-1:]
            settings.put(plan.root, {one: usual.get(one, "") for one in at})
            yield from (Notice("refused", "", f"{one[-1]}: {problem.message}") for one in at)
