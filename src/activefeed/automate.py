"""Texts that let a machine publish by itself: for cron, systemd and GitHub Actions.

Fills in the zone and the target; writes no file and starts nothing.
"""

import shlex
from pathlib import Path

from activefeed.problems import UsageError

KINDS = ("cron", "systemd", "github")


def template(kind: str, zone: str, target: str) -> str:
    """Return the text of a kind; an empty target is the one without a name."""
    if kind not in KINDS:
        raise UsageError(f'"{kind}" is no timer', f"choose one of {', '.join(KINDS)}")
    text = (Path(__file__).parent / "timers" / f"{kind}.txt").read_text("utf-8")
    name = f" {shlex.quote(target)}" if target else ""
    return text.replace("<zone>", zone).replace("<target>", name)
