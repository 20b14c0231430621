"""A new episode or post: its number, its address, its file, and its audio in the right form.

Never moves or changes the audio that it is given, never writes over a file; what stops half-way
leaves nothing behind.
"""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from activefeed.content import identity, settings, source
from activefeed.formats import audio, ffmpeg, yaml
from activefeed.model import Kind
from activefeed.problems import ActivefeedError, Problems, UsageError
from activefeed.urls import bare, slug_of_stem, slugify

Made = dict[str, str | int | None]  # what was written, for --json; paths as seen from the site
STUDIO = frozenset({".wav", ".flac", ".aiff"})  # kinds that no app wants to download
_NO_NUMBER = re.compile(r"\A\d{4}-\d\d-\d\d|\D.*", re.DOTALL)  # a date, and what follows digits


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person says of a new episode or post."""

    kind: Kind
    title: str
    date: datetime  # in the site's zone
    summary: str
    slug: str = ""  # empty: made of the title
    draft: bool = False  # not to be published yet
    type: str = "full"  # full, trailer, bonus


def look(path: Path) -> audio.AudioFacts:
    """Return the facts of a recording, with a title to propose. Raises FormatError.

    Of AIFF nothing else is known, until ffmpeg has made an MP3 of it.
    """
    aiff = path.suffix.lower() in {".aif", ".aiff"}
    facts = audio.AudioFacts(".aiff", 0) if aiff else audio.probe(path)
    if facts.extension in STUDIO:
        ffmpeg.need(path)
    words = re.sub("[-_ ]+", " ", bare(path.stem)).strip()
    return replace(facts, title=facts.title or words[:1].upper() + words[1:])


def write(frame: settings.Frame, draft: Draft, recording: Path | None = None) -> Made:
    """Write the file, put an episode's recording beside it, and return what was made.

    Raises UsageError where something is in the way, FormatError for a recording that cannot be
    used, ActivefeedError for faulty boilerplate.
    """
    slug, guid = _address(frame, draft)
    season, number, prefix = _numbers(frame, draft)
    folder, stem = frame.folder.root / f"{draft.kind}s", f"{prefix}{slug}"
    folder.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix=".", dir=folder) as hidden:
        ready, facts = _ready(recording, Path(hidden, stem)) if recording else (None, None)
        keys = {
            "title": yaml.quoted(draft.title), "date": f"{draft.date:%Y-%m-%d %H:%M}",
            "summary": yaml.quoted(draft.summary), "episode": number, "season": season,
            "type": draft.type if draft.type != "full" else None, "guid": guid,
            "audio": yaml.quoted(ready.name) if ready and ready.stem != stem else None,
            "slug": slug if slug_of_stem(stem) != slug else None,  # 10-ways.md would be ways
            "draft": "true" if draft.draft else None,
        }  # fmt: skip
        text = _text(frame.folder.root, draft.kind, keys)
        Path(hidden, f"{stem}.md").write_text(text, "utf-8", newline="\n")
        new = sorted(Path(hidden).iterdir(), key=lambda one: one.suffix == ".md")
        if there := [one.name for one in new if (folder / one.name).exists()]:
            raise UsageError.of("already-there", file=f"{folder.name}/{there[0]}", slug=slug)
        for one in new:
            one.rename(folder / one.name)
    return {
        "file": f"{folder.name}/{stem}.md",
        "audio": f"{folder.name}/{ready.name}" if ready else None,
        "guid": guid, "title": draft.title, "date": draft.date.isoformat(),
        "duration": round(facts.duration) if facts else None, "episode": number, "season": season,
    }  # fmt: skip


def _ready(recording: Path, to: Path) -> tuple[Path, audio.AudioFacts]:
    """Return a recording as apps play it: a copy, an MP3 of it, or itself where it is in place."""
    facts = look(recording)
    if facts.extension in STUDIO:
        mp3 = to.with_suffix(".mp3")
        ffmpeg.to_mp3(recording, mp3)
        return mp3, audio.probe(mp3)
    if recording.resolve().parent == to.parent.parent.resolve():
        return recording, facts
    return shutil.copyfile(recording, to.with_suffix(facts.extension)), facts


def _address(frame: settings.Frame, draft: Draft) -> tuple[str, str]:
    """Return slug and guid. Raises UsageError where there can be none, or others have them."""
    part = "podcast" if draft.kind == "episode" else "blog"
    if getattr(frame.keys, part) is None:
        raise UsageError.of("no-such-part", part=part, settings=source.SETTINGS)
    slug = slugify(draft.slug or draft.title)
    guid = identity.derived(frame.keys.site.id, draft.kind, slug)
    if not slug:
        raise UsageError.of("no-slug", text=draft.slug or draft.title)
    for file in frame.folder.contents:
        data, path = file.document.data, file.source.file
        theirs = slugify(str(data.get("slug") or "")) or slug_of_stem(Path(path).stem)
        if file.kind == draft.kind and (theirs == slug or data.get("guid") == guid):
            raise UsageError.of("slug-taken", file=path, slug=slug)
    return slug, guid


def _numbers(frame: settings.Frame, draft: Draft) -> tuple[int | None, int | None, str]:
    """Return season and number, and what the names of the files begin with, such as 012-.

    A post has its day. The next number counts drafts; only full episodes get one, and only where
    others have it. Names have as many digits as that of the newest.
    """
    if draft.kind == "post":
        return None, None, f"{draft.date:%Y-%m-%d}-"
    rows = []
    for file in frame.folder.contents:
        data = file.document.data
        if file.kind == "episode" and data.get("type", "full") == "full":
            texts = data.get("season"), data.get("episode"), Path(file.source.file).name
            rows.append([_NO_NUMBER.sub("", str(text)) for text in texts])
    season = max((int(row[0] or 0) for row in rows), default=0)
    before = [(int(row[1] or 0), row[2]) for row in rows if int(row[0] or 0) == season]
    last, name = max(before, default=(0, ""))
    counts = draft.type == "full" and (not rows or any(row[1] for row in rows))
    number = last + 1 if counts else None
    # Files that are called 203 where a season has its third go on so.
    shift = int(name) - last if name and (int(name) - last) % 100 == 0 else 0
    return season or None, number, f"{number + shift:0{len(name) or 3}}-" if number else ""


def _text(root: Path, kind: Kind, keys: Mapping[str, object]) -> str:
    """Return the whole file: these keys, then the lines and the text of the show's boilerplate."""
    path = f"{source.TEMPLATES}/{kind}.md"
    there = (root / path).is_file()
    form = source.read_text(root, path, Problems()).text if there else "---\n---\n"
    document, errors = yaml.read(form)
    for error in errors:
        raise ActivefeedError(f"{path}:{error.line}: {error.message}", error.fix)
    starts = {mark.line: str(key[0]) for key, mark in document.keys.items() if len(key) == 1}
    lines, key = [f"{key}: {value}" for key, value in keys.items() if value is not None], ""
    for number, line in enumerate(form.split("\n")[1 : document.body_line - 2], 2):
        key = starts.get(number, key)
        if keys.get(key) is None and "yaml-language-server" not in line:
            lines.append(line)
    return "\n".join(["---", yaml.SCHEMA.format(kind), *lines, "---", document.body])
