"""A small web server for tests: it answers as it is told and remembers what it was asked."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered at a path."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(slots=True)
class Web:
    """A running server."""

    url: str  # without a final slash
    replies: dict[str, Reply] = field(default_factory=dict)  # by path
    asked: list[tuple[str, str, dict[str, list[str]]]] = field(default_factory=list)
    posted: list[tuple[Mapping[str, str], str]] = field(default_factory=list)  # headers, body


@contextmanager
def web(certificate: tuple[Path, Path] | None = None) -> Iterator[Web]:
    """Serve on loopback; with a certificate (file and key) over TLS."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            made.posted.append((self.headers, form))  # type: ignore[arg-type]
            self._answer(parse_qs(form))

        def _answer(self, form: dict[str, list[str]]) -> None:
            made.asked.append((self.command, self.path, form))
            reply = made.replies.get(self.path, Reply(404))
            if self.path.startswith("/e/"):  # as a service that counts downloads does it
                reply = Reply(302, {"Location": self.path.removeprefix("/e/")})
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    scheme = "http"
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    made = Web(f"{scheme}://127.0.0.1:{server.server_address[1]}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
