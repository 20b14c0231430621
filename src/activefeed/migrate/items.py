"""Items of a feed to the files that they become: front matter, text, and what must be fetched.

Pure; nothing is lost without a notice, and no guid is ever changed.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from activefeed.formats import chapters, yaml
from activefeed.formats.telling import Telling, Told, plain
from activefeed.migrate import naming, notes, show, tracking
from activefeed.migrate.moving import Here, Move, NewItem, Notice, Wanted
from activefeed.model import Kind
from activefeed.urls import slugify


def plan(telling: Telling, here: Here, shown: notes.Shown) -> Move:
    """Return all that it takes to bring a show or a blog home; ``shown`` makes HTML of Markdown.

    Raises UsageError where a part of activefeed is not installed.
    """
    telling = replace(telling, items=tuple(_apart(_dated(telling.items))))
    items, subjects, about = [*_named(telling, here)], dict(here.categories), telling.show
    who = show.gather(about, ((told, kind) for told, kind, *_ in items), here)
    kinds = {*map(_kind, telling.items)}
    settings, wanted, notices = show.settings(telling, here, who[0], kinds)
    notices += [Notice("trouble", "", words) for words in telling.troubles]
    notices += [Notice("unread", "", f"{name} ({n})") for name, n in telling.unread.items()]
    made = list[NewItem]()
    for told, kind, stem, own in items:
        facts = _facts(told, own, here, about) | show.named(told, kind, about, who)
        facts["blog"] = "post" in kinds or None  # so that the blog has all that the old feed had
        html, title, path = facts["html"], facts["title"], f"{stem}.md"
        base = facts["link"] or here.feed
        body, images, more = notes.to_markdown(html, shown, title=title, path=path, base=base)
        found = show.notices(told, kind, facts, about)
        waits = any("draft" in show.NOTICES[notice.kind] for notice in found)
        facts |= {"categories": _categories(told, subjects), "draft": waits or None}
        files = (*_wanted(stem, kind, facts), *images)
        made.append(NewItem(kind, path, show.keys(told, kind, facts), body, files))
        notices += [*found, *more]
    settings |= {("categories", name): slug for slug, name in subjects.items() if not slugify(name)}
    known = {here.guids[guid]: None for guid in map(_guid, telling.items) if guid in here.guids}
    *_, portraits, people = who
    settings, pictures = settings | people, (*wanted, *portraits.values())
    return Move(settings, tuple(made), pictures, tuple(known), notices=tuple(notices))


def render(item: NewItem) -> str:
    """Return the whole of an item's file."""
    return f"---\n{yaml.SCHEMA.format(item.kind)}\n{yaml.write(item.keys)}---\n{item.body}"


def _guid(told: Told) -> str:
    return told.said("guid").strip()


def _kind(told: Told) -> Kind:
    file = f"{told.said('type')} {told.said('url')}"
    return "post" if re.fullmatch(naming.TABLE["other_files"], file) else "episode"


def _dated(items: Sequence[Told]) -> list[Told]:
    """Return items that have a date each, if any has: without, one next to that of its neighbours.

    The neighbours are those in the feed, where mostly the newest item comes first.
    """
    dates = [one.published for one in items if one.published and 1 < one.published.year < 9999]
    if not dates:
        return [*items]
    step, known = 1 if dates[0] < dates[-1] else -1, set(dates)
    ordered, found = items[::step], list[Told]()
    ahead = next(n for n, one in enumerate(ordered) if one.published in known)
    last = dates[::step][0] - timedelta(seconds=ahead + 1)
    for one in ordered:
        last = one.published if one.published in known else last + timedelta(seconds=1)
        guessed = replace(one, published=last, facts={**one.facts, "date_guessed": "true"})
        found.append(one if one.published else guessed)
    return found[::step]


def _apart(items: Sequence[Told]) -> Iterator[Told]:
    """Yield items with a guid that no other has: all but the first of a guid get a number."""
    often, taken = Counter[str](), {*map(_guid, items)}
    for one in items:
        often[guid := _guid(one)] += 1
        free = (new for n in count(often[guid]) if (new := f"{guid}#{n}") not in taken)
        taken.add(own := next(free) if guid and often[guid] > 1 else guid)
        facts = {**one.facts, "guid": own, "repeats": guid}
        yield replace(one, facts=facts) if own != guid else one


def _named(telling: Telling, here: Here) -> Iterator[tuple[Told, Kind, str, show.Facts]]:
    """Yield what is new, the oldest first, with its kind, the path of its file, and identity."""
    fresh = [one for one in reversed(telling.items) if _guid(one) not in here.guids]
    fresh.sort(key=lambda one: one.published or datetime.max.replace(tzinfo=UTC))
    numbers = iter(naming.numbers([one for one in fresh if _kind(one) == "episode"]))
    links = Counter(one.facts.get("link") for one in telling.items)
    taken, at = set(here.taken), here.addresses
    for n, told in enumerate(fresh, 1):
        kind, link, guid = _kind(told), told.said("link"), _guid(told)
        begin = next(numbers) if kind == "episode" else ""
        day = f"{told.published.astimezone(here.zone):%Y-%m-%d}" if told.published else "undated"
        words = naming.slug(link, told.said("title"))
        words = words or f"{'episode' if begin else 'item'}-{told.number('episode') or n}"
        stem = naming.free(f"{kind}s/{begin or day}-{{}}", words, taken)
        taken |= {stem, naming.slug_at(stem)}
        alias = naming.old_path(link, at.base) if links[link] == 1 else ""
        moves = alias and at.path_at(alias) != at.item(kind, naming.slug_at(stem))
        own: show.Facts = {"guid": guid, "alias": alias}
        own |= {"aliases": [alias] if moves else None, "host": naming.parts(link)[0] or link}
        yield told, kind, stem, own


