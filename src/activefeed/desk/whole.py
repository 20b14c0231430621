"""A file is written as a whole or not at all.

Never follows anything but links of the author's own, and never replaces what is no file.
"""

import secrets
from pathlib import Path

from activefeed.problems import UsageError


def write(file: Path, body: bytes, mode: int) -> None:
    """Write beside the file, then move it there with the permissions ``mode``."""
    file = file.resolve()  # a link stays one
    if file.exists() and not file.is_file():
        raise UsageError(f"{file} is no file, so that nothing can be kept there")
    half = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        half.touch(0o600, exist_ok=False)
        half.write_bytes(body)
        half.chmod(mode)
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)
