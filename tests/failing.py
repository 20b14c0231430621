"""A store in memory that fails as planned, before or after what was asked of it is done."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from memory import MemoryStore

from activefeed.problems import StoreError
from activefeed.publish.store import ConditionsUnsupported, Head, PreconditionFailed
from activefeed.tree import Artifact


@dataclass(frozen=True, slots=True)
class Faults:
    """Which operations of a run fail (from 0), and how."""

    at: frozenset[int] = frozenset()
    on: int = 10**9  # from here on all of them
    done: bool = False  # a write that fails is done all the same
    after: str = ""  # all of them after this key was written

    def hit(self, log: list[tuple[str, str, bool]]) -> bool:
        """Return whether the next operation fails."""
        written = bool(self.after) and ("put", self.after, False) in log
        return len(log) in self.at or len(log) >= self.on or written


NONE = Faults()


@dataclass(frozen=True, slots=True)
class FailingStore(MemoryStore):
    """A store whose operations fail as planned; ``log`` has all of them, those that failed too."""

    faults: Faults = field(default_factory=Faults)
    conditions: bool = True  # it keeps conditional writes
    unheard: frozenset[int] = frozenset()  # conditional writes that are repeated by the client
    log: list[tuple[str, str, bool]] = field(default_factory=list)  # what, key, whether it failed
    lock: Lock = field(default_factory=Lock)

    @property
    def sound(self) -> MemoryStore:
        """The same place without its faults."""
        return MemoryStore(self.objects, now=self.now)

    def list(self) -> dict[str, Head]:
        self._note("list", "")
        return self.sound.list()

    def get(self, key: str) -> tuple[bytes, str] | None:
        self._note("get", key)
        return self.sound.get(key)

    def head(self, key: str) -> Head | None:
        self._note("head", key)
        return self.sound.head(key)

    def put(
        self, artifact: Artifact, *, if_match: str | None = None, if_absent: bool = False
    ) -> str:
        conditional = if_absent or if_match is not None
        if conditional and not self.conditions:
            raise ConditionsUnsupported("not here")

        def write() -> str:
            return self.sound.put(artifact, if_match=if_match, if_absent=if_absent)

        if self.faults.done and self._fails():
            write()
        number = self._note("put", artifact.path)
        etag = write()
        if conditional and number in self.unheard:
            raise PreconditionFailed("repeated by the client after its answer was lost")
        return etag

    def delete(self, key: str) -> None:
        if self.faults.done and self._fails():
            self.sound.delete(key)
        self._note("delete", key)
        self.sound.delete(key)

    def age(self, key: str) -> float | None:
        self._note("age", key)
        return self.sound.age(key)

    def _fails(self) -> bool:
        return self.faults.hit(self.log)

    def _note(self, what: str, key: str) -> int:
        with self.lock:
            number, fails = len(self.log), self.faults.hit(self.log)
            self.log.append((what, key, fails))
        if fails:
            raise StoreError("the cable was pulled")
        return number
