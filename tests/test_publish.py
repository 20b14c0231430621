"""Publishing the sample site to a folder, through the command line: promises of the whole way."""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sample
from sample import Sample

from activefeed.model import Published
from activefeed.publish import manifest
from activefeed.publish.store import FolderStore
from activefeed.tree import Artifact

HIP = "episodes/102-the-hip-next-door"
WELCOME = "episodes/100-welcome"  # nothing links to it
FEED = "podcast/feed.xml"
WITHOUT_AUDIO = (".mp3", ".m4a")


@pytest.fixture
def site(tmp_path: Path) -> Sample:
    return sample.copy(tmp_path / "site")


@pytest.fixture(scope="module")
def _published(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    site = sample.copy(tmp_path_factory.mktemp("sample") / "site")
    site.publish()
    return site


@pytest.fixture
def published(_published: Sample, tmp_path: Path) -> Sample:
    """The sample site with its finished public/, to be changed at will."""
    shutil.copytree(_published.root, tmp_path / "site", symlinks=True)
    return Sample(tmp_path / "site")


def state_of(site: Sample) -> Published:
    found = manifest.load(site.text(manifest.KEY).encode(), "public/")
    assert found
    return found


def refused(site: Sample, words: str, *options: str) -> str:
    """Publish, which must be refused by the guard with the target untouched."""
    before = site.snapshot()
    said = site.run("publish", *options)
    assert said.code == 6, said.err
    assert words in said.err
    assert "fix: " in said.err
    assert site.snapshot() == before
    return said.err


def test_the_second_publish_touches_nothing_and_says_one_line(site: Sample) -> None:
    def publish() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "activefeed", "publish", "--now", sample.NOW]
        env = os.environ | {"PYTHONPATH": str(sample.ROOT / "src")}
        return subprocess.run(
            command, cwd=site.root, env=env, capture_output=True, text=True, check=True
        )

    first = publish()
    assert "activefeed serve" in first.stdout
    before = site.snapshot()
    assert len(before) > 50

    for path in (path for name in sample.CONTENT for path in (site.root / name).rglob("*")):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    os.utime(site.root / "activefeed.toml")
    for _ in range(2):
        again = publish()
        assert site.snapshot() == before
        assert (again.stdout.splitlines(), again.stderr) == (
            ["Nothing changed: public/ is as it should be."],
            "",
        )


def test_without_its_local_audio_a_site_goes_on(published: Sample) -> None:
    before = published.snapshot()
    audio = [p for p in (published.root / "episodes").iterdir() if p.suffix in WITHOUT_AUDIO]
    assert len(audio) >= 7
    for path in audio:
        path.unlink()
    published.edit(f"{HIP}.md", "title: The hip next door", "title: The hip that was not asked")
    # The scheduled episode was never published, so its audio is missed, but that stops nothing.
    said = published.publish()
    after = published.snapshot()

    changed = before[FEED][0].decode().replace("The hip next door", "The hip that was not asked")
    assert after[FEED][0].decode() == changed
    assert before[FEED][0] != after[FEED][0]
    assert before.keys() == after.keys()
    assert {k: v for k, v in before.items() if k.startswith("media/")}.items() <= after.items()
    assert "nothing new" in said.out
    assert published.publish().out == "Nothing changed: public/ is as it should be.\n"


@pytest.mark.parametrize("word", ["zanzibar-draft", "quasar-2031"])
def test_what_is_not_due_is_nowhere(published: Sample, word: str) -> None:
    for key, (body, *_) in published.snapshot().items():
        assert word not in key.lower()
        assert word.encode() not in body.lower(), key


def test_a_scheduled_item_goes_out_on_its_day_and_a_draft_never(published: Sample) -> None:
    before = published.snapshot()
    said = published.publish(now="2031-07-01T00:00:00+00:00")
    assert '+ new       episode "quasar-2031: a look back"' in said.out
    assert "quasar-2031" in published.text(FEED)
    new = published.snapshot().keys() - before.keys()
    assert {key.split("/")[0] for key in new} >= {"media", "podcast"}
    assert not [k for k, (b, *_) in published.snapshot().items() if b"zanzibar-draft" in b]


