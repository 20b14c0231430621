"""Make one seeded podcast and blog twice: as an activefeed site and as a Hugo site.

The same number of items makes the same bytes. Never asks the network, the clock or the machine.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import mutagen.id3
from PIL import Image

id3: Any = mutagen.id3  # has no types

HUGO = Path(__file__).with_name("hugo")
SITE = uuid.UUID("0f6d0c52-6f7e-4c35-9a0e-1d5c6f1b7a11")
CATEGORIES, MONTHS, PER_PAGE, BODY = 30, 120, 10, 2800  # BODY: bytes of Markdown
PEOPLE = {"ada": "Ada North", "ben": "Ben South", "cleo": "Cleo East", "dan": "Dan West"}
WORDS = """
back hip knee spine muscle walk rest load strength balance pain week sleep warm slow steady often
morning chair floor stretch breath step stairs shoulder neck heel core reach lift carry gently
twice before after during because without under over""".split()  # noqa: SIM905 (forty lines else)
# 62 kB of silence: 300 frames of MPEG-1 layer III, 64 kbit/s, 44.1 kHz, mono.
SILENCE, SECONDS = bytes.fromhex("fffb50c0").ljust(208, b"\0") * 300, 8
SETTINGS = f"""\
[site]
id = "{SITE}"
title = "Bench"
url = "https://bench.example"
language = "en"
timezone = "UTC"
search = false
description = "A site to measure with."
feed_items = "all"
nav = [{{title = "About", page = "about"}}]

[podcast]
guid = "{uuid.uuid5(SITE, "podcast")}"
title = "Bench, the podcast"
description = "Episodes to measure with."
author = "Ada North"
cover = "images/cover.png"
apple_categories = ["Health & Fitness > Medicine"]
explicit = false
owner = {{name = "Ada North", email = "ada@bench.example"}}

[blog]
title = "Bench, the blog"
description = "Posts to measure with."
"""


@dataclass(frozen=True, slots=True)
class Piece:
    """An episode or a post, before it is written in the words of one program."""

    number: int  # from 1, within its kind
    slug: str
    title: str
    summary: str
    date: datetime  # UTC
    person: str
    categories: list[str]
    body: str  # Markdown


def sentence(rng: random.Random, length: int = 14) -> str:
    """Return a sentence of words that mean nothing."""
    return " ".join(rng.choices(WORDS, k=length)).capitalize() + "."


def markdown(rng: random.Random) -> str:
    """Return 2.8 kB with headings, links, a list, a table and footnotes."""
    link = f"[{rng.choice(WORDS)}](https://example.org/{rng.choice(WORDS)})"
    steps = "".join(f"{n}. {sentence(rng, 9)}\n" for n in range(1, 5))
    rows = "".join(f"| {rng.choice(WORDS)} | {n} | {sentence(rng, 4)} |\n" for n in range(5))
    notes = f"\n[^1]: {sentence(rng, 8)} <https://doi.org/10.1000/1>\n[^2]: *{sentence(rng)}*\n"
    text = (
        f"{sentence(rng)} **{sentence(rng, 3)}** {sentence(rng)}[^1]\n\n## {sentence(rng, 4)}\n\n"
        f"{sentence(rng)} See {link} and [more](https://example.com/).[^2]\n\n{steps}\n"
        f"## {sentence(rng, 4)}\n\n| what | times | how |\n|---|---|---|\n{rows}\n"
    )
    while len(text) + len(notes) < BODY:
        text += sentence(rng) + rng.choice((" ", " ", "\n\n"))
    return f"{text}\n{notes}"


def piece(kind: str, number: int, items: int) -> Piece:
    """Return one piece; episodes and posts take turns over ten years."""
    rng = random.Random(f"{kind}/{number}")
    turn = 2 * (number - 1) + (kind == "blog")
    month, day = divmod(turn * MONTHS * 28 // (2 * items), 28)
    subjects = {turn % CATEGORIES, rng.randrange(CATEGORIES)}
    title = f"{sentence(rng, 4)[:-1]} {number}"
    start = datetime(2015 + month // 12, month % 12 + 1, day + 1, 6)  # noqa: DTZ001 (all in UTC)
    return Piece(
        number=number,
        slug=title.lower().replace(" ", "-"),
        title=title,
        summary=sentence(rng, 12),
        date=start + timedelta(minutes=turn % 600),
        person=rng.choice(list(PEOPLE)),
        categories=[f"Subject {n + 1}" for n in sorted(subjects)],
        body=markdown(rng),
    )


def mp3(one: Piece) -> bytes:
    """Return a recording of its own: an ID3v2.3 tag with five chapters before the silence."""
    marks = [f"chp{n}" for n in range(5)]
    tags = id3.ID3()
    tags.add(id3.TIT2(encoding=1, text=one.title))
    tags.add(id3.CTOC(element_id="toc", flags=3, child_element_ids=marks, sub_frames=[]))
    for n, mark in enumerate(marks):
        title = id3.TIT2(encoding=1, text=f"Part {n + 1} of {one.title}")
        start = 1500 * n
        tags.add(
            id3.CHAP(element_id=mark, start_time=start, end_time=start + 1500, sub_frames=[title])
        )
    out = BytesIO()
    tags.save(out, v2_version=3)
    return out.getvalue() + SILENCE


def vtt(one: Piece) -> str:
    """Return a transcript of six cues."""
    rng = random.Random(one.slug)
    cues = (f"\n00:0{n}.000 --> 00:0{n + 1}.000\n{sentence(rng, 8)}\n" for n in range(6))
    return "WEBVTT\n" + "".join(cues)


def write(path: Path, front: dict[str, object], body: str) -> None:
    """Write front matter (a value in JSON is one in YAML) and Markdown."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(f"{key}: {json.dumps(value)}\n" for key, value in front.items())
    path.write_text(f"---\n{lines}---\n{body}", "utf-8", newline="\n")


