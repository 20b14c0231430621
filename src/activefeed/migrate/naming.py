"""Names of new files, made of what is told: safe on every machine, and nobody's yet.

Pure text; a name has small letters, digits and hyphens only, whatever the old place says.
"""

import re
from collections.abc import Collection, Sequence
from itertools import count
from pathlib import PurePosixPath
from urllib.parse import unquote

from activefeed.formats.telling import Told
from activefeed.urls import slug_of_stem, slugify
from activefeed.wording import table

TABLE = table(__file__)


def slug(link: str, title: str) -> str:
    """Return the words of an old address, else of the title; empty where there are none."""
    last = re.sub(TABLE["around"], "", PurePosixPath(unquote(parts(link)[1])).name)
    words = slugify("" if re.fullmatch(TABLE["mute"], last) else last) or slugify(title)
    return words if len(words) <= 80 else words[:81].rpartition("-")[0] or words[:80]


def free(form: str, words: str, taken: Collection[str]) -> str:
    """Return a path by a form such as ``episodes/012-{}``; nobody has it or its slug."""
    tries = (form.format(words if n == 1 else f"{words}-{n}") for n in count(1))
    return next(one for one in tries if one not in taken and slug_at(one) not in taken)


def slug_at(path: str) -> str:
    """Return the slug of the item in a file."""
    return slug_of_stem(PurePosixPath(path).name)


def numbers(episodes: Sequence[Told]) -> list[str]:
    """Return what the names of episodes begin with by their numbers; nothing where by the day."""
    rows = [(one.number("season"), one.number("episode")) for one in episodes]
    seasons = any(season for season, _ in rows)
    found = [(s * 100 + n) * (s > 0 < n < 100) if seasons else n for s, n in rows]
    width, told = max(3, len(str(max(found, default=0)))), 2 * sum(map(bool, found)) > len(found)
    return [f"{one:0{width}}" if one and told else "" for one in found]


def ending(url: str, use: str, type: str = "") -> str:
    """Return how the name of a file ends, by its address, else by its type.

    Empty is unknown, or an address where nothing can be downloaded.
    """
    suffix, row = PurePosixPath(unquote(parts(url)[1])).suffix.lower(), TABLE[use]
    if not url.lower().startswith(("http://", "https://")):
        return ""
    known = suffix if suffix in row["known"].split() else ""
    told = row["types"].get(type.partition(";")[0].strip().lower())
    return known or told or row["types"].get(suffix, row["otherwise"])


def old_path(link: str, site: str) -> str:
    """Return the path of an old address below the site's; empty where it cannot be kept."""
    host, path, query = parts(link)
    path = unquote(path[len(parts(site)[1]) :] if link.startswith(f"{site}/") else path)
    theirs = re.search(TABLE["companies"], host) or re.sub(TABLE["counting"], "", query)
    return path.replace("%", "%25") if not theirs and re.fullmatch(TABLE["old"], path) else ""


def parts(url: str) -> tuple[str, str, str]:
    """Return host, path and query of an address, whatever is wrong with it."""
    found: list[tuple[str, str, str]] = re.findall(TABLE["parts"], url[:2000])
    return found[0]
