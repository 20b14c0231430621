"""Front matter of a Markdown file to data with the place of every key and value; YAML's one room.

Never guesses a type: every scalar stays text. Never raises: mistakes are returned as values.

A mistake that stops the parser is reported, the characters that YAML trips over are swapped for
stand-ins of the same width, and the text is parsed again: so every mistake of a file is found in
one run, no place moves, and the data are what the author meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import yaml

from activefeed.problems import FormatError

# libyaml only, never the pure parser as a spare: the two disagree about what is sound
# (`{title: What?}`), and a site must not depend on the machine that reads it. It is 20 times
# faster, and every wheel of PyYAML has it. The base loader has no resolvers, so nothing is guessed;
# events instead of nodes, because nodes forget anchors and are lost where the parser stops.
_Loader = yaml.CBaseLoader

_STAND_INS = {ord(char): 0x10FF00 + ord(char) for char in "\"'\\[]{}#&*!|>%@`,:?-"}
_ORIGINALS = {stand_in: char for char, stand_in in _STAND_INS.items()}
_LINE_BREAKS = dict.fromkeys(map(ord, "\x85\u2028\u2029"), " ")  # to YAML, but to no editor
_FORBIDDEN = re.compile("[^\t\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SECOND_PART = re.compile(r"(?:---|\.\.\.)(?:\s|$)")
_VALUE = re.compile(r" *(?:- +)*(?:[^\s:#\"'\[{][^:#]*: +)?(?P<value>\S.*)")
_NO_SPACE = re.compile(r" *(?:- +)*(?P<key>[A-Za-z_]+):(?P<value>[^ /].*)")
_PROPERTY = re.compile(r"[&!][^\s,\[\]{}]*")
# A chapter is text: `- 1:10 The hip: a story` is no key and value.
_CHAPTER = re.compile(r" *- +(?=\d+:\d\d\S*\s)")
# Two spaces before and one after: so people set off a remark. `Episode #5` and `C #` are text.
_REMARK = re.compile(r"\s{2,}#(?:\s|$)")
_MOST = 50  # mistakes shown, and passes over a file
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the whole file."""

    line: int  # from 1
    column: int  # from 1, in characters
    length: int  # characters, on that line


Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """What a Markdown file holds."""

    data: dict[str, object]  # text, lists and dicts; an empty value is None
    values: Mapping[Path, Mark]  # place of each value; of its key where the value is empty
    keys: Mapping[Path, Mark]  # place of each key
    body: str  # the text after the front matter, with \n as newline
    body_line: int  # line of the file where it starts, from 1


class YamlError(FormatError):
    """A mistake in front matter; ``code`` names its kind."""

    def __init__(self, code: str, message: str, fix: str, mark: Mark) -> None:
        super().__init__(message, fix, line=mark.line, column=mark.column, length=mark.length)
        self.code = code


