"""What a place to publish to must be able to do, and the folder that can do it.

Never decides what is written: it keeps bytes under keys, whole or not at all. The other place, the
bucket, is in ``s3``.
"""

import errno
import hashlib
import os
import secrets
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import Protocol

from activefeed.problems import StoreError
from activefeed.tree import Artifact
from activefeed.wording import table

BLOCK = 1 << 20  # bytes read at a time


@dataclass(frozen=True, slots=True)
class Head:
    """What a store says of one object without its body; a listing may tell size and etag only."""

    size: int  # bytes
    etag: str  # version token without quotes; never a hash to compute
    headers: Mapping[str, str] = field(default_factory=dict)  # as stored; a folder stores none
    sha256: str = ""  # hex, as computed or as recorded at the upload; empty where unknown
    modified: float = field(default=0.0, compare=False)  # seconds, by the store's own clock

    def holds(self, size: int, sha256: str) -> bool:
        """Return whether these bytes are there, as far as can be known."""
        return self.size == size and self.sha256 in {"", sha256}


Listing = Mapping[str, Head]  # what is in a store, by key


class PreconditionFailed(StoreError):
    """The object is not as the caller expected; nothing was written.

    A retried write whose first answer was lost says this to its own success: read back, compare.
    """


class ConditionsUnsupported(StoreError):
    """The store refuses conditional writes."""


class Damaged(StoreError):
    """The store holds other bytes than were written; ``etag`` is that of what it holds."""

    def __init__(self, message: str, etag: str) -> None:
        super().__init__(message)
        self.etag = etag


class Store(Protocol):
    """A place to publish to: bytes under keys. Safe to use from several threads."""

    @property
    def workers(self) -> int:
        """How many requests at a time pay off."""

    @property
    def requests(self) -> int:
        """How many were made so far; a folder is not asked."""

    @property
    def place(self) -> str:
        """The place in words for messages: ``public/``, ``s3://bucket/prefix``."""

    def list(self) -> dict[str, Head]:
        """Return every key, in no order."""

    def get(self, key: str) -> tuple[bytes, str] | None:
        """Return the body and etag of a small object, or None where there is none.

        Raises Damaged where it is certain that these are not the bytes that were written.
        """

    def head(self, key: str) -> Head | None:
        """Return the facts of an object, or None where there is none."""

    def put(self, one: Artifact, *, if_match: str | None = None, if_absent: bool = False) -> str:
        """Write an object, on a condition if wanted, and return its new etag.

        Raises PreconditionFailed where the present etag is not ``if_match``, or where there is an
        object in spite of ``if_absent``; the old object is whole after every failure.
        """

    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is fine."""

    def age(self, key: str) -> float | None:
        """Return the seconds since an object was written, by the store's own clock."""

    def tidy(self, keys: Collection[str]) -> None:
        """Remove what writes of these keys that died have left behind."""


def blocks(artifact: Artifact, size: int = BLOCK) -> Iterator[bytes]:
    """Yield an artifact's body in blocks; raises StoreError where it is not what was hashed."""
    seen = hashlib.sha256()
    try:
        with artifact.open() as stream:
            while block := stream.read(size):
                seen.update(block)
                yield block
                del block  # else it would be kept while the next one is read
    except OSError as error:
        raise StoreError(f"cannot read the file for {artifact.path}: {error.strerror}") from error
    if seen.hexdigest() != artifact.sha256:
        raise StoreError.of("file-changed", key=artifact.path)


_TEMPORARY = ".activefeed-"  # how the names of half-written files begin
_CURES = table(__file__)  # by kind of error


