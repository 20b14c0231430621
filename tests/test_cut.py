"""A publish that is cut anywhere: the feeds tell the truth, and the next run finishes."""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

import builders
import clocks
import pytest
import sample
import sitemaker
import states
from cuts import Course, Killer, Place, enclosures, part, public, undisturbed
from faults import Plan, cut
from proxy import Proxy, proxy
from sample import Sample
from servers import S3Server
from states import CHAPTERS, FEED, LATER, NOW

from activefeed import pipeline
from activefeed.model import Chapter, Published, PublishedItem
from activefeed.publish import lease
from activefeed.publish.s3 import MIB, Patience
from activefeed.render.entry import Destination, Entry
from activefeed.tree import Tier, Tree, artifact

SHORT = {"strong-hips": "Strong hips", "backs": "Backs", "knees": "Knees"}
COVER = "media/cover.abababababab.png"  # as the builders' feeds name it


@pytest.fixture(scope="module")
def log(seaweed: S3Server) -> Iterator[Proxy]:
    with proxy(seaweed.endpoint) as between:
        yield between


@pytest.fixture(scope="module")
def place(seaweed: S3Server, log: Proxy) -> Iterator[Place]:
    """An empty place whose publishers never wait in earnest."""
    bucket, address = seaweed.new_bucket(), urlsplit(seaweed.endpoint)
    behind = replace(seaweed, endpoint=log.endpoint).store
    through = replace(behind, bucket=bucket, prefix="site", patience=Patience(clocks.quick()))
    direct = replace(seaweed.store, bucket=bucket, prefix="site")
    yield Place(log, through, direct, (str(address.hostname), address.port or 80))
    behind.client.close()


def sound_of(slug: str) -> tuple[str, bytes]:
    return f"media/{slug}.abababababab.mp3", f"the sound of {slug}".encode() * 40


def entry(slug: str, title: str, sound: bytes) -> Entry:
    """Return an episode; one of them has chapters."""
    key, sha256 = sound_of(slug)[0], hashlib.sha256(sound).hexdigest()
    chapters = (Chapter(0, title),) if slug in CHAPTERS else ()
    item = builders.item(slug=slug, guid=slug, title=title)
    recording = builders.recording(chapters=chapters)
    enclosure = builders.enclosure(key=key, length=len(sound), sha256=sha256)
    url = f"{builders.BASE}/{key}"
    return builders.entry(
        item=replace(item, recording=recording), enclosure=enclosure, audio=url, enclosed=url
    )


def record(one: Entry) -> PublishedItem:
    assert one.enclosure
    return states.published_item(
        guid=one.item.guid, slug=one.item.slug, title=one.item.title, key=one.path,
        enclosure=one.enclosure, media=(one.enclosure.key,),
    )  # fmt: skip


def tree(titles: Mapping[str, str], *gone: str, sounds: Mapping[str, bytes] | None = None) -> Tree:
    """Return a site of episodes with real feeds; those gone were withdrawn."""
    sounds = {slug: sound_of(slug)[1] for slug in titles} | dict(sounds or {})
    entries = [entry(slug, title, sounds[slug]) for slug, title in titles.items()]
    index = " ".join(titles.values())
    made = [
        artifact(COVER, Tier.MEDIA, b"a picture"),
        artifact("podcast/index.html", Tier.PAGE, f"<h1>{index}</h1>".encode()),
        artifact("blog/index.html", Tier.PAGE, b"<h1>Notes</h1>"),
        *(artifact(sound_of(slug)[0], Tier.MEDIA, sounds[slug]) for slug in titles),
        *(artifact(one.path, Tier.PAGE, f"<h1>{one.item.title}</h1>".encode()) for one in entries),
        artifact(CHAPTERS, Tier.DETAIL, entries[0].item.title.encode()),
        artifact("blog/feed.json", Tier.FEED, builders.written("blog/feed.json", *entries)),
        artifact(FEED, Tier.FEED, builders.written(FEED, *entries)),
    ]
    items = {one.item.guid: record(one) for one in entries}
    withdrawn = {"key": "", "title": "", "enclosure": None, "media": (), "state": "withdrawn"}
    items |= {guid: states.published_item(guid=guid, slug="-", **withdrawn) for guid in gone}
    artifacts = {one.path: one for one in sorted(made, key=lambda one: one.path)}
    return Tree(builders.BASE, artifacts, items=items, main_feed=FEED)


