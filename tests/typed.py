"""What the documents tell people to type: every command line of activefeed, found and made ready.

In blocks of ``sh`` and ``console`` a line is meant to be typed as it is; code within a sentence may
have ``[what may be left out]``, ``one|or|another`` and words in capitals for what a reader puts in.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs/pages").rglob("*.md")))
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ENDS = {"&&", "||", ";", "|", "&"}


@dataclass(frozen=True, slots=True)
class Typed:
    """A command line of activefeed in a block."""

    document: str  # its path in the repository
    heading: str  # that it stands under
    words: tuple[str, ...]  # without the program's name
    answer: str  # the block of text that follows, if one does

    def __str__(self) -> str:
        """Return it as it is named in a report."""
        return f"{self.document}: activefeed {shlex.join(self.words)}"


def in_blocks(document: Path) -> Iterator[Typed]:
    """Yield the command lines in the blocks of a document, in their order."""
    text = document.read_text("utf-8")
    path = document.relative_to(ROOT).as_posix()
    blocks = list(_BLOCK.finditer(text))
    for block, after in zip_longest(blocks, blocks[1:]):
        if block[1] not in {"sh", "console"}:
            continue
        near = after and after[1] == "text" and not text[block.end() : after.start()].strip()
        answer = after[2] if after and near else ""
        headings = re.findall(r"^#+ (.+)$", _BLOCK.sub("", text[: block.start()]), re.MULTILINE)
        for line in block[2].replace("\\\n", " ").splitlines():
            if block[1] == "sh" or line.startswith("$ "):
                for words in _commands(line.removeprefix("$ ")):
                    yield Typed(path, headings[-1] if headings else "", words, answer)


def _commands(line: str) -> Iterator[tuple[str, ...]]:
    """Yield what a line of a shell says to activefeed."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words: list[str] = []
    for word in (*lexer, ";"):
        if word not in _ENDS:
            words.append(word)
            continue
        if words and words[0].rpartition("/")[2] == "activefeed":
            yield tuple(words[1:])
        words = []


def in_sentences(document: Path) -> list[str]:
    """Return the command lines within the sentences and tables of a document."""
    text = _BLOCK.sub("", document.read_text("utf-8")).replace("\\|", "|")
    return list(dict.fromkeys(re.findall(r"`(?:[\w./]+/)?activefeed ([^`]+)`", text)))


def filled_in(line: str) -> list[str]:
    """Return the words of a command line in a sentence, as a reader would type the shortest."""
    needed = re.sub(r"\[[^\]]*\]", "", line)
    return [word.partition("|")[0] for word in shlex.split(needed) if word.strip("….")]
