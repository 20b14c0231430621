"""A bucket of any S3-compatible store as a place to publish to; and the cache before Amazon's.

The one room of boto3. Never trusts an ETag to be a hash, the order of a listing, or the library's
default checksums: other stores than Amazon's write those into the object. Never sends an ACL.
"""

import hashlib
import posixpath
from base64 import b64encode
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import partial
from threading import Lock
from typing import Any, TypeVar

import boto3
from botocore import exceptions as aws
from botocore.client import BaseClient
from botocore.config import Config
from botocore.session import get_session
from botocore.utils import parse_timestamp

from activefeed.clock import Clock
from activefeed.problems import StoreError
from activefeed.publish.answers import in_plain_words, passes
from activefeed.publish.store import Damaged, Head, PreconditionFailed, blocks
from activefeed.tree import Artifact, Tier

MIB = 1 << 20
PAUSES = (0.3, 0.6, 1.2, 2.4, 4.8)  # seconds before the second, third … attempt
T = TypeVar("T")
_READ = "s3:GetObject, and s3:ListBucket"  # without the second, what is absent answers 403


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where a bucket is, and who asks; all but its name may be empty."""

    name: str
    prefix: str = ""
    endpoint: str = ""
    region: str = ""
    profile: str = ""
    key: str = ""  # with its secret: where they are in no profile yet
    secret: str = field(default="", repr=False)


class Patience:
    """One back-off for all workers of a run: a store that asks for time gets it from everybody.

    Counts the requests on the way; never decides which failures deserve another attempt.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._until = 0.0
        self.requests = 0  # so far

    def wait(self) -> None:
        """Wait until the store wants to be asked again; called once before each request."""
        while (left := self._until - self._clock.monotonic()) > 0:
            self._clock.sleep(left)
        with self._lock:
            self.requests += 1

    def slow(self, seconds: float) -> None:
        """Let everybody wait so long from now on."""
        with self._lock:
            self._until = max(self._until, self._clock.monotonic() + seconds)


def connect(to: Bucket, clock: Clock) -> "S3Store":
    """Return the store of a bucket; nothing is asked of it yet."""
    config = Config(
        request_checksum_calculation="when_required", response_checksum_validation="when_required",
        signature_version="s3v4", s3={"addressing_style": "path" if to.endpoint else "auto"},
        retries={"mode": "standard", "total_max_attempts": 1},  # others are made with Patience
        connect_timeout=10, read_timeout=60, max_pool_connections=S3Store.workers + 2,
    )  # fmt: skip
    with in_plain_words(f"s3://{to.name}"):
        pair, named = (to.key or None, to.secret or None), to.profile if not to.key else None
        core = get_session()
        core.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=_instant)
        session = boto3.Session(*pair, None, to.region or None, core, named or None)
        try:
            client = session.client("s3", config=config, endpoint_url=to.endpoint or None)
        except ValueError as error:
            raise StoreError.of("no-endpoint", endpoint=to.endpoint) from error
    amazon = "amazonaws.com" in client.meta.endpoint_url
    return S3Store(client, to.name, Patience(clock), to.prefix.strip("/"), website=amazon)


