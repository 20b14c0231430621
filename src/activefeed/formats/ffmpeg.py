"""ffmpeg, where it is installed: how loud a recording is, and an MP3 of other sound.

Never changes the file that it reads, and asks no shell; writes where it is told to.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

from activefeed.problems import FormatError

LOUD, PEAK, RATE = -16, -1, "96k"  # LUFS; dBTP; bits in a second of one channel
_GET = "get ffmpeg (https://ffmpeg.org/download.html; on macOS: brew install ffmpeg)"
_LAME = 0.5  # LU: by so much its MP3 is quieter than the sound it was given, peaks too
# Only speech with a range of more than 20 LU is pressed together.
_NORM = "aformat=channel_layouts=mono,loudnorm=I={}:TP={}:LRA=20:"


def there() -> bool:
    """Return whether ffmpeg is installed."""
    return shutil.which("ffmpeg") is not None


def loudness(path: Path) -> float | None:
    """Return how loud a recording is, in LUFS (EBU R 128).

    None where it cannot be known: no ffmpeg, no sound that it can read, silence, less than 0.4 s.
    """
    if not there():
        return None
    done = _run(path, "-map", "0:a:0", "-af", "ebur128=framelog=verbose", "-f", "null", "-")
    found = re.findall(r"^ +I: +(-?[\d.]+) LUFS", done.stderr, re.MULTILINE)
    return float(found[-1]) if done.returncode == 0 and found and float(found[-1]) > -70 else None


def to_mp3(path: Path, to: Path) -> None:
    """Write an MP3 of a recording: mono, 96 kbit/s, -16 LUFS, with its title, chapters and cover.

    96 kbit/s for one channel are what 192 are for two: enough for speech with music around it. Who
    wants stereo makes the MP3. Raises FormatError.
    """
    if not there():
        make = (
            f'ffmpeg -i "{path.name}" -af loudnorm=I={LOUD}:TP={PEAK} -ac 1 -ar 44100 -b:a {RATE}'
        )
        fix = f'{_GET} and run this again; or make an MP3: {make} "{path.stem}.mp3"'
        raise FormatError("this must become an MP3, and ffmpeg is not installed", fix)
    norm = _NORM.format(LOUD, PEAK)
    look = _run(path, "-map", "0:a:0", "-af", f"{norm}print_format=json", "-f", "null", "-")
    found = re.search(r"\{[^{}]+\}\s*\Z", look.stderr)
    said = json.loads(found[0]) if found else {}
    if "inf" in said.get("input_i", ""):
        raise FormatError("there is only silence in it", "listen to it, and export it again")
    known = ("I", "input_i"), ("TP", "input_tp"), ("LRA", "input_lra"), ("thresh", "input_thresh")
    measured = ":".join(f"measured_{name}={said.get(key)}" for name, key in known)
    picture = ("-map", "0:v:0?", "-c:v", "copy", "-disposition:v:0", "attached_pic")
    form = ("-ar", "44100", "-c:a", "libmp3lame", "-b:a", RATE, "-id3v2_version", "3", "-f", "mp3")
    aim = LOUD + _LAME
    for _ in range(3):  # sharp peaks make loudnorm miss
        sound = ("-map", "0:a:0", "-af", _NORM.format(round(aim, 2), PEAK) + measured)
        if not found or _run(path, *sound, *picture, *form, str(to)).returncode:
            fix = "export it again, as WAV, MP3 or M4A"
            raise FormatError("ffmpeg cannot make an MP3 of it: it may be damaged", fix)
        missed = LOUD - (loudness(to) or LOUD)
        if abs(missed) <= 0.6:
            break
        aim = min(aim + missed, -5)  # the highest that loudnorm takes


def _run(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Let ffmpeg read a file to its end, or to the first place that is damaged."""
    # The whole path: one that begins with a dash would be an option.
    command = ["ffmpeg", "-hide_banner", "-nostats", "-nostdin", "-y", "-xerror"]
    return subprocess.run(  # noqa: S603 - no shell, and fixed options
        [*command, "-i", str(path.resolve()), *options],
        capture_output=True, encoding="utf-8", errors="replace", check=False,
    )  # fmt: skip
