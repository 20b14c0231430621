"""One sound document of each kind, and what spoils it: a rule of rules.txt for each row."""

from __future__ import annotations

import re

from activefeed.tree import ATOM, JSON_CHAPTERS, JSON_FEED, RSS

VTT, SRT, JSON = "text/vtt; charset=utf-8", "application/x-subrip", "application/json"

PODCAST = """\
<?xml version='1.0' encoding='UTF-8'?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:fh="http://purl.org/syndication/history/1.0"><channel>
<title>Strong Back</title>
<link>https://clinic.example/podcast/index.html</link>
<description>Exercises for a quiet back.</description>
<atom:link href="https://clinic.example/feed.xml" rel="self" type="application/rss+xml"/>
<copyright>The Clinic</copyright>
<image><url>https://clinic.example/cover.png</url><title>Strong Back</title>
<link>https://clinic.example/podcast/index.html</link></image>
<language>en-us</language>
<lastBuildDate>Mon, 02 Mar 2026 07:30:00 +0000</lastBuildDate>
<itunes:author>The Clinic</itunes:author>
<itunes:image href="https://clinic.example/cover.png"/>
<itunes:category text="Health &amp; Fitness"><itunes:category text="Medicine"/></itunes:category>
<itunes:explicit>false</itunes:explicit>
<itunes:type>serial</itunes:type>
<itunes:new-feed-url>https://clinic.example/feed.xml</itunes:new-feed-url>
<itunes:complete>Yes</itunes:complete>
<itunes:owner><itunes:name>Anna</itunes:name>
<itunes:email>anna@x.example</itunes:email></itunes:owner>
<podcast:guid>9b024349-ccf0-5f69-a609-6b82873eab3c</podcast:guid>
<podcast:locked>yes</podcast:locked>
<podcast:medium>podcastL</podcast:medium>
<podcast:funding url="https://give.example/">Support us</podcast:funding>
<podcast:license url="https://x.example/l">My own terms</podcast:license>
<podcast:txt purpose="verify">abc</podcast:txt>
<podcast:updateFrequency complete="true"
 dtstart="2026-01-01T06:00:00Z">Weekly</podcast:updateFrequency>
<podcast:trailer url="https://x.example/t.mp3"
 pubdate="Sun, 01 Mar 2026 06:00:00 GMT">Soon</podcast:trailer>
<item>
<title>Strong hips, quiet back</title>
<link>https://clinic.example/podcast/hips.html</link>
<description>&lt;p&gt;&lt;a href="https://x.example/"&gt;Notes&lt;/a&gt;.&lt;/p&gt;</description>
<content:encoded><![CDATA[<p>Notes.</p>]]></content:encoded>
<guid isPermaLink="false">7d9f6c2e</guid>
<category>Back Pain</category>
<enclosure url="https://clinic.example/media/hips.mp3" length="4321" type="audio/mpeg"/>
<pubDate>Sun, 01 Mar 2026 06:00:00 +0000</pubDate>
<itunes:duration>754</itunes:duration>
<itunes:image href="https://clinic.example/hips.jpg"/>
<itunes:explicit>false</itunes:explicit>
<itunes:episode>12</itunes:episode>
<itunes:season>2</itunes:season>
<itunes:episodeType>full</itunes:episodeType>
<itunes:block>Yes</itunes:block>
<podcast:season name="Hips">2</podcast:season>
<podcast:episode display="12a">12.5</podcast:episode>
<podcast:transcript url="https://x.example/t.vtt" type="text/vtt" language="en" rel="captions"/>
<podcast:chapters url="https://x.example/c.json" type="application/json+chapters"/>
<podcast:soundbite startTime="30.5" duration="60"></podcast:soundbite>
<psc:chapters version="1.2" xmlns:psc="http://podlove.org/simple-chapters">
<psc:chapter start="00:01:10.500" title="Hips" href="https://x.example/" image="https://x.example/i"/>
</psc:chapters>
<podcast:image href="https://x.example/wide.jpg"/>
<podcast:person img="https://x.example/a.jpg" href="https://x.example/">Anna</podcast:person>
<podcast:location rel="subject" geo="geo:43.66,-70.25" osm="R113314"
 country="US">Portland</podcast:location>
<podcast:socialInteract protocol="activitypub" uri="https://x.example/@a/1"/>
</item>
<item>
<title>Second of two</title>
<description>Notes.</description>
<guid isPermaLink="true">https://clinic.example/?p=1</guid>
<enclosure url="https://clinic.example/media/two.mp3" length="4321" type="audio/mpeg"/>
<itunes:episode>13</itunes:episode>
<podcast:socialInteract protocol="disabled"/>
</item>
</channel></rss>
"""
BLOG = """\
<?xml version='1.0' encoding='UTF-8'?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:fh="http://purl.org/syndication/history/1.0"><channel>
<title>Notes</title><link>https://clinic.example/blog/</link><description>Ours.</description>
<atom:link href="https://clinic.example/blog/feed.xml" rel="self"/>
<item><title>Walking</title><description>Short.</description>
<guid isPermaLink="false">a</guid></item>
<item><title>12</title><guid>https://clinic.example/b</guid></item>
</channel></rss>
"""
ATOM_FEED = """\
<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:fh="http://purl.org/syndication/history/1.0">
<id>urn:uuid:1</id><title type="text">Notes</title><updated>2026-03-02T07:30:00+00:00</updated>
<author><name>Anna</name><uri>https://x.example/</uri></author>
<link href="https://clinic.example/atom.xml" rel="self"/>
<link href="https://clinic.example/blog/" rel="alternate" type="text/html"/>
<entry><id>tag:x.example,2026:1</id><title>Walking</title><updated>2026-03-02T07:30:00Z</updated>
<published>2026-03-01T07:30:00.5Z</published><category term="hips" label="Hips"/>
<link href="https://clinic.example/w" rel="alternate" type="text/html"/>
<content type="html">&lt;p&gt;x&lt;/p&gt;</content></entry>
<entry><id>urn:uuid:2</id><title>Two</title><updated>2026-03-02T07:30:00Z</updated>
<author><name>Ben</name></author>
<link href="https://clinic.example/2" rel="alternate"/></entry>
</feed>
"""
BLOG_JSON = """\
{"version": "https://jsonfeed.org/version/1.1", "title": "Notes",
"home_page_url": "https://clinic.example/", "feed_url": "https://clinic.example/feed.json",
"next_url": "https://clinic.example/2.json", "language": "en", "authors": [{"name": "Anna"}],
"items": [{"id": "urn:uuid:1", "url": "https://clinic.example/w", "title": "Walking",
"content_html": "", "image": "https://x.example/i.png", "tags": ["Hips"],
"date_published": "2026-03-02T07:30:00Z", "date_modified": "2026-03-02T07:30:00+02:00",
"authors": [{"url": "https://x.example/", "avatar": "https://x.example/a.png"}],
"attachments": [{"url": "https://x.example/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 5,
"duration_in_seconds": 7}]},
{"id": "urn:uuid:2", "content_text": "Words"}]}
"""
CHAPTERS = """\
{"version": "1.2.0", "chapters": [{"startTime": 0, "title": "A", "img": "https://x.example/a.jpg"},
{"startTime": 15.172, "title": "B", "url": "https://x.example/"}, {"startTime": 40}]}
"""
VTT_FILE = """\
WEBVTT

00:00:00.300 --> 00:00:02.386
<v Anna>Welcome.</v>

00:02.706 --> 00:06.135 align:start
Today.
"""
SRT_FILE = """\
1
00:00:00,300 --> 00:00:02,386
Anna: Welcome.

2
00:00:02,706 --> 00:00:06,135
Today.
"""
TRANSCRIPT = """\
{"version": "1.0.0", "segments": [{"startTime": 0.3, "endTime": 2.386, "body": " Welcome. "},
{"startTime": 2.7, "body": "Today."}]}
"""
SOUND = {
    "podcast": ("podcast/feed.xml", RSS, PODCAST),
    "blog": ("blog/feed.xml", RSS, BLOG),
    "atom": ("blog/atom.xml", ATOM, ATOM_FEED),
    "json": ("blog/feed.json", JSON_FEED, BLOG_JSON),
    "chapters": ("podcast/hips/chapters.json", JSON_CHAPTERS, CHAPTERS),
    "vtt": ("podcast/hips/transcript.vtt", VTT, VTT_FILE),
    "srt": ("podcast/hips/transcript.srt", SRT, SRT_FILE),
    "transcript": ("podcast/hips/transcript.json", JSON, TRANSCRIPT),
}
FIRST, SECOND = "7d9f6c2e", "https://clinic.example/?p=1"  # guids of the episodes