@dataclass(frozen=True)
class S3Store:
    """The keys below a prefix of a bucket."""

    client: BaseClient
    bucket: str
    patience: Patience
    prefix: str = ""  # without slashes at its ends
    workers: int = 8
    single_limit: int = 64 * MIB  # bytes; what is larger goes up in parts
    part_size: int = 8 * MIB  # bytes; one part at a time is in memory
    page_size: int = 1000  # keys of one page of a listing
    website: bool = False  # it knows redirects: other stores refuse such a header
    # One file in parts at a time, and always in the same thread: parts take memory, and what a
    # thread had once is given to no other.
    _parts: Executor = field(default_factory=partial(ThreadPoolExecutor, 1))

    @property
    def place(self) -> str:
        """The address of bucket and prefix."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")

    @property
    def requests(self) -> int:
        """How many requests were made so far."""
        return self.patience.requests

    def list(self) -> dict[str, Head]:
        """Return every key below the prefix, page by page."""
        below = self._at("")["Key"]
        ask = {"Bucket": self.bucket, "Prefix": below, "MaxKeys": self.page_size}
        found: dict[str, Head] = {}
        with in_plain_words(self.place, "s3:ListBucket"):
            while True:
                page = self._again(self.client.list_objects_v2, **ask)
                for one in page.get("Contents", ()):
                    key, when = one["Key"].removeprefix(below), one["LastModified"].timestamp()
                    found[key] = Head(one["Size"], _bare(one["ETag"]), modified=when)
                if not page.get("IsTruncated"):
                    break
                ask["ContinuationToken"] = page["NextContinuationToken"]
        found.pop("", None)  # what some consoles write to show the prefix as a folder
        return found

    def get(self, key: str) -> tuple[bytes, str] | None:
        """Return a whole body and its etag; read into memory, so only for what is small."""

        def ask() -> tuple[bytes, str, str]:
            answer = self.client.get_object(**self._at(key))
            with closing(answer["Body"]) as stream:
                return stream.read(), _bare(answer["ETag"]), _recorded(answer)

        with in_plain_words(f"{self.place}/{key}", _READ, absent_ok=True):
            for _ in range(3):  # what is damaged on the way is right the next time
                body, etag, known = self._again(ask)
                if known in {"", hashlib.sha256(body).hexdigest()}:
                    return body, etag
            raise Damaged(f"{self.place}/{key} is not as it was written", etag)
        return None

    def head(self, key: str) -> Head | None:
        """Return size, etag, stored headers and the hash recorded at the upload."""
        if (answer := self._look(key)) is None:
            return None
        names = ("Content-Type", "Cache-Control", "Content-Encoding")
        headers = {name: answer[k] for name in names if (k := name.replace("-", "")) in answer}
        etag, size = _bare(answer["ETag"]), answer["ContentLength"]
        return Head(size, etag, headers, _recorded(answer), answer["LastModified"].timestamp())

    def age(self, key: str) -> float | None:
        """Return how long ago an object was written; both instants are the server's."""
        if (answer := self._look(key)) is None:
            return None
        now = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
        return float((now - answer["LastModified"]).total_seconds())

    def _look(self, key: str) -> Any:
        with in_plain_words(f"{self.place}/{key}", _READ, absent_ok=True):
            return self._again(self.client.head_object, **self._at(key))
        return None

    def put(self, one: Artifact, *, if_match: str | None = None, if_absent: bool = False) -> str:
        """Write an object, in parts where it is large, with MD5s for the store to check."""
        if if_match is None:
            return self._send(one, {"IfNoneMatch": "*"} if if_absent else {})
        try:
            return self._send(one, {"IfMatch": f'"{if_match}"'})
        except PreconditionFailed:
            there = self.head(one.path)
            if not there or there.etag != if_match:
                raise
            # Older Ceph compares with an etag that has no quotes.
            return self._send(one, {"IfMatch": if_match})

    def _send(self, artifact: Artifact, condition: Mapping[str, str]) -> str:
        with in_plain_words(f"{self.place}/{artifact.path}", "s3:PutObject"):
            if artifact.size <= self.single_limit:
                return self._put_whole(artifact, condition)
            return self._parts.submit(self._put_parts, artifact, condition).result()

    def delete(self, key: str) -> None:
        """Remove one object: of the ways to delete, the one that works on every store."""
        with in_plain_words(f"{self.place}/{key}", "s3:DeleteObject", absent_ok=True):
            self._again(self.client.delete_object, **self._at(key))

    def _put_whole(self, artifact: Artifact, condition: Mapping[str, str]) -> str:
        md5 = hashlib.md5(usedforsecurity=False)
        for block in blocks(artifact):
            md5.update(block)
        facts = {**self._facts(artifact), "ContentMD5": b64encode(md5.digest()).decode()}

        def ask() -> str:
            with artifact.open() as stream:
                # Before a stream is sent, the store is asked whether it may come: once more each.
                body = artifact.body if isinstance(artifact.body, bytes) else stream
                return _bare(self.client.put_object(**facts, **condition, Body=body)["ETag"])

        return self._again(ask)

    def _put_parts(self, artifact: Artifact, condition: Mapping[str, str]) -> str:
        """Send a file in parts; those that a run which died had sent are not sent again."""
        begun, sent = self._begun(artifact)
        where = {**self._at(artifact.path), "UploadId": begun}
        parts: list[dict[str, object]] = []
        for block in blocks(artifact, self.part_size):
            number = len(parts) + 1
            md5, etag = hashlib.md5(block, usedforsecurity=False), sent.get(number, "")
            if _bare(etag) != md5.hexdigest():
                part = {"PartNumber": number, "ContentMD5": b64encode(md5.digest()).decode()}
                etag = self._again(self.client.upload_part, **where, **part, Body=block)["ETag"]
            parts.append({"PartNumber": number, "ETag": etag})
            del block  # else it would be kept while the next part is read
        whole = {**where, "MultipartUpload": {"Parts": parts}, **condition}
        return _bare(self._again(self.client.complete_multipart_upload, **whole)["ETag"])

    def _begun(self, artifact: Artifact) -> tuple[str, dict[int, str]]:
        """Return the newest upload of this key that stopped, else a new one; and its parts' etags.

        Only of what is named by its content: all parts of one key are then of the same bytes.
        """
        media = artifact.tier is Tier.MEDIA
        for upload in self._unfinished([artifact.path]) if media else ():
            where = {**self._at(artifact.path), "UploadId": upload["UploadId"]}
            with suppress(aws.ClientError):  # gone meanwhile
                found = self._again(self.client.list_parts, **where)
                parts = found.get("Parts", ())  # a run may have died before its first one
                return upload["UploadId"], {p["PartNumber"]: p["ETag"] for p in parts}
        new = self._again(self.client.create_multipart_upload, **self._facts(artifact))
        return new["UploadId"], {}

    def _unfinished(self, keys: Collection[str]) -> Sequence[dict[str, Any]]:
        """Return the uploads of these keys that nobody finished, newest first."""
        ours = {self._at(key)["Key"] for key in keys}
        ask = {"Bucket": self.bucket, "Prefix": posixpath.commonprefix([*ours])}
        try:
            found = self._again(self.client.list_multipart_uploads, **ask)
        except aws.ClientError:  # not every store can list them, nor every key may
            return []
        mine = [one for one in found.get("Uploads", ()) if one["Key"] in ours]
        return sorted(mine, key=lambda one: str(one["Initiated"]), reverse=True)

    def tidy(self, keys: Collection[str]) -> None:
        """Give up uploads in parts that nobody will finish: parts without an object cost money."""
        with in_plain_words(self.place):  # what is refused is left there; silence is a failure
            for one in self._unfinished(keys) if keys else ():
                where = {"Bucket": self.bucket, "Key": one["Key"], "UploadId": one["UploadId"]}
                with suppress(aws.ClientError):
                    self._again(self.client.abort_multipart_upload, **where)

    def _again(self, ask: Callable[..., T], **arguments: object) -> T:
        """Ask, and once more after each pause where the failure may pass."""
        for pause in (*PAUSES, None):
            self.patience.wait()
            try:
                return ask(**arguments)
            except (aws.ClientError, aws.BotoCoreError) as error:
                if pause is None or not passes(error):
                    raise
                self.patience.slow(pause)
        raise AssertionError("the last attempt returned or raised")

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self.bucket, "Key": f"{self.prefix}/{key}" if self.prefix else key}

    def _facts(self, artifact: Artifact) -> dict[str, object]:
        named = {**artifact.headers, "WebsiteRedirectLocation": self.website and artifact.redirect}
        facts = {name.replace("-", ""): value for name, value in named.items() if value}
        return {**self._at(artifact.path), **facts, "Metadata": {"sha256": artifact.sha256}}


def forget(distribution: str, profile: str, paths: Sequence[str], reference: str) -> None:
    """Let a distribution of CloudFront ask anew for some paths. Raises StoreError or LoginError.

    The same reference with the same paths is one request, and is billed once.
    """
    config = Config(retries={"mode": "standard"}, connect_timeout=10, read_timeout=30)
    batch = {"Paths": {"Quantity": len(paths), "Items": list(paths)}, "CallerReference": reference}
    with in_plain_words(f"CloudFront {distribution}", "cloudfront:CreateInvalidation"):
        session = boto3.Session(profile_name=profile or None)
        with closing(session.client("cloudfront", config=config)) as client:
            client.create_invalidation(DistributionId=distribution, InvalidationBatch=batch)


def _instant(text: Any) -> Any:
    """Return a time that the server tells; the library's own way is twenty times slower."""
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError):  # of mail, as in headers
        return parse_timestamp(text)


def _recorded(answer: Mapping[str, Any]) -> str:
    """Return the hash recorded at the upload; some stores write names of metadata in capitals."""
    metadata = {name.lower(): value for name, value in answer.get("Metadata", {}).items()}
    return str(metadata.get("sha256", ""))


def _bare(etag: str) -> str:
    return etag.strip('"')
