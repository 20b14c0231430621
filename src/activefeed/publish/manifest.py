"""The state of a target: Published to bytes and back, and written so that nobody's is lost.

It holds only what is or was public: no host, no user, no path of a machine.
"""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from activefeed.model import Chapter, Published, PublishedEnclosure, PublishedItem, PublishedObject
from activefeed.problems import Busy, Refused
from activefeed.publish.store import ConditionsUnsupported, PreconditionFailed, Store
from activefeed.tree import Artifact, Tier, artifact

KEY = "_activefeed/manifest.json"
_FORMAT = 3


def dump(published: Published) -> bytes:
    """Return the state as JSON with sorted keys."""
    data = {"format": _FORMAT, **asdict(published)}
    times = datetime.isoformat  # all else that JSON does not know is a mistake and raises
    text = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True, default=times)
    return f"{text}\n".encode()


def load(body: bytes, place: str) -> Published:
    """Return the state of a target. Raises Refused for one that cannot be understood."""
    try:
        data = json.loads(body)
        form = data.pop("format")
        if form > _FORMAT:
            what = f"{place} was published by a newer activefeed (state format {form})"
            raise Refused(what, "update activefeed and run it again")
        return _published(**data)
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise Refused(
            f"the state of {place} is damaged: {KEY} cannot be read",
            "put back an earlier version of that file; without it published items would look new",
        ) from error


def _published(objects: Any, items: Any, tombstones: Any, pending: Any, **rest: Any) -> Published:
    return Published(
        **rest,
        pending=tuple(pending),
        objects={key: PublishedObject(**value) for key, value in objects.items()},
        items={guid: _item(**value) for guid, value in items.items()},
        tombstones={key: datetime.fromisoformat(since) for key, since in tombstones.items()},
    )


def _item(enclosure: Any, **rest: Any) -> PublishedItem:
    if enclosure:
        chapters = tuple(Chapter(**chapter) for chapter in enclosure.pop("chapters"))
        enclosure = PublishedEnclosure(**enclosure, chapters=chapters)
    rest |= {key: datetime.fromisoformat(rest[key]) for key in ("published", "updated")}
    rest |= {key: tuple(rest.get(key, ())) for key in ("former", "media")}
    return PublishedItem(**rest, enclosure=enclosure)


def read(store: Store) -> tuple[Published, str | None]:
    """Return the state of a target and its etag; the empty state where there is none."""
    found = store.get(KEY)
    if found is None:
        return Published(), None
    return load(found[0], store.place), found[1]


class Writer:
    """Writes the state so that a second publisher at the same time is noticed.

    ``proven`` says what the store's conditional writes are worth, learnt by behaviour at the first
    write of a run: a create of what exists must be refused.
    """

    def __init__(self, store: Store, etag: str | None) -> None:
        self._store = store
        self._etag = etag
        self.proven: bool | None = None

    def write(self, published: Published) -> None:
        """Write the state. Raises Busy where somebody else wrote it meanwhile."""
        body = artifact(KEY, Tier.PAGE, dump(published))
        if self.proven is None:
            self.proven = self._prove(body)
        try:
            self._etag = self._store.put(body, if_match=self._etag if self.proven else None)
        except PreconditionFailed:
            known, self._etag = self._etag, self._look(body)
            if self._etag == known:  # refused though nobody changed it: no use here
                self.proven = False
                self._etag = self._store.put(body)

    def _prove(self, body: Artifact) -> bool:
        try:
            if self._etag is None:
                self._etag = self._store.put(body, if_absent=True)
            self._etag = self._store.put(body, if_absent=True)  # it is there: must be refused
        except ConditionsUnsupported:
            return False
        except PreconditionFailed:
            self._etag = self._etag or self._look(body)
            return True
        return False

    def _look(self, body: Artifact) -> str:
        """Return the etag after a refusal: a retried write is told so of its own success."""
        found = self._store.get(KEY)
        if found and (found[0] == body.body or found[1] == self._etag):
            return found[1]
        what = f"somebody else published to {self._store.place} at the same time"
        raise Busy(what, "run the command again: it goes on from what is there now")
