"""What the documents must hold: modules, commands, options, codes, keys, problems.

``python tests/test_docs.py`` prints the list of modules in explanation/house.md.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from activefeed.cli import cli
from activefeed.content import jsonschema, schema
from activefeed.problems import Exit
from activefeed.publish.lease import Terms

sys.path.append(str(Path(__file__).parents[1] / "docs"))

import make_reference

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src"
README = (ROOT / "README.md").read_text("utf-8")
TREES = {path: ast.parse(path.read_text("utf-8")) for path in sorted(SRC.rglob("*.py"))}
MAKERS = {"error", "warn", "fault", "refuse", "Problem", "Difference", "YamlError"}
MADE_OF_WORDS = {"Problem.of", "Problem.warning"}
CODE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


def text(name: str) -> str:
    """Return a page of the reference."""
    path = ROOT / "docs/pages/reference" / name
    return path.read_text("utf-8") if path.exists() else ""


def modules() -> list[str]:
    """Return the line of the house for every package and module."""
    found = []
    for path, tree in TREES.items():
        name = path.relative_to(SRC).as_posix().removesuffix("__init__.py")
        first = (ast.get_docstring(tree) or "").split("\n")[0]
        found.append(f"- `{name}`: {first}")
    return sorted(found, key=lambda line: line.split("`")[1])


def test_the_house_has_one_line_for_every_package_and_module() -> None:
    house = (ROOT / "docs/pages/explanation/house.md").read_text("utf-8")
    assert [line for line in house.splitlines() if line.startswith("- `activefeed/")] == modules()


def test_the_readme_is_two_screens_and_begins_with_a_sentence_and_a_picture() -> None:
    title, sentence, picture = [part for part in README.split("\n\n") if part][:3]
    assert title == "# activefeed"
    assert sentence.count(". ") == 0
    assert picture.startswith("![")
    headings = re.findall(r"^## (.+)$", README, re.MULTILINE)
    assert headings == ["Break it", "Compared", "Read the code"]
    assert len(README.splitlines()) <= 130


@pytest.mark.parametrize(
    "command",
    [
        "python3 -m venv .venv && .venv/bin/pip install -e . && .venv/bin/activefeed publish",
        ".venv/bin/pip install -e '.[test]' && .venv/bin/pytest",
    ],
)
def test_the_commands_that_set_everything_up_are_in_the_readme(command: str) -> None:
    assert command in README.splitlines()


def test_the_help_explains_every_exit_code() -> None:
    words = cli.epilog or ""
    listed = words[words.index("Exit codes:") :].split("\n\n")[0]
    assert {int(number) for number in re.findall(r"\b\d+\b", listed)} == set(Exit)


def every(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield name and command, those of groups below their name."""
    for name, command in group.commands.items():
        yield before + name, command
        if isinstance(command, click.Group):
            yield from every(command, f"{before}{name} ")


def commands() -> Iterator[tuple[str, click.Parameter]]:
    for name, command in every(cli):
        yield from ((name, parameter) for parameter in command.params)


def test_what_is_made_of_the_program_is_as_it_would_be_made_now() -> None:
    for path, page in make_reference.pages().items():
        assert path.read_text("utf-8") == page, "run: python docs/make_reference.py"


def test_every_option_is_documented_under_its_command() -> None:
    sections = dict(
        re.findall(
            r"^### activefeed ([\w ]+)\n(.*?)(?=^##)", text("commands.md"), re.MULTILINE | re.DOTALL
        )
    )
    leaves = {name for name, one in every(cli) if not isinstance(one, click.Group)}
    assert set(sections) == leaves
    for name, parameter in commands():
        for option in parameter.opts if isinstance(parameter, click.Option) else ():
            assert re.search(rf"`[^`]*{option}(?![\w-])", sections[name]), f"{name} {option}"


def test_every_option_explains_itself() -> None:
    assert not [
        f"{name} {option.opts[0]}"
        for name, option in commands()
        if isinstance(option, click.Option) and not option.help
    ]
    assert all(command.help for _, command in every(cli))


def test_every_exit_code_is_explained() -> None:
    listed = re.findall(r"^\| `(\d+)` \| .+ \| .+ \|$", text("exit-codes.md"), re.MULTILINE)
    assert [int(number) for number in listed] == list(Exit)


def models() -> Iterator[type[schema.Keys]]:
    found = list(schema.Keys.__subclasses__())
    while found:
        model = found.pop()
        found += model.__subclasses__()
        yield model


