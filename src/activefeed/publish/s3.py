"""A bucket of any S3-compatible store as a place to publish to.

One of boto3's two rooms. Never trusts an ETag to be a hash, the order of a listing, or the
library's default checksums: other stores than Amazon's write those into the object. Sends no ACL.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass

import boto3
from botocore import exceptions as aws
from botocore.client import BaseClient
from botocore.config import Config

from activefeed.problems import ActivefeedError, LoginError, StoreError
from activefeed.publish.store import ConditionsUnsupported, Head, PreconditionFailed, blocks
from activefeed.tree import Artifact

MIB = 1 << 20
_ABSENT = {"NoSuchKey", "404"}  # an answer to HEAD has no body to name the error
_READ = "s3:GetObject, and s3:ListBucket"  # without the second, what is absent answers 403


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
    )
    with in_plain_words(f"s3://{bucket}"):
        session = boto3.Session(profile_name=profile or None, region_name=region or None)
        try:
            client = session.client("s3", config=config, endpoint_url=endpoint or None)
        except ValueError as error:
            what = f"{endpoint!r} is not the address of a storage service"
            fix = 'write it in full, such as endpoint = "https://s3.example.com"'
            raise StoreError(what, fix) from error
    amazon = "amazonaws.com" in client.meta.endpoint_url
    return S3Store(client, bucket, prefix.strip("/"), website=amazon)


@dataclass(frozen=True, slots=True)
class S3Store:
    """The keys below a prefix of a bucket."""

    client: BaseClient
    bucket: str
    prefix: str = ""  # without slashes at its ends
    single_limit: int = 64 * MIB  # bytes; what is larger goes up in parts
    part_size: int = 16 * MIB  # bytes; one part at a time is in memory
    page_size: int = 1000  # keys of one page of a listing
    website: bool = False  # it knows redirects: other stores refuse such a header

    @property
    def place(self) -> str:
        """The address of bucket and prefix."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")

    def list(self) -> dict[str, Head]:
        """Return every key below the prefix, page by page."""
        below = f"{self.prefix}/" if self.prefix else ""
        with in_plain_words(self.place, "s3:ListBucket"):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=below, PaginationConfig={"PageSize": self.page_size}
            )
            found = {
                one["Key"][len(below) :]: Head(one["Size"], _bare(one["ETag"]))
                for page in pages
                for one in page.get("Contents", ())
            }
        found.pop("", None)  # what some consoles write to show the prefix as a folder
        return found

    def get(self, key: str) -> tuple[bytes, str] | None:
        """Return a whole body and its etag; read into memory, so only for what is small."""
        with in_plain_words(f"{self.place}/{key}", _READ, absent_ok=True):
            answer = self.client.get_object(**self._at(key))
            with closing(answer["Body"]) as stream:
                return stream.read(), _bare(answer["ETag"])
        return None

    def head(self, key: str) -> Head | None:
        """Return size, etag, stored headers and the hash recorded at the upload."""
        with in_plain_words(f"{self.place}/{key}", _READ, absent_ok=True):
            answer = self.client.head_object(**self._at(key))
            names = ("Content-Type", "Cache-Control", "Content-Encoding")
            theirs = {name: answer.get(name.replace("-", "")) for name in names}
            headers = {name: value for name, value in theirs.items() if value is not None}
            # Some stores write the names of metadata in capitals.
            metadata = {name.lower(): value for name, value in answer["Metadata"].items()}
            etag, size = _bare(answer["ETag"]), answer["ContentLength"]
            return Head(size, etag, headers, metadata.get("sha256", ""))
        return None

    def put(
        self, artifact: Artifact, *, if_match: str | None = None, if_absent: bool = False
    ) -> str:
        """Write an object, in parts where it is large, with MD5s for the store to check."""
        send = self._put_parts if artifact.size > self.single_limit else self._put_single
        condition = {"IfNoneMatch": "*"} if if_absent else {}
        if if_match is not None:
            condition = {"IfMatch": f'"{if_match}"'}
        with in_plain_words(f"{self.place}/{artifact.path}", "s3:PutObject"):
            return _bare(send(artifact, condition))

    def delete(self, key: str) -> None:
        """Remove one object: of the ways to delete, the one that works on every store."""
        with in_plain_words(f"{self.place}/{key}", "s3:DeleteObject", absent_ok=True):
            self.client.delete_object(**self._at(key))

    def _put_single(self, artifact: Artifact, condition: Mapping[str, str]) -> str:
        md5 = hashlib.md5(usedforsecurity=False)
        for block in blocks(artifact):
            md5.update(block)
        with artifact.open() as body:
            sent = {"Body": body, "ContentMD5": b64encode(md5.digest()).decode(), **condition}
            answer = self.client.put_object(**self._facts(artifact), **sent)
        return str(answer["ETag"])

    def _put_parts(self, artifact: Artifact, condition: Mapping[str, str]) -> str:
        where = self._at(artifact.path)
        begun = self.client.create_multipart_upload(**self._facts(artifact))
        where["UploadId"] = begun["UploadId"]
        try:
            parts: list[dict[str, object]] = []
            for block in blocks(artifact, self.part_size):
                part = {"PartNumber": len(parts) + 1}
                md5 = b64encode(hashlib.md5(block, usedforsecurity=False).digest()).decode()
                answer = self.client.upload_part(**where, **part, Body=block, ContentMD5=md5)
                parts.append({**part, "ETag": answer["ETag"]})
                del block  # else it would be kept while the next part is read
            whole = {"MultipartUpload": {"Parts": parts}, **condition}
            answer = self.client.complete_multipart_upload(**where, **whole)
        except BaseException:  # also of an interrupt: parts without an object cost money
            with suppress(aws.ClientError, aws.BotoCoreError):
                self.client.abort_multipart_upload(**where)
            raise
        return str(answer["ETag"])

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self.bucket, "Key": f"{self.prefix}/{key}" if self.prefix else key}

    def _facts(self, artifact: Artifact) -> dict[str, object]:
        named = {**artifact.headers, "WebsiteRedirectLocation": self.website and artifact.redirect}
        facts = {name.replace("-", ""): value for name, value in named.items() if value}
        return {**self._at(artifact.path), **facts, "Metadata": {"sha256": artifact.sha256}}


