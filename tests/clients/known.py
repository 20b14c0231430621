"""Where readers are known to differ from what was written: the sentences of the page clients.md.

Not a licence to differ: each says what exactly becomes of the written value, and anything else is
a fault, as is a difference that is there no more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple


class Known(NamedTuple):
    """A sentence of the page, the fields that it is about, and what becomes of them."""

    says: str
    becomes: Callable[[Any], Any]
    fields: list[str]


def lost(written: Any) -> None:
    return None


def last(written: Any) -> Any:
    return written[-1:]


def nameless(people: Any) -> Any:
    return [(None, *more) for _, *more in people]


def untagged(text: str) -> str:
    return text.replace("<b>", "")


def each(kind: str, *names: str) -> list[str]:
    return [f"{kind} {name}" for name in names]


# Sentences that are about several fields in several ways, or about several feeds.
DECODED_TWICE = (
    "Decodes signs twice: a tag that you show as code, such as `<b>`, becomes a real one and is"
    " gone from the words."
)
NO_COPYRIGHT = (
    "Does not read copyright, that a show is complete, title and link of its picture, the address"
    " of the feed itself and its hub."
)
TEXT_LOST = (
    "Keeps the attributes of a podcast: tag and drops its text: the names of people, places,"
    " licences and trailers, the numbers of named seasons, whether the show is locked."
)
LAST_KEPT = (
    "Keeps the last of several: where to support the show, which services are blocked, notes for"
    " machines."
)
TERMS = ("license", "location", "location geo", "location rel", "location country", "funding")

KNOWN: Mapping[str, list[Known]] = {
    "podcast-partytime": [
        Known(DECODED_TWICE, untagged, each("episode", "notes", "description")),
        Known(
            "Has names of its own for their types: SRT becomes `application/srt`.",
            lambda types: [type.replace("x-subrip", "srt") for type in types],
            each("episode", "transcript types"),
        ),
        Known(
            "Gives a soundbite without a title the title of the show.",
            lambda bites: [(*times, title or "Every Tag & More") for *times, title in bites],
            each("episode", "soundbites"),
        ),
        Known(
            "Knows neither podcast:updateFrequency nor podcast:image; the cover and artwork come"
            " through Apple's tag.",
            lost,
            [
                *each("show", "update frequency", "update frequency rule", "image (podcast)"),
                *each("episode", "image (podcast)"),
            ],
        ),
        Known(
            "Keeps name, geo and osm of a location, but not rel and country.",
            lost,
            [
                *each("show", "location rel", "location country"),
                *each("episode", "location rel", "location country"),
            ],
        ),
        Known(
            "Adds an address of the text to a licence that it knows by its name.",
            lambda _: "https://spdx.org/licenses/CC-BY-NC-4.0.html",
            each("show", "license address"),
        ),
        Known(
            "Reads where to support the show, but not where to support a single episode.",
            lost,
            each("episode", "funding"),
        ),
        Known(
            "Reads where people talk about an episode, but not that comments are switched off.",
            lambda thread: None if thread[0] == "disabled" else thread,
            each("episode", "social"),
        ),
        Known(
            "Reads the address of the JSON chapters, but not Podlove's chapters inside the feed.",
            lost,
            each("episode", "chapters"),
        ),
        Known(
            "Does not read of an episode that it is blocked, its categories, or the plain address"
            " of its comments.",
            lost,
            each("episode", "block", "categories", "comments"),
        ),
    ],
    "podcast-partytime, blog RSS": [
        Known(
            "Leaves out what has no audio, no guid, or neither title nor description: of a blog it"
            " sees only the episodes.",
            lambda items: [one for one in items if one != "a-post"],
            each("blog", "items"),
        ),
        Known(DECODED_TWICE, untagged, each("post", "notes")),
        Known(
            "Does not read who wrote an item of the blog, its categories and the address of its"
            " comments.",
            lost,
            each("post", "authors", "categories", "comments"),
        ),
    ],
    "podcastparser": [
        Known(
            "Knows no podcast: tag at the address that they have today: no people, transcripts,"
            " soundbites, seasons' names and so on.",
            lost,
            [
                *each("show", *TERMS, "location osm", "guid", "locked", "locked owner", "medium"),
                *each("show", "blocked services", "notes for machines", "people", "trailers"),
                *each("show", "update frequency", "update frequency rule", "image (podcast)"),
                *each("episode", *TERMS, "license address", "people", "soundbites", "social"),
                *each("episode", "transcripts", "transcript types", "transcript languages"),
                *each("episode", "episode (podcast)", "episode shown as", "season (podcast)"),
                *each("episode", "season name", "chapters file", "image (podcast)"),
            ],
        ),
        Known(
            "Sorts episodes by date, those of a serial show with the oldest first.",
            lambda items: items[::-1],
            each("show", "items"),
        ),
        Known(
            "Loses two encoded signs with a letter or two between them from that plain text: of"
            " `<b>`, shown as code, nothing is left.",
            untagged,
            each("episode", "description"),
        ),
        Known(
            "Cuts the start of a chapter to whole seconds.",
            lambda chapters: [(int(start), *more) for start, *more in chapters],
            each("episode", "chapters"),
        ),
        Known(
            NO_COPYRIGHT, lost, each("show", "copyright", "complete", "image (RSS)", "self", "hub")
        ),
        Known(
            "Does not read of an episode that it is blocked, its categories and the address of its"
            " comments.",
            lost,
            each("episode", "block", "categories", "comments"),
        ),
    ],
    "podcastparser, blog RSS": [
        Known(NO_COPYRIGHT, lost, each("blog", "self", "hub")),
        Known(
            "Shows the summary of a post as it is encoded: `&amp;` for `&`.",
            lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
            each("post", "description"),
        ),
        Known(
            "Does not read who wrote a post, its categories and the address of its comments.",
            lost,
            each("post", "authors", "categories", "comments"),
        ),
    ],
    "feedparser": [
        Known(
            "Keeps one person, one transcript and one soundbite of an episode, the last; we write"
            " the best transcript last.",
            last,
            [
                *each("episode", "transcripts", "transcript types", "transcript languages"),
                *each("episode", "soundbites"),
            ],
        ),
        Known(
            "Does not understand `true` and `false` for explicit, the only words that directories"
            " take.",
            lost,
            ["show explicit", "episode explicit"],
        ),
        Known(
            "Takes it for HTML and strips what looks like a tag it does not know: of `<tags>`"
            " nothing is left.",
            lambda text: text.replace("<tags>", ""),
            each("show", "description"),
        ),
        Known(
            TEXT_LOST,
            lost,
            [
                *each("show", "locked", "location", "update frequency"),
                *each("episode", "license", "location", "episode (podcast)", "season (podcast)"),
            ],
        ),
        Known(
            TEXT_LOST,
            lambda several: nameless(last(several)),
            ["show people", "show trailers", "episode people", "episode funding"],
        ),
        Known(LAST_KEPT, last, each("show", "blocked services", "notes for machines")),
        Known(LAST_KEPT, lambda several: nameless(last(several)), each("show", "funding")),
        Known(
            "Lists categories and subcategories one by one, without telling which belongs to"
            " which.",
            lambda categories: [name for one in categories for name in one.split(" > ")],
            each("show", "categories"),
        ),
        Known(
            "Keeps the address of the picture, not its title and link.",
            lambda picture: (picture[0], None, None),
            each("show", "image (RSS)"),
        ),
    ],
    "feedparser, blog RSS": [
        Known(
            "Takes a title in RSS for HTML where it holds an HTML tag: `<i>` is gone, and the words"
            " after it are italic.",
            lambda title: title.replace("<i>", "").replace("</i>", ""),
            each("post", "title"),
        )
    ],
}
