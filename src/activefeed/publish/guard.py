"""What a publish must not do to listeners: rules over identity, pure.

Compares what a tree announces with what was published; knows no store and asks nobody.
"""

from __future__ import annotations

from collections.abc import Iterator

from activefeed.model import Published, PublishedItem, Site
from activefeed.problems import Problem
from activefeed.tree import Tree

_SHOWN = 10  # items named in one refusal


def refusals(site: Site, tree: Tree, published: Published) -> list[Problem]:
    """Return why this tree must not be published over that state; nothing where it may."""
    if not published.site:
        return []
    if published.site != site.id:
        return [
            Problem(
                "another-site",
                f"this target holds another site (id {published.site})",
                "publish to another place, or put back the id under [site]",
            )
        ]
    return [*_frame(site, tree, published), *_items(tree, published)]


def _frame(site: Site, tree: Tree, published: Published) -> Iterator[Problem]:
    guid = site.show.guid if site.show else ""
    if published.podcast and guid != published.podcast:
        yield Problem(
            "podcast-guid-changed",
            "the podcast:guid changed: directories would take this for another show",
            f'put back under [podcast]: guid = "{published.podcast}"',
        )
    if published.feed and tree.main_feed != published.feed:
        yield Problem(
            "feed-path-changed",
            "the address of the podcast's feed changed: subscribers would be left behind",
            f'put back under [podcast]: feed = "{published.feed}"',
        )
    if published.addresses and site.addresses != published.addresses:
        yield Problem(
            "addresses-changed",
            "the form of all addresses changed: every link to a page would be dead",
            f'put back under [site]: addresses = "{published.addresses}"',
        )


def _items(tree: Tree, published: Published) -> Iterator[Problem]:
    live = {guid: item for guid, item in tree.items.items() if item.state == "live"}
    was_live = [item for item in published.items.values() if item.state == "live"]
    by_slug = {(item.kind, item.slug): item for item in live.values()}
    lost = [item for item in was_live if item.guid not in tree.items]
    if was_live and not live and lost:
        yield Problem(
            "nothing-left",
            f"nothing would be left of {len(was_live)} published items",
            "is this the right folder? put the content back",
        )
        return
    for item in lost:
        if now := by_slug.get((item.kind, item.slug)):
            yield Problem(
                "guid-changed",
                f'the guid of the {item.kind} "{item.title}" changed from {item.guid} to '
                f"{now.guid}: apps would show it a second time, as new",
                f"write in its file: guid: {item.guid}",
            )
    yield from _gone([item for item in lost if (item.kind, item.slug) not in by_slug])
    for item in live.values():
        record = published.items.get(item.guid)
        if record and record.state == "withdrawn" and record.slug != item.slug:
            yield Problem(
                "guid-reserved",
                f'the guid of the {item.kind} "{item.title}" belongs to the withdrawn '
                f'"{record.title}": apps would not show it',
                "remove the line guid: from its file",
            )


def _gone(items: list[PublishedItem]) -> Iterator[Problem]:
    if not items:
        return
    names = "; ".join(f'{item.kind} "{item.title}"' for item in items[:_SHOWN])
    more = f" and {len(items) - _SHOWN} more" if len(items) > _SHOWN else ""
    yield Problem(
        "item-gone",
        f"published before, but no longer due here: {names}{more}",
        "put the file, its date or draft: back; to take it down on purpose, keep the file and "
        "write in it: withdrawn: true",
    )
