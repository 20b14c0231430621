"""The frame of a site: show, people and targets out of activefeed.toml."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from sitemaker import SETTINGS, make

from activefeed.content import settings, source
from activefeed.content.settings import Frame
from activefeed.problems import Problems


def load(root: Path) -> tuple[Frame | None, Problems]:
    folder, problems = source.read(root)
    return settings.load(folder, problems), problems


def test_what_is_not_toml_is_told_with_its_place(tmp_path: Path) -> None:
    make(tmp_path, old='title = "Hill Talks"', new="title = Hill Talks")
    frame, problems = load(tmp_path)
    assert frame is None
    assert [(p.code, str(p.location)) for p in problems] == [
        ("toml-syntax", "activefeed.toml:10:9")
    ]


def test_a_show_without_a_guid_is_told_the_one_of_its_feed(tmp_path: Path) -> None:
    make(tmp_path, old='guid = "0f1f7e0a-7f9f-5b0e-8a5e-0c9b3cf5d9a2"\n')
    _, problems = load(tmp_path)
    (problem,) = problems
    space = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
    assert problem.code == "missing-podcast-guid"
    assert str(uuid.uuid5(space, "hill.example/podcast/feed.xml")) in problem.fix


def test_a_guid_is_not_made_from_an_address_that_is_missing(tmp_path: Path) -> None:
    maker = make(tmp_path, old='guid = "0f1f7e0a-7f9f-5b0e-8a5e-0c9b3cf5d9a2"\n')
    text = SETTINGS.replace('guid = "0f1f7e0a-7f9f-5b0e-8a5e-0c9b3cf5d9a2"\n', "")
    maker.write("activefeed.toml", text.replace('url = "https://hill.example"\n', ""))
    assert [problem.code for problem in load(tmp_path)[1]] == ["missing-key"]


def test_who_hosts_the_show_is_a_host_whatever_else_they_do(tmp_path: Path) -> None:
    make(tmp_path)
    frame, _ = load(tmp_path)
    assert frame
    assert frame.show
    assert [(p.id, p.name, p.role) for p in frame.show.hosts] == [("dana", "Dana Hill", "host")]
    assert frame.people["dana"].role == "editor"


def test_publish_names_targets_and_is_one_itself(tmp_path: Path) -> None:
    make(tmp_path, '\n[publish.web]\nto = "s3://bucket/x"\nurl = "https://w.example/"\n')
    frame, problems = load(tmp_path)
    assert frame
    assert not list(problems)
    assert sorted(frame.targets) == ["", "web"]
    assert (frame.targets[""].to, frame.targets["web"].to) == ("public", "s3://bucket/x")
    assert frame.targets["web"].url == "https://w.example"


def test_a_cover_at_fault_does_not_hide_other_faults(tmp_path: Path) -> None:
    maker = make(tmp_path, old='hosts = ["dana"]', new='hosts = ["zoe"]')
    for change in ("missing", "not a picture"):
        maker.write("images/cover.png", change)
        if change == "missing":
            (tmp_path / "images/cover.png").unlink()
        frame, problems = load(tmp_path)
        assert frame
        assert frame.show
        assert len(problems) == 2


def test_covers_are_squares_of_the_right_size(tmp_path: Path) -> None:
    for size, faults in (((1400, 1400), 0), ((3000, 3000), 0), ((1399, 1399), 1),
                         ((1400, 1401), 1)):  # fmt: skip
        make(tmp_path).picture("images/cover.png", *size)
        assert [p.code for p in load(tmp_path)[1]] == ["cover-size"] * faults, size


@pytest.mark.parametrize("name", ["cover.webp", "cover.png"])
def test_a_cover_that_apps_refuse_is_mended_in_a_copy(name: str, tmp_path: Path) -> None:
    maker = make(tmp_path, old="cover.png", new=name)
    size = 3001 if name.endswith(".png") else 1500
    maker.picture(f"images/{name}", size, size)
    frame, problems = load(tmp_path)
    assert [(p.severe, p.code) for p in problems] == [(False, "mended-artwork")]
    assert frame
    assert frame.show
    cover = frame.show.cover
    assert (cover.extension, cover.width) == (".jpg", min(size, 3000))
    assert cover.data.startswith(b"\xff\xd8")
    assert cover.file  # its name stays
    assert cover.file.absolute.read_bytes() != cover.data
