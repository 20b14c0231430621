"""What machines read on a page: JSON-LD by schema.org; and a transcript as turns of speech.

Plain data only; ``pages`` writes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from activefeed.model import Cue, Person, Reference, Site
from activefeed.render.entry import Entry
from activefeed.urls import Addresses

Data = dict[str, object]
_CONTEXT = "https://schema.org"


def website(site: Site, url: str) -> Data:
    """Return the site as a whole."""
    return _filled(
        {"@context": _CONTEXT, "@type": "WebSite", "name": site.title, "url": url,
         "description": site.description, "inLanguage": site.language}
    )  # fmt: skip


def series(site: Site, url: str, cover: str, feed: str) -> Data:
    """Return the show."""
    show = site.show
    assert show is not None
    return _filled(
        {"@context": _CONTEXT, "@type": "PodcastSeries", "name": show.title, "url": url,
         "description": show.description, "image": cover, "webFeed": feed,
         "inLanguage": site.language, "author": [_person(host) for host in show.hosts]}
    )  # fmt: skip


def entry(site: Site, entry: Entry, addresses: Addresses) -> list[Data]:
    """Return an episode or a post."""
    item, sound = entry.item, entry.enclosure
    data: Data = {
        "@context": _CONTEXT,
        "@type": "PodcastEpisode" if sound else "BlogPosting",
        "name" if sound else "headline": item.title,
        "url": entry.url,
        "description": entry.summary,
        "image": addresses.url(entry.image) if entry.image else "",
        "datePublished": item.published.isoformat(),
        "dateModified": item.updated.isoformat(),
        "inLanguage": site.language,
        "keywords": [category.title for category in item.categories],
        "citation": [_citation(reference) for reference in item.references],
    }
    if sound and item.recording and site.show:
        series_url = addresses.url(addresses.page("podcast/index"))
        data |= {
            "actor": [_person(person) for person in item.people],
            "episodeNumber": item.recording.number or "",
            "timeRequired": f"PT{sound.duration}S",
            "partOfSeries": {"@type": "PodcastSeries", "name": site.show.title, "url": series_url},
            "associatedMedia": {
                "@type": "AudioObject",
                "contentUrl": entry.enclosure_url(addresses),
                "encodingFormat": sound.type,
                "contentSize": str(sound.length),
                "duration": f"PT{sound.duration}S",
            },
        }
    else:
        data["author"] = [_person(person) for person in item.people]
    return [_filled(data)]


def _person(person: Person) -> Data:
    return _filled({"@type": "Person", "name": person.name, "url": person.url})


def _citation(reference: Reference) -> Data:
    identifier = [f"PMID:{reference.pmid}"] if reference.pmid else []
    identifier += [f"DOI:{reference.doi}"] if reference.doi else []
    return _filled(
        {"@type": "ScholarlyArticle", "headline": reference.title, "author": reference.authors,
         "datePublished": reference.year, "isPartOf": reference.journal,
         "identifier": identifier, "url": reference.link}
    )  # fmt: skip


def _filled(data: Data) -> Data:
    return {key: value for key, value in data.items() if value not in ("", [], None)}


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says before another one does."""

    speaker: str
    start: float | None
    cues: tuple[Cue, ...]


def turns(entry: Entry) -> list[Turn]:
    """Return the transcript of an episode as turns of at most six cues."""
    recording = entry.item.recording
    cues: Sequence[Cue] = recording.transcript.cues if recording and recording.transcript else ()
    rows: list[list[Cue]] = []
    for cue in cues:
        if rows and rows[-1][0].speaker == cue.speaker and len(rows[-1]) < 6:
            rows[-1].append(cue)
        else:
            rows.append([cue])
    return [Turn(row[0].speaker, row[0].start, tuple(row)) for row in rows]
