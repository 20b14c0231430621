"""Where a site stands, for people: the sentences are in ``status.toml``, here is what fills them.

Decides and asks nothing.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from activefeed.console import Console, size, summary
from activefeed.publishing import Publication
from activefeed.standing import storage

_SENTENCES = Path(__file__).parent / "status.toml"


def tell(console: Console, done: Publication, data: Mapping[str, object]) -> None:
    """Write what a person wants to know; of a target that could not be asked, nothing."""
    made, problems = done.plan, done.rendered.problems
    sizes = {key: n if key == "files" else size(n) for key, n in storage(done).items()}
    facts: dict[str, object] = {
        **data, "storage": sizes if done.place else None, "automate": bool(data["waiting"]),
        "mistakes": summary(problems, done.rendered.files), "to_do": bool(data["left"]),
        "same": bool(made and made.empty),
    }  # fmt: skip
    for key, sentence in tomllib.loads(_SENTENCES.read_text("utf-8")).items():
        fact = facts[key]
        for one in fact if isinstance(fact, list) else [fact] if fact else []:
            console.say(sentence.format(one))
    if made and not made.empty:
        console.say(f"\nTo be published with: activefeed publish {done.name}".rstrip())
        console.changes(made)
