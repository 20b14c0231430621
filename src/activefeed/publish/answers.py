"""What the refusals of a store mean: whether to ask again, and in plain words with a cure.

Knows boto3's errors and the codes of many stores; asks nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore import exceptions as aws

from activefeed.problems import ActivefeedError, LoginError, StoreError
from activefeed.publish.store import ConditionsUnsupported, PreconditionFailed

_ABSENT = {"NoSuchKey", "404"}  # an answer to HEAD has no body to name the error

# Codes of answers, and names of what boto3 raises without one, that another attempt may mend.
_PASSING = frozenset(
    {
        "SlowDown", "ServiceUnavailable", "TooManyRequests", "RequestTimeout", "InternalError",
        "BadDigest", "IncompleteBody", "XAmzContentSHA256Mismatch", "OperationAborted",
        "ConditionalRequestConflict", "429", "500", "502", "503", "504", "ConnectionError",
        "HTTPClientError", "IncompleteReadError", "ResponseParserError",
    }
)  # fmt: skip


def passes(error: Exception) -> bool:
    """Return whether the same request may go well the next time."""
    names, status = _names(error)
    return bool(names & _PASSING or status >= 500) and not names & {"SSLError", "NotImplemented"}


def _names(error: Exception) -> tuple[set[str], int]:
    """Return the code of an answer and the kinds of an error, and the status; 0 for no answer."""
    answer = error.response if isinstance(error, aws.ClientError) else {}
    code = answer.get("Error", {}).get("Code", "")
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return {code, *(kind.__name__ for kind in type(error).__mro__)}, status


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
    ("ResponseStreamingError IncompleteReadError ResponseParserError", StoreError,
     "its answer broke off", _AGAIN),
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
    names, status = _names(error)
    for known, kind, wrong, fix in _WORDS:  # the first that fits: an SSLError is a ConnectionError
        if names & {*known.split()}:
            return kind(f"{where}: {wrong}" if answer else f"{where}: {wrong} ({error})", fix)
    if not answer:
        return StoreError(f"{where}: {error}")
    if status in {401, 403}:
        fix = f"give them the permission {permission}"
        return LoginError(f"{where}: these access keys may not do this", fix)
    code = answer["Error"].get("Code", "")
    if status >= 500:
        return StoreError(f"{where}: the store failed at every attempt ({code})", _AGAIN)
    said = str(answer["Error"].get("Message", ""))[:200]
    return StoreError(f"{where}: the store refused with {code}: {said}")
