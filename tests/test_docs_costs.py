"""explanation/costs.md: its table is the arithmetic of its assumptions."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "docs"))

import make_costs


def test_the_table_is_what_the_assumptions_come_to() -> None:
    assert make_costs.PAGE.read_text("utf-8") == make_costs.page()


def test_cheaper_tiers_are_filled_one_after_the_other() -> None:
    tiers = ((100, 0), (10, 2.0), (make_costs.ALWAYS, 1.0))
    assert [make_costs.tiered(gb, tiers) for gb in (50, 105, 120)] == [0, 10, 30]


def test_the_page_says_what_the_arithmetic_takes_for_given() -> None:
    words = make_costs.PAGE.read_text("utf-8")
    assert f"{make_costs.EPISODE / 1e6:.1f} MB" in words
    assert f"{make_costs.DOWNLOAD / 1e6:.2f} MB and {make_costs.REQUESTS:.0f} requests" in words
