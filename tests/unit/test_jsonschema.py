"""The schemas for editors: they let pass what activefeed takes, and say what each key is for."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import editors
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sitemaker import SETTINGS

from activefeed.content import jsonschema, schema, source

sys.path.append(str(Path(__file__).parents[2] / "docs"))

import make_feeds

ROOT = Path(__file__).parents[2]

FOLDERS = (ROOT, ROOT / "docs", *sorted((ROOT / "tests/sites").glob("*/input")))
TABLES: Mapping[str, type[schema.Keys]] = {
    "site": schema.SiteKeys, "podcast": schema.PodcastKeys, "blog": schema.BlogKeys,
    "people.dana": schema.PersonKeys, "publish": schema.TargetKeys,
}  # fmt: skip
MINIMUM = {
    "settings": tomllib.loads(SETTINGS),
    "episode": {"title": "One", "date": "2026-01-01"},
    "post": {"title": "One", "date": "2026-01-01"},
    "page": {"title": "One"},
}


def written() -> Iterator[tuple[str, str, str]]:
    """Yield place, kind and text of all settings and front matter that there are to try."""
    for folder in FOLDERS:
        yield f"{folder.name}/activefeed.toml", "settings", (folder / "activefeed.toml").read_text()
        for name, kind in source.KINDS.items():
            for path in sorted((folder / name).rglob("*.md")):
                if head := re.match(r"---\n(.*?\n)---\n", path.read_text("utf-8"), re.DOTALL):
                    yield path.relative_to(folder.parent).as_posix(), kind, head[1]


def examples() -> Iterator[tuple[str, str, str]]:
    """Yield the same of the reference's examples, which may be a few lines of a file."""
    for page in sorted((ROOT / "docs/pages/reference").glob("*.md")):
        text = page.read_text("utf-8")
        for front in re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            yield page.name, "episode", front.removeprefix("---\n").partition("\n---\n")[0]
        for toml in re.findall(r"^```toml\n(\[.*?)^```$", text, re.MULTILINE | re.DOTALL):
            yield page.name, "settings", toml
    for row in (*make_feeds.FEEDS, *make_feeds.NO_FEED):
        kind = "post" if row.model is schema.PostKeys else "episode"
        if "=" not in row.example[-1].partition(":")[0]:
            yield f"feeds.md, {row.key}", kind, "\n".join(row.example)


def together(one: object, other: object) -> object:
    """Return two groups of keys as one."""
    if isinstance(one, dict) and isinstance(other, dict):
        both = {key: together(one[key], other[key]) for key in one.keys() & other.keys()}
        return {**one, **other, **both}
    return other


def data_of(kind: str, text: str) -> tuple[Mapping[str, object], object]:
    """Return what the loader and what an editor reads."""
    if kind == "settings":
        return (read := tomllib.loads(text)), read
    read, errors = editors.read(text)
    assert errors == []
    return read, editors.seen(text)


@pytest.mark.parametrize(("place", "kind", "text"), [*written(), *examples()])
def test_what_is_written_rightly_passes(place: str, kind: str, text: str) -> None:
    read, seen = data_of(kind, text)
    for data in (read, seen):
        whole = together(MINIMUM[kind], data)
        assert isinstance(whole, dict)
        assert editors.complaints(kind, whole) == []
    whole = together(MINIMUM[kind], read)
    assert isinstance(whole, dict)
    assert editors.faults(kind, whole) == []


RIGHT = """\
title: 2026
title: true
episode: '12'
season: 012
draft: yes
blog: 'On'
block: TRUE
date: 2026-5-3T9:00+02:00
duration: 1:02:03
duration: 3723
tags: [Knees]
description: Two steps.
guests: [dana, {name: Ana, role: Voice Actor}]
chapters: ['0:00 Welcome', {start: 70.5, title: 1984}]
location: Portland
license: {name: House, url: https://a.example}
references: [{title: A, year: 2019, volume: 1.5}]
explicit: false
hosts: []
"""
WRONG = """\
titel: One
title: [One]
title: ''
draft: maybe
date: tomorrow
date: 3.5.2026
episode: zero
episode: 0
season: 1.5
duration: 5 minutes
guests: ana
guests: [{role: janitor}]
type: extra
chapters: [Welcome]
aliases: /old.html
location: {name: A, geo: here}
location: {nam: A}
license: {name: A, url: here}
funding: [{title: Support us}]
soundbites: [{start: 1:10}]
comments: {url: here}
comments: {protocol: post}
references: [A work]
size: -1
categories: Knees
"""
WRONG_SETTINGS = """\
podcasts.title = 'Talks'
site.language = 'english'
site.timezone = 5
site.id = 'x'
site.url = 'clinic.example'
site.accent = 'red'
site.addresses = 'file'
site.footer = 'A block'
site.nav = [{name = 'A'}]
site.feed_bytes = 0
podcast.apple_categories = ['Health']
podcast.explicit = 'maybe'
podcast.locked = 1
podcast.feed = '/feed.xml'
podcast.medium = 'radio'
podcast.owner = 'Dana'
podcast.block = ['Spotify!']
podcast.guid = 'show'
podcast.update_frequency = {rrule = 'FREQ=DAILY'}
people.dana = 'Dana'
people.dana.role = 'janitor'
people.ana.url = 'here'
publish.purge = 'here'
publish.endpont = 'https://s3.example'
publish.web.bucket = 's3://x'
"""


