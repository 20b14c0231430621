"""A plain server of a finished tree, to look at it: right types, byte ranges, this machine only.

Never renders and never watches; it shows what is in the folder.
"""

import socket
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from activefeed.tree import content_type_of

HOST = "127.0.0.1"


def app(folder: Path) -> Starlette:
    """Return the application that serves a folder."""
    root = folder.resolve()

    def answer(request: Request) -> Response:
        path = request.path_params["path"]
        found = root / path / "index.html" if not path or path.endswith("/") else root / path
        if _is_file(found, root):
            headers = {"Cache-Control": "no-cache"}
            return FileResponse(found, media_type=content_type_of(found.name), headers=headers)
        if _is_file(found / "index.html", root):  # else its relative links would lead astray
            return RedirectResponse(f"/{path}/")
        missing = root / "404.html"
        if missing.is_file():
            return FileResponse(missing, status_code=404, media_type="text/html")
        return PlainTextResponse("not found", 404)

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "HEAD"])])


def _is_file(path: Path, root: Path) -> bool:
    try:
        return path.resolve().is_relative_to(root) and path.is_file()
    except (OSError, ValueError):  # no file can have this name
        return False


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
