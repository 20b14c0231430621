"""What is written into an author's files: only what is meant, the rest byte for byte as it was."""

from __future__ import annotations

import stat
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activefeed.content import source
from activefeed.desk import keys, settings
from activefeed.formats import toml
from activefeed.problems import UsageError

TO: dict[settings.Place, str] = {("publish", "to"): "s3://b", ("publish", "region"): "x"}
NEW = '[publish]\nto = "s3://b"\nregion = "x"\n'
LONG = '[site]\nfooter = """\n[publish]\nto = "x"\n"""\n'


def put(root: Path, text: str, wanted: Mapping[settings.Place, object]) -> str:
    """Return the settings after a change."""
    file = root / "activefeed.toml"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    settings.put(root, wanted)
    return file.read_bytes().decode("utf-8", "surrogateescape")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('[publish]\nto = "public"\n', '[publish]\nto = "s3://b"\nregion = "x"\n'),
        (
            "[publish] # where\n to  =  'public'   # here\n\n# The show\n[podcast]\n",
            '[publish] # where\n to  =  "s3://b"   # here\nregion = "x"\n\n# The show\n[podcast]\n',
        ),
        ('[publish]\r\nto = ""\r\n', '[publish]\r\nto = "s3://b"\r\nregion = "x"\r\n'),
        ("[site]\na = 1\r\n", "[site]\na = 1\r\n\r\n" + NEW.replace("\n", "\r\n")),
        ("a = 1", f"a = 1\n\n{NEW}"),
        ('[publish.web]\nto = "x"\n', f'[publish.web]\nto = "x"\n\n{NEW}'),
        (f'{LONG}[publish]\n# to = "y"\n', f'{LONG}{NEW}# to = "y"\n'),
        ('[publish]\nto = """\nx""" # it\n', '[publish]\nto = "s3://b" # it\nregion = "x"\n'),
        (
            '[publish]\nurl = "u" # \udcff\nto = "\\"a\\" # b" # c\n',
            '[publish]\nurl = "u" # \udcff\nto = "s3://b" # c\nregion = "x"\n',
        ),
    ],
)  # fmt: skip
def test_a_value_is_put_where_it_belongs_and_nothing_else_moves(
    tmp_path: Path, before: str, after: str
) -> None:
    assert put(tmp_path, before, TO) == after


SITE = """\
[site]
nav = [
  { title = "A", page = "a" },  # the first
  ["b"]
]
# footer = ["x"]

# The show
[podcast] # mine
title = "Old"
explicit = false   # no
# owner = { name = "Old" }
hosts = ["old", # who
  "older"]  # speaks

# More
# copyright = "x"
[people.old]
name = "Old"
"""


HOSTS = 'hosts = ["old", # who\n  "older"]  # speaks\n'


@pytest.mark.parametrize(
    ("wanted", "before", "after"),
    [
        ({("podcast", "title"): 'N "e" w'}, '"Old"\nexp', '"N \\"e\\" w"\nexp'),
        ({("podcast", "explicit"): True}, "= false   # no", "= true   # no"),
        ({("podcast", "hosts"): ["anna", "ben"]}, HOSTS, 'hosts = ["anna", "ben"]  # speaks\n'),
        ({("podcast", "hosts"): ""}, HOSTS, '# hosts = ["old", # who\n#   "older"]  # speaks\n'),
        (
            {("podcast", "locked"): False, ("podcast", "owner"): {"name": "A", "email": "a@b.c"}},
            HOSTS,
            f'{HOSTS}locked = false\nowner = {{name = "A", email = "a@b.c"}}\n',
        ),
        (
            {("podcast", "listings"): [{"title": "X", "url": "https://x.example/"}]},
            HOSTS,
            f'{HOSTS}listings = [{{title = "X", url = "https://x.example/"}}]\n',
        ),
        (
            {("podcast", "new_feed_until"): date(2027, 1, 15)},
            HOSTS,
            f"{HOSTS}new_feed_until = 2027-01-15\n",
        ),
        ({("site", "n"): 7}, '  ["b"]\n]\n', '  ["b"]\n]\nn = 7\n'),
        ({("people", "old", "url"): "u"}, 'name = "Old"\n', 'name = "Old"\nurl = "u"\n'),
        (
            {("people", "anna", "name"): "Anna", ("people", "anna", "url"): "u"},
            "",
            '\n[people.anna]\nname = "Anna"\nurl = "u"\n',
        ),
        (
            {("aliases", "/1/feed"): "/f.xml", ("aliases", "/a b/ü"): "/", ("aliases", "c"): "/x"},
            "",
            '\n[aliases]\n"/1/feed" = "/f.xml"\n"/a b/ü" = "/"\nc = "/x"\n',
        ),
        ({("people", "anna b", "name"): "Anna"}, "", '\n[people."anna b"]\nname = "Anna"\n'),
    ],
)
def test_any_value_is_put_where_it_belongs(
    tmp_path: Path, wanted: Mapping[settings.Place, object], before: str, after: str
) -> None:
    made = put(tmp_path, SITE, wanted)
    place = SITE.index(before) if before else len(SITE)
    assert made == SITE[:place] + after + SITE[place + len(before) :]
    assert put(tmp_path, made, wanted) == made


