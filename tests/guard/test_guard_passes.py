"""The guard, told as stories: what happens on any Tuesday passes without a question."""

from __future__ import annotations

from typing import Any

import pytest
from sample import Sample
from sitemaker import Maker
from stories import (
    QUIET,
    SUNG,
    TALKS,
    add,
    day,
    enclosures,
    file_of,
    guid_of,
    passes,
    record,
    refused,
    serve,
    state_of,
    swap,
)
from web import Web

from activefeed.publish.store import FolderStore
from activefeed.tree import Artifact

OLD_URL = 'url = "https://hill.example"'


def test_a_title_is_corrected(site: Sample) -> None:
    swap(site, "hips", SUNG["hips"], "Talk about strong hips")
    sounds = enclosures(site)
    assert '~ changed   episode "Talk about strong hips"' in passes(site)
    assert enclosures(site) == sounds


def test_a_new_cover(site: Sample) -> None:
    Maker(site.root).picture("images/cover.png", 1500, 1500)
    sounds = enclosures(site)
    assert "see nothing new" in passes(site)
    assert enclosures(site) == sounds


@pytest.mark.parametrize("number", [1, 3])
def test_a_few_dates_are_corrected(site: Sample, number: int) -> None:
    for n, name in enumerate(TALKS[:number]):
        swap(site, name, day(n), day(n).replace("06:00", "07:30"))
    said = passes(site)
    assert said.count("its date was") == number


@pytest.mark.parametrize("what", ["file", "file and title", "file and audio"])
def test_a_file_is_renamed(site: Sample, what: str) -> None:
    guids = enclosures(site).keys()
    if what == "file and title":
        swap(site, "hips", SUNG["hips"], "Talk about strong hips")
    if what == "file and audio":
        record(Maker(site.root), file_of(7), "hips, louder")
    for path in site.root.glob("episodes/season-2/008-hips.*"):
        path.rename(path.with_name(f"008-strong-hips{path.suffix}"))
    said = site.publish()
    assert "warning" in said.err
    assert f"guid: {guid_of_slug(site, 'strong-hips')}" in said.err
    assert "refused" not in said.err
    assert enclosures(site).keys() == guids
    assert site.text("podcast/hips.html").count("strong-hips.html") >= 1
    assert site.publish().out == QUIET


def guid_of_slug(site: Sample, slug: str) -> str:
    return next(one.guid for one in state_of(site).items.values() if one.slug == slug)


def test_a_category_a_slug_and_the_notes_change(site: Sample) -> None:
    add(site, "hips", "categories: [Hips]", "slug: hip-talk", f"guid: {guid_of(site, 'hips')}")
    swap(site, "hips", "Words.", "Other words.")
    guids = enclosures(site).keys()
    passes(site)
    assert enclosures(site).keys() == guids


def test_a_domain_that_answers(site: Sample, domain: Web) -> None:
    serve(site, domain)
    before = enclosures(site)
    site.edit("activefeed.toml", OLD_URL, f'url = "{domain.url}"')
    passes(site)
    asked = [path for _, path, _ in domain.asked]
    named = [f"/media/{name}." for name in ("ankles", "ligaments")]
    assert len(asked) == 5, "oldest, newest, three between"
    assert all(any(path.startswith(name) for path in asked) for name in named)
    moved = {guid: url.replace("https://hill.example", domain.url) for guid, url in before.items()}
    assert enclosures(site) == moved


def prefix(site: Sample, url: str) -> None:
    site.edit("activefeed.toml", "[podcast]", f'[podcast]\naudio_prefix = "{url}"')


def test_a_prefix_that_counts_downloads_is_added(site: Sample, domain: Web) -> None:
    serve(site, domain, "/count/hill.example")
    before = enclosures(site)
    prefix(site, f"{domain.url}/count/")
    passes(site)
    counted = {g: url.replace("https://", f"{domain.url}/count/") for g, url in before.items()}
    assert enclosures(site) == counted


def test_a_prefix_that_will_answer_tomorrow(site: Sample, domain: Web) -> None:
    prefix(site, f"{domain.url}/count/")
    err = refused(site, "prefix-dead", f"audio_prefix changed, but {domain.url}/count/")
    assert "--allow prefix-dead" in err
    passes(site, "--allow", "prefix-dead")


def test_the_audio_is_replaced(site: Sample) -> None:
    before = enclosures(site)
    Maker(site.root).audio(f"episodes/{file_of(7)}.mp3", "cbr.mp3")
    assert '~ changed   episode "Talk about hips" (other audio)' in passes(site)
    after = enclosures(site)
    assert after.keys() == before.keys()
    changed = [guid for guid in after if after[guid] != before[guid]]
    assert changed == [guid_of(site, "hips")]
    old = before[changed[0]].removeprefix("https://hill.example/")
    assert (site.root / "public" / old).is_file(), "somebody may be listening to it"


def test_a_night_that_was_missed(site: Sample) -> None:
    add_new(site, "muscles", "2026-11-20 06:00")
    add_new(site, "nerves", "2026-11-21 06:00")
    said = passes(site)
    assert "see 2 new episodes" in said


def add_new(site: Sample, name: str, when: str) -> None:
    maker = Maker(site.root)
    maker.markdown(f"episodes/{name}.md", f"title: Talk about {name}", f"date: {when}")
    record(maker, name, name)


@pytest.mark.parametrize("writes", [2, 5, 9, 12, 14])
def test_a_run_after_a_crash(site: Sample, writes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    add_new(site, "muscles", "2026-11-20 06:00")
    put, done = FolderStore.put, list[str]()

    def interrupted(self: FolderStore, artifact: Artifact, **conditions: Any) -> str:
        if len(done) == writes:
            raise KeyboardInterrupt
        done.append(artifact.path)
        return put(self, artifact, **conditions)

    with monkeypatch.context() as patch:
        patch.setattr(FolderStore, "put", interrupted)
        assert site.run("publish").code == 1  # click's own way to say it; main() says 130
    assert len(done) == writes
    assert "refused" not in site.publish("--take-over").err
    assert len(enclosures(site)) == 13
    assert site.publish().out == QUIET
