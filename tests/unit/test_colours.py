"""Whatever colour an author likes, what is written in it can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activefeed.render import colours
from activefeed.render.colours import contrast, tones

CSS = Path(colours.__file__).parent / "theme" / "site.css"
COLOURS = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}")


def grounds() -> dict[str, list[str]]:
    """Return the light and the dark grounds of the stylesheet."""
    css = CSS.read_text()
    pairs = [
        re.findall(r"(#[0-9a-f]{6})", line) for line in re.findall(r"--(?:paper|shade): .*", css)
    ]
    return {"light": [pair[0] for pair in pairs], "dark": [pair[1] for pair in pairs]}


@given(COLOURS)
def test_every_accent_is_readable_on_every_ground_of_the_theme(accent: str) -> None:
    shown = tones(accent)
    for ground in grounds()["light"]:
        assert contrast(shown["light"], ground) >= 4.5
    for ground in grounds()["dark"]:
        assert contrast(shown["dark"], ground) >= 4.5


@given(COLOURS)
def test_text_on_the_accent_is_readable_too(accent: str) -> None:
    shown = tones(accent)
    assert contrast(shown["light"], "#ffffff") >= 4.5
    assert contrast(shown["dark"], grounds()["dark"][0]) >= 4.5


@pytest.mark.parametrize("accent", ["#0b6170", "#7a1f3d", "#00408a"])
def test_an_accent_that_can_be_read_already_stays_as_it_is(accent: str) -> None:
    assert tones(accent)["light"] == accent


def test_contrast_is_what_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
