"""A small site of any content and its tree, and what may become of a target behind our back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.utils import format_datetime

import builders
from hypothesis import strategies as st
from memory import MemoryStore
from states import FEED, NOW

from activefeed.model import Published, PublishedEnclosure, PublishedItem, hidden
from activefeed.publish import manifest
from activefeed.publish.store import Head
from activefeed.tree import Artifact, Tier, Tree, artifact

BASE = builders.BASE
NAMES = ("hips", "backs", "knees")
STYLE = {"a": "media/style.aaaaaaaaaaaa.css", "b": "media/style.bbbbbbbbbbbb.css"}
OWN = "_activefeed/"
BLOG, MAIN = "blog/feed.xml", FEED
FEEDS = (BLOG, MAIN)
# Files of others: beside ours, under names like ours, and where only we should be.
FOREIGN = (
    "wp-login.php", "podcast/theirs.html", "podcast/hips/theirs.json", "media/theirs.mp3",
    "media/hipster.0123456789ab.mp3", "_activefeed/notes.txt", "a/_activefeed/manifest.json",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """An episode as its files have it."""

    sound: str = "a"  # which audio
    title: str = "a"
    chapters: bool = True
    here: bool = True  # its audio is on this machine


@dataclass(frozen=True, slots=True)
class Words:
    """A site as its files have it."""

    episodes: Mapping[str, Shown]
    withdrawn: frozenset[str] = frozenset()
    style: str = "a"
    category: bool = False  # a page that is there for one run only, and named by the blog's feed


def sound_of(name: str, one: Shown) -> Artifact:
    made = artifact("", Tier.MEDIA, f"sound {one.sound} of {name}".encode(), "audio/mpeg")
    return replace(made, path=f"media/{name}.{made.sha256[:12]}.mp3")


def render(words: Words, published: Published) -> Tree:
    """Return the tree of a site over a state, in which what was withdrawn stays so."""
    made = [artifact(STYLE[words.style], Tier.MEDIA, words.style.encode())]
    items = {guid: one for guid, one in published.items.items() if one.state == "withdrawn"}
    for guid in words.withdrawn & published.items.keys() - items.keys():
        gone = published.items[guid]
        items[guid] = replace(
            gone,
            slug=hidden(gone.slug),
            title="",
            key="",
            enclosure=None,
            state="withdrawn",
            former=(),
            media=(),
        )
    kept, entries = set(), []
    for name, one in words.episodes.items():
        sound, page = sound_of(name, one), f"podcast/{name}.html"
        if one.here:
            made.append(sound)
        else:
            kept.add(sound.path)
        if one.chapters:
            made.append(artifact(f"podcast/{name}/chapters.json", Tier.DETAIL, b"{}"))
        made.append(artifact(page, Tier.PAGE, f"<h1>{name} {one.title}</h1>".encode()))
        heard = PublishedEnclosure(
            sound.path, "", sound.size, "audio/mpeg", 60, sound.sha256, sound.sha256
        )
        before = published.items.get(name)
        media = {sound.path, *(before.media if before else ())}
        title = f"{name} {one.title}"
        record = PublishedItem(
            name, "episode", name, title, page, NOW, NOW, heard, media=tuple(sorted(media))
        )
        items[name] = record
        entries.append(_entry(record, one))
    index = f"<h1>Clinic</h1>{' '.join(words.episodes)}<link href='{STYLE[words.style]}'>"
    made.append(artifact("index.html", Tier.PAGE, index.encode()))
    named = f"<link>{BASE}/index.html</link>"
    if words.category:
        made.append(artifact("categories/rare.html", Tier.PAGE, b"rare"))
        named += f'<a href="{BASE}/categories/rare.html"/>'
    for path, inside in ((BLOG, named), (MAIN, "".join(entries))):
        body = f"<rss><channel><title>Clinic</title>{inside}</channel></rss>"
        made.append(artifact(path, Tier.FEED, body.encode()))
    return Tree(
        BASE, {one.path: one for one in sorted(made, key=lambda one: one.path)},
        frozenset(kept), dict(sorted(items.items())), MAIN,
    )  # fmt: skip


def _entry(record: PublishedItem, one: Shown) -> str:
    sound = record.enclosure
    assert sound
    chapters = f'<c url="{BASE}/podcast/{record.slug}/chapters.json"/>' if one.chapters else ""
    return (
        f"<item><guid>{record.guid}</guid><title>{record.title}</title>"
        f"<link>{BASE}/{record.key}</link><pubDate>{format_datetime(record.published)}</pubDate>"
        f'<enclosure url="{BASE}/{sound.key}" length="{sound.length}" type="{sound.type}"/>'
        f"<duration>60</duration>{chapters}</item>"
    )


@dataclass(frozen=True, slots=True)
class Harm:
    """What became of a target behind our back."""

    objects: Mapping[int, str]  # by place in the order of keys: gone, theirs, etag, headers
    state: str = "whole"  # gone, damaged
    forgotten: frozenset[int] = frozenset()  # objects that the state does not know
    announced: frozenset[int] = frozenset()  # that it knows without an etag
    pending: tuple[str, ...] = ()
    tombstones: Mapping[int, int] = field(default_factory=dict)  # hours that objects are unused
    foreign: frozenset[str] = frozenset()


def harm(store: MemoryStore, what: Harm) -> None:
    """Do it."""
    keys = sorted(key for key in store.objects if not key.startswith(OWN))
    published = manifest.read(store)[0]
    for n, kind in what.objects.items():
        if n < len(keys):
            _change(store, keys[n], kind)
    if published:
        names = dict(enumerate(sorted(published.objects)))
        forgotten = {names.get(n) for n in what.forgotten}
        announced = {names.get(n) for n in what.announced}
        objects = {
            key: replace(one, etag="") if key in announced else one
            for key, one in published.objects.items() if key not in forgotten
        }  # fmt: skip
        stones = {
            names[n]: NOW - timedelta(hours=hours)
            for n, hours in what.tombstones.items() if n in names
        }  # fmt: skip
        stones = {**published.tombstones, **stones}
        changed = replace(
            published, objects=objects, tombstones=stones, pending=what.pending or published.pending
        )
        store.put(artifact(manifest.KEY, Tier.PAGE, manifest.dump(changed)))
    if what.state == "gone":
        store.delete(manifest.KEY)
    elif what.state == "damaged" and published:
        store.objects[manifest.KEY] = (b'{"format": 3,', Head(13, "half"))
    for key in what.foreign:
        store.objects[key] = (b"theirs", Head(6, "theirs", {"Content-Type": "text/html"}))


def _change(store: MemoryStore, key: str, kind: str) -> None:
    body, head = store.objects[key]
    if kind == "gone":
        store.delete(key)
    elif kind == "theirs":
        store.objects[key] = (b"hacked", Head(6, "hacked"))
    elif kind == "etag":
        store.objects[key] = (body, replace(head, etag="moved"))
    else:
        odd = {**head.headers, "Cache-Control": "no-store"}
        store.objects[key] = (body, replace(head, etag="odd", headers=odd))


shown = st.builds(
    Shown, st.sampled_from("ab"), st.sampled_from("ab"), st.booleans(), st.integers(0, 9).map(bool)
)


@st.composite
def sites(draw: st.DrawFn) -> Words:
    episodes = draw(st.dictionaries(st.sampled_from(NAMES), shown))
    away = [name for name in NAMES if name not in episodes]
    gone = draw(st.frozensets(st.sampled_from(away))) if away else frozenset()
    style = draw(st.sampled_from("ab"))
    return Words(dict(sorted(episodes.items())), gone, style, draw(st.booleans()))


places = st.integers(0, 15)
harms = st.builds(
    Harm,
    st.dictionaries(places, st.sampled_from(["gone", "theirs", "etag", "headers"]), max_size=4),
    st.sampled_from(["whole", "whole", "whole", "gone", "damaged"]),
    st.frozensets(places, max_size=2),
    st.frozensets(places, max_size=2),
    st.lists(st.sampled_from(["pages", "feeds", "invalidate", "notify", "delete"]), unique=True,
             max_size=3).map(tuple),
    st.dictionaries(places, st.integers(0, 72), max_size=3),
    st.frozensets(st.sampled_from(FOREIGN)),
)  # fmt: skip
