"""Whatever stands in the author's files, check answers in words: never with a traceback."""

from __future__ import annotations

import json
import random
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from test_sites import AUDIO, SITES

from activefeed import pipeline
from activefeed.problems import ActivefeedError

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ODD = """\
- x|  y: z|title: a: b|date: 2026-13-40|chapters: 5|chapters: [1:10 x, {start: q}]|guests: {a: b}
guests: [{name: []}]|references: [x, {title: }]|references: {title: x}|categories: [[a]]|hosts: zoe
categories: {a: 1}|explicit: maybe|image: ../../x.png|related: [/etc/passwd]|guid: ''|slug: '///'
audio: http://x|audio: https://x.example/a.mp3|size: -1|duration: 1:99|tags: [b]|people: [{id: x}]
- |:|\t|\x00|title: \u202e|---|...|%YAML|&a|*b|!!python/object:os.system x|? x|draft: true|[x](y.md)
withdrawn: yes|![x](//q)|[a]: <b c>|<img src='z'>|[x](/nope)|[x](%00)|[x](http://[)|nav = 5|name = 3
location: [x]|location: {name: a, geo: x}|license: {url: x}|soundbites: [{start: 9:99}]|blog: x
comments: {protocol: disabled}|comments: 5|funding: [x]|episode_display: []
people: [{name: a, role: b}]|block = 5|block = ["A"]|seasons = {a = 1}|txt = ["x"]
update_frequency = 3|feed_bytes = 1|medium = []|audio_prefix = "x"|language = ""
location = {country = 1}|cover_alt = {}|tag_audio = "x"|hub = "x y"
aliases: [/../x, /a?b]|aliases: /x|aliases: [[a], {b: c}]|aliases: ["\\ud800", /index.html, /blog]
hosts = [1]|[people.x]|title = |url = 'https://x y'|[publish]|to = 's3://'|timezone = 'Mars'
""".replace("\n", "|").split("|")
ENDS = [":", "#", " #", "'", '"', "[", "{", "\t", "\u2028", "é"]


def spoil(lines: list[str], chance: random.Random) -> None:
    """Change a text as a slip of the hand does."""
    here, there = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(6):
        case 0:
            lines[here] = ""
        case 1:
            lines.insert(here, chance.choice(ODD))
        case 2:
            lines[here] = chance.choice(ODD)
        case 3:
            lines[here] = lines[here][: chance.randrange(len(lines[here]) + 1)]
        case 4:
            lines[here] += chance.choice(ENDS)
        case _:
            lines[here], lines[there] = lines[there], lines[here]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", ["rich", "every-tag"])
def test_a_spoiled_site_is_reported_and_never_crashes(name: str, seed: int, tmp_path: Path) -> None:
    site, chance = tmp_path / "site", random.Random(seed)
    shutil.copytree(SITES / name / "input", site)
    for path, fixture in json.loads((SITES / name / "audio.json").read_text("utf-8")).items():
        shutil.copyfile(AUDIO / fixture, site / path)
    texts = sorted(p for p in site.rglob("*") if p.suffix in {".md", ".toml", ".vtt"})
    whole = {path: path.read_text("utf-8") for path in texts}
    found = 0
    for _ in range(40):
        spoiled = chance.choices(texts, k=chance.randint(1, 4))
        for path in spoiled:
            lines = path.read_text("utf-8").split("\n")
            spoil(lines, chance)
            path.write_text("\n".join(lines), "utf-8")
        try:
            checked = pipeline.check(site, NOW)
        except ActivefeedError:
            continue
        finally:
            for path in spoiled:
                path.write_text(whole[path], "utf-8")
        found += len(checked.problems)
        for problem in checked.problems:
            assert problem.message
            assert problem.fix
            where = problem.location
            assert where is None or where.column <= len(where.text) + 1
    assert found > 40
