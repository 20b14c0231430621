"""Notes of another host become Markdown that shows the same, or stay the HTML that they are."""

from __future__ import annotations

import re
import sys
from textwrap import dedent
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tellings import shown

from activefeed.formats import hypertext
from activefeed.migrate import notes
from activefeed.migrate.moving import Notice, Wanted
from activefeed.migrate.notes import to_markdown
from activefeed.problems import UsageError


class Notes(NamedTuple):
    body: str
    images: tuple[Wanted, ...]
    notices: tuple[Notice, ...]


def brought(html: str, base: str = "https://old.example/p/1") -> Notes:
    found = to_markdown(html, shown, title="T", path="episodes/012-hips.md", base=base)
    return Notes(*found)


def body(html: str) -> str:
    """Return what HTML becomes, of which nothing is to be told."""
    found = brought(html)
    assert not found.notices
    return found.body


def told(html: str) -> str:
    (notice,) = brought(html).notices
    assert (notice.kind, notice.title) == ("taken-out", "T")
    return notice.detail


def test_it_reads_as_if_it_had_been_written_so() -> None:
    html = """
        <h2>Show notes</h2>
        <p>Hello <b>dear</b> <em>listeners</em> &amp; friends,<br>it's <del>5</del> 6 o'clock.</p>
        <ul><li>One<ul><li>in it</li></ul></li><li>Two: <a href="/2?a=1&amp;b=2">it</a></li></ul>
        <ol start="3"><li>Three</li><li>Four</li></ol>
        <blockquote><p>She said so.</p></blockquote>
        <table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>x | y</td></tr></table>
        <pre><code>a = *b*

  c</code></pre><p>H<sub>2</sub>O, x<sup>2</sup>, <code>a_b</code></p><hr>
        <p><a href="https://x.example">https://x.example</a></p>"""
    assert body(html) == dedent("""\
        ## Show notes

        Hello **dear** *listeners* & friends,\\
        it's ~~5~~ 6 o'clock.

        - One
          - in it
        - Two: [it](https://old.example/2?a=1&b=2)

        3. Three
        4. Four

        > She said so.

        | A | B |
        | --- | --- |
        | 1 | x \\| y |

        ```
        a = *b*

          c
        ```

        H<sub>2</sub>O, x<sup>2</sup>, `a_b`

        ---

        <https://x.example>
        """)


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("*stars* and _lines_ and snake_case", r"\*stars\* and \_lines\_ and snake_case"),
        ("2 * 3 and 5 - 4 and a=b", "2 * 3 and 5 - 4 and a=b"),
        ("# 5", r"\# 5"),
        ("#5", "#5"),
        ("1. May", r"1\. May"),
        ("- dash", r"\- dash"),
        ("&gt; more", r"\> more"),
        ("+ plus", r"\+ plus"),
        ("[1] and [x](y)", r"\[1\] and \[x\](y)"),
        ("&lt;b&gt; &amp;amp; AT&T", r"\<b> \&amp; AT&T"),
        ("C:\\dir and \\*", r"C:\dir and \\\*"),
        ("`code`", r"\`code\`"),
        ("~~gone~~", r"\~\~gone\~~"),
        ("---", r"\---"),
        ("===", r"\==="),
        (": term", r"\: term"),
        ("a | b", "a | b"),
        ("!", "!"),
        ("https://x.example/a_b_*c*_?d=[1]", "https://x.example/a_b_*c*_?d=[1]"),
        ("www.x.example", "www.x.example"),
    ],
)
def test_signs_that_mean_something_in_markdown_stay_signs(text: str, markdown: str) -> None:
    assert body(f"<p>{text}</p>") == f"{markdown}\n"


def test_a_dash_in_the_middle_is_left_alone() -> None:
    assert body("<p><b>Name</b> - the text</p>") == "**Name** - the text\n"


def test_two_line_ends_make_a_paragraph_unless_that_would_tear_something() -> None:
    assert body("one<br><br>two<br>three<br>") == "one\n\ntwo\\\nthree\n"
    assert body("<b>one<br><br>two</b>") == "**one\\\n\\\ntwo**\n"


def test_stars_that_would_not_work_are_tags() -> None:
    assert body("<b>Links:</b>here") == "<strong>Links:</strong>here\n"


def test_pictures_are_fetched_and_named_after_the_file() -> None:
    found = brought(
        '<p><img src="/a b.PNG" alt="A [hip]" width="9"><img src="c?x=1"><img src="/a b.PNG"></p>'
    )
    assert found.images == (
        Wanted("https://old.example/a%20b.PNG", "images/012-hips-1.png", "image"),
        Wanted("https://old.example/p/c?x=1", "images/012-hips-2.jpg", "image"),
    )
    assert found.body == (
        r"![A \[hip\]](../images/012-hips-1.png)![](../images/012-hips-2.jpg)"
        "![](../images/012-hips-1.png)\n"
    )


def test_a_figure_keeps_its_caption() -> None:
    figure = '<figure><img src="/h.jpg" alt="hip"><figcaption>The "hip"</figcaption></figure>'
    assert body(figure) == '![hip](../images/012-hips-1.jpg "The \\"hip\\"")\n'
    assert "<figcaption>The &quot;hip&quot;</figcaption>" in shown(body(figure))
    linked = (
        '<figure><a href="/big"><img src="/h.jpg"></a><figcaption>The hip</figcaption></figure>'
    )
    assert body(linked) == "[![](../images/012-hips-1.jpg)](https://old.example/big)\n\nThe hip\n"


