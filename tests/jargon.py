"""Words of programmers, which nobody should have to know who publishes a podcast.

Looks at finished texts. What authors wrote themselves, paths, commands and options are none of our
words; neither are the names of standards and services.
"""

from __future__ import annotations

import re

WORDS = """
    args argument arguments array arrays assert assertion async attribute attributes backend boolean
    booleans bool bug callback concatenate config configuration constraint coroutine daemon decode
    decoder deserialize dict dictionary encode encoder enum exception exceptions float function
    hash hashed hashes immutable indices initialize instance instances instantiate int integer
    integers invalid iterable iterate iterator json key-value literal malformed mapping metadata
    nan nil null object objects offset offsets operand parameter parameters parse parsed parser
    parses parsing payload pointer regex regexp render rendered renderer rendering renders runtime
    scalar schema schemas serialize sha256 stacktrace stderr stdin stdout string strings subprocess
    substring syntax thread threads timeout token tokens traceback tuple undefined unicode
    unparsable uri valid validate validated validation validator variable variables whitespace yaml
"""
NAMES = "JSON Feed|W3C feed validator|API token|R2 object storage|Object Read"
_WORDS = re.compile(rf"(?<![\w-])(?:{'|'.join(WORDS.split())})(?![\w-])", re.IGNORECASE)
# What stands between backticks or double quotes was written by somebody, or is to be typed. So are
# addresses, paths, options, commands on lines of their own; and lines of files with their number.
_NOT_OURS = re.compile(
    rf"""`[^`\n]*`|"[^"\n]*"|\S+://\S+|[\w.*-]*/[\w./*-]+|[\w*-]*\.[a-z]\w{{1,4}}\b|--\w[\w-]*"""
    rf"""|^\s+\d+ \| .*|^(?:aws|b2|chmod|curl|pip|\[?\{{)\s?.*|{NAMES}""",
    re.MULTILINE,
)


def programmers_words(text: str) -> list[str]:
    """Return the words of programmers in a text that a podcaster reads, in the order met."""
    return [word.lower() for word in _WORDS.findall(_NOT_OURS.sub(" ", text))]
