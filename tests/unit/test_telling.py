"""A feed is told as a whole: its show, what nobody reads in it, and all that old hosts say."""

from __future__ import annotations

import inspect
import json
import re
from urllib.request import Request, urlopen

import feedfiles
import jargon
import oldhost
import pytest
from smallfeeds import NOON, atom, json_feed, rss

from activefeed.formats import telling
from activefeed.formats.telling import Telling, Told, tell


def show(elements: str) -> Told:
    return tell(rss(elements)).show


# The show.

SHOW_OF_RSS = [
    ("<title>T</title><link>l</link><language>en-US</language>",
     {"title": "T", "link": "l", "language": "en-US"}),
    ("<description><![CDATA[<p>One</p><p>two</p>]]></description>", {"description": "One two"}),
    ("<itunes:summary>S</itunes:summary>", {"description": "S"}),
    ("<itunes:author>A</itunes:author><author>B</author>", {"author": "A"}),
    ("<copyright>C</copyright><generator>G</generator>", {"copyright": "C", "generator": "G"}),
    ("<image><url>small</url></image><itunes:image href='big'/>", {"image": "big"}),
    ("<image><url>small</url></image>", {"image": "small"}),
    ("<itunes:explicit>yes</itunes:explicit><itunes:type>Serial</itunes:type>",
     {"explicit": "true", "kind": "serial"}),
    ("<podcast:guid>g</podcast:guid><podcast:locked owner='x'>Yes</podcast:locked>",
     {"guid": "g", "locked": "true"}),
    ("<itunes:owner><itunes:name>N</itunes:name><itunes:email>e@x</itunes:email></itunes:owner>",
     {"owner_name": "N", "owner_email": "e@x"}),
    ("<managingEditor>e@x (N)</managingEditor>", {"owner_name": "N", "owner_email": "e@x"}),
    ("<itunes:new-feed-url>n</itunes:new-feed-url><itunes:complete>Yes</itunes:complete>",
     {"new_feed_url": "n", "complete": "true"}),
    ("<itunes:block>Yes</itunes:block><podcast:medium>Music</podcast:medium>",
     {"block": "true", "medium": "music"}),
    ("<atom:link rel='self' href='s'/><itunes:subtitle>U</itunes:subtitle>",
     {"self": "s", "subtitle": "U"}),
]  # fmt: skip


@pytest.mark.parametrize(("elements", "facts"), SHOW_OF_RSS)
def test_a_fact_of_a_show(elements: str, facts: dict[str, str]) -> None:
    assert {"description": facts.get("subtitle"), **show(elements).facts} == {
        "description": facts.get("subtitle"), **facts
    }  # fmt: skip


APPLE = """<itunes:category text='Health &amp;amp; Fitness'>
<itunes:category text='Medicine'/><itunes:category text='Fitness'/></itunes:category>"""


@pytest.mark.parametrize(
    ("name", "elements", "rows"),
    [
        ("apple_categories", f"<itunes:category text='Arts'/>{APPLE}",
         ["Arts", "Health & Fitness > Medicine", "Health & Fitness > Fitness"]),
        ("categories", "<category>A</category><category>B</category>", ["A", "B"]),
        ("people", "<podcast:person>Ann</podcast:person>", ["Ann"]),
        ("funding", "<podcast:funding url='u'>Help</podcast:funding>", ["Help"]),
        ("license", "<podcast:license>CC0-1.0</podcast:license>", ["CC0-1.0"]),
        ("location", "<podcast:location>P</podcast:location>", ["P"]),
        ("authors", "<dc:creator>Ann</dc:creator>", ["Ann"]),
        ("txt", "<podcast:txt purpose='verify'>abc</podcast:txt>", ["abc"]),
        ("frequency", "<podcast:updateFrequency>Daily</podcast:updateFrequency>", ["Daily"]),
        ("blocks", "<podcast:block id='x'>Yes</podcast:block><podcast:block>no</podcast:block>",
         ["x", "no"]),
    ],
)  # fmt: skip
def test_a_list_of_a_show(name: str, elements: str, rows: list[str]) -> None:
    assert [next(iter(row.values())) for row in show(elements).lists[name]] == rows


def test_every_cell_of_the_lists_of_a_show() -> None:
    found = show("<podcast:updateFrequency rrule='FREQ=DAILY' complete='true'>Daily"
                 "</podcast:updateFrequency><podcast:txt purpose='verify'>abc</podcast:txt>"
                 "<podcast:block id='x'>Yes</podcast:block>").lists  # fmt: skip
    assert found == {
        "frequency": ({"text": "Daily", "rrule": "FREQ=DAILY", "complete": "true"},),
        "txt": ({"text": "abc", "purpose": "verify"},),
        "blocks": ({"id": "x", "text": "yes"},),
    }


