"""Front matter of a Markdown file to data with the place of every key and value, and back.

YAML's one room. Never guesses a type: every scalar stays text. Never raises: mistakes are returned
as values.

A line that stops the parser is explained, what YAML trips over in it is swapped for stand-ins of
the same width, and the text is parsed again: so every mistake of a file is found in one run, no
place moves, and the data are what the author meant.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain

import yaml

from activefeed.problems import FormatError
from activefeed.wording import table

# libyaml only, never the pure parser as a spare: the two disagree about what is sound
# (`{title: What?}`), and a site must not depend on the machine that reads it. It is 20 times
# faster, and every wheel of PyYAML has it. The base loader has no resolvers, so nothing is guessed.
_Loader = yaml.CBaseLoader
# The tree forgets anchors, and aliases are expanded in it; one document is all we want.
_UNWANTED = {"<anchor>", "<alias>", "<tag>", "<directive>", "<document start>", "<document end>"}
_MOST = 50  # mistakes shown, and passes over a file

_STAND_INS = {ord(char): 0x10FF00 + ord(char) for char in "\"'\\[]{}#&*!|<>%@`,:?-"}
_ORIGINALS = {stand_in: char for char, stand_in in _STAND_INS.items()}
# Control characters, and what is a line break to YAML but to no editor.
_UNREADABLE = re.compile("[\0-\x08\n-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_TOO_DEEP = re.compile(r"(?:[\[{-] ?){9,}")  # libyaml dies of it
# A chapter is text: `- 1:10 The hip: a story` is no key and value.
_CHAPTER = re.compile(r" *- +(?=\d+:\d\d\S*\s)")
# Two spaces before and one after: so people set off a remark. `Episode #5` and `C #` are text.
_REMARK = re.compile(r"\s{2,}#(?:\s|$)")
_BEFORE_VALUE = re.compile(r" *(?:- +)*(?:[^\s:#\"'\[{][^:#]*:(?: +|$))?")
_SOUND_LINE = re.compile(r"\w+:(?: \w[\w ,.-]*)?$")
_LIST_ENTRY = re.compile(r"\"[^\"]*\"|'[^']*'|[^,\[\]\s](?:[^,\[\]]*[^,\[\]\s])?")
_SOUND_QUOTES = re.compile(r"\"[^\"\\]*\"|'(?:[^']|'')*'")
# "Hips, "Say "no" more" and 'It's fine', but not "a" and "b".
_TORN_QUOTES = re.compile(r"([\"'])((?:(?!\1).)*(?:\1\w.*?)?)\1?")

SCHEMA = "# yaml-language-server: $schema=../.activefeed/schemas/{}.json"  # for editors
# Faults that stop the parser, in the order of looking, as patterns with their words; and texts
# that can be written without quotes.
_FAULTS = table(__file__)


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


_Fault = tuple[str, str, str, int, int, str]  # code, message, cure, where from and to, mended line


@cache
def read(text: str) -> tuple[Document, list[YamlError]]:
    """Return what a file holds, and every mistake in its front matter in the order of lines."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    end, errors = _fence(lines)
    start = end if errors else end + 1
    front = ["", *map(_clean, lines[1:end]), ""]
    for _ in range(_MOST):
        reading = _Reading(front)
        try:
            reading.run()
            break
        except _Stuck as stuck:
            number = min(stuck.args[0], len(front) - 2)
            number -= bool(_SOUND_LINE.match(front[number]))  # the fault is above it
            error, front[number] = _explain(front[number], number + 1)
            # A second complaint about one line is mostly the echo of the first.
            if all(error.line != earlier.line for earlier in errors):
                errors.append(error)
    errors = sorted(errors + reading.errors, key=lambda one: (one.line, one.column))
    body = "\n".join(lines[start:])
    return Document(reading.data, reading.values, reading.keys, body, start + 1), errors[:_MOST]


def quoted(text: str) -> str:
    """Return text as a value on one line: read again, it is the same, less what nobody can read."""
    return json.dumps(_UNREADABLE.sub(" ", text).strip(), ensure_ascii=False)


def write(keys: Mapping[str, object]) -> str:
    """Return front matter as people write it; read again, every text is the same."""
    return "".join(f"{key}:{_written(value)}\n" for key, value in keys.items())