@pytest.mark.parametrize(
    ("html", "markdown", "what"),
    [
        ("a<script>evil()</script>b<style>p {}</style>", "ab", "a script, a style"),
        ("<p onclick='evil()'>a</p>", "a", "what was to run"),
        ('<a href="javascript:evil()">a</a>', "a", "an address that leads nowhere"),
        ('<a href=" java\tscript:evil()">a</a>', "a", "an address that leads nowhere"),
        ('<img src="data:image/png;base64,AA=="> a', "a", "an address that leads nowhere"),
        ('<a href="http://[">a</a>', "a", "an address that leads nowhere"),
        (
            'a<img src="https://count.example/p.gif" width="1" height="1">',
            "a",
            "a picture of one pixel",
        ),
        (
            'a<img src="https://count.example/p.gif" style="width: 1px; height: 1px">',
            "a",
            "a picture of one pixel",
        ),
        ("<form action='/x'>Mail: <input name=m><button>Go</button></form>", "Mail:", "a form"),
        ("<svg><text>x</text></svg>a", "a", "a drawing"),
    ],
)
def test_what_could_do_harm_is_taken_out_and_told(html: str, markdown: str, what: str) -> None:
    found = brought(html)
    assert (found.body.strip(), found.images) == (markdown, ())
    assert what in told(html)


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        (
            '<iframe src="//v.example/1?a=1&amp;b=2"></iframe>',
            "Embedded: <https://v.example/1?a=1&b=2>",
        ),
        ('<video><source src="/v.mp4">Old browser</video>', "Video: <https://old.example/v.mp4>"),
        ('<audio src="/a.mp3" controls></audio>', "Audio: <https://old.example/a.mp3>"),
        ('<object data="/o"><embed src="/e"></object>', "Embedded: <https://old.example/o>"),
    ],
)
def test_of_what_was_embedded_a_link_is_left(html: str, markdown: str) -> None:
    assert brought(html).body == f"{markdown}\n"
    assert told(html) == "what was embedded, of which a link is left"


def test_text_that_markdown_would_change_stays_html_in_one_block() -> None:
    found = brought("<pre>a\n\n\n```\nb</pre><p onclick=x>Look!<a href='/x'>here</a></p>")
    assert [notice.kind for notice in found.notices] == ["taken-out", "kept-html"]
    assert found.body == (
        '<div>\n<pre>a&#10;&#10;\n```\nb</pre><p>Look!<a href="https://old.example/x">here</a></p>\n</div>\n'
    )
    assert shown(found.body).strip() == found.body.strip()


def test_boxes_within_boxes_do_no_harm() -> None:
    for depth in (70, 300, 50_000):
        html = "<div>" * depth + "deep" + "</div>" * depth + "<p>after</p>"
        assert re.sub(r"\s+", " ", brought(html).body).strip() == "deep after"
        assert told(html) == "boxes within boxes, of which the words are left"


def test_nothing_becomes_nothing() -> None:
    assert brought("") == brought(" \n ") == brought("<p>&nbsp;</p><p></p>") == Notes("", (), ())


def test_signs_that_nobody_sees_are_left_out() -> None:
    assert body("<p>a\u200b&#8203;b\ufeff \x00c&#0;\x07</p>") == "ab c\ufffd\n"


def test_without_the_library_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "markdownify", None)
    notes._converter.cache_clear()  # it may have been found before
    with pytest.raises(UsageError) as caught:
        brought("<p>a</p>")
    assert 'pip install "activefeed[import]"' in caught.value.fix


TAGS = [
    "p", "b", "i", "em", "strong", "a", "img", "ul", "ol", "li", "div", "br", "h2", "table", "tr",
    "td", "pre", "code", "blockquote", "span", "iframe", "script", "sub", "dl", "dt", "dd",
]  # fmt: skip
TEXT = st.text(max_size=9) | st.lists(
    st.sampled_from(
        [*"*_#-+>|=:~`[]()!.\\1 \n&<\"'", "1. ", "- ", "--", "https://x.example/a_b", "&amp;", "x"]
    ),
    max_size=9,
).map("".join)
TREES = st.recursive(
    TEXT.map(lambda text: text.replace("<", "&lt;")),
    lambda inner: st.builds(
        lambda tag, parts, url: (
            f'<{tag} href="{url}" src="{url}" onload="x">{"".join(parts)}</{tag}>'
        ),
        st.sampled_from(TAGS),
        st.lists(inner, max_size=4),
        st.sampled_from(
            ["/x", "javascript:x", "https://x.example/a(b)_c", "data:x", "#a", "//[", ""]
        ),
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=60)
@given(TREES)
def test_whatever_it_is_the_words_stay_and_nothing_runs(html: str) -> None:
    found = brought(html)
    page = shown(found.body)
    safe, _ = hypertext.clean(html, "https://old.example/p/1", lambda address: f"img:{address}")
    words, addresses = hypertext.essence(page)
    assert words == hypertext.essence(safe)[0]
    assert not re.search(
        r"(?i)<(?:script|iframe|style)|\son\w+=[\"']|(?:href|src)=.(?:javascript|data)", page
    )
    assert addresses >= {f"../{one.path}" for one in found.images}


@settings(deadline=None, max_examples=60)
@given((st.text(max_size=60) | TEXT).filter(lambda text: "://" not in text and "www." not in text))
def test_mere_text_is_never_kept_as_html(text: str) -> None:
    html = "<p>" + text.replace("&", "&amp;").replace("<", "&lt;") + "</p>"
    assert "kept-html" not in [notice.kind for notice in brought(html).notices], brought(html).body
