"""Where and in which language a person works, as the machine has it; asks nobody.

What it returns is a guess that a person may correct.
"""

import os
from pathlib import Path


def zone() -> str:
    """Return the name of the machine's time zone, such as ``Europe/Berlin``, or nothing."""
    link = Path("/etc/localtime")
    named = os.environ.get("TZ") or (str(link.readlink()) if link.is_symlink() else "")
    return named.rpartition("zoneinfo/")[2].lstrip(":")


def language() -> str:
    """Return the code of the language that the machine speaks, such as ``en-GB``, or nothing."""
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    named = next(filter(None, names), "").partition(".")[0].partition("@")[0]
    return "" if named in {"C", "POSIX"} else named.replace("_", "-")
