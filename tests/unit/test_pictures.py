"""Which pictures a site shows, how they are named and kept, and what is made of them once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest
from builders import BASE, enclosure, image, item, person, post, recording, show, site, source
from PIL import Image as Pillow

from activefeed.cache import Cache
from activefeed.content.source import fingerprint
from activefeed.model import Chapter, Image, Item, Published, PublishedItem, PublishedObject, Site
from activefeed.problems import Problems, StoreError
from activefeed.publish.store import blocks
from activefeed.render import links
from activefeed.render.entry import Destination, Edition, Picture
from activefeed.render.links import Text
from activefeed.render.pictures import gallery
from activefeed.render.words import of_language
from activefeed.tree import Artifact
from activefeed.urls import Addresses, copy_path

NONE = Published()


class Gallery(NamedTuple):
    """What comes of the pictures of a site."""

    pictures: Mapping[str, Picture]
    artifacts: list[Artifact]
    kept: frozenset[str]


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def entries(cache: Cache) -> set[Path]:
    return {path for path in cache.folder.rglob("*") if path.is_file() and path.name[0] != "."}


def picture(folder: Path, name: str = "hip.png", size: tuple[int, int] = (700, 500)) -> Image:
    path = folder / name
    side = Pillow.linear_gradient("L")  # many colours, softly: what is quickest to make smaller
    bands = (Pillow.radial_gradient("L"), side, side.rotate(90))
    Pillow.merge("RGB", bands).resize(size).save(path)
    file = fingerprint(f"images/{name}", path)
    return Image(file, path.suffix, *size, sha256=file.sha256)


def whole(*pictures: Image, **changes: object) -> Site:
    """Return a site without a show whose texts link to pictures."""
    linked = {one.file.path: one for one in pictures if one.file}
    files = {path: one.file for path, one in linked.items()}
    return site(**{"show": None, "files": files, "pictures": linked, **changes})


def shown(
    one: Site, cache: Cache | None, published: Published = NONE, lost: Iterable[str] = ()
) -> Gallery:
    to = Destination(BASE, lost=frozenset(lost), cache=cache)
    return Gallery(*gallery(one, one.items, published, to))


def body(one: Artifact) -> bytes:
    return b"".join(blocks(one))


def record(found: Gallery) -> Published:
    """Return the state after a publish of all that was found."""
    rows = {o.path: PublishedObject(o.sha256, o.size, o.headers, "e", 0) for o in found.artifacts}
    return Published(objects=rows)


def smaller(found: Gallery) -> list[Artifact]:
    return [one for one in found.artifacts if one.path.endswith(".webp")]


def test_everything_that_is_shown_is_there_and_nobody_who_is_not() -> None:
    anna = person(image=image(file=source("images/anna.png")))
    guest = person(id="", image=image(file=source("images/guest.png")))
    unseen = person(id="later", image=image(file=source("images/later.png")))
    part = Chapter(1, "One", picture=image(file=source("images/part.png")))
    art = image(file=source("images/art.png"))
    one = item(people=(guest,), image=art, recording=recording(chapters=(part,)))
    all_of_it = site(show=show(hosts=(anna,)), people=(anna, unseen), items=(one,))
    found = shown(all_of_it, None)
    names = [f"media/{name}.abababababab.png" for name in ("anna", "art", "cover", "guest", "part")]
    assert sorted(found.pictures) == names
    assert sorted(one.path for one in found.artifacts) == names
    assert found.pictures[names[0]] == Picture(names[0], 1400, 1400)


def test_copies_are_named_by_the_original_not_by_their_bytes(tmp_path: Path, cache: Cache) -> None:
    one = picture(tmp_path)
    found = shown(whole(one), cache)
    path = f"media/hip.{one.sha256[:12]}.png"
    copies = found.pictures[path].copies
    assert list(copies.values()) == [160, 320, 640, 700]
    for copy, width in copies.items():
        named = hashlib.sha256(f"hip.{one.sha256[:12]} {width} 1".encode()).hexdigest()[:12]
        assert copy == f"media/hip-{width}.{named}.webp"
    assert copies.keys() == {made.path for made in smaller(found)}
    for made, width in zip(smaller(found), copies.values(), strict=True):
        assert Pillow.open(BytesIO(body(made))).width == width
        assert made.size == len(body(made))


def test_a_picture_that_is_its_own_widest_form_is_one_of_the_choices(
    tmp_path: Path, cache: Cache
) -> None:
    one = picture(tmp_path, "hip.webp")
    (found,) = shown(whole(one), cache).pictures.values()
    assert list(found.copies.values()) == [160, 320, 640, 700]
    assert list(found.copies)[-1] == found.path


def test_a_picture_is_made_once(tmp_path: Path, cache: Cache) -> None:
    one = picture(tmp_path)
    first = shown(whole(one), cache)
    before = {path: path.stat().st_mtime_ns for path in entries(cache)}
    assert len(before) == 5
    assert one.file
    one.file.absolute.write_bytes(b"it is not even looked at")
    again = shown(whole(one), Cache(cache.folder))
    assert again.pictures == first.pictures
    assert [body(made) for made in smaller(again)] == [body(made) for made in smaller(first)]
    assert {path: path.stat().st_mtime_ns for path in entries(cache)} == before


def test_what_cannot_be_made_smaller_is_not_tried_again(tmp_path: Path, cache: Cache) -> None:
    path = tmp_path / "moves.gif"
    frames = [Pillow.new("RGB", (400, 300), colour) for colour in ("red", "blue")]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    file = fingerprint("images/moves.gif", path)
    one = Image(file, ".gif", 400, 300, sha256=file.sha256)
    found = shown(whole(one), cache)
    assert [made.copies for made in found.pictures.values()] == [{}]
    assert len(entries(cache)) == 1


def test_without_a_cache_nothing_is_made(tmp_path: Path) -> None:
    found = shown(whole(picture(tmp_path)), None)
    assert smaller(found) == []
    assert [one.copies for one in found.pictures.values()] == [{}]


def test_a_cache_that_keeps_nothing_only_costs_time(tmp_path: Path, cache: Cache) -> None:
    one = picture(tmp_path)
    expected = [body(made) for made in smaller(shown(whole(one), cache))]
    (tmp_path / "file").write_bytes(b"")
    forgetful = Cache(tmp_path / "file" / "cache")
    assert [body(made) for made in smaller(shown(whole(one), forgetful))] == expected


def test_a_cache_that_loses_bytes_before_they_are_sent_is_filled_again(
    tmp_path: Path, cache: Cache
) -> None:
    found = shown(whole(picture(tmp_path)), cache)
    expected = [body(made) for made in smaller(found)]
    for path in entries(cache):
        path.unlink()
    assert [body(made) for made in smaller(found)] == expected
    assert len(entries(cache)) == 5


def test_a_picture_that_changed_meanwhile_is_not_sent_as_another(
    tmp_path: Path, cache: Cache
) -> None:
    one = picture(tmp_path)
    assert one.file
    found = shown(whole(one), cache)
    for path in entries(cache):
        path.unlink()
    picture(tmp_path, size=(720, 500))
    with pytest.raises(StoreError):
        body(smaller(found)[0])
    # What was made of the other bytes is kept under their name, not under that of the first.
    assert cache.get(f"picture 1 {one.sha256} 0") is None
    assert shown(whole(one), cache).pictures != {}


def test_what_the_target_has_is_neither_made_nor_read(tmp_path: Path, cache: Cache) -> None:
    one = picture(tmp_path)
    first = shown(whole(one), cache)
    elsewhere = Cache(tmp_path / "elsewhere")
    again = shown(whole(one), elsewhere, record(first))
    assert again.pictures == first.pictures
    assert smaller(again) == []
    assert again.kept == {made.path for made in smaller(first)}
    assert not elsewhere.folder.exists()


def test_less_than_could_be_was_a_decision(tmp_path: Path, cache: Cache) -> None:
    one = picture(tmp_path)
    first = record(shown(whole(one), cache))
    (widest,) = [key for key in first.objects if "hip-700" in key]
    fewer = Published(objects={k: v for k, v in first.objects.items() if k != widest})
    elsewhere = Cache(tmp_path / "elsewhere")
    (found,) = shown(whole(one), elsewhere, fewer).pictures.values()
    assert list(found.copies.values()) == [160, 320, 640, 700]
    assert list(found.copies)[-1] == found.path
    assert not elsewhere.folder.exists()


def test_what_the_target_has_lost_is_made_again(tmp_path: Path, cache: Cache) -> None:
    one = picture(tmp_path)
    first = shown(whole(one), cache)
    gone = smaller(first)[1]
    elsewhere = Cache(tmp_path / "elsewhere")
    again = shown(whole(one), elsewhere, record(first), [gone.path])
    assert again.pictures == first.pictures
    assert [made.path for made in smaller(again)] == [gone.path]
    assert body(smaller(again)[0]) == body(gone)
    assert again.kept == {made.path for made in smaller(first)} - {gone.path}


def with_cover(data: bytes) -> Item:
    digest = hashlib.sha256(data).hexdigest() if data else ""
    size = 1400 if data else 0
    return item(recording=recording(cover=Image(None, ".png", size, size, "", data, digest)))


def test_a_cover_in_audio_is_shown_alike_where_the_audio_is_not(
    tmp_path: Path, cache: Cache
) -> None:
    drawn = picture(tmp_path, "cover.png", (1400, 1400))
    assert drawn.file
    here = with_cover(drawn.file.absolute.read_bytes())
    first = shown(whole(items=(here,)), cache)
    (path,) = first.pictures
    assert path == f"media/strong-hips.{drawn.sha256[:12]}.png"
    assert list(first.pictures[path].copies.values()) == [160, 320, 640, 1280]
    assert (first.pictures[path].width, first.pictures[path].height) == (0, 0)

    before = PublishedItem(
        here.guid, "episode", here.slug, here.title, "", here.published, here.updated,
        enclosure(cover=path),
    )  # fmt: skip
    known = replace(record(first), items={here.guid: before})
    absent = shown(whole(items=(with_cover(b""),)), Cache(tmp_path / "elsewhere"), known)
    assert absent.pictures == first.pictures
    assert absent.kept == {made.path for made in smaller(first)}
    assert absent.artifacts == []


def test_names_hang_on_the_recipe_and_on_the_content() -> None:
    path = "media/hip.0123456789ab.png"
    names = {
        copy_path(path, 160, 1), copy_path(path, 320, 1), copy_path(path, 160, 2),
        copy_path("media/hip.0123456789ac.png", 160, 1),
    }  # fmt: skip
    assert len(names) == 4
    assert copy_path("media/hip.0123456789ab.jpg", 160, 1) == copy_path(path, 160, 1)
    assert all(name.startswith("media/hip-") and name.endswith(".webp") for name in names)


def test_a_text_shows_the_copies_and_a_link_to_a_picture_stays_a_link(
    tmp_path: Path, cache: Cache
) -> None:
    one = picture(tmp_path)
    all_of_it = whole(one, items=(post(),))
    found = shown(all_of_it, cache)
    (path,) = found.pictures
    edition = Edition(
        all_of_it, Addresses(BASE), (), of_language("en"), Destination(BASE), (), found.pictures
    )
    known = links.of_edition(edition, all_of_it.items, Problems())
    written = "![A hip](../images/hip.png) [A hip](../images/hip.png)"
    html = known.html(Text(written, post().source), "blog/walking.html")
    copies = ", ".join(f"../{one} {width}w" for one, width in found.pictures[path].copies.items())
    assert html == (
        f'<p><img src="../{path}" alt="A hip" width="700" height="500" loading="lazy" '
        f'decoding="async" srcset="{copies}" sizes="(min-width: 42rem) 39rem, 100vw" /> '
        f'<a href="../{path}">A hip</a></p>\n'
    )
    missing = known.html(Text(written, post().source), "404.html")
    assert (
        f'srcset="{BASE}/{next(iter(found.pictures[path].copies))} 160w, {BASE}/media/' in missing
    )
