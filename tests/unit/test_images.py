"""A picture is what its bytes say, and can be mended; what cannot be shown is refused at once."""

from __future__ import annotations

import struct
import time
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from activefeed.formats.images import mend, probe
from activefeed.model import Image as Facts
from activefeed.problems import FormatError

KINDS = {"JPEG": ".jpg", "PNG": ".png", "GIF": ".gif", "WEBP": ".webp", "AVIF": ".avif"}


RED, BLUE, WHITE, GREY = (220, 30, 40), (20, 40, 200), (255, 255, 255), (119, 119, 119)
Colour = tuple[int, int, int]
Ink = float | tuple[float, ...]  # in any mode


def picture(kind: str, *, size: tuple[int, int] = (80, 50), orientation: int = 1) -> bytes:
    image = Image.effect_noise(size, 80).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = orientation
    stream = BytesIO()
    image.save(stream, kind, **({"exif": exif} if orientation > 1 else {}))
    return stream.getvalue()


def saved(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    stream = BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def halves(left: Ink, right: Ink, mode: str = "RGB", width: int = 80) -> Image.Image:
    image = Image.new(mode, (width, width // 2), left)
    image.paste(right, (width // 2, 0, width, width // 2))
    return image


def turned(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(halves(RED, BLUE), "JPEG", exif=exif, quality=95)


def looks(data: bytes, *colours: Colour, down: bool = False) -> None:
    """Hold the middle of both halves against what a person sees in the original."""
    image = Image.open(BytesIO(data))
    assert (image.format, image.mode) == ("JPEG", "RGB")
    for share, colour in zip((0.25, 0.75), colours, strict=True):
        across, along = (0.5, share) if down else (share, 0.5)
        seen = image.getpixel((int(image.width * across), int(image.height * along)))
        assert isinstance(seen, tuple)
        assert all(abs(a - b) <= 6 for a, b in zip(seen, colour, strict=True)), (seen, colour)


def palette(**options: Any) -> bytes:
    image = halves(0, 1, "P")
    image.putpalette([*RED, *BLUE])
    return saved(image, **options)


def inks(left: Colour, right: Colour) -> Image.Image:
    """Return a CMYK picture without black ink."""
    one, other = ((*(255 - tone for tone in colour), 0) for colour in (left, right))
    return halves(one, other, "CMYK")


def ycck() -> bytes:
    """Return a JPEG as Photoshop writes it, in inverted YCCK: red and white."""
    inverted = halves((76, 84, 255, 0), (255, 127, 127, 0), "CMYK")  # 255 - Y, - Cb, - Cr
    data = saved(inverted, "JPEG", quality=95)
    marker = data.index(b"Adobe") + 11
    assert data[marker] == 0
    return data[:marker] + b"\2" + data[marker + 1 :]


def profile(space: bytes = b"RGB ") -> bytes:
    """Return a colour profile no one uses: red and green change places, magenta ink is green."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    if space == b"RGB ":
        return srgb.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")
    nodes = bytearray(b"\0\x80\x80" * 16)  # black in Lab
    nodes[0:3] = b"\xff\x80\x80"  # no ink
    nodes[12:15] = b"\x80\x40\xc0"  # magenta
    ramp = bytes(range(256))
    unity = struct.pack(">9i", *(65536 if at % 4 == 0 else 0 for at in range(9)))
    table = b"mft1\0\0\0\0" + b"\4\3\2\0" + unity + ramp * 4 + nodes + ramp * 3
    head = bytearray(srgb[:128])
    head[0:4] = struct.pack(">I", 144 + len(table))
    head[8:12], head[12:24] = b"\2\x40\0\0", b"prtr" + space + b"Lab "
    return bytes(head) + struct.pack(">I4sII", 1, b"A2B0", 144, len(table)) + table


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
    assert probe(stream.getvalue()) == Facts(None, ".jpg", 40, 30)


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
    assert probe(cover) == Facts(None, ".png", 3000, 3000)
    assert time.process_time() - began < decoding / 3


RGBA = halves((*RED, 255), (*BLUE, 0), "RGBA")
FAULTY = {
    "cmyk": (saved(inks(RED, WHITE), "JPEG", quality=95), ["is CMYK"], (RED, WHITE)),
    "ycck": (ycck(), ["is CMYK"], ((255, 0, 0), WHITE)),
    "grey jpeg": (saved(halves(119, 255, "L"), "JPEG"), ["is grey"], (GREY, WHITE)),
    "black and white": (saved(halves(0, 1, "1")), ["is grey"], ((0, 0, 0), WHITE)),
    "16 bits": (saved(halves(119 * 256 + 3, 65535, "I;16")), ["is grey"], (GREY, WHITE)),
    "grey with alpha": (
        saved(halves((119, 255), (0, 0), "LA")),
        ["is grey", "has transparent parts"],
        (GREY, WHITE),
    ),
    "alpha": (saved(RGBA), ["has transparent parts"], (RED, WHITE)),
    "opaque alpha": (
        saved(halves(RED, BLUE).convert("RGBA")),
        ["has transparent parts"],
        (RED, BLUE),
    ),
    "palette": (palette(transparency=b"\xff\0"), ["has transparent parts"], (RED, WHITE)),
    "palette of one": (palette(transparency=1), ["has transparent parts"], (RED, WHITE)),
    "half transparent": (
        palette(transparency=b"\x80\xff"),
        ["has transparent parts"],
        ((237, 142, 147), BLUE),
    ),
    "colour key": (
        saved(halves(RED, BLUE), transparency=BLUE),
        ["has transparent parts"],
        (RED, WHITE),
    ),
    "webp": (
        saved(RGBA, "WEBP", lossless=True),
        ["is a WebP picture", "has transparent parts"],
        (RED, WHITE),
    ),
    "avif": (saved(halves(RED, BLUE), "AVIF"), ["is an AVIF picture"], (RED, BLUE)),
    "gif": (saved(halves(RED, BLUE), "GIF"), ["is a GIF picture"], (RED, BLUE)),
    "large": (
        saved(halves(RED, BLUE, width=5000), "JPEG", quality=95),
        ["has more than 3000 pixels"],
        (RED, BLUE),
    ),
}


@pytest.mark.parametrize("name", FAULTY)
def test_what_keeps_a_picture_from_being_artwork_is_said_and_mended(name: str) -> None:
    data, faults, colours = FAULTY[name]
    assert probe(data).faults == tuple(faults)
    mended = mend(data)
    looks(mended, *colours)
    assert probe(mended).faults == ()
    assert mend(data) == mended


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_turned_picture_is_turned_upright(orientation: int) -> None:
    data = turned(orientation)
    mended = mend(data)
    facts = probe(data)
    assert facts.faults == ("is turned by EXIF",)
    assert probe(mended) == Facts(None, ".jpg", facts.width, facts.height)
    colours = (RED, BLUE) if orientation in {4, 5, 6} else (BLUE, RED)
    looks(mended, *colours, down=orientation > 4)


@pytest.mark.parametrize("data", [picture("JPEG"), picture("PNG"), palette()])
def test_a_sound_picture_has_no_faults(data: bytes) -> None:
    assert probe(data).faults == ()


def test_every_fault_of_a_picture_is_said() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = saved(Image.new("RGBA", (3001, 20)), "WEBP", exif=exif)
    assert probe(data).faults == (
        "is a WebP picture",
        "has transparent parts",
        "is turned by EXIF",
        "has more than 3000 pixels",
    )
    assert probe(mend(data)) == Facts(None, ".jpg", 20, 3000)


def test_a_picture_is_reduced_to_the_side_asked_for_and_never_enlarged() -> None:
    large, small = saved(halves(RED, BLUE, width=3000), "JPEG"), saved(halves(RED, BLUE))
    reduced = mend(large, 600)
    assert probe(reduced) == Facts(None, ".jpg", 600, 300)
    looks(reduced, RED, BLUE)
    assert mend(large, 600) == reduced
    assert probe(mend(small, 600)) == Facts(None, ".jpg", 80, 40)
    assert probe(mend(FAULTY["large"][0])) == Facts(None, ".jpg", 3000, 1500)


@pytest.mark.parametrize(
    ("data", "colours"),
    [
        (saved(halves((255, 0, 0), WHITE), icc_profile=profile()), ((0, 255, 0), WHITE)),
        (
            saved(halves((255, 0, 0, 255), (0, 0, 0, 0), "RGBA"), icc_profile=profile()),
            ((0, 255, 0), WHITE),
        ),
        (
            saved(inks((255, 0, 255), WHITE), "JPEG", icc_profile=profile(b"CMYK")),
            ((0, 138, 0), WHITE),
        ),
    ],
)
def test_colours_are_those_of_the_profile(data: bytes, colours: tuple[Colour, Colour]) -> None:
    looks(mend(data), *colours)


@pytest.mark.parametrize("bad", [b"rubbish", profile()[:300], profile(b"CMYK"), profile(b"GRAY")])
def test_a_profile_that_is_broken_or_does_not_fit_is_left_aside(bad: bytes) -> None:
    looks(mend(saved(halves(RED, BLUE), icc_profile=bad)), RED, BLUE)


@pytest.mark.parametrize("icc", [None, profile()])
def test_a_mended_picture_tells_nothing_but_its_pixels(icc: bytes | None) -> None:
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    data = saved(
        halves(RED, BLUE), "JPEG", exif=exif, comment=b"private", dpi=(300, 300),
        icc_profile=icc, xmp=b"<x:xmpmeta/>",
    )  # fmt: skip
    info = Image.open(BytesIO(mend(data))).info
    assert info.pop("dpi") == (72, 72)
    assert set(info) == {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize("data", [b"", b"just words", picture("PNG")[:3000], picture("JPEG")[:900]])
def test_what_is_no_whole_picture_cannot_be_mended(data: bytes) -> None:
    with pytest.raises(FormatError) as caught:
        mend(data)
    assert caught.value.message == refused(data).message


def test_a_palette_that_is_not_there_is_damage() -> None:
    data = palette()
    begin, end = data.index(b"PLTE") - 4, data.index(b"IDAT") - 4
    assert "damaged" in refused(data[:begin] + data[end:]).message
