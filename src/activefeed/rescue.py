"""To the rescue: look at what is public, compare feeds, take an item down, remove the unused.

Each is a look or a publish with a wish; nothing here writes to a store by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urljoin

from activefeed import publishing
from activefeed.content import load, source
from activefeed.formats.feeds import FeedDocument
from activefeed.model import Published, PublishedItem
from activefeed.pipeline import Wishes, read
from activefeed.problems import Problem, Problems, UsageError
from activefeed.publish import compare, manifest, verify
from activefeed.publish.compare import Difference
from activefeed.publish.plan import Step
from activefeed.publishing import Publication, Request, Setting, Work

_NEWEST = 5  # episodes that are asked for, where not all are
_DOCUMENTS = 1000  # of one feed: nobody's archives are longer


def _begin(root: Path, request: Request, setting: Setting) -> tuple[Work, Published]:
    """Return a target with what was published there. Raises UsageError where nothing was."""
    work = publishing.begin(read(root), request, setting)
    published, _ = manifest.read(work.store)
    if published is None:
        raise UsageError(f"nothing was published to {work.store.place} yet", "publish first")
    return work, published


def look(root: Path, request: Request, setting: Setting, *, every: bool) -> list[Problem]:
    """Ask at the public address for the newest items, or for all; return what is wrong there."""
    work, published = _begin(root, request, setting)
    live = [item for item in published.items.values() if item.state == "live"]
    live.sort(key=lambda item: item.published, reverse=True)
    guids = {item.guid for item in (live if every else live[:_NEWEST])}
    return verify.look(published, guids, work.target.to, work.target.endpoint)


def differences(old: str, new: str) -> list[Difference]:
    """Return how two feeds differ for a subscriber; each an address or a file, with archives."""
    return compare.compare(_whole(old), _whole(new))


def _whole(where: str) -> FeedDocument:
    """Return a feed with the items of all documents that it leads to."""
    document = publishing.feed_at(where)
    assert document
    found, seen, last = {item.guid: item for item in document.items}, {where}, document
    while (older := last.older or last.next_page) and len(seen) < _DOCUMENTS:
        where = urljoin(where, older) if "://" in where else _beside(where, older)
        if where in seen:
            break
        seen.add(where)
        if (part := publishing.feed_at(where)) is None:
            break
        last = part
        found |= {item.guid: item for item in last.items if item.guid not in found}
    return replace(document, items=tuple(found.values()))


def _beside(where: str, older: str) -> str:
    """Return the archive of a feed on disk, which lies in the same folder."""
    return str(Path(where).with_name(older.rpartition("/")[2]))


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """An item that shall go."""

    record: PublishedItem
    file: Path | None  # its Markdown file; None where it is gone


def find(root: Path, slug: str, request: Request, setting: Setting) -> Withdrawal:
    """Return the published item of a slug (episode/slug, post/slug where there are both)."""
    work, published = _begin(root, request, setting)
    kind, _, name = slug.rpartition("/")
    found = [
        item
        for item in published.items.values()
        if item.state == "live" and item.slug == name and kind in ("", item.kind)
    ]
    if len(found) != 1:
        what = f'"{slug}" is two things' if found else f'nothing published is called "{slug}"'
        fix = " or ".join(f"{item.kind}/{item.slug}" for item in found) or "strong-hips"
        fix = f"write the last part of its address, such as {fix}"
        raise UsageError(what, fix)
    site = load.load(work.frame, published, setting.now, Problems())
    files = [one.source.file for one in (*site.items, *site.drafts) if one.guid == found[0].guid]
    return Withdrawal(found[0], source.on_disk(root, files[0]) if files else None)


def withdraw(what: Withdrawal, root: Path, request: Request, setting: Setting) -> Publication:
    """Mark an item as withdrawn in its file, and publish that at once."""
    if what.file:
        source.write_line(what.file, "withdrawn", "true")
    wishes = Wishes(withdraw=what.record.guid)
    return publishing.publish(root, replace(request, wishes=wishes, command="withdraw"), setting)


def unused(root: Path, request: Request, setting: Setting) -> tuple[Step, ...]:
    """Return the media that nothing has used for as long as ``request.prune``."""
    done, _ = publishing.prepare(publishing.begin(read(root), request, setting))
    if done.plan is None or done.refusals or done.plan.sends:
        raise UsageError("changes wait to be published", "run: activefeed publish")
    return tuple(step for step in done.plan.deletes if step.reason == "unused")


def prune(root: Path, request: Request, setting: Setting) -> Publication:
    """Delete the media that nothing has used for long."""
    assert isinstance(request.prune, timedelta)
    return publishing.publish(root, replace(request, command="prune"), setting)