def _bare(etag: str) -> str:
    return etag.strip('"')


_AGAIN = "run the command again later: it goes on where it stopped"
_REGION = "set region and endpoint of the target to those of the bucket"
_KEYS = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
# Codes of answers, and names of what boto3 raises without one → kind, what is wrong, the cure.
_WORDS: tuple[tuple[str, type[ActivefeedError], str, str], ...] = (
    ("InvalidAccessKeyId SignatureDoesNotMatch", LoginError,
     "the access key or its secret is wrong", f"correct them in the profile or in {_KEYS}"),
    ("ExpiredToken InvalidToken TokenRefreshRequired", LoginError,
     "the login has expired", "log in again"),
    ("RequestTimeTooSkewed RequestExpired", LoginError,
     "the clock of this machine is wrong, so the store does not trust the request",
     "set the clock"),
    ("AuthorizationHeaderMalformed", LoginError, "the region is wrong", _REGION),
    ("PermanentRedirect 301 IncorrectEndpoint IllegalLocationConstraintException", StoreError,
     "the bucket is in another region or at another endpoint", _REGION),
    ("NoSuchBucket", StoreError,
     "there is no such bucket", "create it, or correct its name in the target's `to`"),
    ("BadDigest InvalidDigest XAmzContentSHA256Mismatch IncompleteBody", StoreError,
     "the bytes were damaged on the way, so the store kept none of them", "run the command again"),
    ("NoSuchDistribution", StoreError,
     "there is no such distribution", "correct the target's `cloudfront`"),
    ("SlowDown TooManyRequests TooManyInvalidationsInProgress 429 RequestTimeout", StoreError,
     "the store was too busy at every attempt", _AGAIN),
    # A store that is asked to replace what is not there answers NoSuchKey.
    ("PreconditionFailed ConditionalRequestConflict NoSuchKey 412", PreconditionFailed,
     "somebody else changed it", _AGAIN),
    ("NotImplemented InvalidArgument 501", ConditionsUnsupported,
     "the store does not know this kind of request", ""),
    ("NoCredentialsError PartialCredentialsError", LoginError,
     "no access keys were found", f"set the target's `profile`, or {_KEYS}"),
    ("ProfileNotFound", LoginError,
     "there is no such profile", "correct the target's `profile`, or add it to ~/.aws/credentials"),
    ("CredentialRetrievalError TokenRetrievalError SSOError", LoginError,
     "the login failed", "log in again"),
    ("SSLError", StoreError, "its certificate is not trusted",
     "check the endpoint; for a certificate of your own, set AWS_CA_BUNDLE to its file"),
    ("ConnectionError HTTPClientError", StoreError, "no answer",
     "check the network and the target's `endpoint`, then run the command again"),
)  # fmt: skip


@contextmanager
def in_plain_words(where: str, permission: str = "", *, absent_ok: bool = False) -> Iterator[None]:
    """Turn what boto3 raises into an error with a cure; mistakes of our own stay as they are."""
    try:
        yield
    except aws.ClientError as error:
        if not (absent_ok and error.response.get("Error", {}).get("Code") in _ABSENT):
            raise _explained(where, permission, error) from error
    except aws.BotoCoreError as error:
        if isinstance(error, aws.ParamValidationError) and "bucket name" not in str(error):
            raise
        raise _explained(where, permission, error) from error
    except OSError as error:  # of a file here: those of the network arrive as BotoCoreError
        raise StoreError(f"{where}: {error}") from error


def _explained(where: str, permission: str, error: Exception) -> ActivefeedError:
    answer = error.response if isinstance(error, aws.ClientError) else {}
    code = answer.get("Error", {}).get("Code", "")
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    names = {code, *(kind.__name__ for kind in type(error).__mro__)}
    for known, kind, wrong, fix in _WORDS:  # the first that fits: an SSLError is a ConnectionError
        if names & {*known.split()}:
            return kind(f"{where}: {wrong}" if answer else f"{where}: {wrong} ({error})", fix)
    if not answer:
        return StoreError(f"{where}: {error}")
    if status in {401, 403}:
        fix = f"give them the permission {permission}"
        return LoginError(f"{where}: these access keys may not do this", fix)
    if status >= 500:
        return StoreError(f"{where}: the store failed at every attempt ({code})", _AGAIN)
    said = str(answer["Error"].get("Message", ""))[:200]
    return StoreError(f"{where}: the store refused with {code}: {said}")