def test_the_show_of_atom_and_of_json() -> None:
    links = "<link href='l'/><link rel='self' href='s'/><updated>2026-01-01T12:00:00Z</updated>"
    found = tell(
        atom(f"""{links}<title>T</title><subtitle>D</subtitle><rights>C</rights>
        <logo>i</logo><generator>G</generator><author><name>Ann</name></author>""")
    ).show
    assert found.facts == {
        "title": "T", "description": "D", "link": "l", "copyright": "C", "self": "s",
        "image": "i", "generator": "G", "author": "Ann",
    }  # fmt: skip
    assert found.updated == NOON
    said = {"title": "T", "description": "D", "home_page_url": "l", "feed_url": "s", "icon": "i",
            "language": "de", "authors": [{"name": "Ann"}], "expired": True}  # fmt: skip
    assert tell(json_feed(**said)).show.facts == {
        "title": "T", "description": "D", "link": "l", "self": "s", "image": "i", "language": "de",
        "author": "Ann", "complete": "true",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "older"),
    [
        (rss("<atom:link rel='next' href='n'/>"), "n"),
        (rss("<atom:link rel='next' href='n'/><atom:link rel='prev-archive' href='p'/>"), "p"),
        (atom("<link rel='next' href='n'/>"), "n"),
        (json_feed(next_url="n"), "n"),
        (rss("<atom:link rel='prev' href='n'/>"), ""),
    ],
)  # fmt: skip
def test_older_items_are_at_another_address(body: bytes, older: str) -> None:
    assert tell(body).older == older


