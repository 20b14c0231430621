"""Where, when and in which language a person works, as the machine has it; asks nobody."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import available_timezones


def guesses(folder: Path) -> dict[str, str]:
    """Return title, timezone, language and first day that a new site is likely to have."""
    path = os.environ.get("TZ") or str(Path("/etc/localtime").resolve())
    zone = path.rpartition("zoneinfo/")[2].lstrip(":")
    said = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG", "")
    language = re.match(r"[a-z]{2}(_[A-Z]{2})?(?![A-Za-z_])", said)
    return {
        "title": re.sub(r"[-_ ]+", " ", folder.resolve().name).strip().capitalize() or "My show",
        "timezone": zone if zone in available_timezones() else "UTC",
        "language": language[0].replace("_", "-") if language else "en",
        "day": f"{datetime.now(UTC).astimezone():%Y-%m-%d}",
    }