def test_every_key_is_explained_and_stands_in_the_reference() -> None:
    pages = {"": text("front-matter.md"), '"': text("settings.md")}
    for model in models():
        own = [key for key in model.__annotations__ if key in model.model_fields]
        assert all(jsonschema.meaning(model, key) for key in own), model
        if model is schema.Settings:
            headings = re.findall(r"^## \[(\w+)", pages['"'], re.MULTILINE)
            assert headings == own
        elif own:
            tables = {quote: make_reference.keys(model, quote) for quote in pages}
            assert any(tables[quote] in page for quote, page in pages.items()), model


def test_pages_that_messages_name_are_there() -> None:
    named = {
        name
        for path in SRC.rglob("*.py")
        for name in re.findall(r"docs/[\w/-]+\.md", path.read_text("utf-8"))
    }
    assert named
    assert not [name for name in named if not (ROOT / name).is_file()]


def literals(node: ast.expr) -> Iterator[str]:
    """Yield the code that an expression, or the first part of a tuple, is; or both of a choice."""
    first = node.elts[0] if isinstance(node, ast.Tuple) else node
    for one in (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,):
        code = str(one.value).partition(":")[0] if isinstance(one, ast.Constant) else ""
        if CODE.fullmatch(code):
            yield code


def codes_in(tree: ast.Module) -> Iterator[str]:
    """Yield every code that a module gives to a problem.

    They are first arguments of what makes problems, values given to the name ``code``, and what
    the rows of tables begin with.
    """
    for node in ast.walk(tree):
        made = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
        if isinstance(node, ast.Call) and (made in MADE_OF_WORDS or made.split(".")[-1] in MAKERS):
            found, told = list(literals(node.args[0])), ast.unparse(node.args[0])
            assert found or told.split(".")[-1] in {"code", "kind"}, ast.unparse(node)
            yield from found
        elif isinstance(node, ast.Assign) and re.match(r"\(?code\b", ast.unparse(node.targets[0])):
            yield from literals(node.value)
        elif isinstance(node, ast.Tuple | ast.List):
            rows = [row for row in node.elts if isinstance(row, ast.Tuple) and len(row.elts) >= 3]
            for row in rows:
                yield from (code for code in literals(row) if "-" in code)


def listed() -> set[str]:
    """Return every code in problems.md."""
    rows = rf"^(?:\||-|#+) `({CODE.pattern})`"
    return set(re.findall(rows, text("problems.md"), re.MULTILINE))


def test_every_problem_is_explained_and_no_other() -> None:
    used = {code for tree in TREES.values() for code in codes_in(tree)}
    rules = (SRC / "activefeed/render/rules.txt").read_text("utf-8")
    used |= set(re.findall(r"^\[(rule-[a-z0-9-]+)\] ", rules, re.MULTILINE))
    forms = tomllib.loads((SRC / "activefeed/content/forms.toml").read_text("utf-8"))
    used |= {code for code, *_ in (*forms.pop("known").values(), *forms.values())}
    for name in ("faults", "pages"):
        kinds = tomllib.loads((SRC / f"activefeed/sentences/{name}.toml").read_text("utf-8"))
        used |= {kind.partition(":")[0] for kind in kinds}
    front = tomllib.loads((SRC / "activefeed/formats/yaml.toml").read_text("utf-8"))
    del front["plain"]
    used |= {code for table in front.values() for code, *_ in table}
    differ = tomllib.loads((SRC / "activefeed/publish/differences.toml").read_text("utf-8"))
    used |= {code for table in differ.values() for code in table}
    used |= tomllib.loads((SRC / "activefeed/sentences/refusals.toml").read_text("utf-8")).keys()
    used |= tomllib.loads((SRC / "activefeed/sentences/advice.toml").read_text("utf-8")).keys()
    assert len(used) > 40
    assert not sorted(used - listed()), "explain them in problems.md"
    assert not sorted(listed() - used), "problems.md explains what does not happen"


def test_the_document_on_storage_knows_how_long_a_dead_publish_is_waited_for() -> None:
    assert f"{Terms().ttl:.0f} seconds after its last sign of life" in text("storage.md")


def test_links_between_documents_lead_somewhere() -> None:
    dead = []
    for document in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        for link in re.findall(r"\]\(([^)#\s]+)", document.read_text("utf-8")):
            # What stands in an example of front matter or Markdown is no link of ours.
            example = ":" in link or link.startswith("../images/")
            if not example and not (document.parent / link).exists():
                dead.append(f"{document.relative_to(ROOT)}: {link}")
    assert not dead


if __name__ == "__main__":
    print("\n".join(modules()))  # noqa: T201
