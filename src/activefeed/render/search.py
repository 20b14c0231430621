"""The index that a browser searches: made of what is written and said, never of the theme's words.

The room of pagefind, whose program makes it. Where that fails the site has no search, and goes out
all the same.
"""

import hashlib
import json
import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from activefeed.cache import Cache
from activefeed.render.entry import Edition
from activefeed.render.templates import Press, Sheet
from activefeed.tree import Artifact, Tier, artifact
from activefeed.urls import SEARCH

_LONG = 600  # seconds
# The search itself, without the ready-made boxes that come with it.
_OURS = re.compile(r"pagefind\.js|pagefind-entry\.json|.+\.pagefind|.+(\.pf_[a-z]+)")


def artifacts(edition: Edition, press: Press, sheets: Iterable[Sheet]) -> list[Artifact] | None:
    """Return the index of items and pages; None where there is to be no search."""
    if not edition.to.search:
        return None
    path = edition.addresses.page("search")  # links read as they do there
    shown = [one for one in sheets if one.schema and {"entry", "page"} & one.data.keys()]
    record = partial(replace, path=path, template="record.html")
    texts = {s.path: press.fill(record(s, data={**s.data, "path": s.path})) for s in shown}
    try:
        # Without a cache this is only a look.
        files = index(texts, edition.to.cache) if texts and edition.to.cache else {}
    except (OSError, subprocess.SubprocessError) as error:
        told = (getattr(error, "stderr", b"") or b"").decode("utf-8", "replace").split("\n")[0]
        why = told or getattr(error, "strerror", "") or str(error)
        press.links.problems.warn("search-failed", edition.site.settings.find("[site]"), why=why)
        return None
    # What is named by its content goes up before what points to it.
    tiers = {name: Tier.DETAIL if ".pf_" in name else Tier.PAGE for name in files}
    return [artifact(f"{SEARCH}{name}", tiers[name], body) for name, body in files.items()]


def index(texts: Mapping[str, str], cache: Cache) -> dict[str, bytes]:
    """Return the files of an index of HTML by path; the last one made is remembered.

    Raises OSError or SubprocessError where pagefind cannot do it.
    """
    from pagefind.service import get_executable

    program = get_executable()
    if program is None:
        raise FileNotFoundError("pagefind is here without its program")
    made_of = program.read_bytes() + json.dumps(texts, sort_keys=True).encode()
    seal, known = hashlib.sha256(made_of).digest(), cache.get("search") or b""
    if known.startswith(seal):
        return {name: text.encode("latin-1") for name, text in json.loads(known[32:]).items()}
    found = _run(program, texts)
    held = json.dumps({name: body.decode("latin-1") for name, body in found.items()})
    cache.put("search", seal + held.encode())
    return found


def _run(program: Path, texts: Mapping[str, str]) -> dict[str, bytes]:
    with TemporaryDirectory() as name:
        root = Path(name)
        for path, text in texts.items():
            (file := root / "site" / path).parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
        words = [str(program), "--silent", "--site", "site", "--output-path", "index"]
        # In a folder of its own no settings of another use of pagefind wait for it.
        subprocess.run(words, cwd=root, check=True, capture_output=True, timeout=_LONG)  # noqa: S603
        files = sorted(file for file in (root / "index").rglob("*") if file.is_file())
        found = {file.relative_to(root / "index").as_posix(): file.read_bytes() for file in files}
    if "pagefind-entry.json" not in found:
        raise subprocess.SubprocessError("pagefind made nothing")
    return {name: body for name, body in found.items() if _OURS.fullmatch(name)}
