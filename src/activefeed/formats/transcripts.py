"""Transcripts: VTT, SRT, Podcasting 2.0 JSON and plain text to cues, and cues to VTT.

Never looks at the audio and never changes a word or a time.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeGuard

from activefeed.formats.chapters import npt
from activefeed.model import Cue
from activefeed.problems import FormatError

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,3}))?"
_TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?", re.ASCII)
_ALMOST_TIMES = re.compile(r"\s*\d{1,3}[:.,]\d\d.*(?:>|[-\u2013\u2014]\s*\d)")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?(?:[ \t\n]+([^>]*))?>|</v>")
_TAG = re.compile(r"</?[A-Za-z][^>]*>|<\d[\d:.]*>")
_PLACEMENT = re.compile(r"\{\\[^}]*\}")  # {\an8}, in SRT
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]+);")
_NAME = re.compile(r"([^\W\d_][\w.'\u2019-]*(?:[ ]+[\w.'\u2019-]+){0,2}):\s+(?=\S)")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LONGEST = 1_000_000  # seconds

_Block = tuple[int, list[str]]  # line number of the first line, lines


def parse(text: str, extension: str) -> tuple[Cue, ...]:
    """Return the cues of a transcript by its file's extension. Raises FormatError."""
    readers = {".vtt": _vtt, ".srt": _srt, ".json": _json, ".txt": _plain}
    reader = readers.get(extension.lower())
    if not reader:
        raise FormatError(
            f'"{extension}" is not a kind of transcript',
            "save the transcript as .vtt, .srt, .json or .txt",
        )
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise FormatError("the transcript is empty", "put the words in, or remove the file")
    cues = [cue for cue in reader(text) if cue.text]
    if not cues:
        raise FormatError("the transcript holds no words", "export it again, or remove the file")
    return tuple(sorted(cues, key=lambda cue: cue.start or 0))


def write_vtt(cues: Sequence[Cue], duration: int) -> str:
    """Return cues as WebVTT; text without times is one cue from 0 to the duration."""
    cues = [cue for cue in cues if _tidy(cue.text)]
    timed = [cue for cue in cues if cue.start is not None]
    blocks = ["WEBVTT\n"]
    for cue, following in pairwise([*timed, None]):
        assert cue and cue.start is not None
        end = cue.end
        if end is None:
            end = following.start if following and following.start is not None else duration
        # A cue must end after it starts, or players drop it.
        blocks.append(_block(cue.start, max(end, cue.start + 0.001), _voice(cue)))
    if untimed := [_voice(cue) for cue in cues if cue.start is None]:
        blocks.append(_block(0, max(duration, 1), "\n".join(untimed)))
    return "\n".join(blocks)


def _block(start: float, end: float, payload: str) -> str:
    return f"{npt(start)} --> {npt(end)}\n{payload}\n"


def _voice(cue: Cue) -> str:
    text = _escape(_tidy(cue.text))
    speaker = " ".join(_escape(_tidy(cue.speaker)).split())
    return f"<v {speaker}>{text}</v>" if speaker else text


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _tidy(text: str) -> str:
    """Return text without blank lines (they would end a cue) and characters no file may hold."""
    lines = (line.strip() for line in _UNWRITABLE.sub("", text).replace("\r", "\n").split("\n"))
    return "\n".join(line for line in lines if line)


def _vtt(text: str) -> Iterator[Cue]:
    header, *blocks = _blocks(text)
    if header[0] != 1 or not re.match(r"WEBVTT(?:\s|$)", header[1][0]):
        raise FormatError(
            "a .vtt file begins with the line WEBVTT, this one does not",
            "write WEBVTT as the first line and leave the second empty; "
            "if the file came as SRT, name it .srt",
            line=1,
        )
    # Cues that follow the header without an empty line are still cues.
    if (first := next((i for i, line in enumerate(header[1]) if "-->" in line), 0)) > 0:
        blocks.insert(0, (1 + first, header[1][first:]))
    spoken = (block for block in blocks if not re.match(r"(NOTE|STYLE|REGION)(\s|$)", block[1][0]))
    for start, end, payload in _timed(spoken):
        speaker = ""
        position = 0
        for voice in _VOICE.finditer(payload):
            yield Cue(start, end, _spoken(payload[position : voice.start()]), speaker)
            speaker = " ".join(_decode(voice[1] or "").split())
            position = voice.end()
        yield Cue(start, end, _spoken(payload[position:]), speaker)


def _spoken(payload: str) -> str:
    return _tidy(_decode(_TAG.sub("", payload)))


def _decode(text: str) -> str:
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)


def _srt(text: str) -> Iterator[Cue]:
    for start, end, payload in _timed(_blocks(text)):
        speaker, words = _name(_tidy(_TAG.sub("", _PLACEMENT.sub("", payload))))
        yield Cue(start, end, words, speaker)


