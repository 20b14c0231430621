"""Make expected.json: what feed readers must see of the sample site, from its source files alone.

Imports nothing of activefeed: the table is a second opinion. Run it after every change of the
sample: ``python tests/clients/make_expected.py``; it needs ffmpeg and ffprobe to measure the audio.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import yaml

ROOT = Path(__file__).resolve().parents[2]
TABLE = Path(__file__).with_name("expected.json")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TYPES = {".mp3": "audio/mpeg", ".m4a": "audio/x-m4a"}
RATE = 16_000  # samples a second, to count them

Row = dict[str, Any]


def rows() -> dict[str, list[Row]]:
    """Return what can be known without decoding sound: episodes and posts, newest first."""
    settings = tomllib.loads((ROOT / "activefeed.toml").read_text("utf-8"))
    found = {}
    for folder, kind in (("episodes", "episode"), ("posts", "post")):
        every = [_row(path, kind, settings["site"]) for path in (ROOT / folder).glob("*.md")]
        due = [row for row in every if row and datetime.fromisoformat(row["date"]) <= NOW]
        found[folder] = sorted(due, key=lambda row: str(row["date"]), reverse=True)
    return found


def _row(path: Path, kind: str, site: Row) -> Row | None:
    head = path.read_text("utf-8").split("\n---\n")[0].removeprefix("---\n")
    keys = yaml.load(head, yaml.BaseLoader)
    if keys.get("draft") == "true":
        return None
    slug = keys.get("slug") or re.sub(r"^(\d{4}-\d\d-\d\d|\d+)-", "", path.stem)
    folder = "podcast" if kind == "episode" else "blog"
    row = {
        "guid": keys.get("guid") or str(uuid5(UUID(site["id"]), f"{kind}/{slug}")),
        "title": keys["title"],
        "date": _instant(keys["date"], site["timezone"]),
        "updated": _instant(keys.get("updated", keys["date"]), site["timezone"]),
        "link": f"{site['url']}/{folder}/{slug}.html",
    }
    if kind == "episode":
        audio = next(found for end in TYPES if (found := path.with_suffix(end)).exists())
        row["slug"] = slug
        row["sha256"] = hashlib.sha256(audio.read_bytes()).hexdigest()
        row["type"] = TYPES[audio.suffix]
        row["source"] = audio.relative_to(ROOT).as_posix()
        row["chapters"] = [_chapter(one) for one in keys.get("chapters", [])]
    return row


def _instant(local: str, zone: str) -> str:
    when = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone))
    return when.astimezone(UTC).isoformat()


def _chapter(written: str | dict[str, str]) -> list[object]:
    """Return start and title of ``0:29 Title`` or of a mapping."""
    if isinstance(written, dict):
        start, title = written["start"], written["title"]
    else:
        start, title = written.split(" ", 1)
    minutes, seconds = start.split(":")
    return [int(minutes) * 60 + float(seconds), title]


def measure(row: Row) -> Row:
    """Return an episode with its true length, and with the chapters inside its audio."""
    path = ROOT / row["source"]
    decode = ["ffmpeg", "-v", "error", "-i", path, "-map", "0:a", "-ac", "1", "-ar", str(RATE)]
    sound = subprocess.run([*decode, "-f", "s16le", "-"], check=True, capture_output=True).stdout
    show = ["ffprobe", "-v", "error", "-show_chapters", "-of", "json", path]
    inside = json.loads(subprocess.run(show, check=True, capture_output=True).stdout)["chapters"]
    embedded = sorted([float(c["start_time"]), c["tags"]["title"]] for c in inside)
    return row | {
        "seconds": round(len(sound) / 2 / RATE, 2),
        "chapters": row["chapters"] or embedded,
    }


def main() -> None:
    """Write the table."""
    found = rows()
    found["episodes"] = [measure(row) for row in found["episodes"]]
    TABLE.write_text(f"{json.dumps(found, ensure_ascii=False, indent=1)}\n", "utf-8")


if __name__ == "__main__":
    main()
