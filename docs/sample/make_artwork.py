"""Draw the sample's pictures: the show's cover, an episode's artwork, portraits and diagrams.

Never runs as part of activefeed; the files that it made are committed. See README.md here.
"""

from __future__ import annotations

import math
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "images"
INK, CORAL, CREAM, TEAL, SAND, WHITE = (
    "#12303f",
    "#e4572e",
    "#f7f0e3",
    "#2a7f86",
    "#e9c46a",
    "#ffffff",
)
FINE = 3  # diagrams and portraits are drawn this much larger, then made smaller
Point = tuple[float, float]
Box = tuple[float, float, float, float]


def font(size: float, *, bold: bool = True) -> ImageFont.FreeTypeFont:
    """Return DejaVu Sans of Debian's fonts-dejavu-core."""
    return ImageFont.truetype(f"DejaVuSans{'-Bold' if bold else ''}.ttf", round(size))


def ring(mask: Image.Image, box: Box, stroke: int, corners: tuple[bool, bool, bool, bool]) -> None:
    """Draw a thick frame with some corners rounded (from the upper left, clockwise)."""
    draw = ImageDraw.Draw(mask)
    x0, y0, x1, y1 = box
    draw.rounded_rectangle(box, stroke * 1.15, fill=255, corners=corners)
    inner = (x0 + stroke, y0 + stroke, x1 - stroke, y1 - stroke)
    draw.rounded_rectangle(inner, stroke * 0.55, fill=0, corners=corners)


