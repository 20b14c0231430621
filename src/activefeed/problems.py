"""Mistakes as values: where, what, and the cure; and the one family of exceptions.

Knows nothing of files on disk and never prints: ``console`` writes what is collected here.
"""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Self

from activefeed.wording import said

# Where more is said, by the title of a page in docs/pages: the files are not on every machine.
MANUAL = 'see the page "{}" of the manual'


class Exit(IntEnum):
    """The exit codes of the command line; they are a promise (README)."""

    DONE = 0
    CONTENT = 1  # problems in the author's files
    USAGE = 2
    STORE = 3  # storage or network
    LOGIN = 4
    ANSWER = 5  # a question that nobody was there to answer
    REFUSED = 6  # by the guard
    BUSY = 7  # somebody else is publishing
    CHANGES = 10  # only with --dry-run --exit-code
    OURS = 70  # a mistake of activefeed's own
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Location:
    """A place in one of the author's files."""

    file: str  # POSIX path relative to the site
    line: int = 0  # from 1; 0 means the file as a whole
    column: int = 0  # from 1, in characters; 0 means the whole line
    length: int = 1  # characters to underline
    text: str = ""  # the source line, for the excerpt

    def __str__(self) -> str:
        """Return ``file``, ``file:line`` or ``file:line:column``."""
        return ":".join([self.file, *(str(n) for n in (self.line, self.column) if n)])


@dataclass(frozen=True, slots=True)
class SourceText:
    """The text of one file, to make locations with their source line."""

    file: str  # POSIX path relative to the site
    text: str

    def at(self, line: int, column: int = 0, length: int = 1) -> Location:
        """Return the location of a line and column (both from 1)."""
        lines = self.text.split("\n")
        text = lines[line - 1].rstrip("\r") if 0 < line <= len(lines) else ""
        return Location(self.file, line, column, max(1, length), text)

    def span(self, start: int, end: int) -> Location:
        """Return the location of the characters from one to another (both from 0), on one line."""
        before = self.text[:start].split("\n")
        return self.at(len(before), len(before[-1]) + 1, end - start)

    def find(self, needle: str, start_line: int = 1) -> Location:
        """Return the location of the first occurrence of a text, else of the file."""
        for number, line in enumerate(self.text.split("\n")[start_line - 1 :], start_line):
            if (column := line.find(needle)) >= 0:
                return self.at(number, column + 1, len(needle))
        return Location(self.file)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: what is wrong, where, and what to type instead."""

    code: str  # kebab-case, stable: listed in docs/pages/reference/problems.md
    message: str
    fix: str = ""
    location: Location | None = None
    severe: bool = True  # an error, which stops a publish; else a warning, which stops nothing

    @classmethod
    def of(cls, kind: str, where: Location | None = None, /, **facts: object) -> Self:
        """Return an error in the words for its kind; the code is what stands before a colon."""
        return cls(kind.partition(":")[0], *said(kind, **facts), where)

    @classmethod
    def warning(cls, kind: str, where: Location | None = None, /, **facts: object) -> Self:
        """Return a warning in the words for its kind."""
        return replace(cls.of(kind, where, **facts), severe=False)


class Problems:
    """Everything found wrong so far; the one value that stages add to."""

    def __init__(self, found: Iterable[Problem] = ()) -> None:
        self._found = list(found)

    def error(self, kind: str, where: Location | None, /, **facts: object) -> None:
        """Add something that stops a publish, in the words for its kind."""
        self.add(Problem.of(kind, where, **facts))

    def warn(self, kind: str, where: Location | None, /, **facts: object) -> None:
        """Add something that stops nothing, in the words for its kind."""
        self.add(Problem.warning(kind, where, **facts))

    def add(self, one: Problem) -> None:
        """Add what somebody else has words for."""
        self._found.append(one)

    def extend(self, others: Iterable[Problem], *, only_warn: bool = False) -> None:
        """Add what another collector found, as warnings if it concerns nothing that is due."""
        self._found += [replace(one, severe=False) if only_warn else one for one in others]

    def __iter__(self) -> Iterator[Problem]:
        """Iterate in the order of files and lines, each problem once."""
        return iter(sorted(dict.fromkeys(self._found), key=_position))

    def __len__(self) -> int:
        return len(dict.fromkeys(self._found))

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What stops a publish."""
        return tuple(p for p in self if p.severe)


def _position(problem: Problem) -> tuple[str, int, int, str, str]:
    where = problem.location or Location("")
    return (where.file, where.line, where.column, problem.code, problem.message)


def suggestion(word: str, known: Iterable[str], otherwise: str, near: float = 0.6) -> str:
    """Return the cure for a wrong word: the known one that it resembles, else another cure."""
    close = difflib.get_close_matches(word, list(known), 1, near)
    return f'did you mean "{close[0]}"?' if close else otherwise


class ActivefeedError(Exception):
    """Something that the user can mend; shown without a traceback."""

    exit_code: Exit = Exit.CONTENT

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.message, self.fix = message, fix

    @classmethod
    def of(cls, kind: str, /, **facts: object) -> Self:
        """Return an error in the words for its kind."""
        return cls(*said(kind, **facts))


class FormatError(ActivefeedError):
    """A file that is not what its name says; ``line`` and ``column`` count from 1, 0 is unknown."""

    def __init__(
        self, message: str, fix: str = "", *, line: int = 0, column: int = 0, length: int = 1
    ) -> None:
        super().__init__(message, fix)
        self.line, self.column, self.length = line, column, length


class UsageError(ActivefeedError):
    """The command was called in a way that cannot work."""

    exit_code = Exit.USAGE


class StoreError(ActivefeedError):
    """The storage or the network did not do what was asked."""

    exit_code = Exit.STORE


class LoginError(ActivefeedError):
    """The storage does not know us, or does not let us."""

    exit_code = Exit.LOGIN


class Unanswered(ActivefeedError):
    """A dangerous command needs a yes, and nobody is there to be asked."""

    exit_code = Exit.ANSWER


class Refused(ActivefeedError):
    """The guard stopped a publish that would hurt listeners."""

    exit_code = Exit.REFUSED


class Busy(ActivefeedError):
    """Somebody else published at the same time."""

    exit_code = Exit.BUSY
