"""A transcript in any of four formats keeps every word, time and voice; a broken one says where."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activefeed.formats.transcripts import parse, write_json, write_srt, write_text, write_vtt
from activefeed.model import Cue
from activefeed.problems import FormatError


def vtt(*lines: str) -> tuple[Cue, ...]:
    return parse("\n".join(["WEBVTT", "", *lines]), ".vtt")


def refused(text: str, extension: str) -> FormatError:
    with pytest.raises(FormatError) as caught:
        parse(text, extension)
    assert caught.value.fix
    return caught.value


def test_vtt_gives_times_text_and_voice() -> None:
    assert vtt(
        "1", "00:05.000 --> 01:00:08.250 align:start", "<v Anna Bell>Good", "morning</v>"
    ) == (Cue(5.0, 3608.25, "Good\nmorning", "Anna Bell"),)


def test_vtt_from_windows_with_commas_and_no_empty_line_after_the_header_is_read() -> None:
    text = "\ufeffWEBVTT - made by hand\r\nKind: captions\r\n00:01,5 --> 00:02\r\nOne\r\n"
    assert parse(text, ".VTT") == (Cue(1.5, 2.0, "One"),)


def test_voices_in_one_cue_become_cues_with_the_same_times() -> None:
    cues = vtt("00:01.000 --> 00:02.000", "Hm.", "<v.loud Anna>Yes?</v> (a pause) <v Ben>No.")
    assert [(cue.start, cue.end, cue.speaker, cue.text) for cue in cues] == [
        (1, 2, "", "Hm."),
        (1, 2, "Anna", "Yes?"),
        (1, 2, "", "(a pause)"),
        (1, 2, "Ben", "No."),
    ]


def test_tags_go_and_entities_are_decoded_once() -> None:
    (cue,) = vtt(
        "00:01.000 --> 00:02.000",
        "<c.red>R&amp;D</c> &lt;b&gt; <i>a&nbsp;b</i> &lrm;&rlm;<00:01.500>&#233; &amp;lt; 1 < 2",
    )
    assert cue.text == "R&D <b> a\xa0b \u200e\u200f\u00e9 &lt; 1 < 2"


def test_notes_styles_and_regions_are_skipped() -> None:
    cues = vtt("NOTE", "00:00 --> a remark", "", "STYLE", "::cue {}", "", "REGION", "id:x", "",
               "00:01.000 --> 00:02.000", "NOTE this is said")  # fmt: skip
    assert cues == (Cue(1, 2, "NOTE this is said"),)


def test_an_empty_line_inside_a_cue_loses_no_word() -> None:
    cues = vtt("00:01.000 --> 00:02.000", "One", "", "two", "", "00:03.000 --> 00:04.000", "three")
    assert [cue.text for cue in cues] == ["One\ntwo", "three"]


def test_a_missing_empty_line_loses_no_word_and_a_counter_is_none() -> None:
    text = "1\n00:01,000 --> 00:02,000\nOne\n2\n00:03,000 --> 00:04,000\nTwo\n00:05 --> 00:06\nb"
    assert [cue.text for cue in parse(text, ".srt")] == ["One", "Two", "b"]


def test_cues_are_sorted_by_start_and_stay_in_order_where_it_is_the_same() -> None:
    cues = vtt("00:05.000 --> 00:06.000", "c", "", "00:01.000 --> 00:02.000", "a", "",
               "00:01.000 --> 00:03.000", "b")  # fmt: skip
    assert [cue.text for cue in cues] == ["a", "b", "c"]


def test_srt_gives_times_text_and_names() -> None:
    text = (
        "1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>Anna Bell:</i> {\\an8}Good\r\nmorning\r\n\r\n"
        "2\r\n0:00:03,000 --> 0:00:04,000\r\nIt is this: rest\r\n"
    )
    assert parse(text, ".srt") == (
        Cue(1.0, 2.5, "Good\nmorning", "Anna Bell"),
        Cue(3.0, 4.0, "It is this: rest"),
    )


@pytest.mark.parametrize(
    ("paragraph", "speaker"),
    [
        ("Anna: hello", "Anna"),
        ("Dr. Anna O'Neill-Bell: hello", "Dr. Anna O'Neill-Bell"),
        ("Émile Ørsted:\nhello", "Émile Ørsted"),
        ("Speaker 1: hello", "Speaker 1"),
        ("Four Words Are Not: hello", ""),
        ("my point: hello", ""),
        ("Anna said: hello", ""),
        ("At 5:30 hello", ""),
        ("Https://example.org hello", ""),
    ],
)
def test_a_name_before_a_colon_is_a_speaker_only_if_it_looks_like_one(
    paragraph: str, speaker: str
) -> None:
    (cue,) = parse(paragraph, ".txt")
    assert cue.speaker == speaker
    assert cue.text == ("hello" if speaker else paragraph)


def test_plain_text_gives_a_cue_without_times_for_each_paragraph() -> None:
    assert parse("Anna: One\n  more line\n\n \n\nTwo\n", ".txt") == (
        Cue(None, None, "One\nmore line", "Anna"),
        Cue(None, None, "Two"),
    )


def test_json_gives_its_segments() -> None:
    text = json.dumps(
        {
            "version": "1.0.0",
            "segments": [
                {"startTime": 1.23456, "endTime": 2, "body": " One\x00 ", "speaker": "Anna "},
                {"startTime": 0, "body": "Zero\ud800"},
                {"startTime": 3, "endTime": 4, "body": "  "},
            ],
        }
    )
    assert parse(text, ".json") == (Cue(0, None, "Zero"), Cue(1.235, 2, "One", "Anna"))


@pytest.mark.parametrize(
    ("text", "extension", "line", "words"),
    [
        ("", ".vtt", 0, "no words"),
        (" \n", ".txt", 0, "no words"),
        ("WEBVTT\n\nNOTE nothing", ".vtt", 0, "no words"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n", ".vtt", 0, "no words"),
        ("1\n00:01.000 --> 00:02.000\nOne", ".vtt", 1, "WEBVTT"),
        ("WEBVTTX\n\n00:01.000 --> 00:02.000\nOne", ".vtt", 1, "WEBVTT"),
        ("WEBVTT\n\n\nid\n00:05.000 --> 00:02.000\nOne", ".vtt", 5, "in order"),
        ("WEBVTT\n\n00:05.000 --> 00:72.000\nOne", ".vtt", 3, "00:72.000"),
        ("WEBVTT\n\n00:05.000 -> 00:07.000\nOne", ".vtt", 3, "->"),
        ("WEBVTT\n\nOne", ".vtt", 3, "no time"),
        ("1\n00:01,000 --> soon\nOne", ".srt", 2, "soon"),
        ("some words\n\n1\n00:01,000 --> 00:02,000\nOne", ".srt", 1, "no time"),
        ('{"segments": [\n  {"body": 1,}]}', ".json", 2, "segments"),
        ("[" * 100_000, ".json", 0, "segments"),
        ("[]", ".json", 0, "segments"),
        ('{"segments": [1]}', ".json", 0, "segment 1"),
        ('{"segments": [{"startTime": 1, "body": "a", "speaker": 3}]}', ".json", 0, "segment 1"),
        ('{"segments": [{"startTime": NaN, "body": "a"}]}', ".json", 0, "startTime"),
        ('{"segments": [{"startTime": 1e999, "body": "a"}]}', ".json", 0, "startTime"),
        ('{"segments": [{"startTime": 2, "endTime": 1, "body": "a"}]}', ".json", 0, "endTime"),
        ("One", ".pdf", 0, ".vtt"),
    ],
)
def test_an_unreadable_transcript_says_where_and_why(
    text: str, extension: str, line: int, words: str
) -> None:
    error = refused(text, extension)
    assert error.line == line
    assert words in error.message + error.fix


def test_vtt_is_written_with_full_times_voices_and_escapes() -> None:
    cues = (Cue(1.5, 3725.0004, "a < b & c --> d\n\n e", "Anna <x>"), Cue(3726, 3727, "f"))
    assert write_vtt(cues, 4000) == (
        "WEBVTT\n\n"
        "00:00:01.500 --> 01:02:05.000\n"
        "<v Anna &lt;x&gt;>a &lt; b &amp; c --&gt; d\ne</v>\n\n"
        "01:02:06.000 --> 01:02:07.000\nf\n"
    )


def test_srt_is_written_with_numbers_and_with_names_where_the_speaker_changes() -> None:
    cues = (
        Cue(1.5, 3725.0004, "AT&T <3\n\n you > me", "Anna"),
        Cue(3726, None, "go on", "Anna"),
        Cue(3727, 3728, "Yes", " Ben\nBell "),
        Cue(3729, 3730, "(a pause)"),
        Cue(3731, 3732, "Well", "Ben Bell"),
    )
    assert write_srt(cues, 4000) == (
        "1\n00:00:01,500 --> 01:02:05,000\nAnna: AT&T <3\nyou > me\n\n"
        "2\n01:02:06,000 --> 01:02:07,000\ngo on\n\n"
        "3\n01:02:07,000 --> 01:02:08,000\nBen Bell: Yes\n\n"
        "4\n01:02:09,000 --> 01:02:10,000\n(a pause)\n\n"
        "5\n01:02:11,000 --> 01:02:12,000\nBen Bell: Well\n"
    )


def test_json_is_written_with_numbers_for_times_and_the_authors_letters() -> None:
    cues = (Cue(1.0, 2.25004, 'AT&T <b> "שלום"\nö', "Anna"), Cue(3.1, None, "f"))
    written = write_json(cues, 4000)
    assert '"AT&T <b> \\"שלום\\"\\nö"' in written
    assert written.endswith("}\n")
    assert [list(segment.items()) for segment in json.loads(written)["segments"]] == [
        [("startTime", 1), ("endTime", 2.25), ("body", 'AT&T <b> "שלום"\nö'), ("speaker", "Anna")],
        [("startTime", 3.1), ("endTime", 4000), ("body", "f")],
    ]
    assert '"startTime": 1,' in written
    assert list(json.loads(written)) == ["version", "segments"]
    assert json.loads(written)["version"] == "1.0.0"


def test_text_is_written_in_a_paragraph_for_all_that_somebody_says_in_a_row() -> None:
    cues = (
        Cue(1, 2, "Good\nmorning,", "Anna"),
        Cue(2, 3, "AT&T <b>.", "Anna"),
        Cue(3, 4, "Hm.", "Ben"),
        Cue(4, 5, "(a pause)"),
        Cue(5, 6, "(another)"),
        Cue(6, 7, "Well.", "Ben"),
    )
    assert write_text(cues) == (
        "Anna: Good morning, AT&T <b>.\n\nBen: Hm.\n\n(a pause) (another)\n\nBen: Well.\n"
    )


def test_paragraphs_of_a_text_without_times_stay_as_they_are() -> None:
    text = "Anna: One\nmore line\n\nTwo\n\nThree\n\nBen: Four\n"
    assert write_text(parse(text, ".txt")) == text
    cues = (Cue(None, None, "One", "Anna"), Cue(None, None, "Two", "Anna"))
    assert write_text(cues) == "Anna: One\n\nTwo\n"


def test_text_without_times_is_one_cue_over_the_whole_recording() -> None:
    cues = parse("Anna: One\n\nTwo\n\nBen: Three", ".txt")
    written = write_vtt(cues, 61)
    assert written.count("-->") == 1
    assert parse(written, ".vtt") == (
        Cue(0, 61, "One", "Anna"),
        Cue(0, 61, "Two"),
        Cue(0, 61, "Three", "Ben"),
    )
    assert parse(write_json(cues, 61), ".json") == parse(written, ".vtt")
    assert write_srt(cues, 61) == "1\n00:00:00,000 --> 00:01:01,000\nAnna: One\nTwo\nBen: Three\n"


TIMED = {".vtt": write_vtt, ".srt": write_srt, ".json": write_json}


@pytest.mark.parametrize("extension", TIMED)
def test_a_cue_without_an_end_lasts_until_the_next_or_the_end(extension: str) -> None:
    write = TIMED[extension]
    written = write((Cue(1, None, "a"), Cue(4, None, "b"), Cue(4, 4, "c")), 9)
    assert [(cue.start, cue.end) for cue in parse(written, extension)] == [
        (1, 4),
        (4, 4.001),
        (4, 4.001),
    ]
    assert parse(write((Cue(1, None, "a"),), 9), extension) == (Cue(1, 9, "a"),)


def test_nothing_to_write_is_a_sound_empty_file() -> None:
    assert write_vtt((), 10) == write_vtt((Cue(1, 2, " \n"),), 10) == "WEBVTT\n"
    assert write_srt((), 10) == write_srt((Cue(1, 2, " \n"),), 10) == ""
    assert write_text(()) == write_text((Cue(1, 2, " \n"),)) == ""
    assert json.loads(write_json((), 10)) == {"version": "1.0.0", "segments": []}


ODD = (
    "42", "10:30 \u2192 11:00", "10:30 -> 11:00", "00:00:01,000 --> 00:00:02,000", "a --> b",
    "AT&T <b>", "{\\an8}", "a < b > c", "<i>", "&lt;", "NOTE this", "WEBVTT", "STYLE", "-->",
    "שלום: עולם", "\u200fمرحبا", "١٠:٣٠ → ١١",
)  # fmt: skip


@pytest.mark.parametrize("text", ODD)
def test_words_that_look_like_something_else_stay_words(text: str) -> None:
    cues = (Cue(1, 2, text), Cue(2, 3, f"{text}\n{text}"), Cue(3, 4, f"a\n{text}", "Anna"))
    assert parse(write_vtt(cues, 9), ".vtt") == cues
    assert parse(write_json(cues, 9), ".json") == cues
    read = parse(write_srt(cues, 9), ".srt")
    assert [one.speaker for one in read] == ["", "", "Anna"]
    assert [alike(one.text) for one in read] == [alike(one.text) for one in cues]


def test_srt_changes_brackets_only_where_words_would_be_lost() -> None:
    def srt(text: str) -> str:
        return write_srt((Cue(1, 2, text),), 9).split("\n", 2)[2]

    assert srt("1 < 2 > 0 & {a} &lt; → <3\n10:30 or so > 11") == (
        "1 < 2 > 0 & {a} &lt; → <3\n10:30 or so > 11\n"
    )
    assert srt("AT&T <b>, <00:01.5>, </I>") == "AT&T ‹b›, ‹00:01.5›, ‹/I›\n"
    assert srt("{\\an8} {a}") == "(\\an8) {a}\n"
    assert srt("this --> that\n10:30 -> 11:00\na -> b") == (
        "this --› that\n10:30 -› 11:00\na -> b\n"
    )


def alike(text: str) -> str:
    """Return text with the brackets that SRT cannot hold changed everywhere."""
    return text.translate(str.maketrans("<>→{}", "‹››()"))


letters = st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufeff")
typed = st.text(letters | st.sampled_from("<>&;{}\\:-/v12\u2192 "))
line = typed.map(str.strip).filter(bool) | st.sampled_from(ODD)
spoken = st.lists(line, min_size=1, max_size=3).map("\n".join)
speaker = st.just("") | line.map(lambda name: " ".join(name.split()))


talk = st.lists(
    st.tuples(
        st.integers(0, 10**8),
        st.integers(1, 10**7),
        spoken,
        speaker | st.sampled_from(["Anna", "Ben Bell"]),
    ),
    min_size=1,
    max_size=5,
).map(
    lambda spans: tuple(
        Cue(start / 1000, (start + length) / 1000, text, name)
        for start, length, text, name in sorted(spans, key=lambda span: span[0])
    )
)


def prefixed(cues: tuple[Cue, ...]) -> list[str]:
    """Return what a person reads of each cue: words, and the name where the speaker changes."""
    names = ["", *(cue.speaker for cue in cues)]
    return [
        " ".join((f"{cue.speaker}: " * (cue.speaker not in {"", last}) + cue.text).split())
        for last, cue in zip(names, cues, strict=False)
    ]


def without_names(cues: tuple[Cue, ...]) -> list[str]:
    return [" ".join((f"{cue.speaker}: " * bool(cue.speaker) + cue.text).split()) for cue in cues]


@settings(max_examples=100, deadline=None)
@given(talk)
def test_what_is_written_is_read_back(cues: tuple[Cue, ...]) -> None:
    assert parse(write_vtt(cues, 10), ".vtt") == cues
    assert parse(write_json(cues, 10), ".json") == cues


@settings(max_examples=100, deadline=None)
@given(talk)
def test_srt_keeps_times_and_words(cues: tuple[Cue, ...]) -> None:
    read = parse(write_srt(cues, 10), ".srt")
    assert [(one.start, one.end) for one in read] == [(one.start, one.end) for one in cues]
    assert [alike(text) for text in without_names(read)] == list(map(alike, prefixed(cues)))


@settings(max_examples=100, deadline=None)
@given(talk, st.booleans())
def test_text_keeps_the_words(cues: tuple[Cue, ...], timed: bool) -> None:
    if not timed:
        cues = tuple(Cue(None, None, cue.text, cue.speaker) for cue in cues)
    read = without_names(parse(write_text(cues), ".txt"))
    assert " ".join(read) == " ".join(prefixed(cues))
    if not timed:
        assert len(read) == len(cues)
