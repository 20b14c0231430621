"""A finished site served as a web server does, in a thread; pictures come late where asked for."""

from __future__ import annotations

import asyncio
import mimetypes
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from activefeed import serve, tree

SLOW = "x-slow-pictures"  # a header of requests: seconds that each picture is held back
_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".avif", ".svg", ".gif")


for _end, _kind in tree.CONTENT_TYPES.items():
    mimetypes.add_type(_kind.partition(";")[0], _end)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder, which may be filled later; yields its address without a final slash."""
    with socket.create_server((serve.HOST, 0)) as listening:
        files = StaticFiles(directory=folder, html=True, check_dir=False)
        server = uvicorn.Server(uvicorn.Config(_held_back(files), log_level="critical"))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            yield f"http://{serve.HOST}:{listening.getsockname()[1]}"
        finally:
            server.should_exit = server.force_exit = True
            thread.join(10)


def _held_back(app: ASGIApp) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        seconds = dict(scope["headers"]).get(SLOW.encode())
        if seconds and scope["path"].endswith(_PICTURES):
            await asyncio.sleep(float(seconds))
        await app(scope, receive, send)

    return answer
