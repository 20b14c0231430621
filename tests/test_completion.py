"""The Tab key finishes commands and options, as the reference says how to have it."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/pages/reference/commands.md").read_text("utf-8")


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash here")
def test_the_tab_key_works_in_a_real_bash(tmp_path: Path) -> None:
    pexpect = pytest.importorskip("pexpect")
    (line,) = re.findall(r"^eval .*_ACTIVEFEED_COMPLETE.*$", PAGE, re.MULTILINE)
    program = tmp_path / "activefeed"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(ROOT / 'src')!r})\n"
        "from activefeed.cli import main\nmain()\n"
    )
    program.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "PS1": "> ", "TERM": "dumb"}
    bash = pexpect.spawn("bash --norc --noprofile", env=env, encoding="utf-8", timeout=20)
    try:
        bash.sendline(f'{line}; echo rea""dy')
        bash.expect("ready")
        bash.send("activefeed pub\t")
        bash.expect("activefeed publish ")
        bash.send("--dry\t")
        bash.expect("--dry-run ")
    finally:
        bash.close(force=True)
