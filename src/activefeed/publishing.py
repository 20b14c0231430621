"""To publish: read the state, render, guard, plan, take the lease, apply, look at the result.

Joins the stages as ``pipeline`` does; decides nothing and prints nothing.
"""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from activefeed import fetch, following, pipeline
from activefeed.clock import Clock
from activefeed.content.schema import TargetKeys
from activefeed.content.settings import Frame
from activefeed.model import Published
from activefeed.problems import Problem, UsageError
from activefeed.publish import apply, guard, manifest, notify, plan, recover, verify
from activefeed.publish.lease import Holder, Lease, Terms
from activefeed.publish.plan import Plan, Step
from activefeed.publish.store import Head, Store
from activefeed.render.entry import Destination
from activefeed.tree import Tree


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asked publish to do, and what surrounds the run."""

    now: datetime
    clock: Clock
    audience: "Audience"
    target: str = ""  # name of a target in the settings
    dry_run: bool = False
    adopt: bool = False  # take over objects of the same name that somebody else wrote
    allow: Collection[str] = ()  # codes of refusals that are meant
    against: str = ""  # address or file of the feed that subscribers have, at a first publish
    wait: bool = False  # for another publisher to be done
    command: str = "publish"
    retag: str = ""  # slug of an episode whose published audio is made anew
    withdraw: str = ""  # guid of an item to take out
    prune: timedelta | None = None  # delete media that nothing has used for so long
    purge_token: str = field(default="", repr=False)  # for the cache in front


@dataclass(frozen=True, slots=True)
class Publication:
    """What a publish would do, or did."""

    rendered: pipeline.Rendered
    place: str
    name: str = ""  # of the target in the settings
    before: Published = field(default_factory=Published)  # what the target holds
    last: float = 0.0  # when something was last published there, seconds by its own clock
    plan: Plan | None = None  # None where there are errors
    refusals: tuple[Problem, ...] = ()
    outcome: apply.Outcome | None = None  # None where nothing was done
    folder: str = ""  # the target, where it is a folder
    advisory: bool = False  # the store cannot keep two publishers apart by itself
    seen: tuple[Problem, ...] = ()  # what an app would stumble over at the public address

    @property
    def ready(self) -> bool:
        """There is something to do, and nothing against it."""
        return self.plan is not None and not self.refusals and not self.plan.empty


class Audience(Protocol):
    """Who hears of a publish on the way."""

    def began(self, done: Publication) -> None:
        """Hear the plan before it is carried out."""

    def progress(self, step: Step) -> None:
        """Hear of a finished step."""

    def waits(self, holder: Holder) -> None:
        """Hear for whom this run waits."""

    def takes_over(self, holder: Holder) -> bool:
        """Decide whether somebody else's lease is ended."""


@dataclass(frozen=True, slots=True)
class Work:
    """A target that is to be published to."""

    reading: pipeline.Reading
    frame: Frame
    target: TargetKeys
    store: Store
    request: Request


def begin(reading: pipeline.Reading, request: Request) -> Work:
    """Return what is to be done. Raises UsageError for wishes that cannot be met."""
    if unknown := sorted({*request.allow} - guard.ALLOWABLE):
        codes = ", ".join(sorted(guard.ALLOWABLE))
        raise UsageError.of("not-allowed", code=unknown[0], codes=codes)
    frame = pipeline.frame_of(reading)
    target = pipeline.find_target(frame, request.target)
    store = pipeline.open_store(frame, target, request.clock)
    return Work(reading, frame, target, store, request)


