"""Published audio stays as it is, whatever the words become; and where it is announced."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sample
import servers
from sample import Said, Sample
from web import Reply, Web, web

from activefeed.content.source import fingerprint
from activefeed.formats import audio
from activefeed.publish import manifest

FEED = "podcast/feed.xml"
WELCOME = "episodes/100-welcome"
HIP = "episodes/102-the-hip-next-door"
ENCLOSURE = re.compile(r'<enclosure url="([^"]+)" length="(\d+)"')


@pytest.fixture(scope="module")
def _published(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    site = sample.copy(tmp_path_factory.mktemp("frozen") / "site")
    site.publish()
    return site


@pytest.fixture
def site(_published: Sample, tmp_path: Path) -> Sample:
    """The sample site with its finished public/."""
    shutil.copytree(_published.root, tmp_path / "site", symlinks=True)
    return Sample(tmp_path / "site")


def enclosures(site: Sample) -> list[tuple[str, str]]:
    return ENCLOSURE.findall(site.text(FEED))


def sounds(site: Sample) -> dict[str, bytes]:
    media = (site.root / "public/media").iterdir()
    return {path.name: path.read_bytes() for path in media if path.suffix in {".mp3", ".m4a"}}


def sent(said: Said) -> list[str]:
    return [step["key"] for step in said.data["steps"] if step["action"] == "send"]


def test_the_published_copy_has_the_author_s_sound_and_our_tags(site: Sample) -> None:
    state = manifest.load(site.text(manifest.KEY).encode(), "public/")
    assert state
    item = next(item for item in state.items.values() if item.slug == "the-hip-next-door")
    assert item.enclosure
    own = fingerprint("a", site.root / f"{HIP}.mp3")
    copy = fingerprint("b", site.root / "public" / item.enclosure.key)
    assert item.enclosure.source_sha256 == own.sha256
    assert (item.enclosure.sha256, item.enclosure.length) == (copy.sha256, copy.size)
    facts = audio.probe(copy.absolute)
    assert facts.title == "The hip next door"
    assert round(facts.duration) == item.enclosure.duration
    assert facts.cover.startswith(b"\xff\xd8")


CHANGES = {
    "title": (f"{HIP}.md", "title: The hip next door", "title: The other hip"),
    "show title": ("activefeed.toml", 'title = "Steady Load"', 'title = "Steady"'),
    "slug": (f"{WELCOME}.md", "title:", "slug: hello\ntitle:"),
    "chapters": (f"{HIP}.md", "season: 1", 'season: 1\nchapters: ["0:00 Start", "0:05 More"]'),
    "tagging": ("activefeed.toml", "locked = true", "tag_audio = false\nlocked = true"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_no_change_of_words_sends_audio_or_changes_an_enclosure(site: Sample, what: str) -> None:
    before, heard = enclosures(site), sounds(site)
    site.edit(*CHANGES[what])
    steps = sent(site.publish("--json"))
    assert steps or what == "tagging"
    assert not [key for key in steps if key.endswith((".mp3", ".m4a"))]
    assert (enclosures(site), sounds(site)) == (before, heard)


def test_a_new_cover_of_the_show_sends_no_audio(site: Sample) -> None:
    from PIL import Image

    before, heard = enclosures(site), sounds(site)
    Image.new("RGB", (1500, 1500), "teal").save(site.root / "images/cover.jpg")
    steps = sent(site.publish("--json"))
    assert [key for key in steps if key.startswith("media/cover.")]
    assert not [key for key in steps if key.endswith((".mp3", ".m4a"))]
    assert (enclosures(site), sounds(site)) == (before, heard)


def test_retag_makes_the_copy_of_one_episode_anew(site: Sample) -> None:
    before = enclosures(site)
    site.edit(*CHANGES["title"])
    site.publish()
    steps = sent(site.publish("--retag", "the-hip-next-door", "--json"))
    (key,) = [key for key in steps if key.endswith(".mp3")]
    assert audio.probe(site.root / "public" / key).title == "The other hip"
    changed = [new for old, new in zip(before, enclosures(site), strict=True) if old != new]
    assert [url for url, _ in changed] == [f"https://clinic.example/{key}"]
    assert len(sounds(site)) == len(before) + 1  # apps with the old feed still find the old one
    assert site.publish().out.startswith("Nothing changed")


def test_retag_of_what_is_no_episode_is_told(site: Sample) -> None:
    said = site.run("publish", "--retag", "nothing")
    assert said.code == 2
    assert 'there is no episode "nothing"' in said.err


def test_retag_needs_the_audio(site: Sample) -> None:
    (site.root / f"{HIP}.mp3").unlink()
    said = site.run("publish", "--retag", "the-hip-next-door")
    assert said.code == 2
    assert "with audio on this machine" in said.err


def test_new_audio_is_a_new_copy_under_the_same_guid(site: Sample) -> None:
    guids = re.findall(r"<guid[^>]*>([^<]+)", site.text(FEED))
    shutil.copy(site.root / f"{HIP}.mp3", site.root / f"{WELCOME}.mp3")
    steps = sent(site.publish("--json"))
    assert len([key for key in steps if key.endswith(".mp3")]) == 1
    assert re.findall(r"<guid[^>]*>([^<]+)", site.text(FEED)) == guids


@pytest.mark.parametrize("harm", ["gone", "spoiled"])
def test_audio_that_was_lost_at_the_target_is_made_again(site: Sample, harm: str) -> None:
    before = enclosures(site)
    path = next((site.root / "public/media").glob("the-hip*.mp3"))
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1] + b"!")
    heard = sent(site.publish("--json"))
    assert heard == [f"media/{path.name}"]
    assert enclosures(site) == before
    assert fingerprint("a", path).sha256[:12] in path.name


def test_audio_that_was_lost_after_its_title_changed_gets_a_new_address(site: Sample) -> None:
    site.edit(*CHANGES["title"])
    site.publish()
    next((site.root / "public/media").glob("the-hip*.mp3")).unlink()
    steps = sent(site.publish("--json"))
    (key,) = [key for key in steps if key.endswith(".mp3")]
    assert f"https://clinic.example/{key}" in [url for url, _ in enclosures(site)]
    assert site.publish().out.startswith("Nothing changed")


@pytest.fixture
def counter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """A service that counts downloads: whatever comes below /e/ is sent on, over TLS."""
    certificate = servers._make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with web(certificate) as made:
        yield made


@pytest.fixture
def host() -> Iterator[Web]:
    """The public address of the site."""
    with web() as made:
        yield made


def serve(site: Sample, host: Web) -> None:
    """Let the public address answer for all audio as a store does."""
    for path in (site.root / "public/media").glob("*.m*"):
        host.replies[f"/media/{path.name}"] = Reply(body=path.read_bytes(), ranges=True)


def set_prefix(site: Sample, counter: Web) -> None:
    line = f'audio_prefix = "{counter.url}/e/"\nlocked = true'
    site.edit("activefeed.toml", "locked = true", line)


def move(site: Sample, host: Web) -> None:
    site.edit("activefeed.toml", 'to = "public"', f'to = "public"\nurl = "{host.url}"')
    site.publish()


def test_a_prefix_that_leads_to_the_audio_passes_and_stands_in_enclosures_only(
    site: Sample, host: Web, counter: Web
) -> None:
    serve(site, host)
    move(site, host)
    plain, heard = enclosures(site), sounds(site)
    set_prefix(site, counter)
    steps = sent(site.publish("--json"))
    assert not [key for key in steps if key.endswith((".mp3", ".m4a", ".html"))]
    assert sounds(site) == heard
    assert [url for url, _ in enclosures(site)] == [f"{counter.url}/e/{url}" for url, _ in plain]
    assert counter.url not in site.text("podcast/the-hip-next-door.html")
    # Removed again, the plain address is asked.
    counter.asked.clear()
    host.asked.clear()
    site.edit("activefeed.toml", f'audio_prefix = "{counter.url}/e/"\n', "")
    site.publish()
    assert enclosures(site) == plain
    assert ([*counter.asked], len(host.asked)) == ([], 5)


@pytest.mark.parametrize("wrong", ["nothing there", "another file", "no server"])
def test_a_prefix_that_does_not_lead_to_the_audio_is_refused(
    site: Sample, host: Web, counter: Web, wrong: str
) -> None:
    serve(site, host)
    move(site, host)
    if wrong != "another file":
        host.replies.clear()
    else:
        host.replies = {
            path: Reply(body=bytes(len(one.body)), ranges=True)
            for path, one in host.replies.items()
        }
    set_prefix(site, counter)
    if wrong == "no server":
        site.edit("activefeed.toml", counter.url, "https://127.0.0.1:9")
    before = site.snapshot()
    said = site.run("publish", "--json")
    assert said.code == 6
    (refusal,) = said.data["refusals"]
    assert refusal["code"] == "prefix-dead"
    assert site.snapshot() == before
    site.edit("activefeed.toml", "audio_prefix =", "# audio_prefix =")
    assert site.publish().out.startswith("Nothing changed")
