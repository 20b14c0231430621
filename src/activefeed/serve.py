"""A plain server of a finished tree, to look at it: right types, byte ranges, this machine only.

Never renders and never watches; it shows what is in the folder.
"""

from __future__ import annotations

import socket
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from activefeed.tree import content_type_of

HOST = "127.0.0.1"


def app(folder: Path) -> Starlette:
    """Return the application that serves a folder."""
    root = folder.resolve()

    def answer(request: Request) -> Response:
        path = request.path_params["path"]
        found = (root / path).resolve()
        if found.is_dir():
            found /= "index.html"
        if found.is_relative_to(root) and found.is_file():
            headers = {"Cache-Control": "no-cache"}
            return FileResponse(found, media_type=content_type_of(found.name), headers=headers)
        missing = root / "404.html"
        if missing.is_file():
            return FileResponse(missing, status_code=404, media_type="text/html")
        return PlainTextResponse("not found", 404)

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "HEAD"])])


def free_port(wanted: int) -> int:
    """Return a port that is free: the wanted one, else the next ones, else any."""
    for port in (*range(wanted, wanted + 20), 0):
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise AssertionError("port 0 is always free")


def run(folder: Path, port: int) -> None:
    """Serve a folder until interrupted."""
    uvicorn.run(app(folder), host=HOST, port=port, log_level="warning", access_log=False)
