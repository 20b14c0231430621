"""``activefeed verify``: two feeds as subscribers see them, and a target as apps see it."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import format_datetime
from pathlib import Path

import pytest
import sitemaker
from sample import Said, Sample
from sitemaker import Maker
from web import Reply, Web, web

from activefeed.problems import Exit
from activefeed.tree import content_type_of


@pytest.fixture
def server() -> Iterator[Web]:
    with web() as made:
        yield made


@pytest.fixture
def maker(tmp_path: Path) -> Maker:
    """A folder for feeds, which need no site around them."""
    return Maker(tmp_path)


def feed(*numbers: int, older: str = "", **changes: str) -> str:
    """Return a feed of some episodes; what is changed of them, by the name of an element."""
    items = ""
    for n in numbers:
        when = format_datetime(sitemaker.NOW.replace(day=n))
        told = {"title": f"Part {n}", "guid": f"g{n}", "pubDate": when, **changes}
        items += f"<item>{''.join(f'<{k}>{v}</{k}>' for k, v in told.items())}</item>"
    link = f'<a:link rel="prev-archive" href="{older}"/>' if older else ""
    space = 'xmlns:a="http://www.w3.org/2005/Atom"'
    return f'<rss version="2.0" {space}><channel><title>T</title>{link}{items}</channel></rss>'


def compared(maker: Maker, old: str, new: str, *options: str) -> Said:
    """Compare two feeds in files."""
    files = [str(maker.write(name, text)) for name, text in (("old.xml", old), ("new.xml", new))]
    return Sample(maker.root).run("verify", *files, *options)


def test_the_same_feed_is_the_same_show(maker: Maker) -> None:
    same = compared(maker, feed(2, 1), feed(2, 1))
    assert same == Said(Exit.DONE, "Subscribers see the same show.\n", "")


def test_what_is_harmless_is_told_and_passes(maker: Maker) -> None:
    assert compared(maker, feed(1), feed(1, title="Part one")) == Said(
        Exit.DONE,
        '~ 1 item with another title: "Part 1" (Part 1 -> Part one)\n    apps show the new one\n'
        "Subscribers see the same show.\n",
        "",
    )


def test_what_would_hurt_subscribers_has_an_exit_code_of_its_own(maker: Maker) -> None:
    assert compared(maker, feed(2, 1), feed(2)) == Said(
        Exit.REFUSED,
        '! 1 item gone: "Part 1"\n    apps show them no more\nThis would hurt subscribers.\n',
        "",
    )
    forged = compared(maker, feed(1), feed(1, guid="forged"))
    assert (forged.code, "with another guid" in forged.out) == (Exit.REFUSED, True)


def test_programs_are_told_the_same(maker: Maker) -> None:
    assert compared(maker, feed(2, 1), feed(2), "--json").data == {
        "command": "verify",
        "exit": 6,
        "differences": [
            {
                "code": "feed-item-gone",
                "message": '1 item gone: "Part 1"',
                "consequence": "apps show them no more",
                "severe": True,
            }
        ],
    }
    same = compared(maker, feed(1), feed(1), "--json")
    assert same.data == {"command": "verify", "exit": 0, "differences": []}


def test_archives_are_followed_over_the_web_and_in_a_folder(maker: Maker, server: Web) -> None:
    for path, text in (
        ("/show/feed.xml", feed(3, older="archive/2.xml")),
        ("/show/archive/2.xml", feed(2, older="/show/archive/1.xml")),
        ("/show/archive/1.xml", feed(1, older="2.xml")),  # in a circle
    ):
        server.replies[path] = Reply(body=text.encode())
    whole = str(maker.write("whole.xml", feed(3, 2, 1)))
    maker.write("1.xml", feed(2, 1))
    newest = str(maker.write("newest.xml", feed(3, older="https://show.example/1.xml")))
    site = Sample(maker.root)
    for old, new in ((whole, f"{server.url}/show/feed.xml"), (newest, whole), (whole, newest)):
        said = site.run("verify", old, new)
        assert said == Said(Exit.DONE, "Subscribers see the same show.\n", "")


def test_an_archive_that_is_missing_is_no_reason_to_call_its_items_gone(
    maker: Maker, server: Web
) -> None:
    server.replies["/feed.xml"] = Reply(body=feed(2, older="1.xml").encode())
    old = str(maker.write("old.xml", feed(2, 1)))
    said = Sample(maker.root).run("verify", old, f"{server.url}/feed.xml")
    assert said == Said(
        Exit.USAGE,
        "",
        f"error: {server.url}/1.xml: answered 404\n"
        "  fix: write the address of a feed, or the path of a file\n",
    )


def test_what_is_no_feed_is_named(maker: Maker, server: Web) -> None:
    server.replies["/"] = Reply(body=b"<!doctype html><p>Hello")
    server.url += "/"
    cut = str(maker.write("cut.xml", feed(1)[:-20]))
    good = str(maker.write("good.xml", feed(1)))
    nowhere = "http://127.0.0.1:9/feed.xml"
    for where, code in (
        (server.url, Exit.USAGE),
        (cut, Exit.USAGE),
        (nowhere, Exit.USAGE),
        (str(maker.root / "no.xml"), Exit.CONTENT),
    ):
        for pair in ((where, good), (good, where)):
            said = Sample(maker.root).run("verify", *pair)
            assert (said.code, said.out) == (code, "")
            assert said.err.startswith(f"error: {where}: ")
            assert "urlopen" not in said.err


@pytest.fixture
def published(tmp_path: Path, server: Web) -> Sample:
    """Six episodes in a folder that the server shows."""
    near = f'\n[publish.near]\nto = "near"\nurl = "{server.url}"\n'
    maker = sitemaker.make(tmp_path, near)
    for n in range(1, 7):
        maker.episode(f"part-{n}", f"date: 2026-02-{n:02}")
    site = Sample(tmp_path)
    site.publish("near")
    for path in (tmp_path / "near").rglob("*"):
        if path.is_file():
            key = path.relative_to(tmp_path / "near").as_posix()
            facts = {"Content-Type": content_type_of(key)}
            server.replies[f"/{key}"] = Reply(200, facts, path.read_bytes(), ranges=True, cors="*")
    return site


def test_a_target_that_answers_as_apps_want_it(published: Sample) -> None:
    assert published.run("verify", "near") == Said(
        Exit.DONE, "Apps and readers find everything that was published to near.\n", ""
    )
    told = published.run("verify", "near", "--json").data
    assert told == {"command": "verify", "exit": 0, "public": []}


def test_old_episodes_are_asked_for_with_all(published: Sample, server: Web) -> None:
    (oldest,) = [path for path in server.replies if path.startswith("/media/part-1.")]
    del server.replies[oldest]
    assert published.run("verify", "near").code == Exit.DONE
    said = published.run("verify", "near", "--all")
    assert (said.code, said.out) == (Exit.STORE, "")
    assert said.err.startswith(f"error: audio answers 404: {server.url}{oldest}\n  fix: ")
    answer = published.run("verify", "near", "--all", "--json").data
    (found,) = answer["public"]
    keys = {"severity", "code", "message", "fix", "file", "line", "column"}
    assert (answer["exit"], found["code"], set(found)) == (3, "public-missing", keys)


def test_what_is_harmless_for_listening_is_a_warning(published: Sample, server: Web) -> None:
    (newest,) = [path for path in server.replies if path.startswith("/media/part-6.")]
    reply = server.replies[newest]
    server.replies[newest] = Reply(200, {"Content-Type": "audio/x-mp3"}, reply.body, ranges=True)
    said = published.run("verify", "near")
    assert said.code == Exit.DONE
    assert said.err.startswith('warning: audio calls itself "audio/x-mp3"')


def test_a_target_that_nothing_was_published_to(published: Sample) -> None:
    assert published.run("verify") == Said(
        Exit.USAGE, "", "error: nothing was published to public/ yet\n  fix: publish first\n"
    )
    assert not (published.root / "public").exists()
