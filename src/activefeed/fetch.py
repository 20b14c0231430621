"""HTTP with limits of time, of size and of redirects; asks no more of an answer than was wanted.

Never raises for what a network does: an address that cannot be reached answers with status 0.
"""

import hashlib
import json
import urllib.request as web
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from string import punctuation
from threading import Thread
from urllib.parse import quote, urlencode, urljoin

_PATIENCE = 15  # seconds for each step of an exchange
_LONGEST = 120  # seconds of an exchange as a whole
_LARGEST = 64 << 20  # bytes of a body, whatever is asked for
_MOST = 5  # redirects: more than an app follows gladly


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int  # of HTTP; 0 where nobody answered
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    trouble: str = ""  # why nobody answered
    redirects: int = 0  # that were followed
    body: bytes = b""  # where it was asked for, and not larger than that
    sha256: str = ""  # of such a body, hex


def _opener() -> web.OpenerDirector:
    made = web.OpenerDirector()  # not the usual one, which would also open files
    made.addheaders = [("User-Agent", "activefeed")]  # some firewalls turn urllib away
    for handler in (web.ProxyHandler, web.HTTPHandler, web.HTTPSHandler, web.UnknownHandler):
        made.add_handler(handler())
    return made


def begin_of(url: str) -> Answer:
    """Ask for the first byte of what lies at an address, as an app does that wants to seek."""
    return _ask(web.Request(url, headers={"Range": "bytes=0-0"}))  # noqa: S310 - http and https only


def head_of(url: str) -> Answer:
    """Ask for the facts of what lies at an address, without its body."""
    return _ask(web.Request(url, method="HEAD"))  # noqa: S310 - as above


def body_of(url: str, limit: int, **headers: str) -> Answer:
    """Ask for a body, with headers; one with more bytes than the limit is not kept."""
    return _ask(web.Request(url, headers=headers), min(limit, _LARGEST))  # noqa: S310 - as above


def post(url: str, form: Mapping[str, object]) -> Answer:
    """Send a form; a value that is a list is sent once for each of its entries."""
    return _ask(web.Request(url, urlencode(form, doseq=True).encode()))  # noqa: S310 - as above


def post_json(url: str, body: object, token: str = "") -> Answer:
    """Send JSON; the token goes to this address only, and not to where it may redirect."""
    headers = {"Content-Type": "application/json"}
    headers |= {"Authorization": f"Bearer {token.strip()}"} if token else {}
    try:
        return _ask(web.Request(url, json.dumps(body).encode(), headers))  # noqa: S310 - as above
    except ValueError as error:
        return Answer(0, trouble=str(error))


def _ask(request: web.Request, limit: int = 0) -> Answer:
    """Carry out an exchange; one that goes on for too long is left alone."""
    found: list[Answer] = []
    worker = Thread(target=lambda: found.append(_exchange(request, limit)), daemon=True)
    worker.start()
    worker.join(_LONGEST)
    return found[0] if found else Answer(0, trouble=f"not done after {_LONGEST} seconds")


def _exchange(request: web.Request, limit: int) -> Answer:
    followed = 0
    try:
        while True:
            with _opener().open(request, timeout=_PATIENCE) as answer:
                headers = {name.lower(): value for name, value in answer.headers.items()}
                moved = answer.status in {301, 302, 303, 307, 308} and "location" in headers
                if not moved or followed == _MOST or request.data:
                    trouble = answer.reason if answer.status >= 400 else ""
                    facts = answer.status, headers, trouble, followed
                    body = answer.read(limit + 1) if limit else b""
                    if not limit or len(body) > limit:
                        return Answer(*facts)
                    return Answer(*facts, body, hashlib.sha256(body).hexdigest())
            followed += 1
            to = urljoin(request.full_url, quote(headers["location"], punctuation, "latin-1"))
            request = web.Request(to, None, request.headers, method=request.get_method())  # noqa: S310
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)  # without the words of urllib around it
        return Answer(0, {}, str(getattr(reason, "strerror", None) or reason), followed)
