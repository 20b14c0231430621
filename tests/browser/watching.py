"""What goes wrong on pages that a test opens: foreign requests, failed ones, errors of scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError


# Browsers ask for it once where a page names no icon; test_weight.py wants one named.
ICON = "/favicon.ico"


@dataclass(slots=True)
class Watch:
    """Everything that was wrong so far, less what a test expects."""

    found: list[str] = field(default_factory=list)
    _expected: list[re.Pattern[str]] = field(default_factory=list)

    def expect(self, pattern: str) -> None:
        """Let pass what this regular expression matches."""
        self._expected.append(re.compile(pattern))

    def over(self, context: BrowserContext, base: str) -> None:
        """Watch every page of a browser's context, which may ask one host only."""
        ours = urlsplit(base).netloc

        def request(one: Request) -> None:
            to = urlsplit(one.url)
            if to.scheme not in {"data", "blob", "about"} and to.netloc != ours:
                self.found.append(f"request to another host: {one.url} from {one.frame.url}")

        def response(one: Response) -> None:
            if one.status not in {200, 206, 304} and not one.url.endswith(ICON):
                self.found.append(f"answer {one.status}: {one.url} on {one.frame.url}")

        def console(one: ConsoleMessage) -> None:
            where = one.location.get("url", "")
            if one.type == "error" and not where.endswith(ICON):
                self.found.append(f"console: {one.text} ({where})")

        def error(one: WebError) -> None:
            where = one.page.url if one.page else ""
            self.found.append(f"exception: {one.error} on {where}")

        context.on("request", request)
        context.on("response", response)
        context.on("console", console)
        context.on("weberror", error)

    @property
    def complaints(self) -> list[str]:
        """What nobody expected."""
        return [one for one in self.found if not any(known.search(one) for known in self._expected)]
