"""A publish through a network that damages a tenth of all that goes over it, by seeds of chance.

The command line as a whole, to a real S3 server. Nobody waits: the clock of the run is injected.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import clocks
import pytest
import sitemaker
from cuts import Picture, Place
from faults import mixed
from proxy import Proxy, proxy
from sample import Said, Sample
from servers import S3Server

from activefeed.cli import frame
from activefeed.problems import Exit
from activefeed.publish import apply, lease, manifest

MAIN_FEED = "podcast/feed.xml"
FEEDS = {MAIN_FEED, "blog/feed.xml", "blog/atom.xml", "blog/feed.json"}


@dataclass(frozen=True, slots=True)
class Target:
    """A published site that has news; the target as it is, and as it must become."""

    site: Sample
    network: Proxy
    place: Place  # not through the network
    public: str
    old: Picture = field(default_factory=dict)
    new: Picture = field(default_factory=dict)

    def publish(self) -> Said:
        return self.site.run("publish", "web", now=str(sitemaker.NOW))

    def look(self) -> Picture:
        """Return everything that is there."""
        return self.place.picture()

    def restore(self) -> None:
        """Make the target what it was before the news."""
        self.place.become(self.old)


@pytest.fixture(scope="module")
def target(seaweed: S3Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    store = replace(seaweed.store, bucket=seaweed.new_bucket())
    root = tmp_path_factory.mktemp("seeds")
    public = seaweed.public_url(store.bucket)
    with pytest.MonkeyPatch.context() as patch, proxy(seaweed.endpoint) as network:
        patch.delenv("AWS_PROFILE", raising=False)
        patch.setattr(frame, "CLOCK", clocks.quick())
        for name, value in seaweed.environment.items():
            patch.setenv(name, value)
        where = f'to = "{store.place}"\nendpoint = "{network.endpoint}"\nregion = "us-east-1"\n'
        maker = sitemaker.make(root, f'\n[publish.web]\n{where}url = "{public}"\n')
        maker.episode("1-first", "chapters: [0:00 Welcome]")
        maker.markdown("posts/walk.md", "title: A walk")
        address = urlsplit(seaweed.endpoint)
        server = str(address.hostname), address.port or 80
        made = Target(Sample(root), network, Place(network, store, store, server), public)
        assert made.publish().code == 0
        made.old.update(made.look())
        maker.episode("2-second", "date: 2026-03-03")
        made.site.edit("posts/walk.md", "title: A walk", "title: A longer walk")
        assert made.publish().code == 0
        made.new.update(made.look())
        yield made


def test_the_news_are_of_every_kind(target: Target) -> None:
    changed = {key for key, one in target.new.items() if target.old.get(key) != one}
    assert changed >= {*FEEDS, manifest.KEY, "index.html", "podcast/second.html"}
    assert [key for key in changed if key.startswith("media/second.")]
    assert target.old.keys() <= target.new.keys()


def try_out(target: Target, seed: int, rate: float) -> bool:
    """Publish the news through a mixture of faults; return whether it went well.

    Asserts that what is there is whole, whatever came of it.
    """
    target.restore()
    target.network.fault = plan = mixed(seed, rate)
    try:
        said = target.publish()
    finally:
        target.network.fault = lambda seen: ""
    assert plan.counts["flip-up"] + plan.counts["flip-down"] > 0
    there = target.look()
    there.pop(lease.KEY, None)  # it may have been impossible to give it back
    if said.code == Exit.DONE:
        assert there == target.new
        return True
    assert said.code in {Exit.STORE, Exit.BUSY}
    assert "error: " in said.err
    assert "  fix: " in said.err
    is_whole(target, there)
    return False


def is_whole(target: Target, there: Picture) -> None:
    """Assert that each object is an old or a new one, and each feed has all that it names."""
    old, new = target.old, target.new
    assert old.keys() <= there.keys() <= new.keys()
    for key in there.keys() - {manifest.KEY}:
        assert there[key] in (old.get(key), new[key]), f"{key} is neither old nor new"
    assert manifest.load(there[manifest.KEY].body, "") is not None
    for feed in FEEDS:
        assert apply.references(there[feed].body, target.public) <= there.keys()
    if [feed for feed in FEEDS if there[feed] == new[feed]]:  # then all before them is done
        others = new.keys() - {*FEEDS, manifest.KEY}
        assert {key: there[key] for key in others} == {key: new[key] for key in others}
    else:
        assert {key: there[key] for key in FEEDS} == {key: old[key] for key in FEEDS}


def test_a_network_that_goes_when_all_is_tidied_up_is_a_clean_failure(target: Target) -> None:
    target.restore()
    target.network.fault = lambda seen: "request" if seen.query.startswith("uploads") else ""
    said = target.publish()
    target.network.fault = lambda seen: ""
    assert said.code == Exit.STORE
    assert "check the network" in said.err
    is_whole(target, target.look())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_tenth_of_faults_is_overcome(target: Target, seed: int) -> None:
    assert try_out(target, seed, 0.1)


@pytest.mark.slow
def test_twenty_seeds_of_a_tenth_of_faults(target: Target) -> None:
    went_well = [seed for seed in range(1, 21) if try_out(target, seed, 0.1)]
    assert len(went_well) >= 15


@pytest.mark.slow
def test_what_is_too_much_ends_cleanly_and_is_finished_by_the_next_run(target: Target) -> None:
    failed = [seed for seed in range(1, 6) if not finished(target, seed)]
    assert failed


def finished(target: Target, seed: int) -> bool:
    """Publish through far more faults than a publish can bear, then through none."""
    well = try_out(target, seed, 0.55)
    target.place.direct.delete(lease.KEY)  # else the next run would wait until it is silent
    assert target.publish().code == Exit.DONE
    there = target.look()
    assert there.keys() == target.new.keys()
    assert {key for key in there if there[key] != target.new[key]} <= {manifest.KEY}
    return well
