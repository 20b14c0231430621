"""What was learnt about a file last time, by content: bytes under keys, in the site's own folder.

Lost, damaged, foreign, locked or read-only is the same as empty; nothing is ever wrong with it.
"""

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

FOLDER = ".activefeed/cache"  # below a site's


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of bytes under keys; a key names all that the bytes were made of."""

    folder: Path

    def get(self, key: str) -> bytes | None:
        """Return what was put under a key, if every byte of it is there."""
        with suppress(OSError):
            seal, data = (found := self._path(key).read_bytes())[:32], found[32:]
            if seal == _seal(key, data):
                return data
        return None

    def put(self, key: str, data: bytes) -> None:
        """Keep bytes under a key, if that can be done."""
        path = self._path(key)
        half = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            if not (ignored := self.folder / ".gitignore").exists():
                ignored.write_text("*\n")
            try:
                half.write_bytes(_seal(key, data) + data)
                half.replace(path)
            finally:
                half.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        name = hashlib.sha256(key.encode()).hexdigest()
        return self.folder / name[:2] / name[2:]


def _seal(key: str, data: bytes) -> bytes:
    return hashlib.sha256(f"{key}\0".encode() + data).digest()
