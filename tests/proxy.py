"""A reverse proxy in front of an S3 server that writes down every request, and can fail on order.

Forwards bytes and the Host header unchanged, so that signatures stay valid. Plain http only. Plans
of what fails when are in ``faults``.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from urllib.parse import urlsplit

from wire import Connection, Head, answer_bytes, head_bytes, serve

OURS = {"connection", "keep-alive", "transfer-encoding", "expect"}  # matters of one connection
SLOW = 0.05  # seconds
CODES = {"500": "InternalError", "503": "SlowDown"}
_UNSENT = {"request", "reset-before", *CODES}  # nothing reaches the server
FAULTS = _UNSENT | {"reset-body", "flip-up", "answer", "reset-after", "half", "flip-down", "slow"}


@dataclass(frozen=True, slots=True)
class Seen:
    """One request."""

    method: str
    path: str
    query: str
    headers: dict[str, str]  # names in lower case
    length: int  # bytes of the body
    status: int = 0  # of the server's answer; 0 while there is none
    fault: str = ""  # how it failed


class Proxy:
    """What was seen, in order of the answers; ``fault`` says of each request how it fails.

    Before the server: ``request`` never arrives, the connection is closed. ``reset-before``: it is
    reset instead. ``503``, ``500``: the proxy answers so in the server's place. ``reset-body``: it
    is reset in the middle of the body, and the server has half of it. ``flip-up``: one bit of the
    body is another.

    After the server has done it: ``answer``: nobody hears of it, the connection is closed.
    ``reset-after``: it is reset instead. ``half``: the body of the answer breaks off (without a
    body, it is lost as with ``answer``). ``flip-down``: one bit of the body is another. ``slow``:
    the answer is late. Nothing: all goes well.

    ``after`` is called when the server has answered, before anybody hears of it.
    """

    def __init__(self, target: str) -> None:
        self.target = urlsplit(target)
        self.seen: list[Seen] = []
        self.fault: Callable[[Seen], str] = lambda seen: ""
        self.after: Callable[[Seen], object] = lambda seen: None
        self.clients: set[Connection] = set()  # who is connected
        self.endpoint = ""


@contextmanager
def proxy(target: str) -> Iterator[Proxy]:
    """Run a proxy in front of an endpoint."""
    here = Proxy(target)

    def talk(client: Connection) -> None:
        between = _Between(here, client)
        here.clients.add(client)
        try:
            for head in client.heads():
                between.pass_on(head)
        finally:
            between.leave()
            here.clients.discard(client)

    with serve(talk) as here.endpoint:
        yield here


class _Between:
    """One connection of a client, and the one kept to the server for it."""

    def __init__(self, proxy: Proxy, client: Connection) -> None:
        self.proxy = proxy
        self.client = client
        self._server: Connection | None = None

    def pass_on(self, head: Head) -> None:
        """Do one request as ordered."""
        method, target, _ = head.start.split(" ")
        address = urlsplit(target)
        seen = Seen(method, address.path, address.query, head.headers, head.length)
        fault = self.proxy.fault(seen)
        if fault and fault not in FAULTS:
            raise ValueError(f"{fault!r} is no fault")
        seen = replace(seen, fault=fault)
        if fault in _UNSENT or (fault == "reset-body" and not seen.length):
            self._refuse(head, seen)
        elif fault == "reset-body":
            self._break_off(head, seen)
        else:
            self._forward(head, seen)

    def leave(self) -> None:
        """Close the connection to the server, if there is one."""
        if self._server:
            self._server.close()

    def _refuse(self, head: Head, seen: Seen) -> None:
        if seen.fault.startswith("reset"):
            self.proxy.seen.append(seen)
            self.client.reset()
            return
        for _ in self.client.body(head):  # closed with something unread, it would be a reset
            pass
        self.proxy.seen.append(seen)
        if code := CODES.get(seen.fault):
            text = f"<Error><Code>{code}</Code><Message>on order</Message></Error>".encode()
            body = b"" if seen.method == "HEAD" else text
            fields = [("Content-Type", "application/xml")]
            self.client.send(answer_bytes(int(seen.fault), fields, body))
        else:
            self.client.close()

    def _break_off(self, head: Head, seen: Seen) -> None:
        server = self._fresh()
        half = _first(self.client.body(head), seen.length // 2)
        _send(server, _forwarded(head), half)
        self.proxy.seen.append(seen)
        server.reset()
        self.client.reset()

    def _forward(self, head: Head, seen: Seen) -> None:
        server = self._fresh()
        body = self.client.body(head)
        if seen.fault == "flip-up":
            body = _flipped(body)
        try:
            _send(server, _forwarded(head), body)
            answer = server.read_head()
            while answer and answer.status < 200:
                answer = server.read_head()
        except OSError:
            answer = None
        if not answer:  # the server went away
            self.proxy.seen.append(seen)
            server.close()
            self.client.close()
            return
        seen = replace(seen, status=answer.status)
        self._answer(server, answer, seen)
        if answer.is_last:
            server.close()

    def _answer(self, server: Connection, answer: Head, seen: Seen) -> None:
        blocks = server.answer_body(answer, seen.method)
        first = next(blocks, b"")  # of a large answer; all of a small one
        self.proxy.seen.append(seen)
        self.proxy.after(seen)
        if seen.fault == "slow":
            time.sleep(SLOW)
        if seen.fault in {"answer", "reset-after"} or (seen.fault == "half" and not first):
            server.close()  # with whatever was not read
            (self.client.reset if seen.fault == "reset-after" else self.client.close)()
            return
        body: Iterable[bytes] = chain([first], blocks)
        fields = [(name, value) for name, value in answer.fields if name.lower() not in OURS]
        if first and "content-length" not in answer.headers:
            whole = b"".join(body)
            body, length = [whole], len(whole)
            fields.append(("Content-Length", str(length)))
        else:
            length = answer.length
        if seen.fault == "flip-down":
            body = _flipped(body)
        if seen.fault == "half":
            body = _first(body, length // 2)
        _send(self.client, head_bytes(answer.start, fields), body)
        if seen.fault == "half":
            server.close()
            self.client.close()

    def _fresh(self) -> Connection:
        """Return a connection to the server that it has not closed."""
        if self._server and not self._server.is_stale:
            return self._server
        self.leave()
        address = str(self.proxy.target.hostname), self.proxy.target.port or 80
        self._server = Connection(socket.create_connection(address, timeout=60))
        return self._server


def _forwarded(head: Head) -> bytes:
    return head_bytes(head.start, [one for one in head.fields if one[0].lower() not in OURS])


def _send(to: Connection, head: bytes, body: Iterable[bytes]) -> None:
    """Send a head together with the first block, since two packets are slower than one."""
    for block in body:
        to.send(head + block)
        head = b""
    if head:
        to.send(head)


def _first(blocks: Iterable[bytes], left: int) -> Iterator[bytes]:
    for block in blocks:
        yield block[:left]
        left -= len(block)
        if left <= 0:
            return


def _flipped(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Change one bit in the middle of the first block."""
    for number, block in enumerate(blocks):
        if number == 0 and block:
            middle = len(block) // 2
            yield block[:middle] + bytes([block[middle] ^ 1]) + block[middle + 1 :]
        else:
            yield block
