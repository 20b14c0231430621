"""The state of a target: Published to bytes and back, and written so that nobody's is lost.

It holds only what is or was public: no host, no user, no path of a machine.
"""

import json
from dataclasses import fields
from datetime import datetime
from typing import Any

from activefeed.model import Chapter, Published, PublishedEnclosure, PublishedItem, PublishedObject
from activefeed.problems import Refused
from activefeed.publish.lease import Lease
from activefeed.publish.store import Damaged, Store
from activefeed.tree import Tier, artifact

KEY = "_activefeed/manifest.json"
_FORMAT = 3


def dump(published: Published) -> bytes:
    """Return the state as JSON with sorted keys."""
    data = {"format": _FORMAT, **_plain(published)}
    text = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True, default=_plain)
    return f"{text}\n".encode()


def _plain(one: Any) -> Any:
    """Return what JSON knows; all but records and times is a mistake and raises."""
    if isinstance(one, datetime):
        return one.isoformat()
    return {field.name: getattr(one, field.name) for field in fields(one)}  # asdict is slow


def load(body: bytes, place: str) -> Published | None:
    """Return the state of a target; None where it is damaged. Raises Refused for a newer one."""
    try:
        data = json.loads(body)
        form = data.pop("format")
        if form > _FORMAT:
            raise Refused.of("newer", place=place, form=form)
        return _published(**data)
    except (ValueError, KeyError, AttributeError, TypeError):
        return None


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


def read(store: Store) -> tuple[Published | None, str | None]:
    """Return the state of a target and its etag; (None, None) where there is none.

    A damaged one is (None, etag): it must be rebuilt, never taken for a first publish.
    """
    try:
        found = store.get(KEY)
    except Damaged as error:
        return None, error.etag
    return (load(found[0], store.place), found[1]) if found else (None, None)


def write(lease: Lease, published: Published, etag: str | None) -> str:
    """Write the state over the one with that etag, and return its own.

    Raises Busy where somebody else wrote it meanwhile.
    """
    return lease.put(artifact(KEY, Tier.PAGE, dump(published)), etag)