FIRST = tree(SHORT)
WITHOUT_KNEES = tree({"strong-hips": "Strong hips", "backs": "Backs"})
UPDATED = tree({"strong-hips": "Stronger hips", "necks": "Necks"}, "backs")
GROWN = tree({"strong-hips": "Stronger hips", "backs": "Backs", "necks": "Necks"})
LONG = b"a long sound " * (6 * MIB // 13)  # in two parts: stores want at least 5 MiB in the first
COURSES: dict[str, list[tuple[Tree, datetime]]] = {
    "first": [(FIRST, NOW)],
    # One new, one changed, one withdrawn (all of it goes at once), one removed (its audio stays).
    "update": [(FIRST, NOW), (UPDATED, LATER)],
    # The page of one that was removed a day ago goes.
    "grace": [(FIRST, NOW), (WITHOUT_KNEES, NOW), (GROWN, LATER)],
}


def course(place: Place, *steps: tuple[Tree, datetime]) -> Course:
    """Publish all steps without a fault; the last one is that to disturb."""
    place.become({})
    for made, now in steps[:-1]:
        states.publish(made, place.direct, now=now)
    start = place.picture()
    made, now = steps[-1]

    def publish() -> None:
        states.publish(made, place.through, now=now)

    whole = undisturbed(place, publish, start)
    sent = {key: one.sha256 for key, one in public(whole.goal).items() if key in made.artifacts}
    assert sent == {key: one.sha256 for key, one in made.artifacts.items()}
    return whole


@pytest.fixture(
    scope="module",
    params=["update", *(pytest.param(n, marks=pytest.mark.slow) for n in ("first", "grace"))],
)
def small(request: pytest.FixtureRequest, place: Place) -> Course:
    return course(place, *COURSES[request.param])


def unheard(number: int) -> Plan:
    """Return a plan by which a request is done, but nobody hears of it, and then all is gone."""
    fault = {0: "reset-after", 1: "reset-before"}
    return Plan(lambda now, seen: fault.get((now > number) - (now < number), ""))


CUTS = {"before": lambda number: cut(number - 1), "unheard": unheard}


def test_the_courses_are_what_they_are_named_after(place: Place) -> None:
    place.become({})
    states.publish(FIRST, place.direct)
    assert what_changes(UPDATED, place) == {"new", "changed", "withdrawn"}
    assert FIRST.items.keys() - UPDATED.items.keys() == {"knees"}
    assert max(len(made.artifacts) for steps in COURSES.values() for made, _ in steps) == 12
    assert [*enclosures(FEED, FIRST.artifacts[FEED].open().read(), builders.BASE)] == [
        (sound_of(slug)[0], len(sound_of(slug)[1])) for slug in SHORT
    ]


def test_a_publish_that_is_cut_at_any_request_is_finished_by_the_next(
    small: Course, subtests: pytest.Subtests
) -> None:
    for number in range(1, len(small.seen) + 1):
        with subtests.test(request=number):
            small.cut(cut(number - 1))


@pytest.mark.slow
@pytest.mark.parametrize("small", ["first", "update"], indirect=True)
def test_a_publish_that_never_hears_of_its_last_write_is_finished_by_the_next(
    small: Course, subtests: pytest.Subtests
) -> None:
    for number, one in enumerate(small.seen, 1):
        if one.method not in {"GET", "HEAD"}:  # a lost answer to those changes nothing
            with subtests.test(request=number):
                small.cut(unheard(number))


@pytest.mark.parametrize("how", ["before", pytest.param("unheard", marks=pytest.mark.slow)])
def test_no_part_of_a_large_file_is_sent_twice(
    place: Place, how: str, subtests: pytest.Subtests
) -> None:
    slug = "strong-hips"
    parted = replace(place.through, single_limit=5 * MIB, part_size=5 * MIB)
    one = (tree({slug: "Long"}, sounds={slug: LONG}), NOW)
    whole = course(replace(place, through=parted), one)
    of_it = [n for n, one in enumerate(whole.seen, 1) if place.key(one) == sound_of(slug)[0]]
    assert len(of_it) == 5  # begin, two parts, join, look
    for number in range(of_it[0] - 1, of_it[-1] + 1):
        with subtests.test(request=number):
            arrived = [part(one) for one in whole.cut(CUTS[how](number)) if one.status == 200]
            assert sorted(filter(None, arrived)) == ["1", "2"]


# When the process is killed: on the way is a request of this kind, and which of them.
POINTS = {
    "the lease": ("PUT", r"_activefeed/lease\.json", 1),
    "what is to come": ("PUT", r"_activefeed/manifest\.json", 1),
    "a medium": ("PUT", r"media/.*", 1),
    "the look at a medium": ("HEAD", r"media/.*", 1),
    "a page": ("PUT", r".*\.html", 2),
    "who is new": ("PUT", r"_activefeed/manifest\.json", 2),
    "the main feed": ("PUT", r"podcast/feed\.xml", 1),
    "a deletion": ("DELETE", r"media/.*", 1),
    "the end": ("PUT", r"_activefeed/manifest\.json", 3),
    "the lease given back": ("DELETE", r"_activefeed/lease\.json", 1),
}
KILLS = {
    "first": ("what is to come", "a medium", "a page", "the main feed", "the lease given back"),
    "update": ("the lease", "the look at a medium", "who is new", "a deletion", "the end"),
}


@dataclass(frozen=True, slots=True)
class Folder:
    """A small real site that goes to a bucket by the command line."""

    site: Sample
    words: tuple[str, ...] = ("publish", "web", "--allow", "item-gone")

    def publish(self, *more: str) -> None:
        said = self.site.run(*self.words, *more)
        assert said.code == 0, said

    @property
    def command(self) -> list[str]:
        """The same for a process of its own."""
        options = ["--site", str(self.site.root), "--now", sample.NOW]
        return [sys.executable, "-m", "activefeed", *self.words, *options]


@pytest.fixture(scope="module")
def folder(
    place: Place, seaweed: S3Server, seaweed_tls: S3Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Folder]:
    public = f"{seaweed_tls.public_url(place.direct.bucket)}/{place.direct.prefix}"
    target = {"to": place.direct.place, "endpoint": place.log.endpoint, "region": "us-east-1"}
    lines = [f'{key} = "{value}"' for key, value in {**target, "url": public}.items()]
    root = tmp_path_factory.mktemp("cut") / "site"
    sitemaker.make(root, "\n".join(["[publish.web]", *lines, ""]), BLOG, "")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AWS_PROFILE", raising=False)
        patch.setenv("SSL_CERT_FILE", seaweed_tls.ca_bundle)
        for name, value in seaweed.environment.items():
            patch.setenv(name, value)
        yield Folder(Sample(root))


BLOG = sitemaker.SETTINGS[sitemaker.SETTINGS.index("[blog]") : sitemaker.SETTINGS.index("[people")]


@pytest.fixture(scope="module")
def latest() -> dict[str, Course]:
    """What ``killed`` made: pytest would make it again for each point at which to kill."""
    return {}


@pytest.fixture
def killed(
    request: pytest.FixtureRequest, place: Place, folder: Folder, latest: dict[str, Course]
) -> Course:
    """The courses of a first publish, and of an update like that above."""
    if request.param not in latest:
        latest.clear()  # there is one folder for both
        latest[request.param] = killed_course(request.param, place, folder)
    return latest[request.param]


def killed_course(name: str, place: Place, folder: Folder) -> Course:
    maker = sitemaker.Maker(folder.site.root)
    shutil.rmtree(maker.root / "episodes", ignore_errors=True)
    for slug in ("hips", "backs", "knees"):
        maker.episode(slug, f"title: {slug}")
    place.become({})
    if name == "update":
        folder.publish()
        maker.episode("hips", "title: Stronger hips")
        maker.episode("backs", "withdrawn: true")
        maker.episode("necks", "title: Necks", "date: 2026-03-03")
        maker.audio("episodes/necks.mp3", "cbr.mp3")  # else it would be knees by another name
        (maker.root / "episodes/knees.md").unlink()
        (maker.root / "episodes/knees.mp3").unlink()
    return undisturbed(place, lambda: folder.publish("--take-over"), place.picture())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("killed", "point"),
    [(name, point) for name, points in KILLS.items() for point in points],
    indirect=["killed"],
)
def test_a_publish_that_is_killed_is_finished_by_the_next(
    killed: Course, folder: Folder, point: str
) -> None:
    killer = Killer(killed.place, *POINTS[point])
    killed.disturb(lambda: killer.kills(folder.command))