def publish(root: Path, request: Request) -> Publication:
    """Take a target to what the folder holds; ``audience`` hears the plan before it is done."""
    reading = pipeline.read(root)
    if reading.frame is None:
        return Publication(pipeline.render(reading, Published(), Destination(""), request.now), "")
    work = begin(reading, request)
    done, etag = prepare(work)
    if not done.ready or request.dry_run:
        return done
    began, heard = f"{request.now:%Y-%m-%d %H:%M} UTC", request.audience
    terms = Terms(request.command, began, request.wait, heard.takes_over, heard.waits)
    with Lease(work.store, request.clock, terms) as lease:
        if manifest.read(work.store)[1] != etag:  # somebody else was quicker: with newer files?
            work = replace(work, reading=pipeline.read(root))
            done, etag = prepare(work)
        if not done.ready:
            return done
        made, tree, target = done.plan, done.rendered.tree, work.target
        assert made and tree
        done = replace(done, advisory=not lease.proven)
        heard.began(done)
        cdn = notify.Cdn(target.cloudfront, target.purge, request.purge_token, target.profile)
        cached = target.cloudfront or target.purge
        to = apply.Listeners(heard.progress, target.hub, cdn if cached else None)
        outcome = apply.apply(made, tree, lease, etag, to)
    new = {one.item.guid for one in made.changes if one.what == "new" or one.replaced}
    # A folder has no public address yet.
    seen = [] if done.folder else verify.look(made.target, new, target.to, target.endpoint)
    return replace(done, outcome=outcome, seen=tuple(seen))


def prepare(work: Work) -> tuple[Publication, str | None]:
    """Look at everything and plan; also return the etag of the state that was looked at."""
    store, target, request, now = work.store, work.target, work.request, work.request.now
    state, etag = manifest.read(store)
    there, settings = store.list(), work.frame.keys
    paths = [settings.podcast.feed if settings.podcast else "", "blog/feed.xml"]
    published = state or recover.rebuild(store, there, paths, settings.site.id)
    sounds = {item.enclosure.key for item in published.items.values() if item.enclosure}
    _look_twice(store, there, plan.doubtful(sounds, published, there))
    renew, lost = plan.lost(published, there), plan.changed(published, there)
    to = Destination(target.url, target.hub, renew, lost)
    reading = replace(work.reading, retag=request.retag, withdraw=request.withdraw)
    rendered = pipeline.render(reading, published, to, now)
    if state is None and (published.items or etag):
        rendered.problems.warn("state-rebuilt", None)
    folder = "" if pipeline.is_bucket(target) else target.to
    last = there[manifest.KEY].modified if manifest.KEY in there else 0.0
    done = Publication(rendered, store.place, request.target, published, last, folder=folder)
    site, tree = rendered.site, rendered.tree
    if site is None or tree is None:
        return done, etag
    keys = {*tree.artifacts, *tree.kept, *published.objects}
    _look_twice(store, there, plan.doubtful(keys, published, there))
    made = plan.make(site, tree, published, there, now)
    if request.prune is not None:
        made = plan.prune(made, now - request.prune)
    ours = not state and etag is not None  # a damaged manifest is still a sign of whose place it is
    known = published if published.site else _subscribed(work, tree)
    refused = guard.refusals(site, tree, known, request.allow)
    refused = refused or guard.losses(made, adopt=request.adopt or ours)
    refused = refused or guard.unanswered(tree, published, request.allow, _answer)
    return replace(done, plan=made, refusals=tuple(refused)), etag


def _answer(url: str, size: int) -> fetch.Answer:
    """Return what answers at an address: every byte of so many, or only its length."""
    return fetch.body_of(url, size) if size else fetch.begin_of(url)


def _look_twice(store: Store, there: dict[str, Head], keys: Iterable[str]) -> None:
    """Put what a HEAD tells of some keys into a listing."""
    for key in keys:
        if head := store.head(key):
            there[key] = head
        else:
            del there[key]


def _subscribed(work: Work, tree: Tree) -> Published:
    """Return what subscribers know of the feed whose place a first publish takes."""
    where = work.request.against
    document = following.feed_at(where) if where else None
    if not where and pipeline.is_bucket(work.target) and tree.main_feed:
        with suppress(UsageError):  # often there is none
            document = following.feed_at(f"{tree.base}/{tree.main_feed}")
    return recover.subscribed(document, work.frame.keys.site.id) if document else Published()
