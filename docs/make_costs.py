"""Write the table of explanation/costs.md: the arithmetic of its assumptions and list prices.

Run it as ``python docs/make_costs.py``; a test holds the page to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

PAGE = Path(__file__).parent / "pages/explanation/costs.md"
BEGIN, END = "<!-- made by docs/make_costs.py -->\n", "<!-- end -->"

EPISODE = 45 * 60 * 96_000 / 8  # bytes
DOWNLOAD = EPISODE + 4 * 0.1 * 300_000 + 0.5 * 60_000  # bytes for each download
REQUESTS = 3 + 4 + 0.5 * 10
STORED = 8.2  # GB

Tiers = Sequence[tuple[float, float]]  # GB, dollars for each; the last goes on for ever
ALWAYS = float("inf")
S3_OUT: Tiers = ((100, 0), (10_140, 0.09), (40_960, 0.085), (102_400, 0.07), (ALWAYS, 0.05))
CDN_OUT: Tiers = (
    (1_024, 0), (10_240, 0.085), (40_960, 0.08), (102_400, 0.06), (358_400, 0.04), (ALWAYS, 0.03)
)  # fmt: skip


def tiered(amount: float, tiers: Tiers) -> float:
    """Return what an amount costs where more is cheaper."""
    total = 0.0
    for size, price in tiers:
        part = min(amount, size)
        total += part * price
        amount -= part
    return total


def s3(gigabytes: float, requests: float) -> float:
    return STORED * 0.023 + tiered(gigabytes, S3_OUT) + requests / 1_000 * 0.0004


def cloudfront(gigabytes: float, requests: float) -> float:
    return (
        STORED * 0.023 + tiered(gigabytes, CDN_OUT) + max(0, requests - 10_000_000) / 10_000 * 0.01
    )


def r2(_: float, requests: float) -> float:
    return max(0, STORED - 10) * 0.015 + max(0, requests - 10_000_000) / 1_000_000 * 0.36


def dollars(amount: float) -> str:
    return f"{amount:,.2f}" if amount < 10 else f"{amount:,.0f}"


def table() -> str:
    """Return the table, in Markdown."""
    rows = [
        "| downloads a month | traffic | requests | S3 alone | S3 and CloudFront | R2 |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    for downloads in (1_000, 100_000, 10_000_000):
        gigabytes, requests = downloads * DOWNLOAD / 1e9, downloads * REQUESTS
        costs = " | ".join(dollars(way(gigabytes, requests)) for way in (s3, cloudfront, r2))
        rows.append(f"| {downloads:,} | {gigabytes:,.0f} GB | {requests:,.0f} | {costs} |")
    return "\n".join(rows) + "\n"


def page() -> str:
    """Return the page with the table of today."""
    head, rest = PAGE.read_text("utf-8").split(BEGIN)
    return f"{head}{BEGIN}{table()}{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8", newline="\n")
