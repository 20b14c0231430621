"""What a run knows of passing time: given by the command line, so that tests can own it.

Never asks a clock itself.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """Two ways to deal with time."""

    monotonic: Callable[[], float]  # seconds since whenever; goes on while a machine sleeps
    sleep: Callable[[float], None]  # wait so many seconds
