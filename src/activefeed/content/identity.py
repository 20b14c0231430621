"""Who an item is: the guid that it was first published with, also after its file was renamed.

Pure; the recorded identity always wins over a derived one.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from activefeed.model import Kind, Published, PublishedItem


@dataclass(frozen=True, slots=True)
class Claim:
    """What a file says of itself."""

    kind: Kind
    slug: str
    guid: str  # as written, or empty
    title: str
    published: datetime
    audio: str  # sha256 of the author's audio file, or empty


def resolve(
    claim: Claim, site_id: str, published: Published, taken: Collection[tuple[str, str]]
) -> tuple[str, PublishedItem | None]:
    """Return the guid of an item and what is recorded of it.

    ``taken`` holds the kinds and slugs of all files, so that a file which is still there keeps
    its record when another one looks like it.
    """
    if claim.guid:
        return claim.guid, published.items.get(claim.guid)
    if record := _recorded(claim, published, taken):
        return record.guid, record
    return str(uuid.uuid5(uuid.UUID(site_id), f"{claim.kind}/{claim.slug}")), None


def _recorded(
    claim: Claim, published: Published, taken: Collection[tuple[str, str]]
) -> PublishedItem | None:
    """Find a record by its address; else that of a lost file which this one was renamed from."""
    kin = [item for item in published.items.values() if item.kind == claim.kind]
    lost = [i for i in kin if i.state == "live" and (i.kind, i.slug) not in taken]
    matches = (
        [item for item in kin if item.slug == claim.slug],
        [
            i
            for i in lost
            if claim.audio and i.enclosure and i.enclosure.source_sha256 == claim.audio
        ],
        [i for i in lost if (i.title, i.published) == (claim.title, claim.published)],
    )
    return next((found[0] for found in matches if found), None)
