"""What a publish must not do to listeners: rules over identity, pure.

Compares what a tree announces with what was published; knows no store and asks nobody.
"""

from collections.abc import Iterator, Sequence

from activefeed import urls
from activefeed.fetch import Answer
from activefeed.model import Published, Site
from activefeed.problems import Problem
from activefeed.publish.plan import Plan
from activefeed.tree import Tree

_SHOWN = 10  # items named in one refusal


def refusals(site: Site, tree: Tree, published: Published) -> list[Problem]:
    """Return why this tree must not be published over that state; nothing where it may."""
    if not published.site:
        return []
    if published.site != site.id:
        what = f"this target holds another site (id {published.site})"
        fix = "publish to another place, or put back the id under [site]"
        return [Problem("another-site", what, fix)]
    return [*_frame(site, tree, published), *_items(tree, published)]


def _frame(site: Site, tree: Tree, published: Published) -> Iterator[Problem]:
    guid = site.show.guid if site.show else ""
    # Its code, what it is, what would be harmed, where it is set, then and now.
    for code, what, harm, key, before, now in (
        ("podcast-guid-changed", "podcast:guid", "directories would take this for another show",
         "[podcast]: guid", published.podcast, guid),
        ("feed-path-changed", "address of the podcast's feed", "subscribers would be left behind",
         "[podcast]: feed", published.feed, tree.main_feed),
        ("addresses-changed", "form of all addresses", "every link to a page would be dead",
         "[site]: addresses", published.addresses, site.addresses),
    ):  # fmt: skip
        if before and now != before:
            yield Problem(code, f"the {what} changed: {harm}", f'put back under {key} = "{before}"')


def _items(tree: Tree, published: Published) -> Iterator[Problem]:
    live = [item for item in tree.items.values() if item.state == "live"]
    was_live = [item for item in published.items.values() if item.state == "live"]
    lost = [item for item in was_live if item.guid not in tree.items]
    if lost and not live:
        what = f"nothing would be left of what was published ({len(was_live)} in all)"
        yield Problem("nothing-left", what, "is this the right folder? put the content back")
        return
    new = {(item.kind, item.slug): item for item in live if item.guid not in published.items}
    for item in lost:
        if now := new.get((item.kind, item.slug)):
            yield Problem(
                "guid-changed",
                f'the guid of the {item.kind} "{item.title}" changed from {item.guid} to '
                f"{now.guid}: apps would show it a second time, as new",
                f"write in its file: guid: {item.guid}",
            )
    gone = [f'{item.kind} "{item.title}"' for item in lost if (item.kind, item.slug) not in new]
    if gone:
        yield Problem(
            "item-gone",
            f"published before, but no longer due here: {_few(gone)}",
            "put the file, its date or draft: back; to take it down on purpose, keep the file and "
            "write in it: withdrawn: true",
        )
    for item in live:
        record = published.items.get(item.guid)
        if record and record.state == "withdrawn" and record.slug != item.slug:
            yield Problem(
                "guid-reserved",
                f'the guid of the {item.kind} "{item.title}" belongs to the withdrawn '
                f'"{record.title}": apps would not show it',
                "remove the line guid: from its file",
            )


def to_ask(tree: Tree, published: Published) -> tuple[str, int]:
    """Return an address of audio to ask for, and its length: apps shall find it in a new form.

    Only where the prefix of all addresses changed; nothing where nothing is published that could
    answer.
    """
    if not published.site or published.prefix == tree.prefix:
        return "", 0
    for item in sorted(tree.items.values(), key=lambda item: (item.published, item.guid)):
        sound = item.enclosure
        before = published.items.get(item.guid)
        if sound and sound.key and before and before.enclosure and item.state == "live":
            url = urls.prefixed(tree.prefix, f"{tree.base}/{before.enclosure.key}")
            return url, before.enclosure.length
    return "", 0


def unanswered(url: str, length: int, answer: Answer) -> list[Problem]:
    """Return why the addresses of all audio must not change to that form; nothing if they may."""
    ranged, whole = (answer.headers.get(f"content-{name}", "") for name in ("range", "length"))
    told = ranged.rpartition("/")[2] if answer.status == 206 else whole
    if answer.status in {200, 206} and told == str(length):
        return []
    said = f"did not answer: {answer.trouble}"
    if answer.status:
        said = f"answered {answer.status}, with {told or 'no'} bytes where {length} should be"
    what = f"audio_prefix changed, but {url} {said}; apps would find no episode"
    return [Problem("prefix-dead", what, "correct or put back audio_prefix under [podcast]")]


def losses(made: Plan, *, adopt: bool) -> list[Problem]:
    """Return what a plan must not lose: audio that is nowhere, files of somebody else's."""
    rows = (
        ("audio-gone", made.missing, "published and neither here nor at the target any more",
         "put the audio back beside its episode"),
        ("not-ours", () if adopt else made.foreign, "at the target, and not written by activefeed",
         "publish to another place, or take them over with --adopt"),
    )  # fmt: skip
    return [Problem(code, f"{what}: {_few(keys)}", fix) for code, keys, what, fix in rows if keys]


def _few(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return "; ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
