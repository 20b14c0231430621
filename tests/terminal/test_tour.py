"""The README's tour: six commands at a real terminal, and a podcast app has the episode."""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
from pathlib import Path
from urllib.request import urlopen

import pexpect
import podcastparser
import pytest
from jargon import programmers_words
from servers import S3Server
from sitemaker import AUDIO

from activefeed.formats import audio

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```sh\n(activefeed init .*?)^```", re.MULTILINE | re.DOTALL)
READY = "ready$ "
# The beginnings of questions, and what is typed; all others get Enter.
TYPED = {
    "What is your podcast or blog called?": "Steady Load",
    "Where can directories": "hello@clinic.example",
    "What is it about": "Why backs ache.",
    "Where is your bucket": "other",
}


class Visitor:
    """Sits at a shell and types; sees what is shown, and how each command ended."""

    def __init__(self, folder: Path, answers: dict[str, str]) -> None:
        programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        env = {
            "PATH": programs, "HOME": str(folder), "PS1": READY, "TERM": "xterm", "TZ": "UTC",
            "LC_ALL": "C.UTF-8", "NO_PROXY": "127.0.0.1",
        }  # fmt: skip
        self._answers = answers
        self._shell = pexpect.spawn(
            "bash", ["--norc", "--noprofile"], cwd=str(folder), env=env, encoding="utf-8",
            timeout=60, dimensions=(50, 120),
        )  # fmt: skip
        self._shell.expect_exact(READY)
        self.screen = ""

    def types(self, line: str) -> None:
        self._shell.sendline(line)

    def sees(self, pattern: str) -> re.Match[str]:
        self._shell.expect(pattern)
        self.screen += f"{self._shell.before}{self._shell.after}"
        assert isinstance(self._shell.match, re.Match)
        return self._shell.match

    def answers(self) -> int:
        """Answer what is asked until the command is done; return its exit code."""
        while self.sees(rf"(?:\n|\] )> |{re.escape(READY)}")[0] != READY:
            asked = str(self._shell.before)  # since the last answer
            typed = [said for question, said in self._answers.items() if question in asked]
            self.types(typed[0] if typed else "")
        self.types("echo left with $?")
        code = int(self.sees(r"left with (\d+)\r")[1])
        self.sees(re.escape(READY))
        return code

    def stops(self) -> int:
        self._shell.sendintr()
        return self.answers()

    def leaves(self) -> None:
        self._shell.close(force=True)


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash on this machine")
@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="ffmpeg makes an MP3 of the recording")
def test_a_show_begins_with_six_commands(seaweed: S3Server, tmp_path: Path) -> None:
    shutil.copy(AUDIO / "pcm.wav", tmp_path / "talk.wav")
    bucket = seaweed.new_bucket()
    found = BLOCK.search((ROOT / "README.md").read_text("utf-8"))
    assert found
    commands = found[1].splitlines()
    assert len(commands) <= 6
    visitor = Visitor(
        tmp_path,
        {
            **TYPED, "What is the bucket called?": bucket, "endpoint?": seaweed.endpoint,
            "At which address can everybody": seaweed.public_url(bucket),
            "id of the access key?": seaweed.access_key, "And its secret?": seaweed.secret_key,
        },
    )  # fmt: skip
    try:
        for command in commands:
            visitor.types(command)
            if command == "activefeed serve":
                look(visitor)
                assert visitor.stops() == 0, visitor.screen
            else:
                assert visitor.answers() == 0, visitor.screen
    finally:
        visitor.leaves()
    assert seaweed.secret_key not in visitor.screen
    assert programmers_words(visitor.screen) == []
    address = re.search(r"https?://\S+/podcast/feed\.xml", visitor.screen.split(commands[-1])[-1])
    assert address
    hear(address[0], tmp_path)


def look(visitor: Visitor) -> None:
    """Look at the preview: the episode, and the draft that init made, marked."""
    address = visitor.sees(r"http://127\.0\.0\.1:\d+/")[0]
    with urlopen(address) as page:
        words = page.read().decode()
    assert "Steady Load" in words
    assert "Draft" in words


def hear(address: str, folder: Path) -> None:
    """Subscribe as a podcast app does, and download the one episode."""
    with urlopen(address) as feed:
        show = podcastparser.parse(address, io.BytesIO(feed.read()))
    assert show["title"] == "Steady Load"
    (episode,) = show["episodes"]
    assert episode["description"].startswith("Why backs ache.")
    (enclosure,) = episode["enclosures"]
    assert enclosure["mime_type"] == "audio/mpeg"
    with urlopen(enclosure["url"]) as sound:
        recording = sound.read()
    assert len(recording) == enclosure["file_size"]
    kept = folder / "heard.mp3"
    kept.write_bytes(recording)
    facts = audio.probe(kept)
    assert abs(facts.duration - episode["total_time"]) <= 1
    assert facts.title == episode["title"]