def letter(shape: str, width: int, height: int, stroke: int) -> Image.Image:
    """Return one block letter as a mask; of the alphabet only what the title needs."""
    mask = Image.new("L", (width, height), 0)
    right, low, middle = width - 1, height - 1, (height - stroke) // 2
    stem = ((width - stroke) // 2, (width + stroke) // 2)
    frames: dict[str, tuple[Box, tuple[bool, bool, bool, bool]]] = {
        "O": ((0, 0, right, low), (True, True, True, True)),
        "D": ((0, 0, right, low), (False, True, True, False)),
        "A": ((0, 0, right, low + height), (True, True, False, False)),
        "Y": ((0, -height, right, middle + stroke), (False, False, True, True)),
    }
    bars: dict[str, tuple[Box, ...]] = {
        "A": ((0, middle + stroke // 4, right, middle + stroke * 5 // 4),),
        "Y": ((stem[0], middle, stem[1], low),),
        "T": ((stem[0], 0, stem[1], low), (0, 0, right, stroke)),
        "L": ((0, 0, stroke, low), (0, low - stroke, right, low)),
        "E": (
            (0, 0, stroke, low),
            (0, low - stroke, right, low),
            (0, 0, right, stroke),
            (0, middle, right - stroke // 3, middle + stroke),
        ),
    }
    if shape == "S":
        return letter_s(mask, stroke)
    if shape in frames:
        ring(mask, frames[shape][0], stroke, frames[shape][1])
    for bar in bars.get(shape, ()):
        ImageDraw.Draw(mask).rectangle(bar, fill=255)
    return mask


def letter_s(mask: Image.Image, stroke: int) -> Image.Image:
    """Return an S: the left of an upper frame and the right of a lower one."""
    right, low = mask.width - 1, mask.height - 1
    middle = (mask.height - stroke) // 2
    lower = mask.copy()
    ring(mask, (0, 0, right, middle + stroke), stroke, (True, True, False, True))
    cut = (right - stroke, stroke * 1.9, right, middle + stroke)
    ImageDraw.Draw(mask).rectangle(cut, fill=0)
    ring(lower, (0, middle, right, low), stroke, (False, True, True, True))
    ImageDraw.Draw(lower).rectangle((0, middle, stroke, low - stroke * 1.9), fill=0)
    return ImageChops.lighter(mask, lower)


def headline(picture: Image.Image, text: str, box: tuple[int, int, int, int], stroke: int) -> None:
    """Set a word in block letters so that it fills a box."""
    left, top, right, bottom = box
    gap = stroke * 0.36
    width = (right - left - gap * (len(text) - 1)) / len(text)
    for number, shape in enumerate(text):
        mask = letter(shape, round(width), bottom - top, stroke)
        at = (round(left + number * (width + gap)), top)
        picture.paste(INK, (*at, at[0] + mask.width, at[1] + mask.height), mask)


def cover() -> None:
    """Draw the show's artwork: a barbell that is also the picture of a voice."""
    size, twice = 3000, 6000
    big = Image.new("RGB", (twice, twice), CREAM)
    headline(big, "STEADY", (420, 460, 5580, 2060), 250)
    headline(big, "LOAD", (420, 4000, 5580, 5560), 300)
    draw = ImageDraw.Draw(big)
    centre = 3030
    draw.rounded_rectangle((180, centre - 75, twice - 180, centre + 75), 75, fill=INK)
    heights = (300, 560, 700, 460, 230)
    for number, half in enumerate(heights):
        for side in (-1, 1):
            x = twice / 2 + side * (2330 - number * 330)
            colour = CORAL if number < 4 else TEAL
            draw.rounded_rectangle(
                (x - 115, centre - half, x + 115, centre + half), 115, fill=colour
            )
    for number, half in enumerate((120, 200, 320, 200, 120)):
        x = twice / 2 + (number - 2) * 200
        draw.rounded_rectangle((x - 55, centre - half, x + 55, centre + half), 55, fill=TEAL)
    save_jpeg(big.resize((size, size), Image.Resampling.LANCZOS), IMAGES / "cover.jpg", 88)


def save_jpeg(picture: Image.Image, path: Path, quality: int) -> None:
    """Write a JPEG with full colour detail, so that edges stay clean."""
    picture.save(path, quality=quality, subsampling=0, optimize=True)


class Sketch:
    """A drawing of lines and flat shapes, made large and saved small."""

    def __init__(self, width: int, height: int, ground: str = CREAM) -> None:
        self.size = (width, height)
        self.big = Image.new("RGB", (width * FINE, height * FINE), ground)
        self.draw = ImageDraw.Draw(self.big)

    def line(self, points: list[Point], colour: str = INK, width: float = 14) -> None:
        """Draw a stroke with round ends and joints."""
        scaled = [(x * FINE, y * FINE) for x, y in points]
        self.draw.line(scaled, fill=colour, width=round(width * FINE))
        for x, y in points:
            self.dot((x, y), width / 2 - 0.2, colour)

    def dot(self, at: Point, radius: float, colour: str = INK) -> None:
        """Draw a filled circle."""
        x, y, r = at[0] * FINE, at[1] * FINE, radius * FINE
        self.draw.ellipse((x - r, y - r, x + r, y + r), fill=colour)

    def box(self, box: Box, colour: str, radius: float = 0) -> None:
        """Draw a filled rectangle, rounded where a radius is given."""
        scaled = [value * FINE for value in box]
        self.draw.rounded_rectangle(scaled, radius * FINE, fill=colour)

    def arrow(self, centre: Point, radius: float, turn: tuple[float, float], colour: str) -> None:
        """Draw an arc with an arrow head at its end; degrees, clockwise from the right."""
        start, end = turn
        steps = [math.radians(start + (end - start) * i / 24) for i in range(25)]
        path = [(centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a)) for a in steps]
        self.line(path, colour, 8)
        ahead = steps[-1] + math.copysign(math.pi / 2, end - start)
        tip = (path[-1][0] + 26 * math.cos(ahead), path[-1][1] + 26 * math.sin(ahead))
        wings = [
            (path[-1][0] + 20 * math.cos(ahead + s), path[-1][1] + 20 * math.sin(ahead + s))
            for s in (2.0, -2.0)
        ]
        self.draw.polygon([(x * FINE, y * FINE) for x, y in (tip, *wings)], fill=colour)

    def text(self, at: Point, words: str, size: float = 30, anchor: str = "mm") -> None:
        """Write words in ink; an anchor as in Pillow."""
        self.write(at, words, INK, size, anchor)

    def write(self, at: Point, words: str, colour: str, size: float, anchor: str = "mm") -> None:
        """Write words in a colour."""
        place = (at[0] * FINE, at[1] * FINE)
        self.draw.text(place, words, fill=colour, font=font(size * FINE), anchor=anchor)

    def small(self) -> Image.Image:
        """Return the drawing in its true size."""
        return self.big.resize(self.size, Image.Resampling.LANCZOS)

    def save_png(self, name: str) -> None:
        """Write a PNG of 64 colours, which is plenty for flat shapes."""
        few = self.small().quantize(64, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few.save(IMAGES / name, optimize=True)


def running_artwork() -> None:
    """Draw the artwork of the episode about running: walk, run, walk, run, and a rising sun."""
    sketch = Sketch(1400, 1400, TEAL)
    sketch.dot((1010, 470), 250, SAND)
    for number in range(6):
        left = 110 + number * 202
        top = 1010 - number * 118
        sketch.box((left, top, left + 170, 1290), CREAM if number % 2 == 0 else CORAL, 34)
    sketch.write((110, 200), "WALK,", CREAM, 132, "lm")
    sketch.write((110, 350), "RUN,", CREAM, 132, "lm")
    sketch.write((110, 500), "REPEAT", CREAM, 132, "lm")
    save_jpeg(sketch.small(), ROOT / "episodes/202-coming-back-to-running.jpg", 88)


def portrait(name: str, ground: str, skin: str, hair: str, style: str) -> None:
    """Draw a face without features: a head, hair, shoulders."""
    sketch = Sketch(400, 400, ground)
    if style == "long":
        sketch.box((108, 80, 292, 312), hair, 92)
    if style == "curly":
        for angle in range(150, 400, 25):
            turn = math.radians(angle)
            sketch.dot((200 + 82 * math.cos(turn), 158 + 84 * math.sin(turn)), 46, hair)
    sketch.box((64, 296, 336, 520), INK if ground != INK else CORAL, 110)
    sketch.box((168, 230, 232, 332), skin, 32)
    sketch.box((126, 92, 274, 280), skin, 74)
    if style == "short":
        sketch.box((120, 78, 280, 140), hair, 31)
        sketch.box((120, 100, 142, 176), hair, 11)
    if style == "long":
        sketch.box((118, 82, 282, 136), hair, 30)
    if style == "beard":
        sketch.box((124, 76, 276, 128), hair, 26)
        sketch.box((124, 176, 276, 292), hair, 62)
        sketch.box((142, 130, 258, 226), skin, 44)
        sketch.line([(182, 250), (218, 250)], CREAM, 8)
    if style == "curly":
        sketch.box((122, 84, 278, 126), hair, 22)
    if style == "short":
        for x in (166, 234):
            sketch.draw.ellipse(
                [v * FINE for v in (x - 27, 158, x + 27, 212)], outline=INK, width=7 * FINE
            )
        sketch.line([(193, 182), (207, 182)], INK, 7)
    sketch.save_png(f"{name}.png")


def portraits() -> None:
    """Draw everybody of the sample."""
    portrait("tobias-renn", SAND, "#e8b48f", "#5b3a29", "beard")
    portrait("ines-calloway", TEAL, "#c98b63", "#241a17", "curly")
    portrait("hollis-vane", CORAL, "#f0c6a6", "#c9ccd1", "short")
    portrait("priya-ashgrove", "#9cc5a1", "#a86f49", "#1d1512", "long")


def first_visit() -> None:
    """Draw the hour of a first visit as four blocks."""
    sketch = Sketch(1200, 520)
    parts = (("Talk", 20, CORAL), ("Test", 20, TEAL), ("Try", 12, SAND), ("Plan", 8, INK))
    left = 60.0
    for name, minutes, colour in parts:
        right = left + minutes * 18
        sketch.box((left + 4, 170, right - 4, 330), colour, 24)
        light = colour in {CORAL, TEAL, INK}
        sketch.write(((left + right) / 2, 250), name, WHITE if light else INK, 40)
        sketch.text(((left + right) / 2, 375), f"{minutes} min", 28)
        left = right
    sketch.text((60, 105), "One hour, four parts", 38, "lm")
    sketch.save_png("first-visit.png")


def spine_findings() -> None:
    """Draw four findings of spine scans in people without symptoms, at 20 and at 80 years."""
    sketch = Sketch(1200, 800)
    rows = (
        ("Disk degeneration", 37, 96),
        ("Disk bulge", 30, 84),
        ("Disk protrusion", 29, 43),
        ("Annular fissure", 19, 29),
    )
    sketch.text((60, 70), "Found on scans of people without symptoms", 36, "lm")
    for number, (name, young, old) in enumerate(rows):
        top = 140 + number * 142
        sketch.text((60, top + 52), name, 28, "lm")
        for line, (share, colour) in enumerate(((young, SAND), (old, TEAL))):
            y = top + line * 52
            sketch.box((400, y, 400 + share * 6.9, y + 44), colour, 8)
            sketch.text((400 + share * 6.9 + 14, y + 22), f"{share} %", 26, "lm")
    for x, colour, words in ((400, SAND, "20 years old"), (690, TEAL, "80 years old")):
        sketch.box((x, 728, x + 36, 764), colour, 8)
        sketch.text((x + 50, 746), words, 26, "lm")
    sketch.save_png("spine-findings.png")


def hip_rotation() -> None:
    """Draw the hip test that is done lying face down: the shin as a pointer."""
    sketch = Sketch(1200, 760)
    knee = (600.0, 610.0)
    sketch.box((130, 640, 1070, 668), SAND, 14)
    for degrees, colour in ((-35, SAND), (35, SAND), (0, INK)):
        turn = math.radians(degrees - 90)
        foot = (knee[0] + 360 * math.cos(turn), knee[1] + 360 * math.sin(turn))
        sketch.line([knee, foot], colour, 44)
        sketch.line([foot, (foot[0], foot[1] - 34)], colour, 60)
    sketch.dot(knee, 46, CORAL)
    sketch.arrow(knee, 285, (-84, -63), TEAL)
    sketch.arrow(knee, 285, (-96, -117), TEAL)
    sketch.text((60, 70), "Lying face down, knee bent, seen from the feet (right leg)", 32, "lm")
    sketch.text((985, 330), "shin outward:", 28)
    sketch.text((985, 372), "internal rotation", 28)
    sketch.text((215, 330), "shin inward:", 28)
    sketch.text((215, 372), "external rotation", 28)
    sketch.text((600, 712), "knee stays on the table", 26)
    sketch.save_png("hip-rotation.png")


def figure(sketch: Sketch, head: Point, lines: list[list[Point]]) -> None:
    """Draw a person of a few strokes."""
    sketch.dot(head, 44, CORAL)
    for points in lines:
        sketch.line(points, INK, 26)


def bridge() -> None:
    """Draw the two positions of a bridge."""
    sketch = Sketch(1200, 560)
    for left, hip, label in ((0, 380.0, "1  Start"), (590, 268.0, "2  Lift and hold")):
        sketch.box((left + 40, 420, left + 570, 436), SAND, 8)
        shoulder, knee, foot = (left + 190.0, 384.0), (left + 430.0, 240.0), (left + 470.0, 400.0)
        body = [shoulder, (left + 330.0, hip), knee, foot, (left + 520.0, 402.0)]
        figure(
            sketch, (left + 110.0, 368.0), [body, [(left + 190.0, 400.0), (left + 300.0, 404.0)]]
        )
        sketch.text((left + 60, 492), label, 32, "lm")
    sketch.text((60, 80), "The bridge", 38, "lm")
    sketch.save_png("bridge.png")


def calf_raise() -> None:
    """Draw a calf raise on a step: up on two legs, down slowly."""
    sketch = Sketch(1200, 760)
    for left, rise, label in (
        (0.0, 0.0, "1  Heels level"),
        (380.0, 70.0, "2  Lift"),
        (760.0, -46.0, "3  Lower slowly"),
    ):
        sketch.box((left + 200, 590, left + 390, 640), SAND, 8)
        sketch.box((left + 60, 640, left + 390, 652), SAND, 6)
        toe, heel = (left + 262.0, 575.0), (left + 178.0, 575.0 - rise)
        hip, neck = (left + 196.0, 372.0 - rise), (left + 200.0, 220.0 - rise)
        hand = (left + 306.0, 300.0 - rise)
        figure(
            sketch,
            (left + 202.0, 160.0 - rise),
            [[toe, heel], [heel, hip, neck], [(left + 200.0, 246.0 - rise), hand]],
        )
        sketch.box((left + 312, 230, left + 322, 590), TEAL, 5)
        sketch.text((left + 60, 702), label, 30, "lm")
    sketch.save_png("calf-raise.png")


def trials() -> None:
    """Draw the risk ratios of a review of exercise against sports injuries."""
    sketch = Sketch(1200, 680)
    rows = (
        ("Stretching", 0.963, 0.846, 1.095),
        ("Several together", 0.655, 0.520, 0.826),
        ("Proprioception", 0.550, 0.347, 0.869),
        ("Strength training", 0.315, 0.207, 0.480),
    )

    def at(ratio: float) -> float:
        return 420 + ratio * 560

    sketch.text((60, 70), "Relative risk of injury with each kind of program", 36, "lm")
    for tick in (0.0, 0.5, 1.0):
        sketch.line([(at(tick), 140), (at(tick), 560)], SAND if tick < 1 else TEAL, 4)
        sketch.text((at(tick), 600), f"{tick:g}", 26)
    for number, (name, middle, low, high) in enumerate(rows):
        y = 190 + number * 106
        sketch.text((60, y), name, 28, "lm")
        sketch.line([(at(low), y), (at(high), y)], INK, 8)
        sketch.dot((at(middle), y), 20, CORAL)
    sketch.text((at(1.0), 645), "no difference", 24)
    sketch.text((at(0.25), 645), "fewer injuries", 24)
    sketch.save_png("injury-trials.png")


def ladder() -> None:
    """Draw the walk and run ladder: six stages of thirty minutes or less."""
    sketch = Sketch(1200, 700)
    stages = ((4, 1, 5), (3, 2, 5), (2, 3, 5), (2, 5, 4), (1, 9, 3), (0, 30, 1))
    for number, (walk, run, times) in enumerate(stages):
        y, left = 110 + number * 88, 150.0
        sketch.text((60, y + 28), str(number + 1), 32, "lm")
        for _ in range(times):
            for minutes, colour in ((walk, SAND), (run, TEAL)):
                right = left + minutes * 33
                if minutes:
                    sketch.box((left + 2, y, right - 2, y + 56), colour, 10)
                left = right
    sketch.text((60, 60), "Stage", 28, "lm")
    for x, colour, words in ((150, SAND, "walk"), (330, TEAL, "run")):
        sketch.box((x, 642, x + 36, 678), colour, 8)
        sketch.text((x + 50, 660), words, 26, "lm")
    sketch.save_png("walk-run-ladder.png")


def house() -> None:
    """Draw the clinic's front on its street, with a tern over the roof."""
    sketch = Sketch(1200, 520, "#cfe3e2")
    sketch.box((0, 430, 1200, 520), SAND)
    sketch.box((330, 170, 870, 432), CREAM)
    sketch.draw.polygon(
        [(x * FINE, y * FINE) for x, y in ((290, 176), (600, 60), (910, 176))], fill=CORAL
    )
    sketch.box((555, 270, 645, 432), TEAL, 6)
    sketch.dot((628, 356), 6, SAND)
    for x in (380, 730):
        sketch.box((x, 250, x + 110, 350), INK, 6)
        sketch.box((x + 51, 250, x + 59, 350), CREAM)
        sketch.box((x, 296, x + 110, 304), CREAM)
    sketch.write((600, 218), "TERN STREET", INK, 34)
    for x, y, wing in ((200, 110, 60), (1010, 90, 46), (1090, 150, 32)):
        sketch.line([(x - wing, y - wing * 0.4), (x, y), (x + wing, y - wing * 0.5)], INK, 8)
    sketch.save_png("clinic.png")


def main() -> None:
    """Draw everything."""
    cover()
    running_artwork()
    portraits()
    for diagram in (
        first_visit,
        spine_findings,
        hip_rotation,
        bridge,
        calf_raise,
        trials,
        ladder,
        house,
    ):
        diagram()


if __name__ == "__main__":
    main()
