"""Names by content, and the record of what was published."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from builders import edition, enclosure, entry, image, item, person, recording, show, source

from activefeed.model import Audio, Chapter, Image, Published, PublishedEnclosure, PublishedItem
from activefeed.render import media
from activefeed.tree import gather

THEN = datetime(2026, 1, 1, tzinfo=UTC)
OLD = enclosure(key="media/old-name.000000000000.mp3", sha256="cd" * 32)


def published(record: PublishedEnclosure) -> Published:
    one = item()
    known = PublishedItem(one.guid, "episode", "old", "Old", "k", THEN, THEN, record)
    return Published(items={one.guid: known})


def test_new_audio_is_named_by_slug_and_content() -> None:
    assert media.enclosure(item(), Published()) == enclosure()


def test_a_post_has_no_enclosure() -> None:
    assert media.enclosure(item(recording=None), Published()) is None


def test_the_record_stays_while_the_audio_is_the_same() -> None:
    renamed = item(slug="new-name", recording=recording(number=99))
    assert media.enclosure(renamed, published(OLD)) == OLD


def test_new_audio_is_a_new_address_under_the_same_guid() -> None:
    made = media.enclosure(item(), published(replace(OLD, source_sha256="ef" * 32)))
    assert made == enclosure()


def test_audio_elsewhere_keeps_its_address() -> None:
    far = Audio(None, "https://cdn.example/a.mp3", ".mp3", 10, 20, "")
    made = media.enclosure(item(recording=recording(audio=far)), published(OLD))
    assert made is not None
    assert (made.key, made.url, made.length) == ("", "https://cdn.example/a.mp3", 10)


def test_chapters_and_cover_out_of_the_audio_are_recorded() -> None:
    cover = Image(None, ".jpg", 1400, 1400, data=b"jpeg", sha256="ee" * 32)
    chapters = (Chapter(0, "One"),)
    spoken = recording(cover=cover, chapters=chapters, embedded=True)
    made = media.enclosure(item(recording=spoken), Published())
    assert made is not None
    assert (made.cover, made.chapters) == ("media/strong-hips.eeeeeeeeeeee.jpg", chapters)
    gone = replace(spoken, cover=replace(cover, data=b"", sha256=""))
    assert media.enclosure(item(recording=gone), published(made)) == made


def test_the_same_picture_is_published_once_under_one_name() -> None:
    same = source("images/01 Anna Smith.JPEG")
    assert media.picture(image(file=same)) == "media/anna-smith.abababababab.png"
    assert media.linked(same) == "media/anna-smith.abababababab.jpeg"
    assert media.picture(None) == media.picture(image(file=None)) == ""


def test_everything_that_is_shown_is_there_and_nobody_who_is_not() -> None:
    anna = person(image=image(file=source("images/anna.png")))
    guest = person(id="", image=image(file=source("images/guest.png")))
    unseen = person(id="later", image=image(file=source("images/later.png")))
    one = entry(item=item(people=(guest,), image=image(file=source("images/art.png"))))
    whole = edition(one, show=show(hosts=(anna,)), people=(anna, unseen))
    assert list(gather(media.artifacts(whole))) == [
        *(f"media/{name}.abababababab.png" for name in ("anna", "art", "cover", "guest")),
        "media/strong-hips.abababababab.mp3",
    ]


def test_audio_that_is_not_here_is_kept() -> None:
    absent = recording(audio=replace(recording().audio, source=None))
    whole = edition(entry(item=item(recording=absent), enclosure=OLD))
    assert media.kept(whole, {}) == {OLD.key}
    here = gather(media.artifacts(edition(entry())))
    assert media.kept(edition(entry()), here) == frozenset()
