"""What publish says: to a person, to cron at night, to programs; and who else is publishing."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import clocks
import pytest
import sitemaker
from oddstore import BUCKET, Logged, OddStore, oddstore
from sample import Said, Sample
from servers import S3Server
from sitemaker import Maker

from activefeed.cli import frame
from activefeed.clock import Clock
from activefeed.problems import Exit
from activefeed.publish import lease
from activefeed.publish.lease import Lease, Terms

NIGHT = "2026-06-01T05:06:00-04:00"
MINE = "2026-06-01 09:00 UTC"


@pytest.fixture
def maker(tmp_path: Path) -> Maker:
    return sitemaker.talk_and_walk(tmp_path)


@pytest.fixture
def site(maker: Maker) -> Sample:
    return Sample(maker.root)


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the seconds between two looks at another's lease be tenths of seconds."""
    clock = Clock(time.monotonic, lambda seconds: time.sleep(seconds / 10))
    monkeypatch.setattr(frame, "CLOCK", clock)


@pytest.fixture
def store(
    request: pytest.FixtureRequest, maker: Maker, monkeypatch: pytest.MonkeyPatch, quickly: None
) -> Iterator[OddStore]:
    """A store of a mode, and the target web in it; nothing answers at its public address."""
    with oddstore(getattr(request, "param", "right")) as server:
        aim(maker, server.server, BUCKET)
        for name, value in server.server.environment.items():
            monkeypatch.setenv(name, value)
        yield server


def aim(maker: Maker, server: S3Server, bucket: str) -> None:
    settings = maker.root / "activefeed.toml"
    web = f'\n[publish.web]\nto = "s3://{bucket}"\nendpoint = "{server.endpoint}"\n'
    web += f'region = "us-east-1"\nurl = "{server.public_url(bucket)}"\n'
    settings.write_text(settings.read_text("utf-8") + web, "utf-8")


# At night


def test_a_quiet_run_that_finds_nothing_new_says_nothing(site: Sample) -> None:
    site.publish(now=NIGHT)
    assert site.run("publish", "--quiet", now=NIGHT) == Said(Exit.DONE, "", "")


def test_a_quiet_run_that_sends_something_says_one_line(site: Sample) -> None:
    first = site.run("publish", "-q", now=NIGHT)
    assert re.fullmatch(r"Published to public/: \d+ files sent\.\n", first.out)
    assert (first.code, first.err) == (Exit.DONE, "")
    site.edit("posts/walk.md", "A walk", "A long walk")
    again = site.run("publish", "-q", now=NIGHT)
    assert re.fullmatch(r"Published to public/: \d+ files sent\.\n", again.out)


def test_a_night_that_was_missed_is_made_up_for(maker: Maker, site: Sample) -> None:
    maker.episode("knees", "date: 2026-06-02 06:00")
    maker.episode("feet", "date: 2026-06-03 06:00")
    site.publish(now=NIGHT)
    late = site.publish(now="2026-06-05T05:06:00-04:00")
    assert "2 new episodes" in late.out


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("date: 2026-03-03 06:00", "date: 3 March", Exit.CONTENT, '"3 March" is not a date'),
        ("date: 2026-03-03 06:00", "date: 2027-03-03", Exit.REFUSED, 'episode "Strong hips"'),
    ],
)
def test_a_quiet_run_tells_in_full_what_went_wrong(
    site: Sample, old: str, new: str, code: Exit, words: str
) -> None:
    site.publish(now=NIGHT)
    site.edit("episodes/hips.md", old, new)
    said = site.run("publish", "--quiet", now=NIGHT)
    assert (said.code, said.out) == (code, "")
    assert words in said.err
    assert "fix: " in said.err
    assert "Nothing was published." in said.err


def test_a_quiet_run_that_cannot_reach_the_storage_says_so(
    maker: Maker, site: Sample, monkeypatch: pytest.MonkeyPatch, quickly: None
) -> None:
    gone = S3Server("http://127.0.0.1:9")
    aim(maker, gone, "b")
    monkeypatch.setattr(frame, "CLOCK", clocks.quick())
    for name, value in gone.environment.items():
        monkeypatch.setenv(name, value)
    said = site.run("publish", "web", "--quiet", now=NIGHT)
    assert (said.code, said.out) == (Exit.STORE, "")
    assert said.err.startswith("error: ")


# To a person


def test_what_was_withdrawn_is_not_spoken_of_again(site: Sample) -> None:
    site.publish(now=NIGHT)
    taken = site.run("withdraw", "hips", "--yes", now=NIGHT)
    assert (taken.code, taken.err) == (Exit.DONE, "")
    assert "What cannot be called back" in taken.out
    again = Said(Exit.DONE, "Nothing changed: public/ is as it should be.\n", "")
    assert site.publish(now=NIGHT) == again


