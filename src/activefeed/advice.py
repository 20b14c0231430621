"""What an editor would say of a site without mistakes: each advice with its reason and its rule.

Pure: what had to be measured, asked or compared is given. Stops nothing; only
``check`` gives it, and only once there is no mistake left. The words are in advice.toml.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from urllib.parse import unquote

from activefeed.model import Item, Page, Site
from activefeed.problems import Location, Problem, SourceText

_TITLE, _LONG = 60, 600  # characters that are shown; seconds of an episode that wants chapters
_LOUD, _NEAR = -16, 2  # LUFS, LU
_LARGE, _HUGE = 1_000_000, 5_000_000  # bytes of a feed; of what is huge, proof speaks
# What is an example in a text; in the settings, remarks and addresses for machines.
_CODE = re.compile(r"(?ms)^ {0,3}(```|~~~).*?^ {0,3}\1|(?<!`)(`++).*?(?<!`)\2(?!`)|<!--.*?-->")
_DEAF = re.compile(r"(?ms)(^|\s)#([ \t].*?)?$|^audio_prefix.*?$|^\[publish.*?(?=^\[(?!publish)|\Z)")
_BLIND = re.compile(r"(?i)!\[\s*\](?=[(\[])|<img\b(?![^<>]*\balt\s*=)[^<>]*>")
# An address without the end of the sentence around it; round brackets come in pairs.
_WEB = re.compile(r"https?://(?:[^][\s<>\"'`{}|\\^()]|\([^\s()]*\))+(?<![.,;:!?*_])")


def give(
    site: Site, feeds: Mapping[str, int], loudness: Mapping[str, float | None],
    dead: Mapping[str, str],
) -> Iterator[Problem]:  # fmt: skip
    """Yield all advice: of the newest item first, then of pages and settings.

    Beside the site are known the bytes of ``feeds`` by path, the ``loudness`` (LUFS) of new audio
    by guid, and why addresses are ``dead``.
    """
    for item in upcoming(site):
        yield from _of_item(item, loudness.get(item.guid))
        yield from _of_pictures(item)
    for page in site.pages:
        yield from _of_pictures(page)
    yield from _of_settings(site, feeds)
    for url, where in addresses(site) if dead else ():
        if url in dead:
            yield Problem.warning("dead-address", where, url=url, why=dead[url])


def upcoming(site: Site) -> list[Item]:
    """Return what is due or has a date ahead, newest first: no draft, nothing withdrawn."""
    return sorted([*site.scheduled, *site.items], key=lambda item: item.order)


def addresses(site: Site) -> Iterator[tuple[str, Location]]:
    """Yield the addresses elsewhere that texts and settings lead to, with their places."""
    ours: list[Item | Page] = [*upcoming(site), *site.pages]
    texts = [(one.source, _CODE, one.aliases) for one in ours]
    theirs = tuple(old for old, *_ in site.aliases)
    for source, skipped, aliases in ((site.settings, _DEAF, theirs), *texts):
        for match in _WEB.finditer(_blank(skipped, source)):
            path = match[0].partition("://")[2].partition("/")[2]  # urlsplit raises for some hosts
            if unquote(path) not in aliases and not match[0].startswith(site.url):
                yield match[0], source.span(*match.span())


def _of_item(item: Item, loud: float | None) -> Iterator[Problem]:
    title, stem = _at(item.source, "title"), PurePosixPath(item.source.file).stem
    if len(item.title) > _TITLE:
        yield Problem.warning("long-title", title, n=len(item.title))
    if not (sound := item.recording):
        return
    if not item.summary:
        yield Problem.warning("no-summary", title)
    if not sound.cues:
        yield Problem.warning("no-transcript", title, stem=stem)
    if not sound.chapters and sound.audio.duration > _LONG:
        yield Problem.warning("no-chapters", title, n=sound.audio.duration // 60)
    where = Location(sound.audio.source.path if sound.audio.source else "")
    if loud is not None and abs(loud - _LOUD) > _NEAR:
        yield Problem.warning("loudness", where, loud=loud, name=PurePosixPath(where.file).name)


def _of_pictures(one: Item | Page) -> Iterator[Problem]:
    if one.image and one.image.alt == one.title:  # which stands in where there is none
        yield Problem.warning("no-image-alt", _at(one.source, "image", "title"))
    for match in _BLIND.finditer(_blank(_CODE, one.source), len(one.source.text) - len(one.body)):
        yield Problem.warning("no-picture-alt", one.source.span(*match.span()))


def _of_settings(site: Site, feeds: Mapping[str, int]) -> Iterator[Problem]:
    settings, show = site.settings, site.show
    size, path = max(((size, path) for path, size in feeds.items()), default=(0, ""))
    if show and show.cover.alt == show.title:
        yield Problem.warning("no-cover-alt", _at(settings, "cover"))
    if show and not site.feed_chosen and feeds.get(show.feed, 0) > 0.9 * site.feed_bytes:
        yield Problem.warning("full-feed", settings.find("[site]"))
    if not site.feed_bytes and _LARGE < size <= _HUGE:
        yield Problem.warning("large-feed", _at(settings, "feed_items"), path=path, n=size / 1e6)


def _at(source: SourceText, *keys: str) -> Location:
    """Return the place of the value of the first key that is written, else the file."""
    forms = (rf"(?m)(?<=^{key}: )\S.*$|(?<=^{key} = )[^#\n]*[^#\s]" for key in keys)
    found = next(filter(None, (re.search(form, source.text) for form in forms)), None)
    return source.span(*found.span()) if found else Location(source.file)


def _blank(pattern: re.Pattern[str], source: SourceText) -> str:
    """Return a text in which what a pattern finds is blank and all else keeps its place."""
    return pattern.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), source.text)