def read(text: str) -> tuple[Document, list[YamlError]]:
    """Return what a file holds, and every mistake in its front matter in the order of lines."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    end, errors = _fence(lines)
    start = end if errors else end + 1
    front = _clean(lines[:end], errors)
    reading = _Reading(front)
    for _ in range(_MOST if front else 0):
        stuck = reading.run()
        if not stuck:
            break
        # A line that we cannot explain may be the echo of a mistake that we can.
        if stuck.error.code != "yaml-syntax" or not errors:
            errors.append(stuck.error)
        front[stuck.line] = stuck.mended
        reading = _Reading(front)
    errors = sorted(errors + reading.errors, key=lambda one: (one.line, one.column))[:_MOST]
    body = "\n".join(lines[start:])
    return Document(reading.data, reading.values, reading.keys, body, start + 1), errors


def _fence(lines: list[str]) -> tuple[int, list[YamlError]]:
    """Return the index of the line that ends the front matter; 0 where there is none."""
    if lines[0].rstrip() != "---":
        fix = (
            "write three hyphens as the very first line, below it lines such as "
            "title: My title, and below them three hyphens again: ---"
        )
        message = "the file does not begin with front matter"
        place = Mark(1, 1, max(1, len(lines[0])))
        return 0, [YamlError("front-matter-missing", message, fix, place)]
    for number, line in enumerate(lines[1:], 1):
        if line.rstrip() == "---":
            return number, []
    # Front matter rarely has an empty line, and show notes nearly always begin with one.
    end = next((number for number, line in enumerate(lines) if not line.strip()), len(lines))
    message = "the front matter begins here and never ends"
    fix = "write three hyphens in a line of their own below its last line: ---"
    return end, [YamlError("front-matter-open", message, fix, Mark(1, 1, 3))]


def _clean(front: list[str], errors: list[YamlError]) -> list[str]:
    """Return lines that the parser can look at; report what it would not survive."""
    clean = []
    for number, raw in enumerate(front, 1):
        line = raw.translate(_LINE_BREAKS)
        for match in _FORBIDDEN.finditer(line):
            message = f"an invisible character (U+{ord(match[0]):04X}) stands here"
            place = Mark(number, match.start() + 1, 1)
            errors.append(YamlError("yaml-control", message, "delete it and type it again", place))
        if number > 1 and _SECOND_PART.match(line):
            message = f'"{line[:3]}" begins a second part, and front matter has only one'
            fix = "remove this line; just three hyphens in a line end the front matter: ---"
            place = Mark(number, 1, len(line.rstrip()))
            errors.append(YamlError("yaml-documents", message, fix, place))
            line = ""
        kept = _Line(number - 1, _FORBIDDEN.sub(" ", line))
        chapter = _CHAPTER.match(kept.text)
        clean.append(kept.masked(*kept.span(chapter.end())) if chapter else kept.text)
    return clean


class _StuckError(Exception):
    """The parser cannot go on: what to say, and how the line should be read to go on."""

    def __init__(self, error: YamlError, line: int, mended: str) -> None:
        super().__init__(error.message)
        self.error = error
        self.line = line  # from 0
        self.mended = mended


@dataclass(slots=True)
class _Reading:
    """One pass over the lines of the front matter, of which the first is ``---``."""

    lines: list[str]
    data: dict[str, object] = field(default_factory=dict)
    values: dict[Path, Mark] = field(default_factory=dict)
    keys: dict[Path, Mark] = field(default_factory=dict)
    errors: list[YamlError] = field(default_factory=list)
    last: yaml.Event | None = None

    def run(self) -> _StuckError | None:
        """Fill in what can be read, and return what stopped it."""
        try:
            events = self._events()
            event = next(events)
            if isinstance(event, yaml.MappingStartEvent):
                self._mapping(event, events, ())
            elif not isinstance(event, yaml.ScalarEvent) or event.value:
                for _ in events:  # the parser's own complaint, if it has one, explains more
                    pass
                return _no_colon(self._line(event))
        except yaml.MarkedYAMLError as error:
            return _diagnose(self.lines, self.last, error)
        except _StuckError as stuck:
            return stuck
        return None

    def _line(self, event: yaml.Event) -> _Line:
        return _line(self.lines, _place(event)[0])

    def _events(self) -> Iterator[yaml.Event]:
        for event in yaml.parse("\n".join(self.lines) + "\n", Loader=_Loader):
            self.last = event
            if getattr(event, "anchor", None) or getattr(event, "tag", None):
                raise _property(self._line(event), _place(event)[1])
            if isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
                yield event

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], path: Path) -> object:
        if len(path) > _DEEPEST:
            raise _unclear(self._line(event))
        self.values[path] = self._mark(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(event, events, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, path)
        assert isinstance(event, yaml.ScalarEvent)  # aliases never come so far
        if event.style not in {"|", ">"}:
            self._check_remark(event)
        return event.value.translate(_ORIGINALS) or ("" if event.style else None)

    def _mapping(
        self, start: yaml.Event, events: Iterator[yaml.Event], path: Path
    ) -> dict[str, object]:
        data = {} if path else self.data
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):  # a list as a key: {{ title }}
                raise _unquoted(self._line(start))
            key, place = event.value.translate(_ORIGINALS), self._mark(event)
            if key == "<<" and not event.style:
                raise _merge(self._line(event))
            if first := self.keys.get((*path, key)):
                message = f'"{key}" is already written in line {first.line}'
                fix = "keep one of the two lines and delete the other"
                self.errors.append(YamlError("yaml-duplicate-key", message, fix, place))
                # Read it for its mistakes, in a place that nobody can name.
                self._node(next(events), events, (*path, key, -len(self.errors)))
                continue
            here = (*path, key)
            self.keys[here] = place
            data[key] = self._node(next(events), events, here)
            if data[key] is None:
                self.values[here] = place
        return data

    def _sequence(self, events: Iterator[yaml.Event], path: Path) -> list[object]:
        data: list[object] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            data.append(self._node(event, events, (*path, len(data))))
        return data

    def _mark(self, event: yaml.Event) -> Mark:
        line, begin, last, end = _place(event)
        # It goes on below, or is a list or mapping, of which an event knows only the start.
        if last > line or isinstance(event, yaml.CollectionStartEvent):
            end = begin + len(self._line(event).shown(begin))
        return Mark(line + 1, begin + 1, max(1, end - begin))

    def _check_remark(self, event: yaml.ScalarEvent) -> None:
        """Refuse text that would be lost because YAML takes it for a remark."""
        first, begin, last, end = _place(event)
        line = _line(self.lines, last)
        rest = line.text[end:]
        # After quotes there is no doubt where the text ends.
        remark = re.match(r"\s+#\s", rest) if event.style else _REMARK.match(rest)
        if remark or not rest.lstrip().startswith("#"):
            return
        hash_ = line.text.index("#", end)
        if not event.value:
            begin = hash_
        span = line.span(begin if first == last else line.indent, hash_)
        raise line.stuck(
            "yaml-comment",
            'YAML takes what follows " #" for a remark, so this text would be lost',
            f"put the whole text in quotes: {line.in_quotes(*span)}; "
            "if it is a remark, type two spaces before the # and one after it",
            (hash_, span[1]),
            line.masked(*span),
        )


def _place(event: yaml.Event) -> tuple[int, int, int, int]:
    """Return line and column of the start and of the end of an event, from 0."""
    start, end = event.start_mark, event.end_mark
    assert start and end  # the types allow events without a place, the parser makes none
    return start.line, start.column, end.line, end.column


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the front matter, and how to speak of it."""

    index: int  # from 0
    text: str

    @property
    def indent(self) -> int:
        return len(self.text) - len(self.text.lstrip())

    def shown(self, begin: int) -> str:
        """Return the text from a column on, without a remark, as the author wrote it."""
        return _REMARK.split(self.text[begin:], maxsplit=1)[0].rstrip().translate(_ORIGINALS)

    def value(self) -> int:
        """Return the column where the value begins."""
        match = _VALUE.match(self.text)
        return match.start("value") if match else self.indent

    def in_list(self, column: int) -> bool:
        """Return whether an entry of a list in brackets begins at a column."""
        return self.text[:column].rstrip().endswith(("[", ",", "{"))

    def span(self, begin: int, beyond: int = 0) -> tuple[int, int]:
        """Return where the text that begins at a column, and goes beyond another, ends."""
        beyond = max(begin, beyond)
        if self.in_list(begin):
            return begin, beyond + len(re.split(r"[,\]}]", self.text[beyond:])[0])
        return begin, beyond + len(self.shown(beyond))

    def masked(self, begin: int, end: int) -> str:
        """Return the line with stand-ins for all that means something to YAML."""
        return self.text[:begin] + self.text[begin:end].translate(_STAND_INS) + self.text[end:]

    def in_quotes(self, begin: int, end: int) -> str:
        """Return the line as it should be typed."""
        line = f"{self.text[:begin]}{_quote(self.text[begin:end].rstrip())}{self.text[end:]}"
        return _REMARK.split(line)[0].strip().translate(_ORIGINALS)

    def stuck(
        self, code: str, message: str, fix: str, span: tuple[int, int], mended: str
    ) -> _StuckError:
        place = Mark(self.index + 1, span[0] + 1, max(1, span[1] - span[0]))
        return _StuckError(YamlError(code, message, fix, place), self.index, mended)

    def unquoted(self, code: str, message: str, begin: int, more: str = "") -> _StuckError:
        """Say that the text from a column on needs quotes, and go on as if it had them."""
        span = self.span(begin)
        fix = f"put the whole text in quotes: {self.in_quotes(*span)}{more}"
        return self.stuck(code, message, fix, span, self.masked(*span))

    def whole(self, code: str, message: str, fix: str, mended: str = "") -> _StuckError:
        """Say something about the line as a whole; go on without it."""
        return self.stuck(code, message, fix, (self.indent, len(self.text.rstrip())), mended)


