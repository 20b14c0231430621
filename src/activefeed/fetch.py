"""HTTP with limits of time, of size and of redirects; asks no more of an answer than was wanted.

Never raises for what a network does: an address that cannot be reached answers with status 0.
"""

import hashlib
import urllib.request as web
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from string import punctuation
from urllib.parse import quote, urlencode, urljoin

_PATIENCE = 15  # seconds for each step of an exchange
_LARGEST = 64 << 20  # bytes of a body, whatever is asked for
_MOST = 5  # redirects: more than an app follows gladly


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int  # of HTTP; 0 where nobody answered
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    trouble: str = ""  # why nobody answered
    redirects: int = 0  # that were followed
    sha256: str = ""  # hex, of a body that was read to its end


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
    """Ask for a body, with headers; one with more bytes than the limit is cut and has no hash."""
    return _ask(web.Request(url, headers=headers), min(limit, _LARGEST))  # noqa: S310 - as above


def post(url: str, form: Mapping[str, object]) -> Answer:
    """Send a form; a value that is a list is sent once for each of its entries."""
    return _ask(web.Request(url, urlencode(form, doseq=True).encode()))  # noqa: S310 - as above


def _ask(request: web.Request, limit: int = 0) -> Answer:
    followed = 0
    try:
        while True:
            with _opener().open(request, timeout=_PATIENCE) as answer:
                headers = {name.lower(): value for name, value in answer.headers.items()}
                moved = answer.status in {301, 302, 303, 307, 308} and "location" in headers
                if not moved or followed == _MOST or request.data:
                    trouble = answer.reason if answer.status >= 400 else ""
                    sha256 = _hash(answer, limit) if limit else ""
                    return Answer(answer.status, headers, trouble, followed, sha256)
            followed += 1
            to = urljoin(request.full_url, quote(headers["location"], punctuation, "latin-1"))
            request = web.Request(to, None, request.headers, method=request.get_method())  # noqa: S310
    except (OSError, HTTPException, ValueError) as error:
        return Answer(0, {}, str(error), followed)


def _hash(answer: HTTPResponse, limit: int) -> str:
    """Return the hash of a body, or nothing where it goes on past the limit."""
    digest, left = hashlib.sha256(), limit
    while block := answer.read(min(left + 1, 1 << 16)):
        left -= len(block)
        if left < 0:
            return ""
        digest.update(block)
    return digest.hexdigest()