def test_a_renamed_file_keeps_its_guid_and_is_told_how_to_keep_it_for_good(
    published: Sample,
) -> None:
    guids = published.text(FEED).count("<guid"), set(state_of(published).items)
    for path in (published.root / "episodes").glob("100-welcome.*"):
        path.rename(path.with_name(f"100-hello{path.suffix}"))
    said = published.publish()
    assert (published.text(FEED).count("<guid"), set(state_of(published).items)) == guids
    (guid,) = [g for g, item in state_of(published).items.items() if item.slug == "hello"]
    assert "warning" in said.err
    assert f"guid: {guid}" in said.err
    assert "nothing new" in said.out

    published.edit("episodes/100-hello.md", "---\ntitle", f"---\nguid: {guid}\ntitle")
    assert published.publish().err == ""


def target_of(site: Sample, key: str) -> str:
    """Return the path that an old address leads to; nothing for a page of its own."""
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', site.text(key))
    return posixpath.normpath(posixpath.join(posixpath.dirname(key), found[1])) if found else ""


def test_a_page_with_a_new_address_is_still_found_at_the_old_ones(published: Sample) -> None:
    keys = [f"podcast/{slug}.html" for slug in ("welcome", "hello", "good-day")]
    state = state_of(published)
    (guid,) = [g for g, item in state.items.items() if item.slug == "welcome"]

    def publish_as(key: str) -> None:
        slug = key.removeprefix("podcast/").removesuffix(".html")
        path = published.root / f"{WELCOME}.md"
        text = re.sub(r"(?m)^(slug|guid): .*\n", "", path.read_text("utf-8"))
        path.write_text(text.replace("---\n", f"---\nslug: {slug}\nguid: {guid}\n", 1), "utf-8")
        said = published.publish()
        assert (said.err, "delete" in said.out) == ("", False)
        assert published.publish().out == "Nothing changed: public/ is as it should be.\n"

    publish_as(keys[1])
    assert [target_of(published, key) for key in keys[:2]] == [keys[1], ""]
    assert "Welcome to Steady Load" in published.text(keys[1])
    assert keys[0] not in published.text("sitemap.xml")

    publish_as(keys[2])
    assert [target_of(published, key) for key in keys] == [keys[2], keys[2], ""]
    assert not state_of(published).tombstones.keys() & {*keys}

    publish_as(keys[0])
    assert [target_of(published, key) for key in keys] == ["", keys[0], keys[0]]

    published.edit(f"{WELCOME}.md", "---\nslug", "---\nwithdrawn: true\nslug")
    published.publish()
    assert not published.snapshot().keys() & {*keys}


def test_a_changed_guid_is_refused(published: Sample) -> None:
    published.edit(f"{HIP}.md", "---\ntitle", "---\nguid: brand-new\ntitle")
    err = refused(published, "would show it a second time")
    assert "Nothing was published." in err


@pytest.mark.parametrize("line", ["draft: true", "date: 2028-01-01 06:00"])
def test_a_published_item_cannot_vanish_unsaid(published: Sample, line: str) -> None:
    text = (published.root / f"{HIP}.md").read_text("utf-8")
    key = line.partition(":")[0]
    kept = [row for row in text.splitlines() if not row.startswith(f"{key}:")]
    (published.root / f"{HIP}.md").write_text("\n".join([kept[0], line, *kept[1:]]))
    refused(published, "The hip next door")


def test_a_lost_file_is_refused_and_a_withdrawn_item_goes(published: Sample) -> None:
    file = published.root / f"{WELCOME}.md"
    text = file.read_text("utf-8")
    file.unlink()
    assert "withdrawn: true" in refused(published, 'episode "Welcome to Steady Load"')

    file.write_text(text.replace("---\n", "---\nwithdrawn: true\n", 1), "utf-8")
    assert "withdrawn" in published.publish().out
    assert "Welcome to Steady Load" not in published.text(FEED)


