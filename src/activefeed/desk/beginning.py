"""A folder for a new site: settings, a first episode and post as drafts, a page, a cover.

Never writes into a folder that holds anything; what stops half-way leaves nothing behind. The
texts are in ``start``; its README says how they are filled in.
"""

import re
import shutil
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

from activefeed.content import jsonschema, schema, source, written
from activefeed.formats import images, toml
from activefeed.problems import UsageError
from activefeed.urls import podcast_guid, slugify

_START = Path(__file__).with_name("start")
_UNSEEN = {".DS_Store", "Thumbs.db", "desktop.ini", ".git"}  # in a folder that looks empty
_COLOURS = ("#0b6170", "#7a2e3b", "#3d5a2a", "#5b3a86", "#8a4b08", "#1f4e8c", "#7b1e5a")
_ONLY = re.compile(r"^\{([a-z]+)\} ?(.*\n)", re.MULTILINE)


def read(kind: str, answer: str) -> str:
    """Return an answer as the schema takes it. Raises UsageError for a wrong one."""
    return answer and written.accept(getattr(schema, kind), answer)


def refuse_used(folder: Path) -> None:
    """Raise UsageError where a folder holds anything."""
    if held := sorted({one.name for one in folder.glob("*")} - _UNSEEN):
        raise UsageError.of("not-empty", folder=folder.resolve().name, first=held[0])


def make(
    folder: Path, answers: Mapping[str, str], parts: Sequence[str], *, samples: bool = True
) -> tuple[list[str], str]:
    """Write a new site, all of it or nothing; return the paths of its files and words about them.

    ``answers`` are by the names in cli/init.toml, with ``day``, the date of the first items;
    ``parts`` are podcast and blog. Without ``samples`` there is no first item and no cover, of
    which the words speak. Raises UsageError where the folder is not empty.
    """
    refuse_used(folder)
    values = _values(folder, answers) | dict.fromkeys(parts, "wanted")
    safe = {name: toml.escaped(value) for name, value in values.items()}
    half = (folder if folder.is_dir() else folder.parent) / f".{uuid.uuid4().hex}"
    try:
        for part in ("site", *(parts if samples else ())):
            shutil.copytree(_START / part, half, copy_function=shutil.copyfile, dirs_exist_ok=True)
        for file in (half / source.SETTINGS, *half.rglob("*.md")):
            file.write_bytes(_fill(file.read_text("utf-8"), safe).encode())
        if samples and "podcast" in parts:
            (half / "images").mkdir()
            cover = images.cover(values["letters"], values["colour"])
            (half / "images/cover.png").write_bytes(cover)
        jsonschema.write_all(half)
        files = sorted(one.relative_to(half).as_posix() for one in half.rglob("*") if one.is_file())
        # Backwards, so that the settings come late: with them it is a site.
        whole = [(one, folder / one.name) for one in sorted(half.glob("*"), reverse=True)]
        for old, new in whole if folder.is_dir() else [(half, folder)]:
            old.rename(new)
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return files, _fill((_START / "begun.txt").read_text("utf-8"), values).rstrip()


def _values(folder: Path, answers: Mapping[str, str]) -> dict[str, str]:
    """Return what stands for the names in the texts."""
    title, url, name = answers["title"], answers["url"], slugify(folder.resolve().name)
    author = answers["author"] or title
    return {
        **answers, "author": author, "host": slugify(author) or "host",
        "letters": "".join(re.findall(r"\b\w", slugify(title))[:2]).upper(),
        "id": str(uuid.uuid4()), "url": url or f"https://{name or 'my-show'}.example",
        "guid": podcast_guid(f"{url}/podcast/feed.xml") if url else str(uuid.uuid4()),
        "colour": _COLOURS[sum(map(ord, title)) % len(_COLOURS)], "folder": str(folder.resolve()),
    }  # fmt: skip


def _fill(text: str, values: Mapping[str, str]) -> str:
    """Leave out the lines that are not wanted, and fill in the rest."""
    text = _ONLY.sub(lambda line: line[2] if values.get(line[1]) else "", text)
    return re.sub(r"\$(\w+)", lambda name: values.get(name[1], name[0]), text)
