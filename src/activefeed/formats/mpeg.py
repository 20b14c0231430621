"""The true length of an MPEG audio stream, counted frame by frame; and the index that some lack.

Never believes a header that promises a length, and knows of tags only how long they are.
"""

import mmap
import re
from bisect import bisect_left
from functools import lru_cache
from itertools import pairwise

from activefeed.problems import FormatError
from activefeed.wording import table

# The four kinds of a frame header's second byte that name a version and a layer; the third byte
# without the bit rates "free" and "bad" and without the reserved sample rate.
_SECOND = rb"[\xe2-\xe7\xf2-\xf7\xfa-\xff]"
_RATED = b"[%s]" % re.escape(bytes(b for b in range(0x10, 0xF0) if b & 12 != 12))
_HEADER = re.compile(rb"\xff" + _SECOND + _RATED, re.DOTALL)
_FREE = re.compile(rb"\xff" + _SECOND + rb"[\x00-\x0b]")
_CANDIDATE = re.compile(rb"\xff(?=%s%s)|ID3(?=[\x02-\x04])|APETAGEX" % (_SECOND, _RATED), re.DOTALL)
_PROMISE = re.compile(rb"(?:Xing|Info)...(.)(....)|VBRI.{10}(....)", re.DOTALL)

_SLOWER = {3: 1, 2: 2, 0: 4}  # version → divisor: MPEG 1, 2, 2.5
_BIT_RATES = table(__file__)
_DONE: int | None = getattr(mmap, "MADV_DONTNEED", None)  # Windows has none
_RELEASED = 8 << 20  # bytes that were walked and are given back


