"""Plans of what fails when, for ``Proxy.fault``; to run something only, also ``Proxy.after``.

Each counts the requests from 1, in the order of their arrival, and what it ordered.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable

from proxy import FAULTS, Seen

ANY = ("request", "reset-before", "503", "500", "answer", "reset-after", "slow")
WITH_BODY = ("reset-body", "flip-up")
WITH_ANSWER = ("half", "flip-down")  # only where the answer has a body
assert {*ANY, *WITH_BODY, *WITH_ANSWER} == FAULTS


class Plan:
    """Says of each request how it fails; safe to use from several threads."""

    def __init__(
        self, choose: Callable[[int, Seen], str], when: int = 0, hook: Callable[[], object] = int
    ) -> None:
        self.number = 0  # of the latest request
        self.counts: Counter[str] = Counter()  # by fault
        self._choose, self._when, self._hook = choose, when, hook
        self._lock = threading.Lock()

    def __call__(self, seen: Seen) -> str:
        with self._lock:
            self.number = number = self.number + 1
            if fault := self._choose(number, seen):
                self.counts[fault] += 1
        if number == self._when:
            self._hook()  # others need not wait for it
        return fault


def at(number: int, fault: str = "", hook: Callable[[], object] = int) -> Plan:
    """Return a plan by which one request fails; the hook is run first."""
    _check(fault)
    return Plan(lambda now, seen: fault if now == number else "", number, hook)


def cut(after: int, fault: str = "reset-before", hook: Callable[[], object] = int) -> Plan:
    """Return a plan by which the network is gone after a request; the hook is run once, then."""
    _check(fault)
    return Plan(lambda now, seen: fault if now > after else "", after + 1, hook)


def mixed(seed: int, rate: float = 0.1) -> Plan:
    """Return a plan of all faults by chance, each where it can be.

    One of the first six bodies of uploads and listings is damaged in any case, or, if there are
    fewer, the first one after the fifteenth request.
    """
    chance = random.Random(seed)
    due = chance.randint(1, 6)
    bodies = 0
    damaged = False

    def choose(number: int, seen: Seen) -> str:
        nonlocal bodies, damaged
        answers = seen.method in {"GET", "POST"}
        # That of an object may be empty.
        certain = seen.length > 0 or seen.method == "POST" or "list-type" in seen.query
        bodies += certain
        kinds = ANY + WITH_BODY * (seen.length > 0) + WITH_ANSWER * answers
        fault = chance.choice(kinds) if chance.random() < rate else ""
        if certain and not damaged and (bodies >= due or number > 15):
            fault = "flip-up" if seen.length else "flip-down"
        damaged |= certain and fault.startswith("flip")
        return fault

    return Plan(choose)


def _check(fault: str) -> None:
    if fault and fault not in FAULTS:
        raise ValueError(f"{fault!r} is no fault")
