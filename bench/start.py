"""The CPU that short commands cost: user and system time of a process of its own, best of eight.

Run as ``python bench/start.py [SITE]`` while nothing else runs; SITE is the sample, unless another
one is named. Leaves with 1 where a command costs more than it may.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

SAMPLE = str(Path(__file__).parents[1])
LIBRARIES = "-c import jinja2, lxml.etree, mutagen, PIL.Image, pydantic, yaml"
MOST = {
    "--help": 0.1,
    "check": 0.7,
}  # seconds of CPU, where importing the libraries alone costs 0.12


def cost(*words: str) -> float:
    """Return the seconds of CPU of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *words], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(site: str) -> int:
    """Print what each command costs; return 1 where one costs more than it may."""
    commands = {"libraries": LIBRARIES.split(" ", 1)}
    commands |= {name: ["-m", "activefeed", name] for name in MOST}
    commands["check"] += ["--site", site]
    runs = [{name: cost(*words) for name, words in commands.items()} for _ in range(8)]
    best = {name: min(run[name] for run in runs) for name in commands}
    slow = max(1, best["libraries"] / 0.12)  # a slower or a busier machine: in proportion
    for name, seconds in best.items():
        print(
            f"{seconds:6.3f} s  {name}"
            + (f", at most {slow * MOST[name]:.3f}" if name in MOST else "")
        )
    return int(any(best[name] > slow * most for name, most in MOST.items()))


if __name__ == "__main__":
    sys.exit(main(*(sys.argv[1:] or [SAMPLE])))
