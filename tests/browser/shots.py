"""Screenshots of the five screens at two widths, light and dark: to look at, and for the README.

    python tests/browser/shots.py PUBLIC OUT [PAGE ...]

PUBLIC is a built site (``activefeed publish`` makes public/), OUT the folder for the pictures:
home-360-light.png (what is seen first) and home-360-light-full.png (the whole page), and so on.
With PAGE, paths of pages such as about.html, these are taken in place of the five. Needs the extra
``browser`` and a Chromium (the variable CHROMIUM, or one on the PATH).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

SIZES = {360: 740, 1280: 900}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


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
    sys.path.append(str(Path(__file__).parents[1]))  # run as a script, it is in no package
    from browser import tools
    from browser.serving import served

    if len(sys.argv) < 3:
        sys.exit(__doc__)
    public, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    named = {path.removesuffix(".html").replace("/", "-"): path for path in sys.argv[3:]}
    pages = named or screens(public)
    with served(public) as base, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=tools.chromium(), args=list(tools.ARGUMENTS))
        shoot(browser, base, pages, out)
        browser.close()
    sys.stdout.write(f"{len(list(out.glob('*.png')))} pictures in {out}\n")


if __name__ == "__main__":
    main()
