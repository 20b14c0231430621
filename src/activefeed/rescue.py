"""To the rescue: look at what is public, compare feeds, take an item down, remove the unused.

Each is a look or a publish with a wish; nothing here writes to a store by itself.
"""

from pathlib import Path

from activefeed import following, pipeline, publishing
from activefeed.content import load, source
from activefeed.formats import telling
from activefeed.model import Published, PublishedItem
from activefeed.problems import Problem, Problems, UsageError
from activefeed.publish import compare, manifest, plan, verify
from activefeed.publishing import Publication, Request, Work

_NEWEST = 5  # episodes that are asked for, where not all are


def _begin(root: Path, request: Request) -> tuple[Work, Published]:
    """Return a target with what was published there. Raises UsageError where nothing was."""
    work = publishing.begin(pipeline.read(root), request)
    published, _ = manifest.read(work.store)
    if published is None:
        raise UsageError(f"nothing was published to {work.store.place} yet", "publish first")
    return work, published


def look(root: Path, request: Request, *, every: bool) -> list[Problem]:
    """Ask at the public address for the newest items, or for all; return what is wrong there."""
    work, published = _begin(root, request)
    live = [item for item in published.items.values() if item.state == "live"]
    live.sort(key=lambda item: item.published, reverse=True)
    guids = {item.guid for item in (live if every else live[:_NEWEST])}
    return verify.look(published, guids, work.target.to, work.target.endpoint)


def differences(old: str, new: str) -> list[compare.Difference]:
    """Return how two feeds differ for a subscriber; each an address or a file, with archives."""
    ways = (following.documents(where, telling.outline) for where in (old, new))
    return compare.compare(*map(following.whole, ways))


def find(root: Path, slug: str, request: Request) -> tuple[PublishedItem, Path | None]:
    """Return the published item of a slug (episode/slug, post/slug where there are both).

    Beside it, its Markdown file; None where that is gone.
    """
    work, published = _begin(root, request)
    kind, _, name = slug.rpartition("/")
    live = [item for item in published.items.values() if item.state == "live"]
    found = [item for item in live if item.slug == name and kind in ("", item.kind)]
    if len(found) != 1:
        known = " or ".join(f"{item.kind}/{item.slug}" for item in found)
        trouble = "two-things" if found else "nothing-called"
        raise UsageError.of(trouble, slug=slug, known=known)
    site = load.load(work.frame, published, request.now, Problems())
    files = [one.source.file for one in (*site.items, *site.drafts) if one.guid == found[0].guid]
    return found[0], source.on_disk(root, files[0]) if files else None


def withdraw(root: Path, file: Path | None, request: Request) -> Publication:
    """Mark the item of ``request.withdraw`` as withdrawn in its file, and publish that at once."""
    if file:
        source.write_line(file, "withdrawn", "true")
    return publishing.publish(root, request)


def unused(root: Path, request: Request) -> tuple[plan.Step, ...]:
    """Return the media that nothing has used for as long as ``request.prune``."""
    done, _ = publishing.prepare(publishing.begin(pipeline.read(root), request))
    if done.plan is None or done.refusals or done.plan.sends:
        raise UsageError("changes wait to be published", "run: activefeed publish")
    return tuple(step for step in done.plan.deletes if step.reason == "unused")
