"""A small web server for tests: it answers as it is told and remembers what it was asked."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered at a path."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)  # an empty one is not sent
    body: bytes = b""
    ranges: bool = False  # to a Range with the bytes of it
    cors: str = ""  # to an Origin: who may read it


@dataclass(slots=True)
class Web:
    """A running server."""

    url: str  # without a final slash
    replies: dict[str, Reply] = field(default_factory=dict)  # by path, or by method and path
    asked: list[tuple[str, str, dict[str, list[str]]]] = field(default_factory=list)
    posted: list[tuple[Mapping[str, str], str]] = field(default_factory=list)  # headers, body


def _answer(reply: Reply, asked: Message) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body for the headers of a request."""
    status, body, more = reply.status, reply.body, dict[str, str]()
    if reply.cors and asked["Origin"]:
        more["Access-Control-Allow-Origin"] = reply.cors
    if reply.ranges and (part := re.fullmatch(r"bytes=(\d+)-(\d*)", asked["Range"] or "")):
        start, end = int(part[1]), int(part[2] or len(body)) + 1
        status, body = (206, body[start:end]) if start < len(body) else (416, b"")
        sent = f"{start}-{start + len(body) - 1}" if body else "*"
        more["Content-Range"] = f"bytes {sent}/{len(reply.body)}"
    headers = {"Content-Length": str(len(body)), **more, **reply.headers}
    return status, {name: value for name, value in headers.items() if value}, body


@contextmanager
def web(certificate: tuple[Path, Path] | None = None) -> Iterator[Web]:
    """Serve on loopback; with a certificate (file and key) over TLS."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_HEAD(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            made.posted.append((self.headers, form))  # type: ignore[arg-type]
            self._answer(parse_qs(form))

        def _answer(self, form: dict[str, list[str]]) -> None:
            made.asked.append((self.command, self.path, form))
            reply = made.replies.get(self.path, Reply(404))
            reply = made.replies.get(f"{self.command} {self.path}", reply)
            if self.path.startswith("/e/"):  # as a service that counts downloads does it
                reply = Reply(302, {"Location": self.path.removeprefix("/e/")})
            status, headers, body = _answer(reply, self.headers)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

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