def _line(lines: list[str], index: int) -> _Line:
    return _Line(index, lines[index] if index < len(lines) else "")


def _quote(text: str) -> str:
    """Return text in quotes that YAML reads as the author meant it."""
    first = text[:1]
    if first in {'"', "'"}:
        # 'It's fine' has quotes around it; "a" and "b" begins and ends with two pairs.
        inner = re.search(rf"{first}(?=.)", text[1:])
        if text.count(first) == 1:
            text = text[1:]
        elif text.endswith(first) and (not inner or text[inner.end() + 1].isalnum()):
            text = text[1:-1]
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def _property(line: _Line, column: int) -> _StuckError:
    """Return what is wrong with an alias (*), an anchor (&) or a tag (!)."""
    if line.text[column] == "*":
        message = '"*" at the beginning of a text has a meaning of its own in YAML (an alias)'
        return line.unquoted("yaml-alias", message, column)
    match = _PROPERTY.match(line.text, column)
    end = match.end() if match else column + 1
    word = line.text[column:end]
    kind = "anchor" if word.startswith("&") else "tag"
    return line.stuck(
        f"yaml-{kind}",
        f'"{word}" has a meaning of its own in YAML ({kind}) and would not be shown',
        f"put the whole text in quotes: {line.in_quotes(column, len(line.text))}; or remove {word}",
        (column, end),
        line.text[:column] + " " * len(word) + line.text[end:],
    )


