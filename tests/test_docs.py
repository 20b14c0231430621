"""What the documents must hold: modules, commands, options, codes, keys, problems.

``python tests/test_docs.py`` prints the README's list of modules.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from activefeed.cli import cli
from activefeed.content import schema
from activefeed.problems import Exit
from activefeed.publish.lease import Terms

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src"
README = (ROOT / "README.md").read_text("utf-8")
TREES = {path: ast.parse(path.read_text("utf-8")) for path in sorted(SRC.rglob("*.py"))}
MAKERS = {"error", "warn", "fault", "known", "Problem", "Difference", "YamlError"}
CODE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


def text(name: str) -> str:
    """Return a page of the reference."""
    path = ROOT / "docs/pages/reference" / name
    return path.read_text("utf-8") if path.exists() else ""


def modules() -> list[str]:
    """Return the README's line for every package and module."""
    found = []
    for path, tree in TREES.items():
        name = path.relative_to(SRC).as_posix().removesuffix("__init__.py")
        first = (ast.get_docstring(tree) or "").split("\n")[0]
        found.append(f"- `{name}`: {first}")
    return sorted(found, key=lambda line: line.split("`")[1])


def test_the_readme_has_one_line_for_every_package_and_module() -> None:
    assert [line for line in README.splitlines() if line.startswith("- `activefeed/")] == modules()


@pytest.mark.parametrize(
    "command",
    [
        "python3 -m venv .venv && .venv/bin/pip install -e . && .venv/bin/activefeed publish",
        ".venv/bin/pip install -e '.[test]' && .venv/bin/pytest",
    ],
)
def test_the_commands_that_set_everything_up_are_in_the_readme(command: str) -> None:
    assert command in README.splitlines()


def test_the_readme_and_the_help_explain_every_exit_code() -> None:
    for place, words in (("README", README), ("--help", cli.epilog or "")):
        listed = words[words.index("Exit codes:") :].split("\n\n")[0]
        assert {int(number) for number in re.findall(r"\b\d+\b", listed)} == set(Exit), place


def commands() -> Iterator[tuple[str, click.Parameter]]:
    for name, command in cli.commands.items():
        yield from ((name, parameter) for parameter in command.params)


def test_every_command_and_option_is_documented() -> None:
    words = README + text("commands.md")
    wanted = {f"activefeed {name}" for name in cli.commands} | {
        option
        for _, parameter in commands()
        for option in parameter.opts
        if isinstance(parameter, click.Option) and option.startswith("--")
    }
    assert wanted
    assert not [one for one in sorted(wanted) if not re.search(rf"`[^`]*{one}(?![\w-])", words)]


def test_every_option_explains_itself() -> None:
    assert not [
        f"{name} {option.opts[0]}"
        for name, option in commands()
        if isinstance(option, click.Option) and not option.help
    ]
    assert all(command.help for command in cli.commands.values())


def models() -> Iterator[type[schema.Keys]]:
    found = list(schema.Keys.__subclasses__())
    while found:
        model = found.pop()
        found += model.__subclasses__()
        yield model


def test_every_key_is_documented_in_the_words_of_the_schema() -> None:
    words = text("writing.md")
    rows = set(words.splitlines())
    missing = []
    for model in models():
        for name, field in model.model_fields.items():
            if model is schema.Settings:
                name = "publish" if name == "targets" else name  # noqa: PLW2901
                known = bool(re.search(rf"^#+ .*\[{name}[\].]", words, re.MULTILINE))
            elif field.description:
                star = " *" if field.is_required() else ""
                known = f"| `{name}`{star} | {field.description} |" in rows
            else:
                known = f"`{name}`" in words
            if not known:
                missing.append(f"{model.__name__}.{name}: {field.description or ''}")
    assert not missing, "\n".join(missing)


def literals(node: ast.expr) -> Iterator[str]:
    """Yield the code that an expression, or the first part of a tuple, is; or both of a choice."""
    first = node.elts[0] if isinstance(node, ast.Tuple) else node
    for one in (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,):
        if isinstance(one, ast.Constant) and CODE.fullmatch(str(one.value)):
            yield str(one.value)


def codes_in(tree: ast.Module) -> Iterator[str]:
    """Yield every code that a module gives to a problem.

    They are first arguments of what makes problems, values given to the name ``code``, and what
    the rows of tables begin with.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in MAKERS:
            found = list(literals(node.args[0]))
            assert found or ast.unparse(node.args[0]).split(".")[-1] == "code", ast.unparse(node)
            yield from found
        elif isinstance(node, ast.Assign) and re.match(r"\(?code\b", ast.unparse(node.targets[0])):
            yield from literals(node.value)
        elif isinstance(node, ast.Tuple | ast.List):
            rows = [row for row in node.elts if isinstance(row, ast.Tuple) and len(row.elts) >= 3]
            for row in rows:
                yield from (code for code in literals(row) if "-" in code)


def test_every_problem_is_explained_and_no_other() -> None:
    used = {code for tree in TREES.values() for code in codes_in(tree)}
    rules = (SRC / "activefeed/render/rules.txt").read_text("utf-8")
    used |= set(re.findall(r"^\[(rule-[a-z0-9-]+)\] ", rules, re.MULTILINE))
    forms = tomllib.loads((SRC / "activefeed/content/forms.toml").read_text("utf-8"))
    used |= {code for code, *_ in forms.values()}
    differ = tomllib.loads((SRC / "activefeed/publish/differences.toml").read_text("utf-8"))
    used |= {code for table in differ.values() for code in table}
    used |= tomllib.loads((SRC / "activefeed/advice.toml").read_text("utf-8")).keys()
    assert len(used) > 40
    listed = set(re.findall(rf"^(?:\||-|#+) `({CODE.pattern})`", text("problems.md"), re.MULTILINE))
    assert not sorted(used - listed), "explain them in problems.md"
    assert not sorted(listed - used), "problems.md explains what does not happen"


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
