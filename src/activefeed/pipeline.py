"""From a folder to a tree: read, render; and where the settings say that it goes.

Joins content and render, as ``publishing`` joins them to a store; decides and prints nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

from activefeed.cache import FOLDER, Cache
from activefeed.clock import Clock
from activefeed.content import load, settings, source
from activefeed.content.schema import TargetKeys
from activefeed.model import Published, Site
from activefeed.problems import ActivefeedError, Problems, UsageError
from activefeed.publish import manifest
from activefeed.publish.store import FolderStore, Store
from activefeed.render import site as rendering
from activefeed.render.entry import Destination
from activefeed.tree import Tree


@dataclass(frozen=True, slots=True)
class Reading:
    """A site's folder as far as it could be read, with everything found wrong."""

    folder: source.Folder
    frame: settings.Frame | None
    problems: Problems
    cache: Cache | None = None  # what was learnt of its files; None: learn nothing
    # What a person wants otherwise than the files say:
    retag: str = ""  # slug of an episode whose published audio is made anew
    withdraw: str = ""  # guid of an item to take out


@dataclass(frozen=True, slots=True)
class Rendered:
    """A site with the bytes to publish; no tree where there are errors."""

    problems: Problems
    files: int  # how many were read
    site: Site | None
    tree: Tree | None


def read(root: Path) -> Reading:
    """Read a site's folder. Raises UsageError where there is none."""
    folder, problems = source.read(root)
    return Reading(folder, settings.load(folder, problems), problems, Cache(root / FOLDER))


def sound_frame(root: Path) -> settings.Frame:
    """Return the settings of a site, nothing in them a stand-in. Raises like ``frame_of``."""
    reading = read(root)
    if any(one.code != "missing-podcast-guid" for one in reading.problems.errors):
        reading = replace(reading, frame=None)
    return frame_of(reading)


def frame_of(reading: Reading) -> settings.Frame:
    """Return the settings of a site. Raises ActivefeedError where they are at fault."""
    if reading.frame is None:
        raise ActivefeedError("the settings cannot be read", "run: activefeed check")
    return reading.frame


def render(reading: Reading, published: Published, to: Destination, now: datetime) -> Rendered:
    """Return the site and its tree as they are at an instant; checks everything there is.

    A preview has a tree also where there are errors: as much of it as is sound.
    """
    problems = Problems(reading.problems)
    if reading.frame is None:
        for found in reading.folder.problems.values():
            problems.extend(found)
        return Rendered(problems, 1, None, None)
    site = load.load(reading.frame, published, now, problems, preview=to.preview)
    if site.show and to.preview:  # what is heard here is heard nowhere else
        site = replace(site, show=replace(site.show, audio_prefix="", new_feed_url=""))
    if reading.retag:
        to = replace(to, renew=to.renew | {_episode(site, reading.retag)})
    if reading.withdraw:  # also where its file is gone
        site = replace(site, withdrawn=site.withdrawn | {reading.withdraw})
    searched = not to.preview and _searches(reading.frame, problems)
    to = replace(to, base=to.base or site.url, cache=reading.cache, search=searched)
    tree = rendering.render(site, published, to, problems)
    files = len(reading.folder.problems) + len(reading.folder.templates) + 1
    return Rendered(problems, files, site, tree if to.preview or not problems.errors else None)


def _searches(frame: settings.Frame, problems: Problems) -> bool:
    """Return whether a site has a search: where pagefind is, unless the settings say no."""
    keys, here = frame.keys.site, find_spec("pagefind") is not None
    if keys.search and not here and "search" in keys.model_fields_set:
        problems.warn("search-missing", frame.written.of("site", "search"))
    return keys.search and here


def check(root: Path, now: datetime) -> Rendered:
    """Look at everything, change nothing, ask no network."""
    reading = read(root)
    return look(reading, remembered(reading), now)


def look(reading: Reading, published: Published, now: datetime) -> Rendered:
    """Return the site and its tree to look at; nothing slow is made for that."""
    reading = replace(reading, cache=None)
    return render(reading, published, default_destination(reading), now)