def test_nothing_left_is_refused(published: Sample) -> None:
    for path in (*published.root.glob("episodes/*.md"), *published.root.glob("posts/*.md")):
        text = path.read_text("utf-8").replace("draft: true\n", "")
        path.write_text(text.replace("---\n", "---\ndraft: true\n", 1), "utf-8")
    refused(published, "nothing would be left of what was published (17 in all)")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('guid = "f3c0db95', 'guid = "03c0db95', "another show"),
        ('feed = "podcast/feed.xml"', 'feed = "podcast/rss.xml"', "left behind"),
        ('addresses = "files"', 'addresses = "folders"', "dead"),
        ('id = "bf93e1a6', 'id = "0f93e1a6', "another site"),
    ],
)
def test_the_frame_of_a_published_site_stays(
    published: Sample, old: str, new: str, words: str
) -> None:
    published.edit("activefeed.toml", old, new)
    assert "Nobody subscribed yet? Delete public/" in refused(published, words)


@pytest.mark.parametrize("audio", ["here", "elsewhere"])
@pytest.mark.parametrize("harm", ["lost", "damaged"])
def test_a_lost_or_damaged_state_is_read_out_of_the_feeds(
    published: Sample, harm: str, audio: str
) -> None:
    before, state = published.snapshot(), state_of(published)
    path = published.root / "public" / manifest.KEY
    path.unlink() if harm == "lost" else path.write_text("{")
    for sound in (published.root / "episodes").iterdir() if audio == "elsewhere" else ():
        if sound.suffix in WITHOUT_AUDIO:
            sound.unlink()
    published.edit("episodes/100-welcome.md", "title: ", "title: All ")
    options = ("--adopt",) if harm == "lost" else ()
    if harm == "lost":  # whose pages these are, nothing tells for certain
        refused(published, "not written by activefeed")
    said = published.publish(*options)
    assert "had lost its memory" in said.err
    assert "nothing new" in said.out

    after, rebuilt = published.snapshot(), state_of(published)
    assert rebuilt.items.keys() == state.items.keys()
    for guid, item in state.items.items():
        known = rebuilt.items[guid]
        assert (known.kind, known.slug, known.published) == (item.kind, item.slug, item.published)
        if item.enclosure:
            assert known.enclosure
            facts = ("key", "length", "type", "duration", "sha256")
            for fact in facts:
                assert getattr(known.enclosure, fact) == getattr(item.enclosure, fact)
    media = {key for key in before if key.startswith("media/")}
    assert {key: after[key] for key in media} == {key: before[key] for key in media}
    assert published.publish().out == "Nothing changed: public/ is as it should be.\n"


def test_a_lost_state_is_no_way_round_the_guard(published: Sample) -> None:
    (published.root / "public" / manifest.KEY).unlink()
    published.edit(f"{HIP}.md", "---\ntitle", "---\nguid: brand-new\ntitle")
    refused(published, "would show it a second time")


def test_a_dry_run_tells_all_and_writes_nothing(site: Sample) -> None:
    said = site.publish("--dry-run")
    assert f"  send    {FEED}  (new)" in said.out
    assert not (site.root / "public").exists()
    assert site.run("publish", "--dry-run", "--exit-code").code == 10
    assert not (site.root / "public").exists()


def test_a_dry_run_of_nothing_leaves_with_0(published: Sample) -> None:
    before = published.snapshot()
    assert published.run("publish", "--dry-run", "--exit-code").code == 0
    assert published.snapshot() == before


@pytest.mark.parametrize(
    "to", ["episodes", "posts/finished", "pages", "images/x", ".", "..", "public/../episodes"]
)
@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_content_is_never_published_over(site: Sample, to: str, options: tuple[str, ...]) -> None:
    site.edit("activefeed.toml", 'to = "public"', f'to = "{to}"')
    files = set(site.root.rglob("*"))
    said = site.run("publish", *options)
    assert said.code == 2
    assert "content folder" in said.err
    assert set(site.root.rglob("*")) == files


