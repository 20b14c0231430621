"""Items of a feed to the files that they become: front matter, text, and what must be fetched.

Pure; nothing is lost without a notice, and no guid is ever changed.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from activefeed.formats import chapters, feeds, yaml
from activefeed.formats.telling import Telling, Told
from activefeed.migrate import naming, notes, show
from activefeed.migrate.moving import Here, Move, NewItem, Notice, Use, Wanted
from activefeed.model import Kind
from activefeed.urls import slugify

_NOTICES = tomllib.loads(Path(__file__).with_name("notices.toml").read_text("utf-8"))
_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Item:
    """An item with the name of its file."""

    told: Told
    kind: Kind
    facts: Mapping[str, str]  # each on one line, and the words of its text
    title: str
    when: datetime | None
    stem: str  # episodes/012-strong-hips
    alias: str  # its old address, where that can lead here
    repeats: bool  # another has its guid


def plan(telling: Telling, here: Here, shown: notes.Shown) -> Move:
    """Return all that it takes to bring a show or a blog home; ``shown`` makes HTML of Markdown.

    Raises UsageError where a part of activefeed is not installed.
    """
    items = list(_named(telling, here))
    who = show.gather(telling.show, [(one.told, one.kind) for one in items], here)
    settings, wanted, notices = show.settings(telling, here, who, {*map(_kind, telling.items)})
    notices += [Notice("trouble", "", words) for words in telling.troubles]
    notices += [Notice("unread", "", f"{name} ({n})") for name, n in telling.unread.items()]
    made, subjects = list[NewItem](), dict(here.categories)
    for one in items:
        html, base, path = one.told.facts.get("html", ""), one.facts.get("link"), f"{one.stem}.md"
        text = notes.to_markdown(html, shown, title=one.title, path=path, base=base or here.feed)
        faults = [Notice(kind, one.title, what) for kind, what in _faults(one, here, telling.show)]
        given = _given(one, here, who) | {"categories": _categories(one.told, subjects)}
        given["draft"] = any("draft" in _NOTICES[notice.kind] for notice in faults) or None
        files = (*_wanted(one, here, telling.show), *text.images)
        made.append(NewItem(one.kind, path, show.keys(one.told, one.kind, given), text.body, files))
        notices += [*faults, *text.notices]
    named = {("categories", title): slug for slug, title in subjects.items() if not slugify(title)}
    known = {here.guids[guid]: None for guid in map(_guid, telling.items) if guid in here.guids}
    pictures = (*wanted, *who.pictures.values())
    settings |= {**named, **who.settings}
    return Move(settings, tuple(made), pictures, tuple(known), notices=tuple(notices))


def render(item: NewItem) -> str:
    """Return the whole of an item's file."""
    return f"---\n{yaml.SCHEMA.format(item.kind)}\n{yaml.write(item.keys)}---\n{item.body}"


def _guid(told: Told) -> str:
    return told.facts.get("guid", "").strip()


def _kind(told: Told) -> Kind:
    file = f"{told.facts.get('type', '')} {told.facts.get('url', '')}".strip()
    other = not told.facts.get("url") or re.fullmatch(naming.TABLE["other_files"], file)
    return "post" if other else "episode"


def _named(telling: Telling, here: Here) -> Iterator[_Item]:
    """Yield what is new with its name, the oldest first."""
    first = {_guid(one): one for one in reversed(telling.items)}
    fresh = [one for one in reversed(telling.items) if _guid(one) not in here.guids]
    fresh.sort(key=lambda one: one.published or one.updated or _LAST)
    numbers = iter(naming.numbers([one for one in fresh if _kind(one) == "episode"]))
    links = Counter(one.facts.get("link", "") for one in telling.items)
    taken = set(here.taken)
    for n, told in enumerate(fresh, 1):
        facts = {name: " ".join(text.split()) for name, text in told.facts.items()}
        facts["words"] = " ".join(feeds.plain(facts.get("html", "")).split())
        kind, when, link = _kind(told), told.published or told.updated, facts.get("link", "")
        begin = next(numbers) if kind == "episode" else ""
        day = f"{when.astimezone(here.zone):%Y-%m-%d}" if when else "undated"
        words = naming.slug(link, facts.get("title", ""))
        words = words or f"{'episode' if begin else 'item'}-{naming.number(told, 'episode') or n}"
        stem = naming.free(f"{kind}s/{begin or day}-{{}}", words, taken)
        taken |= {stem, naming.slug_at(stem)}
        alias = naming.old_path(link, here.addresses.base) if links[link] == 1 else ""
        title = facts.get("title") or facts["words"][:60].rpartition(" ")[0] or words
        repeats = first[_guid(told)] is not told and _guid(told) != ""
        yield _Item(told, kind, facts, title, when, stem, alias, repeats)


