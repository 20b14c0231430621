"""The shape of the house: who may import whom, who may print, and how large a room may be.

Reads the source as text; the rules are those of DESIGN.md, section 3.
"""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
import warmth

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / "src" / "activefeed"
TREES = {
    path.relative_to(HOUSE).as_posix(): ast.parse(path.read_text("utf-8"))
    for path in sorted(HOUSE.rglob("*.py"))
}
TOP = {path.removesuffix(".py") for path in TREES if "/" not in path}

# What each place may know of the rest of the house. A stage knows the contracts, never a stage.
CONTRACTS = {"problems", "model", "urls", "clock", "wording"}
STAGES = CONTRACTS | {"tree", "cache", "fetch", "formats", "content", "render", "publish"}
MAY_KNOW = {
    "__init__": set(),
    "__main__": {"cli"},
    "problems": {"wording"},
    "clock": set(),
    "wording": set(),
    "model": CONTRACTS,
    "urls": CONTRACTS,
    "cache": set(),
    "tree": CONTRACTS,
    "fetch": {"problems"},
    "formats": {"problems", "model", "wording", "formats"},
    "content": CONTRACTS | {"formats", "content"},
    "render": CONTRACTS | {"tree", "cache", "formats", "render"},
    "publish": CONTRACTS | {"tree", "fetch", "formats", "publish"},
    "desk": CONTRACTS | {"formats", "content", "desk"},
    "migrate": CONTRACTS | {"fetch", "formats", "migrate"},
    "pipeline": STAGES,
    "preview": STAGES | {"pipeline"},
    "serve": CONTRACTS | {"tree", "preview"},
    "following": {"problems", "wording", "fetch", "formats"},
    "publishing": STAGES | {"pipeline", "following"},
    "rescue": STAGES | {"pipeline", "publishing", "following"},
    "standing": {"model", "tree", "urls", "wording", "publishing"},
    "connecting": STAGES | {"pipeline", "desk"},
    "importing": STAGES | {"pipeline", "following", "desk", "migrate"},
    "arriving": STAGES | {"pipeline", "importing", "desk", "migrate"},
    "advice": CONTRACTS,
    "editor": STAGES | {"pipeline", "advice", "desk"},
    "console": CONTRACTS
    | {"tree", "pipeline", "publishing", "publish/plan", "publish/lease", "publish/compare"},
    "cli": {
        "__init__",
        "cli",
        "problems",
        "clock",
        "pipeline",
        "publishing",
        "rescue",
        "desk",
        "editor",
        "console",
        "preview",
        "serve",
        "standing",
        "urls",
        "wording",
        "content/jsonschema",
        "content/source",
        "connecting",
        "importing",
        "arriving",
    },
}

FEEDS = ("render/namespaces.py", "render/podcast.py", "render/blog.py")
SCHEMA = tuple(f"content/{name}.py" for name in ("schema", "scalars", "written", "jsonschema"))
BUCKETS = ("publish/s3.py", "publish/answers.py")
# The one room of each library.
ROOMS = {
    "yaml": ("formats/yaml.py",),
    "mutagen": ("formats/audio.py", "formats/tags.py"),
    "PIL": ("formats/images.py",),
    "lxml": ("formats/*.py", "render/proof.py", *FEEDS),
    "feedgen": FEEDS,
    "jinja2": ("render/templates.py", "render/own.py"),
    "markupsafe": ("render/templates.py",),  # a part of jinja2
    "comrak": ("render/markup.py",),
    "nh3": ("render/markup.py",),
    "pagefind": ("render/search.py",),
    "boto3": BUCKETS,
    "botocore": BUCKETS,
    "click": ("cli/*.py",),
    "markdownify": ("migrate/notes.py",),
    "pydantic": (*SCHEMA, "publish/manifest.py"),
    "pydantic_core": SCHEMA,
    "starlette": ("serve.py",),
    "uvicorn": ("serve.py",),
    "watchfiles": ("serve.py",),
}
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "core", "base", "manager"}

Found = Iterator[str]


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of everything imported, also inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: imports are written in full"
            yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)


def place_of(dotted: str) -> str:
    """Return what ``activefeed.publish.plan.Plan`` names: ``publish/plan``, ``urls``, …"""
    parts = dotted.split(".")[1:]
    if parts and parts[0] in TOP:
        return parts[0]
    if parts and f"{parts[0]}/__init__.py" in TREES:
        return "/".join(parts[:2])
    return "__init__"


def check(rule: Callable[[str, ast.Module], Found]) -> None:
    """Hold a rule over every module and show all that break it at once."""
    broken = [f"{path}:{found}" for path, tree in TREES.items() for found in rule(path, tree)]
    assert not broken, "\n" + "\n".join(broken)


def names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and text of every name and dotted name, such as ``sys.stdout``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            yield node.lineno, ast.unparse(node)


