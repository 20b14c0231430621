"""An accent that can be read: the author's colour, made darker or lighter until contrast is enough.

Pure arithmetic on sRGB (WCAG 2.2, relative luminance and contrast ratio); knows no page.
"""

import colorsys

_DEFAULT = "#0b6170"
# The shades of the theme's grounds that are hardest to read on.
_PAPER, _NIGHT = "#eef3f4", "#262c30"
_ENOUGH = 5.0  # AA asks for 4.5; a little more, since grounds may be tinted with the accent


def tones(accent: str) -> dict[str, str]:
    """Return an accent, ``#rrggbb`` or empty for the theme's own, as it can be read.

    That is ``light``, on light ground, and ``dark``, on dark ground.
    """
    grounds = {"light": _PAPER, "dark": _NIGHT}
    return {name: _until_readable(accent or _DEFAULT, at) for name, at in grounds.items()}


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _until_readable(colour: str, ground: str) -> str:
    """Return the nearest colour of the same hue that stands out enough against a ground."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(colour))
    step = -0.01 if _luminance(ground) > 0.18 else 0.01
    while contrast(colour, ground) < _ENOUGH:
        lightness += step
        parts = colorsys.hls_to_rgb(hue, min(max(lightness, 0), 1), saturation)
        colour = "#" + "".join(f"{round(part * 255):02x}" for part in parts)
    return colour.lower()


def _parts(colour: str) -> list[float]:
    """Return red, green and blue, 0 to 1."""
    return [part / 255 for part in bytes.fromhex(colour[1:])]


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _parts(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
