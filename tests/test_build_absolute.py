"""A tree for any other host: links in full, all items in one document, every file in it."""

from __future__ import annotations

import functools
import json
import re
import shutil
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote
from urllib.request import urlopen

import podcastparser
import pytest
from lxml import etree, html
from sample import Sample
from sitemaker import AUDIO, Maker

from activefeed.problems import Exit

RICH = Path(__file__).parent / "sites/rich"
BASE = "https://rich.example/clinic"
FEED = "podcast/feed.xml"
LINKS = "//@href | //@src | //@action | //@poster | //@data-page | //@data-index"
LITTLE = "[site]\nfeed_bytes = 2000"  # so that feeds have archives


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *words: object) -> None:
        """Say nothing."""


def make(folder: Path) -> Sample:
    """Return a site whose addresses are folders below a path of their host."""
    shutil.copytree(RICH / "input", folder)
    for path, fixture in json.loads((RICH / "audio.json").read_text("utf-8")).items():
        shutil.copyfile(AUDIO / fixture, folder / path)
    picture = "[all](/blog/) <a href='../pages/services.md'>s</a> ![a](../images/picture.png)"
    Maker(folder).markdown("posts/seen.md", "title: Seen", "aliases: [/old/seen]", body=picture)
    return Sample(folder)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """A site that is published, and built in full."""
    made = make(tmp_path_factory.mktemp("absolute") / "site")
    made.edit("activefeed.toml", "[site]", LITTLE)
    made.publish()
    assert made.run("build", str(made.root / "full"), "--absolute").code == Exit.DONE
    return made


