"""The state of a target: Published to bytes and back, and written so that nobody's is lost.

It holds only what is or was public: no host, no user, no path of a machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from activefeed.model import Chapter, Published, PublishedEnclosure, PublishedItem, PublishedObject
from activefeed.problems import Busy, Refused
from activefeed.publish.store import ConditionsUnsupported, PreconditionFailed, Store
from activefeed.tree import Artifact, Tier, artifact

KEY = "_activefeed/manifest.json"
FOLDER = "_activefeed/"  # keys below it are ours and no part of the site
_FORMAT = 1


def dump(published: Published) -> bytes:
    """Return the state as JSON with sorted keys."""
    data = {"format": _FORMAT, **asdict(published)}
    text = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True, default=_plain)
    return f"{text}\n".encode()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"the state cannot hold {value!r}")


def load(body: bytes, place: str) -> Published:
    """Return the state of a target. Raises Refused for one that cannot be understood."""
    try:
        data = json.loads(body)
        form = data.pop("format")
    except (ValueError, KeyError, AttributeError):
        raise _damaged(place) from None
    if form != _FORMAT:
        raise Refused(
            f"{place} was published by a newer activefeed (state format {form})",
            "update activefeed and run it again",
        )
    try:
        return _published(data)
    except (KeyError, TypeError, ValueError):
        raise _damaged(place) from None


def _damaged(place: str) -> Refused:
    return Refused(
        f"the state of {place} is damaged: {KEY} cannot be read",
        "put back an earlier version of that file; without it published items would look new",
    )


def _published(data: dict[str, Any]) -> Published:
    objects = {key: PublishedObject(**value) for key, value in data.pop("objects").items()}
    items = {guid: _item(value) for guid, value in data.pop("items").items()}
    since: Mapping[str, str] = data.pop("tombstones")
    tombstones = {key: datetime.fromisoformat(value) for key, value in since.items()}
    pending = tuple(data.pop("pending"))
    return Published(**data, objects=objects, items=items, tombstones=tombstones, pending=pending)


def _item(data: dict[str, Any]) -> PublishedItem:
    for key in ("published", "updated"):
        data[key] = datetime.fromisoformat(data[key])
    sound = data.pop("enclosure")
    enclosure = None
    if sound is not None:
        chapters = tuple(Chapter(**chapter) for chapter in sound.pop("chapters"))
        enclosure = PublishedEnclosure(**sound, chapters=chapters)
    return PublishedItem(**data, enclosure=enclosure)


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
        try:
            self._etag = self._write(body)
        except ConditionsUnsupported:
            self.proven = False
            self._etag = self._store.put(body)
        except PreconditionFailed:
            # A retried write is told this of its own success: look who wrote.
            found = self._store.get(KEY)
            if found is None or found[0] != body.body:
                raise Busy(
                    f"somebody else published to {self._store.place} at the same time",
                    "run the command again: it goes on from what is there now",
                ) from None
            self._etag = found[1]

    def _write(self, body: Artifact) -> str:
        if self.proven is False:
            return self._store.put(body)
        if self._etag is None:
            self._etag = self._store.put(body, if_absent=True)
        if self.proven is None:
            try:
                etag = self._store.put(body, if_absent=True)
            except PreconditionFailed:
                self.proven = True
            else:  # it was there, and yet it was created
                self.proven = False
                return etag
        return self._store.put(body, if_match=self._etag)
