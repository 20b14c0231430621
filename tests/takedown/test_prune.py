"""What nothing uses any more goes when it is asked for, and nothing else."""

from __future__ import annotations

import re

import states
from goner import FILE, Place

from activefeed.publish import manifest
from activefeed.tree import Tier, artifact

UNUSED = ("media/quasar-hips.", "media/marzipan.")
SMALLER = "media/marzipan-"  # and their width


def replaced(place: Place) -> list[str]:
    """Let an audio file and a picture be used no more; return what is left of them."""
    place.site.edit(FILE, "    image: marzipan.png\n", "")
    place.publish()
    place.publish(now="2026-11-24T12:00:00+00:00")  # pages that nothing needs are gone by then
    keys = states.state(place.store).tombstones
    assert len([key for key in keys if key.startswith(UNUSED)]) == 2
    assert len([key for key in keys if key.startswith(SMALLER)]) == len(keys) - 2 > 0
    return sorted(keys)


def theirs(place: Place) -> dict[str, bytes]:
    """Put files of somebody else beside ours."""
    mine = {"media/theirs.0123456789ab.mp3": b"sound", "theirs.html": b"page"}
    for key, body in mine.items():
        place.store.put(artifact(key, Tier.MEDIA, body))
    return mine


def test_what_was_replaced_stays_until_somebody_asks_and_says_yes(place: Place) -> None:
    unused, foreign = replaced(place), theirs(place)
    place.publish(now="2027-03-01T12:00:00+00:00")
    before = place.bodies()
    assert {*unused, *foreign} <= before.keys()

    said = place.run("prune", "--older-than", "0")
    assert said.code == 5
    assert "Delete them for good?" in said.err
    assert "add --yes" in said.err
    for key in unused:
        size = len(before[key])
        shown = rf"^  {re.escape(key)}  [0-9.]+ (kB|bytes)$"
        assert re.search(shown, said.out, re.MULTILINE), size
    assert f"{len(unused)} files at" in said.out
    assert not any(key in said.out for key in before if key not in unused)
    assert place.bodies() == before

    said = place.run("prune", "--older-than", "0", "--yes")
    assert said.code == 0, said.err
    after = place.bodies()
    assert before.keys() - after.keys() == {*unused}
    same = before.keys() & after.keys() - {manifest.KEY}
    assert {key: after[key] for key in same} == {key: before[key] for key in same}
    assert {key: after[key] for key in foreign} == foreign
    assert place.publish().out.startswith("Nothing changed")
    state = states.state(place.store)
    assert not {*state.tombstones, *state.objects} & {*unused}

    said = place.run("prune", "--older-than", "0")
    assert (said.code, said.out.splitlines()[0]) == (0, nothing_unused(place))


def nothing_unused(place: Place) -> str:
    return f"0 files at {place.target or 'the target'} unused: 0 bytes"


def test_only_what_has_been_unused_for_long_enough(folder: Place) -> None:
    unused = replaced(folder)  # at the sample's time, November 22nd
    before = folder.bodies()
    for days, now in (("30", "2026-12-22T11:59:00+00:00"), ("31", "2026-12-22T13:00:00+00:00")):
        said = folder.run("prune", "--older-than", days, "--yes", now=now)
        assert (said.code, said.out.splitlines()[0]) == (0, nothing_unused(folder))
        assert folder.bodies() == before
    said = folder.run("prune", "--yes", now="2026-12-22T12:00:00+00:00")  # 30 days
    assert said.code == 0
    assert before.keys() - folder.bodies().keys() == {*unused}


def test_what_is_used_again_is_not_unused(folder: Place) -> None:
    replaced(folder)
    folder.site.edit(
        FILE, "    title: More marzipan\n", "    title: More\n    image: marzipan.png\n"
    )
    folder.publish()
    before = folder.bodies()
    said = folder.run("prune", "--older-than", "0", "--yes")
    assert said.code == 0
    (gone,) = before.keys() - folder.bodies().keys()  # all sizes of the picture are used again
    assert gone.startswith("media/quasar-hips.")


def test_what_waits_to_be_published_comes_first(folder: Place) -> None:
    folder.site.edit(FILE, "    image: marzipan.png\n", "")
    before = folder.bodies()
    said = folder.run("prune", "--older-than", "0", "--yes")
    assert said.code == 2
    assert "changes wait to be published" in said.err
    assert "fix: run: activefeed publish" in said.err
    assert folder.bodies() == before


def test_nobody_prunes_what_the_guard_would_refuse(folder: Place) -> None:
    for path in folder.site.root.glob("episodes/003-*"):
        path.unlink()
    before = folder.bodies()
    assert folder.run("prune", "--older-than", "0", "--yes").code == 2
    assert folder.bodies() == before
