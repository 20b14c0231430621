"""One publisher at a time, and no write over what somebody else wrote meanwhile.

A lease object with conditional writes where the store has them, proved by behaviour at each run;
else a queue of objects, which is advisory. Holds nothing of host or user: the target is public.
"""

import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Lock, Thread

from activefeed.clock import Clock
from activefeed.problems import ActivefeedError, Busy
from activefeed.publish.store import ConditionsUnsupported, PreconditionFailed, Store
from activefeed.tree import Artifact, Tier, artifact

KEY = "_activefeed/lease.json"
QUEUE = "_activefeed/leases/"  # one object for each that wants it, where conditions are not kept
_LOOK = 3.0  # seconds between two looks at somebody else's lease
_SETTLE = 1.5  # seconds until everybody who came first is seen: stores tell times in seconds


@dataclass(frozen=True, slots=True)
class Holder:
    """Who publishes, as far as the public may know."""

    token: str
    began: str  # instant by its own clock
    command: str
    silent: float  # seconds since it was last heard of, by the store's clock
    sign: str = ""  # another one with each sign of life

    def __str__(self) -> str:
        """Return who it is, for a person."""
        heard = f"last heard of {max(0, round(self.silent))} seconds ago"
        return f'"{self.command}" begun {self.began} (run {self.token}), {heard}'


@dataclass(frozen=True, slots=True)
class Terms:
    """How a run wants its lease."""

    command: str = "publish"
    began: str = ""
    wait: bool = False  # until whoever holds it is done
    take_over: Callable[[Holder], bool] = lambda _: False  # ends somebody else's, if it says so
    tell: Callable[[Holder], None] = lambda _: None  # hears once whom this run waits for
    ttl: float = 60.0  # seconds without a sign of life after which a lease is free


class Lease:
    """The right to publish to a target, as long as the ``with`` lasts. Raises Busy."""

    def __init__(self, store: Store, clock: Clock, terms: Terms | None = None) -> None:
        self.store, self.clock, self.terms = store, clock, terms or Terms()
        self.token = secrets.token_hex(4)
        self.proven = False  # conditional writes are kept here
        self._etag = ""
        self._lock = Lock()  # of the renewals
        self._done = Event()
        self._pulse = Thread(target=self._beat, daemon=True)
        self._place = f"{QUEUE}{self.token}.json"  # its time decides; never written again
        self._sign = f"{QUEUE}{self.token}.alive"

    def __enter__(self) -> "Lease":
        self._acquire()
        self._pulse.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._pulse.join()
        with suppress(ActivefeedError):  # whoever comes next sees that it is silent
            if not self.proven:
                self._leave(self.token)
            elif (found := self.store.get(KEY)) and _read(found[0], 0, "").token == self.token:
                self.store.delete(KEY)

    def put(self, one: Artifact, seen: str | None) -> str:
        """Write what is as it was seen (its etag; None: absent). Raises Busy."""
        if not self.proven:
            self.confirm()
            return self.store.put(one)
        try:
            return self.store.put(one, if_match=seen, if_absent=seen is None)
        except PreconditionFailed:
            head = self.store.head(one.path)
            if head and head.sha256 == one.sha256:  # our own: its first answer was lost
                return head.etag
            raise Busy.of("at-the-same-time", place=self.store.place) from None

    def confirm(self) -> None:
        """Make sure that the lease is still ours. Raises Busy."""
        with self._lock:
            if self.proven:
                self._etag = self.put(self._body(KEY), self._etag)
            elif rival := self._rival():
                raise self._busy(rival)

    def _beat(self) -> None:
        """Give a sign of life now and then; whether it was heard matters at ``confirm``."""
        while not self._done.wait(max(1.0, self.terms.ttl / 4)):
            with suppress(ActivefeedError):
                if self.proven:
                    self.confirm()
                else:
                    self.store.put(self._body(self._sign))

    def _acquire(self) -> None:
        before: Holder | None = None
        while holder := self._claim():
            if before is None:
                self.terms.tell(holder)
            elif before.sign != holder.sign and not self.terms.wait:
                raise self._busy(holder)
            before = holder
            self.clock.sleep(_LOOK)

    def _claim(self) -> Holder | None:
        """Take the lease, or return who has it."""
        try:
            self._etag = self.store.put(self._body(KEY), if_absent=True)
        except ConditionsUnsupported:
            return self._queue()
        except PreconditionFailed:
            return self._inherit()
        try:
            self.store.put(self._body(KEY), if_absent=True)  # it is there: must be refused
        except PreconditionFailed:
            self.proven = True
            return None
        self.store.delete(KEY)
        return self._queue()

    def _inherit(self) -> Holder | None:
        """Take over a lease that nobody needs any more, or return who has it."""
        found, age = self.store.get(KEY), self.store.age(KEY)
        if found is None or age is None:
            return self._claim()
        holder, self.proven = _read(found[0], age, found[1]), True
        if holder.token == self.token:  # our own: the first answer was lost
            self._etag = found[1]
            return None
        if age <= self.terms.ttl and not self.terms.take_over(holder):
            return holder
        try:
            self._etag = self.store.put(self._body(KEY), if_match=found[1])
        except PreconditionFailed:
            return self._claim()
        return None

    def _queue(self) -> Holder | None:
        """Take a place in the queue; return who comes before."""
        self.store.put(self._body(self._place))
        self.clock.sleep(_SETTLE)
        while (rival := self._rival()) and self.terms.take_over(rival):
            self._leave(rival.token)
        if rival:
            self._leave(self.token)
        return rival

    def _rival(self) -> Holder | None:
        """Return who comes before us in the queue and is alive; raises Busy if we are not in it."""
        there = self.store.list()
        places = [key for key in there if key.startswith(QUEUE) and key.endswith(".json")]
        for key in sorted(places, key=lambda place: (there[place].modified, place)):
            if key == self._place:
                return None
            token = key.removeprefix(QUEUE).removesuffix(".json")
            sign = f"{QUEUE}{token}.alive"
            signs = (self.store.age(key), self.store.age(sign))
            silent = min((age for age in signs if age is not None), default=self.terms.ttl + 1)
            if silent <= self.terms.ttl and (found := self.store.get(key)):
                return _read(found[0], silent, there[sign].etag if sign in there else "")
            self._leave(token)  # so that it knows, if it only slept
        raise Busy.of("taken-over", place=self.store.place)

    def _leave(self, token: str) -> None:
        for ending in (".json", ".alive"):
            self.store.delete(f"{QUEUE}{token}{ending}")

    def _busy(self, holder: Holder) -> Busy:
        return Busy.of("busy", place=self.store.place, holder=holder, ttl=self.terms.ttl)

    def _body(self, key: str) -> Artifact:
        # The last one makes each sign of life another object, whose etag is another.
        facts = {"token": self.token, "began": self.terms.began, "command": self.terms.command}
        text = json.dumps({**facts, "sign": secrets.token_hex(4)}, indent=1)
        return artifact(key, Tier.PAGE, text.encode())


def _read(body: bytes, silent: float, sign: str) -> Holder:
    try:
        data = json.loads(body)
        return Holder(str(data["token"]), str(data["began"]), str(data["command"]), silent, sign)
    except (ValueError, KeyError, TypeError):  # half a lease is somebody's too
        return Holder("unknown", "at an unknown time", "unknown", silent, sign)
