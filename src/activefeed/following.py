"""A feed wherever it lies, an address or a file, with the older documents that it leads to.

Reads, asks and joins; what a document says is understood by those who want it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin

from activefeed import fetch
from activefeed.formats import telling
from activefeed.formats.telling import Telling, Told
from activefeed.problems import FormatError, UsageError

LARGEST = 32 << 20  # bytes of one document
_DOCUMENTS = 1000  # of one feed: nobody's archives are longer

Read = Callable[[bytes], Telling]


def feed_at(where: str) -> Telling:
    """Return the feed of an address or a file. Raises UsageError where there is none."""
    return next(documents(where, telling.outline))


def whole(documents: Iterable[Telling]) -> Telling:
    """Return what all documents of a feed tell, the newest first: their items may overlap."""
    every, items, known = [*documents], list[Told](), set[str]()
    for document in every:
        guids = [one.said("guid") or repr(one) for one in document.items]
        items += [one for guid, one in zip(guids, document.items, strict=True) if guid not in known]
        known.update(guids)
    unread = sum((Counter(one.unread) for one in every), Counter[str]())
    troubles = tuple(dict.fromkeys(words for one in every for words in one.troubles))
    return replace(every[0], items=tuple(items), unread=unread, troubles=troubles)


def documents(where: str, read: Read, trust: fetch.Trust = None) -> Iterator[Telling]:
    """Yield a feed and what it leads to, the newest first (RFC 5005). Raises as ``feed_at``."""
    seen = set[str]()
    while where not in seen and len(seen) < _DOCUMENTS:
        seen.add(where)
        yield (document := _read_at(where, read, trust))
        if not document.older:
            break
        if "://" in where:
            where = urljoin(where, document.older)
        else:  # the archives of a feed on disk lie in the same folder
            where = str(Path(where).with_name(document.older.rpartition("/")[2]))


def _read_at(where: str, read: Read, trust: fetch.Trust) -> Telling:
    """Return what lies at an address or in a file, read. Raises UsageError where it cannot be."""
    try:
        if "://" not in where:
            return read(Path(where).read_bytes())
        answer = fetch.body_of(where, LARGEST, trust)
        if answer.status == 200:
            return read(answer.body)
    except FormatError as error:
        raise UsageError(f"{where}: {error.message}", error.fix) from error
    trouble = f"answered {answer.status}" if answer.status else f"no answer ({answer.trouble})"
    raise UsageError.of("no-feed", where=where, said=trouble)
