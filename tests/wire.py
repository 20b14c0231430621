"""As much of HTTP/1.1 as a server or a proxy for tests needs: heads, bodies, kept connections.

Quick, because tests send thousands of requests. No TLS, no requests in chunks; knows nothing of S3.
"""

from __future__ import annotations

import select
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from socketserver import ThreadingTCPServer

BLOCK = 1 << 16
_BODILESS = {"204", "304"}


@dataclass(frozen=True, slots=True)
class Head:
    """The first line of a request or answer, and its headers."""

    start: str
    fields: tuple[tuple[str, str], ...]  # as they were written
    headers: dict[str, str]  # names in lower case

    @property
    def status(self) -> int:
        """Of an answer."""
        return int(self.start.split(" ", 2)[1])

    @property
    def length(self) -> int:
        """How many bytes of body it announces."""
        return int(self.headers.get("content-length", 0))

    @property
    def is_last(self) -> bool:
        """Whether the connection ends after it."""
        return self.headers.get("connection", "").lower() == "close"


def head_bytes(start: str, fields: Iterable[tuple[str, str]]) -> bytes:
    """Return a head as it goes over the wire."""
    lines = [start, *(f"{name}: {value}" for name, value in fields), "", ""]
    return "\r\n".join(lines).encode("latin-1")


def answer_bytes(status: int, fields: Iterable[tuple[str, str]], body: bytes = b"") -> bytes:
    """Return a whole answer; a length is added unless it is among the fields."""
    made = list(fields)
    if not any(name.lower() == "content-length" for name, _ in made):
        made.append(("Content-Length", str(len(body))))
    return head_bytes(f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", made) + body


class Connection:
    """One end of a connection."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = sock
        self.closed = False
        self._stream = sock.makefile("rb", BLOCK)

    def heads(self) -> Iterator[Head]:
        """Yield one request after the other, until either side has had enough."""
        while not self.closed and (head := self.read_head()):
            yield head
            if head.is_last:
                return

    def read_head(self) -> Head | None:
        """Return the next head, or None at the end."""
        start = self._stream.readline().rstrip(b"\r\n").decode("latin-1")
        fields: list[tuple[str, str]] = []
        while start and (line := self._stream.readline().rstrip(b"\r\n")):
            name, _, value = line.decode("latin-1").partition(":")
            fields.append((name, value.strip()))
        if not start:
            return None
        return Head(start, tuple(fields), {name.lower(): value for name, value in fields})

    def body(self, head: Head) -> Iterator[bytes]:
        """Yield the body of a request."""
        if head.headers.get("expect", "").lower() == "100-continue":
            self.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        yield from self._exactly(head.length)

    def answer_body(self, head: Head, method: str) -> Iterator[bytes]:
        """Yield the body of the answer to a request with that method."""
        if method == "HEAD" or head.start.split(" ", 2)[1] in _BODILESS:
            return
        if head.headers.get("transfer-encoding", "").lower() == "chunked":
            while size := int(self._stream.readline().split(b";")[0], 16):
                yield from self._exactly(size)
                self._stream.readline()
            while self._stream.readline().strip():
                pass
        elif "content-length" in head.headers:
            yield from self._exactly(head.length)
        else:
            yield self._stream.read()

    def _exactly(self, left: int) -> Iterator[bytes]:
        while left > 0:
            block = self._stream.read(min(BLOCK, left))
            if not block:
                raise ConnectionError("the other side went away")
            left -= len(block)
            yield block

    def send(self, data: bytes) -> None:
        """Send it all."""
        self.socket.sendall(data)

    @property
    def is_stale(self) -> bool:
        """Whether the other side closed it, or says what it was not asked."""
        return self.closed or bool(select.select([self.socket], [], [], 0)[0])

    def close(self) -> None:
        """End it in order."""
        self.closed = True
        self._stream.close()
        self.socket.close()

    def reset(self) -> None:
        """End it by RST: what is on its way to the other side is lost."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def interrupt(self) -> None:
        """End it from another thread."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)


class _Server(ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128


@contextmanager
def serve(talk: Callable[[Connection], None]) -> Iterator[str]:
    """Serve on loopback, one thread for each connection; yields the endpoint."""
    running: set[Connection] = set()

    def begin(sock: socket.socket, _address: object, _server: object) -> None:
        connection = Connection(sock)
        running.add(connection)
        try:
            talk(connection)
        except ConnectionError:  # the client went away: tests kill it on purpose
            pass
        finally:
            running.discard(connection)
            connection.close()

    server = _Server(("127.0.0.1", 0), begin)  # type: ignore[arg-type] # any callable will do
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        for connection in list(running):
            connection.interrupt()
