"""Names by content, the frozen record of what was published, and the copy that carries tags."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import mutagen.id3
import pytest
from builders import edition, enclosure, entry, image, item, recording, show, source
from PIL import Image as Picture

from activefeed.content.source import fingerprint
from activefeed.formats import audio
from activefeed.model import Audio, Chapter, Image, Item, PublishedEnclosure, SourceFile
from activefeed.render import media
from activefeed.tree import Artifact, gather

ID3: Any = mutagen.id3.ID3  # has no types
AUDIO = Path(__file__).parents[1] / "fixtures" / "audio"
DAY = date(2026, 3, 1)
OLD = enclosure(key="media/old-name.000000000000.mp3", sha256="cd" * 32)


def made(one: Item, record: PublishedEnclosure | None = None) -> PublishedEnclosure | None:
    return media.enclosure(one, show(), DAY, record, cover=True)[0]


NEW = enclosure(length=1000)


def test_new_audio_is_named_by_slug_and_content() -> None:
    assert made(item()) == NEW


def test_a_post_has_no_enclosure() -> None:
    assert media.enclosure(item(recording=None), show(), DAY, None, cover=True) == (None, None)


def test_the_record_stays_while_the_audio_is_the_same_and_nothing_is_sent() -> None:
    renamed = item(slug="new-name", title="New", recording=recording(number=99))
    assert media.enclosure(renamed, show(title="New"), DAY, OLD, cover=True) == (OLD, None)


def test_new_audio_is_a_new_address_under_the_same_guid() -> None:
    assert made(item(), replace(OLD, source_sha256="ef" * 32)) == NEW


def test_audio_elsewhere_keeps_its_address() -> None:
    far = Audio(None, "https://cdn.example/a.mp3", ".mp3", 10, 20, "")
    one = item(recording=recording(audio=far))
    found, copy = media.enclosure(one, show(), DAY, OLD, cover=True)
    assert found is not None
    assert (found.key, found.url, found.length, copy) == ("", "https://cdn.example/a.mp3", 10, None)


def test_chapters_and_cover_out_of_the_audio_are_recorded() -> None:
    cover = Image(None, ".jpg", 1400, 1400, data=b"jpeg", sha256="ee" * 32)
    chapters = (Chapter(0, "One"),)
    spoken = recording(cover=cover, chapters=chapters, embedded=True)
    found = made(item(recording=spoken))
    assert found is not None
    assert (found.cover, found.chapters) == ("media/strong-hips.eeeeeeeeeeee.jpg", chapters)
    gone = replace(spoken, cover=replace(cover, data=b"", sha256=""))
    assert made(item(recording=gone), found) == found


def test_the_same_picture_is_published_once_under_one_name() -> None:
    same = source("images/01 Anna Smith.JPEG")
    assert media.picture(image(file=same)) == "media/anna-smith.abababababab.png"
    assert media.linked(same) == "media/anna-smith.abababababab.jpeg"
    assert media.picture(None) == media.picture(image(file=None)) == ""


def test_audio_that_is_not_here_is_kept() -> None:
    absent = recording(audio=replace(recording().audio, source=None))
    whole = edition(entry(item=item(recording=absent), enclosure=OLD, copy=None))
    assert media.kept(whole, {}) == {OLD.key}
    here = gather(media.artifacts(edition(entry())))
    assert media.kept(edition(entry()), here) == frozenset()


@pytest.fixture
def spoken(tmp_path: Path) -> Item:
    """An episode whose audio is a real file."""
    shutil.copy(AUDIO / "tagged.mp3", tmp_path / "a.mp3")
    file = fingerprint("episodes/a.mp3", tmp_path / "a.mp3")
    sound = Audio(file, "", ".mp3", file.size, 6, file.sha256)
    return item(recording=recording(audio=sound, chapters=(Chapter(0, "Start"), Chapter(3, "End"))))


def cover(folder: Path, colour: str = "navy") -> Image:
    path = folder / f"{colour}.png"
    Picture.new("RGB", (1400, 1400), colour).save(path)
    file = fingerprint("images/cover.png", path)
    return Image(file, ".png", 1400, 1400, sha256=file.sha256)


def copied(one: Item, folder: Path, record: PublishedEnclosure | None = None) -> Artifact | None:
    whole = show(tag_audio=True, cover=cover(folder))
    return media.enclosure(one, whole, DAY, record, cover=True)[1]


def body(one: Artifact | None) -> bytes:
    assert one
    with one.open() as stream:
        return stream.read()


def test_the_copy_carries_title_show_chapters_and_cover(spoken: Item, tmp_path: Path) -> None:
    whole = body(copied(spoken, tmp_path))
    said = ID3(BytesIO(whole))
    assert str(said["TIT2"]) == "Strong hips, quiet back"
    assert str(said["TALB"]) == "Strong Back"
    assert [str(c.sub_frames["TIT2"]) for c in said.getall("CHAP")] == ["Start", "End"]
    (front,) = [p for p in said.getall("APIC") if p.type == 3]
    assert Picture.open(BytesIO(front.data)).size == (600, 600)
    (tmp_path / "copy.mp3").write_bytes(whole)
    assert round(audio.probe(tmp_path / "copy.mp3").duration) == 6


def test_the_copy_is_the_same_twice_and_the_author_s_file_is_not_touched(
    spoken: Item, tmp_path: Path
) -> None:
    before = (tmp_path / "a.mp3").read_bytes()
    first, second = copied(spoken, tmp_path), copied(spoken, tmp_path)
    assert first
    assert second
    assert body(first) == body(second)
    assert first.path == second.path == f"media/strong-hips.{first.sha256[:12]}.mp3"
    assert first.size == len(body(first))
    assert (tmp_path / "a.mp3").read_bytes() == before


def test_an_episode_has_its_own_picture_in_its_audio(spoken: Item, tmp_path: Path) -> None:
    one = replace(spoken, image=cover(tmp_path, "red"))
    front = ID3(BytesIO(body(copied(one, tmp_path)))).getall("APIC")[0]
    red, green, blue = Picture.open(BytesIO(front.data)).convert("RGB").getpixel((5, 5))  # type: ignore[misc]
    assert (red > 200, green < 60, blue < 60) == (True, True, True)


def test_tagging_can_be_turned_off(spoken: Item, tmp_path: Path) -> None:
    found, copy = media.enclosure(spoken, show(cover=cover(tmp_path)), DAY, None, cover=True)
    assert found
    assert body(copy) == (tmp_path / "a.mp3").read_bytes()
    assert found.sha256 == found.source_sha256


def test_a_cover_that_cannot_be_made_small_leaves_the_rest(spoken: Item, tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    broken = Image(SourceFile("b.png", tmp_path / "broken.png", 10, "0"), ".png", 1, 1, sha256="0")
    whole = show(tag_audio=True, cover=broken)
    said = ID3(BytesIO(body(media.enclosure(spoken, whole, DAY, None, cover=True)[1])))
    assert str(said["TALB"]) == "Strong Back"


def test_a_published_copy_stays_whatever_the_episode_is_called(
    spoken: Item, tmp_path: Path
) -> None:
    whole = show(tag_audio=True, cover=cover(tmp_path))
    first, _ = media.enclosure(spoken, whole, DAY, None, cover=True)
    changed = replace(spoken, title="Other", slug="other", recording=recording(number=7))
    changed = replace(changed, recording=replace(changed.recording, audio=spoken.recording.audio))  # type: ignore[type-var, union-attr]
    other = replace(whole, title="Other", cover=cover(tmp_path, "red"))
    assert media.enclosure(changed, other, DAY, first, cover=True) == (first, None)
