"""Write the pages of the reference that say what the program says itself.

Run it as ``python docs/make_reference.py``. It writes settings.md, front-matter.md and
exit-codes.md, whose words stand in the files ``*_page.txt`` here, and in commands.md what stands
between the two lines that name this file; the rest of that page is written by hand. Keys, meanings
and defaults are those of schema.py, commands and options those of the command line.
tests/test_docs.py holds the pages against what this would write.
"""

import inspect
import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import click
from make_feeds import lined
from pydantic import BaseModel, BeforeValidator

from activefeed.cli import cli
from activefeed.cli.frame import HEADINGS
from activefeed.content import jsonschema, lists, schema
from activefeed.content.schema import Keys
from activefeed.problems import Exit

HERE = Path(__file__).parent
REFERENCE = HERE / "pages/reference"
BEGIN = "<!-- made by docs/make_reference.py: do not change it here -->"
END = "<!-- end of what is made -->"

SHARED = ("--site", "--now", "--json", "--debug", "--help")

# How a value is written, by the parser that reads it and what that was made with.
FORMS = {
    "plain": "text", "filled": "text", "flag": "`true` or `false`", "start": "time: `1:10`",
    "seconds": "time: `1:02:03`", "date": "[date](front-matter.md#dates)", "identifier": "UUID",
    "zone": 'time zone: `"Europe/Berlin"`', "language": '`"en"`, `"en-GB"`',
    "alias": "path in this site", "blocked": "`true`, or list of names: `spotify`",
    "like digits": "whole number", "like address": "address, also `mailto:` and `tel:`",
    "like web": "web address", "like https": "https address", "like site": "https address",
    "like target": "web address", "like path": "path",
    "like prefix": "https address that ends with `/`",
    "like colour": '`"#0b6170"`', "like mail": "mail address", "like geo": "`geo:43.66,-70.25`",
    "like osm": "`R132510`", "like rrule": "`FREQ=WEEKLY;BYDAY=TU`",
    "known apple": '`"Health & Fitness > Medicine"`', "known country": "`US`",
    "known role": "[role](feeds.md#inside-these)",
    "known group": "[group of roles](feeds.md#inside-these)",
}  # fmt: skip
# Where the keys of a group are explained.
GROUPS = {
    "GuestKeys": "#people", "ChapterKeys": "#chapters", "ReferenceKeys": "#references",
    "LinkKeys": "front-matter.md#funding", "PlaceKeys": "front-matter.md#location",
    "LicenseKeys": "front-matter.md#license", "ThreadKeys": "#comments", "NoteKeys": "#txt",
    "SoundbiteKeys": "#soundbites", "FrequencyKeys": "#update_frequency", "NavKeys": "#nav",
    "OwnerKeys": "#owner",
}  # fmt: skip


def form(kind: Any, quote: str) -> str:
    """Return how a value of a type is written, in words; settings have texts in quotes."""
    if get_origin(kind) is Annotated:
        inner, *notes = get_args(kind)
        parser = [note.func for note in notes if isinstance(note, BeforeValidator)][-1]
        return read_by(parser, inner, quote)
    if get_origin(kind) is Literal:
        return ", ".join(typed(word, quote) for word in get_args(kind))
    if get_origin(kind) is list:
        return f"list of: {form(get_args(kind)[0], quote)}"
    if get_origin(kind) is dict:
        return " = ".join(form(one, quote) for one in get_args(kind))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return f"[keys]({GROUPS[kind.__name__]})"
    return form(next(one for one in get_args(kind) if one is not type(None)), quote)


def read_by(parser: Any, inner: Any, quote: str) -> str:
    """Return how a value is written that a parser reads."""
    made_with = parser.args if isinstance(parser, partial) else ()
    name = getattr(parser, "func", parser).__name__
    if name in {"named", "chapter"}:
        return f"text, or {form(inner, quote)}"
    if name == "upto":
        return f"text, up to {made_with[0]} characters"
    return FORMS[" ".join((name, *made_with))]


def typed(value: object, quote: str) -> str:
    """Return a word, number or yes as it is typed."""
    return f"`{quote}{value}{quote}`" if isinstance(value, str) else f"`{json.dumps(value)}`"


def keys(model: type[Keys], quote: str) -> str:
    """Return the table of the keys that a model adds to those that it is made of."""
    hints, rows = get_type_hints(model, include_extras=True), []
    for key in (one for one in model.__annotations__ if one in model.model_fields):
        field = model.model_fields[key]
        told = isinstance(field.default, str | int) and field.default != ""
        otherwise = typed(field.default, quote) if told else ""
        otherwise = "it must be there" if field.is_required() else otherwise
        said = jsonschema.meaning(model, key)
        rows.append((f"`{key}`", said, form(hints[key], quote), otherwise))
    return lined("key", "what it is", "how it is written", "without it", rows=rows)


