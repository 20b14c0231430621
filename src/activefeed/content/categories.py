"""Apple's list of podcast categories (feeds.md 3.1); changes only when Apple's list does."""

from __future__ import annotations

from collections.abc import Mapping

_TABLE = """
Arts: Books; Design; Fashion & Beauty; Food; Performing Arts; Visual Arts
Business: Careers; Entrepreneurship; Investing; Management; Marketing; Non-Profit
Comedy: Comedy Interviews; Improv; Stand-Up
Education: Courses; How To; Language Learning; Self-Improvement
Fiction: Comedy Fiction; Drama; Science Fiction
Government
Health & Fitness: Alternative Health; Fitness; Medicine; Mental Health; Nutrition; Sexuality
History
Kids & Family: Education for Kids; Parenting; Pets & Animals; Stories for Kids
Leisure: Animation & Manga; Automotive; Aviation; Crafts; Games; Hobbies; Home & Garden; Video Games
Music: Music Commentary; Music History; Music Interviews
News: Business News; Daily News; Entertainment News; News Commentary; Politics; Sports News; Tech News
Religion & Spirituality: Buddhism; Christianity; Hinduism; Islam; Judaism; Religion; Spirituality
Science: Astronomy; Chemistry; Earth Sciences; Life Sciences; Mathematics; Natural Sciences; Nature;\
 Physics; Social Sciences
Society & Culture: Documentary; Personal Journals; Philosophy; Places & Travel; Relationships
Sports: Baseball; Basketball; Cricket; Fantasy Sports; Football; Golf; Hockey; Rugby; Running; Soccer;\
 Swimming; Tennis; Volleyball; Wilderness; Wrestling
Technology
True Crime
TV & Film: After Shows; Film History; Film Interviews; Film Reviews; TV Reviews
"""
_LINES = (line.partition(": ") for line in _TABLE.strip().split("\n"))
APPLE: Mapping[str, tuple[str, ...]] = {
    name: tuple(subs.split("; ")) if subs else () for name, _, subs in _LINES
}


def parse(text: str) -> tuple[str, str] | None:
    """Return (category, subcategory or "") of ``Health & Fitness > Medicine``, or None."""
    name, _, sub = (part.strip() for part in text.partition(">"))
    if name in APPLE and (not sub or sub in APPLE[name]):
        return name, sub
    return None


def spellings() -> list[str]:
    """Return every category as it is written in the settings."""
    return [*APPLE, *(f"{name} > {sub}" for name, subs in APPLE.items() for sub in subs)]
