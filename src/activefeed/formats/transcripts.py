"""Transcripts: VTT, SRT, Podcasting 2.0 JSON and plain text to cues, and back.

Never looks at the audio and never changes a word or a time.
"""

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from itertools import count, groupby, pairwise
from typing import Any

from activefeed.formats.chapters import npt, parse_time, seconds
from activefeed.model import Cue
from activefeed.problems import FormatError
from activefeed.wording import table

_ARROW = re.compile(r".*-->|\s*\d+:\d\d\S*\s*[-=\u2013\u2014]*[>\u2192]")  # also a wrong one
_ASIDE = re.compile(r"(?<=\n\n)(?:NOTE|STYLE|REGION)(?:[ \t].*)?(?:\n.+)*")
_HEADER = re.compile(r"WEBVTT(?=\s|$).*(?:\n(?!.*-->).+)*")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?(?:[ \t\n]+([^>]*))?>|</v>")
_TAG = re.compile(r"</?[A-Za-z][^>]*>|<\d[\d:.]*>")
_MARKUP = re.compile(rf"\{{\\[^}}]*\}}|{_TAG.pattern}")  # of SRT: {\an8} says where
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]+);")
_NAME = re.compile(r"([^\W\d_][\w.'\u2019-]*(?:[ ]+[\w.'\u2019-]+){0,2}):\s+(?=\S)")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LOOKALIKES = str.maketrans("<>\u2192{}", "\u2039\u203a\u203a()")
_TABLE = table(__file__)
# Ending → content type of what is published.
FORMS: Mapping[str, str] = _TABLE["forms"]


@cache
def parse(text: str, extension: str) -> tuple[Cue, ...]:
    """Return the cues of a transcript by its file's extension. Raises FormatError."""
    reader = {".vtt": _vtt, ".srt": _srt, ".json": _json, ".txt": _plain}.get(extension.lower())
    if not reader:
        raise _fault("unknown-kind", extension)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    cues = [cue for cue in reader(text) if cue.text] if text.strip() else []
    if not cues:
        raise _fault("no-words")
    return tuple(sorted(cues, key=lambda cue: cue.start or 0))


def _fault(kind: str, fact: object = "", **place: int) -> FormatError:
    message, fix = _TABLE[kind]
    return FormatError(message.format(fact), fix, **place)


def write(cues: Iterable[Cue], ending: str, duration: int) -> bytes:
    """Return cues in one of the forms, as a file."""
    if ending == ".txt":
        return write_text(cues).encode()
    writers = {".srt": write_srt, ".json": write_json, ".vtt": write_vtt}
    return writers[ending](cues, duration).encode()


def write_vtt(cues: Iterable[Cue], duration: int) -> str:
    """Return cues as WebVTT; text without times is one cue from 0 to the duration."""
    blocks = ["WEBVTT\n"]
    for start, end, said in _blocks(_tidied(cues), duration):
        blocks.append("\n".join([f"{npt(start)} --> {npt(end)}", *map(_voice, said), ""]))
    return "\n".join(blocks)


def write_srt(cues: Iterable[Cue], duration: int) -> str:
    """Return cues as SRT, with names where the speaker changes; see ``write_vtt``."""
    blocks = []
    for number, (start, end, said) in enumerate(_blocks(_tidied(cues, named=True), duration), 1):
        times, words = f"{npt(start)} --> {npt(end)}", "\n".join(cue.text for cue in said)
        blocks.append(f"{number}\n{times.replace('.', ',')}\n{_literal(words)}\n")
    return "\n".join(blocks)


def write_json(cues: Iterable[Cue], duration: int) -> str:
    """Return cues as Podcasting 2.0 JSON; each cue without times lasts from 0 to the duration."""
    parts = []
    for start, end, said in _blocks(_tidied(cues), duration):
        times = {"startTime": seconds(start), "endTime": seconds(end)}
        for cue in said:
            speaker = {"speaker": cue.speaker} if cue.speaker else {}
            parts.append({**times, "body": cue.text, **speaker})
    return json.dumps({"version": "1.0.0", "segments": parts}, ensure_ascii=False, indent=2) + "\n"


def write_text(cues: Iterable[Cue]) -> str:
    """Return cues as paragraphs, one for all that somebody says in a row, with names as in SRT."""
    named, each = _tidied(cues, named=True), count()
    # What has no times is in paragraphs already: a number of its own keeps each apart.
    paragraphs = groupby(named, lambda cue: next(each) if cue.start is None else cue.speaker)
    return "\n".join(" ".join(map(_flat, said)) + "\n" for _, said in paragraphs)


