"""The author's folder: walk it, read its texts, fingerprint its files; decides nothing.

The only module of ``content`` that meets the disk, apart from the readers in ``formats``.
"""

import hashlib
import posixpath
import re
import secrets
import shutil
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from activefeed.formats import yaml
from activefeed.model import SourceFile
from activefeed.problems import Location, Problem, Problems, SourceText, UsageError

SETTINGS = "activefeed.toml"
KINDS: Mapping[str, str] = {"episodes": "episode", "posts": "post", "pages": "page"}
TEMPLATES, ASSETS = "templates", "assets"  # what is never published, and what is as it is
# Names that Windows keeps for itself, signs and endings that it does not take.
_UNFIT = re.compile(r'(?i)^(?:con|prn|aux|nul|(?:com|lpt)\d)(?=\.|$)|[<>:"|?*\\\0-\x1f]|[. ]$')


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
        found = on_disk(self.root, path)
        secret = path.partition("/")[0].lower() in {SETTINGS, TEMPLATES} or _hidden(path)
        return found if not secret and found.is_file() and _inside(found, self.root) else None

    def beside(self, file: str, endings: tuple[str, ...], named: str = "") -> str:
        """Return the path that a file names; else what lies beside it under its name, or ""."""
        if named:
            return seen_from(file, named)
        found = self.stems.get(_stem(file), ())
        return next((p for e in endings for p in found if p.lower().endswith(e)), "")


def read(root: Path) -> tuple[Folder, Problems]:
    """Read the settings and every content file. Raises UsageError where there is no site."""
    require(root)
    problems, by_file, contents = Problems(), dict[str, Problems](), list[ContentFile]()
    settings = read_text(root, SETTINGS, problems)
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
                found.add(Problem(error.code, error.message, error.fix, where))
            contents.append(ContentFile(kind, source, document))
    templates = {
        path.removeprefix(f"{TEMPLATES}/"): read_text(root, path, problems)
        for path in _walk(root, root / TEMPLATES, problems)
        if path.endswith((".html", ".toml"))
    }
    assets = tuple(_walk(root, root / ASSETS, problems))
    list(_listed(root, root / "images", problems))  # only for their names
    return Folder(root, settings, tuple(contents), stems, by_file, templates, assets), problems


def require(root: Path) -> None:
    """Raise UsageError where a folder is no site."""
    if not (root / SETTINGS).is_file():
        raise UsageError.of("no-site", name=SETTINGS, folder=root.resolve().name or root)


def read_text(root: Path, path: str, problems: Problems) -> SourceText:
    """Return the text of a file, newlines made alike; report where it is not UTF-8."""
    raw = on_disk(root, path).read_bytes().decode("utf-8-sig", "surrogateescape")
    raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    source = SourceText(path, re.sub("[\udc80-\udcff]", "\ufffd", raw))
    if broken := re.search("[\udc80-\udcff]", raw):
        problems.error("not-utf-8", source.span(*broken.span()))
    return source


def write_line(file: Path, key: str, value: str) -> None:
    """Set a key in the front matter of a file, and leave every other byte as it is."""
    raw = file.read_bytes()
    line = f"{key}: {value}".encode() + (b"\r\n" if b"\r\n" in raw else b"\n")
    lines = raw.splitlines(keepends=True)
    close = next(n for n, one in enumerate(lines) if n and one.strip() == b"---")
    head = [one for one in lines[:close] if not one.startswith(f"{key}:".encode())]
    put(file, b"".join([*head, line, *lines[close:]]))


def put(file: Path, data: bytes, mode: int = 0) -> bool:
    """Write a file whole or not at all; return whether it has changed.

    ``mode`` are its permissions; without any, it keeps those that it has. Raises UsageError where
    something else has its name.
    """
    file = file.resolve()  # a link stays one
    if file.is_file() and file.read_bytes() == data:
        return False
    if file.exists() and not file.is_file():
        raise UsageError(f"{file} is no file, so that nothing can be kept there")
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        half.touch(mode or 0o666, exist_ok=False)
        half.write_bytes(data)
        if file.exists() and not mode:
            shutil.copymode(file, half)
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)
    return True


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
    found = sorted((root / audio_folder).glob("**/*")) if audio_folder else []
    return {nfc(path.name).lower(): path for path in found if path.is_file()}


def seen_from(file: str, path: str) -> str:
    """Return the site path of a path that was written in a file; empty if it leaves the site."""
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(file), path))
    return "" if joined.startswith(("..", "/")) else nfc(joined)


def on_disk(root: Path, path: str) -> Path:
    """Return where a file of the site lies: macOS writes ä as a and two dots, and others do not."""
    found = root
    for name in PurePosixPath(path).parts:
        near = [] if (found / name).exists() or name.isascii() else sorted(found.glob("*"))
        found = next((one for one in near if nfc(one.name) == nfc(name)), found / name)
    return found


def nfc(text: str) -> str:
    """Return text with each accented letter as one sign."""
    return unicodedata.normalize("NFC", text)


def _stem(path: str) -> str:
    return posixpath.splitext(path)[0].lower()


def _walk(root: Path, folder: Path, problems: Problems) -> Iterator[str]:
    """Yield the files below a folder in the order of their paths; report links that leave."""
    for path, absolute in _listed(root, folder, problems):
        if absolute.is_symlink() and not _inside(absolute, root):
            problems.error("link-leaves-site", Location(path))
            if absolute == folder:
                return
        elif absolute.is_file():
            yield path


def _listed(root: Path, folder: Path, problems: Problems) -> Iterator[tuple[str, Path]]:
    """Yield what is below a folder, each path once; report names that fail on other machines."""
    firsts: dict[str, str] = {}
    for absolute in (folder, *sorted(folder.rglob("*"))):
        path = nfc(absolute.relative_to(root).as_posix())
        if _hidden(path):
            continue
        if found := _UNFIT.search(absolute.name):
            better = _UNFIT.sub(lambda x: f"my-{x[0]}" if x[0].isalnum() else "-", absolute.name)
            problems.warn("windows-name", Location(path), sign=found[0], better=better)
        if not absolute.is_dir():
            if first := firsts.get(path.lower(), ""):
                _same_name(path, first, problems)
            if first == path:
                continue
            firsts[path.lower()] = path
        yield path, absolute


def _same_name(path: str, first: str, problems: Problems) -> None:
    """Report two files that some machine takes for one: an error where we cannot know which."""
    but = "how its accents are written" if path == first else "capital letters"
    beside = path.partition("/")[0] in KINDS and not path.endswith((".md", ".html"))
    found = [Problem.of("same-name", Location(path), first=first, but=but)]
    problems.extend(found, only_warn=path != first and not beside)


def _hidden(path: str) -> bool:
    return path.startswith(".") or "/." in path


def _inside(path: Path, root: Path) -> bool:
    return path.resolve().is_relative_to(root.resolve())
