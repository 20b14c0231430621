"""What can be mended safely in an author's files: texts that get lost, dates, missing identities.

Never guesses: a line is changed only where the file, read again, means what it meant. Every other
byte stays; nothing that was published is touched.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from activefeed.content import source
from activefeed.formats import yaml
from activefeed.model import Item
from activefeed.problems import Problem, SourceText

_PROSE = re.compile(r"[ -]*(?:title|subtitle|summary|description|image_alt|name|journal): ")
_TIME = r"[T ]\d\d?:\d\d(?::\d\d)?(?: ?(?:Z|[+-]\d\d:?\d\d))?"
_DATED = re.compile(rf"((?:date|updated): +[\"']?)(.+?)(?:,?({_TIME}))?([\"']?\s*)")
_FORMS = "%Y-%m-%d|%Y/%m/%d|%Y.%m.%d|%d %B %Y|%d %b %Y|%B %d, %Y|%b %d, %Y"


@dataclass(frozen=True, slots=True)
class Change:
    """A line that was changed, or put in where there was no old one."""

    file: str
    line: int  # from 1
    old: str
    new: str

    def __str__(self) -> str:
        """Return ``file:line: old → new``."""
        return f"{self.file}:{self.line}: {self.old or '(new line)'} → {self.new}"


def mend(folder: source.Folder, found: Iterable[Problem], items: Iterable[Item]) -> list[Change]:
    """Mend front matter and settings, write the guid of items down, and return the changes."""
    edits = [edit for file in folder.contents for edit in _mended(file.source)]
    for one in found:
        at = one.location if one.code == "missing-podcast-guid" else None
        if at and at.text.startswith("[podcast]"):
            line = one.fix[one.fix.index("guid = ") :].partition(" (")[0]  # as the cure has it
            edits.append(Change(at.file, at.line + 1, "", line))
    edits += filter(None, map(_identified, items))
    for file in dict.fromkeys(edit.file for edit in edits):
        path = folder.root / file
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        new = _with(text, *(edit for edit in edits if edit.file == file))
        source.put(path, new.encode("utf-8", "surrogateescape"))
    return edits


def _identified(item: Item) -> Change | None:
    """Return the new line of an item without a guid."""
    old, _ = yaml.read(item.source.text)
    edit = Change(item.source.file, old.body_line - 1, "", f"guid: {item.guid}")
    new, errors = yaml.read(_with(item.source.text, edit))
    sound = not errors and new.data == {**old.data, "guid": item.guid}
    return edit if sound and "guid" not in old.data else None


def _mended(file: SourceText) -> Iterator[Change]:
    """Yield the lines of front matter that can be mended."""
    before, errors = yaml.read(file.text)
    # What quotes mend.
    lost = {one.line for one in errors if one.code in {"yaml-colon", "yaml-comment"}}
    for n, old in enumerate(file.text.split("\n")[: before.body_line - 1], 1):
        new = yaml.requoted(old) if n in lost and _PROSE.match(old) else _dated(old)
        if new == old or "\ufffd" in old:
            continue
        after, left = yaml.read(_with(file.text, edit := Change(file.file, n, old, new)))
        gone = {one.line for one in left} <= {one.line for one in errors} - {n}
        if gone and _meant(after) == _meant(before):
            yield edit


def _meant(document: yaml.Document) -> dict[str, object]:
    """Return what a file says, apart from its dates."""
    return {key: value for key, value in document.data.items() if key not in {"date", "updated"}}


def _dated(line: str) -> str:
    """Return a line with its date as it should be written, where only one day can be meant."""
    if found := _DATED.fullmatch(line):
        for form in _FORMS.split("|"):
            with suppress(ValueError):
                day = datetime.strptime(found[2], form).date()  # noqa: DTZ007 - a day alone
                return f"{found[1]}{day}{found[3] or ''}{found[4]}"
    return line


def _with(text: str, *edits: Change) -> str:
    """Return a text with changed lines; line ends and all else stay as they are."""
    parts = re.split("(\r\n|\r|\n)", text)
    for edit in sorted(edits, key=lambda edit: -edit.line):
        at = 2 * edit.line - 2
        parts[at] = edit.new if edit.old else f"{edit.new}{parts[1]}{parts[at]}"
    return "".join(parts)