def _merge(line: _Line) -> _StuckError:
    message = '"<<" copies lines from another place in YAML, and front matter has none'
    return line.whole("yaml-merge", message, "delete this line and write the lines out here")


def _diagnose(
    lines: list[str], last: yaml.Event | None, error: yaml.MarkedYAMLError
) -> _StuckError:
    """Return the parser's complaint as what the author did."""
    at, problem = error.problem_mark, str(error.problem)
    if str(error.context).endswith(("quoted scalar", "flow sequence", "flow mapping", "key")):
        at = error.context_mark  # where it was opened
    assert at and error.problem_mark
    line = _line(lines, min(at.line, len(lines) - 1))
    for one in (line, _line(lines, error.problem_mark.line)):
        if "\t" in one.text[: one.indent]:
            return _tab(one)
    if problem.startswith("mapping values"):
        return _colon(lines, line, at.column, last)
    if problem == "could not find expected ':'":
        return _no_colon(line)
    if last and getattr(last, "style", "") in {'"', "'"} and _place(last)[2] == line.index:
        line = _line(lines, _place(last)[0])  # opened above, and closed by the next quote
    begin = at.column if line.in_list(at.column) else line.value()
    if re.match(r"[\"'\[\]{}#&*!|>%@`,]|[-?] ", line.text[begin:]):
        return _unquoted(line, begin)
    return _unclear(line)


def _tab(line: _Line) -> _StuckError:
    column = line.text.index("\t")
    spaces = line.text[: line.indent].replace("\t", " ") + line.text[line.indent :]
    message = "this line is indented with a tab"
    return line.stuck("yaml-tab", message, "type two spaces instead", (column, column + 1), spaces)


def _colon(lines: list[str], line: _Line, column: int, last: yaml.Event | None) -> _StuckError:
    """Return what is wrong with a colon where the parser expects none."""
    start = last.start_mark if isinstance(last, yaml.ScalarEvent) else None
    if start and start.line < line.index:
        before = _line(lines, start.line).text[: start.column].strip(" -:")
        if not before:
            return _no_colon(_line(lines, start.line))
        return line.whole(
            "yaml-indent",
            f'this line is indented, so it counts as more of the text of "{before}"',
            f'begin it exactly under "{before}"; if it is more of that text, '
            "put the whole text in quotes",
            line.masked(line.indent, len(line.text)),
        )
    message = "a colon followed by a space cannot stand inside a text without quotes"
    begin = start.column if start else line.value()
    stuck = line.unquoted("yaml-colon", message, begin)
    stuck.error.column, stuck.error.length = column + 1, 1
    return stuck


def _no_colon(line: _Line) -> _StuckError:
    """Return what is wrong with a line that is no key and value."""
    if match := _NO_SPACE.match(line.text):
        at = match.start("value")
        message = "there is no space after the colon"
        fix = f"type a space after it: {match['key']}: {line.shown(at)}"
        mended = f"{line.text[:at]} {line.text[at:]}"
        return line.stuck("yaml-space", message, fix, (at - 1, at), mended)
    return line.whole(
        "yaml-no-colon",
        "this line is not a name, a colon, a space and a value",
        "write it like title: My title; if it goes on from the line above, begin it with two "
        "spaces; if the show notes begin here, write --- in the line above",
    )


def _unquoted(line: _Line, column: int | None = None) -> _StuckError:
    """Return what is wrong with a value that begins with one of YAML's own characters."""
    begin = line.value() if column is None else column
    value = line.shown(begin)
    first = value[:1]
    message = f"a text that begins with {first} needs quotes around it"
    more = ""
    if first in {'"', "'"}:
        message = "the quote that opens here is never closed"
        if value.count(first) > 1:
            message = "the text goes on after its closing quote"
        if first == '"' and "\\" in value:
            message = "a backslash has a meaning of its own between double quotes"
    elif first == "[":
        message = '"[" opens a list, and this list cannot be read'
        more = "; a list looks like this: [one, two]"
    return line.unquoted("yaml-quote", message, begin, more)


def _unclear(line: _Line) -> _StuckError:
    if line.indent:
        message = "this line does not line up with the lines above it"
        fix = "begin it exactly under the first letter of the line that it belongs with"
    else:
        message = "this line cannot be understood"
        fix = 'write a name, a colon, a space and the value in quotes: title: "My title"'
    return line.whole("yaml-syntax", message, fix)
