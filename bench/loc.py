"""Count lines of code: no blank lines, comments or docstrings. ``python bench/loc.py [DIR]``."""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from pathlib import Path

_SILENT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}


def count(source: str) -> int:
    """Return the lines that hold code."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _SILENT:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(getattr(first.value, "value", None), str):
                lines.difference_update(range(first.lineno, (first.end_lineno or 0) + 1))
    return len(lines)


def main(folder: str) -> None:
    """Print the count of each Python file below a folder, and the sum."""
    total = 0
    for path in sorted(Path(folder).rglob("*.py")):
        found = count(path.read_text("utf-8"))
        total += found
        print(f"{found:5} {path.as_posix()}")
    print(f"{total:5} in all")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "src")
