"""Screenshots of the five screens at two widths, light and dark: to look at, and for the README.

    python tests/browser/shots.py PUBLIC OUT [PAGE ...]

PUBLIC is a built site (``activefeed publish`` makes public/), OUT the folder for the pictures:
home-360-light.png (what is seen first) and home-360-light-full.png (the whole page), and so on.
With PAGE, paths of pages such as about.html, these are taken in place of the five. Needs the extra
``browser`` and a Chromium (the variable CHROMIUM, or one on the PATH).
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import uvicorn
from playwright.sync_api import Browser, sync_playwright

from activefeed import serve

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
SIZES = {360: 740, 1280: 900}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def chromium() -> str:
    """Return the path of the machine's Chromium; empty where there is none."""
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if name and (found := shutil.which(name))), "")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder with activefeed's own server; yields its address without a final slash."""
    with socket.create_server((serve.HOST, 0)) as listening:
        config = uvicorn.Config(serve.app(folder), log_level="error", access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        yield f"http://{serve.HOST}:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


def screens(public: Path) -> dict[str, str]:
    """Return the pages to show, by name; the fullest episode and post stand for theirs."""
    episodes = [p for p in public.glob("podcast/*.html") if p.with_suffix("").is_dir()]
    whole = [p for p in episodes if {"chapters.json", "transcript.vtt"} <= _beside(p)]
    posts = [p for p in public.glob("blog/*.html") if p.name != "index.html"]
    pictured = [p for p in posts if "<figure" in p.read_text("utf-8")]
    found = {
        "home": public / "index.html",
        "episode": _biggest(whole or episodes),
        "post": _biggest(pictured or posts),
        "show": public / "podcast" / "index.html",
        "subscribe": public / "subscribe.html",
    }
    there = {name: path for name, path in found.items() if path and path.is_file()}
    return {name: path.relative_to(public).as_posix() for name, path in there.items()}


def _beside(page: Path) -> set[str]:
    return {path.name for path in page.with_suffix("").iterdir()}


def _biggest(pages: list[Path]) -> Path | None:
    return max(pages, key=lambda page: page.stat().st_size, default=None)


def shoot(browser: Browser, base: str, pages: dict[str, str], out: Path) -> None:
    """Take all pictures."""
    for width, height in SIZES.items():
        for scheme in SCHEMES:
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                reduced_motion="reduce",
            )
            page = context.new_page()
            for name, path in pages.items():
                page.goto(f"{base}/{path}", wait_until="load")
                target = out / f"{name}-{width}-{scheme}.png"
                page.screenshot(path=target)
                for image in page.locator("img").all():  # those that load when they are near
                    image.evaluate("image => { image.loading = 'eager' }")
                page.wait_for_load_state("networkidle")
                page.screenshot(path=target.with_stem(f"{target.stem}-full"), full_page=True)
            context.close()


def main() -> None:
    """Do what the docstring says."""
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    public, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    named = {path.removesuffix(".html").replace("/", "-"): path for path in sys.argv[3:]}
    pages = named or screens(public)
    with served(public) as base, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        shoot(browser, base, pages, out)
        browser.close()
    sys.stdout.write(f"{len(list(out.glob('*.png')))} pictures in {out}\n")


if __name__ == "__main__":
    main()
