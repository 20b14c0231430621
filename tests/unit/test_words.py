"""Every word of the theme comes from a table, and each language has all of them."""

from __future__ import annotations

import html
import re
import string
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from activefeed.render import words
from activefeed.render.words import of_language

THEME = Path(words.__file__).parent / "theme"
TABLES = {one.stem: tomllib.loads(one.read_text("utf-8")) for one in THEME.glob("words/*.toml")}
FULL = sorted(name for name in TABLES if "-" not in name)
DAY = datetime(2026, 3, 1, tzinfo=UTC)


def forms(text: object) -> list[str]:
    return list(text.values()) if isinstance(text, dict) else [str(text)]


def places(text: object) -> set[str]:
    """Return what a text, in all its forms, is given."""
    return {
        name for form in forms(text) for _, name, _, _ in string.Formatter().parse(form) if name
    }


@pytest.mark.parametrize("language", FULL)
def test_each_language_says_everything_with_the_same_places(language: str) -> None:
    table, english = TABLES[language], TABLES["en"]
    roles = {key for key in table if key.startswith("role_")}  # others are shown as they are
    assert set(table) - roles == set(english) - {k for k in english if k.startswith("role_")}
    for key in set(table) & set(english) - {"months"}:
        assert places(table[key]) <= places(english[key]) | {"count"}, key
        assert isinstance(table[key], dict) == isinstance(english[key], dict), key
    assert len(table["months"]) == 12


def asked() -> set[str]:
    """Return the keys that templates and modules ask for."""
    found = set()
    for file in [*THEME.glob("*.html"), *THEME.glob("*.css"), *THEME.parent.glob("*.py")]:
        text = file.read_text("utf-8")
        found |= set(re.findall(r"""(?:words|self|_dated)\(["']([a-z_]+)["']""", text))
    rewrites = (THEME.parent / "markup.toml").read_text("utf-8")
    found |= set(re.findall(r"""aria-label="\{([a-z_]+)\}""", rewrites))
    types = {"trailer", "bonus"}  # of an episode
    return found | types | {"months"}


def test_the_theme_asks_for_no_word_that_is_not_there_and_none_is_left_over() -> None:
    assert asked() == {key for key in TABLES["en"] if not key.startswith("role_")}


def written(template: str) -> Iterator[str]:
    """Yield what a template writes between tags, and into attributes that people meet."""
    machines = r"\{% block (?:linked|card) %\}.*?\{% endblock %\}"
    template = re.sub(machines, "", template, flags=re.DOTALL)
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", template, flags=re.DOTALL)
    bare = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", bare, flags=re.DOTALL)
    yield from re.findall(r"""(?:aria-label|title|placeholder|alt)="([^"]*)\"""", bare)
    yield from re.sub(r"<[^>]*>", " ", bare).split()


@pytest.mark.parametrize(
    "name", sorted({one.name for one in THEME.glob("*.html")} - {"linked.html"})
)
def test_no_template_says_a_word_of_its_own(name: str) -> None:
    texts = map(html.unescape, written((THEME / name).read_text("utf-8")))
    said = [text for text in texts if re.search("[A-Za-z]{2}", text)]
    assert not said


def test_dates_and_sizes_are_written_as_the_language_writes_them() -> None:
    assert of_language("en").day(DAY) == "1 March 2026"
    assert of_language("en-US").day(DAY) == "March 1, 2026"
    assert of_language("de-AT").day(DAY) == "1. März 2026"
    assert of_language("de").month(DAY) == "März 2026"
    sizes = [1, 999, 1_000, 407_400, 999_499, 999_500, 1_240_000, 99_940_000, 123_400_000, 2e9]
    shown = [
        "1 kB",
        "1 kB",
        "1 kB",
        "407 kB",
        "999 kB",
        "1.0 MB",
        "1.2 MB",
        "99.9 MB",
        "123 MB",
        "2.0 GB",
    ]
    assert [of_language("en").size(int(one)) for one in sizes] == shown
    assert of_language("de").size(1_240_000) == "1,2 MB"


def test_direction_follows_the_language() -> None:
    assert {code: of_language(code).direction for code in ("ar", "he-IL", "fa", "de", "en")} == {
        "ar": "rtl", "he-IL": "rtl", "fa": "rtl", "de": "ltr", "en": "ltr",
    }  # fmt: skip
