"""How long the sound in an M4A, WAV, FLAC or Ogg file is, with proof that the file is whole.

Never estimates: what cannot be known is raised as LengthError. Reads no tags.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from mmap import mmap
from typing import NamedTuple

DAMAGED = "the audio file is damaged, cut off or was never finished"
COPY = "ffmpeg -i {} -c copy {}"
TO_MP3 = ("ffmpeg -i {} -vn -b:a 128k {}", ".mp3")  # which every app plays


class LengthError(Exception):
    """Sound of unknown length, or none; with the command that makes a good file of it."""

    def __init__(self, message: str, command: str = COPY, extension: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.command = command  # {} for the old and for the new file; empty: nothing helps
        self.extension = extension  # of the new file; empty: that of its kind


class _Box(NamedTuple):
    name: bytes
    start: int  # of its content
    stop: int


def _boxes(data: mmap, start: int, stop: int) -> Iterator[_Box]:
    while start + 8 <= stop:
        size, begin = int.from_bytes(data[start : start + 4], "big"), start + 8
        if size == 1:
            size, begin = int.from_bytes(data[start + 8 : start + 16], "big"), start + 16
        if start + size < begin:  # "up to the end of the file", or nonsense: nothing to rely on
            size = len(data) + 1
        yield _Box(data[start + 4 : start + 8], begin, start + size)
        start += size


def _inside(data: mmap, box: _Box, *names: bytes) -> _Box:
    """Return the first box on a path below another; an empty one where there is none."""
    for name in names:
        empty = _Box(name, box.stop, box.stop)
        box = next((b for b in _boxes(data, box.start, box.stop) if b.name == name), empty)
    return box


def mp4_seconds(data: mmap) -> float:
    """Return the length of an M4A file."""
    top = list(_boxes(data, 0, len(data)))
    moov = next((box for box in top if box.name == b"moov"), None)
    if not moov:  # it is written last: nothing can be saved
        raise LengthError(DAMAGED, command="")
    if top[-1].stop > len(data):
        raise LengthError(DAMAGED)
    parts = list(_boxes(data, moov.start, moov.stop))
    if any(box.name in {b"moof", b"mvex"} for box in (*top, *parts)):
        raise LengthError("this M4A is cut into fragments and does not say how long it is")
    tracks = {_track_kind(data, box): box for box in reversed(parts) if box.name == b"trak"}
    if b"soun" not in tracks:
        raise LengthError("there is no sound in this file", command="")
    if b"vide" in tracks:
        raise LengthError("this is a video, not audio", "ffmpeg -i {} -vn -c copy {}")
    shown = _mp4_length(data, _inside(data, moov, b"mvhd"))
    if abs(shown - _mp4_length(data, _inside(data, tracks[b"soun"], b"mdia", b"mdhd"))) > 0.5:
        raise LengthError(
            "this M4A gives two different lengths: it was shortened without being saved anew",
            "ffmpeg -i {} -vn -c:a aac -b:a 128k {}",
        )
    return shown


def _track_kind(data: mmap, track: _Box) -> bytes:
    entry = _inside(data, track, b"mdia", b"minf", b"stbl", b"stsd").start + 12
    if data[entry : entry + 4] in {b"jpeg", b"png "}:  # pictures of chapters
        return b"still"
    handler = _inside(data, track, b"mdia", b"hdlr").start + 8
    return data[handler : handler + 4]


def _mp4_length(data: mmap, header: _Box) -> float:
    form = ">4x16xIQ" if data[header.start : header.start + 1] == b"\1" else ">4x8xII"
    content = data[header.start : header.stop][: struct.calcsize(form)]
    scale, length = struct.unpack(form, content.ljust(struct.calcsize(form), b"\0"))
    return float(length / scale) if scale else 0.0


def wav_seconds(data: mmap) -> float:
    """Return the length of a WAV file."""
    at = 12
    chunks: dict[bytes, tuple[int, int]] = {}
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        chunks.setdefault(data[at : at + 4], (at + 8, size))
        at += 8 + size + size % 2
    begin, length = chunks.get(b"fmt ", (0, 0))
    if at > len(data) + 1 or length < 16 or b"data" not in chunks:
        raise LengthError(DAMAGED)
    form, _channels, rate, _bytes, block = struct.unpack("<HHIIH", data[begin : begin + 14])
    if form == 0xFFFE:  # the true form stands further down
        form = int.from_bytes(data[begin + 24 : begin + 26], "little")
    if form not in {1, 3, 6, 7} or not rate or not block:  # PCM, float, A-law, µ-law
        raise LengthError("this WAV file is compressed", *TO_MP3)
    return float(chunks[b"data"][1] / block / rate)


_FLAC_FRAME = re.compile(rb"\xff(?=[\xf8\xf9])")
_TAIL = 1 << 16  # room for tags behind the last frame


def flac_seconds(data: mmap, start: int) -> float:
    """Return the length of a FLAC file whose last frame is the one that its header promises."""
    info = data[start + 8 : start + 42].ljust(34, b"\0")
    block, longest = int.from_bytes(info[2:4], "big"), int.from_bytes(info[7:10], "big")
    rate, total = int.from_bytes(info[10:13], "big") >> 4, int.from_bytes(info[13:18], "big")
    total &= (1 << 36) - 1
    if not total:
        raise LengthError("this FLAC does not say how long it is", "ffmpeg -i {} -vn -c:a flac {}")
    tail = data[-_TAIL - (longest or 16 * _TAIL) :]
    for found in _FLAC_FRAME.finditer(tail):
        if _flac_frame_end(tail[found.start() : found.start() + 16], block) == total:
            return float(total / rate) if rate else 0.0
    raise LengthError(DAMAGED, "ffmpeg -i {} -vn -c:a flac {}")


def _flac_frame_end(head: bytes, block: int) -> int:
    """Return how many samples the stream has up to the end of a frame, by the frame's header."""
    if len(head) < 16:
        return 0
    ones = 8 - (head[4] ^ 0xFF).bit_length()  # the number is written as in UTF-8
    after = 4 + max(1, ones)
    number = head[4] & 0x7F >> ones
    for byte in head[5:after]:
        number = number << 6 | byte & 0x3F
    code = head[2] >> 4
    if code in {6, 7}:
        size = int.from_bytes(head[after : after + code - 5], "big") + 1
    else:
        size = 192 if code == 1 else 256 << code - 8 if code >= 8 else 576 << max(0, code - 2)
    return size + (number if head[1] & 1 else number * block)


