"""Time from saving a file to the changed page, as a browser that watches the preview sees it.

Makes a seeded site, starts ``activefeed serve`` on it, and changes the title of one post again and
again: each round ends when the news has come and the page with the new title is there. Standard
library alone. ``python bench/serve.py --items 1000 --rounds 9``.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

MAKER = Path(__file__).with_name("make_site.py")


@contextmanager
def serving(site: Path) -> Iterator[str]:
    """Serve a site; yields host and port."""
    command = [sys.executable, "-m", "activefeed", "serve", "--site", str(site), "--port", "0"]
    with subprocess.Popen([*command, "--json"], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield urlsplit(json.loads(process.stdout.readline())["url"]).netloc
        finally:
            process.kill()


def page(host: str, path: str) -> str:
    """Return a page."""
    connection = HTTPConnection(host, timeout=60)
    connection.request("GET", path)
    return connection.getresponse().read().decode()


def news(host: str) -> HTTPResponse:
    """Return the stream of news, behind what it says at first."""
    connection = HTTPConnection(host, timeout=60)
    connection.request("GET", "/_activefeed/news")
    answer = connection.getresponse()
    next_news(answer)
    return answer


def next_news(stream: HTTPResponse) -> None:
    """Wait for something new; it must be no mistake."""
    while not (line := stream.readline()).startswith(b"data: "):
        pass
    assert not json.loads(line.removeprefix(b"data: "))["problems"]


def measure(site: Path, rounds: int) -> tuple[float, list[float]]:
    """Return the seconds until the first page, and those from each save to its page."""
    post = min((site / "posts").glob("*.md"))
    text, begun = post.read_text("utf-8"), time.monotonic()
    with serving(site) as host:
        first = re.findall(r'href="([^"]+)"', page(host, "/blog/index.html"))
        assert first
        start, taken = time.monotonic() - begun, []
        stem = re.sub(r"^(\d{4}-\d{2}-\d{2}|\d+)[-_. ]+", "", post.stem)
        stream = news(host)
        for number in range(rounds):
            title = f"Saved for round {number}"
            changed = re.sub(r"^title: .*$", f"title: {title}", text, count=1, flags=re.MULTILINE)
            before = time.monotonic()
            post.write_text(changed, "utf-8")
            next_news(stream)
            found = page(host, f"/blog/{stem}.html")
            taken.append(time.monotonic() - before)
            assert f"<h1>{title}</h1>" in found
    return start, taken


def main() -> None:
    """Make a site, measure, and print what came of it."""
    parser = argparse.ArgumentParser(description="Time from saving a file to its changed page.")
    parser.add_argument("--items", type=int, default=1000, help="episodes, and as many posts")
    parser.add_argument("--rounds", type=int, default=9)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(MAKER), folder, "--items", str(chosen.items)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        start, taken = measure(Path(folder) / "activefeed", chosen.rounds)
    print(f"{chosen.items} episodes and {chosen.items} posts, {chosen.rounds} rounds")
    print(f"start to first page: {start:.2f} s")
    low, high = min(taken), max(taken)
    print(f"save to reload: median {median(taken):.2f} s ({low:.2f} - {high:.2f})")


if __name__ == "__main__":
    main()