@dataclass(frozen=True, slots=True)
class FolderStore:
    """A folder on this machine, made when it is first written to."""

    root: Path
    place: str  # as the author wrote it
    workers: int = 1
    requests: int = 0

    def list(self) -> dict[str, Head]:
        """Return every file by its path; links and half-written files are nobody's."""
        with self._plain("read", self.place):
            walk = os.walk(self.root, onerror=_fail) if self.root.exists() else ()
            files = [Path(folder, name) for folder, _, names in walk for name in names
                     if not name.startswith(_TEMPORARY)]  # fmt: skip
            ours = [path for path in files if path.is_file() and not path.is_symlink()]
            return {path.relative_to(self.root).as_posix(): _measure(path) for path in ours}

    def get(self, key: str) -> tuple[bytes, str] | None:
        """Return the bytes of a file and their etag."""
        with self._plain("read", key):
            if not (path := self._path(key)).is_file():
                return None
            body = path.read_bytes()
        return body, _etag(hashlib.sha256(body).hexdigest())

    def head(self, key: str) -> Head | None:
        """Return size, etag and hash of a file."""
        with self._plain("read", key):
            path = self._path(key)
            return _measure(path) if path.is_file() else None

    def put(self, one: Artifact, *, if_match: str | None = None, if_absent: bool = False) -> str:
        """Write a file beside its place and move it there when every byte is on the disk."""
        key, path = one.path, self._path(one.path)
        with self._plain("write", key):
            path.parent.mkdir(parents=True, exist_ok=True)
            half = path.with_name(_TEMPORARY + secrets.token_hex(8))
            try:
                with half.open("xb") as stream:
                    for block in blocks(one):
                        stream.write(block)
                    stream.flush()
                    os.fsync(stream.fileno())
                if if_absent:
                    self._create(half, key)
                else:  # as late as can be, but a file system cannot look and move in one step
                    self._expect(key, if_match)
                    half.replace(path)
            except BaseException:
                half.unlink(missing_ok=True)
                raise
        return _etag(one.sha256)

    def delete(self, key: str) -> None:
        """Remove a file, then the folders that it leaves empty."""
        with self._plain("delete", key):
            path = self._path(key)
            path.unlink(missing_ok=True)
            with suppress(OSError):  # the first folder that is not empty ends it
                for folder in path.relative_to(self.root).parents[:-1]:
                    (self.root / folder).rmdir()

    def age(self, key: str) -> float | None:
        """Return the age of a file by the clock of its file system, which may be another's."""
        if (head := self.head(key)) is None:
            return None
        here = self._plain("write to", self.place)
        with here, TemporaryFile(prefix=_TEMPORARY, dir=self.root) as new:
            return os.fstat(new.fileno()).st_mtime - head.modified

    def tidy(self, keys: Collection[str]) -> None:
        """Remove half-written files beside ours: elsewhere, somebody else may be at it."""
        with self._plain("tidy", self.place):
            for folder in {(self.root / key).parent for key in keys}:
                for half in folder.glob(f"{_TEMPORARY}*"):
                    half.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        """Return the file of a key; raises StoreError for one that leads out of the folder."""
        parts = key.split("/")
        odd = {"", ".", ".."} & {*parts} or any(part.startswith(_TEMPORARY) for part in parts)
        if odd or "\\" in key or "\0" in key:
            raise StoreError(f"{key!r} cannot be the path of a published file")
        full = self.root.resolve() / key
        if Path(os.path.realpath(full)) != full:
            raise StoreError.of("linked", key=key, place=self.place)
        return self.root / key

    def _create(self, half: Path, key: str) -> None:
        """Move a file to where none may be; two at once cannot both do it."""
        try:
            os.link(half, self._path(key))
        except OSError as error:  # not every file system knows a second name for a file
            if isinstance(error, FileExistsError) or self.head(key):
                raise PreconditionFailed(f"{key} is already in {self.place}") from None
            half.replace(self._path(key))
        half.unlink(missing_ok=True)

    def _expect(self, key: str, if_match: str | None) -> None:
        found = self.head(key) if if_match is not None else None
        if if_match != (found.etag if found else None):
            raise PreconditionFailed(f"{key} in {self.place} was changed by somebody else")

    @contextmanager
    def _plain(self, verb: str, what: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            where = what if what == self.place else f"{what} in {self.place}"
            cure = _CURES.get(errno.errorcode.get(error.errno or 0, ""), "")
            raise StoreError(f"cannot {verb} {where}: {error.strerror}", cure) from error


def _fail(error: OSError) -> None:
    raise error


def _measure(path: Path) -> Head:
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        modified = os.fstat(stream.fileno()).st_mtime
        return Head(stream.tell(), _etag(sha256), sha256=sha256, modified=modified)


def _etag(sha256: str) -> str:
    return sha256[:32]  # content decides, never a time
