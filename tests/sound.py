"""One sound document of each kind that apps read; ``spoiled`` says what spoils it."""

from __future__ import annotations

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