@lru_cache(4096)
def _measure(head: bytes) -> tuple[int, float]:
    """Return bytes and seconds of a frame by three bytes of header; (0, 0.0) for anything else."""
    if not _HEADER.fullmatch(head):
        return 0, 0.0
    version, layer, padding = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 1 & 1
    rate = (44100, 48000, 32000)[head[2] >> 2 & 3] // _SLOWER[version]
    rates = _BIT_RATES["mpeg1" if version == 3 else "mpeg2"]
    bits = 1000 * rates[f"layer{4 - layer}"][head[2] >> 4]
    if layer == 3:
        return (12 * bits // rate + padding) * 4, 384 / rate
    samples = 1152 if layer == 2 or version == 3 else 576
    return samples * bits // (8 * rate) + padding, samples / rate


def walk(data: mmap.mmap, start: int) -> tuple[float, list[str]]:
    """Return the seconds of sound from a position on, and what is odd. Raises FormatError."""
    first = _next(data, start)
    # A free format stream has no ordinary frame near its start.
    if first > start + 4096 and _FREE.match(data[start : start + 3]):
        raise FormatError.of("free-format")
    promised, begin = _promise(data, first)
    seconds, sound, skipped, _end = _count(data, begin, len(data))
    skipped += first - start
    if not sound:
        raise FormatError.of("not-audio")
    if skipped > sound:
        raise FormatError.of("damaged-sound")
    notes = []
    if skipped > 4096:
        notes.append(f"{skipped:,} bytes of the file are not sound")
    if promised and abs(promised - seconds) > 1:
        lengths = f"{promised:.0f} seconds long, but it holds {seconds:.0f}"
        notes.append(f"the file says that it is {lengths}: was it joined or cut off?")
    return seconds, notes


def indexed(data: mmap.mmap, sound: range) -> tuple[bytes | range, ...]:
    """Return the sound of a file, with an index before it if its bit rate varies and it has none.

    An index is a silent frame that says how long the sound is and where each hundredth of it lies.
    """
    first = _next(data, sound.start)
    head = data[first : first + 4]
    size, length = _measure(head[:3])
    if not size or head[1] & 6 != 2 or _promise(data, first)[1] > first or len(data) >> 32:
        return (sound,)
    silence, place = _silence(head)
    total = len(silence) + len(range(first, sound.stop))
    # The index divides bytes by 256: when each part begins is all that it can tell.
    times, pos, seconds, varies = [], first, 0.0, False
    for part in range(1, 257):
        times.append(seconds)
        heard, filled, _skipped, pos = _count(data, pos, first - len(silence) + total * part // 256)
        seconds += heard
        frames = round(heard / length)
        varies |= not 0 <= filled - frames * (size - (head[2] >> 1 & 1)) <= frames  # one may pad
        if total > _RELEASED and _DONE is not None:
            data.madvise(_DONE)
    if not varies:
        return (sound,)
    nearest = [(one + other) / 2 for one, other in pairwise(times)]
    counts = round(seconds / length).to_bytes(4, "big") + total.to_bytes(4, "big")
    places = bytes(bisect_left(nearest, seconds * n / 100) for n in range(100))
    index = silence[:place] + b"Xing\0\0\0\7" + counts + places
    index = index.ljust(len(silence), b"\0")
    return tuple(filter(len, (range(sound.start, first), index, range(first, sound.stop))))


def _silence(head: bytes) -> tuple[bytes, int]:
    """Return the smallest silent frame like another that has room for an index, and its place."""
    place = (13, 21, 36)[(head[1] & 24 == 24) + (head[3] < 0xC0)]  # MPEG 1 and stereo need more
    rates = (rate << 4 | head[2] & 12 for rate in range(1, 15))
    starts = (bytes((255, head[1] | 1, rate, head[3] & 0xC0)) for rate in rates)
    frames = (start.ljust(_measure(start[:3])[0], b"\0") for start in starts)
    # 156 bytes have an index and LAME's part, which apps read whether it is there or not.
    return next(frame for frame in frames if len(frame) >= place + 156), place


def _count(data: mmap.mmap, pos: int, end: int) -> tuple[float, int, int, int]:
    """Return seconds and bytes of the frames up to an end, bytes skipped, and where it stopped.

    What is skipped is neither frame nor tag; the last frame may reach beyond the end.
    """
    seconds, size, length, sound, skipped, released = 0.0, 0, 0.0, 0, 0, pos
    while pos < end:
        if pos - released > _RELEASED and _DONE is not None:  # else all of it stays in memory
            data.madvise(_DONE)
            released = pos
        size, length = _measure(data[pos : pos + 3])
        if size:
            seconds += length
            sound += size
            pos += size
        elif tag := tag_size(data, pos):
            pos += tag
        else:
            found = _next(data, pos)
            skipped += found - pos
            pos = found
    if pos > len(data):  # the last frame is cut: nobody can play it
        seconds, sound = seconds - length, sound - size
        skipped += len(data) - (pos - size)
    return seconds, sound, skipped, pos


def past_tags(data: mmap.mmap, at: int) -> int:
    """Return where whatever follows the tags at a position begins."""
    while size := tag_size(data, at):
        at += size
    return at


def tag_size(data: mmap.mmap, at: int) -> int:
    """Return the length of the ID3 or APE tag at a position, 0 where none begins."""
    head = data[at : at + 32]
    size = 0
    if re.match(rb"ID3[\x02-\x04].{2}[\x00-\x7f]{4}", head, re.DOTALL):
        size = 20 if head[5] & 0x10 else 10  # with a footer
        size += head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
    elif head.startswith(b"TAG"):
        size = 128
    elif head.startswith(b"APETAGEX") and len(head) == 32:
        size = 32 + (int.from_bytes(head[12:16], "little") if head[23] & 0x20 else 0)
    return size if at + size <= len(data) else 0


def _next(data: mmap.mmap, pos: int) -> int:
    """Return where the next frame or tag begins; the end of the data where there is none."""
    for candidate in _CANDIDATE.finditer(data, pos):
        at = candidate.start()
        if tag_size(data, at) or _chained(data, at):
            return at
    return len(data)


def _chained(data: mmap.mmap, at: int) -> bool:
    """Whether two frames of the same kind follow, or the end or a tag comes first."""
    first = data[at : at + 3]
    for _ in range(3):
        head = data[at : at + 3]
        size, _length = _measure(head)
        if not size or (head[1] ^ first[1]) & 0xFE or (head[2] ^ first[2]) & 0x0C:
            return False
        at += size
        if at == len(data) or tag_size(data, at):
            return True
    return True


def _promise(data: mmap.mmap, first: int) -> tuple[float | None, int]:
    """Return the length that a first frame without sound promises, and where sound begins."""
    size, length = _measure(data[first : first + 3])
    found = _PROMISE.search(data[first : first + min(size, 64)], 4)
    if not found:
        return None, first
    flags, xing, vbri = found.groups()
    count = int.from_bytes(vbri or (xing if flags[0] & 1 else b""), "big")
    return count * length if count else None, first + size