def test_the_order_of_new_lines_is_the_given_one_and_line_ends_stay(tmp_path: Path) -> None:
    wanted: dict[settings.Place, object] = {("podcast", "b"): 1, ("podcast", "a"): [2, 3.5]}
    wanted["new", "z"] = {"k": []}
    made = put(tmp_path, '[podcast]\r\n# x\r\nt = "1" # y\r\n\r\n[site]\r\n', wanted)
    assert made == (
        '[podcast]\r\n# x\r\nt = "1" # y\r\nb = 1\r\na = [2, 3.5]\r\n\r\n[site]\r\n'
        "\r\n[new]\r\nz = {k = []}\r\n"
    )
    assert put(tmp_path, made, {("podcast", "b"): 0}) == made.replace("b = 1", "b = 0")


@given(
    value=st.recursive(
        st.text(st.characters(exclude_categories=["Cs"]))
        | st.booleans()
        | st.integers(-(2**63), 2**63 - 1)
        | st.floats(allow_nan=False)
        | st.dates(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(
            exclude_categories=["Cs"])), inner, max_size=3),
        max_leaves=6,
    ),
)  # fmt: skip
def test_what_is_written_is_read_as_the_same(value: object) -> None:
    for text in (f"x = {toml.written(value)}", f'x = {toml.written(value)}  # that\'s "it"\ny = 1'):
        assert tomllib.loads(text)["x"] == value
        assert text[4 : toml.end(text, 4)] == toml.written(value)


def test_what_is_new_is_told_and_what_is_there_is_not_written_again(tmp_path: Path) -> None:
    file = tmp_path / "activefeed.toml"
    file.write_text("[publish]\nto = 's3://b'\n")
    assert settings.put(tmp_path, TO) == ['[publish] region = "x"']
    assert settings.put(tmp_path, TO) == []
    assert file.read_text() == "[publish]\nto = 's3://b'\nregion = \"x\"\n"


def test_an_empty_value_makes_the_line_a_comment(tmp_path: Path) -> None:
    before = '[publish]\nto = "s3://b"\nendpoint = "https://e" # R2\n'
    gone: dict[settings.Place, str] = {("publish", "endpoint"): "", ("publish", "region"): ""}
    after = put(tmp_path, before, gone)
    assert after == '[publish]\nto = "s3://b"\n# endpoint = "https://e" # R2\n'


@pytest.mark.parametrize(
    "before", ['publish = {to = "public"}\n', 'publish.to = "public"\n[site]\na = 1\n']
)
def test_what_only_a_person_can_change_is_shown_and_not_touched(
    tmp_path: Path, before: str
) -> None:
    with pytest.raises(UsageError) as refused:
        put(tmp_path, before, TO)
    assert (tmp_path / "activefeed.toml").read_text() == before
    assert refused.value.fix == (
        'write there yourself:\n[publish] to = "s3://b"\n[publish] region = "x"'
    )


def test_settings_keep_their_permissions_and_stay_a_link(tmp_path: Path) -> None:
    real = tmp_path / "real.toml"
    real.write_text("[site]\na = 1\n")
    real.chmod(0o640)
    (tmp_path / "activefeed.toml").symlink_to(real)
    settings.put(tmp_path, TO)
    assert (tmp_path / "activefeed.toml").is_symlink()
    assert tomllib.loads(real.read_text())["publish"] == {"to": "s3://b", "region": "x"}
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["activefeed.toml", "real.toml"]


def test_what_is_no_file_is_never_replaced(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no file"):
        source.put(tmp_path, b"")
    with pytest.raises(UsageError, match="/dev/null is no file"):
        source.put(Path("/dev/null"), b"")
    assert not [*tmp_path.parent.glob(f".{tmp_path.name}*")]


def test_a_new_file_of_keys_is_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "home" / ".aws" / "credentials"
    assert keys.keep(file, "show", "ID", "s/e+c=r%et/") == "show"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert keys.profiles(file) == {"show": ("ID", "s/e+c=r%et/")}


@pytest.mark.parametrize("old", ["# mine\n[a]\nx = 1 ; \udcff\n\n", "[a]\r\nx=1\r\n", "[a]\nx=1"])
def test_other_profiles_stay_as_they_are(tmp_path: Path, old: str) -> None:
    file = tmp_path / "credentials"
    file.write_bytes(old.encode("utf-8", "surrogateescape"))
    file.chmod(0o644)
    keys.keep(file, "show", "ID", "secret")
    new = file.read_bytes().decode("utf-8", "surrogateescape")
    added = "[show]\naws_access_key_id = ID\naws_secret_access_key = secret\n"
    assert new == old + ("\n" if old.endswith("\n") else "\n\n") + added
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_another_key_gets_another_profile_and_the_same_key_the_same(tmp_path: Path) -> None:
    file = tmp_path / "credentials"
    names = [keys.keep(file, "show", "ID", one) for one in ("one", "two", "two", "one", "three")]
    assert names == ["show", "show-2", "show-2", "show", "show-3"]
    assert keys.profiles(file)["show"] == ("ID", "one")


def test_a_file_of_keys_that_cannot_be_read_is_refused_without_a_word_of_it(tmp_path: Path) -> None:
    file = tmp_path / "credentials"
    file.write_text("aws_secret_access_key = hunter2\n")
    with pytest.raises(UsageError) as refused:
        keys.keep(file, "show", "ID", "secret")
    assert "hunter2" not in f"{refused.value} {refused.value.fix} {refused.value.__cause__}"
    assert refused.value.__suppress_context__
    assert file.read_text() == "aws_secret_access_key = hunter2\n"
