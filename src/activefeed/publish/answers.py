"""What the refusals of a store mean: whether to ask again, and in plain words with a cure.

Knows boto3's errors and, out of answers.toml, the codes of many stores; asks nothing.
"""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import resources

from botocore import exceptions as aws

from activefeed.problems import ActivefeedError, LoginError, StoreError
from activefeed.publish.store import ConditionsUnsupported, PreconditionFailed

_ABSENT = {"NoSuchKey", "404"}  # an answer to HEAD has no body to name the error
_TABLE = tomllib.loads((resources.files(__package__) / "answers.toml").read_text("utf-8"))
_KINDS: Mapping[str, type[ActivefeedError]] = {
    "login": LoginError, "store": StoreError,
    "changed": PreconditionFailed, "unsupported": ConditionsUnsupported,
}  # fmt: skip


def passes(error: Exception) -> bool:
    """Return whether the same request may go well the next time."""
    row, status = _row(error)
    return bool(row["again"]) if row else status >= 500


def _row(error: Exception) -> tuple[Mapping[str, str | bool], int]:
    """Return what the table says of an error, and the status of the answer; 0 for no answer."""
    answer = error.response if isinstance(error, aws.ClientError) else {}
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    names = {answer.get("Error", {}).get("Code", "")}
    names |= {kind.__name__ for kind in type(error).__mro__}
    for row in _TABLE["answer"]:
        if names & {*row["codes"].split()}:
            return {"again": False, **row}, status
    return {}, status


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
    row, status = _row(error)
    if row:
        what = f"{where}: {row['wrong']}" if answer else f"{where}: {row['wrong']} ({error})"
        fix = str(row["fix"])
        return _KINDS[str(row["kind"])](what, _TABLE.get(fix, fix))
    if not answer:
        return StoreError(f"{where}: {error}")
    if status in {401, 403}:
        fix = f"give them the permission {permission}"
        return LoginError(f"{where}: these access keys may not do this", fix)
    code, said = answer.get("Code", ""), str(answer.get("Message", ""))[:200]
    if status >= 500:
        what = f"{where}: the store failed at every attempt ({code})"
        return StoreError(what, _TABLE["later"])
    return StoreError(f"{where}: the store refused with {code}: {said}")
