"""HTML from elsewhere to harmless HTML, and to what no markup may change of it.

What hypertext.toml does not keep is taken out, and told; never asks the network.
"""

import re
from collections.abc import Callable, Iterable
from urllib.parse import quote, unquote, urljoin

from lxml import etree

from activefeed.wording import table

_TABLE = table(__file__)
_KEPT = {**dict.fromkeys(_TABLE["keep"].split(), ""), **_TABLE["instead"]}  # and as what, if not so


def clean(html: str, base: str, picture: Callable[[str], str]) -> tuple[str, list[str]]:
    """Return HTML with what is harmless, and in words what was taken out or made a link.

    Addresses are seen from ``base``; ``picture`` answers with what stands for that of a picture.
    """
    root = _body(html)
    told = [words for path, words in _TABLE["told"] if root.xpath(path)]
    for one in root.xpath(_TABLE["embedded"]):
        address = _address("".join(one.xpath("(@src | @data | .//*/@src)[1]")), base, "link")
        one.clear(keep_tail=True)
        one.tag, one.text = "p", _TABLE["labels"].get(one.tag, "Embedded: ")
        etree.SubElement(one, "a", href=address).text = address
    for one in root.xpath(_TABLE["gone"]):
        one.tag = "gone"
    etree.strip_elements(root, "gone", with_tail=False)
    for value in root.xpath("//@href | //@src"):
        use = "picture" if (one := value.getparent()).tag == "img" else "link"
        address = _address(value, base, use)
        told += [] if address else [_TABLE["nowhere"]]
        one.set(value.attrname, picture(address) if address and use == "picture" else address)
    for value in root.xpath(_TABLE["strange"]):
        del value.getparent().attrib[value.attrname]
    idle = set(root.xpath(_TABLE["idle"]))
    for one in root.iterdescendants():
        one.tag = "span" if one in idle else _KEPT.get(one.tag, "span") or one.tag
    etree.strip_tags(root, "span")
    safe = re.sub(_TABLE["unseen"], "", etree.tostring(root, encoding="unicode", method="html"))
    return safe.removeprefix("<body>").removesuffix("</body>").strip(), list(dict.fromkeys(told))


def essence(html: str) -> tuple[str, frozenset[str]]:
    """Return the words of HTML and of its pictures that no markup changes, and addresses."""
    root = _body(html)
    said = (f"\0{x}" if x.is_attribute else x for x in root.xpath("//text() | //@alt[. != '']"))
    addresses = frozenset(map(unquote, root.xpath("//@href | //@src")))
    return changed("".join(said), _TABLE["folds"]), addresses


def changed(text: str, table: Iterable[tuple[str, str]]) -> str:
    """Return a text after each pattern of a table was replaced by what stands beside it."""
    for pattern, to in table:
        text = re.sub(pattern, to, text)
    return text


def _body(html: str, mark: str = "") -> etree._Element:
    parser = etree.HTMLParser(remove_comments=True, remove_pis=True, no_network=True)
    html = changed(html, _TABLE["before"])
    root = etree.fromstring(f"<body{mark}>{html}", parser)
    # The rest would be lost.
    if not mark and any("LIMIT" in error.type_name for error in parser.error_log):
        return _body(re.sub("<[^<>]*>", " ", html), " class=deep")
    return root.find("body")


def _address(text: str, base: str, use: str) -> str:
    """Return an address as a whole, if it is harmless for its use; else nothing."""
    try:
        whole = text if text.startswith("#") else urljoin(base, text.strip())
    except ValueError:
        return ""
    safe = re.match(_TABLE["safe"][use], whole)
    return re.sub(r"""[\s()<>\\"`|]""", lambda sign: quote(sign[0]), whole) if safe else ""