def test_each_module_knows_only_what_it_may() -> None:
    def rule(path: str, tree: ast.Module) -> Found:
        room = path.split("/", 1)[0].removesuffix(".py")
        assert room in MAY_KNOW, f"{path} is a new room: say here what it may know"
        for line, dotted in imports(tree):
            if dotted.split(".")[0] == "activefeed":
                place = place_of(dotted)
                if not {place, place.split("/")[0]} & MAY_KNOW[room]:
                    yield f"{line}: {room} must not know {place}"

    check(rule)


def test_each_library_has_one_room() -> None:
    def rule(path: str, tree: ast.Module) -> Found:
        for line, dotted in imports(tree):
            library = dotted.split(".")[0]
            if library == "activefeed" or library in sys.stdlib_module_names:
                continue
            if not any(fnmatch(path, room) for room in ROOMS.get(library, ())):
                yield f"{line}: {library} has its room in {' '.join(ROOMS.get(library, ()))}"

    check(rule)


def test_every_room_is_lived_in() -> None:
    used = {dotted.split(".")[0] for tree in TREES.values() for _, dotted in imports(tree)}
    assert set(ROOMS) <= used


def test_only_cli_and_console_print() -> None:
    def rule(path: str, tree: ast.Module) -> Found:
        if path.startswith("cli/") or path == "console.py":
            return
        for line, name in names(tree):
            if name in {"print", "input"} or name.startswith(("sys.std", "sys.__std", "logging.")):
                yield f"{line}: {name}"

    check(rule)


def test_only_cli_asks_the_environment_and_the_clock() -> None:
    asked = {
        "os.environ", "os.environb", "os.getenv", "os.getenvb", "os.getlogin", "os.uname",
        "time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime",
        "datetime.now", "datetime.utcnow", "datetime.today", "date.today",
        "Path.home", "socket.gethostname", "random.random", "locale.getlocale",
    }  # fmt: skip
    modules = {"getpass", "locale", "logging", "platform", "random", "time"}

    def rule(path: str, tree: ast.Module) -> Found:
        if path.startswith("cli/"):
            return
        for line, name in names(tree):
            if any(name == one or name.endswith(f".{one}") for one in asked):
                yield f"{line}: {name}"
        for line, dotted in imports(tree):
            if dotted.split(".")[0] in modules or dotted in asked:
                yield f"{line}: import {dotted}"

    check(rule)


def test_no_module_is_called_by_what_it_is_not() -> None:
    assert not [path for path in TREES if FORBIDDEN_NAMES & set(Path(path).with_suffix("").parts)]


def test_every_module_opens_with_one_sentence() -> None:
    def rule(path: str, tree: ast.Module) -> Found:
        first = (ast.get_docstring(tree) or "").split("\n")[0]
        if not first.endswith("."):
            yield f'1: the first line of the docstring is no sentence: "{first}"'

    check(rule)


def test_files_and_functions_are_small() -> None:
    def rule(path: str, tree: ast.Module) -> Found:
        lines = len((HOUSE / path).read_text("utf-8").splitlines())
        if lines > 400:
            yield f"1: {lines} lines"
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            length = (node.end_lineno or 0) - node.lineno + 1
            documented = node.body[0] if ast.get_docstring(node) else None
            words = documented.end_lineno - documented.lineno + 1 if documented else 0  # type: ignore[operator]
            if length > 55 or length - words > 50:
                yield f"{node.lineno}: {node.name} has {length} lines"

    check(rule)


def imported(*arguments: str) -> set[str]:
    """Run the command line in a process of its own, and return what it had imported."""
    script = """
import json, sys
sys.argv = ["activefeed", *sys.argv[1:]]
from activefeed.cli import main
try:
    main()
except SystemExit as left:
    assert not left.code, left.code
print(json.dumps(sorted(sys.modules)))"""
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_a_quick_answer_imports_nothing_heavy(option: str) -> None:
    heavy = {"boto3", "botocore", "PIL", "lxml", "jinja2", "pydantic", "mutagen", "yaml", "feedgen"}
    assert not heavy & imported(option)


@pytest.mark.parametrize("command", ["--version", "--help"])
def test_a_quick_answer_costs_less_than_a_tenth_of_a_second(command: str) -> None:
    resource = pytest.importorskip("resource")

    def cost() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        words = [sys.executable, "-m", "activefeed", command]
        subprocess.run(words, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return float(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

    assert any(cost() < 0.1 for _ in range(30))  # others may be at work on the same core


@pytest.mark.parametrize("command", ["check", "build", "publish"])
def test_only_buckets_need_boto3(command: str, tmp_path: Path) -> None:
    shutil.copy(ROOT / "activefeed.toml", tmp_path)
    for name in ("episodes", "posts", "pages", "images"):
        shutil.copytree(ROOT / name, tmp_path / name)
    warmth.share(tmp_path)
    loaded = imported(command, "--site", str(tmp_path), "--now", "2026-11-22T12:00+00:00")
    assert "activefeed.render.site" in loaded
    assert not {"boto3", "botocore", "s3transfer", "starlette", "uvicorn", "watchfiles"} & loaded
