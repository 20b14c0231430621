"""Services that count downloads, which stand before the address of audio: seen through, and named.

Guesses no address: what follows a known service is one that is written out, or all stays as it is.
"""

import re
from urllib.parse import unquote

from activefeed.wording import table

_TABLE = table(__file__)
_COUNTERS, _OTHERS = ("|".join(_TABLE[name]) for name in ("counters", "others"))
_SERVICE = re.compile(rf"(?i)(https?)://(?:({_COUNTERS})|{_OTHERS})(.+)")
# What may follow: a scheme, which on some ways loses a slash, or at least a name and a path.
_REST = re.compile(
    r"(?i)(?:(https?):/{1,2}(?=[\w.-]+(?::\d+)?/)|(?=(?:[a-z\d_-]+\.)+[a-z]{2,}(?::\d+)?/))(.+)"
)


def see_through(url: str) -> tuple[str, str]:
    """Return where audio lies itself, and what counts before it, as ``audio_prefix`` has it.

    That is the same address, and nothing, where nothing that counts is before it.
    """
    counter = ""
    while len(url) < 4000 and (service := _SERVICE.fullmatch(url)):  # longer is none
        scheme, before, rest = service.groups()
        rest = unquote(rest) if re.match("(?i)https?%3a%2f", rest) else rest
        if not (audio := _REST.fullmatch(rest)):
            break
        url = f"{(audio[1] or scheme).lower()}://{audio[2]}"
        counter += before or ""
    return url, counter and f"https://{counter}"
