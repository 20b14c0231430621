"""Whatever a feed says, importing it ends soon, in a site that can be checked, and nowhere else."""

from __future__ import annotations

import random
import time

import clocks
import oldhost
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample import NOW

from activefeed.cli import cli, frame

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
NOWHERE = "http://127.0.0.1:9"  # a place that no feed may send us to
SECONDS = 20  # of one import, on a machine that is busy
NASTY = (
    b"../../../../etc/passwd", b"..\\..\\x", b"\x00", b"<script>alert(1)</script>", b"&bomb;",
    b"%2e%2e%2f", b"]]>", b"<![CDATA[", b"<item>", b"</item>", b"</channel>", b"\xff\xfe", b"file:///etc/passwd",
    b"http://169.254.169.254/latest", b"javascript:alert(1)", b"---\n", b"\n---\ntitle: x\n",
    "\u202e\u0000\ud7ff".encode(), b'" onload="x', b"https://[::1]/x", b"A" * 5000,
    b"CON", b"*_`[](<>)",
)  # fmt: skip


def spoil(body: bytes, dice: random.Random) -> bytes:
    """Return a feed with some of it gone, twice there, or something nasty put in."""
    for _ in range(dice.randint(1, 12)):
        at, length = dice.randrange(len(body) + 1), dice.randrange(80)
        match dice.randrange(4):
            case 0:
                body = body[:at] + body[at + length :]
            case 1:
                body = body[:at] + body[at : at + length] * dice.randint(2, 5) + body[at:]
            case 2:
                body = body[:at] + dice.choice(NASTY) + body[at:]
            case 3:  # where a text is, so that it is taken for one
                at = body.find(b">", at) + 1
                body = body[:at] + dice.choice(NASTY) + body[at:]
    return body


@settings(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(oldhost.NAMES), st.integers(0, 1 << 32))
def test_no_feed_does_harm(tmp_path_factory: pytest.TempPathFactory, name: str, seed: int) -> None:
    outer = tmp_path_factory.mktemp("any")
    feed, site = outer / "feed.xml", outer / "site"
    feed.write_bytes(spoil(oldhost.fill(name, NOWHERE), random.Random(seed)))
    site.mkdir()
    words = ["--site", str(site), "--now", NOW]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frame, "CLOCK", clocks.quick())
        begun = time.process_time()
        done = CliRunner().invoke(cli, ["import", str(feed), "--yes", "--mine", *words])
        assert time.process_time() - begun < SECONDS
    assert done.exit_code in {0, 2, 3}, done.output
    assert {path.name for path in outer.iterdir()} == {"feed.xml", "site"}
    for path in site.rglob("*"):
        assert not path.is_symlink()
        assert path.resolve().is_relative_to(site.resolve())
        if path.suffix == ".md":
            text = path.read_text("utf-8")
            assert "<script" not in text.lower()
    if (site / "activefeed.toml").exists():
        checked = CliRunner().invoke(cli, ["check", *words])
        assert checked.exit_code == 0, checked.output
