"""One page of a Weebly blog, told as a feed is: its posts, and where the rest of the blog is.

Never asks the network. Themes differ: links are known by their addresses, and posts, pictures and
columns by the classes that Weebly itself writes.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin

from lxml import etree
from lxml import html as markup

from activefeed.formats.telling import Telling, Told
from activefeed.wording import table

_TABLE = table(__file__)
_TAGS = 40_000  # that a page may have: more cannot be read in seconds


def read(body: bytes, address: str) -> Telling:
    """Return what a page of the blog, or any other of the site, says; of what is no page, nothing.

    Of the show: title, description and language; link, as the page says its own; the list of its
    links outside of texts. Of each post: title, link, html, the author of a byline, the categories
    that it names itself; day, as it stands there; ending, its last lines; cut, if there is more.
    """
    text = re.sub(_TABLE["forbidden"], "", body[: _TABLE["largest"]].decode("utf-8", "replace"))
    # It is never empty: of nothing, no page can be made.
    root = markup.document_fromstring(f" {'<'.join(text.split('<', _TAGS)[:_TAGS])}<p>")
    root.make_links_absolute(address, handle_failures="discard")
    # A text is taken out of its page when it is read: its links are not the blog's.
    posts = tuple(_post(one, address) for one in _all(root, _TABLE["text"]["posts"]))
    return Telling(Told(_said(root, "about"), {"links": tuple(_links(root))}), posts)


def _all(one: Any, path: str, **values: str) -> Any:
    spaces = {"re": "http://exslt.org/regular-expressions"}
    return one.xpath(path, namespaces=spaces, smart_strings=False, **values)


def _said(one: Any, part: str) -> dict[str, str]:
    """Return what is said, by the names of a part of the table; what is not, is absent."""
    said = {name: " ".join(_all(one, path).split()) for name, path in _TABLE[part].items()}
    return {name: words for name, words in said.items() if words}


def _links(one: Any) -> Iterator[Mapping[str, str]]:
    found = {link: kind for kind, path in _TABLE["links"].items() for link in _all(one, path)}
    for link, kind in found.items():
        title, url = " ".join(link.text_content().split()), link.get("href").partition("#")[0]
        yield {"kind": kind, "title": title, "url": url}


def _post(one: Any, page: str) -> Told:
    facts = {"title": "", "link": page, **_said(one, "post")}
    content = next(iter(one.find_class("blog-content")), one)
    content.drop_tree()
    if facts["link"].rpartition("/")[2] != page.rpartition("/")[2]:  # not its own page
        for more in _all(content, _TABLE["text"]["more"], link=facts["link"])[-1:]:
            facts["cut"], more.tag = "true", "nothing"
    facts |= {"guid": facts["link"], "permalink": "true", "html": _tidy(content, page)}
    lines = _all(content, _TABLE["text"]["ending"])
    facts["ending"] = "\n".join(line.partition(",")[0].strip(" \n-–—~") for line in lines)
    named = tuple({"title": row["title"]} for row in _links(one) if row["kind"] == "category")
    return Told(facts, {"categories": named})


def _tidy(content: Any, page: str) -> str:
    """Return a text as HTML, of elements that mean what they are."""
    for script in content.iter("script"):
        for path in re.findall(_TABLE["slide"], (script.text or "").replace("\\", "")):
            script.addprevious(markup.Element("img", src=urljoin(page, f"/uploads/{path}"), alt=""))
    for image in _all(content, _TABLE["text"]["linked"]):
        image.set("src", image.getparent().attrib.pop("href", image.get("src", "")))
    for image in _all(content, _TABLE["text"]["undescribed"]):
        image.set("alt", "")
    for name, path in _TABLE["becomes"].items():
        for one in _all(content, path):
            one.tag = name
    etree.strip_elements(content, "nothing", with_tail=False)
    etree.strip_attributes(content, "onclick")  # each link to a larger picture has one
    return str(etree.tostring(content, encoding="unicode", method="html", with_tail=False))