@pytest.fixture(scope="module")
def address(site: Sample) -> Iterator[str]:
    """Where some other program shows what was built."""
    handler = functools.partial(_Quiet, directory=str(site.root / "full"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def built(site: Sample, pattern: str) -> dict[str, bytes]:
    full = site.root / "full"
    return {one.relative_to(full).as_posix(): one.read_bytes() for one in full.rglob(pattern)}


def test_every_link_of_every_page_is_an_address_in_full(site: Sample) -> None:
    pages, seen = built(site, "*.html"), set[str]()
    assert len(pages) > 20
    for path, body in pages.items():
        tree = html.document_fromstring(body.decode())
        found = [str(link) for link in tree.xpath(LINKS)]
        found += [
            one.split()[0] for srcset in tree.xpath("//@srcset") for one in srcset.split(", ")
        ]
        found += re.findall(r"url=(\S+)", " ".join(tree.xpath("//meta[@http-equiv]/@content")))
        relative = [link for link in found if not re.match(r"[a-z][a-z+.-]*:|#", link)]
        assert relative == [], path
        seen |= {link for link in found if link.startswith(f"{BASE}/")}
    assert len(seen) > 50
    for link in seen:  # and each leads to a file of the tree
        file = site.root / "full" / unquote(link.partition("#")[0].removeprefix(f"{BASE}/"))
        assert file.is_file() or (file / "index.html").is_file(), link


def test_every_link_of_every_feed_is_an_address_in_full(site: Sample) -> None:
    feeds = built(site, "*.xml")
    assert {FEED, "blog/feed.xml", "blog/atom.xml", "sitemap.xml", "opml.xml"} <= feeds.keys()
    for path, body in feeds.items():
        root = etree.fromstring(body)
        links = [str(one) for one in root.xpath("//@href | //@src | //@url | //@xmlUrl")]
        links += re.findall(r'<\?xml-stylesheet [^>]*href="([^"]*)', body.decode())
        for text in filter(None, (one.text for one in root.iter("{*}encoded", "{*}content"))):
            links += html.fromstring(f"<p>{text}").xpath("//@href | //@src")
        assert [link for link in links if not re.match(r"[a-z]+:|#", link)] == [], path


def test_another_program_shows_it_with_all_episodes_and_their_files(
    site: Sample, address: str
) -> None:
    with urlopen(f"{address}/{FEED}") as answer:
        body = answer.read()
    show = podcastparser.parse(f"{address}/{FEED}", BytesIO(body))
    episodes = len(list((site.root / "full/podcast").glob("*/player.html")))
    assert len(show["episodes"]) == episodes > 1
    assert b"prev-archive" not in body
    files = [one["enclosures"][0] for one in show["episodes"]]
    files = [one for one in files if one["url"].startswith(f"{BASE}/")]
    assert len(files) == episodes
    for one in files:
        with urlopen(one["url"].replace(BASE, address)) as answer:
            assert len(answer.read()) == one["file_size"]


def test_no_feed_has_archives_and_each_holds_what_the_archives_held(site: Sample) -> None:
    assert list((site.root / "public").rglob("feed-*.xml")), "the published ones are cut"
    assert built(site, "feed-*") == {}
    said = etree.fromstring(built(site, "feed.xml")["blog/feed.xml"])
    links = {one.text for one in said.iter("link")}
    blog = (site.root / "public/blog").glob("*/index.html")
    posts = {f"{BASE}/blog/{one.parent.name}/" for one in blog}
    assert len(posts) > 2
    assert posts <= links


def test_subscribers_see_the_same_show(site: Sample, address: str, tmp_path: Path) -> None:
    whole = make(tmp_path / "whole")  # a feed that holds all as well
    whole.publish()
    said = whole.run("verify", str(whole.root / "public" / FEED), f"{address}/{FEED}")
    assert (said.code, said.out) == (Exit.DONE, "Subscribers see the same show.\n")


def test_the_picture_of_a_text_stands_for_its_post_as_ever(site: Sample) -> None:
    pattern = re.compile(r'<meta property="og:image" content="([^"]*)"')
    pages = {path: body.decode() for path, body in built(site, "*.html").items()}
    for path, page in pages.items():
        assert pattern.findall(page) == pattern.findall(site.text(path)), path
    assert any("media/" in found for page in pages.values() for found in pattern.findall(page))


def test_what_is_built_without_it_is_what_is_published(site: Sample, tmp_path: Path) -> None:
    assert site.run("build", str(tmp_path / "plain")).out.count("\n") == 1
    plain = {
        one.relative_to(tmp_path / "plain").as_posix(): one.read_bytes()
        for one in (tmp_path / "plain").rglob("*")
        if one.is_file()
    }
    public = {path: body for path, (body, *_) in site.snapshot().items()}
    assert plain == {path: body for path, body in public.items() if "_activefeed/" not in path}


def test_who_leaves_is_told_what_to_do(site: Sample) -> None:
    said = site.run("build", str(site.root / "full"), "--absolute")
    lines = [line for line in said.out.split("\n") if "holds all its items" in line]
    assert re.fullmatch(r"  podcast/feed\.xml holds all its items: \d+", lines[0])
    assert lines[1].startswith("  blog/feed.xml")
    for words in ("keep its GUID", "activefeed verify OLD NEW", "locked = false"):
        assert words in said.out
    data = site.run("build", str(site.root / "full"), "--absolute", "--json").data
    assert data.keys() == {"command", "exit", "files", "problems", "feeds", "locked"}
    counts = [len(etree.fromstring(built(site, "feed.xml")[one["path"]]).findall(".//item"))
              for one in data["feeds"]]  # fmt: skip
    assert [(one["path"], one["items"]) for one in data["feeds"]] == [
        (FEED, counts[0]),
        ("blog/feed.xml", counts[1]),
    ]
    assert data["locked"] is True
    assert "feeds" not in site.run("build", str(site.root / "full"), "--json").data


def test_a_show_that_is_not_locked_needs_no_unlocking(tmp_path: Path) -> None:
    made = make(tmp_path / "site")
    made.edit("activefeed.toml", "[podcast]", "[podcast]\nlocked = false")
    said = made.run("build", "--absolute")
    assert (said.code, "locked" in said.out) == (Exit.DONE, False)
    made.edit("activefeed.toml", 'title = "', "title = ")
    said = made.run("build", "--absolute")
    assert (said.code, "GUID" in said.out) == (Exit.CONTENT, False)
