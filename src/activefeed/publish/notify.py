"""Tell others that something is new: the hub that feed readers listen to, and caches.

Never stops a publish: whoever was not told finds out at the next look.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from activefeed import fetch, urls
from activefeed.problems import ActivefeedError, Problem
from activefeed.tree import SHORT

_LATE = SHORT.rpartition("=")[2]  # seconds that a cache which was not told may keep what it has


def websub(hub: str, topics: Iterable[str]) -> list[Problem]:
    """Tell a hub that feeds changed; return a warning where it did not listen.

    How a publisher does it is settled by habit (PubSubHubbub 0.4, 7.1): any 2xx is a success.
    """
    answer = fetch.post(hub, {"hub.mode": "publish", "hub.url": sorted(topics)})
    if 200 <= answer.status < 300:
        return []
    trouble = f"answered {answer.status}" if answer.status else f"did not answer ({answer.trouble})"
    return [Problem.warning("hub-not-told", hub=hub, said=trouble)]


@dataclass(frozen=True, slots=True)
class Cdn:
    """The caches before a target; all may be empty."""

    cloudfront: str = ""  # id of a distribution
    purge: str = field(default="", repr=False)  # address to tell; may hold a secret
    token: str = field(default="", repr=False)  # to show at that address
    profile: str = ""  # of the AWS credentials file


def invalidate(cdn: Cdn, keys: Sequence[str], base: str, reference: str) -> list[Problem]:
    """Tell the caches which keys below a base have new bytes; return warnings where they did not.

    ``reference`` names this publish: told again with it, CloudFront counts once.
    """
    # A folder's address is of no use at many storages, but what was cached there is old too.
    both = [urls.Addresses(urls.iri_to_uri(base), style) for style in ("files", "folders")]
    changed = list(dict.fromkeys(one.url(key) for key in keys for one in both))
    found = []
    if cdn.cloudfront and changed:
        from activefeed.publish import s3  # boto3 is slow to import

        # Each path is billed, and a wildcard is one.
        stale = changed if len(keys) <= 15 else [f"{both[0].base}/*"]
        paths = [urlsplit(url).path for url in stale]
        try:
            s3.forget(cdn.cloudfront, cdn.profile, paths, reference)
        except ActivefeedError as error:
            fix = error.fix or "try it in Amazon's console"
            found.append(Problem.warning("cdn-not-told:amazon", error=error, fix=fix, late=_LATE))
    if cdn.purge and changed:
        found += _purge(cdn, changed)
    return found


def _purge(cdn: Cdn, changed: Sequence[str]) -> list[Problem]:
    """Tell an address; of it, and of what went wrong, only the host is shown."""
    size = 1 if "{url}" in cdn.purge else 30  # as many as Cloudflare takes at once
    host = re.match(r"https?://(?:[^/?#]*@)?([\w.-]*)", cdn.purge)
    cache = f"the cache at {host[1] if host else 'the address in `purge`'}"
    if size == 1 and len(changed) > 100:
        return [Problem.warning("cdn-not-told:many", cache=cache, n=len(changed), late=_LATE)]
    for first in range(0, len(changed), size):
        batch = changed[first : first + size]
        url = cdn.purge.replace("{url}", quote(batch[0], safe=""))
        answer = fetch.post_json(url, {"files": batch}, cdn.token)
        if not 200 <= answer.status < 300:
            trouble = f"answered {answer.status}" if answer.status else "did not answer"
            return [Problem.warning("cdn-not-told", cache=cache, trouble=trouble, late=_LATE)]
    return []
