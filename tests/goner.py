"""A show with one talk that is to go, and has left traces everywhere; in a folder or a bucket."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import sample
import sitemaker
from PIL import Image
from proxy import Proxy
from sample import ROOT, Said, Sample
from servers import S3Server
from sitemaker import Maker

from activefeed.publish.store import FolderStore, Store

RECORDINGS = ROOT / "episodes"  # of the sample: real speech, each another
STAYING = ("100-welcome.mp3", "203-your-first-visit.mp3")
OLD, NEW = "101-why-backs-ache.mp3", "202-coming-back-to-running.mp3"
TITLE = "Zanzibar rising"
GUID = "7f3f6e1a"
SLUG, OLD_SLUG = "zanzibar-rising", "quasar-hips"
# Its title, its slugs, and words of its text, chapters, transcript, guest, category, files.
WORDS = ("zanzibar", "quasar", "xylophone", "marzipan", "ulfberht", "rarities", "brontosaur")
FILE = "episodes/002-quasar-hips.md"
TRANSCRIPT = "WEBVTT\n\n00:00.000 --> 00:02.000\nA xylophone is heard.\n"
BODY = "A xylophone. ![A brontosaur](brontosaur.png) [The brontosaur](brontosaur.pdf)"


def colour(path: Path, shade: int) -> None:
    Image.new("RGB", (1400, 1400), (shade, 200, 90)).save(path)


def talk(site: Maker, name: str, recording: str, *lines: str, body: str = "Notes.") -> None:
    site.markdown(f"episodes/{name}.md", *lines, body=body)
    shutil.copyfile(RECORDINGS / recording, site.root / f"episodes/{name}.mp3")


def others(folder: Path) -> Maker:
    """Return a show that stays: two talks around the one to go, and a post."""
    site = sitemaker.make(folder)
    talk(site, "001-ankles", STAYING[0], "title: Ankles", "date: 2026-01-05 06:00")
    talk(site, "003-knees", STAYING[1], "title: Knees", "date: 2026-01-19 06:00",
         "categories: [Common]")  # fmt: skip
    site.markdown("posts/walking.md", "title: On walking", "date: 2026-02-03",
                  "related: [../episodes/001-ankles.md]")  # fmt: skip
    return site


def add_talk(site: Maker) -> None:
    """Add the one to go, with everything that an episode can have."""
    talk(
        site, "002-quasar-hips", OLD, f"title: {TITLE}", f"guid: {GUID}", "date: 2026-01-12 06:00",
        "summary: With a xylophone.", "categories: [Rarities, Common]",
        "chapters:", "  - 0:00 Marzipan", "  - start: 0:10", "    title: More marzipan",
        "    image: marzipan.png", "  - 0:20 No more",
        "guests:", "  - name: Ulfberht", "    image: ulfberht.png",
        body=BODY,
    )  # fmt: skip
    site.write("episodes/002-quasar-hips.vtt", TRANSCRIPT)
    site.write("episodes/brontosaur.pdf", b"%PDF-1.4 brontosaur")
    for n, name in enumerate(("002-quasar-hips", "marzipan", "ulfberht", "brontosaur")):
        colour(site.root / f"episodes/{name}.png", 50 * n)
    related = "related: [../episodes/001-ankles.md, ../episodes/002-quasar-hips.md]"
    site.markdown("posts/walking.md", "title: On walking", "date: 2026-02-03", related)


@dataclass(frozen=True, slots=True)
class Place:
    """A site with a target, which may be a folder or a bucket."""

    site: Sample
    target: str  # as the commands take it
    store: Store
    proxy: Proxy | None = None

    def run(self, command: str, *words: str, now: str = sample.NOW) -> Said:
        return self.site.run(command, *words, *filter(None, [self.target]), now=now)

    def publish(self, *words: str, now: str = sample.NOW) -> Said:
        said = self.run("publish", *words, now=now)
        assert said.code == 0, said.err
        return said

    def withdraw(self, slug: str = SLUG, *words: str) -> Said:
        return self.run("withdraw", slug, *words)

    def bodies(self) -> dict[str, bytes]:
        """Return every object there is, whoever put it there."""
        found = {key: self.store.get(key) for key in self.store.list()}
        return {key: one[0] for key, one in found.items() if one}


def make_place(folder: Path, server: S3Server | None = None, endpoint: str = "") -> Place:
    """Return the show that stays, at a place of its own."""
    root = others(folder).root
    if server is None:
        return Place(Sample(root), "", FolderStore(root / "public", "public/"))
    store = replace(server.store, bucket=server.new_bucket(), prefix="clinic")
    with (root / "activefeed.toml").open("a") as settings:
        settings.write(
            f'\n[publish.web]\nto = "{store.place}"\nendpoint = "{endpoint or server.endpoint}"\n'
            f'region = "us-east-1"\nurl = "{server.public_url(store.bucket)}/clinic"\n'
        )
    return Place(Sample(root), "web", store)


def live_through(place: Place) -> None:
    """Publish the one to go; then it gets another address, other audio and fewer categories."""
    add_talk(Maker(place.site.root))
    place.publish()
    in_front(place.site, f"slug: {SLUG}")
    place.publish()
    shutil.copyfile(RECORDINGS / NEW, place.site.root / "episodes/002-quasar-hips.mp3")
    place.publish()
    place.site.edit(FILE, "Rarities, Common", "Common")
    place.publish()


def in_front(site: Sample, line: str, path: str = FILE) -> None:
    """Add a line to the front matter of a file."""
    file = site.root / path
    file.write_text(file.read_text("utf-8").replace("---\n", f"---\n{line}\n", 1), "utf-8")


def blocks(name: str) -> list[bytes]:
    """Return some pieces of a recording's sound; not those that any silence has."""
    sound = (RECORDINGS / name).read_bytes()
    first = len(sound) // 10  # what a file begins with may be no sound yet
    found = [sound[n : n + 64] for n in range(first, len(sound) - 64, len(sound) // 80)]
    theirs = [(RECORDINGS / one).read_bytes() for one in STAYING]
    found = [one for one in found if not any(one in other for other in theirs)]
    assert len(found) > 50
    return found


def traces(place: Place) -> set[str]:
    """Return every object that holds anything of the one to go, in its name or in its body."""
    sound = [*blocks(OLD), *blocks(NEW)]
    found = set()
    for key, body in place.bodies().items():
        text = key.encode().lower() + b" " + body.lower()
        if any(word.encode() in text for word in WORDS) or any(one in body for one in sound):
            found.add(key)
    return found


def media(place: Place) -> dict[str, bytes]:
    return {key: body for key, body in place.bodies().items() if key.startswith("media/")}
