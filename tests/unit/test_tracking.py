"""What counts downloads is seen through, and nothing else is taken for it."""

from __future__ import annotations

import re
import time
from urllib.parse import urlsplit

import pytest

from activefeed.content.scalars import like
from activefeed.migrate.tracking import see_through
from activefeed.urls import prefixed

AUDIO = "audio.example/shows/12/ep-3.mp3"
# The shapes that feeds have, as their services document them: all stand before the rest.
COUNTERS = re.findall(
    r"\S+",
    """
    op3.dev/e/
    op3.dev/e,pg=6fc2ad98-d4a8-5d70-9c68-62e9efc1209c/
    www.podtrac.com/pts/redirect.mp3/
    podtrac.com/pts/redirect.mp3/
    dts.podtrac.com/pts/redirect.mp3/
    dts.podtrac.com/redirect.mp3/
    dts.podtrac.com/redirect.m4a/
    play.podtrac.com/abc-123456/
    pdst.fm/e/
    prfx.byspotify.com/e/
    pscrb.fm/rss/p/
    verifi.podscribe.com/rss/p/
    pdcn.co/e/
    mgln.ai/track/
    mgln.ai/e/1390/
    claritaspod.com/measure/
    www.claritaspod.com/measure/
    clrtpod.com/m/
    media.blubrry.com/two_oars/
    media.blubrry.com/3808867/
    media.blubrry.com/two-oars/p/
    media.rawvoice.com/two_oars/
    p.podderapp.com/2544644999/
    arttrk.com/p/ABCD1/
    swap.fm/track/2nzGkisFXQswLYT5s325/
    tracking.swap.fm/track/zA4xtlPBvf2K1K9zesjz/
    2.gum.fm/
    s.gum.fm/s-5fe37a10f0786e0025359373/
    s.gum.fm/r1/00007200924c300d57a5ffff/
    pfx.vpixl.com/6qj4J/
    pfx.veritonicmetrics.com/vt123/
    growx.podkite.com/https/1234ASDF/
    r.zen.ai/r/
    r.zencastr.com/r/
    t.glystn.com/v2/track/PID-1234abcd/
    adbarker.com/stream/asdfASDf1345/
    bktrks.co/t/1234abcd1234abcd/
    pdrl.fm/2a922f/
    rss.pdrl.fm/2a922f/
    pdrl.fm/r/86c73b/6f0827/
    a.pdcst.to/abcdWXYZ01234567/
    cohst.app/pdcst/123ABC/
    pdcds.co/asdfg12345/
    prefix.up.audio/s/
    m.pfxes.com/ABCDabcd/
""",
)
OTHERS = re.findall(
    r"\S+",
    """
    chrt.fm/track/9EE2G/
    chtbl.com/track/95538/
    letscast.fm/track/
    ipfspodcasting.net/e/
    flex.acast.com/
""",
)


def unwrapped(url: str) -> str:
    return see_through(url)[0]


def counter_of(url: str) -> str:
    return see_through(url)[1]


@pytest.mark.parametrize("before", [*COUNTERS, *OTHERS])
def test_audio_is_found_behind_what_counts(before: str) -> None:
    for query in ("", "?updated=1727834300&x=a%20b", "?u=https://other.example/b.mp3"):
        assert unwrapped(f"https://{before}{AUDIO}{query}") == f"https://{AUDIO}{query}"
        assert unwrapped(f"https://{before}https://{AUDIO}{query}") == f"https://{AUDIO}{query}"
        assert unwrapped(f"https://{before}http://{AUDIO}{query}") == f"http://{AUDIO}{query}"
        assert unwrapped(f"http://{before}{AUDIO}{query}") == f"http://{AUDIO}{query}"
        assert unwrapped(f"HTTPS://{before.upper()}{AUDIO}{query}") == f"https://{AUDIO}{query}"


@pytest.mark.parametrize("before", COUNTERS)
def test_a_counter_can_be_put_before_all_audio_again(before: str) -> None:
    url = f"https://{before}{AUDIO}"
    assert counter_of(url) == like("prefix", f"https://{before}")
    assert prefixed(counter_of(url), unwrapped(url)) == url
    assert counter_of(f"https://{before}https://{AUDIO}") == f"https://{before}"
    assert counter_of(f"http://{before}{AUDIO}") == f"https://{before}"


@pytest.mark.parametrize("before", [*OTHERS, ""])
def test_of_what_is_of_no_use_no_counter_is_made(before: str) -> None:
    assert counter_of(f"https://{before}{AUDIO}") == ""