@pytest.mark.parametrize("killed", ["update"], indirect=True)
def test_where_the_dead_left_no_lease_nothing_is_to_be_taken_over(
    killed: Course, folder: Folder
) -> None:
    def die() -> bool:
        died = Killer(killed.place, *POINTS["the main feed"]).kills(folder.command)
        killed.place.direct.delete(lease.KEY)
        return died

    replace(killed, publish=folder.publish).disturb(die)


@pytest.fixture(scope="module", params=["first", "update"])
def large(
    request: pytest.FixtureRequest, place: Place, tmp_path_factory: pytest.TempPathFactory
) -> Course:
    """The courses of the whole sample site."""
    site = sample.copy(tmp_path_factory.mktemp("large") / "site")
    first = (rendered(site, Published(), sample.NOW), datetime.fromisoformat(sample.NOW))
    if request.param == "first":
        return course(place, first)
    place.become({})
    states.publish(first[0], place.direct, now=first[1])
    removed = "2023-09-12-should-i-rest-my-back"
    site.edit("episodes/102-the-hip-next-door.md", "title: The hip", "title: Sideways to the hip")
    site.edit("episodes/203-your-first-visit.md", "season: 2", "season: 2\nwithdrawn: true")
    (site.root / f"posts/{removed}.md").unlink()
    for link in (f"related:\n  - ../posts/{removed}.md\n", f"(../posts/{removed}.md)"):
        site.edit("episodes/101-why-backs-ache.md", link, "")
    later = "2031-06-04T12:00:00+00:00"  # an episode has waited for that
    updated = rendered(site, states.state(place.direct), later)
    assert what_changes(updated, place) == {"new", "changed", "withdrawn"}
    return course(place, first, (updated, datetime.fromisoformat(later)))


def what_changes(made: Tree, place: Place) -> set[str]:
    return {one.what for one in states.make_plan(made, place.direct).changes}


def rendered(site: Sample, published: Published, now: str) -> Tree:
    made = pipeline.render(
        pipeline.read(site.root), published, Destination(""), datetime.fromisoformat(now)
    )
    assert made.tree, list(made.problems)
    return made.tree


@pytest.mark.slow
@pytest.mark.parametrize("share", range(2))  # so that several processes have their share
def test_so_it_is_with_the_whole_sample(
    large: Course, share: int, subtests: pytest.Subtests
) -> None:
    number, every = len(large.seen), 10  # all of them would take six minutes
    ends = {*range(1, 11), *range(number - 9, number + 1)}
    for n in sorted({*ends, *range(1, number, every)})[share::2]:
        with subtests.test(request=n):
            large.cut(cut(n - 1))
