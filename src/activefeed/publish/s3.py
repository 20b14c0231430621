"""A bucket of any S3-compatible store as a place to publish to.

The one room of boto3. Never trusts an ETag to be a hash, the order of a listing, or the library's
default checksums: other stores than Amazon's write those into the object. Never sends an ACL.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass

import boto3
from botocore import exceptions as aws
from botocore.client import BaseClient
from botocore.config import Config
from botocore.response import StreamingBody

from activefeed.problems import ActivefeedError, LoginError, StoreError
from activefeed.publish.store import ConditionsUnsupported, Head, Listed, PreconditionFailed, blocks
from activefeed.tree import Artifact

MIB = 1 << 20
GET_LIMIT = 64 * MIB  # the largest body that is read into memory
GET_ATTEMPTS = 3  # for a body that is cut while it is read: boto3 retries everything but that
MAX_PARTS = 10_000  # what the protocol allows

_CUT = (aws.ResponseStreamingError, aws.IncompleteReadError, aws.ReadTimeoutError)
_ABSENT = {"NoSuchKey", "404"}  # an answer to HEAD has no body to name the error
_Send = Callable[[Artifact, Mapping[str, str]], str]


def connect(bucket: str, prefix: str, endpoint: str, region: str, profile: str) -> S3Store:
    """Return the store of a bucket; nothing is asked of it yet. All but the bucket may be empty."""
    config = Config(
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        signature_version="s3v4",
        s3={"addressing_style": "path" if endpoint else "auto"},
        retries={"mode": "standard", "total_max_attempts": 6},
        connect_timeout=10,
        read_timeout=60,
        max_pool_connections=16,
    )
    where = {"endpoint_url": endpoint} if endpoint else {}
    with _in_plain_words(f"s3://{bucket}"):
        session = boto3.Session(profile_name=profile or None, region_name=region or None)
        try:
            client = session.client("s3", config=config, **where)
        except ValueError as error:
            raise StoreError(
                f"{endpoint!r} is not the address of a storage service",
                'write it in full, such as endpoint = "https://s3.example.com"',
            ) from error
    return S3Store(client, bucket, prefix.strip("/"))


@dataclass(frozen=True, slots=True)
class S3Store:
    """The keys below a prefix of a bucket."""

    client: BaseClient
    bucket: str
    prefix: str = ""  # without slashes at its ends
    single_limit: int = 64 * MIB  # bytes; what is larger goes up in parts
    part_size: int = 16 * MIB  # bytes; one part at a time is in memory
    page_size: int = 1000  # keys of one page of a listing

    @property
    def place(self) -> str:
        """The address of bucket and prefix."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")

    def list(self) -> dict[str, Listed]:
        """Return every key below the prefix, page by page."""
        below = f"{self.prefix}/" if self.prefix else ""
        found: dict[str, Listed] = {}
        with _in_plain_words(self.place, "s3:ListBucket"):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=below, PaginationConfig={"PageSize": self.page_size}
            )
            for page in pages:
                for one in page.get("Contents", ()):
                    found[one["Key"][len(below) :]] = Listed(one["Size"], _bare(one["ETag"]))
        found.pop("", None)  # what some consoles write to show the prefix as a folder
        return found

    def get(self, key: str) -> tuple[bytes, str] | None:
        """Return a whole body of at most 64 MiB and its etag."""
        with _in_plain_words(f"{self.place}/{key}", "s3:GetObject"):
            for attempt in range(1, GET_ATTEMPTS + 1):
                try:
                    answer = self.client.get_object(**self._at(key))
                    return self._read(key, answer["Body"]), _bare(answer["ETag"])
                except _CUT:
                    if attempt == GET_ATTEMPTS:
                        raise
                except aws.ClientError as error:
                    if _code(error) in _ABSENT:
                        return None
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _read(self, key: str, answer: StreamingBody) -> bytes:
        body = bytearray()
        with closing(answer) as stream:
            for block in stream.iter_chunks(MIB):
                body += block
                if len(body) > GET_LIMIT:
                    raise StoreError(f"{key} in {self.place} is too large to be read at once")
        return bytes(body)

    def head(self, key: str) -> Head | None:
        """Return size, etag, stored headers and the hash recorded at the upload."""
        with _in_plain_words(f"{self.place}/{key}", "s3:GetObject"):
            try:
                answer = self.client.head_object(**self._at(key))
            except aws.ClientError as error:
                if _code(error) in _ABSENT:
                    return None
                raise
        names = {
            "Content-Type": "ContentType",
            "Cache-Control": "CacheControl",
            "Content-Encoding": "ContentEncoding",
        }
        headers = {name: answer[theirs] for name, theirs in names.items() if theirs in answer}
        # Some stores write the names of metadata in capitals.
        metadata = {name.lower(): value for name, value in answer["Metadata"].items()}
        etag, size = _bare(answer["ETag"]), answer["ContentLength"]
        return Head(size, etag, headers, metadata.get("sha256", ""))

    def put(
        self, artifact: Artifact, *, if_match: str | None = None, if_absent: bool = False
    ) -> str:
        """Write an object, in parts where it is large, with MD5s for the store to check."""
        key = artifact.path
        send = self._put_parts if artifact.size > self.single_limit else self._put_single
        with _in_plain_words(f"{self.place}/{key}", "s3:PutObject"):
            try:
                if if_match is not None:
                    return self._put_over(artifact, if_match, send)
                return send(artifact, {"IfNoneMatch": "*"} if if_absent else {})
            except aws.ClientError as error:
                if if_match is not None or if_absent:
                    self._explain_condition(key, error)
                raise

    def delete(self, key: str) -> None:
        """Remove one object: of the ways to delete, the one that works on every store."""
        with _in_plain_words(f"{self.place}/{key}", "s3:DeleteObject"):
            try:
                self.client.delete_object(**self._at(key))
            except aws.ClientError as error:
                if _code(error) not in _ABSENT:
                    raise

    def _put_over(self, artifact: Artifact, if_match: str, send: _Send) -> str:
        try:
            return send(artifact, {"IfMatch": f'"{if_match}"'})
        except aws.ClientError as error:
            found = self.head(artifact.path) if _status(error) == 412 else None
            if found is None or found.etag != if_match:
                raise
            # Older Ceph knows its own ETag only without the quotes.
            return send(artifact, {"IfMatch": if_match})

    def _put_single(self, artifact: Artifact, conditions: Mapping[str, str]) -> str:
        md5 = hashlib.md5(usedforsecurity=False)
        for block in blocks(artifact):
            md5.update(block)
        with artifact.open() as stream:
            answer = self.client.put_object(
                **self._at(artifact.path),
                **_facts(artifact),
                **conditions,
                Body=stream,
                ContentMD5=_base64(md5.digest()),
            )
        return _bare(answer["ETag"])

    def _put_parts(self, artifact: Artifact, conditions: Mapping[str, str]) -> str:
        where = self._at(artifact.path)
        begun = self.client.create_multipart_upload(**where, **_facts(artifact))
        where["UploadId"] = begun["UploadId"]
        try:
            parts: list[dict[str, object]] = []
            for block in blocks(artifact, max(self.part_size, -(-artifact.size // MAX_PARTS))):
                number = len(parts) + 1
                md5 = hashlib.md5(block, usedforsecurity=False)
                answer = self.client.upload_part(
                    **where, PartNumber=number, Body=block, ContentMD5=_base64(md5.digest())
                )
                parts.append({"PartNumber": number, "ETag": answer["ETag"]})
                del block  # else it would be kept while the next part is read
            answer = self.client.complete_multipart_upload(
                **where, **conditions, MultipartUpload={"Parts": parts}
            )
        except BaseException:  # also of an interrupt: parts without an object cost money
            with suppress(aws.ClientError, aws.BotoCoreError):
                self.client.abort_multipart_upload(**where)
            raise
        return _bare(answer["ETag"])

    def _explain_condition(self, key: str, error: aws.ClientError) -> None:
        status, code = _status(error), _code(error)
        # A store that is asked to replace what is not there answers 404.
        if status in {409, 412} or code == "NoSuchKey":
            raise PreconditionFailed(
                f"{key} in {self.place} was changed by somebody else"
            ) from error
        if status == 501 or code in {"NotImplemented", "InvalidArgument"}:
            raise ConditionsUnsupported(f"{self.place} knows no conditional writes") from error

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self.bucket, "Key": f"{self.prefix}/{key}" if self.prefix else key}


def _facts(artifact: Artifact) -> dict[str, object]:
    headers = artifact.headers
    return {
        "ContentType": headers["Content-Type"],
        "CacheControl": headers["Cache-Control"],
        "Metadata": {"sha256": artifact.sha256},
    }


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


def _bare(etag: str) -> str:
    return etag.strip('"')


def _code(error: aws.ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _status(error: aws.ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


_AGAIN = "run the command again later: it goes on where it stopped"
_REGION = "set region and endpoint of the target to those of the bucket"
# Codes of an answer → kind, what is wrong, the cure.
_ANSWERS: tuple[tuple[str, type[ActivefeedError], str, str], ...] = (
    (
        "InvalidAccessKeyId SignatureDoesNotMatch",
        LoginError,
        "the access key or its secret is wrong",
        "correct them in the profile or in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    ),
    (
        "ExpiredToken InvalidToken TokenRefreshRequired",
        LoginError,
        "the login has expired",
        "log in again",
    ),
    (
        "RequestTimeTooSkewed RequestExpired",
        LoginError,
        "the clock of this machine is wrong, so the store does not trust the request",
        "set the clock",
    ),
    ("AuthorizationHeaderMalformed", LoginError, "the region is wrong", _REGION),
    (
        "PermanentRedirect 301 IncorrectEndpoint IllegalLocationConstraintException",
        StoreError,
        "the bucket is in another region or at another endpoint",
        _REGION,
    ),
    (
        "NoSuchBucket",
        StoreError,
        "there is no such bucket",
        "create it, or correct its name in the target's `to`",
    ),
    (
        "BadDigest InvalidDigest XAmzContentSHA256Mismatch IncompleteBody",
        StoreError,
        "the bytes were damaged on the way, so the store kept none of them",
        "run the command again",
    ),
    (
        "SlowDown TooManyRequests 429 RequestTimeout",
        StoreError,
        "the store was too busy at every attempt",
        _AGAIN,
    ),
)
# Failures before there is an answer; the first that fits.
_FAILURES: tuple[tuple[tuple[type[Exception], ...], type[ActivefeedError], str, str], ...] = (
    (
        (aws.NoCredentialsError, aws.PartialCredentialsError),
        LoginError,
        "no access keys were found",
        "set the target's `profile`, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    ),
    (
        (aws.ProfileNotFound,),
        LoginError,
        "there is no such profile",
        "correct the target's `profile`, or add it to ~/.aws/credentials",
    ),
    (
        (aws.CredentialRetrievalError, aws.TokenRetrievalError, aws.SSOError),
        LoginError,
        "the login failed",
        "log in again",
    ),
    (
        (aws.SSLError,),
        StoreError,
        "its certificate is not trusted",
        "check the endpoint; for a certificate of your own, set AWS_CA_BUNDLE to its file",
    ),
    (
        (aws.ConnectionError, aws.HTTPClientError),
        StoreError,
        "no answer",
        "check the network and the target's `endpoint`, then run the command again",
    ),
)


@contextmanager
def _in_plain_words(where: str, permission: str = "") -> Iterator[None]:
    """Turn what boto3 raises into an error with a cure; mistakes of our own stay as they are."""
    try:
        yield
    except aws.ClientError as error:
        raise _from_answer(where, permission, error) from error
    except aws.BotoCoreError as error:
        if isinstance(error, aws.ParamValidationError) and "bucket name" not in str(error):
            raise
        raise _from_failure(where, error) from error
    except OSError as error:  # of a file here: those of the network arrive as BotoCoreError
        raise StoreError(f"{where}: {error}") from error


def _from_answer(where: str, permission: str, error: aws.ClientError) -> ActivefeedError:
    code, status = _code(error), _status(error)
    for codes, kind, wrong, fix in _ANSWERS:
        if code in codes.split():
            return kind(f"{where}: {wrong}", fix)
    if status in {401, 403}:
        return LoginError(
            f"{where}: these access keys may not do this",
            f"give them the permission {permission}"
            + (", and s3:ListBucket" if permission == "s3:GetObject" else ""),
        )
    if status >= 500:
        return StoreError(f"{where}: the store failed at every attempt ({code})", _AGAIN)
    said = str(error.response.get("Error", {}).get("Message", ""))[:200]
    return StoreError(f"{where}: the store refused with {code}: {said}")


def _from_failure(where: str, error: aws.BotoCoreError) -> ActivefeedError:
    for kinds, kind, wrong, fix in _FAILURES:
        if isinstance(error, kinds):
            return kind(f"{where}: {wrong} ({error})", fix)
    return StoreError(f"{where}: {error}")
