"""Write docs/pages/reference/feeds.md: what every key becomes in the feeds, and who reads it.

Run it as ``python docs/make_feeds.py``. Keys, allowed words, defaults and meanings are the schema's
own; what only people can know stands in the two tables of feeds_table.txt (above the line of ---
what reaches a feed, below it what does not), in this form::

    [Model of the schema]
    key
      = what it becomes; in backticks what a feed calls it (or why it reaches no feed)
      @ who reads it; $names are those of WHO
      > an example, to be typed as it is; it may have several lines

A line that is indented further goes on. The words around the tables are in feeds_page.txt.
tests/test_docs_feeds.py tries every example.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any, Literal, get_args, get_origin

from activefeed.content import jsonschema, lists, schema
from activefeed.content.schema import Keys

PAGE = Path(__file__).parent / "pages/reference/feeds.md"
WHO = {
    "all": "all apps and feed readers",
    "nobody": "no app that we know of",
    "apple": "Apple Podcasts, gPodder, Podcast Index",
    "artwork": "Apple Podcasts, AntennaPod, gPodder, Podcast Index",
    "chapters": "Apple Podcasts, AntennaPod, Anytime, Castamatic, CurioCaster, Fountain, "
    "Hypercatcher, Pocket Casts, Podcast Addict, Podcast Guru, Podcast Republic, Podfriend, "
    "Podverse, TrueFans, Podcast Index",
    "funding": "AntennaPod, Anytime, Castamatic, CurioCaster, Pocket Casts, Podcast Addict, "
    "Podcast Guru, Podfriend, PodLP, podStation, Podverse, TrueFans, Podcast Index",
    "guid": "Fountain, OP3, Podcast Guru, PodLP, Podverse, Steno.fm, TrueFans, Podcast Index",
    "location": "Podcast Addict, Podcast Guru, Podfriend, PodLP, TrueFans, Podcast Index",
    "person": "Anytime, Fountain, iCatcher!, Podcast Addict, Podcast Guru, Podfriend, PodLP, "
    "Steno.fm, TrueFans, Podcast Index",
    "season": "Podcast Addict, Podcast Guru, PodLP, Steno.fm, TrueFans, Podcast Index",
    "social": "AntennaPod, Podfriend, Podverse, TrueFans, Podcast Index",
    "soundbite": "Headliner, Podverse, TrueFans, Podcast Index",
    "transcript": "Apple Podcasts, AntennaPod, Anytime, CurioCaster, Fountain, Pocket Casts, "
    "Podcast Addict, Podcast Guru, Podfriend, PodLP, Podverse, TrueFans, Podcast Index",
}

# How keys of groups are called on the page.
HOLDERS = {
    "GuestKeys": "guests.", "ChapterKeys": "chapters.", "SoundbiteKeys": "soundbites.",
    "LinkKeys": "funding.", "PlaceKeys": "location.", "LicenseKeys": "license.",
    "ThreadKeys": "comments.", "ReferenceKeys": "references.", "OwnerKeys": "owner.",
    "NoteKeys": "txt.", "FrequencyKeys": "update_frequency.", "NavKeys": "nav.",
}  # fmt: skip
PLACES = {
    "PageKeys": "every file", "ItemKeys": "episodes, posts", "SiteKeys": "[site]",
    "NavKeys": "[site]", "PodcastKeys": "[podcast]", "PersonKeys": "[people.id]",
    "TargetKeys": "[publish]",
}  # fmt: skip
_TABLE = Path(__file__).with_name("feeds_table.txt").read_text("utf-8")
REACH, STAY = re.sub(r"(?m)^#.*\n", "", _TABLE).split("\n---\n")
TEXT = Path(__file__).with_name("feeds_page.txt").read_text("utf-8")


@dataclass(frozen=True, slots=True)
class Row:
    """What the tables say of one key."""

    model: type[Keys]
    key: str
    becomes: str  # or why it reaches no feed
    readers: str
    example: tuple[str, ...]  # lines


def parsed(table: str) -> Iterator[Row]:
    """Yield the rows of a table, in its order."""
    model = Keys
    for block in re.split(r"\n(?=\S)", table.strip()):
        head, *lines = block.replace("\n    ", " ").split("\n")
        if head.startswith("["):
            model = getattr(schema, head[1:-1])
            continue
        said = {mark: [line[4:] for line in lines if line[2:3] == mark] for mark in "=@>"}
        becomes, readers = (Template(" ".join(said[mark])).substitute(WHO) for mark in "=@")
        yield Row(model, head, becomes, readers, tuple(said[">"]))


FEEDS = tuple(parsed(REACH))
NO_FEED = tuple(parsed(STAY))


def words(kind: Any) -> Iterator[str]:
    """Yield the words that a type allows, where they are a closed list."""
    for inner in get_args(kind):
        if get_origin(kind) is Literal:
            yield f"`{inner}`"
        else:
            yield from words(inner)


def meaning(row: Row) -> str:
    """Return what the schema says of a key: its comment, its words, its default."""
    found = row.model.model_fields[row.key]
    said = jsonschema.meaning(row.model, row.key)
    default = found.default if isinstance(found.default, str | int) else ""
    otherwise = f"else `{str(default).lower()}`" if default else ""
    return "; ".join(filter(None, (said, ", ".join(words(found.annotation)), otherwise)))


def name(row: Row) -> str:
    """Return how a key is called on the page; a star marks what must be there."""
    star = " *" if row.model.model_fields[row.key].is_required() else ""
    if row.model is schema.Settings:
        return f"`[{row.key}{'.id' * (row.key == 'people')}]`{star}"
    return f"`{HOLDERS.get(row.model.__name__, '')}{row.key}`{star}"


def typed(row: Row) -> str:
    """Return an example as it is typed."""
    return "<br>".join(f"`{one}`" for one in row.example)


def lined(*heads: str, rows: Sequence[tuple[str, ...]]) -> str:
    """Return a table of Markdown."""
    lines = (f"| {' | '.join(cells)} |".replace("|  |", "| |") for cells in (heads, *rows))
    return "\n".join((next(lines), "|---" * len(heads) + "|", *lines))


def table(*models: str) -> str:
    """Return the table of what reaches a feed."""
    shown = [
        (name(row), meaning(row), row.becomes, row.readers, typed(row))
        for row in FEEDS
        if row.model.__name__ in models
    ]
    return lined("key", "meaning", "in the feeds", "read by", "example", rows=shown)


def rest() -> str:
    """Return the table of what reaches none."""
    shown = [
        (PLACES[row.model.__name__], name(row), meaning(row), row.becomes, typed(row))
        for row in NO_FEED
    ]
    return lined("where", "key", "meaning", "why", "example", rows=shown)


def roles() -> str:
    """Return the roles of people, by group."""
    groups: dict[str, list[str]] = {}
    for role, found in lists.ROLES.items():
        for group in found:
            groups.setdefault(group, []).append(role)
    return "\n".join(f"- {group}: {', '.join(inside)}" for group, inside in groups.items())


def page() -> str:
    """Return the whole page."""
    licenses = ", ".join(f"`{one.upper()}`" for one in sorted(lists.WORDS["license"]))
    filled = re.sub(r"\{\{([\w ]+)\}\}", lambda found: table(*found[1].split()), TEXT)
    for sign, made in (("@roles@", roles()), ("@licenses@", licenses), ("@rest@", rest())):
        filled = filled.replace(sign, made)
    return filled


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