def file_with(line: str) -> str:
    """Return the shortest front matter of an episode, with a line in it."""
    rest = {key: text for key, text in MINIMUM["episode"].items() if not line.startswith(f"{key}:")}
    return "\n".join([line, *(f"{key}: {text}" for key, text in rest.items())])


@pytest.mark.parametrize("line", [*RIGHT.splitlines(), "chapters:\n  - 1:20 The back: a story"])
def test_what_an_author_may_type_passes(line: str) -> None:
    read, seen = data_of("episode", file_with(line))
    assert editors.faults("episode", read) == []
    assert editors.complaints("episode", seen) == []


@pytest.mark.parametrize("line", WRONG.splitlines())
def test_what_is_wrong_in_front_matter_is_told_by_both(line: str) -> None:
    read, seen = data_of("episode", file_with(line))
    assert editors.faults("episode", read)
    assert editors.complaints("episode", seen)


@pytest.mark.parametrize("line", WRONG_SETTINGS.splitlines())
def test_what_is_wrong_in_settings_is_told_by_both(line: str) -> None:
    whole = together(MINIMUM["settings"], tomllib.loads(line))
    assert isinstance(whole, dict)
    assert editors.faults("settings", whole)
    assert editors.complaints("settings", whole)


def test_what_must_be_there_is_asked_for_by_both() -> None:
    for kind, missing in (("settings", "site"), ("episode", "date"), ("post", "title")):
        less = {key: value for key, value in MINIMUM[kind].items() if key != missing}
        assert editors.faults(kind, less)
        assert editors.complaints(kind, less)


# As it is typed behind a key; but nothing that looks empty to an editor, which then complains.
TYPED = """\
12 012 0 1.5 70,5 '12' yes No TRUE off 1:10 1:02:03 '0:00' 2026-05-03 2026-5-3 2026-05-03T09:00Z
2026-05-03T09:00+02:00 full creator CC-BY-4.0 Guest Audio-Production cast US us https://a.example/b
https://a.example geo:43.66,-70.25 R132510 s3://x/y /2019/05/old.html a.html verify 0x1F 1e3 .5 Ünï
dana activitypub [] {}
"""
QUOTED = "2026-05-03 09:00|1:10 The hip|0:00 - Start|audio editor|a b|  12  | yes |A: b| 2026-05-03"
SCALARS = [*TYPED.split(), *(f"'{text}'" for text in QUOTED.split("|"))]
KEYS = {kind: [*model.model_fields, *schema.SYNONYMS] for kind, model in schema.BY_KIND.items()}
INNER = sorted({key for model in schema.Keys.__subclasses__() for key in model.model_fields})


def compare(kind: str, key: str, typed: str) -> bool:
    """Return whether the loader takes what is typed behind a key; then an editor must."""
    rest = (f"{name}: {text}" for name, text in MINIMUM[kind].items() if name != key)
    text = "\n".join([f"{key}: {typed}", *rest])
    read, errors = editors.read(text)
    if errors or editors.faults(kind, read):
        return False
    assert editors.complaints(kind, editors.seen(text)) == [], text
    return True


def test_what_the_loader_takes_behind_a_key_an_editor_takes() -> None:
    # Episodes have the keys of posts, but for authors, and those of pages.
    cases = [("episode", key) for key in KEYS["episode"]] + [("post", "authors"), ("page", "tags")]
    taken = [compare(*case, typed) for case in cases for typed in (*SCALARS, "[a]", "[2026]")]
    assert 300 < sum(taken) < len(taken) - 300