def filled(name: str) -> str:
    """Return a page whose words stand in a file here."""
    text = (HERE / name).read_text("utf-8")
    quote = '"' * name.startswith("settings")
    text = re.sub(r"\{\{(\w+)\}\}", lambda found: keys(getattr(schema, found[1]), quote), text)
    return text.replace("@apple@", apple())


def apple() -> str:
    """Return Apple's categories, one group a line."""
    groups: dict[str, list[str]] = {}
    for name, (group, inner) in lists.APPLE.items():
        groups.setdefault(group, []).extend([f"`{name}`"] if inner else [])
    lines = (f"- `{name}`{': ' * bool(inner)}{', '.join(inner)}" for name, inner in groups.items())
    return "\n".join(lines)


def exit_codes() -> str:
    """Return the page on exit codes: what the help says of each, and what to do."""
    page, _, advice = (HERE / "exit_codes_page.txt").read_text("utf-8").rpartition("\n---\n")
    then = {int(number): said for number, said in re.findall(r"(?m)^(\d+) +(.+)$", advice)}
    said = " ".join((cli.epilog or "").split()).partition("Exit codes: ")[2].removesuffix(".")
    means = {int(number): what for number, what in re.findall(r"(\d+) (.+?)(?:, (?=\d)|$)", said)}
    assert set(then) == set(means) == set(Exit), "each code has its line in exit_codes_page.txt"
    rows = [(f"`{code}`", means[code], then[code]) for code in Exit]
    return page.replace("@codes@", lined("code", "what it means", "what to do", rows=rows)) + "\n"


def commands() -> Iterator[str]:
    """Yield what the help says of each command, in the order of a person's days."""
    for module, heading in HEADINGS.items():
        yield f"## {heading}"
        for name, command in cli.commands.items():
            if command.callback and command.callback.__module__.endswith(module):
                for one in every(name, command):
                    yield from explained(*one)


def every(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """Yield a command with its name; of a group, those below it."""
    if not isinstance(command, click.Group):
        yield name, command
        return
    for below, one in command.commands.items():
        yield from every(f"{name} {below}".strip(), one)


def explained(name: str, command: click.Command) -> Iterator[str]:
    """Yield heading, usage, words and options of a command."""
    usage = command.collect_usage_pieces(click.Context(command, help_option_names=["-h", "--help"]))
    own = {option: told for option, told in options(command) if option not in SHARED}
    shared = [f"`{option}`" for option, _ in options(command) if option in SHARED]
    yield f"### activefeed {name}"
    yield f"`{' '.join(filter(None, ('activefeed', name, *usage[1:])))}`"
    yield inspect.cleandoc(command.help or "").replace("\b\n", "")
    if own:
        yield lined("option", "what it does", rows=list(own.values()))
    yield f"And, as [everywhere](#everywhere): {', '.join(shared)}."


def options(command: click.Command) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield each option of a command: its name, and its row in a table."""
    context = click.Context(command, help_option_names=["-h", "--help"])
    for option in command.get_params(context):
        record = isinstance(option, click.Option) and option.get_help_record(context)
        if record:
            spelled, said = (" ".join(part.replace("|", "\\|").split()) for part in record)
            yield option.opts[-1], (f"`{spelled}`", said)


def everywhere() -> str:
    """Return the table of the options that most commands have."""
    found = dict(one for _, command in every("", cli) for one in options(command))
    return lined("option", "what it does", rows=[found[option] for option in SHARED])


def with_commands(page: str) -> str:
    """Return a page with what is made between the two lines."""
    before, _, rest = page.partition(BEGIN)
    made = "\n\n".join((*commands(), "## Everywhere", everywhere()))
    return f"{before}{BEGIN}\n\n{made}\n\n{END}{rest.partition(END)[2]}"


def pages() -> dict[Path, str]:
    """Return every page that is made, whole or in part."""
    by_hand = (REFERENCE / "commands.md").read_text("utf-8")
    return {
        REFERENCE / "settings.md": filled("settings_page.txt"),
        REFERENCE / "front-matter.md": filled("front_matter_page.txt"),
        REFERENCE / "exit-codes.md": exit_codes(),
        REFERENCE / "commands.md": with_commands(by_hand),
    }


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, "utf-8")
