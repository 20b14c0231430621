"""To connect a bucket: what is asked, whether it does what it must, and what is kept of that.

Joins the stages; asks no person and prints nothing. Words and trials are in connecting.toml.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from string import Template

from activefeed import fetch, pipeline
from activefeed.clock import Clock
from activefeed.content import scalars
from activefeed.content.schema import TargetKeys
from activefeed.content.settings import Frame
from activefeed.desk import keys, settings
from activefeed.problems import ActivefeedError, UsageError
from activefeed.publish import lease, manifest, s3, verify
from activefeed.publish.store import Store
from activefeed.tree import Tier, artifact
from activefeed.urls import is_stand_in
from activefeed.wording import table

Found = Mapping[str, str]  # the answer to each question, by its name in connecting.toml
_TABLE = table(__file__)
_ZONE = re.compile(r"([a-z0-9-]+)\.(?:backblazeb2|digitaloceanspaces|your-objectstorage)\.com")


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether a bucket does one of the things that it must."""

    name: str
    ok: bool
    message: str
    fix: str = ""  # empty where nothing need be done
    severe: bool = False  # no show can be published like this


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a target before anything is asked."""

    root: Path
    name: str
    file: Path  # with the access keys
    frame: Frame
    values: Found = field(repr=False)  # of the settings, and the secret


def begin(root: Path, name: str, file: Path) -> Known:
    """Read what is known of a target. Raises ActivefeedError where the settings are at fault."""
    if name in TargetKeys.model_fields or not re.fullmatch(r"[\w-]*", name, re.ASCII):
        raise UsageError(f'"{name}" cannot be the name of a target', "take one such as web")
    frame = pipeline.sound_frame(root)
    target, site = frame.targets.get(name, TargetKeys()), frame.keys.site.url
    values: dict[str, str] = dict.fromkeys(_TABLE["ask"], "") | target.model_dump()
    values["url"] = target.url or ("" if is_stand_in(site) else site)
    values["key"], values["secret"] = keys.profiles(file).get(target.profile, ("", ""))
    if pipeline.is_bucket(target):
        kind = verify.store_at(target.endpoint)
        values["store"] = kind if kind in _TABLE["store"] else "other"
        values["bucket"] = target.to.removeprefix("s3://")
    return Known(root, name, file, frame, values)


def ask(known: Known, option: str, found: Found) -> tuple[str, str, str | None, str | None]:
    """Return a question, why it is asked, the value that need not be asked for, and the default.

    ``found`` are the answers so far. The last two are None where there is no such value.
    """
    endpoint = _ZONE.search(found.get("endpoint", ""))
    bucket, slash, path = found.get("bucket", "").partition("/")
    zone = endpoint[1] if endpoint else "us-east-1"
    seen = {**found, "bucket": bucket, "path": slash + path, "zone": zone}
    store: Found = _TABLE["store"].get(found.get("store", ""), {})
    usual = {name: Template(text).safe_substitute(seen) for name, text in store.items()}
    said, before = _TABLE["ask"][option], known.values
    same = all(found.get(one) in {None, before[one]} for one in ("store", "key"))
    default, why = (same and before[option]) or usual.get(option), usual.get(f"why-{option}")
    return said["text"], why or said["why"], usual.get(f"fixed-{option}"), default


def read(option: str, found: Found, text: str) -> str:
    """Return an answer as it is used. Raises UsageError, which does not repeat it."""
    form: str = _TABLE["ask"][option]["form"]
    if text and form in scalars.FORMS:  # of addresses
        text = (text if "://" in text else f"https://{text}").rstrip("/")
        form = scalars.FORMS[form][1]
    if option == "endpoint":  # R2 shows it with the bucket behind it
        text = text.removesuffix(f"/{found['bucket']}")
    if not re.fullmatch(form, text) and (text or option != "endpoint"):
        raise UsageError(_TABLE["ask"][option]["wrong"])
    return text


def connect(known: Known, found: Found, clock: Clock, hear: Callable[[Proof], None]) -> list[str]:
    """Try the bucket, keep the answers once it can be written to, and leave no trace there.

    ``hear`` is told each proof as it comes. Returns what is new in the settings. Raises
    ActivefeedError where nobody may log in or write; then nothing is kept.
    """
    name, _, prefix = found["bucket"].partition("/")
    login = (found[one] for one in ("endpoint", "region", "profile", "key", "secret"))
    home = s3.connect(s3.Bucket(name, prefix, *login), clock)
    # Not below _activefeed/, which somebody's policy may hide from the public.
    trial = f"activefeed-proof-{secrets.token_hex(8)}"
    store = replace(home, prefix=f"{prefix}/{trial}".lstrip("/"))
    try:
        store.list()
    except ActivefeedError as error:
        where = _TABLE["store"][found["store"]]["where"]
        raise type(error)(error.message, f"{error.fix}\n{where}") from error
    try:
        for file in ("index.html", "sound.mp3", "words.vtt"):
            store.put(artifact(file, Tier.PAGE, _TABLE["body"].encode()))
        hear(_proof("write", found))
        written = _keep(known, found)
        seen = _look(found, f"{found['url']}/{trial}", hear)
        with lease.Lease(store, clock) as held:
            hear(_proof("writers", found, "" if held.proven else "it can not"))
    finally:
        left = _clear(store)
    hear(_proof("delete", found, left, "delete"))
    others = [one.to for name, one in known.frame.targets.items() if name != known.name]
    used = ["s3:" in to or (known.root / to / manifest.KEY).exists() for to in others]
    site: dict[settings.Place, str] = {}  # what all targets have: frozen where one was published
    if is_stand_in(known.frame.keys.site.url) and found["url"].startswith("https://"):
        site["site", "url"] = found["url"]
    if "folders" in seen and manifest.read(home)[1] is None:
        site["site", "addresses"] = "folders" if seen["folders"].ok else "files"
    return written if any(used) else [*written, *settings.put(known.root, site)]


def _look(found: Found, at: str, hear: Callable[[Proof], None]) -> dict[str, Proof]:
    """Ask at the public address as browsers, apps and players do."""
    seen: dict[str, Proof] = {}
    for name, one in _TABLE["proof"].items():
        if "wants" not in one or (name == "folders" and not seen["read"].ok):
            continue
        url, headers = f"{at}/{one['file']}", one.get("headers", {})
        answer = fetch.head_of(url) if "head" in one else fetch.body_of(url, 999, **headers)
        cure, closed = one.get("cure", ""), 401 <= answer.status <= 403
        if closed or (seen and not seen["read"].ok):  # one cure for all that has one cause
            cure = "public" if closed else "address"
        if closed and name == "cors":  # a store may tell that before anybody can read
            cure = name
        seen[name] = _proof(name, found, judge(answer, one["wants"]), cure)
        hear(seen[name])
    return seen


def judge(answer: fetch.Answer, wants: Mapping[str, str]) -> str:
    """Return what is wrong with an answer; nothing where it is as ``wants`` says (patterns)."""
    told = {**answer.headers, "body": answer.body.decode("latin-1")}
    told |= {"status": str(answer.status), "redirects": str(answer.redirects)}
    for name, want in wants.items():
        value = told.get(name, "missing")
        if not re.fullmatch(want, value):
            return f"{name} is {value[:60] or 'empty'}" if answer.status else answer.trouble
    return ""


def _proof(name: str, found: Found, wrong: str = "", cure: str = "") -> Proof:
    said, place = _TABLE["proof"][name], f"s3://{found['bucket']}"
    text = Template(said["bad"] if wrong else said["good"]).substitute(found, place=place)
    if not wrong or not cure:
        return Proof(name, not wrong, text)
    fix = _TABLE["cure"].get(cure) or verify.cure(cure, found["url"], place, found["endpoint"])
    fix = Template(fix).safe_substitute(place=place)
    return Proof(name, False, f"{text} ({wrong})", fix, severe=cure != "cors")


def _clear(store: Store) -> str:
    """Delete everything of the trial; return what went wrong."""
    try:
        for key in store.list():
            store.delete(key)
        return ", ".join(f"{store.place}/{key}" for key in store.list())
    except ActivefeedError as error:
        return error.message


def _keep(known: Known, found: Found) -> list[str]:
    """Keep the access key in its file, the rest in the settings; return what is new in these."""
    table = ("publish", known.name) if known.name else ("publish",)
    bucket, pair = found["bucket"], (found["key"], found["secret"])
    profile = found["profile"] or known.values["profile"]
    if found["key"] and pair != (known.values["key"], known.values["secret"]):
        profile = keys.keep(known.file, bucket.partition("/")[0], *pair)
    values = {**found, "to": f"s3://{bucket}", "profile": profile}
    names = ("to", "endpoint", "region", "profile", "url")
    return settings.put(known.root, {(*table, name): values[name] for name in names})
