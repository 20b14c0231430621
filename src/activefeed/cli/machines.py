"""The commands for programs and programmers: build, schema."""

from datetime import datetime
from pathlib import Path

import click

from activefeed.cli.frame import FOLDER, Answer, command, report, site
from activefeed.console import Console, site_data
from activefeed.problems import Exit


@report
@click.argument("to", default=None, required=False, type=FOLDER, metavar="[DIR]")
@click.option("--absolute", is_flag=True, help="For any other host or program: all links in full.")
def build(
    console: Console, *, to: Path | None, site: Path, now: datetime, absolute: bool
) -> Answer:
    """Write feeds and pages to a folder (_site), without publishing.

    Nothing is remembered and no network is asked: use it to look at the files. With --absolute
    it is all that another host needs: links are full addresses, and each feed holds every item.
    """
    from activefeed import pipeline

    folder = to or site / "_site"
    done = pipeline.build(site, folder, now, absolute=absolute)
    console.built(done, folder.name)
    facts = pipeline.leaving(done) if absolute else {}
    if done.tree and absolute:
        console.show("absolute", {**facts, "guids": True})
    return Exit.DONE if done.tree else Exit.CONTENT, {**site_data(done), **facts}


_KIND = click.Choice(["settings", "episode", "post", "page"])


@command
@site
@click.argument("kind", type=_KIND, default="settings")
@click.option("--write", is_flag=True, help="Write all four to .activefeed/schemas/ in the site.")
def schema(console: Console, *, kind: str, site: Path, write: bool) -> Answer:
    """Show what may be written, for editors that help while you type.

    KIND is settings (activefeed.toml) or the front matter of an episode, a post or a page.
    """
    import json

    from activefeed.content import jsonschema, source

    if not write:
        found = jsonschema.of(kind)
        console.say(json.dumps(found, indent=1))
        return Exit.DONE, {"schema": found}
    source.require(site)
    written = jsonschema.write_all(site)
    same = f"Nothing changed: {jsonschema.FOLDER}/ is as it should be."
    console.say("\n".join(f"Written: {path}" for path in written) or same)
    return Exit.DONE, {"written": written}
