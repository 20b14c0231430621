"""Tell others that something is new: the hub that feed readers listen to (WebSub).

Never stops a publish: whoever was not told finds out at the next look.
"""

from collections.abc import Iterable

from activefeed import fetch
from activefeed.problems import Problem, Severity


def websub(hub: str, topics: Iterable[str]) -> list[Problem]:
    """Tell a hub that feeds changed; return a warning where it did not listen.

    How a publisher does it is settled by habit (PubSubHubbub 0.4, 7.1): any 2xx is a success.
    """
    answer = fetch.post(hub, {"hub.mode": "publish", "hub.url": sorted(topics)})
    if 200 <= answer.status < 300:
        return []
    said = f"answered {answer.status}" if answer.status else f"did not answer ({answer.trouble})"
    fix = "nothing is lost: readers look by themselves; or correct the target's `hub`"
    message = f"the hub {hub} {said}"
    return [Problem("hub-not-told", message, fix, severity=Severity.WARNING)]
