"""Templates, words, assets and HTML of an author's take their place, and nothing else changes."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest
import sitemaker
from sample import Sample
from sitemaker import Maker

from activefeed import pipeline
from activefeed.model import Published
from activefeed.problems import Problem, Problems, SourceText
from activefeed.publish import manifest
from activefeed.render.entry import Destination
from activefeed.render.own import Own
from activefeed.tree import SHORT, Tier, Tree, content_type_of

WORDS = Path(__file__).parents[1] / "src/activefeed/render/theme/words/en.toml"


@pytest.fixture
def maker(tmp_path: Path) -> Maker:
    maker = sitemaker.make(tmp_path / "site")
    maker.episode("hips", "references: [{title: A work}]", body="A [^1] note.\n\n[^1]: Here.")
    maker.markdown("posts/walk.md", "categories: [Hips]", "references: [{title: A work}]")
    maker.markdown("posts/sit.md")
    maker.markdown("pages/about.md")
    return maker


def render(maker: Maker) -> tuple[list[Problem], Tree | None]:
    reading = pipeline.read(maker.root)
    made = pipeline.render(reading, Published(), Destination(""), sitemaker.NOW)
    return list(made.problems), made.tree


def finished(maker: Maker) -> dict[str, str]:
    problems, tree = render(maker)
    assert tree, problems
    assert not problems
    return texts(tree)


def texts(tree: Tree) -> dict[str, str]:
    found = {path: one.body for path, one in tree.artifacts.items()}
    return {path: body.decode() for path, body in found.items() if isinstance(body, bytes)}


def hashes(tree: Tree | None, *tiers: Tier) -> dict[str, str]:
    assert tree
    return {path: one.sha256 for path, one in tree.artifacts.items() if one.tier in tiers}


def faults(maker: Maker) -> list[str]:
    problems, tree = render(maker)
    assert tree is None
    assert {problem.code for problem in problems} == {"template-fault"}
    return [str(problem.location) for problem in problems]


def test_a_whole_page_and_a_partial_take_the_place_of_the_themes(maker: Maker) -> None:
    before = finished(maker)
    maker.write("templates/references.html", "<p>{{ references | length }} works</p>\n")
    maker.write(
        "templates/page.html", "<!doctype html><title>{{ page.title }}</title>{{ html | safe }}"
    )
    after = finished(maker)
    assert "<p>1 works</p>" in after["podcast/hips.html"]
    assert "<p>1 works</p>" in after["blog/walk.html"]
    assert (
        after["about.html"] == "<!doctype html><title>About pages/about.md</title><p>Words.</p>\n\n"
    )
    changed = {path for path in before if before[path] != after[path]}
    assert changed == {"podcast/hips.html", "blog/walk.html", "blog/sit.html", "about.html"}


def test_one_block_changes_on_every_page_that_is_built_on_it(maker: Maker) -> None:
    before = finished(maker)
    maker.write(
        "templates/base.html",
        '{% extends "theme/base.html" %}\n{% block footer %}{{ super() }}<hr>{% endblock %}\n',
    )
    after = finished(maker)
    for path, text in after.items():
        if path.endswith(".html") and not path.endswith("/player.html"):
            assert text.replace("<hr>", "") == before[path], path
            assert text.count("<hr>") == 1, path
        else:
            assert text == before[path]


def test_a_fault_is_told_once_and_all_other_pages_are_looked_at(maker: Maker) -> None:
    maker.write(
        "templates/post.html", '{% extends "base.html" %}\n{% block content %}{{ x }}{% endblock %}'
    )
    maker.write("templates/page.html", "\n\n{{ page.name }}")
    maker.markdown("posts/lost.md", body="[x](nowhere.md)")
    problems, tree = render(maker)
    assert tree is None
    assert [(one.code, str(one.location)) for one in problems] == [
        ("dead-link", "posts/lost.md:6:5"),
        ("template-fault", "templates/page.html:3:9"),
        ("template-fault", "templates/post.html:2:23"),
    ]


def test_the_innermost_template_of_the_author_is_named(maker: Maker) -> None:
    maker.write(
        "templates/post.html",
        '{% extends "base.html" %}\n{% block content %}\n{% include "a.html" %}{% endblock %}',
    )
    maker.write("templates/a.html", "\n\n\n{% include 'theme/references.html' %}")
    assert faults(maker) == ["templates/a.html:4:19"]  # references was not given
    maker.write("templates/a.html", "\n\n\n{{ parts.teaser(site) }}")  # fails inside of the theme
    assert faults(maker) == ["templates/a.html:4"]


@pytest.mark.parametrize(
    "asked",
    [
        "now()", "entry.local.now()", "entry.local.utcnow()", "entry.local.today()",
        "entry.local | attr('now')", "[1, 2] | random", "lipsum()",
    ],
)  # fmt: skip
def test_a_template_can_ask_neither_the_clock_nor_chance(asked: str, maker: Maker) -> None:
    maker.write("templates/post.html", f"\n{{{{ {asked} }}}}")
    assert [where[:21] for where in faults(maker)] == ["templates/post.html:2"]


def test_a_fault_of_the_theme_is_never_laid_on_the_author() -> None:
    theme = jinja2.Environment(loader=jinja2.DictLoader({"post.html": "{{ 1 / 0 }}"}))
    problems = Problems()
    own = Own({"page.html": SourceText("templates/page.html", "x")}, theme, problems)
    with pytest.raises(ZeroDivisionError) as failed:
        own.theme.get_template("post.html").render()
    assert not own.tell(failed.value, "post.html", {})
    assert not list(problems)


def test_words_are_said_otherwise_on_pages_and_nowhere_else(maker: Maker) -> None:
    _, before = render(maker)
    maker.write(
        "templates/words.toml",
        'subscribe = "Follow"\nreferences = "Sources"\nback_to_reference = "Up to"\n'
        'topic_about = "{site} on {topic}"\nmonth_of_year = "{year}, {month}"\n',
    )
    pages = finished(maker)
    assert "Follow</a>" in pages["index.html"]
    assert "Sources" in pages["blog/walk.html"]
    assert "<h2>References</h2>" in pages["blog/feed.xml"]
    assert "Up to 1" in pages["podcast/hips.html"]
    assert 'content="Hill Clinic on Hips"' in pages["categories/hips.html"]
    assert "2026, February" in pages["archive/2026/02.html"]
    _, after = render(maker)
    tiers = (Tier.MEDIA, Tier.DETAIL, Tier.FEED)
    assert hashes(before, *tiers) == hashes(after, *tiers)


def french(maker: Maker, table: str) -> list[tuple[str, str]]:
    settings = sitemaker.SETTINGS.replace("timezone", 'language = "fr-CA"\ntimezone')
    maker.write("activefeed.toml", settings)
    maker.write("templates/words.toml", table)
    problems, tree = render(maker)
    assert tree
    return [(problem.code, problem.message.rpartition(": ")[2]) for problem in problems]


def test_a_language_without_words_is_told_what_is_said_in_english(maker: Maker) -> None:
    table = WORDS.read_text("utf-8")
    assert french(maker, table) == []  # with the lines that begin with feed_, too
    assert french(maker, table.replace('skip = "', '# skip = "')) == [("words-missing", "skip")]
    without_feeds = [line for line in table.split("\n") if not line.startswith("feed_")]
    assert french(maker, "\n".join(without_feeds)) == []
    assert french(maker, "")[0][1].endswith(", …")


ASSETS = {
    "assets/site.css": "body { color: red }",
    "assets/fonts/hill.woff2": "wOF2",
    "assets/data.json": '{"version": "not a transcript"}',
    "assets/a b.txt": "x",
    "assets/favicon.png": "\x89PNG",
    "assets/.hidden": "secret-4451",
    "assets/.git/config": "secret-4451",
}


def test_assets_are_published_where_they_lie_before_pages_and_not_for_long(maker: Maker) -> None:
    for path, text in ASSETS.items():
        maker.write(path, text)
    maker.markdown("pages/about.md", body='<script src="/assets/data.json"></script>')
    problems, tree = render(maker)
    assert (problems, bool(tree)) == ([], True)
    assert tree
    for path, text in ASSETS.items():
        if "/." in path:
            assert path not in tree.artifacts
            continue
        one = tree.artifacts[path]
        with one.open() as body:
            assert body.read() == text.encode()
        assert one.tier < Tier.PAGE
        assert one.headers == {"Content-Type": content_type_of(path), "Cache-Control": SHORT}


def test_a_style_and_an_icon_of_the_authors_are_linked_on_every_page(maker: Maker) -> None:
    before = finished(maker)
    maker.write("assets/site.css", "body {}")
    maker.write("assets/favicon.ico", "x")
    for path, text in finished(maker).items():
        if not path.endswith(".html"):
            continue
        styles = [line for line in text.splitlines() if 'rel="stylesheet"' in line]
        (icon,) = [line for line in text.splitlines() if 'rel="icon"' in line]
        assert "assets/site.css" in styles[1]
        assert len(styles) == 2
        assert icon.endswith('assets/favicon.ico">')
        assert 'rel="icon" href="data:image/svg+xml,' in before[path]
        assert 'assets/site.css"' not in before[path]


@pytest.mark.parametrize("folder", ["templates", "assets", "templates/sub", "assets/sub"])
def test_no_link_leads_out_of_the_site(folder: str, maker: Maker, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "post.html").write_text("secret-4451")
    try:
        (maker.root / folder).parent.mkdir(exist_ok=True)
        (maker.root / folder).symlink_to(outside)
    except OSError:
        pytest.skip("this system lets us make no symbolic links")
    folder_read, found = pipeline.read(maker.root).folder, pipeline.read(maker.root).problems
    assert [(one.code, str(one.location)) for one in found] == [("link-leaves-site", folder)]
    assert not folder_read.templates
    assert not folder_read.assets


def test_what_is_in_templates_is_never_published(maker: Maker) -> None:
    secret = "secret-4451"
    for path in ("post.html", "mine/note.html", "words.toml", "episode.md", "x.png", "data.json"):
        maker.write(f"templates/{path}", f"# {secret}" if path.endswith("toml") else secret)
    maker.write("templates/post.html", "{# secret-4451 #}{{ entry.item.title }}")
    site = Sample(maker.root)
    site.publish()
    for key, (body, *_) in site.snapshot().items():
        assert "templates" not in key
        assert secret.encode() not in body, key
    for target in ("templates/x.png", "Templates/data.json", "images/../templates/x.png"):
        maker.markdown("posts/walk.md", body=f"[x](../{target}) ![y](../{target})")
        assert "dead-link" in {problem.code for problem in render(maker)[0]}


def test_a_changed_template_sends_pages_only_and_the_same_again_sends_nothing(maker: Maker) -> None:
    site = Sample(maker.root)
    maker.write("templates/post.html", '{% extends "theme/post.html" %}')
    maker.write("assets/site.css", "body {}")
    site.publish()
    first = site.snapshot()
    assert "Nothing changed" in site.publish().out
    assert site.snapshot() == first
    maker.write(
        "templates/base.html",
        '{% extends "theme/base.html" %}{% block own_head %}<meta name="x">{% endblock %}',
    )
    maker.write("templates/words.toml", 'subscribe = "Follow"')
    maker.write("assets/site.css", "body { color: red }")
    said = site.publish().out
    second = site.snapshot()
    changed = {key for key in second if second[key][0] != first.get(key, (b"",))[0]}
    assert first.keys() == second.keys()
    pages = {key for key in second if key.endswith(".html")}
    assert changed - {"assets/site.css"} - pages == {manifest.KEY}
    assert pages <= changed
    assert "nothing new" in said
    assert "Nothing changed" in site.publish().out


@pytest.mark.parametrize("folder", ["templates", "assets", "assets/public"])
def test_nothing_is_published_over_what_an_author_wrote(folder: str, maker: Maker) -> None:
    maker.write("templates/page.html", '{% extends "theme/page.html" %}')
    maker.write("assets/site.css", "x")
    maker.write("activefeed.toml", f'{sitemaker.SETTINGS}\n[publish]\nto = "{folder}"\n')
    said = Sample(maker.root).run("publish")
    assert said.code == 2
    assert "content folder" in said.err


WIDGET = """\
<div id="booking" class='b' data-x="1 < 2" style="color:red" onclick="go('a', &quot;b&quot;)">
<script src="https://booking.example/w.js?a=1&b=2" async></script>
<script>
if (1 <b && c> 2) { document.write('<img src="x.png">'); }
const table = "<td>--'quoted'...";
</script>
<iframe src='https://booking.example/?x=1&amp;y=2' title="Book" allow="payment"></iframe>
<form action="https://booking.example/start" method="post">
<input type=text name=who required><input type="checkbox" checked="" disabled="" />
<textarea name="why"></textarea><button disabled>Book -- now</button>
</form>
<booking-calendar weeks="2"><template><slot></slot></template></booking-calendar>
</div>
"""


def test_html_of_the_authors_passes_through_markdown_byte_for_byte(maker: Maker) -> None:
    maker.markdown("pages/about.md", body=f"Book *here*:\n\n{WIDGET}\nThen **come**.")
    text = finished(maker)["about.html"]
    assert f"<p>Book <em>here</em>:</p>\n{WIDGET}<p>Then <strong>come</strong>.</p>" in text


def test_after_a_blank_line_html_in_markdown_is_text_again_as_the_document_says(
    maker: Maker,
) -> None:
    script, style = "<script>\nlet a;\n\n*b*;\n</script>", "<style>\n\n*a*\n</style>"
    body = f"{script}\n<div>\n*one*\n\n*two*\n</div>\n\n{style}"
    maker.markdown("pages/about.md", body=body)
    text = finished(maker)["about.html"]
    assert "<div>\n*one*\n<p><em>two</em></p>\n</div>" in text
    assert script in text
    assert style in text


HTML = WIDGET + '\n\n   *no* Markdown -- here: <table><tr><td align="left">x</td></tr></table>\r\n'


@pytest.mark.parametrize("addresses", ["files", "folders"])
def test_a_page_of_html_passes_untouched(addresses: str, maker: Maker) -> None:
    settings = sitemaker.SETTINGS.replace("timezone", f'addresses = "{addresses}"\ntimezone', 1)
    maker.write("activefeed.toml", settings + "\n")
    maker.write("pages/visits/book.html", f"---\ntitle: Book a visit\n---\n{HTML}")
    maker.markdown("posts/walk.md", body="See [booking](../pages/visits/book.html).")
    pages = finished(maker)
    path = "visits/book.html" if addresses == "files" else "visits/book/index.html"
    assert HTML.replace("\r\n", "\n") in pages[path]
    assert "<h1>Book a visit</h1>" in pages[path]
    link = "../visits/book.html" if addresses == "files" else "../../visits/book/"
    post = "blog/walk.html" if addresses == "files" else "blog/walk/index.html"
    assert f'<a href="{link}">booking</a>' in pages[post]
    assert not [key for key in pages if key.startswith("media/book")]