def _written(value: object, row: str = "\n  ") -> str:
    """Return what stands after a key; ``row`` begins each of the lines below it."""
    if isinstance(value, Mapping) and value:
        return "".join(f"{row}{key}:{_written(one, row + '  ')}" for key, one in value.items())
    if isinstance(value, list) and value:
        short = f" [{', '.join(map(str, value))}]"
        rows = (f"{row}- {_written(one, row + '  ').lstrip()}" for one in value)
        words = all(re.fullmatch(_FAULTS["plain"]["word"], _one_line(one)) for one in value)
        return short if words and len(short) < 79 else "".join(rows)
    return f" {_one_line(value)}"


def _one_line(value: object) -> str:
    """Return a text as it stands on one line, in quotes where it could be misread."""
    if not isinstance(value, str):
        return str(value).lower()
    if re.fullmatch(_FAULTS["plain"]["bare"], value) and value.isprintable():
        return value
    text = json.dumps(value, ensure_ascii=False)  # what nobody can read stands there by its number
    return _UNREADABLE.sub(lambda char: f"\\u{ord(char[0]):04x}", text)


def _fence(lines: list[str]) -> tuple[int, list[YamlError]]:
    """Return the index of the line that ends the front matter; 0 where there is none."""
    fences = [number for number, line in enumerate(lines) if line.rstrip() == "---"]
    if fences[:1] == [0] and len(fences) > 1:
        return fences[1], []
    # Front matter rarely has an empty line, and show notes nearly always begin with one.
    blank = next((number for number, line in enumerate(lines) if not line.strip()), len(lines))
    message = "the second line of --- is missing" if fences == [0] else "the first line must be ---"
    fix = "write --- as the first line, below it lines such as title: My title, and --- again"
    place = Mark(1, 1, max(1, len(lines[0])))
    return blank if fences == [0] else 0, [YamlError("front-matter", message, fix, place)]


def _clean(line: str) -> str:
    """Return a line without characters that the parser does not survive, a chapter as text."""
    line = _TOO_DEEP.sub(lambda found: _mask(found[0]), _UNREADABLE.sub(" ", line))
    chapter = _CHAPTER.match(line)
    return _change(line, [(chapter.end(), _end(line, chapter.end()))], _mask) if chapter else line


class _Stuck(Exception):
    """The parser cannot go on; the argument is the line, from 0."""


