"""HTTP with limits of time, of size and of redirects; asks no more of an answer than was wanted.

Never raises for what a network does: an address that cannot be reached answers with status 0. Where
addresses are somebody else's words, it goes into no private network but to what ``trust`` names.
"""

import hashlib
import json
import re
import socket
import urllib.request as web
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, NotConnected
from ipaddress import ip_address, ip_network
from string import punctuation
from threading import Thread
from typing import Any
from urllib.parse import quote, urlencode, urljoin

_PATIENCE = 15  # seconds for each step of an exchange
_LONGEST, _LEAST = 120, 512 << 10  # seconds of an exchange, and again for so many bytes
_LARGEST = 64 << 20  # bytes of a body, whatever is asked for
_MOST = 5  # redirects: more than an app follows gladly

_PLACE = re.compile(r"(https?)://(?:\[([\da-fA-F:.]+)\]|([\w.-]+))(?::(\d*))?")  # no password
# Places that a proxy might find near itself: numbers, words, names of home networks; and no place.
_NEAR = re.compile(r"[^.]*|.*:.*:.*|(.*\.)?(\d\w*|localhost|local|internal|lan|home|arpa)\.?:.*")

Trust = frozenset[str] | None  # places as of ``place_of``; None is everybody


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int  # of HTTP; 0 where nobody answered, or not to the end; -1 where nobody was asked
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    trouble: str = ""  # why nobody answered
    redirects: int = 0  # that were followed
    body: bytes = b""  # where it was asked for, and not larger than that
    sha256: str = ""  # of such a body, hex


# Hears of an answer; returns what takes its body piece by piece, and says whether to go on.
Take = Callable[[Answer], Callable[[bytes], bool] | None] | None


def place_of(url: str) -> str:
    """Return host and port of an address of the web; empty where it is none, or has a password."""
    with suppress(ValueError):
        asked = web.Request(url)  # noqa: S310 - asks nobody
        if found := _PLACE.fullmatch(f"{asked.type}://{asked.host}"):
            port = found[4] or (443 if asked.type == "https" else 80)
            return f"{found[2] or found[3]}:{port}".lower()
    return ""


def begin_of(url: str, trust: Trust = None) -> Answer:
    """Ask for the first byte of what lies at an address, as an app does that wants to seek."""
    return _ask(url, trust, headers={"Range": "bytes=0-0"})


def head_of(url: str, trust: Trust = None) -> Answer:
    """Ask for the facts of what lies at an address, without its body."""
    return _ask(url, trust, method="HEAD")


def body_of(url: str, limit: int, trust: Trust = None, **headers: str) -> Answer:
    """Ask for a body, with headers; one with more bytes than the limit is not kept."""
    body, most = bytearray(), min(limit, _LARGEST)

    def write(piece: bytes) -> bool:
        body.extend(piece)
        return len(body) <= most

    answer = _ask(url, trust, lambda _: write if most else None, headers=headers)
    if not most or answer.status <= 0 or len(body) > most:
        return answer
    return replace(answer, body=bytes(body), sha256=hashlib.sha256(body).hexdigest())


def stream_of(url: str, headers: Mapping[str, str], take: Take, trust: Trust) -> Answer:
    """Ask for a body of any size, and hand it on as it comes."""
    return _ask(url, trust, take, headers=headers)


def post(url: str, form: Mapping[str, object]) -> Answer:
    """Send a form; a value that is a list is sent once for each of its entries."""
    return _ask(url, data=urlencode(form, doseq=True).encode())


def post_json(url: str, body: object, token: str = "") -> Answer:
    """Send JSON; the token goes to this address only, and not to where it may redirect."""
    headers = {"Content-Type": "application/json"}
    headers |= {"Authorization": f"Bearer {token.strip()}"} if token else {}
    return _ask(url, data=json.dumps(body).encode(), headers=headers)


