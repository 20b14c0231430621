"""The whole program on one screen: read, render, guard, plan, apply.

The only module that joins the stages; decides nothing and prints nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from activefeed import fetch
from activefeed.content import load, settings, source
from activefeed.content.schema import TargetKeys
from activefeed.content.settings import Frame
from activefeed.content.source import KINDS, Folder
from activefeed.model import Published, Site
from activefeed.problems import ActivefeedError, Problem, Problems, UsageError
from activefeed.publish import apply, guard, manifest, plan
from activefeed.publish.apply import Outcome, Report
from activefeed.publish.plan import Plan
from activefeed.publish.store import FolderStore, Head, Store
from activefeed.render import site as rendering
from activefeed.render.entry import Destination
from activefeed.tree import Tree


@dataclass(frozen=True, slots=True)
class Reading:
    """A site's folder as far as it could be read, with everything found wrong."""

    folder: Folder
    frame: Frame | None
    problems: Problems


@dataclass(frozen=True, slots=True)
class Rendered:
    """A site with the bytes to publish; no tree where there are errors."""

    problems: Problems
    files: int  # how many were read
    site: Site | None
    tree: Tree | None


@dataclass(frozen=True, slots=True)
class Publication:
    """What a publish would do, or did."""

    rendered: Rendered
    place: str
    plan: Plan | None = None  # None where there are errors
    refusals: tuple[Problem, ...] = ()
    outcome: Outcome | None = None  # None where nothing was done
    folder: str = ""  # the target, where it is a folder


def read(root: Path) -> Reading:
    """Read a site's folder. Raises UsageError where there is none."""
    folder, problems = source.read(root)
    return Reading(folder, settings.load(folder, problems), problems)


def render(
    reading: Reading, published: Published, to: Destination, now: datetime, retag: str = ""
) -> Rendered:
    """Return the site and its tree as they are at an instant; checks everything there is."""
    problems = Problems(reading.problems)
    if reading.frame is None:
        for found in reading.folder.problems.values():
            problems.extend(found)
        return Rendered(problems, 1, None, None)
    site = load.load(reading.frame, published, now, problems)
    if retag:
        to = replace(to, renew=to.renew | {_episode(site, retag)})
    tree = rendering.render(site, published, replace(to, base=to.base or site.url), problems)
    files = len(reading.folder.problems) + 1
    return Rendered(problems, files, site, None if problems.errors else tree)


def check(root: Path, now: datetime) -> Rendered:
    """Look at everything, change nothing, ask no network."""
    reading = read(root)
    published = Published()
    if reading.frame and not _bucket(target := reading.frame.targets[""]):
        published, _ = manifest.read(_store(reading.frame, target))
    return render(reading, published, _default(reading), now)


def _default(reading: Reading) -> Destination:
    """Return what a rendering for no target in particular must know."""
    return Destination("", reading.frame.targets[""].hub if reading.frame else "")


def _episode(site: Site, slug: str) -> str:
    for item in site.items:
        if item.recording and item.recording.audio.source and item.slug == slug:
            return item.guid
    what = f'there is no episode "{slug}" with audio on this machine'
    raise UsageError(what, "write the last part of its address")