def remembered(reading: Reading) -> Published:
    """Return what can be known of what is published without asking the network."""
    if not reading.frame or is_bucket(target := reading.frame.targets[""]):
        return Published()
    return manifest.read(folder_of(reading.frame, target))[0] or Published()


def default_destination(reading: Reading) -> Destination:
    """Return what a rendering for no target in particular must know."""
    return Destination("", reading.frame.targets[""].hub if reading.frame else "")


def _episode(site: Site, slug: str) -> str:
    for item in site.items:
        if item.recording and item.recording.audio.source and item.slug == slug:
            return item.guid
    raise UsageError.of("no-episode", slug=slug)


def build(root: Path, to: Path, now: datetime, *, absolute: bool = False) -> Rendered:
    """Write the tree to a folder; no state, no guard, no network.

    ``absolute``: for any other host or program.
    """
    reading = read(root)
    if reading.frame:
        _refuse_content(reading.frame, to)
    to_any = replace(default_destination(reading), absolute=absolute)
    rendered = render(reading, Published(), to_any, now)
    if rendered.tree:
        store, wanted = FolderStore(to, f"{to.name}/"), rendered.tree.artifacts
        present = store.list()
        strange = sorted(present.keys() - wanted.keys())
        if strange and to.name != "_site":
            raise UsageError.of("not-a-build", folder=to.name, key=strange[0])
        for key in strange:
            store.delete(key)
        for key, one in wanted.items():
            if key not in present or not one.sha256.startswith(present[key].etag):
                store.put(one)
    return rendered


def leaving(done: Rendered) -> dict[str, object]:
    """Return what an owner must know who takes a whole tree elsewhere."""
    made, show = done.tree.artifacts if done.tree else {}, done.site.show if done.site else None
    found = [made[path] for path in (show.feed if show else "", "blog/feed.xml") if path in made]
    rows = [{"path": one.path, "items": one.open().read().count(b"<item>")} for one in found]
    return {"feeds": rows, "locked": bool(show and show.locked)}


def find_target(frame: settings.Frame, name: str) -> TargetKeys:
    """Return a target of the settings. Raises UsageError for one that is not there."""
    if target := frame.targets.get(name):
        return target
    known = ", ".join(sorted(filter(None, frame.targets))) or "none yet"
    raise UsageError.of("no-target", name=name, known=known)


def is_bucket(target: TargetKeys) -> bool:
    """Return whether a target is a bucket, and no folder."""
    return target.to.startswith("s3://")


def open_store(frame: settings.Frame, target: TargetKeys, clock: Clock) -> Store:
    """Return the store of a target; nothing is asked of it yet."""
    if not is_bucket(target):
        return folder_of(frame, target)
    from activefeed.publish import s3  # boto3 is slow to import, and only buckets need it

    name, _, prefix = target.to.removeprefix("s3://").partition("/")
    if not name:
        raise UsageError("the target names no bucket", 'write it as to = "s3://bucket"')
    bucket = s3.Bucket(name, prefix, target.endpoint, target.region, target.profile)
    return s3.connect(bucket, clock)


def folder_of(frame: settings.Frame, target: TargetKeys) -> FolderStore:
    """Return the folder that a target is. Raises UsageError for one that holds content."""
    folder = frame.folder.root / target.to
    _refuse_content(frame, folder)
    return FolderStore(folder, f"{target.to.rstrip('/')}/")


def _refuse_content(frame: settings.Frame, folder: Path) -> None:
    """Never publish into, over or around what an author wrote."""
    to, podcast = folder.resolve(), frame.keys.podcast
    audio = podcast.audio_folder if podcast else ""
    for name in filter(None, (*source.KINDS, "images", source.TEMPLATES, source.ASSETS, audio)):
        content = (frame.folder.root / name).resolve()
        if to == content or to in content.parents or content in to.parents:
            raise UsageError.of("in-the-content", folder=folder.name, name=name)
