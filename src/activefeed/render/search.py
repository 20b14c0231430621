"""The search of a site: what of it can be found, and the index that a browser looks into.

The room of pagefind, whose program makes the index. Only content goes in, never words of the theme;
where making it fails the site has no search, and goes out all the same.
"""

import hashlib
import json
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from html import escape
from importlib.util import find_spec
from io import BytesIO
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from activefeed.cache import Cache
from activefeed.formats.chapters import seconds
from activefeed.model import Item, Page, Recording
from activefeed.problems import Problems
from activefeed.render import markup
from activefeed.render.entry import Edition, Entry
from activefeed.render.templates import Sheet
from activefeed.tree import Artifact, Tier, artifact

FOLDER = "pagefind"
_PATIENCE = 600  # seconds; a thousand hours of talk take two minutes
_PIECE = 10  # seconds of a transcript that are one moment
# The search itself, without the ready-made boxes that come with it.
_OURS = re.compile(r"pagefind\.js|pagefind-entry\.json|.+\.(?:pagefind|pf_[a-z]+)")
_HASHED = re.compile(r".+\.pf_[a-z]+")  # named by content: what the entry points to


def installed() -> bool:
    """Return whether pagefind is on this machine."""
    return find_spec("pagefind") is not None


def artifacts(
    edition: Edition, sheets: Iterable[Sheet], problems: Problems
) -> list[Artifact] | None:
    """Return the index of a site; None where there is to be no search."""
    records = {one.path: text for one in sheets if (text := _record(edition, one))}
    if not edition.search or not records:
        return None
    try:
        found = edition.search(records)
    except (OSError, subprocess.SubprocessError) as error:
        message = f"the site has no search this time: {_why(error)}"
        fix = "run: pip install --upgrade 'activefeed[search]'; or write under [site]: search = false"
        problems.warn("search-failed", message, fix, edition.site.settings.find("[site]"))
        return None
    tiers = {name: Tier.DETAIL if _HASHED.fullmatch(name) else Tier.PAGE for name in found}
    return [artifact(f"{FOLDER}/{name}", tiers[name], body) for name, body in found.items()]


def index(records: Mapping[str, str], cache: Cache) -> dict[str, bytes]:
    """Return the files of an index of HTML texts by path; made anew only for other texts.

    Raises OSError or SubprocessError where pagefind cannot do it.
    """
    from pagefind.service import get_executable

    program = get_executable()
    if program is None:
        raise FileNotFoundError("pagefind is here without its program")
    with program.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update(json.dumps(records, sort_keys=True).encode())
    held = cache.get("search") or b""
    if held.startswith(digest.digest()):
        with ZipFile(BytesIO(held[digest.digest_size :])) as packed:
            return {name: packed.read(name) for name in packed.namelist()}
    found, packing = _run(program, records), BytesIO()
    with ZipFile(packing, "w") as packed:
        for name, body in found.items():
            packed.writestr(name, body)
    cache.put("search", digest.digest() + packing.getvalue())  # the last one only: it may be large
    return found


def _run(program: Path, records: Mapping[str, str]) -> dict[str, bytes]:
    with TemporaryDirectory() as name:
        root = Path(name)
        site, made = root / "site", root / "index"
        for path, text in records.items():
            (site / path).parent.mkdir(parents=True, exist_ok=True)
            (site / path).write_bytes(text.encode())
        command = [program, "--site", site, "--output-path", made, "--silent"]
        # In a folder of its own, where no settings of an author's wait for it.
        subprocess.run(command, cwd=root, check=True, capture_output=True, timeout=_PATIENCE)  # noqa: S603
        paths = {path.relative_to(made).as_posix(): path for path in sorted(made.rglob("*.*"))}
        found = {name: path.read_bytes() for name, path in paths.items() if _OURS.fullmatch(name)}
    if "pagefind-entry.json" not in found:
        raise subprocess.SubprocessError("pagefind made no index")
    return found


def _why(error: Exception) -> str:
    said = error.stderr if isinstance(error, subprocess.CalledProcessError) else b""
    return said.decode("utf-8", "replace").strip().rpartition("\n")[2] or str(error)


def _record(edition: Edition, sheet: Sheet) -> str:
    """Return what can be found of a page as HTML; nothing of one that only leads to others."""
    shown = sheet.data.get("entry") or sheet.data.get("page")
    item = shown.item if isinstance(shown, Entry) else shown
    if not isinstance(item, Item | Page):
        return ""
    html = shown.html if isinstance(shown, Entry) else str(sheet.data["html"])
    own, link = [item.summary], partial(edition.addresses.link, edition.addresses.page("search"))
    facts = {"url": link(sheet.path), "kind": "page", "image": link(sheet.image)}
    if isinstance(shown, Entry):
        facts |= {"kind": shown.item.kind, "date": f"{shown.local:%Y-%m-%d}"}
        own = [shown.item.subtitle, item.summary]
        own += [one.name for one in shown.item.people]
        own += [one.title for one in shown.item.categories]
    parts = [f"<p>{escape(text)}</p>" for text in own if text] + [markup.for_search(html)]
    parts += [f"<p>{markup.citation(one)}</p>" for one in item.references]
    parts += _spoken(item.recording) if isinstance(item, Item) and item.recording else ()
    # Facts are a filter, which nobody uses: metadata would be searched.
    return (
        f'<!doctype html><html lang="{escape(edition.site.language)}">'
        f'<body data-pagefind-body data-pagefind-meta="title[title]" title="{escape(item.title)}"'
        f' data-pagefind-filter="facts[data-facts]" data-facts="{escape(json.dumps(facts))}">'
        f"{''.join(parts)}</body></html>"
    )


def _spoken(recording: Recording) -> Iterator[str]:
    """Yield chapters and transcript; what has a time begins with an element that says it."""
    for chapter in recording.chapters:
        yield f"<p>{_moment(chapter.start, chapter.title)}</p>"
    spoken = groupby(recording.cues, lambda cue: cue.start and cue.start // _PIECE)
    found = [list(cues) for _, cues in spoken]
    texts = [_moment(cues[0].start, " ".join(cue.text for cue in cues)) for cues in found]
    yield f'<p data-pagefind-weight="0.5">{" ".join(texts)}</p>'


def _moment(start: float | None, text: str) -> str:
    first, _, rest = " ".join(text.split()).partition(" ")
    time = "" if start is None else seconds(start)
    return f'<b id="@{time}">{escape(first)}</b> {escape(rest)}'