def _flat(cue: Cue) -> str:
    return cue.text if cue.start is None else cue.text.replace("\n", " ")


def _tidied(cues: Iterable[Cue], *, named: bool = False) -> Iterator[Cue]:
    """Yield the cues that hold words; named, the words begin with the speaker who is new."""
    last = ""
    for cue in cues:
        if text := _tidy(cue.text):
            speaker = " ".join(_tidy(cue.speaker).split())
            name = f"{speaker}: " if named and speaker not in {"", last} else ""
            yield Cue(cue.start, cue.end, name + text, speaker)
            last = speaker


def _blocks(cues: Iterable[Cue], duration: int) -> Iterator[tuple[float, float, list[Cue]]]:
    """Yield start, end and cues of all that is shown at one time."""
    said = list(cues)
    timed = [(cue.start, cue) for cue in said if cue.start is not None]
    for (start, cue), following in zip(timed, [*(s for s, _ in timed[1:]), duration], strict=False):
        # A cue must end after it starts, or players drop it.
        yield start, max(following if cue.end is None else cue.end, start + 0.001), [cue]
    if untimed := [cue for cue in said if cue.start is None]:
        yield 0, max(duration, 1), untimed


def _voice(cue: Cue) -> str:
    text, speaker = (html.escape(part, quote=False) for part in (cue.text, cue.speaker))
    text = _where_times_seem(text, "<c>{}</c>".format)  # a tag that says nothing
    return f"<v {speaker}>{text}</v>" if speaker else text


def _literal(text: str) -> str:
    """Return text for SRT, which knows no escapes: words in brackets would be lost as tags.

    What readers and players would take for a tag or for times gets brackets of another kind;
    all other ``<`` and ``>`` stay.
    """
    text = _MARKUP.sub(lambda tag: tag[0].translate(_LOOKALIKES), text)
    return _where_times_seem(text, lambda line: line.translate(_LOOKALIKES))


def _where_times_seem(text: str, change: Callable[[str], str]) -> str:
    """Change the lines that would be taken for times: ``10:30 → 11:00``, anything with ``-->``."""
    return "\n".join(change(line) if _ARROW.match(line) else line for line in text.split("\n"))


def _tidy(text: str) -> str:
    """Return text without blank lines (they would end a cue) and characters no file may hold."""
    lines = (line.strip() for line in _UNWRITABLE.sub("", text).replace("\r", "\n").split("\n"))
    return "\n".join(line for line in lines if line)


def _vtt(text: str) -> Iterator[Cue]:
    header = _HEADER.match(text)
    if not header:
        raise _fault("no-header", line=1)
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
    return (_said(_MARKUP.sub("", payload), start, end) for start, end, payload in _timed(text))


def _plain(text: str) -> Iterator[Cue]:
    return map(_said, re.split(r"\n\s*\n", text))


def _said(text: str, start: float | None = None, end: float | None = None) -> Cue:
    """Return ``Anna Bell: Welcome`` as a cue; without a speaker where it is no name."""
    text = _tidy(text)
    match = _NAME.match(text)
    if match and all(word[0].isupper() or word.isdigit() for word in match[1].split()):
        return Cue(start, end, text[match.end() :], " ".join(match[1].split()))
    return Cue(start, end, text)


def _timed(text: str) -> Iterator[tuple[float, float, str]]:
    """Return start, end and payload of each cue; all up to the next time belongs to a cue.

    Many programs leave empty lines inside a cue, and no word shall be lost.
    """
    lines = text.split("\n")
    starts = [number for number, line in enumerate(lines) if _ARROW.match(line)]
    for number, line in enumerate(lines[: max(0, starts[0] - 1) if starts else None], 1):
        if line.strip():
            raise _fault("no-time", line=number)
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
    raise _fault("bad-time", line.strip(), line=number, column=1, length=len(line))


def _json(text: str) -> Iterator[Cue]:
    try:
        segments: list[Any] = list(json.loads(text)["segments"])
    except (KeyError, RecursionError, TypeError, ValueError) as error:
        line, column = getattr(error, "lineno", 0), getattr(error, "colno", 0)
        raise _fault("no-segments", line=line, column=column) from None
    for number, segment in enumerate(segments, 1):
        try:
            start, end = float(segment["startTime"]), segment.get("endTime")
            end = None if end is None else round(float(end), 3)
            words, speaker = _tidy(segment["body"]), _tidy(segment.get("speaker") or "")
            # No recording lasts a million seconds.
            if not 0 <= start <= (start if end is None else end) < 1_000_000:
                raise ValueError
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
            raise _fault("bad-segment", number) from None
        yield Cue(round(start, 3), end, words, " ".join(speaker.split()))
