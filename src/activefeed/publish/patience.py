"""One back-off for all workers of a run: a store that asks for time gets it from everybody.

Counts the requests on the way; never decides which failures deserve another attempt.
"""

from threading import Lock

from activefeed.clock import Clock

PAUSES = (0.3, 0.6, 1.2, 2.4, 4.8)  # seconds before the second, third … attempt


class Patience:
    """Shared by the threads of one run."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._until = 0.0
        self.requests = 0  # so far

    def wait(self) -> None:
        """Wait until the store wants to be asked again; called once before each request."""
        while (left := self._until - self._clock.monotonic()) > 0:
            self._clock.sleep(left)
        with self._lock:
            self.requests += 1

    def slow(self, seconds: float) -> None:
        """Let everybody wait so long from now on."""
        with self._lock:
            self._until = max(self._until, self._clock.monotonic() + seconds)