def _facts(told: Told, own: show.Facts, here: Here, about: Told) -> show.Facts:
    """Return what is told of an item, and what is made of it besides."""
    facts = defaultdict[str, Any](str, {**told.facts, **own})
    words = " ".join(plain(facts["html"]).split())[:60]
    first, last, subtitle = told.published, told.updated, facts.get("subtitle")
    sound = naming.ending(facts["url"], "audio", facts["type"])
    stays, explicit = here.keep_audio and sound != "", facts.get("explicit")
    bytes, seconds = told.number("length"), told.number("duration")
    said, rows = told.lists.get("transcripts", ()), chapter_rows(told.lists.get("chapters", ()))
    texts = {naming.ending(r["url"], "transcript", r.get("type", "")): r["url"] for r in said}
    best = min(filter(None, texts), key=naming.TABLE["transcript"]["known"].find, default="")
    jumps = naming.ending(facts["chapters_url"], "chapters", facts["chapters_type"])
    same = explicit in {None, about.facts.get("explicit", "false")}
    return facts | {
        "title": facts["title"] or words.rpartition(" ")[0] or words or "Untitled",
        "untitled": not facts["title"], "date": first and _date(first, here.zone),
        "updated": _date(last, here.zone) if first and last and last > first else None,
        "guidless": not _guid(told) or "guid_made" in facts,
        "guid_permalink": (facts["permalink"] == "true" and not facts["repeats"]
                          and own["guid"].startswith("http")) or None,
        "explicit": None if same else explicit == "true", "chapters": rows or None,
        "subtitle": subtitle if subtitle not in map(facts.get, ("title", "summary")) else None,
        "sound": sound, "unplayable": sound in naming.TABLE["unplayable"] and not stays,
        "odd_image": facts["image"] if not naming.ending(facts["image"], "image") else "",
        "lost": stays and not (bytes and seconds and facts["url"].startswith("https://")),
        "audio": facts["url"] if stays else None, "fetched": "" if stays else facts["url"],
        "size": bytes if stays and bytes else None, "bytes": bytes,
        "duration": chapters.clock(seconds) if stays and seconds else None,
        "image": facts["image"] if facts["image"] != about.facts.get("image") else "",
        "transcript": texts.get(best), "transcript_type": best, "odd_transcripts": texts.get(""),
        "languages": len({row.get("language") for row in said}) > 1,
        "chapters_file": facts["chapters_url"] if jumps and "chapters" not in told.lists else "",
    }  # fmt: skip


def _date(when: datetime, zone: ZoneInfo) -> str:
    """Return an instant as it is written in the zone, with an offset where it could be another."""
    aware = when.replace(microsecond=0).astimezone(zone)
    # Where the clocks show it twice, Python says that it is another.
    local = aware.replace(tzinfo=None) if aware == aware.astimezone(UTC) else aware
    return local.isoformat(" ", "seconds" if when.second else "minutes")


def chapter_rows(rows: Iterable[Mapping[str, str]]) -> list[object]:
    """Return chapters as front matter has them."""
    columns, found = ("start=0", "title=…", "url", "image"), list[object]()
    for row in (show.pick(one, columns) for one in rows):
        short = len(row) == 2 and row["title"][0] not in "-–—"  # a dash would be left out
        found.append(f"{row['start']} {row['title']}" if short else row)
    return found


def _categories(told: Told, subjects: dict[str, str]) -> list[str] | None:
    """Return the subjects of an item; ``subjects`` are all by their address, and get new ones."""
    found, addresses = dict[str, None](), {title: slug for slug, title in subjects.items()}
    for title in (row["title"] for row in told.lists.get("categories", ())):
        slug = addresses.get(title) or slugify(title) or f"category-{len(subjects) + 1}"
        found[subjects.setdefault(slug, title)] = None
    return [*found] or None


def _wanted(stem: str, kind: Kind, facts: show.Facts) -> Iterator[Wanted]:
    """Yield the files of an item, under its name; audio past services which count."""
    for use, (told, type) in show.TABLE["wanted"].items():
        address = facts[told] or ""
        ending = naming.ending(address, use, facts[type])
        if address and ending and (kind == "episode" or use == "image"):
            audio, path = use == "audio", stem + ending
            url, counter = tracking.see_through(address) if audio else (address, "")
            before = address if url != address else ""
            yield Wanted(url, path, use, facts["bytes"] * audio, before, counter)