def _plain(text: str) -> Iterator[Cue]:
    for _, lines in _blocks(text):
        speaker, words = _name(_tidy("\n".join(lines)))
        yield Cue(None, None, words, speaker)


def _name(text: str) -> tuple[str, str]:
    """Return speaker and words of ``Anna Bell: Welcome``; no speaker where it is no name."""
    match = _NAME.match(text)
    if match and all(word[0].isupper() or word.isdigit() for word in match[1].split()):
        return " ".join(match[1].split()), text[match.end() :]
    return "", text


def _blocks(text: str) -> Iterator[_Block]:
    """Return the runs of lines between blank lines, each with its line number."""
    block: list[str] = []
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _timed(blocks: Iterator[_Block] | Sequence[_Block]) -> Iterator[tuple[float, float, str]]:
    """Return start, end and payload of each cue.

    A run of lines without a time is more of the cue before it: many programs leave empty lines
    inside a cue, and no word shall be lost.
    """
    found: list[tuple[float, float, list[str]]] = []
    for number, lines in blocks:
        index = next((i for i, line in enumerate(lines[:2]) if "-->" in line), None)
        if index is not None:
            start, end = _times(lines[index], number + index)
            found.append((start, end, lines[index + 1 :]))
            for offset, line in enumerate(lines[index + 1 :], index + 1):
                if _TIMES.fullmatch(line):
                    message = "there is no empty line above this cue"
                    raise FormatError(message, "put an empty line there", line=number + offset)
            continue
        for offset, line in enumerate(lines[:2]):
            if _ALMOST_TIMES.match(line):
                raise _bad_times(line, number + offset)
        if not found:
            raise FormatError(
                "this text has no time",
                "write the time on the line above it: 00:00:05.000 --> 00:00:08.000",
                line=number,
            )
        if not "".join(lines).strip().isdecimal():  # a lonely counter
            found[-1][2].extend(lines)
    for start, end, words in found:
        yield start, end, "\n".join(words)


def _times(line: str, number: int) -> tuple[float, float]:
    match = _TIMES.fullmatch(line)
    if not match or any(int(match[group]) > 59 for group in (2, 3, 6, 7)):
        raise _bad_times(line, number)
    start, end = _seconds(match.groups()[:4]), _seconds(match.groups()[4:])
    if end < start:
        raise FormatError(
            "this cue ends before it starts",
            "the first time is the start, the second the end; put them in order",
            line=number,
            column=1,
            length=len(line),
        )
    return start, end


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, fraction = parts
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return (whole * 1000 + int((fraction or "").ljust(3, "0"))) / 1000


def _bad_times(line: str, number: int) -> FormatError:
    return FormatError(
        f'"{line.strip()}" is not a start and an end',
        "write two times with an arrow between them: 00:00:05.000 --> 00:00:08.000",
        line=number,
        column=1,
        length=len(line),
    )


def _json(text: str) -> Iterator[Cue]:
    cure = "export the transcript again as Podcasting 2.0 JSON, or as VTT"
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"the transcript is not sound JSON: {error.msg}"
        raise FormatError(message, cure, line=error.lineno, column=error.colno) from None
    except (ValueError, RecursionError):
        raise FormatError("the transcript is not sound JSON", cure) from None
    segments = data.get("segments") if isinstance(data, dict) else None
    if not isinstance(segments, list):
        raise FormatError('the transcript has no list called "segments"', cure)
    for number, segment in enumerate(segments, 1):
        yield _segment(segment, number)


def _segment(segment: object, number: int) -> Cue:
    fields = segment if isinstance(segment, dict) else {}
    body, speaker = fields.get("body"), fields.get("speaker") or ""
    start, end = fields.get("startTime"), fields.get("endTime")
    if not isinstance(body, str) or not isinstance(speaker, str):
        wrong = 'needs its words as "body" and, if any, a name as "speaker"'
    elif not _is_time(start) or not (end is None or _is_time(end)):
        wrong = 'needs "startTime" (and, if any, "endTime") as a number of seconds'
    elif end is not None and end < start:
        wrong = "ends before it starts"
    else:
        stop = None if end is None else round(float(end), 3)
        return Cue(round(float(start), 3), stop, _tidy(body), " ".join(_tidy(speaker).split()))
    raise FormatError(
        f"segment {number} of the transcript {wrong}",
        'a segment looks like this: {"startTime": 5.0, "endTime": 8.0, "body": "Welcome"}',
    )


def _is_time(value: object) -> TypeGuard[float]:
    # The comparison refuses NaN, infinity and numbers too big for a float as well.
    return isinstance(value, int | float) and value is not True and 0 <= value < _LONGEST
