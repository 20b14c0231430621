"""Amazon's CloudFront, told what to forget; one of boto3's two rooms."""

from collections.abc import Sequence
from contextlib import closing

import boto3
from botocore.config import Config

from activefeed.publish.answers import in_plain_words


def forget(distribution: str, profile: str, paths: Sequence[str], reference: str) -> None:
    """Let a distribution ask anew for some paths. Raises StoreError or LoginError.

    The same reference with the same paths is one request, and is billed once.
    """
    config = Config(retries={"mode": "standard"}, connect_timeout=10, read_timeout=30)
    batch = {"Paths": {"Quantity": len(paths), "Items": list(paths)}, "CallerReference": reference}
    with in_plain_words(f"CloudFront {distribution}", "cloudfront:CreateInvalidation"):
        session = boto3.Session(profile_name=profile or None)
        with closing(session.client("cloudfront", config=config)) as client:
            client.create_invalidation(DistributionId=distribution, InvalidationBatch=batch)
