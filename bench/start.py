"""The CPU that short commands cost: user and system time of a process of its own, best of ten.

Run as ``python bench/start.py [SITE]`` while nothing else runs; SITE is the sample, unless another
one is named. Leaves with 1 where a command costs more than it may.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

SAMPLE = str(Path(__file__).parents[1])
BARE = 0.011  # seconds of CPU of Python alone, where the limits were set
MOST = {"--help": 0.1, "check": 0.7}  # seconds there; on a slower machine in proportion


def cost(*words: str) -> float:
    """Return the seconds of CPU of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *words], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(site: str) -> int:
    """Print what each command costs; return 1 where one costs more than it may."""
    best = {"-c pass": min(cost("-c", "pass") for _ in range(10))}
    for words in ("--help", f"check --site {site}"):
        best[words] = min(cost("-m", "activefeed", *words.split()) for _ in range(10))
    for words, seconds in best.items():
        print(f"{seconds:6.3f} s  {words}")
    slow = max(1, best["-c pass"] / BARE)
    return int(any(best[words] > slow * MOST.get(words.split()[0], 9) for words in best))


if __name__ == "__main__":
    sys.exit(main(*(sys.argv[1:] or [SAMPLE])))
