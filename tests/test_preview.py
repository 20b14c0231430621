"""A preview: drafts marked, nothing stale, and under mistakes the last good site."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

import pytest
import sitemaker
from sitemaker import NOW, Maker
from test_serve import ask

from activefeed import pipeline, serve
from activefeed.model import Published
from activefeed.preview import Preview
from activefeed.problems import ActivefeedError, UsageError
from activefeed.tree import Artifact

BASE = "http://127.0.0.1:8000"
BADGE = re.compile(r'<strong class="af-mark">([^<]*)</strong>')


def explain(error: Exception) -> ActivefeedError:
    return error if isinstance(error, ActivefeedError) else ActivefeedError(f"failed: {error!r}")


@pytest.fixture
def maker(tmp_path: Path) -> Maker:
    maker = sitemaker.make(tmp_path, '\n[publish]\nto = "public"\n')
    maker.episode("001-hips", "title: Strong hips", "categories: [Hips]")
    maker.markdown("posts/knees.md", "title: Good knees", "aliases: [/old/knees.html]")
    return maker


def preview_of(maker: Maker) -> Preview:
    preview = Preview(maker.root, BASE, explain)
    preview.renew(NOW)
    return preview


def page(preview: Preview, path: str) -> str:
    answer = ask(preview, path)
    assert answer.status == 200, path
    return answer.body.decode()


def wrong(preview: Preview) -> list[str]:
    return [problem.code for problem in preview.newest.problems.errors]


def read(one: Artifact) -> bytes:
    with one.open() as stream:
        return stream.read()


def everything(preview: Preview) -> str:
    """Return all that a preview shows, made now."""
    tree = preview.newest.tree
    assert tree
    return "\n".join(read(one).decode("utf-8", "replace") for one in tree.artifacts.values())


def test_drafts_and_scheduled_items_are_shown_with_a_mark(maker: Maker) -> None:
    maker.markdown("posts/idea.md", "title: An idea", "draft: true", body="[Hips](later.md)")
    maker.markdown("posts/later.md", "title: Later", "date: 2026-12-04 06:00")
    maker.markdown("posts/gone.md", "title: Taken back", "withdrawn: true")
    preview = preview_of(maker)
    assert not wrong(preview)
    when = "Scheduled: Fri 4 Dec 2026, 06:00"
    assert BADGE.findall(page(preview, "/blog/index.html")) == [when, "Draft"]
    assert BADGE.findall(page(preview, "/blog/later.html")) == [when]
    assert 'href="later.html"' in page(preview, "/blog/idea.html")
    assert BADGE.findall(page(preview, "/blog/knees.html")) == []
    assert ask(preview, "/blog/gone.html").status == 404
    assert "An idea" in page(preview, "/blog/feed.xml")


@pytest.mark.parametrize(
    ("language", "said"),
    [("de", "Geplant: Fr 4. Dez. 2026, 06:00"), ("en-US", "Scheduled: Fri, Dec 4, 2026, 06:00")],
)
def test_the_mark_is_in_the_language_of_the_site(tmp_path: Path, language: str, said: str) -> None:
    old = 'title = "Hill Clinic"\n'
    maker = sitemaker.make(tmp_path, "", old, f'{old}language = "{language}"\n')
    maker.markdown("posts/later.md", "date: 2026-12-04 06:00")
    assert BADGE.findall(page(preview_of(maker), "/blog/later.html")) == [said]


def test_what_is_published_knows_nothing_of_a_preview(maker: Maker) -> None:
    """Not a byte more, whether there are drafts or not, before and after a preview."""

    def built() -> dict[str, bytes]:
        reading = replace(pipeline.read(maker.root), cache=None)
        to = pipeline.default_destination(reading)
        tree = pipeline.render(reading, Published(), to, NOW).tree
        assert tree
        return {path: read(one) for path, one in tree.artifacts.items()}

    before = built()
    maker.markdown("posts/idea.md", "draft: true")
    maker.markdown("posts/later.md", "date: 2026-12-04 06:00")
    preview_of(maker)
    assert built() == before
    assert not [path for path, body in before.items() if b"af-mark" in body or b"Draft" in body]


def test_a_changed_title_is_new_wherever_it_stands(maker: Maker) -> None:
    maker.markdown("posts/other.md", "related: [knees.md]", body="[Knees](knees.md)")
    preview = preview_of(maker)
    pages = ("index.html", "blog/index.html", "blog/knees.html", "blog/other.html")
    rest = ("blog/feed.xml", "blog/atom.xml", "blog/feed.json", "archive/2026/02.html")
    maker.markdown("posts/knees.md", "title: Better knees")
    version = preview.version
    preview.renew(NOW)
    assert preview.version != version
    for path in (*pages, *rest):
        assert "Better knees" in page(preview, f"/{path}"), path
    assert "Good knees" not in everything(preview)


def test_everything_that_changes_is_new(maker: Maker) -> None:
    maker.write("posts/plan.txt", "one")
    maker.markdown("posts/plan.md", body="[Plan](plan.txt) {#x}")
    preview = preview_of(maker)
    audio = re.search(r'"(\.\./media/hips\.[0-9a-f]+\.mp3)"', page(preview, "/podcast/hips.html"))
    link = re.search(r'"(\.\./media/plan\.[0-9a-f]+\.txt)"', page(preview, "/blog/plan.html"))
    assert audio
    assert link
    maker.write("posts/plan.txt", "two")  # of the same size
    maker.audio("episodes/001-hips.mp3", "cbr.mp3")
    maker.write("activefeed.toml", sitemaker.SETTINGS.replace("Hill Clinic", "Vale Clinic"))
    maker.write("templates/404.html", "nothing")
    maker.write("episodes/001-hips.vtt", "WEBVTT\n\n00:00.000 --> 00:01.000\nSaid.\n")
    preview.renew(NOW)
    shown = page(preview, "/podcast/hips.html")
    assert audio[1] not in shown
    assert "Said." in shown
    assert "Said." in page(preview, "/podcast/hips/transcript.txt")
    assert "Vale Clinic" in shown
    assert link[1] not in page(preview, "/blog/plan.html")
    assert ask(preview, "/missing.html").body.startswith(b"nothing")
    (maker.root / "posts/plan.md").unlink()
    preview.renew(NOW)
    assert ask(preview, "/blog/plan.html").status == 404


def test_under_mistakes_the_last_good_site_stays_whole(maker: Maker) -> None:
    preview = preview_of(maker)
    good = preview.version
    maker.markdown("posts/knees.md", "title: Worse", "date: 3 Mai 2026")
    preview.renew(NOW)
    assert wrong(preview) == ["not-a-date"]
    (where,) = [p.location for p in preview.newest.problems.errors]
    assert where
    assert (where.file, where.text, where.column) == ("posts/knees.md", "date: 3 Mai 2026", 7)
    assert preview.version == good
    assert "Good knees" in page(preview, "/blog/knees.html")
    maker.markdown("posts/knees.md", "title: Well again")
    preview.renew(NOW)
    assert not wrong(preview)
    assert "Well again" in page(preview, "/blog/knees.html")


def test_a_mistake_in_a_draft_keeps_only_the_draft_away(maker: Maker) -> None:
    maker.markdown("posts/idea.md", "draft: true", "authors: [nobody]")
    maker.markdown("posts/torn.md", "draft: true", body="[Dead](nowhere.md)")
    preview = preview_of(maker)
    assert not wrong(preview)
    assert {p.code for p in preview.newest.problems if not p.severe} >= {
        "unknown-person",
        "dead-link",
    }
    assert ask(preview, "/blog/idea.html").status == 404
    assert BADGE.search(page(preview, "/blog/torn.html"))


def test_a_site_that_begins_with_a_mistake_is_shown_as_far_as_it_goes(maker: Maker) -> None:
    maker.markdown("episodes/002-silent.md", "title: No audio")
    preview = preview_of(maker)
    assert wrong(preview) == ["missing-audio"]
    assert "Strong hips" in page(preview, "/podcast/index.html")
    settings = (maker.root / "activefeed.toml").read_text("utf-8")
    maker.write("activefeed.toml", "[site\n")
    blank = preview_of(maker)
    assert wrong(blank) == ["toml-syntax"]
    assert b"_activefeed/news" in ask(blank, "/").body  # there the mistake will be shown
    maker.write("activefeed.toml", settings)
    (maker.root / "episodes/002-silent.md").unlink()
    blank.renew(NOW)
    assert "Strong hips" in page(blank, "/")


def test_a_template_at_fault_is_known_before_it_is_shown(maker: Maker) -> None:
    preview = preview_of(maker)
    maker.write("templates/post.html", "<h1>{{ entry.item.titel }}</h1>")
    preview.renew(NOW)
    assert wrong(preview) == ["template-fault"]
    assert "Good knees" in page(preview, "/blog/knees.html")


def test_settings_that_vanish_are_a_mistake_like_others(maker: Maker) -> None:
    preview = preview_of(maker)
    (maker.root / "activefeed.toml").unlink()
    preview.renew(NOW)
    assert wrong(preview) == ["preview-failed"]
    assert "Good knees" in page(preview, "/blog/knees.html")
    with pytest.raises(UsageError):
        preview_of(maker)  # else one would look at nothing


def test_addresses_are_those_of_the_preview(maker: Maker) -> None:
    settings = (maker.root / "activefeed.toml").read_text("utf-8")
    prefix = 'audio_prefix = "https://count.example/"\nnew_feed_url = "https://new.example/f.xml"\n'
    maker.write("activefeed.toml", settings.replace("[podcast]\n", f"[podcast]\n{prefix}"))
    feed = page(preview_of(maker), "/podcast/feed.xml")
    assert re.search(rf'<enclosure url="{BASE}/media/hips\.\w+\.mp3"', feed)
    assert "count.example" not in feed
    assert "new.example" not in feed


def test_what_is_not_of_the_site_is_not_looked_at(maker: Maker) -> None:
    preview, root = preview_of(maker), maker.root.resolve()
    for name in ("posts/new.md", "activefeed.toml", "images/x.png", "publications/x.md"):
        assert preview.concerns(None, str(root / name)), name
    for name in ("public/index.html", "_site/index.html", ".git/index", "posts/.new.md.swp"):
        assert not preview.concerns(None, str(root / name)), name


def test_folders_old_addresses_and_what_is_missing(maker: Maker) -> None:
    settings = (maker.root / "activefeed.toml").read_text("utf-8")
    maker.write("activefeed.toml", settings.replace("[site]\n", '[site]\naddresses = "folders"\n'))
    preview = preview_of(maker)
    assert "Good knees" in page(preview, "/blog/knees/")
    assert ask(preview, "/blog/knees").headers["location"] == "/blog/knees/"
    assert 'content="0; url=../blog/knees/"' in page(preview, "/old/knees.html")
    answer = ask(preview, "/nothing/")
    assert (answer.status, b"<h1>Page not found</h1>" in answer.body) == (404, True)


@pytest.mark.parametrize("path", ["index.html", "media/plan", "media/hips", "podcast/feed.xml"])
def test_ranges_are_right_of_every_kind_of_body(maker: Maker, path: str) -> None:
    maker.write("posts/plan.txt", bytes(range(256)) * 4)
    maker.markdown("posts/plan.md", body="[Plan](plan.txt)")
    preview = preview_of(maker)
    assert preview.newest.tree
    path = next(one for one in preview.newest.tree.artifacts if one.startswith(path))
    whole = ask(preview, f"/{path}")
    size = len(whole.body)
    assert whole.headers["content-length"] == str(size)
    for wanted, first, last in (
        ("bytes=0-0", 0, 0), ("bytes=7-99", 7, 99), ("bytes=5-", 5, size - 1),
        ("bytes=-3", size - 3, size - 1), (f"bytes=9-{size * 2}", 9, size - 1),
        (f"bytes=-{size * 2}", 0, size - 1),
    ):  # fmt: skip
        part = ask(preview, f"/{path}", range=wanted)
        assert (part.status, part.body) == (206, whole.body[first : last + 1]), wanted
        assert part.headers["content-range"] == f"bytes {first}-{last}/{size}"
    for wanted in (f"bytes={size}-", "bytes=-0"):
        part = ask(preview, f"/{path}", range=wanted)
        assert (part.status, part.body) == (416, b""), wanted
        assert part.headers["content-range"] == f"bytes */{size}"
    for wanted in ("bytes=-", "lines=1-2", "bytes=1-2,5-6"):
        assert ask(preview, f"/{path}", range=wanted).body == whole.body
    head = ask(preview, f"/{path}", "HEAD", range="bytes=5-9")
    assert (head.status, head.body, head.headers["content-length"]) == (206, b"", "5")


def test_only_this_machine_is_answered_under_its_own_name(maker: Maker) -> None:
    preview = preview_of(maker)
    assert ask(preview, "/", host="localhost:8000").status == 200
    for host in ("rebound.example", "rebound.example:8000", "127.0.0.1.example", ""):
        assert ask(preview, "/", host=host).status == 400
        assert ask(preview, "/_activefeed/news", host=host).status == 400


def test_nothing_is_kept_by_the_browser_and_types_are_ours(maker: Maker) -> None:
    preview = preview_of(maker)
    for path, kind in (("/", "text/html; charset=utf-8"), ("/podcast/feed.xml", "application/rss")):
        headers = ask(preview, path).headers
        assert headers["content-type"].startswith(kind)
        assert headers["cache-control"] == "no-cache"


def test_the_address_of_this_machine_is_one_of_its_own() -> None:
    with serve.listen(serve.address_here(), 0) as one:
        assert one.getsockname()[1]


def serving(maker: Maker) -> list[str]:
    """Return the command that serves a site at a free port."""
    site = ("--site", str(maker.root), "--port", "0")
    return [sys.executable, "-m", "activefeed", "serve", *site]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send Ctrl+C to one process")
def test_the_command_tells_of_each_change(maker: Maker) -> None:
    maker.markdown("posts/idea.md", "draft: true", "autor: me")
    maker.markdown("posts/later.md", "date: 2999-12-04 06:00")
    with subprocess.Popen(
        [*serving(maker), "--lan"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            first = process.stdout.readline()
            shown = re.fullmatch(
                r'Showing "Hill Clinic" at (http://\S+)/ \(0 drafts, 1 scheduled\)\n', first
            )
            assert shown, first
            feed = f"{shown[1]}/podcast/feed.xml"
            assert process.stdout.readline().split()[-1] == feed
            assert process.stdout.readline() == "Press Ctrl+C to stop.\n"
            with urlopen(feed, timeout=60) as answer:
                assert f'url="{shown[1]}/media/hips.' in answer.read().decode()
            maker.markdown("posts/knees.md", "title: Better knees")
            told = process.stdout.readline()
            assert re.fullmatch(r"posts/knees\.md: shown \(\d+\.\d\d s\)\n", told), told
            maker.markdown("posts/knees.md", "titel: Better knees")
            told = process.stdout.readline()
            assert told.startswith("posts/knees.md: not shown")
            process.send_signal(signal.SIGINT)
            _, complaints = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 0
    assert complaints.count('"autor" is not a key that I know') == 1  # a warning is told once
    assert 'error: posts/knees.md:2:1: "titel" is not a key that I know' in complaints
    assert "Traceback" not in complaints


def test_programs_learn_at_once_where_it_is(maker: Maker) -> None:
    with subprocess.Popen(
        [*serving(maker), "--json"], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            answer = json.loads(process.stdout.readline())
            assert (answer["command"], answer["exit"]) == ("serve", 0)
            assert answer["feed"] == f"{answer['url']}podcast/feed.xml"
            with urlopen(answer["url"], timeout=60) as found:
                assert b"Hill Clinic" in found.read()
        finally:
            process.kill()


def test_a_save_that_changes_nothing_loads_no_page_anew(maker: Maker) -> None:
    preview = preview_of(maker)
    version = preview.version
    maker.markdown("posts/knees.md", "title: Good knees", "aliases: [/old/knees.html]")
    preview.renew(NOW)
    assert preview.version == version
