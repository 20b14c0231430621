"""Access keys in the file that Amazon's programs share, each pair in a profile of its own.

Only adds: what is there stays, byte by byte. Says no secret, not even in an error.
"""

from configparser import Error, RawConfigParser
from itertools import chain, count
from pathlib import Path

from activefeed.content import source
from activefeed.problems import UsageError


def profiles(file: Path) -> dict[str, tuple[str, ...]]:
    """Return key and secret of each profile, empty where it has none. Raises UsageError."""
    parser, names = RawConfigParser(), ("aws_access_key_id", "aws_secret_access_key")
    try:
        parser.read_string(_text(file))
    except Error:  # whose words would show the line
        raise UsageError.of("not-keys", file=file) from None
    return {name: tuple(parser[name].get(one, "") for one in names) for name in parser.sections()}


def keep(file: Path, name: str, key: str, secret: str) -> str:
    """Keep a pair; return its profile: ``name``, or name-2 … where another pair has that."""
    there, text = profiles(file), _text(file)
    names = chain([name], (f"{name}-{n}" for n in count(2)))
    profile = next(one for one in names if there.get(one) in {None, (key, secret)})
    if profile in there:
        return profile
    gap = "\n" * (bool(text) + (text[-1:] not in {"", "\n"}))
    lines = f"[{profile}]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n"
    file.parent.mkdir(0o700, parents=True, exist_ok=True)
    source.put(file, f"{text}{gap}{lines}".encode("utf-8", "surrogateescape"), 0o600)
    return profile


def _text(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "surrogateescape") if file.is_file() else ""
