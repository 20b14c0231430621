"""A person at a terminal, who starts the command line, types answers and reads the screen."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pexpect

PROMPT = r"(?:\n|\] )> "  # what stands before the place of an answer, not within one
ENTER = ""


class Typist:
    """Runs ``python -m activefeed`` in a terminal of 100 columns, in a folder."""

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        surroundings = {**os.environ, "TZ": "Europe/Berlin", "LC_ALL": "de_AT.UTF-8", **environment}
        self._process = pexpect.spawn(
            sys.executable, ["-m", "activefeed", *arguments], cwd=str(folder), encoding="utf-8",
            env=surroundings, dimensions=(40, 100), timeout=30,
        )  # fmt: skip
        self.screen = ""  # all that was seen so far, what was typed included

    def sees(self, text: str) -> str:
        """Wait for a text; return what came before it."""
        self._process.expect_exact(text)
        return self._seen()

    def _seen(self) -> str:
        before = str(self._process.before)
        self.screen += before + str(self._process.after)
        return before

    def _is_asked(self) -> None:
        self._process.expect(PROMPT)
        self._seen()

    def types(self, *answers: str) -> None:
        """Answer one prompt after the other."""
        for answer in answers:
            self._is_asked()
            self._process.sendline(answer)

    def interrupts(self) -> None:
        """Press Ctrl+C at a prompt."""
        self._is_asked()
        self._process.sendintr()

    def hangs_up(self) -> None:
        """Press Ctrl+D at a prompt."""
        self._is_asked()
        self._process.sendeof()

    def leaves(self) -> int:
        """Wait for the end, and return the exit code."""
        self._process.expect(pexpect.EOF)
        self.screen += str(self._process.before)
        self._process.close()
        assert self._process.exitstatus is not None, f"ended by signal {self._process.signalstatus}"
        return int(self._process.exitstatus)
