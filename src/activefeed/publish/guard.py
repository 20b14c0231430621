"""What a publish must not do to listeners: rules over identity, pure.

Compares what a tree announces with what was published; knows no store, and asks by what it is
given. Its words are in refusals.toml.
"""

from collections.abc import Callable, Collection, Iterator
from zoneinfo import ZoneInfo

from activefeed import urls
from activefeed.fetch import Answer
from activefeed.model import Published, PublishedEnclosure, PublishedItem, Site, hidden
from activefeed.problems import Problem
from activefeed.publish.plan import Plan
from activefeed.tree import Tier, Tree
from activefeed.wording import few

# What may be meant for once: publish --allow CODE.
ALLOWABLE = frozenset(
    {"dates-moved", "feed-gone", "guid-reused", "item-gone", "prefix-dead", "url-dead"}
)
Codes = Collection[str]
Ask = Callable[[str, int], Answer]
_SHOWN = 10  # items named in one refusal
_SAMPLES = 5  # episodes that are asked for at a new address


def refusals(site: Site, tree: Tree, published: Published, allowed: Codes = ()) -> list[Problem]:
    """Return why this tree must not be published over that state; nothing where it may.

    What is ``allowed`` hides nothing that is not.
    """
    if not published.site:
        return []
    if published.site != site.id:
        return [Problem.of("another-site", before=published.site)]
    meant = ALLOWABLE & {*allowed}
    gone = [*_frame(site, tree, published), *_feeds(tree, published), *_items(tree, published)]
    other = [*_reused(tree, published), *_dates(site, tree, published)]
    return [p for p in gone if p.code not in meant] or [p for p in other if p.code not in meant]


def _frame(site: Site, tree: Tree, published: Published) -> Iterator[Problem]:
    old, new = (tree.artifacts.get(path) for path in (published.feed, tree.main_feed))
    both = old and new and old.sha256 == new.sha256  # an alias keeps the old one in step
    for code, before, now in (
        ("podcast-guid-changed", published.podcast, site.show.guid if site.show else ""),
        ("feed-path-changed", "" if both else published.feed, tree.main_feed),
        ("addresses-changed", published.addresses, site.addresses),
    ):
        if before and now != before:
            yield Problem.of(code, before=before)


def _feeds(tree: Tree, published: Published) -> Iterator[Problem]:
    """Yield the other addresses of feeds, as apps from an old host have them, that would go."""
    left = {k: one.sha256 for k, one in published.objects.items() if one.tier == Tier.FEED}
    stay = {digest: key for key, digest in left.items() if key in tree.artifacts}
    for key in sorted(left.keys() - tree.artifacts.keys() - published.tombstones.keys()):
        if to := stay.get(left[key]):
            yield Problem.of("feed-gone", key=key, to=to)


