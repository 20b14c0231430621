"""The CPU that short commands cost: user and system time of a process of its own, best of ten.

Run as ``python bench/start.py [SITE]``; SITE is the sample, unless another one is named.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

SITE = sys.argv[1] if len(sys.argv) > 1 else str(Path(__file__).parents[1])


def cost(*words: str) -> float:
    """Return the seconds of CPU of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *words], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    for words in (
        ("-c", "pass"),
        ("-m", "activefeed", "--help"),
        ("-m", "activefeed", "check", "--site", SITE),
        ("-m", "activefeed", "status", "--site", SITE),
    ):
        best = min(cost(*words) for _ in range(10))
        print(f"{best:6.3f} s  python {' '.join(words)}")