def _given(one: _Item, here: Here, who: show.People) -> dict[str, object]:
    """Return the keys of an item's file that are made of more than one fact."""
    facts, told, zone = one.facts, one.told, here.zone
    guid, stays = "" if one.repeats else _guid(told), here.keep_audio and one.kind == "episode"
    later = told.published and told.updated and told.updated > told.published
    path, page = (
        here.addresses.path_at(one.alias),
        here.addresses.item(one.kind, naming.slug_at(one.stem)),
    )
    said = {"", None, one.title, facts["words"]}
    summary, subtitle, explicit = map(facts.get, ("summary", "subtitle", "explicit"))
    length, seconds = naming.number(told, "length"), naming.number(told, "duration")
    is_explicit = explicit == "true"
    return {
        "title": one.title, "date": _date(one.when, zone),
        "updated": _date(told.updated, zone) if later else None,
        "guid": guid or None,
        "guid_permalink": facts.get("permalink") == "true" and guid.startswith("http") or None,
        "summary": None if summary in said else summary,
        "subtitle": None if subtitle in {*said, summary} else subtitle,
        "explicit": explicit == "true" if explicit != who.show.facts.get("explicit", "false") else None,
        "chapters": list(_chapters(told)) or None,
        "aliases": [one.alias] if one.alias and path != page else None,
        "audio": facts["url"] if stays else None,
        "size": (stays and length) or None,
        "duration": chapters.clock(seconds) if stays and seconds else None,
        **show.named(told, one.kind, who),
    }  # fmt: skip


def _date(when: datetime | None, zone: ZoneInfo) -> str | None:
    """Return an instant as it is written in the zone, with an offset where it could be another."""
    if when is None:
        return None
    aware = when.replace(microsecond=0).astimezone(zone)
    same = aware.replace(fold=0).astimezone(UTC) == aware
    local = aware.replace(tzinfo=None) if same else aware
    return local.isoformat(" ", "seconds" if when.second else "minutes")


def _chapters(told: Told) -> Iterator[object]:
    for row in told.lists.get("chapters", ()):
        about = show.pick(row, ("start=0", "title=…", "url", "image"))
        short = len(about) == 2 and about["title"][0] not in "-–—"
        yield f"{about['start']} {about['title']}" if short else about


def _categories(told: Told, subjects: dict[str, str]) -> list[str] | None:
    """Return the subjects of an item; ``subjects`` are all by their address, and get new ones."""
    found = dict[str, None]()
    for title in [" ".join(row["title"].split()) for row in told.lists.get("categories", ())]:
        own = next((slug for slug, known in subjects.items() if known == title), "")
        slug = own or slugify(title) or f"category-{len(subjects) + 1}"
        found[subjects.setdefault(slug, title)] = None
    return list(found) or None


def _faults(one: _Item, here: Here, about: Told) -> Iterator[tuple[str, str]]:
    """Yield what a person must know of an item: kind and detail."""
    facts, lists, at = one.facts, one.told.lists, here.addresses
    file, link, kept = (
        f"{facts.get('url', '')} {facts.get('type', '')}".strip(),
        facts.get("link", ""),
        here.keep_audio,
    )
    sound = naming.ending(facts.get("url", ""), "audio", facts.get("type", ""))
    known = naming.number(one.told, "length") and naming.number(one.told, "duration")
    chapters_url, kind = facts.get("chapters_url", ""), facts.get("chapters_type", "")
    foreign = lists.get("chapters") or not naming.ending(chapters_url, "chapters", kind)
    checks = (
        ("no-title", "", not facts.get("title")),
        ("no-date", "", not one.when),
        ("no-guid", "", not _guid(one.told) or facts.get("guid_made") == "true"),
        ("repeated-guid", _guid(one.told), one.repeats),
        ("enclosed", file, one.kind == "post" and facts.get("url")),
        ("unknown-audio", file, one.kind == "episode" and not sound),
        ("unplayable-audio", file, sound in naming.TABLE["unplayable"] and not kept),
        ("remote-audio", file, kept and sound and not (known and file.startswith("https:"))),
        ("old-page", link, link and not one.alias),
        ("chapters", chapters_url, chapters_url and foreign),
    )  # fmt: skip
    yield from ((kind, detail) for kind, detail, so in checks if so)
    yield from (("not-taken", what) for what in show.left(one.told, one.kind, about.facts))
    for row in lists.get("transcripts", ()):
        if not naming.ending(row["url"], "transcript", row.get("type", "")):
            yield "transcript", row["url"]


def _wanted(one: _Item, here: Here, about: Told) -> Iterator[Wanted]:
    """Yield the files of an item, each under its name."""
    facts, order = one.facts, naming.TABLE["transcript"]["known"]
    image, url, length = (
        facts.get("image", ""),
        facts.get("url", ""),
        naming.number(one.told, "length"),
    )
    best = min(one.told.lists.get("transcripts", ()), default={}, key=lambda row: order.find(
        naming.ending(row["url"], "transcript", row.get("type", "")) or "?") % 99)  # fmt: skip
    told_twice = one.told.lists.get("chapters")
    files: list[tuple[Use, str, str]] = [
        ("image", image if image != about.facts.get("image") else "", ""),
        ("audio", url if not here.keep_audio else "", facts.get("type", "")),
        (
            "chapters",
            "" if told_twice else facts.get("chapters_url", ""),
            facts.get("chapters_type", ""),
        ),
        ("transcript", best.get("url", ""), best.get("type", "")),
    ]
    for use, address, type in files if one.kind == "episode" else files[:1]:
        if address and (ending := naming.ending(address, use, type)):
            yield Wanted(address, one.stem + ending, use, length if use == "audio" else 0)
