"""The state of a target: Published to bytes and back, and written so that nobody's is lost.

It holds only what is or was public: no host, no user, no path of a machine.
"""

import json
from datetime import datetime
from functools import cache

from pydantic import TypeAdapter

from activefeed.model import Published
from activefeed.problems import Refused
from activefeed.publish.lease import Lease
from activefeed.publish.store import Damaged, Store
from activefeed.tree import Tier, artifact

KEY = "_activefeed/manifest.json"
_FORMAT = 3


@cache  # most of its price is its making
def _form() -> TypeAdapter[Published]:
    return TypeAdapter(Published)


def dump(published: Published) -> bytes:
    """Return the state as JSON with sorted keys."""
    data = {"format": _FORMAT, **_form().dump_python(published)}
    time = datetime.isoformat  # pydantic would write Z for UTC
    text = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True, default=time)
    return f"{text}\n".encode()


def load(body: bytes, place: str) -> Published | None:
    """Return the state of a target; None where it is damaged. Raises Refused for a newer one."""
    try:
        data = json.loads(body)
        if data["format"] > _FORMAT:
            raise Refused.of("newer", place=place, form=data["format"])
        since, items = data["tombstones"], data["items"]
        since |= {key: datetime.fromisoformat(time) for key, time in since.items()}
        for item in items.values():  # pydantic would take any number for a time
            item |= {key: datetime.fromisoformat(item[key]) for key in ("published", "updated")}
        return _form().validate_python(data) if data.keys() >= {"objects", "pending"} else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


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
