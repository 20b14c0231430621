"""Download files: three at a time, resumed where they broke off, each whole or not there at all.

Asks nobody whom a feed must not lead to. Files come into a folder of their own; what is there, of
one or of a part of one, when a run ends is there for the next, which goes on with it.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.pool import ThreadPool
from pathlib import Path, PurePosixPath
from threading import Lock

from activefeed import fetch
from activefeed.clock import Clock
from activefeed.migrate.moving import Notice, Wanted

# Seconds: after none, one, two … attempts that brought nothing; and what a server may ask for.
_PAUSES, _LONGEST = (1, 1, 2, 8, 30), 120
_DEAF = 30  # attempts in a row, of all files, that a place did not answer: it is left alone
_PACKED = {"gzip", "x-gzip", "deflate", "compress", "br", "zstd"}  # nobody asked for it
_VERSION = ("etag", "last-modified")  # what tells one version of a file from another
# What to make of an answer: nothing, where another attempt may do better, else a kind of notice.
_KINDS = dict.fromkeys((0, 200, 206, 408, 416, 425, 429, *range(500, 600)), "")
_KINDS |= {-1: "private", 404: "gone", 410: "gone"}


@dataclass(slots=True)
class Run:
    """How files are downloaded; and while they are, what all workers know."""

    clock: Clock
    folder: Path  # where files come to, and parts of files
    trust: frozenset[str] = frozenset()  # as of fetch
    hear: Callable[[int, int, str], object] = lambda *_: None  # bytes there, bytes in all, whose
    largest: int = 2 << 30  # bytes of a file
    most: int = 1 << 40  # bytes of all
    sizes: dict[Wanted, tuple[int, int]] = field(default_factory=dict)  # bytes there, bytes in all
    silent: dict[str, int] = field(default_factory=dict)  # attempts without answer, by place
    over: Notice | None = None  # why nothing more is downloaded
    lock: Lock = field(default_factory=Lock)

    def place(self, wanted: Wanted) -> Path:
        """Return where a file comes to: apart from others, be they of the same name or address."""
        digest = hashlib.sha256(f"{wanted.url} {wanted.path}".encode()).hexdigest()[:16]
        return self.folder / digest / PurePosixPath(wanted.path).name

    def tell(self, wanted: Wanted, have: int, due: int) -> bool:
        """Tell whoever listens how far it is; returns whether to go on."""
        with self.lock:
            self.sizes[wanted] = have, max(have, due)
            done, total = map(sum, zip(*self.sizes.values(), strict=True))
            self.hear(done, total, wanted.path)
            self.over = self.over or (Notice("download-most") if done > self.most else None)
        return not self.over


def download_all(wanted: Iterable[Wanted], run: Run) -> dict[Wanted, Path | Notice]:
    """Download files; where each is comes in their order, a notice where it is not there.

    What came before is not asked for. Raises OSError for a folder that cannot be written.
    """
    places = {one: run.place(one) for one in wanted}
    missing = [one for one, place in places.items() if not place.is_file()]
    run.sizes, run.over = {one: (0, one.length) for one in missing}, None
    run.folder.mkdir(parents=True, exist_ok=True)
    with ThreadPool(3) as pool:  # which waits for nobody when it is left
        try:
            came = pool.imap(lambda one: (one, _carry_out(run, one)), missing)
            return places | dict(came)
        finally:
            run.over = Notice("download-broken")  # for who is still at it


def _carry_out(run: Run, wanted: Wanted) -> Path | Notice:
    urls = dict.fromkeys((wanted.url, wanted.instead))
    found = (_persist(run, wanted, url) for url in urls if url)
    first, others = next(found), (one for one in found if isinstance(one, Path))
    return first if isinstance(first, Path) else next(others, first)


def _persist(run: Run, wanted: Wanted, url: str) -> Path | Notice:
    """Ask an address until all is there, or nothing more can be hoped for."""
    to = run.place(wanted)
    half, note = to.parent.with_suffix(".part"), to.parent.with_suffix(".json")
    place, kind, best, missed, pause = fetch.place_of(url), "", 0, 0, 0
    answer = fetch.Answer(0, trouble=f"{place} does not answer")
    while not (kind or run.over or missed == len(_PAUSES) or run.silent.get(place, 0) >= _DEAF):
        for _ in range(pause):
            if not run.over:
                run.clock.sleep(1)
        answer, kind = _attempt(run, wanted, half, url)
        if kind == "whole":
            to.parent.mkdir(exist_ok=True)
            note.unlink(missing_ok=True)  # first: nobody would look for it once the file is there
            half.replace(to)
            return to
        size = half.stat().st_size
        missed, best = (0, size) if size > best else (missed + 1, best)
        run.silent[place] = 0 if answer.status or not missed else run.silent.get(place, 0) + 1
        asked = answer.headers.get("retry-after", "")[:9]
        pause = min(max((*_PAUSES, 0)[missed], int(asked) if asked.isdecimal() else 0), _LONGEST)
    if not best or kind == "large":
        half.unlink(missing_ok=True)
        note.unlink(missing_ok=True)
    why = "" if kind == "private" else answer.trouble
    return run.over or Notice(f"download-{kind or 'broken'}", "", f"{url} {why}".strip())


def _attempt(run: Run, wanted: Wanted, half: Path, url: str) -> tuple[fetch.Answer, str]:
    """Ask once for what is missing; returns how it went as well, or nothing: ask again."""
    note, facts, fault = half.with_suffix(".json"), dict[str, str](), ""

    def take(answer: fetch.Answer) -> Callable[[bytes], bool] | None:
        nonlocal facts
        seen, length = answer.headers, int(facts.get("content-length", 0))
        rest = f"bytes {file.tell()}-{length - 1}/{length}"  # fails where this was given up
        same = all(seen.get(one, facts.get(one)) == facts.get(one) for one in _VERSION)
        if answer.status == 206 and same and seen.get("content-range") == rest:
            return write
        if answer.status in {200, 206, 416}:
            file.truncate(file.seek(0))
            facts = dict(seen) if answer.status == 200 else {}
        return write if answer.status == 200 else None

    def write(piece: bytes) -> bool:
        nonlocal fault
        size, length = file.tell() + len(piece), int(facts.get("content-length", 0))
        fault = "large" if max(size, length) > run.largest else _fault(wanted, facts, piece)
        with suppress(OSError):
            if not file.tell():
                note.write_text(json.dumps(facts))
            if fault or file.write(piece) == len(piece):
                return run.tell(wanted, size, length) and not fault
        run.over = Notice("download-disk")
        return False

    with suppress(OSError, ValueError):
        facts = json.loads(note.read_bytes())
    with half.open("ab", buffering=0) as file:
        # A mark that is weak does not vouch for every byte.
        mark = next((m for n in _VERSION if not (m := facts.get(n, "W/")).startswith("W/")), "")
        asked = {"Range": f"bytes={file.tell()}-", "If-Range": mark} if mark and file.tell() else {}
        answer = fetch.stream_of(url, asked, take, run.trust)
        os.fsync(file.fileno())
        size = file.tell()
    due = int(facts.get("content-length", size if answer.status == 200 else -1))
    whole = 0 < size == due and not run.over
    return answer, fault or ("whole" if whole else _KINDS.get(answer.status, "refused"))


def _fault(wanted: Wanted, facts: Mapping[str, str], piece: bytes) -> str:
    """Return what is wrong with what comes, or nothing."""
    page = piece.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html"))
    if wanted.use != "transcript" and (page or "html" in facts.get("content-type", "").lower()):
        return "page"
    return "packed" if facts.get("content-encoding", "").lower() in _PACKED else ""