def _ask(url: str, trust: Trust = None, take: Take = None, **how: Any) -> Answer:
    """Carry out an exchange; one that goes on for too long is left alone."""
    found: list[Answer] = []
    came = [0]  # bytes of its body
    work = Thread(target=lambda: found.append(_exchange(url, trust, take, came, how)), daemon=True)
    work.start()
    before = -_LEAST
    while work.is_alive() and came[0] - before >= _LEAST:
        before = came[0]
        work.join(_LONGEST)
    return found[0] if found else Answer(0, trouble=f"not done after {_LONGEST} seconds")


def _exchange(url: str, trust: Trust, take: Take, came: list[int], how: dict[str, Any]) -> Answer:
    followed = 0
    try:
        request = web.Request(quote(url, punctuation, errors="replace"), **how)  # noqa: S310
        while True:
            # As urllib calls what nobody could agree to: an address that is not the user's.
            request.unverifiable = trust is not None and place_of(request.full_url) not in trust
            with _opener().open(request, timeout=_PATIENCE) as response:
                headers = {name.lower(): value for name, value in response.headers.items()}
                moved = response.status in {301, 302, 303, 307, 308} and "location" in headers
                if not moved or followed == _MOST or request.data:
                    trouble = response.reason if response.status >= 400 else ""
                    answer = Answer(response.status, headers, trouble, followed)
                    if take and (write := take(answer)):
                        while (piece := response.read(1 << 15)) and write(piece):
                            came[0] += len(piece)
                        if not piece and response.length:
                            raise HTTPException("the answer broke off")
                    return answer
            followed += 1
            to = urljoin(request.full_url, quote(headers["location"], punctuation, "latin-1"))
            # Not the headers of the last request: it may have had the password of a proxy.
            request = web.Request(to, **(how | {"method": request.get_method()}))  # noqa: S310
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)  # without the words of urllib around it
        words = str(getattr(reason, "strerror", None) or reason)
        return Answer(-1 if isinstance(error, NotConnected) else 0, {}, words, followed)


def _opener() -> web.OpenerDirector:
    made = web.OpenerDirector()  # not the usual one, which would also open files
    made.addheaders = [("User-Agent", "activefeed")]  # some firewalls turn urllib away
    for handler in (web.ProxyHandler, _Http, web.UnknownHandler):
        made.add_handler(handler())
    return made


class _Http(web.AbstractHTTPHandler):
    """Http and https, but not to everywhere."""

    def http_open(self, request: web.Request) -> HTTPResponse:
        return self.do_open(partial(_connection, request), request)

    https_open = http_open
    http_request = https_request = web.AbstractHTTPHandler.do_request_


def _connection(request: web.Request, host: str, **how: Any) -> HTTPConnection:
    made = (HTTPSConnection if request.type == "https" else HTTPConnection)(host, **how)
    if request.unverifiable:
        place = place_of(request.full_url)
        if place and place == place_of(f"{request.type}://{host}"):
            vars(made)["_create_connection"] = _connect  # what comes after it has the name
        elif _NEAR.fullmatch(place):  # it is a proxy that is asked, and who knows
            raise NotConnected("this address leads into a private network")
    return made


def _connect(to: tuple[str, int], timeout: float, _: object) -> socket.socket:
    """Connect to an address that was looked at, and not to what its name means a moment later."""
    found = [str(one[4][0]) for one in socket.getaddrinfo(*to, type=socket.SOCK_STREAM)]
    if not all(map(_is_public, found)):
        raise NotConnected("this address leads into a private network")
    for address in found[:-1]:
        with suppress(OSError):
            return socket.create_connection((address, to[1]), timeout)
    return socket.create_connection((found[-1], to[1]), timeout)


def _is_public(address: str) -> bool:
    one = ip_address(address)
    if one in ip_network("64:ff9b::/96"):  # IPv4 by another name
        one = ip_address(int(one) & 0xFFFFFFFF)
    near = one.version == 6 and (one not in ip_network("2000::/3") or one.sixtofour)
    return one.is_global and not one.is_multicast and not near
