"""A plain server of a finished tree, to look at it: right types, byte ranges, this machine only.

Never renders and never watches; it shows what is in the folder.
"""

import socket
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.responses import FileResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from activefeed.tree import content_type_of

HOST = "127.0.0.1"


class _Files(StaticFiles):
    """The files of a folder, with our types whatever the machine's are, and always as they are."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        if isinstance(response, FileResponse):
            response.headers["Content-Type"] = content_type_of(str(response.path))
        return response


def app(folder: Path) -> Starlette:
    """Return the application that serves a folder."""
    return Starlette(routes=[Mount("/", _Files(directory=folder, html=True, check_dir=False))])


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
