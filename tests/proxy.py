"""A reverse proxy in front of an S3 server that writes down every request, and can fail on order.

Forwards bytes and the Host header unchanged, so that signatures stay valid. Plain http only.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

BLOCK = 1 << 16
OURS = {"connection", "keep-alive", "transfer-encoding", "expect"}  # matters of one connection


@dataclass(frozen=True, slots=True)
class Seen:
    """One request."""

    method: str
    path: str
    query: str
    headers: dict[str, str]  # names in lower case
    length: int  # bytes of the body
    status: int = 0  # of the answer; 0 while there is none


class Proxy:
    """What was seen, in order of the answers; ``fault`` says of each request how it fails.

    ``request``: it never arrives. ``answer``: it is done, and nobody hears of it. ``half``: the
    body of the answer breaks off. Nothing: it goes well.
    """

    def __init__(self, target: str) -> None:
        self.target = urlsplit(target).netloc
        self.seen: list[Seen] = []
        self.fault: Callable[[Seen], str] = lambda seen: ""
        self.endpoint = ""


@contextmanager
def proxy(target: str) -> Iterator[Proxy]:
    """Run a proxy in front of an endpoint."""
    here = Proxy(target)

    class Handler(_Handler):
        proxy = here

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxy: Proxy

    def _forward(self) -> None:
        address = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        length = int(headers.get("content-length", 0))
        seen = Seen(self.command, address.path, address.query, headers, length)
        fault = self.proxy.fault(seen)
        self.close_connection = bool(fault)
        if fault == "request":
            self.proxy.seen.append(seen)
            return
        there = http.client.HTTPConnection(self.proxy.target, timeout=60)
        there.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in OURS:
                there.putheader(name, value)
        there.endheaders()
        while length > 0 and (block := self.rfile.read(min(BLOCK, length))):
            there.send(block)
            length -= len(block)
        answer = there.getresponse()
        self.proxy.seen.append(replace(seen, status=answer.status))
        if fault != "answer":
            self._answer(answer, half=fault == "half")
        there.close()

    def _answer(self, answer: http.client.HTTPResponse, *, half: bool) -> None:
        body = answer.read() if answer.length is None else b""
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in OURS:
                self.send_header(name, value)
        if body:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        left = (answer.length or 0) // (2 if half else 1)
        while left > 0 and (block := answer.read(min(BLOCK, left))):
            self.wfile.write(block)
            left -= len(block)

    def log_message(self, format: str, *arguments: object) -> None:
        """Stay quiet."""

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _forward  # noqa: N815