def test_the_audio_folder_is_content_too(site: Sample) -> None:
    site.edit("activefeed.toml", "[podcast]", '[podcast]\naudio_folder = "public/masters"')
    said = site.run("publish")
    assert said.code == 2
    assert "content folder public/masters/" in said.err


def test_a_link_into_the_content_is_seen_through(site: Sample) -> None:
    (site.root / "public").symlink_to(site.root / "posts")
    assert site.run("publish").code == 2


def test_somebody_else_s_file_is_not_overwritten_unless_adopted(site: Sample) -> None:
    public = site.root / "public"
    public.mkdir()
    (public / "index.html").write_text("my old home page")
    (public / "notes.txt").write_text("mine")
    for options in ((), ("--dry-run",)):
        err = refused(site, "at the target, and not written by activefeed", *options)
        assert "index.html" in err
        assert "--adopt" in err
    site.publish("--adopt")
    assert "my old home page" not in site.text("index.html")
    assert site.text("notes.txt") == "mine"
    assert "notes.txt" not in state_of(site).objects


def test_published_audio_that_is_nowhere_is_refused(published: Sample) -> None:
    for folder in ("episodes", "public/media"):
        for path in (published.root / folder).glob("*.mp3"):
            path.unlink()
    refused(published, "neither here nor at the target any more")


def test_json_has_the_same_keys_whatever_happens(site: Sample) -> None:
    answers = [
        site.publish("--json", "--dry-run").data,
        site.publish("--json").data,
        site.publish("--json").data,
    ]
    site.edit(f"{HIP}.md", "---\ntitle", "---\nguid: brand-new\ntitle")
    answers.append(site.run("publish", "--json").data)
    for answer in answers:
        assert answer.keys() == {
            "command", "exit", "files", "problems",
            "place", "refusals", "steps", "changes", "same", "published", "warnings",
            "requests", "public",
        }  # fmt: skip
    assert [a["exit"] for a in answers] == [0, 0, 0, 6]
    assert [a["published"] for a in answers] == [False, True, False, False]
    assert [bool(a["steps"]) for a in answers] == [True, True, False, True]
    assert answers[1]["steps"] == answers[0]["steps"]
    assert answers[1]["steps"][-1].items() >= {"action": "send", "key": FEED}.items()
    assert [problem["code"] for problem in answers[3]["refusals"]] == ["guid-changed"]


def test_the_state_tells_nothing_of_the_machine(published: Sample) -> None:
    text = published.text(manifest.KEY)
    for secret in (str(published.root), str(Path.home()), os.uname().nodename):
        assert secret not in text


def test_what_a_killed_publish_left_is_finished_by_the_next(
    site: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed in the middle of the pages; then an error is mended and it runs again."""
    put = FolderStore.put
    done: list[str] = []

    def interrupted(self: FolderStore, artifact: Artifact, **conditions: Any) -> str:
        if len(done) == 60:
            raise KeyboardInterrupt
        done.append(artifact.path)
        return put(self, artifact, **conditions)

    with monkeypatch.context() as patch:
        patch.setattr(FolderStore, "put", interrupted)
        assert site.run("publish").code == 1  # click's own way to say it; main() says 130
    assert not (site.root / "public" / FEED).exists()
    site.edit("pages/about.md", "---\ntitle: ", "---\ntitle: All ")
    said = site.publish()
    assert "Published to public/" in said.out
    assert site.publish().out == "Nothing changed: public/ is as it should be.\n"


def test_who_stops_reading_stops_no_publish(site: Sample) -> None:
    command = [sys.executable, "-m", "activefeed", "publish", "--now", sample.NOW]
    env = os.environ | {"PYTHONPATH": str(sample.ROOT / "src")}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=site.root, env=env, text=True, **pipes) as process:  # type: ignore[call-overload]
        assert process.stdout.readline().startswith("Publish ")
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0
    assert site.publish().out == "Nothing changed: public/ is as it should be.\n"
