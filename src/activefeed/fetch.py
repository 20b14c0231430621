"""HTTP with limits of time and of redirects; asks no more of an answer than was wanted.

Never raises for what a network does: an address that cannot be reached answers with status 0.
"""

import json
import urllib.request as web
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlencode

_PATIENCE = 15  # seconds for each step of an exchange


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int  # of HTTP; 0 where nobody answered
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    trouble: str = ""  # why nobody answered


class _Redirects(web.HTTPRedirectHandler):
    max_redirections = 5  # so many are more than an app follows gladly


def _opener() -> web.OpenerDirector:
    made = web.OpenerDirector()  # not the usual one, which would also open files
    for handler in (
        web.ProxyHandler, web.HTTPHandler, web.HTTPSHandler, _Redirects,
        web.HTTPDefaultErrorHandler, web.HTTPErrorProcessor, web.UnknownHandler,
    ):  # fmt: skip
        made.add_handler(handler())
    return made


def begin_of(url: str) -> Answer:
    """Ask for the first byte of what lies at an address, as an app does that wants to seek."""
    return _ask(web.Request(url, headers={"Range": "bytes=0-0"}))  # noqa: S310 - http and https only


def post(url: str, form: Mapping[str, object]) -> Answer:
    """Send a form; a value that is a list is sent once for each of its entries."""
    return _ask(web.Request(url, urlencode(form, doseq=True).encode()))  # noqa: S310 - as above


def post_json(url: str, body: object, token: str = "") -> Answer:
    """Send JSON; the token goes to this address only, and not to where it may redirect."""
    headers = {"Content-Type": "application/json"}
    try:
        request = web.Request(url, json.dumps(body).encode(), headers)  # noqa: S310 - as above
    except ValueError as error:
        return Answer(0, trouble=str(error))
    if token:
        request.add_unredirected_header("Authorization", f"Bearer {token.strip()}")
    return _ask(request)


def _ask(request: web.Request) -> Answer:
    try:
        with _opener().open(request, timeout=_PATIENCE) as answer:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status, headers)
    except HTTPError as error:
        with error:
            return Answer(error.code, trouble=str(error.reason))
    except (OSError, HTTPException, ValueError) as error:
        return Answer(0, trouble=str(error))
