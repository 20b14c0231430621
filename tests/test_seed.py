"""What readers found on the site that this was first made for, they find on the sample too.

One test for each row of the table in the README of the seed; the words are our own.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html

from activefeed import pipeline
from activefeed.model import Published
from activefeed.render.entry import Destination

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
POST = "blog/hips-and-backs-part-2.html"
EPISODE = "podcast/the-hip-next-door.html"


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    tree = pipeline.render(pipeline.read(ROOT), Published(), Destination(""), NOW).tree
    assert tree
    return {path: one.body for path, one in tree.artifacts.items() if isinstance(one.body, bytes)}


@pytest.fixture(scope="module")
def page(made: dict[str, bytes]) -> Any:
    return lambda path: html.document_fromstring(made[path])


def said(elements: list[Any]) -> list[str]:
    return [" ".join(one.text_content().split()) for one in elements]


def test_the_navigation_has_sub_pages_and_the_podcast(page: Any) -> None:
    menu = page("index.html").xpath("//nav[@aria-label='Main']/ul")[0]
    tops = [one.strip() for one in said(menu.xpath("./li/a | ./li/details/summary"))]
    assert {"Services", "Podcast", "Blog"} <= set(tops)
    assert menu.xpath("./li/details/ul/li/a/@href") == [
        "services.html", "services/running.html", "services/strength.html",
    ]  # fmt: skip


def test_the_header_has_a_call_to_action(page: Any) -> None:
    assert page(POST).xpath("//header[@class='site']/a[@class='action']/@href") == [
        "../contact.html"
    ]


def test_a_post_in_parts_has_its_date_pictures_headings_and_sign_off(page: Any) -> None:
    post = page(POST)
    assert said(post.xpath("//h1")) == ["Hips and backs, part 2: does training help?"]
    assert post.xpath("//article//header//time/@datetime")[0].startswith("2024-07-02T08:00")
    assert post.xpath("//article//figure/img/@alt") and said(post.xpath("//article//figcaption"))
    assert len(post.xpath("//div[@class='text']/h2")) == 3
    assert said(post.xpath("//div[@class='text']/p[last()]/em"))[0].startswith("Hollis Vane")
    assert "hips-and-backs-part-1.html" in post.xpath("//section[@class='related']//a/@href")


@pytest.mark.parametrize("path", [POST, EPISODE])
def test_references_are_on_the_page_in_the_feed_and_for_machines(
    path: str, page: Any, made: dict[str, bytes]
) -> None:
    listed = said(page(path).xpath("//section[@class='references']/ol/li"))
    (data,) = [
        found
        for one in page(path).xpath("//script[@type='application/ld+json']/text()")
        if (found := json.loads(one)).get("citation")
    ]
    feed = made["podcast/feed.xml" if path == EPISODE else "blog/feed.xml"].decode()
    known = {one["propertyID"] for work in data["citation"] for one in work["identifier"]}
    assert known == {"PMID", "PMCID", "DOI"}
    for shown, work in zip(listed, data["citation"], strict=True):
        assert work["name"] in shown
        for one in work["identifier"]:
            assert one["value"] in shown
            assert one["value"] in feed


def test_comments_lead_to_a_thread_or_to_mail(page: Any) -> None:
    both = page(POST).xpath("//section[@class='comments']//a/@href")
    assert both[0].startswith("https://social.example/@ternstreet/")
    assert both[1].startswith("mailto:hello@clinic.example?subject=Hips%20and%20backs")
    assert len(page("blog/training-log.html").xpath("//section[@class='comments']//a")) == 1


def test_the_sidebar_has_the_blog_its_feed_every_category_and_month(
    page: Any, made: dict[str, bytes]
) -> None:
    side = page(POST).xpath("//aside")[0]
    assert said(side.xpath(".//h2")) == ["Notes from Tern Street", "Categories", "Archives"]
    links = side.xpath(".//a/@href")
    assert "feed.xml" in links
    for folder in ("categories", "archive"):
        pages = {f"../{path}" for path in made if path.startswith(f"{folder}/") and "html" in path}
        assert pages and pages <= set(links)
    assert "Back Pain 7" in said(side.xpath(".//ul[@class='chips']/li"))
    for path in [one for one in made if one.startswith("categories/") and one.endswith(".html")]:
        feed = etree.fromstring(made[path.replace(".html", ".xml")])
        assert len(feed.findall(".//item")) == len(page(path).xpath("//main//article"))


def test_a_category_holds_the_podcasts_posts_some_with_a_transcript(page: Any) -> None:
    shown = page("categories/podcast.html").xpath("//main//article//h2/a/@href")
    assert shown == ["../podcast/coming-back-to-running.html", f"../{EPISODE}"]
    assert page("blog/index.html").xpath(f"//main//a[@href='../{EPISODE}']")
    assert page(EPISODE).xpath("//*[@class='af-spoken']/p")
    related = page(EPISODE).xpath("//section[@class='related']//h3/a/@href")
    assert f"../{POST}" in related
    assert f"../{EPISODE}" in page(POST).xpath("//section[@class='related']//h3/a/@href")


def test_each_author_has_a_byline_a_page_and_a_feed(page: Any, made: dict[str, bytes]) -> None:
    names = page(POST).xpath("//p[@class='byline']//a/@href")
    assert names == ["../people/hollis-vane.html", "../people/tobias-renn.html"]
    assert said(page(POST).xpath("//section[@class='author']//h2")) == [
        "Hollis Vane, CSCS", "Tobias Renn, PT, DPT",
    ]  # fmt: skip
    for name in names:
        path = name.removeprefix("../")
        assert page(path).xpath("//link[@rel='alternate'][contains(@href, '/people/')]")
        assert path.replace(".html", ".xml") in made


def test_the_footer_has_address_phone_mail_copyright_and_disclaimer(page: Any) -> None:
    (foot,) = page("404.html").xpath("//footer")
    assert {one.partition(":")[0] for one in foot.xpath(".//a/@href")} >= {"tel", "mailto"}
    text = " ".join(foot.text_content().split())
    for words in ("14 Tern Street", "Fax", "Not medical advice.", "© 2023–2026"):
        assert words in text