class _Page(NamedTuple):
    first: bool  # of its stream
    serial: bytes
    position: int  # samples up to its end; -1 where no packet ends on it
    packets: int  # that end on it
    start: int  # of its content
    stop: int


def _pages(data: mmap) -> Iterator[_Page]:
    at = 0
    while data[at : at + 4] == b"OggS":
        head = data[at : at + 27].ljust(27, b"\0")
        laces = data[at + 27 : at + 27 + head[26]]
        position = int.from_bytes(head[6:14], "little", signed=True)
        start = at + 27 + len(laces)
        at = start + sum(laces)
        packets = len(laces) - laces.count(255)
        yield _Page(bool(head[5] & 2), head[14:18], position, packets, start, at)


def ogg_seconds(data: mmap) -> float:
    """Return the length of an Ogg file with one stream of sound."""
    pages = _pages(data)
    page = next(pages)
    head, serial = data[page.start : page.start + 48].ljust(48, b"\0"), page.serial
    rate, skip, longest = _ogg_codec(head)
    end = packets = 0
    for page in pages:
        if page.first or page.serial != serial:
            raise LengthError("several Ogg recordings are joined in it", *TO_MP3)
        packets += page.packets
        if page.position >= 0:
            if not end <= page.position <= end + packets * longest:
                raise LengthError(DAMAGED, *TO_MP3)  # pages are missing
            end, packets = page.position, 0
    if page.stop != len(data):
        raise LengthError(DAMAGED)
    return (end - skip) / rate if rate else 0.0


def _ogg_codec(head: bytes) -> tuple[int, int, int]:
    """Return the sample rate, samples to skip, and the most samples in one packet."""
    if head.startswith(b"OpusHead"):
        return 48000, int.from_bytes(head[10:12], "little"), 5760
    if head.startswith(b"\x01vorbis"):
        return int.from_bytes(head[12:16], "little"), 0, 8192
    if head.startswith(b"\x7fFLAC"):
        return int.from_bytes(head[27:30], "big") >> 4, 0, 65535
    raise LengthError("this Ogg file holds something else than Opus, Vorbis or FLAC", *TO_MP3)