def _items(tree: Tree, published: Published) -> Iterator[Problem]:
    live = [item for item in tree.items.values() if item.state == "live"]
    was_live = [item for item in published.items.values() if item.state == "live"]
    lost = [item for item in was_live if item.guid not in tree.items]
    if lost and not live:
        yield Problem.of("nothing-left", of=len(was_live))
        return
    new = [item for item in live if item.guid not in published.items]
    by_name = {key: item for item in new for key in _names(item)}
    changed = {one.guid: by_name[k] for one in lost for k in _names(one) if k in by_name}
    others = f"; and {len(changed) - _SHOWN} more guids changed" if len(changed) > _SHOWN else ""
    shown = [one for one in lost if one.guid in changed][:_SHOWN]
    for before in shown:
        more = others if before is shown[-1] else ""
        yield Problem.of("guid-changed", before=before, now=changed[before.guid], more=more)
    if gone := [f'{one.kind} "{one.title}"' for one in lost if one.guid not in changed]:
        code = "many-gone" if len(gone) > max(3, len(was_live) // 10) else "item-gone"
        yield Problem.of(code, items=few(gone, _SHOWN), gone=len(gone), of=len(was_live))
    for item in live:
        record = published.items.get(item.guid)
        theirs = {item.slug, hidden(item.slug)}
        if record and record.state == "withdrawn" and record.slug not in theirs:
            yield Problem.of("guid-reserved", now=item)


def _names(item: PublishedItem) -> list[tuple[object, ...]]:
    """Return what else than its guid tells an item apart, the surest last."""
    return [(item.kind, item.title, item.published), (item.kind, item.slug)]


def _reused(tree: Tree, published: Published) -> Iterator[Problem]:
    """Yield items that took over the guid of another: front matter copied with its guid."""
    for guid, item in tree.items.items():
        before = published.items.get(guid)
        both_live = before and {item.state, before.state} == {"live"}
        if before and both_live and not {*_facts(item)} & {*_facts(before)}:
            yield Problem.of("guid-reused", now=item, before=before)


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
        many = f"{len(moved)} of {len(before)} dates changed, so apps would sort the show anew"
        harm = "apps would show old items at the top, as new" if jumps else many
        yield Problem.of("dates-moved", harm=harm, items=few(names, _SHOWN))


def unanswered(tree: Tree, published: Published, allowed: Codes, ask: Ask) -> list[Problem]:
    """Return why the addresses of all audio must not change; nothing where every sample is there.

    ``ask`` returns what answers at an address, with a body of so many bytes; 0: only its length.
    The first sample that fails is told: with the address of all, the others fail alike.
    """
    if published.url and published.url != tree.base:
        code, key, before = "url-dead", "url", published.url
    elif published.site and published.prefix != tree.prefix:
        code, key, before = "prefix-dead", "audio_prefix", published.prefix
    else:
        return []
    samples = _samples(tree, published) if code not in allowed else []
    small = min(samples, key=lambda one: one.length, default=None)
    for sample in samples:
        url = urls.prefixed(tree.prefix, f"{tree.base}/{sample.key}")
        answer = ask(url, sample.length if sample is small else 0)
        if trouble := _otherwise(answer, sample):
            back = f'put back {key} = "{before}"' if before else f"remove the line {key}"
            return [Problem.of(code, url=url, said=trouble, back=back)]
    return []


def _samples(tree: Tree, published: Published) -> list[PublishedEnclosure]:
    """Return the audio of a few episodes: the oldest, the newest, three between."""
    live = {guid for guid, item in tree.items.items() if item.state == "live"}
    items = [one for guid, one in published.items.items() if guid in live]
    sounds = [(one.published, a.key, a) for one in items if (a := one.enclosure) and a.key]
    sounds.sort(key=lambda row: row[:2])
    last = len(sounds) - 1
    chosen = {last * n // (_SAMPLES - 1) for n in range(_SAMPLES)} if sounds else ()
    return [sounds[n][2] for n in sorted(chosen)]


def _otherwise(answer: Answer, sample: PublishedEnclosure) -> str:
    """Return in words how an answer is not what was published; nothing where it is."""
    if not answer.status:
        return f"did not answer: {answer.trouble}"
    if answer.status not in {200, 206}:
        return f"answered {answer.status}"
    ranged, whole = (answer.headers.get(f"content-{name}", "") for name in ("range", "length"))
    told = ranged.rpartition("/")[2] if answer.status == 206 else whole
    same = answer.sha256 in {"", sample.sha256}  # of some only the length was asked
    if same and told == str(sample.length):
        return ""
    other = f"{told or 'no'} bytes, not {sample.length}" if same else "other bytes"
    return f"answered {answer.status}, with {other}"


def losses(made: Plan, *, adopt: bool) -> list[Problem]:
    """Return what a plan must not lose: audio that is nowhere, files of somebody else's."""
    rows = ("audio-gone", made.missing), ("not-ours", () if adopt else made.foreign)
    return [Problem.of(code, items=few(keys, _SHOWN)) for code, keys in rows if keys]
