"""Who an item is: the guid that it was first published with, also after its file was renamed.

Pure; the recorded identity always wins over a derived one.
"""

import uuid
from collections.abc import Collection

from activefeed.model import Item, Kind, Published, PublishedItem, hidden

Slugs = Collection[tuple[str, str]]  # kind and slug of every file


def resolve(
    claim: Item, audio: str, site_id: str, published: Published, taken: Slugs
) -> tuple[str, PublishedItem | None]:
    """Return the guid of an item, whose own is as written or empty, and what is recorded of it.

    ``audio`` is the hash of the author's audio file, or empty. ``taken`` holds the kinds and slugs
    of all files, so that a file which is still there keeps its record when another one looks like
    it.
    """
    if claim.guid:
        return claim.guid, published.items.get(claim.guid)
    kin = [item for item in published.items.values() if item.kind == claim.kind]
    same_slug = [item for item in kin if item.slug in {claim.slug, hidden(claim.slug)}]
    # This file may be one of these, renamed.
    lost = [item for item in kin if item.state == "live" and (item.kind, item.slug) not in taken]
    same_audio = [i for i in lost if audio and (e := i.enclosure) and e.source_sha256 == audio]
    same_day = [i for i in lost if (i.title, i.published) == (claim.title, claim.published)]
    for record in (*same_slug, *same_audio, *same_day):
        return record.guid, record
    return derived(site_id, claim.kind, claim.slug), None


def derived(site_id: str, kind: Kind, slug: str) -> str:
    """Return the guid of an item that was never published under another."""
    return str(uuid.uuid5(uuid.UUID(site_id), f"{kind}/{slug}"))