def write_both(work: Path, kind: str, one: Piece) -> None:
    """Write one piece into both sites, an episode with its audio and perhaps a transcript."""
    stem = f"{one.number:05}-{one.slug}"
    both: dict[str, object] = {
        "title": one.title,
        "summary": one.summary,
        "categories": one.categories,
    }
    ours = both | {"date": f"{one.date:%Y-%m-%d %H:%M}"}
    theirs = both | {"date": f"{one.date:%Y-%m-%dT%H:%M:%SZ}", "people": [one.person]}
    theirs |= {"guid": str(uuid.uuid5(SITE, f"{kind}/{one.slug}"))}
    if kind == "podcast":
        audio = mp3(one)
        ours |= {"episode": one.number, "hosts": [one.person]}
        theirs |= {"episode": one.number, "size": len(audio), "duration": SECONDS}
        theirs |= {"transcript": one.number % 3 == 0}
        for place in (work / "activefeed/episodes" / stem, work / "hugo/static/media" / one.slug):
            place.with_suffix(".mp3").write_bytes(audio)
            if one.number % 3 == 0:
                place.with_suffix(".vtt").write_text(vtt(one), "utf-8", newline="\n")
    else:
        ours |= {"authors": [one.person]}
        # Months hold posts alone, as activefeed's do; Hugo knows them as a taxonomy.
        theirs |= {"archive": [f"{one.date:%Y/%m}"]}
    folder = "episodes" if kind == "podcast" else "posts"
    write(work / f"activefeed/{folder}/{stem}.md", ours, one.body)
    write(work / f"hugo/content/{kind}/{one.slug}.md", theirs, one.body)


def make(work: Path, items: int) -> dict[str, int]:
    """Write both sites below a folder and return what each of them must come to."""
    ours, hugo = work / "activefeed", work / "hugo"
    shutil.copytree(HUGO, hugo)
    for folder in (ours / "episodes", ours / "images", hugo / "static/media"):
        folder.mkdir(parents=True)
    people = "".join(f'[people.{key}]\nname = "{name}"\n' for key, name in PEOPLE.items())
    (ours / "activefeed.toml").write_text(SETTINGS + people, "utf-8")
    for cover in (ours / "images/cover.png", hugo / "static/media/cover.png"):
        Image.new("RGB", (1400, 1400), "#224466").save(cover)
    for page in (ours / "pages/about.md", hugo / "content/about.md"):
        write(page, {"title": "About"}, markdown(random.Random("about")))
    months, categories = set(), set()
    for kind, feeds in {"podcast": ["feed"], "blog": ["feed", "atom"]}.items():
        front: dict[str, object] = {"title": f"Bench, the {kind}", "outputs": ["html", *feeds]}
        write(hugo / f"content/{kind}/_index.md", front, "")
        for number in range(1, items + 1):
            one = piece(kind, number, items)
            write_both(work, kind, one)
            if kind == "blog":
                months.add((one.date.year, one.date.month))
            categories.update(one.categories)
    pages = {
        "episode pages": items,
        "post pages": items,
        "blog index pages": -(-items // PER_PAGE),
        "category pages": len(categories),
        "month pages": len(months),
    }
    entries = (
        "podcast RSS items",
        "enclosures with their file",
        "blog RSS items",
        "blog Atom entries",
    )
    return pages | dict.fromkeys(entries, items)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Make a seeded site for activefeed and for Hugo.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--items", type=int, default=1000, help="episodes, and as many posts")
    chosen = parser.parse_args()
    print(json.dumps(make(chosen.folder, chosen.items)))
