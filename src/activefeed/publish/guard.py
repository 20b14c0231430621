"""What a publish must not do to listeners: rules over identity, pure.

Compares what a tree announces with what was published; knows no store and asks nobody.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from activefeed import urls
from activefeed.fetch import Answer
from activefeed.model import Published, PublishedItem, Site, hidden
from activefeed.problems import Problem
from activefeed.publish.plan import Plan
from activefeed.tree import Tree

# What may be meant for once: publish --allow CODE.
ALLOWABLE = frozenset({"dates-moved", "guid-reused", "item-gone", "prefix-dead", "url-dead"})
_SHOWN = 10  # items named in one refusal
_SAMPLES = 5  # episodes that are asked for at a new address


def refusals(
    site: Site, tree: Tree, published: Published, allowed: Collection[str] = ()
) -> list[Problem]:
    """Return why this tree must not be published over that state; nothing where it may.

    What is ``allowed`` hides nothing that is not.
    """
    if not published.site:
        return []
    if published.site != site.id:
        what = f"this target holds another site (id {published.site})"
        fix = "publish to another place, or put back the id under [site]"
        return [Problem("another-site", what, fix)]
    for looked in (
        [*_frame(site, tree, published), *_items(tree, published)],
        [*_reused(tree, published), *_dates(site, tree, published)],
    ):
        if found := [one for one in looked if one.code not in ALLOWABLE & {*allowed}]:
            return found
    return []


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
        fix = "is this the right folder, and the clock right? put the content back"
        yield Problem("nothing-left", what, fix)
        return
    new = [item for item in live if item.guid not in published.items]
    by_name = {key: item for item in new for key in _names(item)}
    pairs = [(one, by_name[key]) for one in lost for key in _names(one) if key in by_name]
    changed = {before.guid: now for before, now in pairs}
    others = f"; and {len(changed) - _SHOWN} more guids changed" if len(changed) > _SHOWN else ""
    shown = [one for one in lost if one.guid in changed][:_SHOWN]
    for before in shown:
        now, more = changed[before.guid], others if before is shown[-1] else ""
        yield Problem(
            "guid-changed",
            f'the guid of the {before.kind} "{before.title}" changed from {before.guid} to '
            f"{now.guid}: apps would show it a second time, as new{more}",
            f"write in its file: guid: {before.guid}",
        )
    if gone := [f'{one.kind} "{one.title}"' for one in lost if one.guid not in changed]:
        yield _gone(gone, len(was_live))
    for item in live:
        record = published.items.get(item.guid)
        theirs = {item.slug, hidden(item.slug)}
        if record and record.state == "withdrawn" and record.slug not in theirs:
            what = f'the guid of the {item.kind} "{item.title}" belongs to an item'
            fix = "remove the line guid: from its file"
            harm = "that was withdrawn: apps would not show it"
            yield Problem("guid-reserved", f"{what} {harm}", fix)


def _names(item: PublishedItem) -> list[tuple[object, ...]]:
    """Return what else than its guid tells an item apart, the surest last."""
    return [(item.kind, item.title, item.published), (item.kind, item.slug)]


def _gone(items: Sequence[str], of: int) -> Problem:
    harm = "published before and not here now, so apps would drop it, half-heard or not"
    what = f"{harm}: {_few(items)}"
    if len(items) > max(3, of // 10):
        fix = f"{len(items)} of {of} at once: is a folder missing, or the clock wrong?"
        return Problem("many-gone", what, f"{fix} put them back")
    back = "put its file or its old date back, or remove draft: true"
    down = "to take it down on purpose: activefeed withdraw, or withdrawn: true in its file"
    lost = "if the file is lost for good: activefeed publish --allow item-gone"
    return Problem("item-gone", what, f"{back}; {down}; {lost}")


def _reused(tree: Tree, published: Published) -> Iterator[Problem]:
    """Yield items that took over the guid of another: front matter copied with its guid."""
    for guid, item in tree.items.items():
        before = published.items.get(guid)
        if before is None or {item.state, before.state} != {"live"}:
            continue
        if not {*_facts(item)} & {*_facts(before)}:
            yield Problem(
                "guid-reused",
                f'the {item.kind} "{item.title}" has the guid of "{before.title}": apps would not '
                "announce it, but put it in the place of the old one",
                "remove the line guid: from its file; if both are the same: --allow guid-reused",
            )


def _facts(item: PublishedItem) -> Iterator[tuple[str, object]]:
    yield from (("slug", item.slug), ("title", item.title), ("published", item.published))
    if sound := item.enclosure:
        yield from (("url", sound.url or sound.key), ("source", sound.source_sha256 or sound.url))


def _dates(site: Site, tree: Tree, published: Published) -> Iterator[Problem]:
    """Yield why dates must not move so: many at once, or an old item to the top."""
    before = {guid: one for guid, one in published.items.items() if one.state == "live"}
    pairs = [(before[guid], one) for guid, one in tree.items.items() if guid in before]
    moved = [(old, new) for old, new in pairs if old.published != new.published]
    newest = max((one.published for one in before.values()), default=None)
    zone = ZoneInfo(site.timezone)
    jumps = [p for p in moved if newest and p[0].published < newest < p[1].published]
    if jumps or len(moved) > max(3, len(before) // 20):
        names = [f'"{old.title}" ({old.published.astimezone(zone):%Y-%m-%d %H:%M})'
                 for old, _ in jumps or moved]  # fmt: skip
        harm = "apps would show old items at the top, as new" if jumps else (
            f"{len(moved)} of {len(before)} dates changed, so apps would sort the show anew"
        )  # fmt: skip
        fix = "put the dates back; if they are right now: --allow dates-moved"
        yield Problem("dates-moved", f"{harm}; until now: {_few(names)}", fix)


@dataclass(frozen=True, slots=True)
class Sample:
    """Published audio to ask for where apps will look for it from now on."""

    url: str
    length: int  # bytes
    sha256: str
    code: str  # of the refusal, if it is not there
    key: str  # what was changed in the settings
    before: str


def to_ask(tree: Tree, published: Published) -> list[Sample]:
    """Return a few episodes to ask for at a new address: oldest, newest, three between.

    Only where the address of all of them changed; nothing where nothing could answer.
    """
    if published.url and published.url != tree.base:
        code, key, before = "url-dead", "url", published.url
    elif published.site and published.prefix != tree.prefix:
        code, key, before = "prefix-dead", "audio_prefix", published.prefix
    else:
        return []
    sounds = [
        (one.published, sound)
        for guid, one in published.items.items()
        if (sound := one.enclosure) and sound.key and guid in tree.items
        and tree.items[guid].state == "live"
    ]  # fmt: skip
    sounds.sort(key=lambda pair: (pair[0], pair[1].key))
    last = len(sounds) - 1
    chosen = sorted({last * n // (_SAMPLES - 1) for n in range(_SAMPLES)}) if sounds else []
    return [
        Sample(
            urls.prefixed(tree.prefix, f"{tree.base}/{sound.key}"), sound.length, sound.sha256,
            code, key, before,
        )
        for _, sound in (sounds[n] for n in chosen)
    ]  # fmt: skip


def unanswered(asked: Iterable[tuple[Sample, Answer]]) -> list[Problem]:
    """Return why the addresses of all audio must not change; nothing where every sample is there.

    The first sample that fails is told: with the address of all, the others fail alike.
    """
    for sample, answer in asked:
        ranged, whole = (answer.headers.get(f"content-{name}", "") for name in ("range", "length"))
        told = ranged.rpartition("/")[2] if answer.status == 206 else whole
        same = answer.sha256 in {"", sample.sha256}  # of some only the length was asked
        if answer.status in {200, 206} and told == str(sample.length) and same:
            continue
        other = f"{told or 'no'} bytes, not {sample.length}" if same else "other bytes"
        said = f"answered {answer.status}" if answer.status else f"did not answer: {answer.trouble}"
        said += f", with {other}" if answer.status in {200, 206} else ""
        what = f"{sample.key} changed, but {sample.url} {said}; apps would find no episode"
        was = f'put back {sample.key} = "{sample.before}"'
        back = was if sample.before else f"remove the line {sample.key}"
        fix = f"correct it, or {back}; if it will answer soon: --allow {sample.code}"
        return [Problem(sample.code, what, fix)]
    return []


def losses(made: Plan, *, adopt: bool) -> list[Problem]:
    """Return what a plan must not lose: audio that is nowhere, files of somebody else's."""
    rows = (
        ("audio-gone", made.missing, "published audio is neither here nor at the target any more",
         "put the audio back beside its episode"),
        ("not-ours", () if adopt else made.foreign, "at the target, and not written by activefeed",
         "publish to another place, or take them over with --adopt"),
    )  # fmt: skip
    return [Problem(code, f"{what}: {_few(keys)}", fix) for code, keys, what, fix in rows if keys]


def _few(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return "; ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
