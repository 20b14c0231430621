"""What goes to a bucket: nothing of machine, user or keys, no access rules, nothing outside."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections import UserDict
from pathlib import Path
from urllib.parse import parse_qs

import pytest
import sitemaker
from oddstore import BUCKET, OddStore, Stored, oddstore
from proxy import proxy
from sample import ROOT, Sample
from servers import S3Server

from activefeed.problems import Exit
from activefeed.publish import lease, manifest

KEY_ID, SECRET = "AKIAXYZZY0451", "plugh-4451-secret"
USER, HOST = "adventurer-4451", "colossal-cave-4451"
TARGET = '\n[publish.web]\nto = "s3://{bucket}/show"\nendpoint = "{endpoint}"\nurl = "{public}"\n'


class Remembered(UserDict[str, Stored]):
    """Objects, and all that they ever were."""

    def __init__(self) -> None:
        super().__init__()
        self.ever: list[tuple[str, Stored]] = []

    def __setitem__(self, key: str, value: Stored) -> None:
        self.ever.append((key, value))
        super().__setitem__(key, value)


def publish(root: Path, server: OddStore, *words: str) -> str:
    """Publish from a process of a user of that name; return what it said."""
    env = os.environ | server.server.environment
    env |= {"HOME": f"/home/{USER}", "USER": USER, "LOGNAME": USER, "USERNAME": USER}
    env |= {"HOSTNAME": HOST, "AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET}
    env |= {"PYTHONPATH": str(ROOT / "src"), "ACTIVEFEED_PURGE_TOKEN": f"token-{SECRET}"}
    command = [sys.executable, "-m", "activefeed", "publish", "web", *words]
    command += ["--site", str(root), "--now", sitemaker.NOW.isoformat()]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert "Published to s3://b/show: " in done.stdout, done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("mode", ["right", pytest.param("refused", marks=pytest.mark.slow)])
def test_nothing_of_host_user_folder_or_keys_is_ever_sent(tmp_path: Path, mode: str) -> None:
    maker = sitemaker.make(tmp_path / USER / "my-show")
    maker.episode("hips", "chapters: [0:00 Start]")
    maker.markdown("posts/walk.md")
    with oddstore(mode) as server:
        server.objects = seen = Remembered()  # type: ignore[assignment]
        settings = maker.root / "activefeed.toml"
        target = TARGET.format(bucket=BUCKET, endpoint=server.endpoint, public=server.endpoint)
        settings.write_text(settings.read_text("utf-8") + target, "utf-8")
        said = publish(maker.root, server)
        maker.markdown("posts/walk.md", "title: Another title")
        said += publish(maker.root, server)

    keys = [key.removeprefix("show/") for key, _ in seen.ever]
    assert len(keys) > 30
    notes = [key for key in keys if key.startswith((lease.QUEUE, lease.KEY))]
    assert notes, "somebody held a lease"
    assert keys.count(manifest.KEY) >= 4
    secret = [KEY_ID, SECRET, USER, HOST, str(tmp_path), str(ROOT), server.endpoint[7:]]
    here = socket.gethostname()
    secret += [here] if len(here) > 6 and here != "localhost" else []
    for key, one in seen.ever:
        whole = f"{key}\n{one.headers}\n".encode() + one.body
        public = whole.replace(server.endpoint.encode(), b"")  # where people find it
        if key == "show/subscribe.html":  # apps want it behind schemes of their own
            public = re.sub(rb'href="[a-z-]+://[^"]*/podcast/feed\.xml"', b"", public)
            public = re.sub(rb'href="overcast:[^"]*"', b"", public)
        assert not [word for word in secret if word.encode() in public], key
    assert not [word for word in (KEY_ID, SECRET) if word in said]


def test_no_access_rules_are_sent(
    tmp_path: Path, seaweed: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in seaweed.environment.items():
        monkeypatch.setenv(name, value)
    bucket = seaweed.new_bucket()
    with proxy(seaweed.endpoint) as log:
        public = f"{seaweed.public_url(bucket)}/show"
        target = TARGET.format(bucket=bucket, endpoint=log.endpoint, public=public)
        maker = sitemaker.make(tmp_path, target)
        maker.episode("hips")
        site = Sample(maker.root)
        site.publish("web")
        site.edit("episodes/hips.md", "Notes.", "Other notes.")
        site.publish("web")
        site.run("withdraw", "hips", "web", "--yes")
        site.run("prune", "web", "--older-than", "0", "--yes")
    methods = {one.method for one in log.seen}
    assert {"PUT", "GET", "HEAD", "DELETE"} <= methods
    for one in log.seen:
        assert not [name for name in one.headers if name.startswith(("x-amz-acl", "x-amz-grant"))]
        assert "acl" not in parse_qs(one.query, keep_blank_values=True)
        assert "/show" in one.path or "prefix=show" in one.query


@pytest.mark.parametrize(
    "line",
    [
        "aliases: [/../outside.html]",
        "aliases: [/a/%2e%2e/%2e%2e/outside.html]",
        "image: ../../outside.png",
        "audio: ../../outside.mp3",
        "transcript: ../../outside.vtt",
        "related: [../../outside.md]",
    ],
)
def test_no_path_leads_out_of_the_site(tmp_path: Path, line: str) -> None:
    maker = sitemaker.make(tmp_path / "site")
    maker.episode("hips")
    maker.picture("../outside.png")
    maker.audio("../outside.mp3", "vbr.mp3")
    maker.write("../outside.vtt", "WEBVTT\n\n00:00.000 --> 00:01.000\nHidden words\n")
    maker.write("../outside.md", "---\ntitle: Hidden words\ndate: 2026-01-01\n---\n")
    before = set(tmp_path.iterdir())
    maker.markdown("episodes/hips.md", line, body="[Out](../../outside.md)")
    said = Sample(maker.root).run("publish", now=sitemaker.NOW.isoformat())
    assert said.code == Exit.CONTENT
    assert "episodes/hips.md:2:" in said.err
    assert "leaves the site" in said.err  # the link
    assert set(tmp_path.iterdir()) == before
    assert not (maker.root / "public").exists()


@pytest.mark.parametrize("slug", ["../../outside", "/outside", "..\\outside", "a/%2e%2e/outside"])
def test_no_slug_leads_out_of_the_site(tmp_path: Path, slug: str) -> None:
    maker = sitemaker.make(tmp_path / "site")
    maker.episode("hips", f"slug: {slug}")
    said = Sample(maker.root).run("publish", now=sitemaker.NOW.isoformat())
    assert said.code == Exit.DONE
    (page,) = (maker.root / "public/podcast").glob("*outside.html")
    assert set(tmp_path.iterdir()) == {maker.root}
    assert set("./%\\").isdisjoint(page.stem)


def test_no_feed_lies_out_of_the_site(tmp_path: Path) -> None:
    maker = sitemaker.make(tmp_path / "site", old="hosts =", new='feed = "../feed.xml"\nhosts =')
    said = Sample(maker.root).run("publish", now=sitemaker.NOW.isoformat())
    assert (said.code, "feed" in said.err) == (Exit.CONTENT, True)
    assert not (tmp_path / "feed.xml").exists()
