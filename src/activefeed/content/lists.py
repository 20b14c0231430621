"""Apple's list of podcast categories (feeds.md 3.1); changes only when Apple's list does."""

from collections.abc import Iterator, Mapping

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
Leisure: Animation & Manga; Automotive; Aviation; Crafts; Games; Hobbies; Home & Garden;
  Video Games
Music: Music Commentary; Music History; Music Interviews
News: Business News; Daily News; Entertainment News; News Commentary; Politics;
  Sports News; Tech News
Religion & Spirituality: Buddhism; Christianity; Hinduism; Islam; Judaism; Religion; Spirituality
Science: Astronomy; Chemistry; Earth Sciences; Life Sciences; Mathematics; Natural Sciences; Nature;
  Physics; Social Sciences
Society & Culture: Documentary; Personal Journals; Philosophy; Places & Travel; Relationships
Sports: Baseball; Basketball; Cricket; Fantasy Sports; Football; Golf; Hockey; Rugby; Running;
  Soccer; Swimming; Tennis; Volleyball; Wilderness; Wrestling
Technology
True Crime
TV & Film: After Shows; Film History; Film Interviews; Film Reviews; TV Reviews
"""


def _spellings() -> Iterator[tuple[str, tuple[str, str]]]:
    for line in _TABLE.replace("\n  ", " ").strip().split("\n"):
        name, _, narrower = line.partition(": ")
        yield name, (name, "")
        yield from ((f"{name} > {sub}", (name, sub)) for sub in narrower.split("; ") if sub)


# As it is written in the settings → category and subcategory.
APPLE: Mapping[str, tuple[str, str]] = dict(_spellings())
