"""HTML of notes and posts to Markdown that shows the same; the room of markdownify.

Each text is proved: shown as a page, it has the words and the addresses of the HTML, or the HTML
itself is kept. Never fetches anything.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from activefeed.formats import hypertext
from activefeed.migrate import naming
from activefeed.migrate.moving import Notice, Wanted
from activefeed.problems import UsageError
from activefeed.wording import table

_TABLE = table(__file__)
_MOST = 60_000  # signs of a text that is made Markdown; it takes longer and longer
Shown = Callable[[str], str]  # Markdown → HTML, as pages have it
Notes = tuple[str, tuple[Wanted, ...], tuple[Notice, ...]]  # Markdown, with its pictures


def to_markdown(html: str, shown: Shown, *, title: str, path: str, base: str) -> Notes:
    """Return HTML as the Markdown of the file at a path; addresses are seen from ``base``.

    Raises UsageError where markdownify is not installed.
    """
    found: dict[str, Wanted] = {}

    def picture(address: str) -> str:
        name = f"{PurePosixPath(path).stem}-{len(found) + 1}{naming.ending(address, 'image')}"
        return "../" + found.setdefault(address, Wanted(address, f"images/{name}", "image")).path

    safe, told = hypertext.clean(html, base, picture)
    notices = [Notice("taken-out", title, ", ".join(told))] if told else []
    words, addresses = hypertext.essence(safe)
    for body in _attempts(safe) if len(safe) < _MOST else ():
        now = hypertext.essence(shown(body))
        if now[0] == words and now[1] >= addresses:
            break
    else:
        notices.append(Notice("kept-html", title))
        # One block of HTML goes on until an empty line.
        body = re.sub(r"\n(?=\s*\n)", "&#10;", f"<div>\n{safe}\n</div>")
    return f"{body}\n" if body else "", tuple(found.values()), tuple(notices)


def _attempts(safe: str) -> Iterator[str]:
    """Yield HTML as Markdown in several ways, what reads best first."""
    marked = re.search(r"<(?:b|i|strong|em)\b", safe)
    for signs in _TABLE["emphasis"] if marked else _TABLE["emphasis"][:1]:
        markdown = _converter()(**_TABLE["options"], **signs).convert(f"<div>{safe}</div>")
        both = (hypertext.changed(markdown, _TABLE[how]).strip() for how in ("readable", "tidy"))
        yield from dict.fromkeys(both)


@cache
def _converter() -> Callable[..., Any]:
    """Return what makes Markdown of HTML. Raises UsageError."""
    try:
        from markdownify import MarkdownConverter, abstract_inline_conversion  # type: ignore
    except ModuleNotFoundError:
        raise UsageError.of("no-markdownify") from None

    class Converter(MarkdownConverter):
        convert_b = convert_strong = abstract_inline_conversion(lambda self: self.options["b"])
        convert_i = convert_em = abstract_inline_conversion(lambda self: self.options["i"])

        def escape(self, text: str, parent_tags: set[str]) -> str:
            parts = re.split(r"((?:https?://|www\.)[^\s<>]+)", text)
            parts[::2] = [hypertext.changed(part, _TABLE["signs"]) for part in parts[::2]]
            return "".join(parts).replace("|", r"\|" if parent_tags & {"td", "th"} else "|")

        def convert_img(self, el: Any, _: str, parent_tags: set[str]) -> str:
            title = re.sub(r'(["\\])', r"\\\1", " ".join(el.get("title", "").split()))
            alt = self.escape(" ".join(el.get("alt", "").split()), parent_tags)
            return f"![{alt}]({el['src']}" + (f' "{title}")' if title else ")")

        def convert_figure(self, el: Any, text: str, parent_tags: set[str]) -> str:
            pictures, caption = el.find_all("img"), el.find("figcaption")
            if caption and len(pictures) == 1 and not el.find("a"):
                pictures[0]["title"] = caption.get_text()
                text = self.convert_img(pictures[0], "", parent_tags)
            return f"\n\n{text}\n\n"

    return Converter
