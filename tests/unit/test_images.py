"""A picture is what its bytes say; what cannot be shown is refused before it is published."""

from __future__ import annotations

import struct
import time
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from activefeed.formats.images import ImageFacts, probe
from activefeed.problems import FormatError

KINDS = {"JPEG": ".jpg", "PNG": ".png", "GIF": ".gif", "WEBP": ".webp", "AVIF": ".avif"}


def picture(kind: str, *, size: tuple[int, int] = (80, 50), orientation: int = 1) -> bytes:
    image = Image.effect_noise(size, 80).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = orientation
    stream = BytesIO()
    image.save(stream, kind, **({"exif": exif} if orientation > 1 else {}))
    return stream.getvalue()


def refused(data: bytes) -> FormatError:
    with pytest.raises(FormatError) as caught:
        probe(data)
    assert caught.value.fix
    return caught.value


@pytest.mark.parametrize(("kind", "extension"), KINDS.items())
def test_the_kind_is_told_by_content(kind: str, extension: str, tmp_path: Path) -> None:
    data = picture(kind)
    misnamed = tmp_path / "cover.txt"
    misnamed.write_bytes(data)
    assert probe(data) == probe(misnamed)
    facts = probe(data)
    assert (facts.extension, facts.width, facts.height) == (extension, 80, 50)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize(("orientation", "size"), [(3, (80, 50)), (6, (50, 80)), (8, (50, 80))])
def test_the_size_is_the_one_that_is_seen(
    kind: str, orientation: int, size: tuple[int, int]
) -> None:
    facts = probe(picture(kind, orientation=orientation))
    assert (facts.width, facts.height) == size


def test_a_phones_picture_of_several_frames_is_a_jpeg() -> None:
    stream = BytesIO()
    first = Image.new("RGB", (40, 30))
    first.save(stream, "MPO", save_all=True, append_images=[Image.new("RGB", (40, 30))])
    assert probe(stream.getvalue()) == ImageFacts(".jpg", 40, 30)


def test_bytes_after_the_end_do_no_harm() -> None:
    assert probe(picture("JPEG") + b"\0" * 40).width == 80


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.03, 0.5, 0.9, 0.99])
def test_a_picture_that_is_cut_off_is_refused(kind: str, share: float) -> None:
    data = picture(kind)
    message = refused(data[: max(16, int(len(data) * share))]).message
    assert "cut off" in message or "damaged" in message


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_damaged_header_is_refused(kind: str) -> None:
    data = bytearray(picture(kind))
    data[4:60] = b"\xa5" * 56
    refused(bytes(data))


def test_a_picture_of_too_many_pixels_is_refused_unopened() -> None:
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    chunk = b"IHDR" + head
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk
    bomb += struct.pack(">I", zlib.crc32(chunk)) + struct.pack(">I", 0) + b"IDAT" + b"5\xaf\x06\x1e"
    assert "pixels" in refused(bomb).message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"just words", "not a JPEG"),
        (b"BM" + b"\0" * 60, "not a JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a JPEG"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 40, "not a JPEG"),
    ],
)
def test_what_is_no_picture_is_refused_by_name(data: bytes, words: str) -> None:
    assert words in refused(data).message


def test_a_file_that_is_not_there_is_not_called_damaged(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        probe(tmp_path / "none.jpg")


def test_a_cover_is_known_without_looking_at_its_pixels(tmp_path: Path) -> None:
    cover = tmp_path / "cover.png"
    Image.new("RGB", (3000, 3000), "teal").save(cover, compress_level=1)
    began = time.process_time()
    Image.open(cover).load()
    decoding = time.process_time() - began
    began = time.process_time()
    assert probe(cover) == ImageFacts(".png", 3000, 3000)
    assert time.process_time() - began < decoding / 3
