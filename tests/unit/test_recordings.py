"""Audio, chapters and transcript of an episode: true, recorded, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import sitemaker
from sitemaker import make

REMOTE = "audio: https://media.example/talk.mp3?x=1"


def test_the_facts_of_audio_are_measured(tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.episode("talk")
    item = maker.load().item("talk")
    assert item.recording
    audio = item.recording.audio
    assert audio.source
    assert (audio.extension, audio.size) == (".mp3", 2664)
    assert audio.source.path == "episodes/talk.mp3"
    assert audio.source_sha256 == audio.source.sha256
    assert audio.duration == 3


def test_what_audio_is_is_said_by_its_bytes_not_its_name(tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.markdown("episodes/talk.md", "audio: ../media/talk.mp3")
    maker.audio("media/talk.mp3", "aac.m4a")
    recording = maker.load().item("talk").recording
    assert recording
    assert recording.audio.extension == ".m4a"


@pytest.mark.parametrize("name", ["", "audio: talk.mp3"])
def test_audio_that_is_not_here_but_was_published_keeps_its_recorded_facts(
    name: str, tmp_path: Path
) -> None:
    maker = make(tmp_path)
    maker.episode("talk", *filter(None, [name]))
    before = maker.load().item("talk")
    assert before.recording
    (tmp_path / "episodes/talk.mp3").unlink()

    read = maker.load(sitemaker.published(before))
    now = read.item("talk").recording
    assert read.found == []
    assert now
    assert now.audio.source is None
    for fact in ("size", "duration", "extension", "source_sha256"):
        assert getattr(now.audio, fact) == getattr(before.recording.audio, fact)
    assert maker.load().found == [("error", "missing-audio")]


def test_embedded_chapters_are_kept_while_the_audio_is_away(tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.markdown("episodes/talk.md")
    maker.audio("episodes/talk.mp3", "tagged.mp3")
    before = maker.load().item("talk")
    assert before.recording
    assert before.recording.chapters
    assert before.recording.embedded
    (tmp_path / "episodes/talk.mp3").unlink()
    now = maker.load(sitemaker.published(before)).item("talk").recording
    assert now
    assert (now.chapters, now.embedded) == (before.recording.chapters, True)


def test_written_chapters_win_and_are_put_in_order(tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.markdown("episodes/talk.md", "chapters: ['0:01 Second', '0:00 First']")
    maker.audio("episodes/talk.mp3", "tagged.mp3")
    recording = maker.load().item("talk").recording
    assert recording
    assert [(c.start, c.title) for c in recording.chapters] == [(0, "First"), (1, "Second")]
    assert not recording.embedded


def test_remote_audio_is_as_it_is_written(tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.markdown("episodes/talk.md", REMOTE, "size: 1234567", "duration: 12:05")
    read = maker.load()
    recording = read.item("talk").recording
    assert read.found == []
    assert recording
    audio = recording.audio
    assert (audio.source, audio.url) == (None, "https://media.example/talk.mp3?x=1")
    assert (audio.size, audio.duration) == (1_234_567, 725)
    assert audio.extension == ".mp3"


@pytest.mark.parametrize(
    ("front", "code"),
    [
        ([REMOTE, "size: 5"], "remote-audio-facts"),
        ([REMOTE, "duration: 1:00"], "remote-audio-facts"),
        (["audio: http://media.example/talk.mp3", "size: 5", "duration: 5"], "not-https"),
        (["audio: ftp://media.example/talk.mp3", "size: 5", "duration: 5"], "not-https"),
    ],
)
def test_remote_audio_that_cannot_be_announced(front: list[str], code: str, tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.markdown("episodes/talk.md", *front)
    assert maker.load().found == [("error", code)]


def test_facts_that_are_measured_are_not_written(tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.episode("talk", "size: 5", "duration: 1:00")
    assert maker.load().found == [("error", "measured-fact")] * 2


def test_audio_is_found_in_the_audio_folder_outside_the_site(tmp_path: Path) -> None:
    maker = make(tmp_path / "site", old="hosts =", new='audio_folder = "../audio"\nhosts =')
    maker.markdown("episodes/talk.md")
    maker.markdown("episodes/named.md", "audio: Other.MP3")
    maker.audio("../audio/2026/Talk.MP3")
    maker.audio("../audio/other.mp3", "vbr.mp3")
    read = maker.load()
    assert read.found == []
    assert {item.recording.audio.size for item in read.site.items if item.recording} == {
        2664, 12096,
    }  # fmt: skip


def test_audio_with_odd_insides_is_told_at_its_file(tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.markdown("episodes/talk.md")
    maker.audio("episodes/talk.mp3", "zeros.mp3")
    problem = maker.load().only()
    assert (problem.severe, str(problem.location)) == (False, "episodes/talk.mp3")


def test_a_transcript_is_found_beside_or_by_name(tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.episode("talk")
    maker.write("episodes/talk.vtt", "WEBVTT\n\n00:00.000 --> 00:01.000\nWelcome.\n")
    maker.episode("named", "transcript: ../texts/words.txt")
    maker.write("texts/words.txt", "Good morning.\n")
    said = {
        item.slug: [cue.text for cue in item.recording.cues]
        for item in maker.load().site.items
        if item.recording and item.recording.cues
    }
    assert said == {"talk": ["Welcome."], "named": ["Good morning."]}


@pytest.mark.parametrize(
    ("front", "words", "code", "place"),
    [
        ("transcript: no.vtt", b"", "missing-transcript", "episodes/talk.md:2:13"),
        ("transcript: ../../no.vtt", b"", "missing-transcript", "episodes/talk.md:2:13"),
        ("episode: 1", b"Welcome", "bad-transcript", "episodes/talk.vtt:1"),
        ("episode: 1", b"WEBVTT\n\n00:00.000 --> 00:01.000\nCaf\xe9", "not-utf-8",
         "episodes/talk.vtt:4:4"),
    ],
)  # fmt: skip
def test_a_transcript_at_fault(
    front: str, words: bytes, code: str, place: str, tmp_path: Path
) -> None:
    maker = make(tmp_path)
    maker.episode("talk", front)
    if words:
        maker.write("episodes/talk.vtt", words)
    problem = maker.load().only()
    assert (problem.code, str(problem.location)) == (code, place)


def test_what_an_episode_does_not_say_is_as_the_show_says(tmp_path: Path) -> None:
    maker = make(tmp_path, old='title = "Hill Talks"', new='title = "Hill Talks"\nexplicit = true')
    maker.episode("as-the-show")
    maker.episode("clean", "explicit: false", "episode: 3", "season: 2", "type: bonus")
    read = maker.load()
    shown = {}
    for item in read.site.items:
        one = item.recording
        assert one
        shown[item.slug] = (one.explicit, one.season, one.number, one.type)
    assert shown == {"as-the-show": (True, None, None, "full"), "clean": (False, 2, 3, "bonus")}
