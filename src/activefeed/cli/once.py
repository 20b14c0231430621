"""The commands of a show's first day: init, connect, automate."""

from __future__ import annotations

import os
import shlex
from dataclasses import asdict
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from activefeed.cli import frame
from activefeed.cli.asking import Question, answers, here
from activefeed.cli.frame import FOLDER, Answer, command, report, site, sure, target, yes
from activefeed.console import Console
from activefeed.problems import ActivefeedError, Exit, Refused, Unanswered
from activefeed.wording import table

_TIMERS = click.Choice(["cron", "systemd", "github"])  # the files in timers/
_ASKED = table(__file__, "init")


@command
@click.argument("folder", default=".", type=FOLDER, metavar="[DIR]")
@click.option("--only", type=click.Choice(["podcast", "blog"]), help="Begin without the other.")
@yes
def init(console: Console, *, folder: Path, yes: bool, **given: str | None) -> Answer:
    """Begin a podcast and a blog in a new folder, DIR.

    Asks at most six questions; each is an option too. Writes settings that explain themselves,
    a first episode and a first post as drafts, a page, and a cover to begin with.
    """
    from activefeed.cli import surroundings
    from activefeed.desk.beginning import make, read, refuse_used

    refuse_used(folder)
    parts = (only,) if (only := given["only"]) else ("podcast", "blog")
    usual = {"category": "Society & Culture"} | surroundings.guesses(folder)
    questions = [
        Question(name, one["text"], one["why"], usual.get(name, ""), partial(read, one["kind"]))
        for name, one in _ASKED.items()
        if one.get("only", parts[0]) in parts
    ]
    files, words = make(folder, usual | answers(questions, given, yes=yes), parts)
    console.say(words)
    return Exit.DONE, {"folder": str(folder), "files": files}


for _name, _one in reversed(_ASKED.items()):
    _option = click.Option([f"--{_name}"], default=_one.get("answer"), help=_one["help"])
    init.params.insert(0, _option)  # before those that every command has


@command
@site
@target
@click.option("--store", metavar="aws|r2|b2|other", help="Where the bucket is.")
@click.option("--bucket", help="Its name; a folder in it behind a slash.")
@click.option("--endpoint", metavar="URL", help="Where programs reach it, if it is not Amazon's.")
@click.option("--region", help="The region it is in.")
@click.option("--url", metavar="URL", help="The public address of what is in it.")
@click.option("--key", metavar="ID", help="The id of the access key; its secret is asked for.")
@click.option("--profile", metavar="NAME", help="A profile in ~/.aws/credentials, instead.")
def connect(console: Console, *, target: str, site: Path, **given: str | None) -> Answer:
    """Set up a bucket: try it out, then write it into the settings.

    TARGET is the name of a table [publish.TARGET] in the settings. Everything that is not given is
    asked for. Key and secret are kept in ~/.aws/credentials, never in the site's folder.
    """
    from activefeed import connecting

    file = os.environ.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials"
    known = connecting.begin(site, target, Path(file).expanduser())
    typed = here() and not given["profile"]
    if given["key"] and not typed:
        raise Unanswered("the secret of a key must be typed", "leave --key out")
    given |= dict.fromkeys(["profile"] if typed else ["key", "secret"], "")
    found: dict[str, str] = {}
    for step in ("store bucket profile", "endpoint", "region", "url", "key", "secret"):
        questions = []
        for option in step.split():
            text, why, fixed, default = connecting.ask(known, option, found)
            given[option] = fixed if given.get(option) is None else given[option]
            read = partial(connecting.read, option, found)
            questions += [Question(option, text, why, default, read, option == "secret")]
        found |= answers(questions, given, yes=not here())
    proofs: list[connecting.Proof] = []

    def hear(proof: connecting.Proof) -> None:
        proofs.append(proof)
        console.say(f"  {'yes' if proof.ok else 'no':<4} {proof.message}")

    written = connecting.connect(known, found, frame.CLOCK, hear)
    console.say("\n".join(["", "In activefeed.toml:", *written, ""] if written else [""]))
    bad = any(one.severe for one in proofs)
    cures = {one.fix: one for one in reversed(proofs) if one.fix}  # each once
    for one in reversed(cures.values()):
        console.failure(ActivefeedError(one.message, one.fix), severe=one.severe)
    after = "Then run this again: activefeed connect" if bad else "Next: activefeed publish"
    console.say(f"{after} {target}".rstrip())
    data = {"target": target, "bucket": found["bucket"], "written": written}
    return Exit.STORE if bad else Exit.DONE, {**data, "proofs": [asdict(one) for one in proofs]}


@report
@click.argument("feed")
@click.option("--weebly", is_flag=True, help="FEED is a blog at Weebly, or its saved pages.")
@click.option("--dry-run", is_flag=True, help="Show the plan, and write nothing.")
@click.option("--keep-audio-urls", "keep_audio", is_flag=True, help="Leave audio where it lies.")
@click.option("--mine", is_flag=True, help="The show is yours, though its feed is locked.")
@click.option("--url", metavar="URL", help="For a new site: its public address.")
@click.option("--timezone", metavar="ZONE", help="For a new site: the zone of its dates.")
@yes
def import_(  # noqa: PLR0913 - one parameter an option
    console: Console, *, feed: str, site: Path, now: datetime, weebly: bool, keep_audio: bool,
    dry_run: bool, mine: bool, yes: bool, **given: str | None,
) -> Answer:  # fmt: skip
    """Bring a show or a blog here from elsewhere.

    FEED is the address of its feed, or a file. The plan comes first, and a question. Identities
    stay, audio is downloaded, and no file that is here is changed: run it again to go on.
    """
    from activefeed import arriving, importing
    from activefeed.cli import surroundings
    from activefeed.desk.beginning import read

    said = {name: read(_ASKED[name]["kind"], one) for name, one in given.items() if one}
    usual = {"url": "", "category": "Society & Culture", "email": ""} | surroundings.guesses(site)
    plan = importing.look(site, importing.Request(feed, usual | said, weebly, keep_audio), now)
    data = importing.told(plan)
    console.moves(data)
    if dry_run or not plan.move.items:
        return Exit.DONE, data
    if data["locked"] and not mine:
        raise Refused.of("locked-show")
    sure("Bring it here?", yes=yes)
    done = arriving.arrive(plan, now, frame.CLOCK, console.coming)
    console.busy()
    data |= done
    more = {"done": len(done["written"]), "again": done["late"], "kept": arriving.KEPT}
    console.show("imported", data | more)
    return Exit.STORE if done["late"] else Exit.DONE, data


@command
@site
@click.argument("kind", type=_TIMERS, metavar="|".join(_TIMERS.choices))
@target
def automate(console: Console, *, kind: str, target: str, site: Path) -> Answer:
    """Show the text that lets a machine publish by itself."""
    from activefeed import pipeline

    text = (Path(__file__).parent / "timers" / f"{kind}.txt").read_text("utf-8")
    name, zone = f" {shlex.quote(target)}" if target else "", pipeline.sound_frame(site).zone
    text = text.replace("<zone>", zone.key).replace("<target>", name)
    console.say(text)
    return Exit.DONE, {"text": text}
