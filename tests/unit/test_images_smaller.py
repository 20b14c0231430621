"""Smaller copies of pictures: which there are, what they show, that each is worth its bytes."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageCms, ImageDraw

from activefeed.formats.images import WIDTHS, probe, quiet, shrink, widths
from activefeed.problems import FormatError

RED, BLUE = (220, 30, 40), (20, 40, 200)


def saved(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    stream = BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def photo(width: int, height: int, seed: int = 1) -> Image.Image:
    """Return a picture with light, shade and grain."""
    small = random.Random(seed).randbytes(16 * 12 * 3)
    base = Image.frombytes("RGB", (16, 12), small).resize((width, height), Image.Resampling.BICUBIC)
    grain = Image.effect_noise((width, height), 12).convert("RGB")
    return Image.blend(base, grain, 0.15)


def drawing(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Return bars on a ground, as in a chart."""
    image = Image.new(mode, (width, height), (250, 246, 240, 0)[: len(mode)])
    draw = ImageDraw.Draw(image)
    for n in range(6):
        top = height * n // 7 + height // 20
        draw.rectangle((width // 10, top, width * (n + 3) // 10, top + height // 12), RED)
    return image


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    assert image.format == "WEBP"
    image.load()
    return image


def copies(data: bytes) -> dict[int, bytes]:
    facts = probe(data)
    return shrink(data, widths(facts.width, facts.extension))


@pytest.mark.parametrize(
    ("width", "extension", "expected"),
    [
        (3000, ".jpg", [160, 320, 640, 1280]),
        (1281, ".png", [160, 320, 640, 1280]),
        (1280, ".jpg", [160, 320, 640, 1280]),
        (1200, ".png", [160, 320, 640, 1200]),
        (1200, ".webp", [160, 320, 640]),
        (1280, ".avif", [160, 320, 640]),
        (160, ".jpg", [160]),
        (90, ".png", [90]),
        (90, ".webp", []),
    ],
)
def test_how_wide_copies_are(width: int, extension: str, expected: list[int]) -> None:
    assert widths(width, extension) == expected


def test_a_photograph_has_every_width_and_its_shape() -> None:
    data = saved(photo(2000, 1500), "JPEG", quality=90)
    made = copies(data)
    assert list(made) == list(WIDTHS)
    assert [opened(one).size for one in made.values()] == [
        (160, 120), (320, 240), (640, 480), (1280, 960),
    ]  # fmt: skip
    sizes = [len(one) for one in made.values()]
    assert sizes == sorted(sizes)
    assert sizes[0] < 6_000, "what a thumbnail costs"
    assert sizes[-1] < len(data) / 2


def test_a_copy_looks_like_the_picture() -> None:
    original = photo(1600, 1200)
    for one in copies(saved(original, "JPEG", quality=95)).values():
        copy = opened(one).convert("RGB")
        small = original.resize((40, 30), Image.Resampling.BOX)
        again = copy.resize((40, 30), Image.Resampling.BOX)
        pairs = zip(small.tobytes(), again.tobytes(), strict=True)
        assert sum(abs(a - b) for a, b in pairs) / (40 * 30 * 3) < 4


def test_a_drawing_stays_as_sharp_as_it_was() -> None:
    image = drawing(1200, 760)
    made = copies(saved(image))
    assert opened(made[1200]).convert("RGB").tobytes() == image.tobytes()


def test_no_copy_is_larger_than_the_picture_or_a_wider_copy() -> None:
    for image in (drawing(700, 440), photo(700, 440)):
        for data in (saved(image), saved(image.quantize(64)), saved(image, "JPEG", quality=20)):
            sizes = [len(one) for one in (*copies(data).values(), data)]
            assert sizes == sorted(set(sizes))


def test_a_picture_that_is_smaller_already_has_no_copy_of_its_own_width() -> None:
    data = saved(photo(400, 300), "JPEG", quality=5)
    assert 400 not in copies(data)
    assert 400 in copies(saved(photo(400, 300), "JPEG", quality=95))


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_turned_picture_is_upright(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = Image.new("RGB", (800, 400), RED)
    image.paste(BLUE, (400, 0, 800, 400))
    made = copies(saved(image, "JPEG", exif=exif, quality=95))
    copy = opened(made[320]).convert("RGB")
    turned = orientation >= 5
    assert copy.size == ((320, 640) if turned else (320, 160))
    places = ((160, 160), (160, 480)) if turned else ((80, 80), (240, 80))
    red_first = orientation in {4, 5, 6}
    for place, colour in zip(places, (RED, BLUE) if red_first else (BLUE, RED), strict=True):
        seen = copy.getpixel(place)
        assert isinstance(seen, tuple)
        assert all(abs(a - b) < 8 for a, b in zip(seen, colour, strict=True)), (seen, colour)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
@pytest.mark.parametrize("lossy", [False, True])
def test_what_is_transparent_stays_so(kind: str, *, lossy: bool) -> None:
    image = drawing(800, 600, "RGBA")
    if lossy:
        image = photo(800, 600).convert("RGBA")
        image.putalpha(Image.linear_gradient("L").resize((800, 600)))
    for one in copies(saved(image, kind)).values():
        copy = opened(one)
        assert copy.mode == "RGBA"
        assert copy.resize((1, 1), box=(0, 0, 1, 1)).getpixel((0, 0))[3] < 12  # type: ignore[index]


def test_a_palette_with_a_transparent_colour_keeps_it() -> None:
    image = Image.new("P", (400, 300), 1)
    image.putpalette([*RED, *BLUE])
    image.paste(0, (0, 0, 200, 300))
    (one, *_) = copies(saved(image, transparency=1)).values()
    copy = opened(one)
    assert copy.getpixel((copy.width // 4, 60)) == (*RED, 255)
    assert copy.getpixel((copy.width * 3 // 4, 60))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK", "RGB", "RGBA"])
def test_every_mode_can_be_shrunk(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    grey = Image.linear_gradient("L").resize((400, 300))
    deep = Image.frombytes(
        "I;16", grey.size, bytes(n for one in grey.tobytes() for n in (one, one))
    )
    image = deep if mode == "I;16" else photo(400, 300).convert(mode)
    made = copies(saved(image, kind))
    assert opened(made[min(made)]).size == (160, 120)


def test_colours_are_those_of_the_profile_and_no_profile_is_left() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    data = saved(
        Image.new("RGB", (400, 300), (255, 0, 0)), icc_profile=swapped, exif=exif,
    )  # fmt: skip
    copy = opened(copies(data)[160])
    assert copy.convert("RGB").getpixel((80, 60)) == (0, 255, 0)
    assert not copy.info.keys() & {"exif", "icc_profile", "xmp"}


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_what_moves_has_no_copies(kind: str) -> None:
    frames = [Image.new("RGB", (400, 300), colour) for colour in (RED, BLUE)]
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=200)
    assert copies(data) == {}


def test_a_phones_picture_of_several_frames_has_copies() -> None:
    first = photo(400, 300)
    assert 160 in copies(saved(first, "MPO", save_all=True, append_images=[first]))


def test_a_picture_too_high_for_webp_has_none() -> None:
    data = saved(Image.new("RGB", (400, 60_000), RED))
    with pytest.raises(FormatError):
        copies(data)


@pytest.mark.parametrize("share", [0.0, 0.02, 0.6])
def test_what_is_damaged_is_refused(share: float) -> None:
    data = saved(photo(400, 300), "JPEG")
    with pytest.raises(FormatError):
        shrink(data[: int(len(data) * share)], [160, 320])


def test_the_same_picture_gives_the_same_bytes_also_side_by_side() -> None:
    pictures = [saved(photo(360, 250, seed), "JPEG") for seed in range(3)]
    alone = [copies(one) for one in pictures]
    with quiet(), ThreadPoolExecutor(6) as pool:
        rows = list(pool.map(lambda one: shrink(one, [160, 320, 360]), pictures * 4))
    assert rows == alone * 4


def test_one_width_is_the_same_whatever_else_is_made() -> None:
    data = saved(photo(3000, 2000), "JPEG")
    assert shrink(data, [160])[160] == copies(data)[160]