def test_services_stand_before_each_other() -> None:
    row = "pdst.fm/e/", "pscrb.fm/rss/p/", "mgln.ai/e/1390/", "claritaspod.com/measure/"
    url = f"https://{''.join(row)}{AUDIO}"
    assert unwrapped(url) == f"https://{AUDIO}"
    assert counter_of(url) == f"https://{''.join(row)}"
    assert prefixed(counter_of(url), unwrapped(url)) == url
    mixed = f"https://www.podtrac.com/pts/redirect.mp3/chrt.fm/track/E31CC9/https://op3.dev/e/http://{AUDIO}"
    assert unwrapped(mixed) == f"http://{AUDIO}"
    assert counter_of(mixed) == "https://www.podtrac.com/pts/redirect.mp3/op3.dev/e/"


def test_a_slash_that_was_lost_on_the_way_is_no_matter() -> None:
    assert unwrapped(f"https://op3.dev/e/https:/{AUDIO}") == f"https://{AUDIO}"


def test_an_address_that_was_written_as_part_of_another_is_read() -> None:
    where = "https%3A%2F%2Fcdn.example%2Fstaging%2F2023-9-4%2Fa%2520b.mp3"
    anchor = f"https://anchor.fm/s/ea8acfc4/podcast/play/76776603/{where}"
    assert unwrapped(anchor) == "https://cdn.example/staging/2023-9-4/a%20b.mp3"
    assert counter_of(anchor) == ""
    counted = anchor.replace("https://anchor", "https://op3.dev/e/anchor")
    assert unwrapped(counted) == unwrapped(anchor)
    assert counter_of(counted) == "https://op3.dev/e/"
    assert unwrapped(f"https://chrt.fm/track/AB12/{where}") == unwrapped(anchor)


@pytest.mark.parametrize(
    "url",
    [
        f"https://{AUDIO}",
        "https://traffic.megaphone.fm/ABC123.mp3?updated=1",  # a host, and not before one
        "https://anchor.fm/s/101a8bd38/podcast/play/108418615/episode1.mp3",
        "https://media.blubrry.com/two_oars/ep-3.mp3",  # a file of its own
        "https://media.blubrry.com/two_oars/content/v1.0/ep-3.mp3",
        "https://op3.dev/e/", "https://op3.dev/e/audio.example", "https://op3.dev/e/ep-3.mp3",
        "https://op3.dev/show/audio.example/a.mp3",
        "https://op3.dev/e/127.0.0.1/a.mp3", "https://op3.dev/e/2130706433/a.mp3",
        "https://op3.dev/e/localhost/a.mp3", "https://op3.dev/e/[::1]/a.mp3",
        "https://op3.dev/e/me:secret@audio.example/a.mp3",
        "https://op3.dev/e/https://audio.example@other.example/a.mp3",
        "https://op3.dev/e/https://audio.example:80@other.example/a.mp3",
        "https://op3.dev/e/https://audio.example\\@other.example/a.mp3",
        "https://op3.dev/e/ftp://audio.example/a.mp3", "https://op3.dev/e/file:///etc/hosts",
        "https://op3.dev/e//etc/hosts", "https://op3.dev/e/javascript:alert(1)//a.example/",
        "https://op3.dev/e/?u=https://audio.example/a.mp3", "https://op3.dev/e/#audio.example/a.mp3",
        "https://op3.dev.other.example/e/audio.example/a.mp3",
        "https://notop3.dev/e/audio.example/a.mp3",
        "https://other.example/op3.dev/e/audio.example/a.mp3",
        "ftp://op3.dev/e/audio.example/a.mp3", "", "op3.dev/e/audio.example/a.mp3",
        "https://op3.dev/e/audio.example/a\nb.mp3",
    ],
)  # fmt: skip
def test_what_is_not_clear_stays_as_it_is(url: str) -> None:
    assert unwrapped(url) == url
    assert counter_of(url) == ""


def test_the_host_is_always_one_that_was_written_down() -> None:
    for before in (*COUNTERS, *OTHERS):
        for rest in (AUDIO, "Audio.Example:8080/A.MP3", "x-y.audio.example//..//a.mp3?b#c"):
            host = urlsplit(unwrapped(f"https://{before}{rest}")).netloc
            assert re.search(rf"(?<![\w.-]){re.escape(host)}/", f"{before}{rest}")


def test_an_address_without_end_costs_no_time() -> None:
    begun = time.monotonic()
    for hostile in (
        "op3.dev/e/" * 10**5,
        "op3.dev/e/" * 399,
        "op3.dev/e/" + "a." * 1900,
        "a-" * 10**5,
    ):
        assert counter_of(f"https://{hostile}") in {"", f"https://{'op3.dev/e/' * 398}"}
    assert time.monotonic() - begun < 1