_SCALARS = st.sampled_from(SCALARS) | st.text("aB1:.- ö'\"", min_size=1).map(lambda one: f"x{one}")
_GROUPS = st.dictionaries(st.sampled_from(INNER), _SCALARS, min_size=1, max_size=3).map(
    lambda group: "{" + ", ".join(f"{key}: {value}" for key, value in group.items()) + "}"
)
_ROWS = st.lists(_SCALARS | _GROUPS, max_size=2).map(lambda row: f"[{', '.join(row)}]")


@settings(max_examples=500, deadline=None)
@given(key=st.sampled_from(KEYS["episode"]), typed=_SCALARS | _GROUPS | _ROWS)
def test_what_the_loader_takes_in_groups_and_lists_an_editor_takes(key: str, typed: str) -> None:
    compare("episode", key, typed)


def test_what_the_loader_takes_in_settings_an_editor_takes() -> None:
    values: list[object] = [2026, 1, True, False, 1.5, date(2026, 5, 3), "12", "yes", " Off "]
    values += ["en-GB", "#0B6170"]
    values += ["a", "UTC", "https://a.example/b/", "http://a.example", "x/y.xml", "a@b.example"]
    values += ["{2C7FF3A1-6f2e-4b55-9d0a-57b62c7a2f10}", "Co-Host", ["tv & film>film history"]]
    values += [["a"], ["spotify", 1], {"name": "A"}, [{"title": "A", "url": "tel:1"}], {"2": "Two"}]
    taken = []
    for holder, model in TABLES.items():
        for key, value in itertools.product(model.model_fields, values):
            table, *inner = holder.split(".")
            group = {inner[0]: {key: value}} if inner else {key: value}
            whole = together(MINIMUM["settings"], {table: group})
            assert isinstance(whole, dict)
            taken.append(not editors.faults("settings", whole))
            if taken[-1]:
                assert editors.complaints("settings", whole) == [], (holder, key, value)
    assert 300 < sum(taken) < len(taken) - 300


def groups(kind: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    made = json.loads(json.dumps(jsonschema.of(kind)))
    for name, group in {kind: made, **made["$defs"]}.items():
        yield from ((f"{kind}: {name}.{key}", entry) for key, entry in group["properties"].items())
        assert group["additionalProperties"] is False or name == "PublishKeys"


@pytest.mark.parametrize("kind", jsonschema.KINDS)
def test_every_key_says_what_it_is_for_and_what_it_is_without_a_word(kind: str) -> None:
    for place, entry in groups(kind):
        assert str(entry["description"])[:1].strip(), place
        assert "``" not in str(entry["description"]), place
        assert entry.get("default", True) not in ("", None), place  # editors would type it
    assert dict(groups("settings"))["settings: SiteKeys.language"]["default"] == "en"
    assert dict(groups("episode"))["episode: episode.type"]["enum"] == ["full", "trailer", "bonus"]


def test_lists_of_others_are_offered() -> None:
    found = json.dumps(jsonschema.of("settings"))
    for word in ("Health & Fitness > Medicine", "co-host", "Europe/Berlin"):
        assert f'"{word}"' in found


def test_editors_written_in_javascript_can_read_the_forms_of_texts() -> None:
    node = shutil.which("node") or pytest.skip("node is not on this machine")
    schemas = json.dumps([jsonschema.of(kind) for kind in jsonschema.KINDS])
    forms = re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', schemas)
    script = f"for (const form of [{','.join(forms)}]) new RegExp(form, 'u')"
    assert len(forms) > 100
    subprocess.run([node, "-e", script], check=True)


def test_a_key_is_explained_where_it_is_first_written() -> None:
    assert jsonschema.meaning(schema.PostKeys, "title").startswith("The heading")
    assert jsonschema.meaning(schema.PodcastKeys, "title") == "The name of the show"
    assert jsonschema.meaning(schema.ThreadKeys, "protocol").startswith("How it is talked to")


def test_schemas_are_written_into_a_site_and_only_when_they_changed(tmp_path: Path) -> None:
    paths = [f".activefeed/schemas/{kind}.json" for kind in ("settings", "episode", "post", "page")]
    assert jsonschema.write_all(tmp_path) == paths
    before = [(tmp_path / path).stat().st_mtime_ns for path in paths]
    (tmp_path / paths[2]).write_text("old")
    assert jsonschema.write_all(tmp_path) == [paths[2]]
    assert [(tmp_path / path).stat().st_mtime_ns for path in paths[:2]] == before[:2]
    assert json.loads((tmp_path / paths[2]).read_text()) == jsonschema.of("post")
    assert sorted(p.name for p in (tmp_path / ".activefeed/schemas").iterdir()) == sorted(
        Path(path).name for path in paths
    )  # nothing half-written is left
