"""What the refusals of a store mean: whether to ask again, and in plain words with a cure.

Knows boto3's errors and, out of answers.toml, the codes of many stores; asks nothing.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from botocore import exceptions as aws

from activefeed.problems import ActivefeedError, LoginError, StoreError
from activefeed.publish.store import ConditionsUnsupported, PreconditionFailed
from activefeed.wording import table

_ABSENT = {"NoSuchKey", "404"}  # an answer to HEAD has no body to name the error
_TABLE = table(__file__)
_KINDS: Mapping[str, type[ActivefeedError]] = {
    "login": LoginError, "store": StoreError,
    "changed": PreconditionFailed, "unsupported": ConditionsUnsupported,
}  # fmt: skip


def passes(error: Exception) -> bool:
    """Return whether the same request may go well the next time."""
    return bool(_row(error).get("again"))


def _row(error: Exception) -> Mapping[str, str]:
    """Return what the table says of an error."""
    answer = error.response if isinstance(error, aws.ClientError) else {}
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    names = {answer.get("Error", {}).get("Code", ""), f"HTTP{status}", f"HTTP{status // 100}xx"}
    names |= {kind.__name__ for kind in type(error).__mro__}
    return next(row for row in _TABLE["answer"] if names & {*row["codes"].split()})


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
    answer = error.response["Error"] if isinstance(error, aws.ClientError) else {}
    code, said = answer.get("Code", ""), str(answer.get("Message", ""))[:200]
    row = _row(error)
    wrong = row["wrong"].format(code=code, said=said, error=error)
    fix = _TABLE.get(row["fix"], row["fix"]).format(permission=permission)
    return _KINDS[row["kind"]](f"{where}: {wrong}", fix)
