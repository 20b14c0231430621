"""theme.md: what it says of templates, variables and filters is so, and its examples work."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest
import sitemaker
from browser import tools
from jinja2 import Environment, meta, nodes
from sitemaker import Maker

from activefeed import pipeline
from activefeed.model import Item, Person, Published, Recording, Site
from activefeed.render import templates
from activefeed.render.entry import Destination, Entry
from activefeed.render.own import LOADER
from activefeed.tree import Tree

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs/pages/reference/theme.md").read_text("utf-8")
THEME = {
    name: LOADER.get_source(templates._ENV, name)[0]
    for name in LOADER.list_templates()
    if name.endswith(".html")
}
APART = {"redirect.html", "record.html"}  # no pages like the others
EVERYWHERE, PAGES = "What every template is given", "What every page is given"
MACROS = {name for name, text in THEME.items() if text.lstrip().startswith(("{% macro", "{#"))}
MACROS |= {"parts.html"}
TREES = {name: templates._ENV.parse(text) for name, text in THEME.items()}


def names_under(heading: str) -> list[str]:
    """Return the first cells of the table under a heading, or under a line before it."""
    found = re.search(
        rf"^(?:#+ )?{re.escape(heading)}:?$\n(.*?)(?=^#|^`\w+`:$|\Z)",
        TEXT,
        re.MULTILINE | re.DOTALL,
    )
    assert found, f"docs/pages/reference/theme.md has no heading {heading}"
    return re.findall(r"^\| `([\w-]+)` \|", found[1], re.MULTILINE)


def set_in(tree: nodes.Template) -> set[str]:
    """Return the names that a template sets or imports itself."""
    stored = {one.name for one in tree.find_all(nodes.Name) if one.ctx == "store"}
    stored |= {one.name for one in tree.find_all(nodes.Macro)}
    return stored | {one.target for one in tree.find_all(nodes.Import)}


@pytest.mark.parametrize("name", sorted(THEME))
def test_what_a_template_takes_is_documented(name: str) -> None:
    known = {*names_under(EVERYWHERE), *names_under(f"`{name}`"), *set_in(TREES[name])}
    known |= set_in(TREES["base.html"])
    if name not in APART:
        known.update(names_under(PAGES))
    if name in MACROS or "{% macro" in THEME[name]:  # they are called from pages
        known.update(*(names_under(f"`{page}`") for page in THEME))
    missing = sorted(meta.find_undeclared_variables(TREES[name]) - known)
    assert not missing, (
        f"docs/pages/reference/theme.md, table under `{name}`: add a row for each of {missing}"
    )


def test_no_template_is_documented_that_is_not_there() -> None:
    assert set(re.findall(r"^#### `(\S+)`$", TEXT, re.MULTILINE)) == set(THEME)


def site_of_everything(root: Path) -> Maker:
    maker = sitemaker.make(root, old="search = false\n")
    for number in range(12):
        maker.markdown(f"posts/post-{number}.md", "categories: [Hips]", "authors: [dana]")
    works = "references: [{title: A work}]"
    maker.markdown("posts/last.md", works, "related: [post-1.md]", "aliases: [/old.html]")
    maker.markdown("pages/about.md", works)
    maker.episode("first", works)
    maker.episode("second")
    return maker


def rendered(root: Path) -> tuple[list[str], Tree | None]:
    made = pipeline.render(pipeline.read(root), Published(), Destination(""), sitemaker.NOW)
    return [f"{one.location}: {one.message}" for one in made.problems], made.tree


def pages_of(tree: Tree) -> dict[str, str]:
    kinds = {path: one.body for path, one in tree.artifacts.items() if path.endswith(".html")}
    return {path: body.decode() for path, body in kinds.items() if isinstance(body, bytes)}


@pytest.mark.parametrize("name", sorted(THEME.keys() - MACROS - {"record.html"}))
def test_what_is_documented_is_given(name: str, tmp_path: Path) -> None:
    if name.startswith("search") and not find_spec("pagefind"):
        tools.lacking("pagefind", "pip install 'activefeed[search]'")
    always = set(names_under(EVERYWHERE))
    always |= set(names_under(PAGES)) if name not in APART else set()
    wanted = {*always, *names_under(f"`{name}`")}
    asked = "".join(f"[{one}:{{{{ {one} is defined }}}}]" for one in sorted(wanted))
    if "{% extends" in THEME[name]:
        probe = f'{{% extends "theme/{name}" %}}{{% block content %}}{asked}{{% endblock %}}'
    else:
        probe = THEME[name] + asked
    if name.startswith("search") and not find_spec("pagefind"):
        tools.lacking("pagefind", "pip install 'activefeed[search]'")
    maker = site_of_everything(tmp_path)
    if name.startswith("search"):
        settings = sitemaker.SETTINGS.replace("search = false", "search = true")
        maker.write("activefeed.toml", settings)
    maker.write(f"templates/{name}", probe)
    problems, tree = rendered(tmp_path)
    assert tree, problems
    seen: dict[str, set[str]] = {}
    for text in pages_of(tree).values():
        for one, given in re.findall(r"\[(\w+):(True|False)\]", text):
            seen.setdefault(one, set()).add(given)
    assert seen.keys() == wanted, f"no page shows {name}"
    for one in wanted:
        assert seen[one] == {"True"} if one in always else "True" in seen[one], (name, one)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("`entry`", Entry),
        ("`item`", Item),
        ("`recording`", Recording),
        ("`person`", Person),
        ("`site`", Site),
    ],
)
def test_what_things_hold_is_so(heading: str, kind: type) -> None:
    fields = {one.name for one in dataclasses.fields(kind)}
    listed = names_under(heading)
    assert len(listed) >= 5
    assert not [one for one in listed if one not in fields]


def test_every_filter_of_the_theme_is_documented_and_no_other() -> None:
    own = templates._ENV.filters.keys() - Environment().filters.keys()
    assert set(names_under("Filters of the theme")) == own


def test_every_variable_of_the_style_is_documented_and_no_other(tmp_path: Path) -> None:
    _, tree = rendered(site_of_everything(tmp_path).root)
    assert tree
    (style,) = [
        one.body for path, one in tree.artifacts.items() if re.match(r"assets/site\..*css", path)
    ]
    assert isinstance(style, bytes)
    roots = re.findall(r":root \{([^}]*)\}", style.decode())
    assert set(names_under("Style")) == {
        name for block in roots for name in re.findall(r"(--[\w-]+):", block)
    }


def examples() -> Iterator[tuple[str, str]]:
    yield from re.findall(r"^`([\w./-]+)`:\n\n```\w+\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    for toml in re.findall(r"^```toml\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL):
        yield "templates/words.toml", toml


EXAMPLES: Mapping[str, str] = dict(examples())


def test_the_document_has_examples_of_each_kind() -> None:
    kinds = {Path(path).suffix for path in EXAMPLES}
    assert kinds == {".css", ".html", ".toml"}
    assert len(EXAMPLES) >= 6


@pytest.mark.parametrize("path", sorted(EXAMPLES.keys() - {"templates/newest.html"}))
def test_each_example_works(path: str, tmp_path: Path) -> None:
    maker = site_of_everything(tmp_path)
    maker.write("assets/favicon.png", b"\x89PNG")
    problems, tree = rendered(tmp_path)
    assert tree
    assert not problems
    before = {path: one.sha256 for path, one in tree.artifacts.items()}
    maker.write(path, EXAMPLES[path])
    if path == "templates/404.html":
        maker.write("templates/newest.html", EXAMPLES["templates/newest.html"])
    problems, tree = rendered(tmp_path)
    assert tree, problems
    assert not problems
    assert before != {path: one.sha256 for path, one in tree.artifacts.items()}


def test_all_examples_work_together_and_do_what_they_say(tmp_path: Path) -> None:
    maker = site_of_everything(tmp_path)
    for path, text in EXAMPLES.items():
        maker.write(path, text)
    problems, tree = rendered(tmp_path)
    assert tree, problems
    assert not problems
    pages = pages_of(tree)
    for path, text in pages.items():
        if path != "old.html" and not path.endswith("/player.html"):
            assert "<p>Made in America/New_York.</p>" in text, path
            assert 'rel="apple-touch-icon"' in text, path
            assert "Follow us" in text, path
    assert "<p>1. A work" in pages["podcast/first.html"]
    assert "2 February 2026</p>" in pages["404.html"]
    form = EXAMPLES["pages/booking.html"].partition("---\n<")[2]
    assert f"<{form}" in pages["booking.html"]
    with tree.artifacts["assets/site.css"].open() as style:
        assert style.read().decode() == EXAMPLES["assets/site.css"]