class _Reading:
    """One pass over the lines of the front matter, of which the first and last are empty."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.data: dict[str, object] = {}
        self.values: dict[Path, Mark] = {}
        self.keys: dict[Path, Mark] = {}
        self.errors: list[YamlError] = []

    def run(self) -> None:
        """Fill in what can be read. Raises _Stuck."""
        root = _compose("\n".join(self.lines))
        if isinstance(root, yaml.MappingNode):
            self.data = self._mapping(root, ())
        elif root and root.value:
            raise _Stuck(root.start_mark.line)

    def _node(self, node: yaml.Node, path: Path) -> object:
        self.values[path] = self._mark(node)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._node(entry, (*path, n)) for n, entry in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        # Text would be lost that YAML takes for a remark; after quotes there is less doubt.
        lost = r"\s+#\S" if node.style else r"\s#|\s+#\S"
        rest = self.lines[node.end_mark.line][node.end_mark.column :]
        if node.style not in {"|", ">"} and re.match(lost, rest):
            raise _Stuck(node.end_mark.line)
        return node.value.translate(_ORIGINALS) or ("" if node.style else None)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, object]:
        data: dict[str, object] = {}
        for key_node, value_node in node.value:
            # Another kind of key is a list, as in {{ title }}.
            if not isinstance(key_node, yaml.ScalarNode) or key_node.value == "<<":
                raise _Stuck(key_node.start_mark.line)
            key, place = key_node.value.translate(_ORIGINALS), self._mark(key_node)
            here = (*path, key)
            if first := self.keys.get(here):
                what = f'"{key}" is already written in line {first.line}'
                self.errors.append(YamlError("yaml-duplicate-key", what, "delete one line", place))
                # Read it for its mistakes, in a place that nobody can name.
                self._node(value_node, (*here, -len(self.errors)))
                continue
            self.keys[here] = place
            data[key] = self._node(value_node, here)
            if data[key] is None:
                self.values[here] = place
        return data

    def _mark(self, node: yaml.Node) -> Mark:
        start, end = node.start_mark, node.end_mark
        stop = end.column if end.line == start.line else _end(self.lines[start.line], start.column)
        return Mark(start.line + 1, start.column + 1, max(1, stop - start.column))


def _compose(text: str) -> yaml.Node | None:
    """Return the tree of a text. Raises _Stuck."""
    opened: dict[int, int] = {}  # line where a text in quotes ends → line where it begins
    try:
        for token in yaml.scan(text, Loader=_Loader):
            if getattr(token, "id", "") in _UNWANTED:
                raise _Stuck(token.start_mark.line)
            if isinstance(token, yaml.ScalarToken) and token.style in {'"', "'"}:
                opened[token.end_mark.line] = token.start_mark.line
        return yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark
        if str(error.context).endswith(("quoted scalar", "flow sequence", "flow mapping", "key")):
            at = error.context_mark  # where it was opened
        # A quote that opened above is closed by the next quote, which was to open a text.
        raise _Stuck(opened.get(at.line, at.line) if at else 0) from None


def _explain(line: str, number: int) -> tuple[YamlError, str]:
    """Return what is wrong with a line that stopped the parser, and the line to go on with."""
    faults = chain(_in_line(line, "in_line"), _in_text(line), _in_line(line, "otherwise"))
    code, message, fix, begin, end, mended = next(faults)
    place = Mark(number, begin + 1, max(1, end - begin))
    return YamlError(code, message, fix.translate(_ORIGINALS), place), mended


def _in_line(line: str, faults: str) -> Iterator[_Fault]:
    for code, pattern, message, fix in _FAULTS[faults]:
        if found := re.match(pattern, line):
            begin, end = found.span(1)
            gap = ": " if found[1] == ":" else " " * (end - begin)
            mended = line[:begin] + gap + line[end:]
            yield code, message, fix.replace("{}", mended.strip()), begin, end, mended


def requoted(line: str) -> str:
    """Return a line of front matter with its texts in quotes, as the cures have it."""
    return _change(line, _texts(line), _quote)


def _texts(line: str) -> list[tuple[int, int]]:
    """Return where the texts of a line begin and end that have no sound quotes around them."""
    before = _BEFORE_VALUE.match(line)
    if not before or not before.end():  # neither indented nor key and value: show notes
        return []
    spans = [(before.end(), _end(line, before.end()))]
    if re.fullmatch(r"\[[^\[\]]*\]", line[slice(*spans[0])]):
        spans = [entry.span() for entry in _LIST_ENTRY.finditer(line, *spans[0])]
    return [span for span in spans if not _SOUND_QUOTES.fullmatch(line, *span)]


def _in_text(line: str) -> Iterator[_Fault]:
    spans, before = _texts(line), _BEFORE_VALUE.match(line)
    fix = "put the whole text in quotes"
    if before and before[0].strip():  # else it goes on from the line above
        fix += f": {_REMARK.split(requoted(line))[0].strip()}"
    for at, end in spans:
        for code, pattern, message in _FAULTS["in_text"]:
            if found := re.search(pattern, line[at:end]):
                begin, mended = at + found.start(), _change(line, spans, _mask)
                yield code, message.format(found[0]), fix, begin, at + found.end(), mended


def _end(line: str, begin: int) -> int:
    """Return where the text that begins at a column ends, before a remark."""
    return begin + len(_REMARK.split(line[begin:])[0].rstrip())


def _change(line: str, spans: list[tuple[int, int]], change: Callable[[str], str]) -> str:
    for begin, end in reversed(spans):
        line = line[:begin] + change(line[begin:end]) + line[end:]
    return line


def _mask(text: str) -> str:
    """Return text with stand-ins for all that means something to YAML."""
    return text.translate(_STAND_INS)


def _quote(text: str) -> str:
    """Return text in quotes that YAML reads as the author meant it."""
    if torn := _TORN_QUOTES.fullmatch(text):
        text = torn[2]
    return "'" + text.replace("'", "''") + "'" if re.search(r'["\\]', text) else f'"{text}"'