def test_an_old_feed_of_rdf_is_told() -> None:
    body = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
      <channel rdf:about="c"><title>T</title></channel><item rdf:about="i"><title>One</title></item>
      </rdf:RDF>"""
    found = tell(body)
    assert found.show.facts["title"] == "T"
    assert found.items[0].facts == {"title": "One", "guid": "i", "guid_made": "true"}


# What nobody reads.


def test_what_nobody_reads_is_counted_by_its_name() -> None:
    body = rss(
        "<podcast:value type='x'/><docs>x</docs><ttl>60</ttl><odd>1</odd>",
        "<my:thing xmlns:my='urn:my'>a</my:thing><itunes:keywords>k</itunes:keywords>",
        "<my:thing xmlns:my='urn:my'>b</my:thing><other/><podcast:locked>no</podcast:locked>",
    )
    found = tell(body).unread
    assert found == {"podcast:value": 1, "odd": 1, "my:thing": 2, "podcast:locked": 1}
    extra = tell(json_feed({"id": 1, "_own": {"a": 1}}, _odd=1, user_comment="x")).unread
    assert extra == {"_own": 1, "_odd": 1}


# The table.


def test_every_place_of_the_table_can_be_asked_for_and_every_meaning_has_a_place() -> None:
    table, lists = telling._TABLE, telling._TABLE["lists"]
    facts = {**table["show"], **table["item"]}
    cells = {f"{name}.{key}": at for name, row in lists.items() for key, at in row["cells"].items()}
    assert telling._MEANS.keys() <= facts.keys() | cells.keys()
    assert {*telling._MEANS.values()} - {"exact"} <= telling._MEANING.keys()
    rows = [*table["show"].values(), *table["item"].values(), *(r["each"] for r in lists.values())]
    assert all(len(row) == 3 for row in (*rows, *table["where"].values()))
    assert set(lists["people"]["on"].split()) == {"show", "item"}
    for places in (*(it for row in rows for it in row), *cells.values()):
        for place in places.split(" | "):
            assert telling._path(place).path


def test_every_trouble_can_be_told() -> None:
    code = inspect.getsource(telling)
    for key, words in telling._TABLE["troubles"].items():
        assert f'"{key}"' in code
        assert not jargon.programmers_words(words.format("x"))


# The old hosts.

TOLD = {name: tell(oldhost.fill(name, "http://127.0.0.1:1")) for name in oldhost.NAMES}


@pytest.mark.parametrize("name", oldhost.NAMES)
def test_an_old_host_is_told_as_comparing_reads_it(name: str) -> None:
    body = oldhost.fill(name, "http://127.0.0.1:1")
    found, other = TOLD[name], feedfiles.read(body)
    assert len(found.items) == len(other.items)
    assert (found.older, found.show.facts["title"]) == (other.older, other.title)
    for one, item_ in zip(found.items, other.items, strict=True):
        facts = {key: one.facts.get(key, "") for key in ("guid", "title", "link", "url", "type")}
        assert facts == {key: getattr(item_, key) for key in facts}
        assert (one.published, one.updated) == (item_.published, item_.updated)
        assert int(one.facts.get("length", 0)) == item_.length
        assert int(one.facts.get("duration", 0)) == item_.duration
        assert "".join(telling.plain(one.facts["html"]).split()) == "".join(item_.text.split())


@pytest.mark.parametrize("name", oldhost.PODCASTS)
def test_a_podcast_of_an_old_host_says_all_that_is_asked_of_it(name: str) -> None:
    found = TOLD[name]
    assert all(one.facts["guid"] and one.facts["url"] for one in found.items)
    assert found.show.facts["language"]
    assert found.show.lists["apple_categories"]
    bare = {"handmade", "powerpress"}
    assert not found.troubles or name in bare
    kinds = {one.facts.get("kind") for one in found.items}
    assert kinds & {"trailer", "bonus"} or name in {"handmade", "podlove"}


def test_what_is_special_in_each_old_host() -> None:
    def first(name: str) -> Told:
        return TOLD[name].items[0]

    assert re.fullmatch("[0-9a-f]{32}", first("libsyn").facts["guid"])
    assert "%3A%2F%2F" in first("anchor").facts["url"]
    assert first("transistor").facts["url"].startswith("https://op3.dev/e/http://127.0.0.1")
    assert [row["role"] for row in first("transistor").lists["people"]] == ["host", "guest"]
    assert first("buzzsprout").facts["guid"] == "Buzzsprout-16543210"
    assert first("buzzsprout").lists["chapters"][1] == {"start": "2", "title": "Lime 'n' Lichen"}
    assert TOLD["buzzsprout"].unread == {"podcast:podroll": 1}
    assert TOLD["podlove"].older == "http://127.0.0.1:1/feed.xml?paged=2"
    assert first("podlove").lists["chapters"][1]["start"] == "2.463"
    assert first("castopod").facts["permalink"] == "true"
    assert set(TOLD["castopod"].show.lists) >= {
        "location",
        "license",
        "funding",
        "blocks",
        "frequency",
    }
    assert first("castopod").lists["more_audio"][0]["url"].endswith("one.opus")
    assert (
        first("powerpress").facts["guid"] == "https://orchardtalk.example/?post_type=podcast&p=1689"
    )
    assert first("powerpress").facts["permalink"] == "false"
    assert TOLD["handmade"].items[3].facts["guid_made"] == "true"
    assert len(TOLD["handmade"].troubles) == 6
    assert (
        TOLD["blog-atom"]
        .items[1]
        .facts["html"]
        .startswith("<div><p>Hide &lt; bone &amp; fish.</p>")
    )
    assert TOLD["blog-json"].items[1].facts["guid"] == "1177"
    second = tell(oldhost.fill("podlove", "http://127.0.0.1:1", 2))
    assert (second.older, second.items[1].facts["kind"]) == ("", "trailer")


@pytest.mark.parametrize("name", oldhost.NAMES)
def test_an_old_host_answers_at_every_address_that_it_tells(name: str) -> None:
    with oldhost.serve(name) as host:
        found: Telling = tell(host.web.replies[host.feed.removeprefix(host.web.url)].body)
        told = repr([(one.facts, one.lists) for one in (found.show, *found.items)])
        paths = re.findall(re.escape(host.web.url) + r"([^\s\"'<>\\]+)", told)
        assert paths
        assert not [path for path in paths if path not in host.web.replies]
        for path in host.web.replies:
            request = Request(host.address(path), headers={"Range": "bytes=5-"})
            with urlopen(request) as answer:
                body, audio = answer.read(), "audio" in answer.headers["Content-Type"]
                assert body == host.web.replies[path].body[5 * audio :]
                assert answer.status == (206 if audio else 200)


@pytest.mark.parametrize("name", sorted(oldhost.RECORDINGS))
def test_the_recordings_of_old_hosts_are_as_long_as_they_say(name: str) -> None:
    truth = json.loads((oldhost.AUDIO / "truth.json").read_text())
    assert round(truth[oldhost.RECORDINGS[name]]["seconds"]) == oldhost.SECONDS
    assert oldhost.recording(name)
