"""In each kind of audio that is published, a browser finds the place that it is sent to.

The recordings are made for it: each second sounds a tone of its own, so that what is heard says
where the player truly is, whatever it claims.
"""

from __future__ import annotations

import json
import math
import re
import subprocess
import wave
from array import array
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sitemaker
from sample import Sample

from browser import tools
from browser.conftest import Site, Visit
from browser.serving import served

if TYPE_CHECKING:
    from playwright.sync_api import Page

RATE, SECONDS = 16_000, 40
LOWEST, STEP = 300, 60  # Hz: the tone of the first second, and from each to the next
KINDS: dict[str, tuple[str, ...]] = {
    "cbr.mp3": ("-b:a", "64k"),
    "cbr-no-info.mp3": ("-b:a", "64k", "-write_xing", "0"),
    "vbr-xing.mp3": ("-q:a", "5"),
    # Its beginning is quiet, and so the first frames are smaller than others: browsers would reckon
    # length and places from them, had the published copy no index.
    "vbr-no-index.mp3": ("-q:a", "5", "-write_xing", "0", "-af", "volume=0:enable='lt(t,12)'"),
    "aac.m4a": ("-b:a", "64k"),
    "aac-faststart.m4a": ("-b:a", "64k", "-movflags", "+faststart"),
    "vorbis.ogg": ("-c:a", "libvorbis"),
    "opus.opus": ("-c:a", "libopus"),
    "flac.flac": (),
    "pcm.wav": (),
}
# Fixtures that are published though Chromium cannot play them, or is led astray by them.
UNPLAYABLE = {"alac.m4a", "layer-2.mp3"}
LED_ASTRAY = {"zeros.mp3"}  # a warning tells its author
DOUBTFUL = {"joined.mp3", "cut-off.mp3"}  # by a second, more or less
LENGTH = """() => new Promise((done) => {
    const audio = document.querySelector('audio');
    audio.addEventListener('loadedmetadata', () => done(audio.duration));
    audio.addEventListener('error', () => done(0));
    audio.load();
})"""
# Sends the player to a place, lets it play on, and says where it is and what is heard there.
SEEK = """async (to) => {
    const audio = document.querySelector('audio');
    if (audio.readyState < 1) {
        audio.load();
        await new Promise((done, failed) => {
            audio.addEventListener('loadedmetadata', done, { once: true });
            audio.addEventListener('error', () => failed(audio.error.message), { once: true });
        });
    }
    const context = new AudioContext(), ears = context.createAnalyser();
    ears.fftSize = 8192;
    ears.smoothingTimeConstant = 0;
    context.createMediaElementSource(audio).connect(ears).connect(context.destination);
    const sought = new Promise((done) => audio.addEventListener('seeked', done, { once: true }));
    audio.currentTime = to;
    await sought;
    const landed = audio.currentTime;
    await audio.play();
    while (audio.currentTime < to + 0.7) await new Promise((done) => setTimeout(done, 20));
    const tones = new Float32Array(ears.frequencyBinCount);
    ears.getFloatFrequencyData(tones);
    const loudest = tones.indexOf(Math.max(...tones));
    const answer = { landed, length: audio.duration, now: audio.currentTime,
        tone: loudest * context.sampleRate / ears.fftSize, loud: tones[loudest] };
    audio.pause();
    await context.close();
    return answer;
}"""


def write_scale(path: Path) -> None:
    """Write a recording of which each second has its tone."""
    samples = array("h")
    for second in range(SECONDS):
        turn = 2 * math.pi * (LOWEST + STEP * second) / RATE
        samples.extend(int(9000 * math.sin(turn * n)) for n in range(RATE))
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, RATE, 0, "NONE", ""))
        out.writeframes(samples.tobytes())


@contextmanager
def published(maker: sitemaker.Maker) -> Iterator[Site]:
    public = maker.root / "public"
    with served(public) as base:
        target = f'\n[publish]\nto = "public"\nurl = "{base}"\n'
        maker.write("activefeed.toml", sitemaker.SETTINGS + target)
        Sample(maker.root).publish()
        yield Site(base, public)


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with one episode for each kind of audio."""
    ffmpeg = tools.program("ffmpeg", "apt-get install ffmpeg")
    maker = sitemaker.make(tmp_path_factory.mktemp("kinds"))
    scale = maker.root / "scale.wav"
    write_scale(scale)

    def encode(name: str) -> None:
        maker.markdown(f"episodes/{name}.md", f"audio: {name}")
        target = maker.root / "episodes" / name
        command = [ffmpeg, "-v", "error", "-i", str(scale), *KINDS[name], str(target)]
        subprocess.run(command, check=True, capture_output=True, timeout=100)

    (maker.root / "episodes").mkdir()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(encode, KINDS))
    scale.unlink()
    with published(maker) as site:
        yield site


def page_of(kind: str) -> str:
    return f"podcast/{re.sub('[^a-z0-9]+', '-', kind)}.html"


def told_length(page: Page) -> float:
    """Return the seconds that the page tells machines, which are those that it shows."""
    for text in page.locator("script[type='application/ld+json']").all_text_contents():
        if found := re.search(r'"duration": *"PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?"', text):
            hours, minutes, seconds = (float(part or 0) for part in found.groups())
            return hours * 3600 + minutes * 60 + seconds
    raise AssertionError("the page tells no length")


@pytest.mark.parametrize("kind", KINDS)
def test_a_seek_lands_where_it_should(kinds: Site, visit: Visit, kind: str) -> None:
    page = visit(kinds, page_of(kind))
    to = 23.2
    found: dict[str, float] = page.evaluate(SEEK, to)
    assert abs(found["landed"] - to) < 1
    assert found["now"] > to + 0.6
    assert found["loud"] > -60, "nothing is heard"
    heard = (found["tone"] - LOWEST) / STEP
    assert abs(heard - found["now"]) < 1, f"it says {found['now']:.1f} and plays {heard:.1f}"
    assert abs(found["length"] - told_length(page)) < 1
    assert abs(found["length"] - SECONDS) < 1


def test_browser_and_page_agree_on_lengths(visit: Visit, tmp_path: Path) -> None:
    maker = sitemaker.make(tmp_path)
    truth = json.loads((sitemaker.AUDIO / "truth.json").read_text("utf-8"))
    good = [name for name, known in truth.items() if "extension" in known]
    for name in good:
        maker.markdown(f"episodes/{name}.md", f"audio: {name}")
        maker.audio(f"episodes/{name}", name)
    lengths = {}
    with published(maker) as site:
        page = visit.visitor(site)
        for name in good:
            page.goto(site.url(page_of(name)))
            lengths[name] = float(page.evaluate(LENGTH)), told_length(page)
    assert {name for name, (found, _) in lengths.items() if not found} == UNPLAYABLE
    astray = {name for name, (found, told) in lengths.items() if found and abs(found - told) > 1}
    assert astray - DOUBTFUL == LED_ASTRAY
