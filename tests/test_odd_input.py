"""What looks odd and is right: it passes without a word and comes out as it was meant."""

from __future__ import annotations

from collections.abc import Mapping

import feedparser
import pytest
import sitemaker

from activefeed import pipeline
from activefeed.model import Published
from activefeed.render.entry import Destination


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    maker = sitemaker.make(tmp_path_factory.mktemp("odd"))
    maker.markdown(
        "posts/control.md",
        'title: "Bell \\a, ]]> and \\x0B end"',
        "summary: 'a ]]> b'",
        body="One \x07 two \x0b three \x1b[31m ]]> four & <five> \x00 six.",
    )
    maker.markdown("posts/🎧.md", "title: 🎧 👩🏽‍⚕️", "slug: headphones")
    maker.markdown(
        "posts/shalom.md",
        "title: שלום (שלום) 2026!",
        "summary: '\u202bمرحبا\u202c'",
        "categories: [مرحبا]",
        body="שלום **עולם**, 1-2-3.",
    )
    maker.write("activefeed.toml", sitemaker.SETTINGS + '\n[categories]\n"مرحبا" = "hello"\n')
    maker.markdown("episodes/my episode.md", "title: In capitals")
    maker.audio("episodes/MY EPISODE.MP3")
    maker.markdown("episodes/windows.md", "title: From Windows")
    text = (maker.root / "episodes/windows.md").read_bytes()
    maker.write("episodes/windows.md", b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))
    maker.audio("episodes/windows.mp3", "vbr.mp3")
    made = pipeline.render(pipeline.read(maker.root), Published(), Destination(""), sitemaker.NOW)
    assert list(made.problems) == []
    assert made.tree
    bodies = made.tree.artifacts.items()
    return {path: one.body for path, one in bodies if isinstance(one.body, bytes)} | {
        path: b"" for path, one in bodies if not isinstance(one.body, bytes)
    }


def entries(tree: Mapping[str, bytes], path: str) -> dict[str, feedparser.FeedParserDict]:
    found = feedparser.parse(tree[path])
    assert not found.bozo, found.bozo_exception
    return {entry.link.rpartition("/")[2].removesuffix(".html"): entry for entry in found.entries}


@pytest.mark.parametrize("feed", ["blog/feed.xml", "blog/atom.xml"])
def test_control_characters_are_left_out_and_the_end_of_cdata_is_not_one(
    feed: str, tree: Mapping[str, bytes]
) -> None:
    entry = entries(tree, feed)["control"]
    assert entry.title == "Bell , ]]> and  end"
    assert "four" in entry.content[0].value
    page = tree["blog/control.html"].decode()
    for control in "\x00\x07\x0b\x1b":
        assert control not in page
        assert control not in tree[feed].decode()
    assert "<title>Bell , ]]&gt; and  end" in page


def test_an_emoji_title_has_the_address_of_its_slug(tree: Mapping[str, bytes]) -> None:
    assert entries(tree, "blog/feed.xml")["headphones"].title == "🎧 👩🏽‍⚕️"
    assert "🎧 👩🏽‍⚕️" in tree["blog/headphones.html"].decode()


def test_right_to_left_text_stays_in_the_order_it_was_typed(tree: Mapping[str, bytes]) -> None:
    entry = entries(tree, "blog/atom.xml")["shalom"]
    assert entry.title == "שלום (שלום) 2026!"
    assert "<strong>עולם</strong>, 1-2-3." in entry.content[0].value
    assert "\u202bمرحبا\u202c" in tree["blog/shalom.html"].decode()
    assert "مرحبا" in tree["categories/hello.html"].decode()


def test_capitals_and_spaces_in_a_file_name_become_a_plain_address(
    tree: Mapping[str, bytes],
) -> None:
    entry = entries(tree, "podcast/feed.xml")["my-episode"]
    (enclosure,) = entry.enclosures
    assert enclosure.href.startswith("https://hill.example/media/my-episode.")
    assert enclosure.href.removeprefix("https://hill.example/") in tree
    assert enclosure.type == "audio/mpeg"
    assert int(enclosure.length) > 2664  # the sound, and the tags before it


def test_a_byte_order_mark_and_windows_newlines_change_nothing(tree: Mapping[str, bytes]) -> None:
    assert entries(tree, "podcast/feed.xml")["windows"].title == "From Windows"
    assert b"\r" not in tree["podcast/windows.html"]
