"""Bad input and the exact report of it: each folder of sites-invalid/ is a test.

``input/`` is laid over ``base/``, a site without a mistake, and checked. Where there is a
``before/``, base with that was published first, and the report is that of publishing what there is
now. Two feeds are compared. What else must happen is in EVENTS. Beside the report, ``codes.txt``
has its codes; every code that there is must be reported by one folder.

To write the reports anew after a change of words (then read every one of them):
UPDATE_EXPECTED=1 pytest <this file>
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import servers
import spoiled
import test_docs
import warmth
from click.testing import CliRunner, Result
from web import Reply, Web, web

from activefeed import pipeline
from activefeed.cli import cli
from activefeed.cli.frame import failure_of
from activefeed.console import Console
from activefeed.formats import ffmpeg
from activefeed.preview import Preview
from activefeed.tree import content_type_of

SITES = Path(__file__).parent / "sites-invalid"
FAULTS = sorted(path.name for path in SITES.glob("[!.]*") if path.name != "base")
NOW = "2026-06-01T12:00+00:00"
ADDRESS = "127.0.0.1:8008"  # stands for that of the test's own web server
REPORTED = ("problems", "refusals", "warnings", "public", "differences")  # in answers
AT_FIRST = {"hub-not-told", "search-failed"}  # told by the first publish
# What nobody can write into a file of theirs: our own output would be at fault. That the rule sees
# it, unit/test_proof.py shows with spoiled documents.
OUR_OWN = {
    "rule-chapters": "chapters are read one by one, and those at fault are told or left out",
    "rule-rfc5005": "archives and their links are all made by us",
    "rule-transcript": "a transcript is read cue by cue, and written anew without those at fault",
}


@dataclass(frozen=True, slots=True)
class Scene:
    """A site in a folder, what was said of it, and what surrounds it."""

    fault: str
    site: Path
    web: Web
    patch: pytest.MonkeyPatch
    codes: set[str]  # of what the last command reported

    def lay(self, *layers: str) -> None:
        """Put the base and layers of the fault in the place of what an author had there."""
        for old in [path for path in self.site.glob("[!.]*") if path.name != "public"]:
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        for layer in ("base", *(f"{self.fault}/{layer}" for layer in layers)):
            if (SITES / layer).is_dir():
                shutil.copytree(SITES / layer, self.site, dirs_exist_ok=True)
        self.edit(ADDRESS, self.web.url.partition("://")[2])

    def edit(self, old: str, new: str) -> None:
        """Change the settings."""
        file = self.site / "activefeed.toml"
        file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")

    def run(self, *words: str) -> Result:
        """Run a command."""
        at = ("--site", str(self.site), "--now", NOW)
        return CliRunner().invoke(cli, [*words, *at], catch_exceptions=False)

    def publish(self, *words: str) -> None:
        """Publish what there is, which must go well."""
        warmth.share(self.site)
        result = self.run("publish", *words)
        assert result.exit_code == 0, result.stderr

    def published(self, path: str) -> Path:
        """Return the one published file that has such a path."""
        (found,) = (self.site / "public").glob(path)
        return found

    def show(self) -> None:
        """Let the web answer with what was published."""
        public = self.site / "public"
        for path in [path for path in public.rglob("*") if path.is_file()]:
            key = path.relative_to(public).as_posix()
            facts = {"Content-Type": content_type_of(key)}
            self.web.replies[f"/{key}"] = Reply(200, facts, path.read_bytes(), True, "*")

    def answer(self, path: str, **changes: Any) -> None:
        """Let the web answer otherwise where a path begins so."""
        for key in [key for key in self.web.replies if key.startswith(path)]:
            self.web.replies[key] = replace(self.web.replies[key], **changes)


@pytest.fixture(scope="module")
def server() -> Iterator[Web]:
    with web() as made:
        yield made


@pytest.fixture
def scene(
    request: pytest.FixtureRequest, server: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Scene]:
    """A site with a fault; pagefind, which takes its time, seems not to be installed."""
    codes: set[str] = set()
    answer = Console.answer

    def heard(console: Console, data: Mapping[str, Any]) -> None:
        rows = [data.get(key, ()) for key in REPORTED]
        codes.clear()
        codes.update(one["code"] for row in rows for one in row)
        answer(console, data)

    monkeypatch.setattr(Console, "answer", heard)
    monkeypatch.setattr(pipeline, "find_spec", lambda name: None)
    server.replies.clear()
    fault = getattr(request, "param", "base")
    scene = Scene(fault, tmp_path / "site", server, monkeypatch, codes)
    if fault not in {"prefix-dead", "url-dead"}:
        yield scene
        return
    certificate = servers._make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    with web(certificate) as secure:
        yield replace(scene, web=secure)


# What happens besides: to a site, to what was published of it, to what the web answers.


def withdraw(scene: Scene) -> None:
    scene.lay("before")
    assert scene.run("withdraw", "second", "--yes").exit_code == 0
    scene.lay("input")


def leave(scene: Scene) -> None:
    secret = scene.site.with_name("secret.vtt")
    secret.write_text("WEBVTT\n")
    (scene.site / "episodes" / "first.vtt").unlink()
    try:
        (scene.site / "episodes" / "first.vtt").symlink_to(secret)
    except OSError:
        pytest.skip("this system lets us make no symbolic links")


def name(*paths: str) -> Callable[[Scene], None]:
    """Return what puts files beside the others, whose names not every machine can have."""

    def write(scene: Scene) -> None:
        for path in paths:
            file, like = scene.site / path, scene.site / "images" / "cover.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            try:
                taken = file.exists()
                file.write_bytes(NOTE if path.endswith(".md") else like.read_bytes())
            except OSError:
                taken = True
            if taken or file not in file.parent.iterdir():
                pytest.skip("this system lets us make no such files")

    return write


def upload(scene: Scene) -> None:
    page = scene.site / "public" / "index.html"
    page.parent.mkdir()
    page.write_text("<!doctype html><p>Hello")


def lose_search(scene: Scene) -> None:
    scene.patch.setattr(pipeline, "find_spec", lambda name: name)
    gone = SimpleNamespace(get_executable=lambda: None)
    scene.patch.setitem(sys.modules, "pagefind", SimpleNamespace(service=gone))
    scene.patch.setitem(sys.modules, "pagefind.service", gone)


def write_much(scene: Scene) -> None:
    words = "Nobody reads as much as this in one go. " * 25_000
    (scene.site / "posts" / "hello.md").write_text(
        f"---\ntitle: Long\ndate: 2026-05-25\n---\n{words}"
    )


def move(scene: Scene) -> None:
    (audio,) = [path for path in scene.web.replies if path.startswith("/media/first")]
    scene.web.replies["/moved.mp3"] = scene.web.replies[audio]
    scene.web.replies[audio] = Reply(302, {"Location": "/moved.mp3"})


NOTE = b"---\ntitle: A second note\ndate: 2026-02-02\n---\n\nWords.\n"
DECOMPOSED = unicodedata.normalize("NFD", "posts/süß.md")
FEED, AUDIO = "/podcast/feed.xml", "/media/first."
EVENTS: Mapping[str, Callable[[Scene], object]] = {
    "link-elsewhere-dead": lambda scene: scene.patch.setenv("http_proxy", scene.web.url),
    "feed-large": write_much,
    "link-leaves-site": leave,
    "names-but-for-capitals": name(
        *("posts/Hello.md", "images/Cover.png", "episodes/first.png", "episodes/First.PNG")
    ),
    "names-of-windows": name(
        *("posts/con.md", "posts/aux/note.md", "images/what?.png", "images/a: b.png", "images/end.")
    ),
    "names-with-accents": name("posts/süß.md", DECOMPOSED),
    "guid-reserved": withdraw,
    "not-ours": upload,
    "audio-gone": lambda scene: scene.published("media/second.*").unlink(),
    "state-damaged": lambda scene: scene.published("_activefeed/manifest.json").write_text("{"),
    "search-failed": lose_search,
    "sound-too-loud": lambda scene: ffmpeg.there() or pytest.skip("ffmpeg is not installed"),
    "prefix-dead": lambda scene: scene.web.replies.clear(),
    "url-dead": lambda scene: scene.web.replies.clear(),
    "cdn-not-told": lambda scene: scene.web.replies.update({"/purge": Reply(403)}),
    "hub-not-told": lambda scene: scene.web.replies.update({"/hub": Reply(503)}),
    "public-cors": lambda scene: scene.answer("/podcast/first/", cors=""),
    "public-enclosure": lambda scene: scene.answer(AUDIO, body=b"too short"),
    "public-feed": lambda scene: scene.answer(FEED, body=b"<rss/>"),
    "public-missing": lambda scene: scene.answer(AUDIO, status=403, body=b"", ranges=False),
    "public-page": lambda scene: scene.answer("/index.html", body=b""),
    "public-range": lambda scene: scene.answer(AUDIO, ranges=False),
    "public-redirect": move,
    "public-stale": lambda scene: scene.answer(
        FEED, body=b"<rss/>", headers={"Age": "60", "Cache-Control": "max-age=300"}
    ),
    "public-type": lambda scene: scene.answer(AUDIO, headers={"Content-Type": "audio/x-mp3"}),
}


def lost_in_a_preview(scene: Scene) -> str:
    """Return what serve says when the settings go while it shows the site."""
    scene.lay()
    preview = Preview(scene.site, scene.web.url, failure_of)
    assert not preview.renew(datetime.fromisoformat(NOW)).problems.errors
    (scene.site / "activefeed.toml").unlink()
    done, said = preview.renew(datetime.fromisoformat(NOW)), StringIO()
    scene.codes.update(problem.code for problem in done.problems)
    Console(said, said).renewed(["activefeed.toml"], done, 0.01)
    return said.getvalue()


def report(scene: Scene) -> str:
    """Bring a fault about; return what is said of it, and hold its exit code."""
    folder = SITES / scene.fault
    if scene.fault == "settings-lost-in-a-preview":
        return lost_in_a_preview(scene)
    if (folder / "old.xml").exists():
        scene.lay()
        result = scene.run("verify", str(folder / "old.xml"), str(folder / "new.xml"))
        return held(result, result.stdout)
    online = scene.fault.startswith("public-")
    if online or (folder / "before").is_dir():
        scene.lay("before")
        if online:
            (scene.site / "episodes" / "first.vtt").write_text("WEBVTT\n\n0:01 --> 0:02\nHips.\n")
            scene.edit("[podcast]", "[podcast]\ntag_audio = false")
            scene.edit("[people", f'[publish]\nurl = "{scene.web.url}"\n\n[people')
        scene.publish()
        scene.show()
    if not online:
        scene.lay("input")
    if event := EVENTS.get(scene.fault):
        event(scene)
    if online:
        return held(result := scene.run("verify"), result.output)
    if scene.fault in AT_FIRST or (scene.site / "public").exists():
        return held(result := scene.run("publish"), result.stderr)
    links = ["--links"] if scene.fault == "link-elsewhere-dead" else []
    return held(result := scene.run("check", *links), result.output)


def held(result: Result, said: str) -> str:
    """Return what was said by a command that left with the code for it."""
    words = {"refused: ": 6, "would hurt": 6, "error: ": 1}
    expected = next((code for word, code in words.items() if word in said), 0)
    public = result.exit_code == 3 and "error: " in said
    assert result.exit_code == expected or public, said
    return said


def test_the_base_has_no_mistake(scene: Scene) -> None:
    scene.lay()
    result = scene.run("check")
    assert (result.output, result.exit_code) == ("4 files read, nothing to mend.\n", 0)


@pytest.mark.parametrize("scene", FAULTS, indirect=True)
def test_the_report_is(scene: Scene) -> None:
    address = scene.web.url.partition("://")[2]
    said = report(scene).replace(address, ADDRESS)
    said = re.sub(r"\.[0-9a-f]{12}\.", ".0123456789ab.", said)
    codes = "".join(f"{code}\n" for code in sorted(scene.codes))
    for name, text in (("expected.txt", said), ("codes.txt", codes)):
        file = SITES / scene.fault / name
        if os.environ.get("UPDATE_EXPECTED"):
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, "utf-8", newline="\n")
        assert text == file.read_text("utf-8")


def test_accents_that_are_written_otherwise_are_the_same(scene: Scene) -> None:
    scene.lay()
    notes = "posts/Grüße.md", "episodes/Übung.md"
    there = "images/Ä.png", "assets/Ö/ü.png", "episodes/Übung.png"
    name(*(unicodedata.normalize("NFD", path) for path in (*notes, *there)))(scene)
    audio = (scene.site / "episodes" / "first.mp3").read_bytes()
    scene.site.joinpath("episodes", "U\u0308bung.mp3").write_bytes(audio)
    links = (
        "[a](Grüße.md) ![b](../images/%C3%84.png) [c](/assets/Ö/ü.png) [d](../episodes/Übung.md)"
    )
    front = b"image: ../images/\xc3\x84.png\nrelated: [Gr\xc3\xbc\xc3\x9fe.md]\n---\n"
    more = NOTE.replace(b"---\n\nWords.", front + links.encode())
    (scene.site / "posts" / "more.md").write_bytes(more)
    scene.run("check")
    assert scene.codes == {"no-summary", "no-transcript", "no-image-alt"}  # of the new files
    scene.publish()
    paths = [path.relative_to(scene.site).as_posix() for path in scene.site.glob("public/**/*")]
    assert [path for path in paths if not path.isascii()] == [
        "public/assets/Ö",
        "public/assets/Ö/ü.png",
    ]
    scene.run("withdraw", "grusse", "--yes")
    assert b"withdrawn: true" in (scene.site / unicodedata.normalize("NFD", notes[0])).read_bytes()


def test_every_problem_is_reported_by_a_folder() -> None:
    reported = {
        code for fault in FAULTS for code in (SITES / fault / "codes.txt").read_text().split()
    }
    listed = test_docs.listed()
    assert sorted(listed - reported) == sorted(OUR_OWN), "each wants a folder in sites-invalid/"
    assert not sorted(reported - listed), "these are not in problems.md"
    assert OUR_OWN.keys() <= {code.lstrip("~") for _, _, _, code, *_ in spoiled.SPOILED}


def test_four_faults_are_told_in_one_run() -> None:
    said = (SITES / "four-faults" / "expected.txt").read_text("utf-8")
    for fault in ("is not a date", "has the same address", "pixels", "there is no page"):
        assert fault in said
