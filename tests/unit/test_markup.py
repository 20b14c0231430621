"""Markdown on pages, in feeds and as plain text."""

from __future__ import annotations

import pytest

from activefeed.render.markup import for_feed, plain, summary, to_html
from activefeed.render.words import of_language

BASE = "https://clinic.example/blog/walking.html"
WORDS = of_language("en")
HIP = {"width": "1200", "height": "760", "srcset": "hip-320.webp 320w", "sizes": "100vw",
       "loading": "lazy"}  # fmt: skip


def unknown(_: str) -> dict[str, str]:
    return {}


def html(text: str) -> str:
    return to_html(text, lambda target: target, unknown, WORDS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a](x.md)", '<p><a href="X">a</a></p>'),
        ("[a][r]\n\n[r]: x.md", '<p><a href="X">a</a></p>'),
        ("![a](x.png)", '<p><img src="X" alt="a" /></p>'),
        ("<video poster='p.png' src=\"v.mp4\"></video>",
         '<p><video poster="X" src="X"></video></p>'),
        ('<a title="see href=\'no.md\' > here" href="x.md">a</a>',
         '<p><a title="see href=\'no.md\' > here" href="X">a</a></p>'),
        ("<!-- [a](x.md) <a href='x.md'> -->", "<!-- [a](x.md) <a href='x.md'> -->"),
        ("`<a href='x.md'>`", "<p><code>&lt;a href='x.md'&gt;</code></p>"),
    ],
)  # fmt: skip
def test_every_address_of_a_tag_is_followed_and_nothing_else(text: str, expected: str) -> None:
    assert to_html(text, lambda target: "X", unknown, WORDS).strip() == expected


def test_addresses_are_given_and_taken_as_they_read() -> None:
    asked: list[str] = []

    def resolve(target: str) -> str:
        asked.append(target)
        return 'a&b="c"'

    assert to_html("[a](<my file.md?x=1&y=2>)", resolve, unknown, WORDS) == (
        '<p><a href="a&amp;b=&quot;c&quot;">a</a></p>\n'
    )
    assert asked == ["my%20file.md?x=1&y=2"]


def test_a_link_that_leads_nowhere_yet_keeps_its_words() -> None:
    assert to_html("[soon](x.md)", lambda target: None, unknown, WORDS) == "<p><a>soon</a></p>\n"


def dressed(text: str) -> str:
    """Return the tag of a picture in a text, less what comes before its alt."""

    def facts(target: str) -> dict[str, str]:
        return HIP if target == "../images/hip.png" else {}

    html = to_html(text, lambda target: target.replace("../images", "m"), facts, WORDS)
    return html[html.index("<") : html.rindex(">") + 1].removeprefix("<p>").removesuffix("</p>")


ALL = ' width="1200" height="760" srcset="hip-320.webp 320w" sizes="100vw" loading="lazy"'


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("![hip](../images/hip.png)", f'<img src="m/hip.png" alt="hip"{ALL} />'),
        ('<img src="../images/hip.png">', f'<img src="m/hip.png"{ALL}>'),
        (
            "<IMG alt='a > b' SRC='../images/hip.png'/>",
            f"<IMG alt='a > b' SRC=\"m/hip.png\"{ALL}/>",
        ),
        (
            '![hip](../images/hip.png "Hip")',
            f'<figure><img src="m/hip.png" alt="hip"{ALL} /><figcaption>Hip</figcaption></figure>',
        ),
        ("![hip](../images/other.png)", '<img src="m/other.png" alt="hip" />'),
        ("![hip](https://x.example/hip.png)", '<img src="https://x.example/hip.png" alt="hip" />'),
        ("[hip](../images/hip.png)", '<a href="m/hip.png">hip</a>'),
    ],
)
def test_a_picture_of_the_site_is_told_with_its_size_and_its_copies(text: str, tag: str) -> None:
    assert dressed(text) == tag


@pytest.mark.parametrize(
    ("own", "added"),
    [
        ('width="300"', ' srcset="hip-320.webp 320w" sizes="100vw" loading="lazy"'),
        ('loading="eager"', ALL.replace(' loading="lazy"', "")),
        ('srcset="x.png 2x"', ' width="1200" height="760" loading="lazy"'),
        ('sizes="50vw"', ALL.replace(' sizes="100vw"', "")),
    ],
)
def test_what_the_author_says_of_a_picture_stays(own: str, added: str) -> None:
    assert dressed(f'<img src="../images/hip.png" {own}>') == f'<img src="m/hip.png" {own}{added}>'


