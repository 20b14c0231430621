"""how-to/moving.md: its rules are tried, its settings do what it says, its sources have samples."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
import botocore.validate
import oldhost
import pytest
import redirecting
import sitemaker
import typed
from click.testing import CliRunner
from jargon import programmers_words
from redirecting import NOTHING, Ask

from activefeed.cli import cli

ROOT = Path(__file__).parents[1]
FILE = ROOT / "docs/pages/how-to/moving.md"
PAGE = FILE.read_text("utf-8")
# The sections on what is particular, each with its samples; Weebly's are no feeds alone.
SOURCES = {
    "Libsyn": {"libsyn"},
    "Spotify for Creators (Anchor)": {"anchor"},
    "Transistor": {"transistor"},
    "Buzzsprout": {"buzzsprout"},
    "Podlove Publisher": {"podlove"},
    "Castopod": {"castopod"},
    "PowerPress": {"powerpress"},
    "A feed written by hand": {"handmade"},
    "WordPress and other blogs": {"blog-wordpress", "blog-atom", "blog-json"},
    "Weebly": set[str](),
}


def section(name: str) -> str:
    """Return what stands under a heading, up to the next that is not below it."""
    found = re.search(rf"^(#+) {re.escape(name)}\n", PAGE, re.MULTILINE)
    assert found, name
    end = re.compile(rf"^#{{1,{len(found[1])}}} ", re.MULTILINE).search(PAGE, found.end())
    return PAGE[found.end() : end.start() if end else None]


def blocks(text: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def rules(heading: str, kind: str) -> str:
    """Return the rules that are to be pasted under a heading."""
    (block,) = blocks(section(heading), kind)
    return block


RULES = section("Redirect rules to paste")
# Old paths, without the slash at their end, with the new address that each leads to.
MOVES = dict(
    re.findall(r"^\| `https://old\.example(/\S+?)/` \| `(https://\S+)` \|$", RULES, re.MULTILINE)
)
PASS_ON = {"Netlify": redirecting.NETLIFY, "Cloudflare Pages": redirecting.CLOUDFLARE_PAGES}
BY_PATTERN = ("Apache", "nginx", *PASS_ON)  # those which know one for all episodes
HOSTS = (*BY_PATTERN, "Cloudflare", "Amazon S3")


@contextmanager
def started(host: str) -> Iterator[Ask]:
    """Give the old host that keeps to the rules of the page."""
    if host in PASS_ON:
        text = rules("Netlify and Cloudflare Pages", "redirects")
        yield redirecting.underscore(PASS_ON[host], text)
    elif host == "Cloudflare":
        yield redirecting.cloudflare(rules(host, "csv"))
    elif host == "Amazon S3":
        yield redirecting.s3(rules(host, "json"))
    else:
        server = redirecting.apache if host == "Apache" else redirecting.nginx
        with server(rules(host, host.lower())) as ask:
            yield ask


@pytest.fixture(scope="module")
def old_hosts() -> Iterator[Callable[[str], Ask]]:
    """The old hosts by name, each started once."""
    with ExitStack() as stack:
        yield cache(lambda host: stack.enter_context(started(host)))


@pytest.fixture
def ask(host: str, old_hosts: Callable[[str], Ask]) -> Ask:
    return old_hosts(host)


def test_there_are_a_feed_and_pages_to_move() -> None:
    assert len(MOVES) == 3
    assert [new for new in MOVES.values() if new.endswith(".xml")] == [
        "https://podcast.example/podcast/feed.xml"
    ]
    headings = re.findall(r"^### (.+)$", RULES, re.MULTILINE)
    assert sorted(" and ".join(headings).split(" and ")) == sorted(HOSTS)


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("host", HOSTS)
def test_an_old_address_leads_to_the_new_one_at_once_and_for_good(
    host: str, slash: str, ask: Ask
) -> None:
    assert {path: ask(path + slash) for path in MOVES} == {
        path: (301, new) for path, new in MOVES.items()
    }


@pytest.mark.parametrize("host", HOSTS)
def test_what_follows_a_question_mark_stays_behind_but_where_the_page_says_so(
    host: str, ask: Ask
) -> None:
    for path, new in MOVES.items():
        query = "?from=app&x=1"
        assert ask(f"{path}/{query}") == (301, new + query * (host in PASS_ON))


@pytest.mark.parametrize("host", HOSTS)
def test_no_other_address_is_touched(host: str, ask: Ask) -> None:
    for path in ("/", "/feed/", "/feed/atom/", "/contact/", "/episodes/", "/team/about/"):
        status, location = ask(path)
        assert (status in {200, 404}, location) == (True, ""), path


@pytest.mark.parametrize("host", BY_PATTERN)
def test_one_line_moves_all_episodes_that_keep_their_name(host: str, ask: Ask) -> None:
    new = "https://podcast.example/podcast/12-why-backs-ache_2.html"
    assert ask("/episodes/12-why-backs-ache_2/") == (301, new)


@pytest.mark.parametrize("host", ["Apache", "nginx"])
def test_an_address_that_smuggles_a_line_is_no_episode(host: str, ask: Ask) -> None:
    for name in ("a%0d%0aX-Evil:%20b", "..%2f..%2fx", "a%20b"):
        assert not ask(f"/episodes/{name}/")[1], name


def test_the_rules_for_s3_have_the_shape_that_amazon_describes() -> None:
    model = botocore.session.get_session().get_service_model("s3")
    shape = model.operation_model("PutBucketWebsite").input_shape
    settings = json.loads(rules("Amazon S3", "json"))
    given = {"Bucket": "old-bucket", "WebsiteConfiguration": settings}
    botocore.validate.validate_parameters(given, shape)
    prefixes = [rule["Condition"]["KeyPrefixEquals"] for rule in settings["RoutingRules"]]
    for at, prefix in enumerate(prefixes):  # a later rule would never be taken
        assert not [one for one in prefixes[at + 1 :] if one.startswith(prefix)]
    for rule in settings["RoutingRules"]:  # the one or the other, says its documentation
        assert len(rule["Redirect"].keys() & {"ReplaceKeyWith", "ReplaceKeyPrefixWith"}) == 1
    with pytest.raises(botocore.validate.ParamValidationError):
        settings["RoutingRules"][0]["Redirect"]["Status"] = "301"
        botocore.validate.validate_parameters(given, shape)


def test_the_readers_know_what_the_page_warns_of() -> None:
    forced, bare = "/a https://podcast.example/ 301!", "/a https://podcast.example/"
    assert redirecting.underscore(redirecting.NETLIFY, forced)("/a")[0] == 301
    with pytest.raises(ValueError, match="301!"):
        redirecting.underscore(redirecting.CLOUDFLARE_PAGES, forced)
    assert redirecting.underscore(redirecting.CLOUDFLARE_PAGES, bare)("/a")[0] == 302
    rule: dict[str, Any] = json.loads(rules("Amazon S3", "json"))
    assert redirecting.s3(json.dumps(rule))("/about-us")[0] == 301  # begins so
    rule["RoutingRules"] = []
    assert redirecting.s3(json.dumps(rule))("/about") == NOTHING


def test_the_steps_are_typed_in_their_order() -> None:
    steps = [one for one in typed.in_blocks(FILE) if re.match(r"\d", one.heading)]
    assert [one.words[0] for one in steps] == [
        "import", "check", "serve", "build", "verify", "connect", "publish",
    ]  # fmt: skip
    (old,) = {word for one in steps for word in one.words if word.startswith("https://")}
    redirected = re.search(r"curl -sIL (\S+) ", section("7. Redirect the old feed to the new one"))
    assert redirected
    assert redirected[1] == old


@pytest.mark.parametrize("name", ["castopod", "podlove"])
def test_the_steps_bring_a_sample_home(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    steps = [one for one in typed.in_blocks(FILE) if one.heading[:1] in set("23456")]
    old = steps[0].words[1]
    with oldhost.serve(name) as host:
        for one in steps:
            if one.words[0] in {"serve", "connect"}:
                continue  # which need a person, or a bucket
            words = [host.feed if word == old else word for word in one.words]
            if words[0] == "import":
                words += [
                    "--mine",
                    "--yes",
                    "--timezone",
                    "UTC",
                    "--url",
                    "https://podcast.example",
                ]
            if words[0] == "publish":
                settings = tmp_path / "activefeed.toml"
                (block,) = blocks(section("5. Say that this is the new address"), "toml")
                with_it = settings.read_text("utf-8").replace("[podcast]\n", block, 1)
                settings.write_text(with_it, "utf-8")
            done = CliRunner().invoke(cli, words)
            assert done.exit_code == 0, done.output
            if words[0] == "verify":
                assert done.output.endswith("Subscribers see the same show.\n")
        feed = tmp_path / "public/podcast/feed.xml"
        assert "<itunes:new-feed-url>" in feed.read_text("utf-8")
        done = CliRunner().invoke(cli, ["verify", host.feed, str(feed)])
        assert done.output.endswith("Subscribers see the same show.\n")


def test_every_source_has_its_section() -> None:
    part = section("What is particular where you come from")
    assert re.findall(r"^### (.+)$", part, re.MULTILINE) == list(SOURCES)


def test_every_source_has_its_samples_and_every_sample_its_source() -> None:
    assert {*oldhost.NAMES} == set().union(*SOURCES.values())


def site(root: Path, block: str) -> sitemaker.Maker:
    """Make a small site with what a block of the page adds to its settings."""
    made = sitemaker.make(root)
    made.episode("first")
    made.markdown("posts/2026-02-03-a-post.md", "categories: [News]")
    path, table = root / "activefeed.toml", block.partition("\n")[0]
    text = path.read_text("utf-8")
    lines = f"{block}\n" if table in text else ""
    path.write_text(text.replace(f"{table}\n", lines, 1) if lines else f"{text}\n{block}", "utf-8")
    assert tomllib.loads(path.read_text("utf-8"))
    return made


def build(root: Path, now: datetime) -> Path:
    """Build a site without a word against it."""
    arguments = ("build", str(root / "made"), "--site", str(root), "--now", now.isoformat())
    done = CliRunner().invoke(cli, [*arguments, "--json"])
    assert (done.exit_code, json.loads(done.stdout)["problems"]) == (0, [])
    return root / "made"


def test_the_feed_names_its_new_address_until_that_day_and_no_longer(tmp_path: Path) -> None:
    (block,) = blocks(section("5. Say that this is the new address"), "toml")
    made, tag = site(tmp_path / "site", block), "<itunes:new-feed-url>"
    new = tomllib.loads(block)["podcast"]
    assert new["new_feed_url"] in MOVES.values()
    for day, says in ((new["new_feed_until"].day, True), (1, False)):
        month = new["new_feed_until"].month + (not says)
        now = datetime(new["new_feed_until"].year, month, day, 12, tzinfo=UTC)
        feed = (build(made.root, now) / "podcast/feed.xml").read_text("utf-8")
        assert (f"{tag}{new['new_feed_url']}<" in feed) == says
        assert (tag in feed) == says


def test_an_old_path_of_a_feed_has_the_feed_and_one_of_a_page_leads_on(tmp_path: Path) -> None:
    feed, aliases = blocks(section("Keep an old address alive on your own domain"), "toml")
    made = build(site(tmp_path / "aliases", aliases).root, sitemaker.NOW)
    for old, new in tomllib.loads(aliases)["aliases"].items():
        was, now = ((made / path.removeprefix("/")).read_bytes() for path in (old, new))
        leads = b"url=https://hill.example" + new.encode() in was
        assert (was == now) != (leads or new.endswith(".html")), old
    path = tomllib.loads(feed)["podcast"]["feed"]
    assert (build(site(tmp_path / "feed", feed).root, sitemaker.NOW) / path).is_file()


def test_a_podcaster_who_is_no_programmer_can_read_it() -> None:
    words = re.sub(r"^```.*?^```$", "", PAGE, flags=re.MULTILINE | re.DOTALL)
    words = re.sub(r"\]\(\S+\)", "]", words.partition("\n## Where this comes from")[0])
    assert not programmers_words(words)
