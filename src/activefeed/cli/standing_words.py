"""Where a site stands, in words: a line for each fact, then what is left to do.

Returns lines; writes and asks nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from activefeed.console import count, files, size, summary
from activefeed.publishing import Publication
from activefeed.standing import Entry, Errand, Standing

_SHOWN = 20  # of one list
_DAY = "%Y-%m-%d %H:%M"


def lines(found: Standing, done: Publication, now: datetime) -> Iterator[str]:
    """Yield what a person wants to know, the news first."""
    site = done.rendered.site
    yield f'"{site.title if site else ""}"{f" at {done.place}" if done.place else ""}'
    yield ""
    facts = [*_there(found, done)] if done.place else []
    for label, texts in [*facts, *_here(found, done, now)]:
        more = [f"and {len(texts) - _SHOWN} more"] if len(texts) > _SHOWN else []
        for n, text in enumerate([*texts[:_SHOWN], *more]):
            yield f"{'' if n else label:<10}{text}"
    if found.left:
        yield from _left(found.left, listed=bool(site and site.show and site.show.listings))


Facts = Iterator[tuple[str, Sequence[str]]]


def _there(found: Standing, done: Publication) -> Facts:
    """Yield what only the target can tell."""
    live, kept = found.live, found.storage
    what = f"{count(live.episodes, 'episode')}, {count(live.posts, 'post')}"
    newest = (
        f"; the newest: {_named(live.newest)}, {live.newest.date:{_DAY}}" if live.newest else ""
    )
    yield "Live", [what + newest]
    when = f"last on {found.last_publish:{_DAY}}" if found.last_publish else "nothing yet"
    yield "Published", [when]
    if done.plan is None:
        yield "Changes", ["these can be told when the errors in your files are mended"]
    elif done.plan.empty:
        yield "Changes", ["none; everything is published"]
    else:
        items = [f'{one.what}: {one.item.kind} "{one.item.title}"' for one in done.plan.changes]
        refused = [f"refused: {one.message}" for one in done.refusals]
        run = f"run: activefeed publish {done.name}".rstrip()
        yield "Changes", [*items[:_SHOWN], *files(done.plan), *refused, run]
    media = f"{size(kept.media_bytes)} of audio and pictures ({count(kept.media_files, 'file')})"
    yield "Storage", [f"{media}, {size(kept.other_bytes)} of all else ({kept.other_files})"]


def _here(found: Standing, done: Publication, now: datetime) -> Facts:
    """Yield what the files tell."""
    if found.waiting:
        every = [
            f"{_named(one)}, with the first run after {_when(one.date, now)}"
            for one in found.waiting
            if one.date
        ]
        yield "Waiting", every
        yield "", ["A machine can run it for you: activefeed automate"]
    if found.drafts:
        yield "Drafts", [f"{_named(one)} ({one.file})" for one in found.drafts]
    problems = done.rendered.problems
    words = f"{summary(problems, done.rendered.files)}; see: activefeed check"
    yield "Mistakes", [words if len(problems) else "none"]
    if found.statistics:
        yield "Downloads", [found.statistics]
    if found.feed:
        yield "Feed", [found.feed]


def _left(left: Sequence[Errand], *, listed: bool) -> Iterator[str]:
    yield "\nLeft to do"
    for one in left:
        yield f"  {one.title}: {one.address}".rstrip(": ")
        yield f"    {one.asks}"
    own = [f"  {one.line}," for one in left if one.line]
    if own:
        yield "\nWhen the show is in one of them, write the address of its page there into"
        yield "activefeed.toml, under [podcast], so that your site links to it:"
        yield from own if listed else ["listings = [", *own, "]"]


def _named(one: Entry) -> str:
    return f'{one.kind} "{one.title}"' if one.title else f"{one.kind} that cannot be read yet"


def _when(date: datetime, now: datetime) -> str:
    """Return an instant with its zone, and how long it is until then: the two largest units."""
    minutes = int((date - now).total_seconds()) // 60
    units = (minutes // 1440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute")
    words = [count(n, unit) for n, unit in units if n][:2] or ["less than a minute"]
    return f"{date:{_DAY}} ({date.tzinfo}), in {' '.join(words)}"
