"""One content file: its address, its people, its pictures, and whether it is due."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sitemaker import NOW, make

from activefeed.model import Person


def test_slugs_come_from_the_key_else_from_the_name(tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.markdown("posts/2026-02-02-A walk, a run.md")
    maker.markdown("posts/012-x.md", "slug: Ärzte & Bäche")
    maker.markdown("pages/Our Services/03 Running.md")
    site = maker.load().site
    assert {item.slug for item in site.items} == {"a-walk-a-run", "arzte-bache"}
    assert [page.slug for page in site.pages] == ["our-services/running"]


def test_a_name_without_latin_letters_asks_for_a_slug(tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.markdown("posts/привет.md")
    assert maker.load().found == [("error", "empty-slug")]
    maker.markdown("posts/привет.md", "slug: hello")
    read = maker.load()
    assert (read.found, read.item("hello").title) == ([], "About posts/привет.md")


def test_description_and_tags_are_other_words_for_summary_and_categories(tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.markdown("posts/a.md", "description: In short.", "tags: [Backs, Hips]")
    item = maker.load().item("a")
    assert item.summary == "In short."
    assert [(c.slug, c.title) for c in item.categories] == [("backs", "Backs"), ("hips", "Hips")]
    maker.markdown("posts/a.md", "tags: [Backs, '']")
    assert str(maker.load().only().location) == "posts/a.md:2:15"
    maker.markdown("posts/a.md", "summary: One.", "description: Two.")
    assert maker.load().found == [("error", "unknown-key")]


def test_old_addresses_are_kept_with_items_and_pages(tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.markdown("posts/a.md", "aliases: [/old/, https://hill.example/x.html]")
    maker.markdown("pages/b.md", "aliases: [before]")
    read = maker.load()
    assert (read.found, read.item("a").aliases) == ([], ("old/", "x.html"))
    assert read.site.pages[0].aliases == ("before",)
    maker.markdown("posts/a.md", "aliases: [/old/, /x?a=b]")
    assert str(maker.load().only().location) == "posts/a.md:2:18"


def test_what_is_not_due_is_no_part_of_the_site(tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.markdown("posts/due.md", "date: 2026-06-01 08:00")  # New York: exactly now
    maker.markdown("posts/later.md", "date: 2026-06-01 08:01")
    maker.markdown("posts/draft.md", "draft: true")
    maker.markdown("posts/gone.md", "withdrawn: true", "guid: gone-guid")
    read = maker.load()
    assert read.found == []
    assert [item.slug for item in read.site.items] == ["due"]
    assert read.site.waiting == {
        "posts/later.md": "is not due until 2026-06-01 08:01",
        "posts/draft.md": "is a draft",
        "posts/gone.md": "is withdrawn",
    }
    assert read.site.withdrawn == {"gone-guid"}
    later = maker.load(now=NOW + timedelta(minutes=1))
    assert [item.slug for item in later.site.items] == ["later", "due"]


@pytest.mark.parametrize("why", ["draft: true", "withdrawn: true", "date: 2030-01-01"])
def test_a_mistake_in_what_is_not_due_is_a_warning(why: str, tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.markdown("posts/a.md", why, "image: no.png", "mood: calm", "title: A: b")
    assert {severity for severity, _ in maker.load().found} == {"warning"}


@pytest.mark.parametrize("why", ["draft: true", "date: 2030-01-01"])
def test_front_matter_that_cannot_be_read_seems_to_wait(why: str, tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.write("posts/a.md", f"title: A\n{why}\n---\n\nWords.\n")
    maker.markdown("posts/b.md", "related: [a.md]")
    read = maker.load()
    assert {severity for severity, _ in read.found} == {"warning"}
    assert read.site.waiting["posts/a.md"] == "cannot be read yet"


def test_updated_is_the_date_unless_it_is_written(tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.markdown("posts/a.md")
    maker.markdown("posts/b.md", "updated: 2026-03-03")
    site = maker.load()
    assert site.item("a").updated == site.item("a").published
    assert f"{site.item('b').updated:%Y-%m-%d %H:%M}" == "2026-03-03 05:00"


def people(*found: Person) -> list[tuple[str, str, str]]:
    return [(person.id, person.name, person.role) for person in found]


def test_people_of_an_episode_have_their_roles(tmp_path: Path) -> None:
    maker = make(tmp_path, '\n[people.ann]\nname = "Ann"\nrole = "Producer"\n')
    maker.episode("plain")
    maker.episode("alone", "hosts: []")
    maker.episode("all", "hosts: [ann]", "guests: [dana, {name: Zoe, image: zoe.png}]",
                  "people: [ann, {id: dana, role: Writer}]")  # fmt: skip
    maker.picture("episodes/zoe.png", 10, 10)
    read = maker.load()
    assert read.found == []
    assert people(*read.item("plain").people) == [("dana", "Dana Hill", "host")]
    assert read.item("alone").people == ()
    everybody = read.item("all").people
    assert people(*everybody) == [
        ("ann", "Ann", "host"),
        ("dana", "Dana Hill", "guest"),
        ("", "Zoe", "guest"),
        ("ann", "Ann", "producer"),
        ("dana", "Dana Hill", "writer"),
    ]
    assert everybody[2].image
    assert everybody[2].image.width == 10


def test_people_of_a_post_are_its_authors(tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.markdown("posts/a.md", "authors: [dana]")
    maker.markdown("posts/b.md")
    read = maker.load()
    assert people(*read.item("a").people) == [("dana", "Dana Hill", "author")]
    assert read.item("b").people == ()


def test_pictures_are_named_or_lie_beside(tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.markdown("posts/a.md", "title: A", "image: ../images/cover.png", "image_alt: A hill")
    maker.markdown("posts/b.md", "title: B")
    maker.picture("posts/b.PNG", 30, 20)
    maker.markdown("pages/c.md")
    read = maker.load()
    a, b = read.item("a").image, read.item("b").image
    assert a
    assert b
    assert a.file
    assert (a.file.path, a.alt) == ("images/cover.png", "A hill")
    assert (b.width, b.height, b.alt, b.extension) == (30, 20, "B", ".png")
    assert read.site.pages[0].image is None


def test_references_are_data(tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.markdown("pages/a.md", "references: [{title: A review, year: 2019, pmid: 0123}]")
    (reference,) = maker.load().site.pages[0].references
    assert (reference.title, reference.year, reference.pmid) == ("A review", "2019", "0123")
