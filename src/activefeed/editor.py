"""``check`` as an editor: what can be mended is, what is wrong is told, then there is advice.

Measures new audio and remembers that; asks the network only where it was told to. Prints nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from activefeed import advice, pipeline
from activefeed.cache import FOLDER, Cache
from activefeed.desk import mending
from activefeed.formats import ffmpeg
from activefeed.model import Item, Published, Site, SourceFile
from activefeed.problems import Problem, Problems
from activefeed.tree import Tier

_NEW = timedelta(days=30)  # what is older is out, and published audio stays as it is
_AT_ONCE = 6  # addresses that are asked for: as many as a browser asks of one server

Tell = Callable[[str], None]  # is told what takes a while
Checked = tuple[pipeline.Rendered, list[Problem], list[mending.Change]]


def check(root: Path, now: datetime, tell: Tell, *, fix: bool, links: bool) -> Checked:
    """Return all that was found, the advice in it (the newest item's first), and what was mended.

    ``fix`` writes into the author's files; ``links`` asks the network.
    """
    fixed, reading = list[mending.Change](), pipeline.read(root)
    published = pipeline.remembered(reading)
    done = pipeline.look(reading, published, now)
    while fix and (more := mending.mend(reading.folder, done.problems, _certain(reading, done))):
        fixed, reading = fixed + more, pipeline.read(root)
        done = pipeline.look(reading, published, now)
    site, tree = done.site, done.tree
    if not (site and tree):
        return done, [], fixed
    fresh, cache = _fresh(site, published, now), Cache(root / FOLDER)
    feeds = {key: one.size for key, one in tree.artifacts.items() if one.tier is Tier.FEED}
    loudness = {guid: _loudness(file, cache, tell) for guid, file in fresh}
    dead = _dead(sorted({url for url, _ in advice.addresses(site)}), tell) if links else {}
    hints = list(advice.give(site, feeds, loudness, dead))
    return replace(done, problems=Problems([*done.problems, *hints])), hints, fixed


def _certain(reading: pipeline.Reading, done: pipeline.Rendered) -> list[Item]:
    """Return the items whose guid is certain; none before all mistakes are mended.

    A bucket, which is not asked here, may know an item that is out by an older one.
    """
    if not (done.tree and done.site and reading.frame):
        return []
    alone = list(map(pipeline.is_bucket, reading.frame.targets.values())) == [False]
    items = [*done.site.drafts, *(done.site.items if alone else ())]
    return [item for item in items if item.guid not in done.site.withdrawn]


def _fresh(site: Site, published: Published, now: datetime) -> Iterator[tuple[str, SourceFile]]:
    """Yield guid and file of the audio that is here and, for all that is known, not out yet."""
    for item in advice.upcoming(site):
        file = item.recording.audio.source if item.recording else None
        was = published.items.get(item.guid)
        known = was.enclosure.source_sha256 if was and was.enclosure else ""
        if file and file.sha256 != known and item.published > now - _NEW:
            yield item.guid, file


def _loudness(file: SourceFile, cache: Cache, tell: Tell) -> float | None:
    """Return the LUFS of a file, measured once, where they can be known."""
    key = f"loudness {file.sha256}"
    if (said := cache.get(key)) is None and ffmpeg.there():
        tell(f"listening to {file.path}")
        said = str(ffmpeg.loudness(file.absolute) or "").encode()
        cache.put(key, said)
    return float(said) if said else None


def _dead(urls: Sequence[str], tell: Tell) -> dict[str, str]:
    """Ask for addresses and return those that do not answer, with the reason."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = zip(urls, pool.map(partial(_trouble, tell), urls), strict=True)
        return {url: why for url, why in found if why}


def _trouble(tell: Tell, url: str) -> str:
    """Return why nobody gets what lies at an address; nothing where only programs are sent away."""
    from activefeed import fetch  # slow to import, and not needed without --links

    tell(f"asking {url}")
    scheme, _, host, *path = url.partition("#")[0].split("/")
    with suppress(UnicodeError):
        host = host.encode("idna").decode()
    for ask in (fetch.head_of, fetch.begin_of):
        answer = ask("/".join([scheme, "", host, *path]))
        if 200 <= answer.status < 400:
            return ""
    refused = 400 <= answer.status < 500 and answer.status not in {404, 410}
    return "" if refused else f"{answer.status or ''} {answer.trouble}".strip()
