"""A store in memory: the contract at its plainest. Stores that share ``objects`` are one place."""

from __future__ import annotations

from collections.abc import Callable, Collection, MutableMapping
from dataclasses import dataclass, field

from activefeed.publish.store import Head, PreconditionFailed, blocks
from activefeed.tree import Artifact


@dataclass(frozen=True, slots=True)
class MemoryStore:
    """Artifacts under their keys; the etag is part of the hash, as it is for a folder."""

    objects: MutableMapping[str, tuple[bytes, Head]] = field(default_factory=dict)
    prefix: str = ""
    place: str = "memory"
    workers: int = 1
    requests: int = 0
    now: Callable[[], float] = lambda: 0.0  # seconds; by which objects get old

    def list(self) -> dict[str, Head]:
        below = f"{self.prefix}/" if self.prefix else ""
        return {
            key.removeprefix(below): Head(head.size, head.etag, modified=head.modified)
            for key, (_, head) in self.objects.items()
            if key.startswith(below)
        }

    def get(self, key: str) -> tuple[bytes, str] | None:
        found = self.objects.get(self._full(key))
        return (found[0], found[1].etag) if found else None

    def head(self, key: str) -> Head | None:
        found = self.objects.get(self._full(key))
        return found[1] if found else None

    def put(
        self, artifact: Artifact, *, if_match: str | None = None, if_absent: bool = False
    ) -> str:
        body = b"".join(blocks(artifact))
        found = self.head(artifact.path)
        etag = found.etag if found else None
        if (if_absent and found) or (if_match is not None and if_match != etag):
            raise PreconditionFailed(f"{artifact.path} was changed by somebody else")
        etag, now = artifact.sha256[:32], self.now()
        head = Head(len(body), etag, artifact.headers, artifact.sha256, now)
        self.objects[self._full(artifact.path)] = (body, head)
        return head.etag

    def delete(self, key: str) -> None:
        self.objects.pop(self._full(key), None)

    def age(self, key: str) -> float | None:
        found = self.head(key)
        return self.now() - found.modified if found else None

    def tidy(self, keys: Collection[str]) -> None:
        """Nothing is ever half-written here."""

    def _full(self, key: str) -> str:
        return f"{self.prefix}/{key}" if self.prefix else key
