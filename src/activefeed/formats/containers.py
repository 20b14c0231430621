"""Whether an M4A, WAV, FLAC or Ogg file is whole, so that its word on its length can be taken.

Never estimates: what cannot be known is raised as FormatError, which has a cure of its own only
where no program can mend the file. Reads no tags.
"""

import re
import struct
from collections.abc import Iterator
from mmap import mmap

from activefeed.problems import FormatError


def boxes(data: mmap, at: int, end: int) -> Iterator[tuple[bytes, range]]:
    """Yield names and places of an M4A's boxes; a last one that is cut reaches beyond the end."""
    while at + 8 <= end:
        size, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        size = int.from_bytes(data[at + 8 : at + 16], "big") if size == 1 else size
        # A size of 0 is "up to the end of the file": nothing to rely on.
        yield name, range(at, at := at + (size if size >= 8 else end + 1))


def mp4_seconds(data: mmap) -> float:
    """Return the length of an M4A file by its movie header."""
    found = [*boxes(data, 0, len(data))]
    places = dict(reversed(found))  # of several, the first
    if b"moov" not in places:  # it is written last: nothing can be saved
        raise FormatError.of("damaged-sound:lost")
    if found[-1][1].stop > len(data):
        raise FormatError.of("damaged-sound")
    if b"moof" in places:
        raise FormatError.of("fragments")
    movie = data[places[b"moov"].start : places[b"moov"].stop]
    if not re.search(rb"hdlr.{8}soun", movie, re.DOTALL):
        raise FormatError.of("no-sound")
    # Pictures of chapters are a track as well, but of JPEG or PNG.
    if re.search(rb"stsd.{12}(?:avc|hvc|hev|mp4v|vp0|av01)", movie, re.DOTALL):
        raise FormatError.of("video")
    if (at := movie.find(b"mvhd") + 4) < 4:
        raise FormatError.of("damaged-sound")
    form = ">4x16xIQ" if movie[at] == 1 else ">4x8xII"
    scale, length = struct.unpack_from(form, movie.ljust(at + 32), at)
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
        raise FormatError.of("damaged-sound")
    form, _channels, rate, _bytes, block = struct.unpack_from("<HHIIH", data, begin)
    if form == 0xFFFE:  # the true form stands further down
        form = int.from_bytes(data[begin + 24 : begin + 26], "little")
    if form not in {1, 3, 6, 7} or not rate or not block:  # PCM, float, A-law, µ-law
        raise FormatError.of("compressed-wav")
    return float(chunks[b"data"][1] / block / rate)


def check_flac(data: mmap, samples: int, block: int, longest: int) -> None:
    """Refuse a FLAC file without the last of its frames, by samples in all and in a frame.

    ``longest`` is the most bytes of a frame, or 0.
    """
    if not samples or not block:
        raise FormatError.of("endless-flac")
    # A frame's header has its number, written as in UTF-8; tags may stand behind the last one.
    last = min((samples - 1) // block, 0x10FFFF)
    header = rb"\xff\xf8.." + re.escape(chr(last).encode("utf-8", "surrogatepass"))
    if not re.search(header, data[-(longest or 1 << 20) - (1 << 16) :], re.DOTALL):
        raise FormatError.of("damaged-sound")


def check_ogg(data: mmap) -> None:
    """Refuse an Ogg file that is not one stream of whole pages."""
    at, serial = 0, data[14:18]
    while len(head := data[at : at + 27]) == 27 and head.startswith(b"OggS"):
        if head[14:18] != serial or (at and head[5] & 2):  # another one begins
            raise FormatError.of("joined-ogg")
        sizes = data[at + 27 : at + 27 + head[26]]
        at += 27 + len(sizes) + sum(sizes)
    if at != len(data):
        raise FormatError.of("damaged-sound")
