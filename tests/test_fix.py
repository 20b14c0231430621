"""What ``check --fix`` mends: what is safe, and nothing else; each change is shown."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from sitemaker import NOW, Maker, make

from activefeed.cli import cli
from activefeed.content.source import ContentFile, Folder
from activefeed.desk import mending
from activefeed.formats import yaml
from activefeed.problems import SourceText


@pytest.fixture
def site(tmp_path: Path) -> Maker:
    return make(tmp_path)


def check(site: Maker, *options: str, command: str = "check") -> Result:
    given = [command, *options, "--site", str(site.root), "--now", NOW.isoformat()]
    return CliRunner().invoke(cli, given)


def read(site: Maker, path: str) -> str:
    return (site.root / path).read_bytes().decode()


def everything(site: Maker) -> dict[str, bytes]:
    files = (path for path in site.root.rglob("*") if path.is_file())
    return {str(path): path.read_bytes() for path in files if ".activefeed" not in path.parts}


POST = "---\n{}\n---\n\nWords: they stay # as they are, title: this too.\n"


def test_texts_that_would_get_lost_are_put_in_quotes(site: Maker) -> None:
    front = (
        "title: Hips: part #2  # a remark\ndate: 2026-02-02\nguid: g\n"
        "references:\n  - title: Pain: a review\n    journal: Spine"
    )
    site.write("posts/two.md", POST.format(front))
    assert check(site).exit_code == 1
    said = check(site, "--fix")
    assert said.exit_code == 0
    assert said.output.startswith(
        "posts/two.md:2: title: Hips: part #2  # a remark → "
        'title: "Hips: part #2"  # a remark\n'
        'posts/two.md:6:   - title: Pain: a review →   - title: "Pain: a review"\n'
    )
    mended = front.replace("Hips: part #2", '"Hips: part #2"')
    mended = mended.replace("Pain: a review", '"Pain: a review"')
    assert read(site, "posts/two.md") == POST.format(mended)
    assert site.load().item("two").title == "Hips: part #2"


DATES = {
    "2026-5-3": "2026-05-03",
    "2026-5-3 9:00": "2026-05-03 9:00",
    "3 May 2026": "2026-05-03",
    "3 may 2026, 09:00": "2026-05-03 09:00",
    "May 3, 2026": "2026-05-03",
    "Sep 03, 2025": "2025-09-03",
    "2026/05/03": "2026-05-03",
    "2026.5.3T09:00+02:00": "2026-05-03T09:00+02:00",
    '"3 May 2026"': '"2026-05-03"',
}


def test_a_date_that_can_mean_one_day_only_is_written_in_full(site: Maker) -> None:
    for n, written in enumerate(DATES):
        site.write(f"posts/p{n}.md", POST.format(f"title: A\nguid: g{n}\ndate: {written}"))
    said = check(site, "--fix")
    assert said.exit_code == 0
    for n, (written, meant) in enumerate(DATES.items()):
        assert f"posts/p{n}.md:4: date: {written} → date: {meant}\n" in said.output
        wanted = POST.format(f"title: A\nguid: g{n}\ndate: {meant}")
        assert read(site, f"posts/p{n}.md") == wanted


DOUBTFUL = (
    "title: A\ndate: 3/5/2026",  # March or May?
    "title: A\ndate: 31 February 2026",
    "title: A\ndate: 3 May 26",
    "title: A\ndate: 3 May 2026 at nine",
    "title: A\ndate: 3 May 2026 9:00 pm",
    "title: A\ndate: 2026-02-02\nslug: my: slug",  # no prose
    "title: A\ndate: 2026-02-02\ncategories: [Back: Pain]",
    "title: A\ndate: 2026-02-02\nsummary: One: two\n  three",  # it goes on below
    'title: "A" is a letter\ndate: 2026-02-02',
)


def test_what_could_mean_two_things_is_left_to_its_author(site: Maker) -> None:
    for n, front in enumerate(DOUBTFUL):
        site.write(f"posts/p{n}.md", POST.format(front))
    said = check(site, "--fix")
    assert said.exit_code == 1
    for n, front in enumerate(DOUBTFUL):
        assert read(site, f"posts/p{n}.md") == POST.format(front)
        assert f"error: posts/p{n}.md:" in said.output


def test_guids_are_written_as_they_are_used_once_nothing_is_wrong(site: Maker) -> None:
    site.episode("one")
    site.markdown("posts/two.md", "title: A: b")
    site.markdown("posts/draft.md", "draft: true")
    site.markdown("posts/gone.md", "withdrawn: true")
    site.markdown("pages/about.md")
    before = {item.source.file: item.guid for item in site.load().site.items}
    said = json.loads(check(site, "--fix", "--json").stdout)
    added = {one["file"]: one["new"] for one in said["fixed"] if not one["old"]}
    assert added.keys() == {"episodes/one.md", "posts/two.md", "posts/draft.md"}
    after = site.load().site
    for item in (*after.items, *after.drafts):
        if item.source.file in added:
            assert added[item.source.file] == f"guid: {item.guid}"
            assert read(site, item.source.file).count(f"\nguid: {item.guid}\n---\n\n") == 1
    assert before.items() <= {item.source.file: item.guid for item in after.items}.items()


def test_the_identity_of_the_first_publish_is_written_where_a_file_was_renamed(site: Maker) -> None:
    site.markdown("posts/two.md")
    guid = site.load().item("two").guid
    assert check(site, command="publish").exit_code == 0
    published = everything(site)
    (site.root / "posts/two.md").rename(site.root / "posts/three.md")
    assert f"posts/three.md:4: (new line) → guid: {guid}\n" in check(site, "--fix").output
    after = everything(site)
    assert {path: after[path] for path in published if "public" in path}.items() <= after.items()


def test_what_a_bucket_may_know_by_an_older_guid_is_left_alone(site: Maker) -> None:
    site.markdown("posts/out.md")
    site.markdown("posts/later.md", "date: 2031-01-01")
    with (site.root / "activefeed.toml").open("a") as text:
        text.write('[publish.web]\nto = "s3://bucket"\n')
    check(site, "--fix")
    assert "guid" not in read(site, "posts/out.md")
    assert "guid" in read(site, "posts/later.md")


def test_the_guid_of_the_show_is_put_below_its_table(tmp_path: Path) -> None:
    guid = 'guid = "0f1f7e0a-7f9f-5b0e-8a5e-0c9b3cf5d9a2"\n'
    site = make(tmp_path, old=guid, new="")
    before = read(site, "activefeed.toml")
    assert check(site).exit_code == 1
    said = check(site, "--fix")
    assert said.exit_code == 0
    (line,) = re.findall(r"activefeed.toml:9: \(new line\) → (guid = .*)\n", said.output)
    after = read(site, "activefeed.toml")
    assert after == before.replace("[podcast]\n", f"[podcast]\n{line}\n")


def test_a_second_time_there_is_nothing_to_do(site: Maker) -> None:
    site.episode("one", "title: A: b", "date: 3 May 2026")
    site.markdown("posts/two.md", "summary: 50 #1 hits", "date: 3/5/2026")
    check(site, "--fix")
    before = everything(site)
    said = json.loads(check(site, "--fix", "--json").stdout)
    assert said["fixed"] == []
    assert everything(site) == before


def test_check_alone_changes_nothing(site: Maker) -> None:
    site.markdown("posts/two.md", "title: A: b")
    before = everything(site)
    assert json.loads(check(site, "--json").stdout)["fixed"] == []
    assert everything(site) == before


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_every_other_byte_stays_and_so_do_the_rights_of_the_file(site: Maker, end: str) -> None:
    text = "\ufeff---{0}title: A: b{0}date: 2026-02-02{0}---{0}Words\u2028 \x0c \u0085 and no end"
    file = site.write("posts/two.md", text.format(end))
    file.chmod(0o640)
    assert check(site, "--fix").exit_code == 0
    guid = site.load().item("two").guid
    wanted = text.replace("A: b", '"A: b"').replace("02{0}---", "02{0}guid: {1}{0}---")
    assert file.read_bytes().decode() == wanted.format(end, guid)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640 or os.name == "nt"
    assert not list(site.root.rglob("*.new"))


TEXT = st.text(st.sampled_from("ab:# \"'\\[]{}&*-!|>%@`,\u00e9\ufffd"), max_size=12)
KEYS = st.sampled_from(["title", "summary", "date", "updated", "slug", "  - name", "- title", "x"])
LINES = st.one_of(
    st.builds("{}: {}".format, KEYS, TEXT),
    st.builds("date: {} May 2026".format, st.integers(0, 40)),
    st.builds("{}".format, TEXT),
)


@settings(max_examples=300, deadline=None)
@given(front=st.lists(LINES, max_size=6), body=TEXT, end=st.sampled_from(["\n", "\r\n"]))
def test_only_reported_lines_change_and_mended_means_mended(
    front: list[str], body: str, end: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.getbasetemp()
    text = end.join(["---", *front, "---", body])
    (root / "a.md").write_bytes(text.encode())
    before, errors = yaml.read(text)
    source = SourceText("a.md", text.replace("\r\n", "\n"))
    folder = Folder(root, source, (ContentFile("post", source, before),), {}, {}, {}, ())
    changes = mending.mend(folder, (), ())
    new = (root / "a.md").read_bytes().decode()
    after, left = yaml.read(new)
    pairs = enumerate(zip(text.split(end), new.split(end), strict=True), 1)
    assert [(n, *pair) for n, pair in pairs if pair[0] != pair[1]] == [
        (one.line, one.old, one.new) for one in changes
    ]
    assert not {one.line for one in changes} & {one.line for one in left}
    assert {one.line for one in left} <= {one.line for one in errors}
    dates = {"date", "updated"}
    kept = {key: value for key, value in before.data.items() if key not in dates}
    assert {key: value for key, value in after.data.items() if key not in dates} == kept
    assert after.body == before.body
