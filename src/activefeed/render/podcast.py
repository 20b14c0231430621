"""The podcast's RSS feed: what apps and directories read (PSP-1, Apple, Podcasting 2.0).

Pure: values to bytes. Never uses feedgen's own podcast extension, which cannot write what Apple
asks for today.
"""

from activefeed.render import markup, media, namespaces
from activefeed.render.entry import Document, Edition, Entry
from activefeed.render.namespaces import clean
from activefeed.render.templates import elements


def render(edition: Edition, document: Document) -> bytes:
    """Return a document of the show's feed; entries stay in their order, newest first."""
    show = edition.site.show
    assert show is not None
    made = namespaces.begin(edition, document, "itunes", "podcast", "psc")
    made.copyright(clean(show.copyright))
    cover = edition.url(media.picture(show.cover))
    made.image(url=cover, title=clean(show.title), link=edition.url(document.feed.page))
    made.own.xml = elements("show", edition, document)
    for entry in document.entries:
        item = namespaces.add_rss(made, entry, _description(entry))
        item.own.xml = elements("episode", edition, entry)
    return namespaces.styled(made.rss_str(pretty=True), edition, document)


def _description(entry: Entry) -> str:
    html = markup.for_description(namespaces.clean_html(entry.feed_html))
    fits = len(html.encode()) <= namespaces.DESCRIPTION_LIMIT
    return html if html and fits else namespaces.html_of(entry.summary)