def test_a_feed_is_told_the_size_of_a_picture_and_no_more() -> None:
    assert for_feed(dressed("![hip](../images/hip.png)"), BASE) == (
        '<img src="https://clinic.example/blog/m/hip.png" alt="hip" width="1200" height="760">'
    )


def test_headings_have_addresses_of_their_own() -> None:
    assert html("## Strength & *more*\n## Ünï") == (
        '<h2 id="strength--more">Strength &amp; <em>more</em></h2>\n<h2 id="ünï">Ünï</h2>\n'
    )


def test_a_table_can_be_scrolled_with_the_keyboard() -> None:
    table = html("| a | b |\n|:--|--:|\n| 1 | 2 |")
    assert table.startswith('<div class="scroll" role="region" aria-label="Table" tabindex="0">')
    assert '<th class="align-left">a</th>\n<th class="align-right">b</th>' in table
    assert "align=" not in table


def test_tasks_say_whether_they_are_done() -> None:
    assert html("- [x] walk\n- [ ] run") == (
        '<ul>\n<li class="task"><span role="img" aria-label="Done">☑</span> walk</li>\n'
        '<li class="task"><span role="img" aria-label="To do">☐</span> run</li>\n</ul>\n'
    )
    assert for_feed(html("- [x] walk"), BASE) == "<ul>\n<li>☑ walk</li>\n</ul>"


def test_a_title_of_a_picture_is_its_caption() -> None:
    assert html('![A hip](hip.png "The *hip*")') == (
        '<figure><img src="hip.png" alt="A hip" /><figcaption>The *hip*</figcaption></figure>\n'
    )


def test_footnotes_lead_to_the_page_from_a_feed() -> None:
    said = for_feed(html("Strong[^1] hips.\n\n[^1]: A note."), BASE)
    assert said.startswith(f'<p>Strong<sup><a href="{BASE}#fn-1">1</a></sup> hips.</p>')
    assert said.endswith("<li>\n<p>A note.</p>\n</li>\n</ol>")
    assert "↩" not in said


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ('a<script>alert("x")</script>b', "ab"),
        ("a<style>p{}</style>b", "ab"),
        ('a<iframe src="https://video.example"></iframe>b', "ab"),
        ('<p onclick="x()" style="color:red" class="a">a</p>', "<p>a</p>"),
        ('<a href="javascript:x()">a</a>', "<a>a</a>"),
        ('<img src="data:image/png;base64,x" alt="a">', '<img alt="a">'),
        ("<!-- note -->a", "a"),
        ("a ]]> b", "a ]]&gt; b"),
    ],
)
def test_nothing_dangerous_reaches_a_feed(written: str, kept: str) -> None:
    assert for_feed(written, BASE) == kept


@pytest.mark.parametrize(
    ("written", "absolute"),
    [
        ("running.html", "https://clinic.example/blog/running.html"),
        ("../media/a.png", "https://clinic.example/media/a.png"),
        ("/about.html", "https://clinic.example/about.html"),
        ("#top", "https://clinic.example/blog/walking.html#top"),
        ("//cdn.example/a.png", "https://cdn.example/a.png"),
        ("mailto:a@clinic.example", "mailto:a@clinic.example"),
        ("https://x.example/?a=1&amp;b=2", "https://x.example/?a=1&amp;b=2"),
    ],
)
def test_every_address_in_a_feed_is_absolute(written: str, absolute: str) -> None:
    assert for_feed(f'<a href="{written}">a</a>', BASE) == f'<a href="{absolute}">a</a>'


def test_plain_text_is_the_running_text() -> None:
    text = """# Title

First[^1] words & *more* — “said”.<br>Next.

| a |
|---|
| 1 |

- one
- two

![alt](x.png "caption")

[^1]: A note.
"""
    assert plain(html(text)) == "First words & more — “said”. Next. one two"


def test_a_text_is_cut_at_a_word() -> None:
    assert summary("a" * 200) == "a" * 200
    assert summary("a" * 195 + ", three") == "a" * 195 + "…"
    assert summary("a" * 201) == "a" * 199 + "…"
    assert len(summary(html("word " * 100))) <= 200