def without(tag: str) -> tuple[str, str]:
    """Return the first element of a name in the podcast, and nothing."""
    found = re.search(rf"<{tag}\b[^>]*(?:/>|>(?:(?!</{tag}>).)*</{tag}>)", PODCAST, re.DOTALL)
    assert found, tag
    return found[0], ""


def twice(tag: str) -> tuple[str, str]:
    return without(tag)[0], without(tag)[0] * 2


LONG = "x" * 129
OWN = 'href="https://clinic.example/blog/feed.xml"'
AUDIO = 'url="https://clinic.example/media/hips.mp3"'
# Each row: document, what is replaced by what, and what is found: code (~ a warning), key, words.
SPOILED = [
    # documents
    ("podcast", "<?xml", "\ufeff<?xml", "rule-rss", "", "does not begin with <?xml"),
    ("podcast", "<?xml", "\n<?xml", "rule-rss", "", "does not begin with <?xml"),
    ("podcast", "UTF-8", "ISO-8859-1", "rule-rss", "", "does not begin with <?xml"),
    ("podcast", "</channel>", "", "rule-rss", "", "cannot be read: "),
    ("podcast", "Strong Back<", "Strong&nbsp;Back<", "rule-rss", "", "cannot be read: "),
    ("podcast", 'version="2.0"', 'version="0.91"', "rule-rss", "version", '"0.91"'),
    # RSS
    ("blog", "<title>Notes</title>", "", "rule-rss", "title", "the title is missing"),
    ("blog", "<description>Ours.</description>", "", "rule-rss", "description", "is missing"),
    ("blog", "<link>https://clinic.example/blog/</link>", "", "rule-rss", "url", "is missing"),
    ("blog", "<title>12</title>", "", "rule-rss", "title", "the title and the text are missing"),
    ("blog", "<title>12</title>", "<title/>", "rule-rss", "title", "the title is empty"),
    ("blog", "<title>12</title>", "<title>1</title><title>2</title>", "rule-rss", "title", "once"),
    ("blog", "Short.", '&lt;img alt="" src="a.png"&gt;', "~rule-rss", "summary", "whole address"),
    ("blog", ">https://clinic.example/b<", ">b<", "rule-rss", "guid", 'the guid "b" is no address'),
    ("blog", "<guid>", "<itunes:block>Yes</itunes:block><guid>", "rule-rss", "", "for a podcast"),
    ("podcast", ' isPermaLink="true"', ' isPermaLink="yes"', "rule-rss", "guid", "true or false"),
    ("podcast", '"true">https://clinic.example/?p=1', f'"false">{FIRST}', "rule-rss", "guid",
     f'the guid "{FIRST}" is that of another item too (RSS 2.0, guid)'),
    ("podcast", *twice("pubDate"), "rule-rss", "date", "the date is there more than once"),
    ("podcast", "Sun, 01 Mar 2026 06:00:00 +0000", "Mon, 01 Mar 2026 06:00:00 +0000", "rule-rss",
     "date", "is no date like Thu, 01 Jan 2026 12:00:00 +0000 (RSS 2.0, pubDate)"),
    ("podcast", "Mon, 02 Mar 2026 07:30:00 +0000", "2026-03-02", "rule-rss", "updated", "no date"),
    ("podcast", "</category>", " </category>", "rule-rss", "categories", "a space at its start or"),
    ("podcast", "<url>https:", "<url>", "rule-rss", "cover", "the cover is incomplete"),
    ("podcast", "podcast/hips.html", "höhe", "rule-rss", "url", '"https://clinic.example/höhe" is'),
    ("podcast", "podcast/hips.html", "a b", "rule-rss", "url", "is no whole address"),
    ("podcast", "https://clinic.example/podcast/hips.html", "/hips", "rule-rss", "url", "whole"),
    ("podcast", "<p>Notes.</p>", '<a href="#x">n</a>', "~rule-rss", "summary",
     "has a link that is no"),
    # enclosures
    ("podcast", AUDIO, 'url="ftp://x.example/a.mp3"', "rule-apple", "audio",
     "the url of the audio"),
    ("podcast", AUDIO, "", "rule-apple", "audio", "the url of the audio is missing"),
    ("podcast", 'length="4321"', 'length="0"', "rule-rss", "audio",
     'length of the audio "0" is no'),
    ("podcast", 'length="4321"', 'length="-1"', "rule-rss", "audio", "is no whole number from 1"),
    ("podcast", 'length="4321" ', "", "rule-rss", "audio", "the length of the audio is missing"),
    ("podcast", 'type="audio/mpeg"', 'type="audio/x-foo"', "rule-apple", "audio",
     "no type that apps"),
    ("podcast", 'type="audio/mpeg"', 'type="audio/ogg"', "~rule-apple", "audio",
     "played by Apple Podcasts"),
    ("podcast", "hips.mp3", "hips.mp3?a=1", "~rule-apple", "audio", "does not end in .mp3"),
    ("podcast", "hips.mp3", "hips", "~rule-apple", "audio", "does not end in .mp3 or the like"),
    # PSP-1
    ("podcast", *without("title"), "rule-psp1", "title", "the title is missing (PSP-1, 4)"),
    ("podcast", "Strong Back", "x" * 256, "~rule-psp1", "title", "longer than 255 characters"),
    ("podcast", *without("description"), "rule-psp1", "description", "(PSP-1, 5)"),
    ("podcast", "Exercises", "ü" * 2000, "rule-psp1", "description", "longer than 4000 bytes"),
    ("podcast", *without("link"), "rule-psp1", "url", "the link is missing (PSP-1, 6)"),
    ("podcast", *without("language"), "rule-psp1", "language", "missing (PSP-1, 7)"),
    ("podcast", "en-us", "english", "rule-psp1", "language", "is no language"),
    ("podcast", PODCAST[PODCAST.index("<itunes:cat") : PODCAST.index("<itunes:expl")], "",
     "rule-psp1", "apple_categories", "the Apple category is missing (PSP-1, 8)"),
    ("podcast", *without("itunes:explicit"), "rule-psp1", "explicit", "missing (PSP-1, 9)"),
    ("podcast", "explicit>false", "explicit>no", "rule-psp1", "explicit",
     '"no" is not true or false'),
    ("podcast", *without("itunes:image"), "rule-psp1", "cover", "the cover is missing (PSP-1, 10)"),
    ("podcast", "t>The Clinic", "t>Copyright The Clinic", "~rule-psp1", "copyright", "(PSP-1, 14)"),
    ("podcast", "t>The Clinic", "t>© The Clinic", "~rule-psp1", "copyright",
     "more than the holder"),
    ("podcast", "t>The Clinic", "t>The Clinic 2026", "~rule-psp1", "copyright", "more than the"),
    ("podcast", "<title>Strong hips, quiet back</title>", "", "rule-psp1", "title", "(PSP-1, 19)"),
    ("podcast", "Strong hips, quiet", "x" * 255, "~rule-psp1", "title", "longer than 255"),
    *(("podcast", "Strong hips, quiet", new, "~rule-psp1", "title",
     "begins with a number (PSP-1, 19)")
      for new in ("Episode 12:", "episode 3", "Ep. 12 -", "EP12", "S2E3", "Season 2", "#12", "12.",
                  "12: x", "12 – x")),
    *(("podcast", "Strong hips, quiet back", new, "~rule-psp1", "title",
     "is a number or a flag to the Podcast")
      for new in ("00123", "1e5", "True", "-1.5", ".5")),
    ("podcast", *without("enclosure"), "rule-psp1", "audio", "the audio is missing (PSP-1, 20)"),
    ("podcast", *twice("enclosure"), "rule-psp1", "audio", "more than once (PSP-1, 20)"),
    ("podcast", *without("guid"), "rule-psp1", "guid", "the guid is missing (PSP-1, 21)"),
    ("podcast", "<guid", "<guid>https://x.example/</guid><guid", "rule-psp1", "guid", "than once"),
    ("podcast", FIRST, "00123", "~rule-psp1", "guid",
     '"00123" is a number or a flag to the Podcast'),
    ("podcast", FIRST, " abc", "~rule-psp1", "guid", '" abc" has a space at its start'),
    ("podcast", "<description>Notes.</description>", "", "~rule-psp1", "summary", "(PSP-1, 24)"),
    ("podcast", "<description>Notes.", "<description>" + "ü" * 2001, "rule-psp1", "summary",
     "4000"),
    # Apple
    ("podcast", "<itunes:author>The Clinic</itunes:author>",
     '<i:author xmlns:i="http://www.itunes.com/dtds/podcast-1.0.dtd">A</i:author>', "rule-podcast",
     "author", "has another prefix than the one that apps look for"),
    ("podcast", 'text="Medicine"', 'text=""', "rule-apple", "apple_categories", "is empty"),
    ("podcast", 'text="Medicine"', "", "rule-apple", "apple_categories", "is missing"),
    ("podcast", "cover.png\"/>", "cover.webp\"/>", "~rule-apple", "cover", "is no JPEG or PNG"),
    ("podcast", 'f="https://clinic.example/hips', 'f="/hips', "rule-apple", "image",
     "whole address"),
    ("podcast", 'f="https://clinic.example/hips', 'f="http://x.example/hips', "~rule-apple",
     "image",
     "is not https"),
    ("podcast", ">serial<", ">Serial<", "rule-apple", "type", '"Serial" is not episodic or serial'),
    ("podcast", *without("itunes:episode"), "rule-apple", "episode",
     "has no number, and the show is serial"),
    ("podcast", "<itunes:episode>13</itunes:episode>", "", "rule-apple", "episode", "is serial"),
    ("podcast", "feed-url>https:", "feed-url>", "rule-apple", "new_feed_url",
     "is no whole address"),
    ("podcast", "complete>Yes", "complete>no", "rule-apple", "complete", '"no" is not Yes'),
    ("podcast", "block>Yes", "block>yes", "rule-apple", "block", '"yes" is not Yes'),
    ("podcast", "anna@x.example", "anna", "rule-apple", "owner", "email of the owner"),
    ("podcast", "author>The Clinic", "author>", "rule-apple", "author", "the author is empty"),
    ("podcast", ">754<", ">12:34<", "rule-apple", "duration", '"12:34" is no whole number from 1'),
    ("podcast", ">754<", ">754.0<", "rule-apple", "duration", "(Apple, itunes:duration)"),
    ("podcast", *twice("itunes:duration"), "rule-apple", "duration", "more than once"),
    ("podcast", "episode>12<", "episode>0<", "rule-apple", "episode", "is no whole number from 1"),
    ("podcast", "season>2<", "season>two<", "rule-apple", "season", "is no whole number from 1"),
    ("podcast", ">full<", ">Full<", "rule-apple", "type", "is not full or trailer or bonus"),
    # the podcast namespace
    ("podcast", "9b024349-", "", "rule-podcast", "guid", "as apps want it"),
    ("podcast", "locked>yes", "locked>true", "rule-podcast", "locked", '"true" is not yes or no'),
    ("podcast", *twice("podcast:locked"), "rule-podcast", "locked", "more than once"),
    ("podcast", "podcastL", "radio", "rule-podcast", "medium", '"radio" is not'),
    ("podcast", ' url="https://give.example/"', "", "rule-podcast", "funding",
     "url of the funding"),
    ("podcast", "https://give.example/", "give", "rule-podcast", "funding", "is no whole address"),
    ("podcast", "https://give.example/", "http://give.example/", "~rule-podcast", "funding",
     "https"),
    ("podcast", "Support us", "", "rule-podcast", "funding", "the funding is empty"),
    ("podcast", "Support us", LONG, "rule-podcast", "funding", "longer than 128 characters"),
    ("podcast", "Support us", "5", "~rule-podcast", "funding",
     "is a number or a flag to the Podcast"),
    ("podcast", ' url="https://x.example/l"', "", "rule-podcast", "license", "has no address"),
    ("podcast", "My own terms", LONG, "rule-podcast", "license", "longer than 128"),
    ("podcast", ">abc<", "><", "rule-podcast", "txt", "the txt is empty"),
    ("podcast", ">abc<", f">{LONG * 32}<", "rule-podcast", "txt", "longer than 4000 characters"),
    ("podcast", '"verify"', f'"{LONG}"', "rule-podcast", "txt", "the purpose of the txt"),
    ("podcast", "Weekly", LONG, "rule-podcast", "update_frequency", "the update frequency"),
    ("podcast", 'complete="true"', 'complete="1"', "rule-podcast", "update_frequency", "true or"),
    ("podcast", "2026-01-01T06:00:00Z", "2026-01-01", "rule-podcast", "update_frequency",
     "no date"),
    ("podcast", ' url="https://x.example/t.mp3"', "", "rule-podcast", "trailer", "is missing"),
    ("podcast", "https://x.example/t.mp3", "http://x.example/t.mp3", "~rule-podcast", "trailer",
     "https"),
    ("podcast", ' pubdate="Sun, 01 Mar 2026 06:00:00 GMT"', "", "rule-podcast", "trailer",
     "pubdate"),
    ("podcast", "06:00:00 GMT", "6:00", "rule-podcast", "trailer", "is no date like"),
    ("podcast", '<podcast:season name="Hips">2', '<podcast:season name="Hips">2.5', "rule-podcast",
     "season", "is no whole number"),
    ("podcast", "12.5", "twelve", "rule-podcast", "episode", "is no number"),
    ("podcast", '"12a"', f'"{LONG}"', "rule-podcast", "episode", "longer than 32 characters"),
    ("podcast", ' url="https://x.example/t.vtt"', "", "rule-podcast", "transcript", "is missing"),
    ("podcast", ' type="text/vtt"', "", "rule-podcast", "transcript", "type of the transcript is"),
    ("podcast", '"text/vtt"', '"text/srt"', "rule-podcast", "transcript", '"text/srt" is not'),
    ("podcast", "https://x.example/t.vtt", "http://x.example/t.vtt", "~rule-podcast", "transcript",
     "(podcast namespace, podcast:transcript@url)"),
    ("podcast", '"captions"', '"subtitles"', "rule-podcast", "transcript", "is not captions"),
    ("podcast", "json+chapters", "json", "rule-podcast", "chapters", "as apps want it"),
    ("podcast", *twice("podcast:chapters"), "rule-podcast", "chapters", "more than once"),
    ("podcast", '"30.5"', '"0:30"', "rule-podcast", "soundbites", "is no number"),
    ("podcast", ' startTime="30.5"', "", "rule-podcast", "soundbites", "is missing"),
    ("podcast", '"30.5"', '"0.0"', "~rule-podcast", "soundbites",
     "is dropped by the Podcast Index"),
    ("podcast", 'duration="60"', 'duration="1m"', "rule-podcast", "soundbites", "is no number"),
    ("podcast", 'duration="60"', 'duration="14.9"', "~rule-podcast", "soundbites", "15 to 120"),
    ("podcast", 'duration="60"', 'duration="121"', "~rule-podcast", "soundbites", "15 to 120"),
    ("podcast", '"30.5"', '"700"', "rule-podcast", "soundbites", "ends after the audio"),
    ("podcast", '"60"></', f'"60">{LONG}</', "rule-podcast", "soundbites", "longer than 128"),
    ("podcast", ">Anna</podcast", "></podcast", "rule-podcast", "people", "the person is empty"),
    ("podcast", ">Anna</podcast", f">{LONG}</podcast", "rule-podcast", "people", "longer than 128"),
    ("podcast", '"https://x.example/a.jpg"', '"a.jpg"', "rule-podcast", "people", "the img of the"),
    ("podcast", 'href="https://x.example/">A', 'href="http://x.example/">A', "~rule-podcast",
     "people", "is not https"),
    ("podcast", "Portland", LONG, "rule-podcast", "location", "longer than 128"),
    ("podcast", "geo:43.66", "43.66", "rule-podcast", "location", "is no place like geo:"),
    ("podcast", "R113314", "113314", "rule-podcast", "location", "the osm of the location"),
    ("podcast", '"US"', '"us"', "rule-podcast", "location", "the country of the location"),
    ("podcast", '"subject"', '"topic"', "rule-podcast", "location", "subject or creator"),
    ("podcast", ' uri="https://x.example/@a/1"', "", "rule-podcast", "comments", "has no address"),
    ("podcast", '"activitypub"', '"mastodon"', "rule-podcast", "comments", "the protocol of the"),
    # RFC 5005, and the link of a feed to itself
    ("podcast", ' rel="self"', ' rel="me"', "rule-atom", "", "has not one link rel=self"),
    ("blog", "<item>", '<atom:link rel="self" href="https://x.example/"/><item>', "rule-atom",
     "", ""),
    ("blog", ' rel="self"', "", "rule-atom", "", "has not one link rel=self"),
    ("atom", ' rel="self"', "", "rule-atom", "", "has not one link rel=self"),
    ("blog", "https://clinic.example/blog/feed.xml", "feed.xml", "rule-atom", "url",
     "whole address"),
    ("blog", "<item>", "<fh:archive/><item>", "rule-rfc5005", "", "without a link rel=current"),
    ("blog", "<item>", f'<fh:archive/><atom:link rel="current" {OWN}/><item>', "rule-rfc5005", "",
     "is an archive subscribed to"),
    ("blog", "<item>", f'<atom:link rel="prev-archive" {OWN}/><item>', "rule-rfc5005", "",
     "is an archive before itself"),
    ("blog", "<item>", '<atom:link rel="prev-archive" href="https://x.example/1.xml"/><item>',
     "rule-rfc5005", "", "there is no archive https://x.example/1.xml"),
    ("atom", "<entry>", '<fh:complete/><link rel="next" href="https://x.example/2"/><entry>',
     "rule-rfc5005", "", "but has links to more"),
    # Atom
    ("atom", "<id>urn:uuid:1</id>", "", "rule-atom", "guid", "the guid is missing"),
    ("atom", "urn:uuid:2", "2", "rule-atom", "guid", "as apps want it"),
    ("atom", "urn:uuid:2", "tag:x.example,2026:1", "rule-atom", "guid", "is that of another too"),
    ("atom", '<title type="text">Notes</title>', "", "rule-atom", "title", "is missing"),
    ("atom", '"text"', '"CDATA"', "rule-atom", "title", "is not text or html or xhtml"),
    ("atom", '"html"', '"text/plain"', "rule-atom", "summary", "is not text or html or xhtml"),
    ("atom", "<updated>2026-03-02T07:30:00+00:00</updated>", "", "rule-atom", "updated", "missing"),
    ("atom", "2026-03-02T07:30:00+00:00", "2026-03-02 07:30:00Z", "rule-atom", "updated",
     "no date"),
    ("atom", "2026-03-01T07:30:00.5Z", "2026-13-01T07:30:00Z", "rule-atom", "date", ""),
    ("atom", "2026-03-01T07:30:00.5Z", "2026-03-01T07:30:00", "rule-atom", "date",
     "is no date like"),
    ("atom", "<name>Anna</name>", "", "rule-atom", "authors", ""),
    ("atom", "<uri>https:", "<uri>", "rule-atom", "authors", ""),
    ("atom", "<author><name>Anna</name><uri>https://x.example/</uri></author>", "", "rule-atom",
     "", ""),
    ("atom", '2" rel="alternate"', '2" rel="related"', "rule-atom", "", "has no text, no page"),
    ("atom", "<content",
     '<link rel="alternate" type="text/html" href="https://x.example/"/><content',
     "rule-atom", "url", "is a second one of its type"),
    ("atom", '"https://clinic.example/w"', '"w"', "rule-atom", "url", "is no whole address"),
    ("atom", ' term="hips"', "", "rule-atom", "categories", "is missing"),
    ("atom", "<feed ", "<rss ", "rule-atom", "", "cannot be read: "),
    ("atom", "&lt;p&gt;", '&lt;a href="x"&gt;', "~rule-atom", "summary",
     "has a link that is no whole"),
    # JSON Feed
    ("json", '"Notes",', '"Notes"', "rule-json-feed", "", "cannot be read: "),
    ("json", "version/1.1", "version/1", "rule-json-feed", "version", ""),
    ("json", '"title": "Notes",', "", "rule-json-feed", "title", "the title is missing"),
    ("json", '"title": "Notes"', '"title": 5', "rule-json-feed", "title", "is no text"),
    ("json", '"items": [', '"posts": [', "rule-json-feed", "", "has no list of items"),
    ("json", '"home_page_url": "https:', '"home_page_url": "', "rule-json-feed", "home_page_url",
     ""),
    ("json", '"next_url": "https://clinic.example/2.json"',
     '"next_url": "https://clinic.example/feed.json"', "rule-json-feed", "feed_url", "next page"),
    ("json", '"language": "en"', '"author": {"name": "A"}', "rule-json-feed", "", "older version"),
    ("json", '"id": "urn:uuid:1", ', "", "rule-json-feed", "guid", "the guid is missing"),
    ("json", '"id": "urn:uuid:1"', '"id": 1', "rule-json-feed", "guid", '"1" is no text'),
    ("json", "urn:uuid:2", "urn:uuid:1", "rule-json-feed", "guid", "is that of another too"),
    ("json", ', "content_text": "Words"', "", "rule-json-feed", "", "has no text"),
    ("json", '"content_html": ""', '"content_html": "<img src=\'/a.png\'>"', "~rule-json-feed",
     "summary", "has a link"),
    ("json", "2026-03-02T07:30:00Z", "Mon, 02 Mar 2026", "rule-json-feed", "date",
     "is no date like"),
    ("json", '{"name": "Anna"}', "{}", "rule-json-feed", "authors", "neither name nor address"),
    ("json", "https://x.example/a.mp3", "a.mp3", "rule-json-feed", "audio", "is no whole address"),
    ("json", '"mime_type": "audio/mpeg", ', "", "rule-json-feed", "audio", "is missing"),
    # chapters and transcripts
    ("podcast", "00:01:10.500", "1m10", "rule-chapters", "chapters", "as apps want it"),
    ("podcast", ' title="Hips"', "", "rule-chapters", "chapters", "the title of the chapters"),
    ("podcast", 'version="1.2"', 'version="1.0"', "rule-chapters", "chapters", "1.1 or 1.2"),
    ("chapters", '"1.2.0"', "1.2", "rule-chapters", "version", ""),
    ("chapters", ": 15.172", ': "15.172"', "rule-chapters", "chapters", "is no number"),
    ("chapters", ": 15.172", ": NaN", "rule-chapters", "", "cannot be read: "),
    ("chapters", '"startTime": 0', '"startTime": -1', "rule-chapters", "chapters", "no number"),
    ("chapters", '"startTime": 15.172, ', "", "rule-chapters", "chapters", "the startTime of"),
    ("chapters", ": 15.172", ": 41", "rule-chapters", "chapters", "not in the order of time"),
    ("chapters", "https://x.example/a.jpg", "a.jpg", "rule-chapters", "chapters",
     "the img of the chapters"),
    ("chapters", ', {"startTime": 40}', "", "~rule-apple", "", "fewer than three chapters"),
    ("chapters", '"startTime": 0', '"startTime": 5', "~rule-apple", "", "or none at 0:00"),
    ("vtt", "WEBVTT", "WEBVTTX", "rule-transcript", "", "cannot begin with 'WEBVTTX'"),
    ("vtt", "00:02.706", "00:2.706", "rule-transcript", "", "is no start and end"),
    ("vtt", "00:02.706", "00:00:02,706", "rule-transcript", "", "is no start and end"),
    ("vtt", "00:00:02.386", "00:00:00.300", "rule-transcript", "transcript",
     "ends before it begins"),
    ("vtt", "00:02.706", "00:00.100", "rule-transcript", "transcript",
     "not in the order of time"),
    ("srt", "1\n", "", "rule-transcript", "", "cannot begin with"),
    ("srt", "00:00:02,706", "00:00:02.706", "rule-transcript", "", "is no start and end"),
    ("srt", "00:00:06,135", "00:00:02,000", "rule-transcript", "transcript",
     "ends before it begins"),
    ("transcript", '"version": "1.0.0", ', "", "rule-transcript", "version", "is missing"),
    ("transcript", "segments", "cues", "rule-transcript", "transcript", "is missing"),
    ("transcript", "2.386", '"2.386"', "rule-transcript", "transcript", "has a time that is no"),
    ("transcript", "2.386", "0.1", "rule-transcript", "transcript", "ends before it begins"),
    ("transcript", ', "body": "Today."', "", "rule-transcript", "transcript",
     "has a cue that is empty"),
]  # fmt: skip