def build(root: Path, to: Path, now: datetime) -> Rendered:
    """Write the tree to a folder; no state, no guard, no network."""
    reading = read(root)
    if reading.frame:
        _refuse_content(reading.frame, to)
    rendered = render(reading, Published(), _default(reading), now)
    if rendered.tree:
        store, wanted = FolderStore(to, f"{to.name}/"), rendered.tree.artifacts
        present = store.list()
        strange = sorted(present.keys() - wanted.keys())
        if strange and to.name != "_site":
            message = f"{to.name}/ holds what is no part of this site, such as {strange[0]}"
            raise UsageError(message, "build into a new folder")
        for key in strange:
            store.delete(key)
        for key, one in wanted.items():
            if key not in present or not one.sha256.startswith(present[key].etag):
                store.put(one)
    return rendered


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asked publish to do."""

    target: str = ""  # name of a target in the settings
    dry_run: bool = False
    adopt: bool = False  # take over objects of the same name that somebody else wrote
    retag: str = ""  # slug of an episode whose published audio is made anew


def publish(
    root: Path,
    request: Request,
    now: datetime,
    planned: Callable[[Publication], None],
    report: Report,
) -> Publication:
    """Take a target to what the folder holds; ``planned`` is shown the plan before it is done."""
    reading = read(root)
    if reading.frame is None:
        return Publication(render(reading, Published(), _default(reading), now), "")
    target = _target(reading.frame, request.target)
    store = _store(reading.frame, target)
    published, etag = manifest.read(store)
    there = store.list()
    sounds = {item.enclosure.key for item in published.items.values() if item.enclosure}
    _look_twice(store, there, plan.doubtful(sounds, published, there))
    to = Destination(target.url, target.hub, plan.lost(published, there))
    rendered = render(reading, published, to, now, request.retag)
    done = Publication(rendered, store.place, folder="" if _bucket(target) else target.to)
    site, tree = rendered.site, rendered.tree
    if site is None or tree is None:
        return done
    _look_twice(store, there, plan.doubtful({*tree.artifacts, *tree.kept}, published, there))
    made = plan.make(site, tree, published, there, now)
    refused = guard.refusals(site, tree, published) or guard.losses(made, adopt=request.adopt)
    url, length = guard.to_ask(tree, published)
    if url and not refused:
        refused = guard.unanswered(url, length, fetch.begin_of(url))
    done = replace(done, plan=made, refusals=tuple(refused))
    if refused or request.dry_run or made.empty:
        return done
    planned(done)
    outcome = apply.apply(made, tree, store, manifest.Writer(store, etag), report)
    return replace(done, outcome=outcome)


def _look_twice(store: Store, there: dict[str, Head], keys: Iterable[str]) -> None:
    """Put what a HEAD tells of some keys into a listing."""
    for key in keys:
        if head := store.head(key):
            there[key] = head
        else:
            del there[key]


def _target(frame: Frame, name: str) -> TargetKeys:
    if target := frame.targets.get(name):
        return target
    known = ", ".join(sorted(filter(None, frame.targets))) or "none yet"
    fix = f"add a table [publish.{name}] (there are: {known})"
    raise UsageError(f'there is no target "{name}"', fix)


def _bucket(target: TargetKeys) -> bool:
    return target.to.startswith("s3://")


def _store(frame: Frame, target: TargetKeys) -> Store:
    if not _bucket(target):
        folder = frame.folder.root / target.to
        _refuse_content(frame, folder)
        return FolderStore(folder, f"{target.to.rstrip('/')}/")
    from activefeed.publish import s3  # boto3 is slow to import, and only buckets need it

    bucket, _, prefix = target.to.removeprefix("s3://").partition("/")
    if not bucket:
        raise UsageError("the target names no bucket", 'write it as to = "s3://bucket"')
    return s3.connect(bucket, prefix, target.endpoint, target.region, target.profile)


def _refuse_content(frame: Frame, folder: Path) -> None:
    """Never publish into, over or around what an author wrote."""
    to, podcast = folder.resolve(), frame.keys.podcast
    for name in filter(None, (*KINDS, "images", podcast.audio_folder if podcast else "")):
        content = (frame.folder.root / name).resolve()
        if to == content or to in content.parents or content in to.parents:
            message = f"{folder.name}/ is, holds or lies in the content folder {name}/"
            raise UsageError(message, 'publish to a folder of its own, such as "public"')


def folder_to_serve(root: Path) -> Path:
    """Return the folder that holds the finished site. Raises UsageError where there is none."""
    reading = read(root)
    if reading.frame is None:
        raise ActivefeedError("the settings cannot be read", "run: activefeed check")
    target = reading.frame.targets[""]
    folder = root / ("_site" if _bucket(target) else target.to)
    if not (folder / "index.html").is_file():
        command = "activefeed build" if _bucket(target) else "activefeed publish"
        raise UsageError(f"there is no finished site in {folder.name}/ yet", f"run: {command}")
    return folder
