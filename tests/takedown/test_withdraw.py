"""What is withdrawn is gone: no object at the target holds a word or a byte of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import clocks
import faults
import pytest
import states
from goner import (
    FILE,
    GUID,
    NEW,
    OLD,
    OLD_SLUG,
    SLUG,
    TITLE,
    WORDS,
    Place,
    add_talk,
    blocks,
    live_through,
    make_place,
    media,
    talk,
    traces,
)
from proxy import proxy
from sample import Sample
from servers import S3Server
from sitemaker import Maker

from activefeed.cli import frame
from activefeed.model import hidden
from activefeed.problems import StoreError
from activefeed.publish import manifest
from activefeed.publish.store import FolderStore
from activefeed.tree import Artifact

# ------------------------------------------------------------------ withdrawn


def test_nothing_at_the_target_holds_a_word_or_a_byte_of_it(place: Place) -> None:
    before = place.bodies()
    published = [key for key in traces(place) if key.startswith("media/")]
    for name in (OLD, NEW):
        assert [key for key in published if all(one in before[key] for one in blocks(name))]
    for name in ("quasar-hips", "marzipan", "ulfberht", "brontosaur"):  # pictures, in all sizes
        assert [key for key in published if key.startswith(f"media/{name}-")]
    for word in WORDS:
        assert [key for key in before if word in key or word.encode() in before[key].lower()]
    assert f"podcast/{OLD_SLUG}.html" in before, "its old address leads to the new one"
    theirs = {key: body for key, body in media(place).items() if key not in published}
    theirs = {key: body for key, body in theirs.items() if key.endswith(".mp3")}
    assert len(theirs) == 2

    said = place.withdraw(SLUG, "--yes")
    assert said.code == 0, said.err
    assert traces(place) == set()
    after = place.bodies()
    assert {key: after[key] for key in theirs} == theirs
    record = states.state(place.store).items[GUID]
    assert (record.state, record.slug, record.title) == ("withdrawn", hidden(SLUG), "")
    assert "its identity stays reserved" in said.out
    assert "What cannot be called back" in said.out
    assert place.publish().out.startswith("Nothing changed")


def test_the_target_is_as_if_it_had_never_been(place: Place, tmp_path: Path) -> None:
    assert place.withdraw(SLUG, "--yes").code == 0
    server = None
    if place.target:
        server = S3Server(place.store.client.meta.endpoint_url)  # type: ignore[attr-defined]
    twin = make_place(tmp_path / "twin", server)
    twin.publish()
    names = [getattr(one.store, "bucket", "") for one in (place, twin)]
    found = {
        key: body.replace(names[0].encode(), names[1].encode()) if names[0] else body
        for key, body in place.bodies().items()
        if not key.startswith("_activefeed/")
    }
    wanted = {k: body for k, body in twin.bodies().items() if not k.startswith("_activefeed/")}
    assert found.keys() == wanted.keys()
    assert found == wanted


def test_pages_in_folders_and_a_post(tmp_path: Path) -> None:
    place = make_place(tmp_path / "site")
    place.site.edit("activefeed.toml", "[podcast]", 'addresses = "folders"\n\n[podcast]')
    live_through(place)
    for slug in (SLUG, "walking"):
        assert place.withdraw(slug, "--yes").code == 0
    assert traces(place) == set()
    assert not [k for k, body in place.bodies().items() if b"walking" in body or "walking" in k]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_its_file_has_one_line_more_and_is_the_same_otherwise(folder: Place, end: str) -> None:
    file = folder.site.root / FILE
    text = file.read_bytes().replace(b"\n", end.encode())
    file.write_bytes(text)
    assert folder.withdraw(SLUG, "--yes").code == 0
    line = f"withdrawn: true{end}".encode()
    marked = file.read_bytes()
    assert marked.count(line) == 1
    assert marked.replace(line, b"", 1) == text
    names = {path.name for path in file.parent.iterdir()}
    assert not [name for name in names if name.endswith(".new")]
    assert folder.publish().out.startswith("Nothing changed")


def test_its_guid_stays_reserved(folder: Place) -> None:
    assert folder.withdraw(SLUG, "--yes").code == 0
    site = folder.site
    (site.root / FILE).unlink()
    site.edit("posts/walking.md", ", ../episodes/002-quasar-hips.md", "")
    talk(Maker(site.root), "004-hands", OLD, "title: Hands", f"guid: {GUID}", "date: 2026-02-09")
    before = site.snapshot()
    said = folder.run("publish")
    assert said.code == 6
    assert 'the guid of the episode "Hands" belongs to an item that was withdrawn' in said.err
    assert "fix: remove the line guid: from its file" in said.err
    assert site.snapshot() == before
    site.edit("episodes/004-hands.md", f"guid: {GUID}\n", "")
    assert '+ new       episode "Hands"' in folder.publish().out
    assert states.state(folder.store).items[GUID].state == "withdrawn"


@pytest.mark.parametrize("line", [f"guid: {GUID}\n", ""], ids=["guid written", "guid known"])
def test_it_may_come_back_when_the_line_goes(tmp_path: Path, line: str) -> None:
    place = make_place(tmp_path / "site")
    site = place.site
    add_talk(Maker(site.root))
    site.edit(FILE, f"guid: {GUID}\n", line)
    place.publish()
    items = states.state(place.store).items
    (guid,) = [one.guid for one in items.values() if one.title == TITLE]
    before = {key: body for key, (body, *_) in site.snapshot().items()}
    assert place.withdraw(OLD_SLUG, "--yes").code == 0
    site.edit(FILE, "withdrawn: true\n", "")
    said = place.publish()
    assert f'+ new       episode "{TITLE}"' in said.out
    assert said.err == ""
    after = {key: body for key, (body, *_) in site.snapshot().items()}
    del before[manifest.KEY], after[manifest.KEY]
    assert after == before
    assert states.state(place.store).items[guid].state == "live"
    assert place.publish().out.startswith("Nothing changed")


def test_without_a_yes_nothing_happens(folder: Place) -> None:
    before, text = folder.bodies(), (folder.site.root / FILE).read_bytes()
    said = folder.withdraw()
    assert said.code == 5
    assert TITLE in said.err
    assert "add --yes" in said.err
    assert (folder.bodies(), (folder.site.root / FILE).read_bytes()) == (before, text)


@pytest.mark.parametrize("slug", ["zanzibar", OLD_SLUG, "post/zanzibar-rising", "", "002-quasar"])
def test_what_is_not_published_under_a_slug_is_wrong_use(folder: Place, slug: str) -> None:
    before, text = folder.bodies(), (folder.site.root / FILE).read_bytes()
    said = folder.withdraw(slug, "--yes")
    assert said.code == 2
    assert f'nothing published is called "{slug}"' in said.err
    assert "fix: write the last part of its address" in said.err
    assert (folder.bodies(), (folder.site.root / FILE).read_bytes()) == (before, text)


def test_a_slug_that_is_two_things_must_say_which(folder: Place) -> None:
    path = f"posts/{SLUG}.md"
    Maker(folder.site.root).markdown(path, "title: In writing", "date: 2026-02-01")
    folder.publish()
    before, text = folder.bodies(), (folder.site.root / FILE).read_bytes()
    said = folder.withdraw(SLUG, "--yes")
    assert said.code == 2
    assert f'"{SLUG}" is two things' in said.err
    assert f"episode/{SLUG}" in said.err
    assert f"post/{SLUG}" in said.err
    assert (folder.bodies(), (folder.site.root / FILE).read_bytes()) == (before, text)

    assert folder.withdraw(f"episode/{SLUG}", "--yes").code == 0
    assert "withdrawn" not in (folder.site.root / path).read_text()
    assert b"In writing" in folder.bodies()[f"blog/{SLUG}.html"]
    assert f"podcast/{SLUG}.html" not in folder.bodies()


def lose(site: Sample) -> None:
    """Delete its files, and what leads to them."""
    for path in site.root.glob("episodes/002-*"):
        path.unlink()
    site.edit("posts/walking.md", ", ../episodes/002-quasar-hips.md", "")


def test_an_item_whose_file_is_gone_is_withdrawn_all_the_same(folder: Place) -> None:
    lose(folder.site)
    assert folder.run("publish").code == 6
    said = folder.withdraw(SLUG, "--yes")
    assert said.code == 0, said.err
    assert traces(folder) == set()
    assert states.state(folder.store).items[GUID].state == "withdrawn"
    assert folder.publish().out.startswith("Nothing changed")


# ------------------------------------------------------------------ one that dies


def die(patch: pytest.MonkeyPatch, what: str, number: int) -> list[str]:
    """Let the nth put or delete of a folder fail, and all after it; return what was done."""
    done: list[str] = []
    real: Callable[..., str] = getattr(FolderStore, what)

    def failing(self: FolderStore, one: Artifact | str, **conditions: object) -> str:
        if len(done) >= number:
            raise StoreError("the disk is gone")
        done.append(one if isinstance(one, str) else one.path)
        return real(self, one, **conditions)

    patch.setattr(FolderStore, what, failing)
    return done


def finish(place: Place) -> None:
    """Publish after a death; where it does not know of the wish yet, withdraw again."""
    said = place.run("publish", "--take-over")
    if said.code == 6:
        assert "apps would drop it" in said.err
        assert place.withdraw(SLUG, "--yes", "--take-over").code == 0
    assert traces(place) == set()
    assert states.state(place.store).items[GUID].state == "withdrawn"
    assert place.publish("--take-over").out.startswith("Nothing changed")


@pytest.mark.parametrize("file", ["there", "gone"])
@pytest.mark.parametrize(
    ("what", "number"),
    [("put", 1), ("put", 3), ("put", 9), ("put", 14), ("put", 20), ("put", 21),
     ("delete", 0), ("delete", 1), ("delete", 7)],
)  # fmt: skip
def test_one_that_dies_is_finished_by_the_next(
    folder: Place, what: str, number: int, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if file == "gone":
        lose(folder.site)
    with monkeypatch.context() as patch:
        done = die(patch, what, number)
        said = folder.withdraw(SLUG, "--yes")
    assert (said.code, len(done)) == (3, number)
    assert traces(folder)
    if file == "there":
        assert "withdrawn: true" in (folder.site.root / FILE).read_text("utf-8")
        assert folder.run("publish", "--take-over").code == 0
    finish(folder)


@pytest.mark.slow
@pytest.mark.parametrize("requests", [25, 40])
def test_one_whose_network_goes_away_is_finished_by_the_next(
    login: S3Server, tmp_path: Path, requests: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "CLOCK", clocks.quick())
    with proxy(login.endpoint) as between:
        place = make_place(tmp_path / "site", login, between.endpoint)
        live_through(place)
        between.fault = faults.cut(requests)
        assert place.withdraw(SLUG, "--yes").code == 3
        between.fault = lambda seen: ""
        finish(place)
