"""A server for one person, of a preview that follows its folder.

The room of starlette, uvicorn and watchfiles. Right types, byte ranges, always as it is now. On
this machine only, unless told otherwise; renders nothing, and never changes a file.
"""

import asyncio
import gc
import json
import os
import re
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import uvicorn
from starlette.applications import Starlette
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from watchfiles import awatch

from activefeed.preview import Preview
from activefeed.tree import Artifact, Tier

HOST = "127.0.0.1"
HERE = (HOST, "localhost")
_RANGE = re.compile(r"bytes=(?=.*\d)(\d*)-(\d*)")
_ADDED = Path(__file__).with_name("preview.html").read_text("utf-8")  # to each page of a preview
_NONE = Artifact("", Tier.PAGE, "text/html", "", 0, b"<!doctype html>")
Renew = Callable[[Sequence[str]], None]  # told which files have changed


def server(preview: Preview, hosts: Sequence[str] = HERE) -> uvicorn.Server:
    """Return what shows a site to those who ask for one of these hosts.

    Else a page of the web could read along, under a name of its own that leads to this machine.
    """
    route = Route("/{path:path}", lambda request: _answer(preview, request))
    guarded = TrustedHostMiddleware(Starlette(routes=[route]), hosts, www_redirect=False)
    # Nobody is waited for at the end: browsers hold on to news, and to audio that is paused.
    config = uvicorn.Config(guarded, log_level="critical", timeout_graceful_shutdown=0)
    return uvicorn.Server(config)


def run(server: uvicorn.Server, port: socket.socket, preview: Preview, renew: Renew) -> None:
    """Serve until interrupted, which is how it ends; ``renew`` is called at every change."""

    async def work() -> None:
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(_watch(preview, renew))
            await server.serve([port])
            watching.cancel()

    gc.set_threshold(1_000_000)  # of all that a preview keeps, hardly anything is ever garbage
    with suppress(KeyboardInterrupt):
        asyncio.run(work())


async def _watch(preview: Preview, renew: Renew) -> None:
    missed = True  # what changed before this began to watch: looked for when nothing happens
    seen = partial(awatch, watch_filter=preview.concerns, step=30, yield_on_timeout=True)
    async for changes in seen(*preview.folders):  # after 30 ms without another change
        if changes or missed:
            names = {path.removeprefix(f"{preview.root}{os.sep}") for _, path in changes}
            await asyncio.to_thread(renew, sorted(names))
            missed = False


async def _news(preview: Preview) -> AsyncIterator[str]:
    """Yield what browsers are to know, now and whenever it changes."""
    told = ""
    while True:
        problems = [asdict(problem) for problem in preview.newest.problems.errors]
        news = json.dumps({"version": preview.version, "problems": problems})
        if news != told:
            yield f"data: {news}\n\n"
        told = news
        await asyncio.sleep(0.02)


def _answer(preview: Preview, request: Request) -> Response:
    path, find = request.path_params["path"], preview.find
    # Asked before the page: where both are of different states, it is loaded once too often.
    added = _ADDED.replace("VERSION", preview.version)
    if path == "_activefeed/news":
        return StreamingResponse(_news(preview), media_type="text/event-stream")
    found = find(f"{path}index.html" if path[-1:] in {"", "/"} else path)
    if not found and find(f"{path}/index.html"):
        return RedirectResponse(f"{request.url.path}/")
    one = found or find("404.html") or _NONE
    page = one.content_type.startswith("text/html")
    with one.open() as stream:
        body = BytesIO(stream.read() + added.encode()) if page else stream
        return _send(body, one.content_type, request, 200 if found else 404)


def _send(stream: BinaryIO, kind: str, request: Request, status: int) -> Response:
    """Return the answer that holds a stream, or the range of it that was asked for.

    It is in memory for a moment, a recording at most: so no file stays open where a reader leaves.
    """
    size = stream.seek(0, 2)
    headers = {"Content-Type": kind, "Cache-Control": "no-cache", "Accept-Ranges": "bytes"}
    first, end = 0, size
    if status == 200 and (wanted := _RANGE.fullmatch(request.headers.get("range", ""))):
        begin, last = wanted.groups()
        first = int(begin) if begin else max(0, size - int(last))
        end = min(int(last) + 1, size) if begin and last else size
        status, range_ = (206, f"{first}-{end - 1}") if first < end else (416, "*")
        headers["Content-Range"] = f"bytes {range_}/{size}"
    headers["Content-Length"] = f"{max(0, end - first)}"
    stream.seek(first)
    body = b"" if request.method == "HEAD" else stream.read(max(0, end - first))
    return Response(body, status, headers)


def listen(host: str, wanted: int) -> socket.socket:
    """Return a socket that listens: at the wanted port, else at one of the next, else at any."""
    for port in (*range(wanted, min(wanted + 20, 1 << 16)), 0):
        with suppress(OSError):
            return socket.create_server((host, port))
    raise AssertionError("port 0 is always free")


def address_here() -> str:
    """Return the address of this machine in its network, or its own; asks nobody."""
    with socket.socket(type=socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # sends nothing: only the way there is looked up
        return str(probe.getsockname()[0])
    return HOST
