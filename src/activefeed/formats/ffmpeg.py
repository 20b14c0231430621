"""ffmpeg, where it is installed: how loud a recording is, and an MP3 of other sound.

Never changes the file that it reads, and asks no shell; writes where it is told to.
"""

import re
import shutil
import subprocess
from pathlib import Path

from activefeed.problems import FormatError

LOUD = -16  # LUFS
_NORM = "aformat=channel_layouts=mono,loudnorm=I={}:TP=-1:LRA=20:"
_KNOWN = "".join(f"measured_{n}={{input_{n.lower()}}}:" for n in ("I", "TP", "LRA", "thresh"))
_NOWHERE = ("-f", "null", "-")
_COVER = ("-map", "0:v:0?", "-c:v", "copy", "-disposition:v:0", "attached_pic")
_MP3 = ("-ar", "44100", "-c:a", "libmp3lame", "-b:a", "96k", "-id3v2_version", "3", "-f", "mp3")


def there() -> bool:
    """Return whether ffmpeg is installed."""
    return shutil.which("ffmpeg") is not None


def loudness(path: Path) -> float | None:
    """Return how loud a recording is, in LUFS (EBU R 128).

    None where it cannot be known: no ffmpeg, no sound that it can read, silence, less than 0.4 s.
    """
    said = _run(path, "ebur128=framelog=verbose", *_NOWHERE)
    found = re.findall(r"^ +I: +(-?[\d.]+) LUFS", said, re.MULTILINE)
    return float(found[-1]) if found and float(found[-1]) > -70 else None


def need(path: Path) -> None:
    """Raise FormatError where ffmpeg, which a recording needs, is not installed."""
    if not there():
        raise FormatError.of("no-ffmpeg", path=path)


def to_mp3(path: Path, to: Path) -> None:
    """Write an MP3 of a recording: mono, 96 kbit/s, -16 LUFS, with its title, chapters and cover.

    96 kbit/s for one channel are what 192 are for two: enough for speech with music around it. Who
    wants stereo makes the MP3. Peaks stay below -1 dBTP. Raises FormatError.
    """
    look = _run(path, f"{_NORM.format(LOUD)}print_format=json", *_NOWHERE)
    known = dict(re.findall(r'"(\w+)" : "(.+?)"', look))
    if known.get("input_i") == "-inf":
        raise FormatError.of("silence")
    # LAME's MP3 is half an LU quieter than the sound that it was given.
    aim, form = LOUD + 0.5, (*_MP3, str(to))
    for _ in range(3):  # sharp peaks make loudnorm miss
        sound = _NORM.format(aim) + _KNOWN.format(**known) if known else ""
        # A cover that is no picture is left out.
        if not sound or not (_run(path, sound, *_COVER, *form) or _run(path, sound, *form)):
            raise FormatError.of("no-mp3-of-it")
        missed = LOUD - (loudness(to) or LOUD)
        if abs(missed) <= 0.6:
            break
        aim = min(round(aim + missed, 2), -5)  # the highest that loudnorm takes


def _run(path: Path, sound: str, *to: str) -> str:
    """Return what ffmpeg says when it has read a file to its end; nothing where it cannot."""
    if not there():
        return ""
    # The whole path: a name that begins with a dash would be an option.
    command = ["ffmpeg", "-hide_banner", "-nostats", "-nostdin", "-y", "-xerror"]
    done = subprocess.run(  # noqa: S603 - no shell, and fixed options
        [*command, "-i", str(path.resolve()), "-map", "0:a:0", "-af", sound, *to],
        capture_output=True, encoding="utf-8", errors="replace", check=False,
    )  # fmt: skip
    return "" if done.returncode else done.stderr
