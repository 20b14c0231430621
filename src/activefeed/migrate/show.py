"""What a feed says of its show, and of the people who are met again, as settings; and what is left.

Touches nothing that the site has already; whether a value may be written is asked elsewhere.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from activefeed.formats import chapters
from activefeed.formats.feeds import plain
from activefeed.formats.telling import Telling, Told
from activefeed.migrate import naming
from activefeed.migrate.moving import Here, Notice, Wanted
from activefeed.model import Kind
from activefeed.urls import podcast_guid, slugify

_TABLE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_OTHER = _TABLE["other"]
_MOST = 4000  # bytes of a description
Found = tuple[dict[tuple[str, ...], object], list[Wanted], list[Notice]]


@dataclass(frozen=True, slots=True)
class People:
    """Everybody who is named in a feed, by name; of the site, those who have a table."""

    show: Told
    ids: Mapping[str, str]
    pictures: Mapping[str, Wanted]
    settings: Mapping[tuple[str, ...], object]
    hosts: list[str] | None  # of the show, by id; None: whoever the settings have


def keys(told: Told, kind: str, given: Mapping[str, object]) -> dict[str, object]:
    """Return what is told as keys, in their order; ``given`` is what was made of more than that."""
    found = dict[str, object]()
    for key, row in _TABLE[kind].items():
        how, name, *columns = *row, "", ""
        fact, rows = told.facts.get(name, ""), [pick(r, columns) for r in told.lists.get(name, ())]
        first = next(filter(None, rows), {})
        short = len(first) == 1 and first.get(columns[0])
        values = {"number": naming.number(told, name), "true": fact == "true", "list": rows,
                  "fact": fact if fact not in _OTHER["idle"] else "", "first": short or first}  # fmt: skip
        found[key] = given.get(key) if how == "given" else values[how] or None
    return {key: value for key, value in found.items() if value is not None}


def pick(row: Mapping[str, str], columns: Sequence[str]) -> dict[str, str]:
    """Return what an entry of a list tells, under these names and in their order."""
    found = {}
    for name, sign, word in (re.split("([=!])", f"{column}!")[:3] for column in columns):
        value = " ".join(row.get(name, "").split()) or word * (sign == "=")
        if value and value != word * (sign == "!"):
            whole = name in {"start", "duration"} and value.isdecimal()
            found[name] = chapters.clock(int(value)) if whole else value
    return found


def left(told: Told, kind: str, show: Mapping[str, str]) -> Iterator[str]:
    """Yield what is told and has no place, in words; what the show says as well is no loss."""
    names = {row[1] for row in _TABLE[kind].values() if row[1:]} | {*_TABLE["taken"][kind].split()}
    for name, text in told.facts.items():
        if name not in names and text not in _OTHER["idle"] and text != show.get(name):
            yield f"{name}: {text[:80]}"
    for name, rows in told.lists.items():
        taken = 0 if name not in names else 1 if name in _OTHER["single"] else len(rows)
        if len(rows) > taken:
            yield f"{name} ({len(rows) - taken})"


def gather(show: Told, items: Sequence[tuple[Told, Kind]], here: Here) -> People:
    """Return who is named in a show and its items."""
    facts, often = dict[str, dict[str, str]](), Counter[str]()
    for told, kind in ((show, None), *items):
        for key, row in dict(_rows(told, kind or "episode", show)).items():
            often[key] += 1 if kind == "episode" else 2  # all but guests have a table
            facts[key] = row | facts.get(key, {})
    ids = {_key(name): id for id, name in here.people.items()}
    pictures, settings = dict[str, Wanted](), dict[tuple[str, ...], object]()
    taken = {*here.taken, *(f"images/{id}" for id in (*here.people, "cover"))}
    for key, row in [(key, row) for key, row in facts.items() if key not in ids]:
        path = naming.free("images/{}", slugify(row["name"]) or "person", taken)
        taken.add(path)
        if address := row.get("image"):
            row["image"] = path + naming.ending(address, "image")
            pictures[key] = Wanted(address, row["image"], "image")
        if often[key] > 1:
            ids[key] = path.removeprefix("images/")
            about = pick(row, _OTHER["about"])
            settings |= {("people", ids[key], name): value for name, value in about.items()}
    hosts = [ids[key] for key, row in _rows(show, "episode", show) if row["role"] == "host"]
    return People(show, ids, pictures, settings, hosts if here.podcast is None else None)


def named(told: Told, kind: Kind, who: People) -> dict[str, list[object]]:
    """Return what the file of an item says of its people, by key."""
    found, rows = dict[str, list[object]](), _rows(told, kind, who.show)
    for key, row in rows:
        id, role, picture = who.ids.get(key, ""), row["role"], who.pictures.get(key)
        about = {"id": id, "role": role, "group": row["group"]} if id else row
        about |= {"image": f"../{picture.path}"} if picture and not id else {}
        bare = id and (role in {"host", "guest"} or kind == "post")
        place = f"{role}s" if bare or role == "guest" else "people"
        found.setdefault(place, []).append(id if bare else pick(about, _OTHER["about"]))
    if rows and found.setdefault("hosts", []) == who.hosts:
        del found["hosts"]
    return found


def _rows(told: Told, kind: Kind, show: Told) -> list[tuple[str, dict[str, str]]]:
    """Return the people of an episode or a show, or the authors of a post, by name."""
    rows: Sequence[Mapping[str, str]] = told.lists.get("people", ())
    for one in (told, show) if kind == "post" else ():
        author = {"name": one.facts.get("author", "")}
        if rows := one.lists.get("authors") or [author] * bool(author["name"]):
            break
    role = "author" if kind == "post" else "host"
    whole = ({"role": role, "group": "", **row} for row in rows if row.get("name"))
    return [(_key(row["name"]), row | {key: row[key].lower() for key in ("role", "group")})
            for row in whole]  # fmt: skip


def _key(name: str) -> str:
    """Return a name as it is compared with others."""
    return " ".join(name.split()).casefold()


def settings(telling: Telling, here: Here, who: People, kinds: Collection[str]) -> Found:
    """Return the settings of a show or a blog, its cover, and what a person must know of it."""
    told, facts, lists = telling.show, telling.show.facts, telling.show.lists
    guid, image = facts.get("guid", ""), facts.get("image", "")
    if here.podcast is not None and "episode" in kinds:
        other = guid and here.podcast and guid != here.podcast
        return {}, [], [Notice("other-show" if other else "show-kept", "", guid)]
    text = " ".join(plain(facts.get("description") or facts.get("subtitle", "")).split())
    short = text.encode()[: _MOST - 3].decode(errors="ignore").rpartition(" ")[0] + "…"
    addresses = [one for one in (here.feed, facts.get("self", "")) if one.startswith("http")]
    blocks = [row.get("id", "") for row in lists.get("blocks", ()) if row["text"] in _OTHER["yes"]]
    numbered = all(naming.number(one, "episode") for one in telling.items)
    title = facts.get("title") or "Untitled"
    given: dict[str, object] = {
        "guid": guid or (podcast_guid(addresses[0]) if addresses else None),
        "title": title, "author": facts.get("author") or facts.get("owner_name") or title,
        "description": (text if len(text.encode()) <= _MOST else short) or title,
        "cover": f"images/cover{naming.ending(image, 'image')}" if image else None,
        "apple_categories": [row["title"] for row in lists.get("apple_categories", ())] or None,
        "owner": {key: value for key in ("name", "email") if (value := facts.get(f"owner_{key}"))} or None,
        "type": "serial" if facts.get("kind") == "serial" and numbered else None,
        "locked": True, "hosts": who.hosts,
        "copyright": re.sub(_OTHER["copyright"], "", facts.get("copyright", "")).strip(" ,;:|–—-") or None,
        "seasons": {one.facts["season"]: name for one in reversed(telling.items)
                    if naming.number(one, "season") and (name := one.facts.get("season_name"))} or None,
        "block": True if facts.get("block") == "true" or "" in blocks else blocks or None,
    }  # fmt: skip
    crew = [row["name"] for _, row in _rows(told, "episode", told) if row["role"] != "host"]
    checks = (
        ("no-show-guid", "", not given["guid"]), ("no-cover", "", not image),
        ("cut-description", text[len(short) - 1 :], len(text.encode()) > _MOST),
        ("not-episodic", "", facts.get("kind") == "serial" and not numbered),
        ("moved-on", facts.get("new_feed_url", ""), "new_feed_url" in facts),
        ("show-person", ", ".join(crew), bool(crew)),
    )  # fmt: skip
    part = "podcast" if "episode" in kinds else "blog"
    notices = [Notice(kind, "", detail) for kind, detail, so in checks if so and part == "podcast"]
    notices += [Notice("not-taken", "", what) for what in left(told, part, {})]
    found = {(part, key): value for key, value in keys(told, part, given).items()}
    if part == "podcast" and "post" in kinds and not here.blog:
        found["blog", "title"] = title
    cover = [Wanted(image, str(given["cover"]), "image")] if image and part == "podcast" else []
    language = {("site", "language"): facts["language"]} if facts.get("language") else {}
    return language | found, cover, notices
