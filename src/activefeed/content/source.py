"""The author's folder: walk it, read its texts, fingerprint its files; decides nothing.

The only module of ``content`` that meets the disk, apart from the readers in ``formats``.
"""

import hashlib
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from activefeed.formats import yaml
from activefeed.model import SourceFile
from activefeed.problems import Location, Problems, SourceText, UsageError

SETTINGS = "activefeed.toml"
OUTSIDE = "this leads to a place outside the site"
KINDS: Mapping[str, str] = {"episodes": "episode", "posts": "post", "pages": "page"}
TEMPLATES, ASSETS = "templates", "assets"  # what is never published, and what is as it is


@dataclass(frozen=True, slots=True)
class ContentFile:
    """One file of Markdown, or of HTML below pages/, read."""

    kind: str  # episode, post, page
    source: SourceText
    document: yaml.Document  # without data where nothing of the front matter could be read


@dataclass(frozen=True, slots=True)
class Folder:
    """A site's folder, read."""

    root: Path
    settings: SourceText
    contents: tuple[ContentFile, ...]
    stems: Mapping[str, tuple[str, ...]]  # path without its ending, in lower case → paths
    problems: Mapping[str, Problems]  # by content file
    templates: Mapping[str, SourceText]  # by the path below templates/
    assets: tuple[str, ...]  # paths of the files below assets/

    def locate(self, path: str) -> Path | None:
        """Return a file of the site by its path, or None where there is none to publish."""
        found = self.root / path
        secret = path.partition("/")[0].lower() in {SETTINGS, TEMPLATES} or _hidden(path)
        public = not secret and found.is_file()
        return found if public and _inside(found, self.root) else None

    def beside(self, file: str, endings: tuple[str, ...], named: str = "") -> str:
        """Return the path that a file names; else what lies beside it under its name, or ""."""
        if named:
            return seen_from(file, named)
        found = self.stems.get(_stem(file), ())
        return next((p for e in endings for p in found if p.lower().endswith(e)), "")


def read(root: Path) -> tuple[Folder, Problems]:
    """Read the settings and every content file. Raises UsageError where there is no site."""
    problems = Problems()
    if not (root / SETTINGS).is_file():
        message = f"there is no {SETTINGS} in {root.resolve().name or root}"
        raise UsageError(message, f"run this in the folder of your site, the one with {SETTINGS}")
    settings = read_text(root, SETTINGS, problems)
    by_file: dict[str, Problems] = {}
    contents: list[ContentFile] = []
    stems: dict[str, tuple[str, ...]] = {}
    for folder, kind in KINDS.items():
        for path in _walk(root, root / folder, problems):
            if not path.endswith(".md") and not (kind == "page" and path.endswith(".html")):
                stems[_stem(path)] = (*stems.get(_stem(path), ()), path)
                continue
            found = by_file[path] = Problems()
            source = read_text(root, path, found)
            document, errors = yaml.read(source.text)
            for error in errors:
                where = source.at(error.line, error.column, error.length)
                found.error(error.code, error.message, error.fix, where)
            contents.append(ContentFile(kind, source, document))
    templates = {
        path.removeprefix(f"{TEMPLATES}/"): read_text(root, path, problems)
        for path in _walk(root, root / TEMPLATES, problems)
        if path.endswith((".html", ".toml"))
    }
    assets = tuple(_walk(root, root / ASSETS, problems))
    return Folder(root, settings, tuple(contents), stems, by_file, templates, assets), problems


def read_text(root: Path, path: str, problems: Problems) -> SourceText:
    """Return the text of a file, newlines made alike; report where it is not UTF-8."""
    raw = (root / path).read_bytes().decode("utf-8-sig", "surrogateescape")
    raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    source = SourceText(path, re.sub("[\udc80-\udcff]", "\ufffd", raw))
    if broken := re.search("[\udc80-\udcff]", raw):
        line, column = raw.count("\n", 0, broken.start()), raw.rfind("\n", 0, broken.start())
        message = "the text is not in UTF-8: a character here cannot be read"
        fix = 'save the file with the encoding "UTF-8", then look at this place again'
        problems.error("not-utf-8", message, fix, source.at(line + 1, broken.start() - column))
    return source


def write_line(file: Path, key: str, value: str) -> None:
    """Set a key in the front matter of a file, and leave every other byte as it is."""
    raw = file.read_bytes()
    end = b"\r\n" if b"\r\n" in raw else b"\n"
    line = f"{key}: {value}".encode() + end
    lines = raw.splitlines(keepends=True)
    close = next(n for n, one in enumerate(lines) if n and one.strip() == b"---")
    head = [one for one in lines[:close] if not one.startswith(f"{key}:".encode())]
    half = file.with_name(f".{file.name}.new")
    half.write_bytes(b"".join([*head, line, *lines[close:]]))
    half.replace(file)


def fingerprint(path: str, absolute: Path) -> SourceFile:
    """Return a file with its size and hash."""
    is_ = absolute.stat()
    state = is_.st_ino, is_.st_size, is_.st_mtime_ns, is_.st_ctime_ns
    return _fingerprint(path, absolute, state)


@cache
def _fingerprint(path: str, absolute: Path, _: tuple[int, ...]) -> SourceFile:
    with absolute.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256")
        return SourceFile(path, absolute, stream.tell(), digest.hexdigest())


def audio_files(root: Path, audio_folder: str) -> dict[str, Path]:
    """Return what lies in the audio folder (also outside the site), by name in lower case."""
    if not audio_folder:
        return {}
    found = (root / audio_folder).glob("**/*")
    return {path.name.lower(): path for path in sorted(found) if path.is_file()}


def seen_from(file: str, path: str) -> str:
    """Return the site path of a path that was written in a file; empty if it leaves the site."""
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(file), path))
    return "" if joined.startswith(("..", "/")) else joined


def _stem(path: str) -> str:
    return posixpath.splitext(path)[0].lower()


def _walk(root: Path, folder: Path, problems: Problems) -> Iterator[str]:
    """Yield the files below a folder in the order of their paths; report links that leave."""
    for absolute in (folder, *sorted(folder.rglob("*"))):
        path = absolute.relative_to(root).as_posix()
        if _hidden(path):
            continue
        if absolute.is_symlink() and not _inside(absolute, root):
            message = "this is a symbolic link to a place outside the site"
            fix = "copy the file itself into the folder"
            problems.error("link-leaves-site", message, fix, Location(path))
            if absolute == folder:
                return
        elif absolute.is_file():
            yield path


def _hidden(path: str) -> bool:
    return path.startswith(".") or "/." in path


def _inside(path: Path, root: Path) -> bool:
    return path.resolve().is_relative_to(root.resolve())
