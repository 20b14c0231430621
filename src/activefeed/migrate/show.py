"""What a feed says of its show, and of the people who are met again, as settings; and what is left.

Touches nothing that the site has already; whether a value may be written is asked elsewhere.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from activefeed.formats import chapters
from activefeed.formats.telling import Telling, Told
from activefeed.migrate import naming
from activefeed.migrate.moving import Here, Notice, Wanted
from activefeed.model import Kind
from activefeed.urls import podcast_guid
from activefeed.wording import table

TABLE = table(__file__)
NOTICES = table(__file__, "notices")
_OTHER = TABLE["other"]
_SHOWN = 200  # signs of a detail; an address may hold a whole picture
Facts = dict[str, Any]  # what is told, and what was made of it
Settings = dict[tuple[str, ...], object]
Found = tuple[Settings, list[Wanted], list[Notice]]
# The ids of those who host the show; by name, of all who have a table, and pictures; the tables.
People = tuple[list[str], dict[str, str], dict[str, Wanted], Settings]


def keys(told: Told, kind: str, facts: Facts) -> dict[str, object]:
    """Return what is told of an item or a show as keys in their order."""
    found = dict[str, object]()
    for key, row in TABLE[kind].items():
        how, name, *columns = row or ("", key)
        fact, rows = facts.get(name), [pick(r, columns) for r in told.lists.get(name, ())]
        first = next(filter(None, rows), {})
        short = len(first) == 1 and first.get(columns[0])
        values = {"fact": fact not in _OTHER["idle"] and fact, "true": fact == "true", "list": rows,
                  "number": told.number(name), "first": short or first}  # fmt: skip
        found[key] = values[how] or None if how else fact
    return {key: value for key, value in found.items() if value not in (None, "")}


def pick(row: Mapping[str, str], columns: Sequence[str]) -> dict[str, str]:
    """Return what an entry of a list tells, under these names and in their order."""
    found = {}
    for name, sign, word in (re.split("([=!])", f"{column}!")[:3] for column in columns):
        value = row.get(name) or word * (sign == "=")
        if value and value != word * (sign == "!"):
            whole = name in {"start", "duration"} and value.isdecimal()
            found[name] = chapters.clock(int(value)) if whole else value
    return found


def notices(told: Told, kind: str, facts: Facts, show: Told) -> list[Notice]:
    """Return what a person must know of an item or a show; what the show says too is no loss."""
    found, title = list[Notice](), facts["title"] if kind in {"episode", "post"} else ""
    for name, row in NOTICES.items():
        so = kind in row.get("of", ()) and all(facts.get(one) for one in row["has"])
        if so and not any(facts.get(one) for one in row["lacks"]):
            found.append(Notice(name, title, row["tell"].format_map(facts)[:_SHOWN]))
    people = (*told.lists.get("people", ()), *told.lists.get("authors", ()))
    pictures = (row["image"] for row in people if "image" in row)
    odd = (address for address in pictures if not naming.ending(address, "image"))
    found += (Notice("odd-image", title, address[:_SHOWN]) for address in odd)
    names = {row[1] for row in TABLE[kind].values() if row} | {*TABLE["taken"][kind].split()}
    for name, text in told.facts.items():
        if name not in names and text not in _OTHER["idle"] and text != show.facts.get(name):
            found.append(Notice("not-taken", title, f"{name}: {text[:80]}"))
    for name, rows in told.lists.items():
        if left := len(rows[name in names :]) * (name not in names or name in _OTHER["single"]):
            found.append(Notice("not-taken", title, f"{name} ({left})"))
    return found


def gather(show: Told, items: Iterable[tuple[Told, Kind]], here: Here) -> People:
    """Return who is named in a show and its items."""
    facts, often = dict[str, dict[str, str]](), Counter[str]()
    for told, kind in ((show, None), *items):
        rows = _rows(told, kind or "episode", show)
        often.update({key: 1 if kind == "episode" else 2 for key, _ in rows})
        for key, row in rows:
            facts[key] = row | facts.get(key, {})
    ids = {name.casefold(): id for id, name in here.people.items()}
    pictures, settings = dict[str, Wanted](), dict[tuple[str, ...], object]()
    taken = {*here.taken, *_OTHER["reserved"], *(f"images/{id}" for id in here.people)}
    for key, row in [(key, row) for key, row in facts.items() if key not in ids]:
        path = naming.free("images/{}", naming.slug("", row["name"]) or "person", taken)
        taken.add(path)
        if ending := naming.ending(address := row.pop("image", ""), "image"):
            row["image"] = path + ending
            pictures[key] = Wanted(address, row["image"], "image")
        if often[key] > 1:  # all but those who are met once
            ids[key] = path.removeprefix("images/")
            about = pick(row, _OTHER["about"])
            settings |= {("people", ids[key], name): value for name, value in about.items()}
    hosts = [ids[key] for key, row in _rows(show, "episode", show) if row["role"] == "host"]
    return hosts, ids, pictures, settings


def named(told: Told, kind: Kind, show: Told, who: People) -> dict[str, list[object]]:
    """Return what the file of an item says of its people, by key."""
    found, rows = dict[str, list[object]](), _rows(told, kind, show)
    hosts, ids, pictures, _ = who
    for key, row in rows:
        id, role, picture = ids.get(key, ""), row["role"], pictures.get(key)
        seen = f"../{picture.path}" if picture else ""
        about = pick(row, ("role", "group")) | {"id": id} if id else {**row, "image": seen}
        bare = id and (role in {"host", "guest"} or kind == "post")
        place = f"{role}s" if bare or role == "guest" else "people"
        found.setdefault(place, []).append(id if bare else pick(about, _OTHER["named"]))
    if rows and found.setdefault("hosts", []) == hosts:
        del found["hosts"]
    return found


def _rows(told: Told, kind: Kind, show: Told) -> list[tuple[str, dict[str, str]]]:
    """Return the people of an episode or a show, or the authors of a post, by name."""
    rows, role = told.lists.get("people", ()), "host"
    if kind == "post":
        rows, role = told.lists.get("authors") or show.lists.get("authors", ()), "author"
    return [(row["name"].casefold(), {"role": role, **row}) for row in rows if row.get("name")]


def settings(telling: Telling, here: Here, hosts: list[str], kinds: Collection[str]) -> Found:
    """Return the settings of a show or a blog, its cover, and what a person must know of it."""
    lists, facts = telling.show.lists, defaultdict[str, Any](str, telling.show.facts)
    guid, part = facts["guid"], "blog" if kinds == {"post"} else "podcast"
    both = len(kinds) > 1 and not here.blog
    more: Settings = {("blog", "title"): facts["title"] or None} if both else {}
    if here.blog if part == "blog" else here.podcast is not None:
        other = part == "podcast" and guid and here.podcast and guid != here.podcast
        return more, [], [Notice("other-show" if other else "show-kept", "", guid)]
    text = facts["description"] or facts["subtitle"] or facts["title"]
    short = text.encode()[:3990].decode(errors="ignore").rpartition(" ")[0]
    rest = text[len(short) :] if len(text.encode()) > 4000 else ""
    own = [url for url in (here.feed, facts["self"]) if url.startswith("http")]
    blocks = [row.get("id", "") for row in lists.get("blocks", ()) if row["text"] == "yes"]
    ending, owner = naming.ending(facts["image"], "image"), ("name", "email")
    cover = f"images/cover{ending}" if ending else None
    facts |= {
        "guid": guid or (podcast_guid(own[0]) if own else None), "rest": rest, "locked": True,
        "elsewhere": facts["new_feed_url"] not in ("", *own),
        "author": facts["author"] or facts["owner_name"] or facts["title"],
        "description": f"{short}…" if rest else text, "hosts": hosts,
        "owner": {key: facts[f"owner_{key}"] for key in owner if facts[f"owner_{key}"]} or None,
        "cover": cover, "odd_image": "" if ending else facts["image"],
        "apple_categories": [row["title"] for row in lists.get("apple_categories", ())] or None,
        "copyright": re.sub(_OTHER["copyright"], "", facts["copyright"]).strip(" ,;:|–—-"),
        "seasons": {one.facts["season"]: one.facts["season_name"] for one in telling.items
                    if {"season", "season_name"} <= one.facts.keys()} or None,
        "block": facts["block"] == "true" or "" in blocks or blocks or None,
    }  # fmt: skip
    found: Settings = {("site", "language"): facts["language"]} if facts["language"] else {}
    found |= {(part, key): value for key, value in keys(telling.show, part, facts).items()}
    wanted = [Wanted(facts["image"], cover, "image")] if cover and part == "podcast" else []
    return found | more, wanted, notices(telling.show, part, facts, Told({}))