def test_the_end_names_what_goes_out_next_in_the_zone_of_the_site(
    maker: Maker, site: Sample
) -> None:
    assert "Next: " not in site.publish(now=NIGHT).out
    maker.episode("knees", "title: Bent knees", "date: 2026-06-02 06:00")
    maker.episode("feet", "date: 2026-07-02 06:00")
    maker.markdown("posts/draft.md", "date: 2026-06-01 12:00", "draft: true")
    site.edit("posts/walk.md", "A walk", "A long walk")
    line = (
        'Next: episode "Bent knees", with the first run after 2026-06-02 06:00 '
        "(America/New_York).\n"
    )
    assert line in site.publish(now=NIGHT).out


def test_the_plan_names_other_audio_and_another_date(maker: Maker, site: Sample) -> None:
    site.publish(now=NIGHT)
    maker.audio("episodes/hips.mp3", "vbr.mp3")
    site.edit("episodes/hips.md", "2026-03-03 06:00", "2026-03-03 07:00")
    plan = site.publish("--dry-run", now=NIGHT).out
    note = "(other audio, its date was 2026-03-03 06:00)"
    assert f'  ~ changed   episode "Strong hips" {note}\n' in plan


def test_the_last_lines_count_the_requests_of_a_bucket(
    maker: Maker, site: Sample, seaweed: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    aim(maker, seaweed, seaweed.new_bucket())
    for name, value in seaweed.environment.items():
        monkeypatch.setenv(name, value)
    said = site.publish("web", now=NIGHT)
    found = re.search(r": (\d+) files sent \((\d+) requests\)\.\n", said.out)
    assert found
    sent, requests = map(int, found.groups())
    assert sent < requests < 2 * sent + 20
    site.edit("posts/walk.md", "A walk", "A long walk")
    told = site.publish("web", "--json", now=NIGHT).data
    assert 0 < told["requests"] < 2 * len(told["steps"]) + 20
    assert told["public"] == []  # what is there answers as apps want it


@pytest.mark.parametrize("store", ["refused", "ignored"], indirect=True)
def test_storage_that_cannot_refuse_a_second_publisher_is_told_of(
    site: Sample, store: OddStore
) -> None:
    said = site.run("publish", "web", now=NIGHT)
    assert "This storage cannot turn a second publisher away" in said.out
    assert not [key for key in store.objects if key.startswith(lease.QUEUE)]


def test_storage_that_can_is_not(site: Sample, store: OddStore) -> None:
    said = site.run("publish", "web", now=NIGHT)
    assert "Published to s3://b: " in said.out
    assert "second publisher" not in said.out


# Somebody else


def other(store: OddStore, ttl: float = 90.0) -> Lease:
    """Return the lease of somebody else."""
    return Lease(store.store(), clocks.REAL, Terms("publish", MINE, ttl=ttl))


@pytest.mark.parametrize("store", ["right", "refused"], indirect=True)
def test_while_somebody_else_publishes_nothing_is_sent_and_they_are_named(
    site: Sample, store: OddStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "CLOCK", clocks.REAL)
    with other(store, ttl=4) as theirs:  # it gives a sign of life every second
        said = site.run("publish", "web", "--quiet", now=NIGHT)
        assert not [key for key in store.objects if not key.startswith("_activefeed/leas")]
    assert (said.code, said.out) == (Exit.BUSY, "")
    who = rf'"publish" begun {MINE} \(run {theirs.token}\), last heard of \d seconds ago'
    assert re.search(
        rf"^error: somebody else is publishing to s3://b: {who}$", said.err, re.MULTILINE
    )
    assert "--wait" in said.err
    assert "--take-over" in said.err


@pytest.mark.parametrize("store", ["right", "refused"], indirect=True)
def test_wait_waits_for_its_turn(site: Sample, store: OddStore) -> None:
    theirs = other(store)
    theirs.__enter__()
    leave = Timer(0.3, theirs.__exit__, (None, None, None))

    def watch(asked: Logged) -> None:
        if asked.method == "GET" and "lease" in asked.key and not leave.is_alive():
            store.before = lambda asked: None
            leave.start()  # they were seen

    store.before = watch
    said = site.run("publish", "web", "--wait", now=NIGHT)
    leave.join()
    waiting = f'Waiting for another publish: "publish" begun {MINE} (run {theirs.token}), last'
    assert said.err.startswith(waiting)
    assert "Published to s3://b: " in said.out


@pytest.mark.parametrize("store", ["right", "refused"], indirect=True)
def test_take_over_shows_whom_it_ends_before_it_does(site: Sample, store: OddStore) -> None:
    theirs = other(store)
    theirs.__enter__()
    said = site.run("publish", "web", "--take-over", now=NIGHT)
    theirs.__exit__(None, None, None)
    ending = f'Ending another publish: "publish" begun {MINE} (run {theirs.token}), last heard'
    assert said.err.startswith(ending)
    assert "Published to s3://b: " in said.out


# To programs


def test_a_program_that_must_say_yes_is_told_so(site: Sample) -> None:
    site.publish(now=NIGHT)
    said = site.run("withdraw", "hips", "--json", now=NIGHT)
    assert (said.code, said.err) == (Exit.ANSWER, "")
    assert set(said.data) == {"command", "exit", "error"}
    assert "--yes" in said.data["error"]["fix"]
