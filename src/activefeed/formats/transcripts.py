"""Transcripts: VTT, SRT, Podcasting 2.0 JSON and plain text to cues, and cues to VTT.

Never looks at the audio and never changes a word or a time.
"""

import html
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Any

from activefeed.formats.chapters import npt, parse_time
from activefeed.model import Cue
from activefeed.problems import FormatError

_ARROW = re.compile(r".*-->|\s*\d+:\d\d\S*\s*[-=\u2013\u2014]*[>\u2192]")  # also a wrong one
_ASIDE = re.compile(r"(?<=\n\n)(?:NOTE|STYLE|REGION)(?:[ \t].*)?(?:\n.+)*")
_HEADER = re.compile(r"WEBVTT(?=\s|$).*(?:\n(?!.*-->).+)*")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?(?:[ \t\n]+([^>]*))?>|</v>")
_TAG = re.compile(r"</?[A-Za-z][^>]*>|<\d[\d:.]*>")
_PLACEMENT = re.compile(r"\{\\[^}]*\}")  # {\an8}, in SRT
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]+);")
_NAME = re.compile(r"([^\W\d_][\w.'\u2019-]*(?:[ ]+[\w.'\u2019-]+){0,2}):\s+(?=\S)")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LONGEST = 1_000_000  # seconds
_EXAMPLE = "00:00:05.000 --> 00:00:08.000"


def parse(text: str, extension: str) -> tuple[Cue, ...]:
    """Return the cues of a transcript by its file's extension. Raises FormatError."""
    readers = {".vtt": _vtt, ".srt": _srt, ".json": _json, ".txt": _plain}
    reader = readers.get(extension.lower())
    if not reader:
        fix = "save the transcript as .vtt, .srt, .json or .txt"
        raise FormatError(f'"{extension}" is not a kind of transcript', fix)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    cues = [cue for cue in reader(text) if cue.text] if text.strip() else []
    if not cues:
        raise FormatError("the transcript holds no words", "export it again, or remove the file")
    return tuple(sorted(cues, key=lambda cue: cue.start or 0))


def write_vtt(cues: Sequence[Cue], duration: int) -> str:
    """Return cues as WebVTT; text without times is one cue from 0 to the duration."""
    cues = [cue for cue in cues if _tidy(cue.text)]
    timed = [(cue.start, cue) for cue in cues if cue.start is not None]
    blocks = ["WEBVTT\n"]
    for (start, cue), following in zip(timed, [*(s for s, _ in timed[1:]), duration], strict=False):
        # A cue must end after it starts, or players drop it.
        end = max(following if cue.end is None else cue.end, start + 0.001)
        blocks.append(f"{npt(start)} --> {npt(end)}\n{_voice(cue)}\n")
    if untimed := [_voice(cue) for cue in cues if cue.start is None]:
        blocks.append("\n".join([f"{npt(0)} --> {npt(max(duration, 1))}", *untimed, ""]))
    return "\n".join(blocks)


def _voice(cue: Cue) -> str:
    text, speaker = html.escape(_tidy(cue.text), quote=False), " ".join(_tidy(cue.speaker).split())
    return f"<v {html.escape(speaker, quote=False)}>{text}</v>" if speaker else text


def _tidy(text: str) -> str:
    """Return text without blank lines (they would end a cue) and characters no file may hold."""
    lines = (line.strip() for line in _UNWRITABLE.sub("", text).replace("\r", "\n").split("\n"))
    return "\n".join(line for line in lines if line)


def _vtt(text: str) -> Iterator[Cue]:
    header = _HEADER.match(text)
    if not header:
        message = "a .vtt file begins with the line WEBVTT, this one does not"
        fix = "write WEBVTT above it all and leave the next line empty; if it is SRT, name it .srt"
        raise FormatError(message, fix, line=1)
    text = "\n" * header[0].count("\n") + text[header.end() :]
    text = _ASIDE.sub(lambda aside: "\n" * aside[0].count("\n"), text)
    for start, end, payload in _timed(text):
        parts = ["", *_VOICE.split(payload)]  # names and words by turns
        for name, words in zip(parts[::2], parts[1::2], strict=True):
            speaker = " ".join(_decode(name or "").split())
            yield Cue(start, end, _tidy(_decode(_TAG.sub("", words))), speaker)


def _decode(text: str) -> str:
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)


def _srt(text: str) -> Iterator[Cue]:
    for start, end, payload in _timed(text):
        speaker, words = _name(_tidy(_TAG.sub("", _PLACEMENT.sub("", payload))))
        yield Cue(start, end, words, speaker)


def _plain(text: str) -> Iterator[Cue]:
    for paragraph in re.split(r"\n\s*\n", text):
        speaker, words = _name(_tidy(paragraph))
        yield Cue(None, None, words, speaker)


def _name(text: str) -> tuple[str, str]:
    """Return speaker and words of ``Anna Bell: Welcome``; no speaker where it is no name."""
    match = _NAME.match(text)
    if match and all(word[0].isupper() or word.isdigit() for word in match[1].split()):
        return " ".join(match[1].split()), text[match.end() :]
    return "", text


def _timed(text: str) -> Iterator[tuple[float, float, str]]:
    """Return start, end and payload of each cue; all up to the next time belongs to a cue.

    Many programs leave empty lines inside a cue, and no word shall be lost.
    """
    lines = text.split("\n")
    starts = [number for number, line in enumerate(lines) if _ARROW.match(line)]
    for number, line in enumerate(lines[: max(0, starts[0] - 1) if starts else None], 1):
        if line.strip():
            fix = f"write the time on the line above it: {_EXAMPLE}"
            raise FormatError("this text has no time", fix, line=number)
    for at, following in pairwise([*starts, len(lines)]):
        words = lines[at + 1 : following]
        # Just above the next time stands its number, or its name below an empty line.
        named = [line.strip() for line in words[-2:-1]] == [""] and following < len(lines)
        if named or "".join(words[-1:]).strip().isdecimal():
            words.pop()
        yield *_times(lines[at], at + 1), "\n".join(words)


def _times(line: str, number: int) -> tuple[float, float]:
    with suppress(FormatError, IndexError, ValueError):
        start, end = (parse_time(part.split()[0]) for part in line.split("-->"))
        if start <= end:
            return start, end
    message = f'"{line.strip()}" is not a start and an end'
    fix = f"write two times in order, with an arrow between them: {_EXAMPLE}"
    raise FormatError(message, fix, line=number, column=1, length=len(line))


def _json(text: str) -> Iterator[Cue]:
    try:
        segments: list[Any] = list(json.loads(text)["segments"])
    except (KeyError, RecursionError, TypeError, ValueError) as error:
        message = 'this is not JSON with a list of "segments"'
        fix = "export the transcript again as Podcasting 2.0 JSON, or as VTT"
        line, column = getattr(error, "lineno", 0), getattr(error, "colno", 0)
        raise FormatError(message, fix, line=line, column=column) from None
    for number, segment in enumerate(segments, 1):
        try:
            start, end = float(segment["startTime"]), segment.get("endTime")
            end = None if end is None else round(float(end), 3)
            words, speaker = _tidy(segment["body"]), _tidy(segment.get("speaker") or "")
            if not 0 <= start <= (start if end is None else end) < _LONGEST:
                raise ValueError
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
            needs = 'needs "startTime", "body", and any "endTime" after the start'
            fix = 'it should look like {"startTime": 5.0, "endTime": 8.0, "body": "Welcome"}'
            raise FormatError(f"segment {number} {needs}", fix) from None
        yield Cue(round(start, 3), end, words, " ".join(speaker.split()))
