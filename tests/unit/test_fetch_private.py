"""Addresses out of somebody's feed lead into no private network, by whatever name it is called."""

from __future__ import annotations

import datetime
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from web import Reply, Web, web
from wire import Connection, answer_bytes, serve

from activefeed import fetch

NOBODY: frozenset[str] = frozenset()
LOOPBACK = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0x7f.0.0.1", "127.9.9.9",
    "0.0.0.0", "localhost", "LOCALHOST", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[0:0:0:0:0:0:0:1]", "[::127.0.0.1]", "127%2E0%2E0%2E1", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
]  # fmt: skip
UNKNOWN = ["localhost.", "１２７.０.０.１", "①②⑦.⓪.⓪.①"]  # to some resolvers, and to http
ELSEWHERE = [
    "10.0.0.5", "172.16.0.1", "172.31.255.254", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.2.7", "198.18.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1", "2852039166",
    "[fe80::1]", "[fc00::1]", "[fd12:3456::1]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]",
    "[::ffff:10.0.0.1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::a00:1]", "[2002:a00:1::1]",
]  # fmt: skip
WORLD = "93.184.216.34"  # an address that anybody can have


@dataclass
class Proxy:
    """A proxy that has the same answer for everybody."""

    url: str = ""
    asked: list[str] = field(default_factory=list)


@contextmanager
def proxies() -> Iterator[Proxy]:
    made = Proxy()

    def talk(client: Connection) -> None:
        if head := client.read_head():
            made.asked.append(head.start.rpartition(" ")[0])
            client.send(answer_bytes(200, [("Connection", "close")], b"through the proxy"))

    with serve(talk) as made.url:
        yield made


def certified(folder: Path, name: str) -> tuple[Path, Path]:
    """Write a key, and a certificate that it has a name; return their files."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a test")])
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    certificate = (
        x509.CertificateBuilder(who, who, key.public_key(), 1, now - day, now + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = folder / "key.pem", folder / "certificate.pem"
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    files[0].write_bytes(key.private_bytes(serialization.Encoding.PEM, *form))
    files[1].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return files


@pytest.fixture
def host() -> Iterator[Web]:
    with web() as server:
        server.replies["/a.mp3"] = Reply(body=b"secret")
        yield server


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """All that is connected to, of which nothing leaves this machine."""
    found: list[tuple[str, int]] = []
    real = socket.create_connection

    def create(address: tuple[str, int], *more: Any, **options: Any) -> socket.socket:
        found.append(address)
        if not address[0].startswith(("127.", "localhost")):
            raise ConnectionRefusedError(111, "Connection refused")
        return real(address, *more, **options)

    monkeypatch.setattr(socket, "create_connection", create)
    return found


def names(monkeypatch: pytest.MonkeyPatch, **known: list[list[str]]) -> list[str]:
    """Let names stand for addresses, one after the other; returns the names that are looked up."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def look(host: str, port: int, *more: Any, **options: Any) -> Any:
        key = host.partition(".")[0]
        if key not in known:
            return real(host, port, *more, **options)
        asked.append(host)
        turns = known[key]
        now = turns[min(asked.count(host), len(turns)) - 1]
        if not now:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in now]

    monkeypatch.setattr(socket, "getaddrinfo", look)
    return asked


def test_this_machine_is_not_asked_by_any_of_its_names(host: Web) -> None:
    port = host.url.rpartition(":")[2]
    answers = {
        name: fetch.body_of(f"http://{name}:{port}/a.mp3", 100, trust=NOBODY)
        for name in (*LOOPBACK, *UNKNOWN)
    }
    assert {name for name, one in answers.items() if one.status != -1} <= set(UNKNOWN)
    assert all("private network" in answers[name].trouble for name in LOOPBACK)
    assert {(one.status > 0, one.body) for one in answers.values()} == {(False, b"")}
    assert not host.asked


def test_other_machines_of_a_network_are_not_connected_to(called: list[tuple[str, int]]) -> None:
    for ask in (fetch.head_of, fetch.begin_of):
        urls = [f"http://{name}/latest/meta-data/" for name in ELSEWHERE]
        assert not [url for url in urls if ask(url, trust=NOBODY).status != -1]
    assert not called


@pytest.mark.parametrize("ask", [fetch.head_of, fetch.begin_of])
def test_who_is_not_warned_asks_everybody_as_before(
    ask: Callable[[str], fetch.Answer], host: Web
) -> None:
    assert ask(f"{host.url}/a.mp3").status == 200


def test_whom_the_user_named_is_asked_at_that_port_and_no_other(host: Web) -> None:
    trust = frozenset({fetch.place_of(host.url)})
    with web() as neighbour:
        neighbour.replies["/a.mp3"] = Reply(body=b"private")
        assert fetch.body_of(f"{host.url}/a.mp3", 100, trust=trust).body == b"secret"
        assert fetch.body_of(f"{neighbour.url}/a.mp3", 100, trust=trust).status == -1
        other = host.url.replace("127.0.0.1", "localhost")
        assert fetch.body_of(f"{other}/a.mp3", 100, trust=trust).status == -1
        assert not neighbour.asked


@pytest.mark.parametrize("address", [WORLD, "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_the_rest_of_the_world_is_connected_to(
    address: str, monkeypatch: pytest.MonkeyPatch, called: list[tuple[str, int]]
) -> None:
    names(monkeypatch, audio=[[address]])
    assert fetch.head_of("https://audio.example/", trust=NOBODY).trouble == "Connection refused"
    assert called == [(address, 443)]


def test_a_redirect_opens_no_door(host: Web) -> None:
    trust = frozenset({fetch.place_of(host.url)})
    with web() as inside:
        inside.replies["/a.mp3"] = Reply(body=b"secret")
        port = inside.url.rpartition(":")[2]
        for name in (*LOOPBACK, "169.254.169.254", "[fd00::1]"):
            to = f"http://{name}:{port}/a.mp3"
            host.replies["/go"] = Reply(302, {"Location": to})
            answer = fetch.body_of(f"{host.url}/go", 100, trust=trust)
            assert (answer.status, answer.redirects, answer.body) == (-1, 1, b""), name
        assert not inside.asked


def test_a_redirect_to_where_the_user_named_is_followed(host: Web) -> None:
    with web() as first:
        first.replies["/go"] = Reply(301, {"Location": f"{host.url}/a.mp3"})
        both = frozenset({fetch.place_of(first.url), fetch.place_of(host.url)})
        assert fetch.body_of(f"{first.url}/go", 100, trust=both).body == b"secret"


def test_what_a_name_means_a_moment_later_is_of_no_matter(
    host: Web, monkeypatch: pytest.MonkeyPatch, called: list[tuple[str, int]]
) -> None:
    asked = names(monkeypatch, rebind=[[WORLD], ["127.0.0.1"], ["127.0.0.1"]])
    port = int(host.url.rpartition(":")[2])
    answer = fetch.body_of(f"http://rebind.example:{port}/a.mp3", 100, trust=NOBODY)
    assert (answer.status, asked, called) == (0, ["rebind.example"], [(WORLD, port)])
    assert not host.asked
    again = fetch.body_of(f"http://rebind.example:{port}/a.mp3", 100, trust=NOBODY)
    assert again.status == -1


def test_a_name_with_one_private_address_among_others_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, called: list[tuple[str, int]]
) -> None:
    names(monkeypatch, mixed=[[WORLD, "10.0.0.1"]])
    assert fetch.head_of("http://mixed.example/", trust=NOBODY).status == -1
    assert not called


def test_where_one_of_its_addresses_does_not_answer_another_is_asked(
    host: Web, monkeypatch: pytest.MonkeyPatch, called: list[tuple[str, int]]
) -> None:
    monkeypatch.setattr(fetch, "_is_public", lambda address: True)
    names(monkeypatch, two=[[WORLD, "127.0.0.1"]])
    port = host.url.rpartition(":")[2]
    answer = fetch.body_of(f"http://two.example:{port}/a.mp3", 100, trust=NOBODY)
    assert answer.body == b"secret"
    assert [address for address, _ in called] == [WORLD, "127.0.0.1"]


def test_a_name_that_nobody_has_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, nobody=[[]])
    answer = fetch.head_of("http://nobody.example/", trust=NOBODY)
    assert (answer.status, answer.trouble) == (0, "Name or service not known")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/hosts", "ftp://feeds.example/a.mp3", "gopher://127.0.0.1:70/_", "data:,x",
        "javascript:1", "", "nothing", "//feeds.example/a.mp3", "http://", "http:///a.mp3",
        "http://[::1/a", "http://feeds.example:port/", "http://\ud800.example/", "http://a\nb/",
    ],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_not_asked(
    url: str, called: list[tuple[str, int]]
) -> None:
    assert fetch.place_of(url) == ""
    assert fetch.body_of(url, 100, trust=NOBODY).status <= 0
    assert not called


def test_a_password_in_an_address_goes_nowhere(host: Web, called: list[tuple[str, int]]) -> None:
    place = fetch.place_of(host.url)
    for user in ("me:secret", "me", place, "127.0.0.1"):
        url = f"http://{user}@{place}/a.mp3"
        assert fetch.place_of(url) == ""
        assert fetch.body_of(url, 100, trust=frozenset({place})).status == -1
    assert not called


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("http://Feeds.Example/a", "feeds.example:80"),
        ("https://feeds.example", "feeds.example:443"),
        ("https://feeds.example:8443/a?b#c", "feeds.example:8443"),
        ("http://[::1]:8000/", "::1:8000"),
        ("http://feeds.example:/", "feeds.example:80"),
    ],
)
def test_a_place_is_a_host_and_a_port(url: str, place: str) -> None:
    assert fetch.place_of(url) == place


def test_a_proxy_of_this_machine_is_asked_for_the_world(monkeypatch: pytest.MonkeyPatch) -> None:
    with proxies() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        answer = fetch.body_of("http://feeds.example/a.mp3", 100, trust=NOBODY)
        assert (answer.status, answer.body) == (200, b"through the proxy")
        assert proxy.asked == ["GET http://feeds.example/a.mp3"]


def test_a_proxy_is_not_asked_for_what_may_be_near(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["nas", "router.local", "db.internal", "tv.lan", "a.localhost", "b.home.arpa", "c.home"]
    names = [*LOOPBACK, *ELSEWHERE, *UNKNOWN[:2], *words]
    urls = [f"http://{name}:8080/" for name in names]
    urls += [f"https://{name}/" for name in ("127.0.0.1", "10.0.0.5", "localhost")]
    with proxies() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("https_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "")
        assert not [url for url in urls if fetch.head_of(url, trust=NOBODY).status != -1]
        assert proxy.asked == []


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("http://nas.local/a.mp3", "HEAD http://nas.local/a.mp3"),
        ("http://10.0.0.5:8080/a.mp3", "HEAD http://10.0.0.5:8080/a.mp3"),
        ("https://nas.local/a.mp3", "CONNECT nas.local:443"),
    ],
)
def test_a_proxy_is_asked_for_whom_the_user_named(
    url: str, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with proxies() as proxy:
        monkeypatch.setenv(f"{url.partition(':')[0]}_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "")
        fetch.head_of(url, trust=frozenset({fetch.place_of(url)}))
        assert proxy.asked == [asked]


def test_a_proxy_itself_is_not_what_a_feed_can_ask_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with proxies() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        assert fetch.head_of(f"{proxy.url}/", trust=NOBODY).status == -1
        assert proxy.asked == []


def test_the_password_of_a_proxy_is_for_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []

    def talk(client: Connection) -> None:
        if head := client.read_head():
            heard.append(head.headers.get("proxy-authorization", ""))
            to = [("Location", direct if "go" in head.start else ""), ("Connection", "close")]
            client.send(answer_bytes(302 if "go" in head.start else 200, to))

    with serve(talk) as proxy, serve(talk) as direct:
        monkeypatch.setenv("http_proxy", proxy.replace("//", "//me:secret@"))
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        trust = frozenset({fetch.place_of(direct)})
        assert fetch.head_of("http://feeds.example/go", trust=trust).status == 200
    assert (bool(heard[0]), heard[1:]) == (True, [""])


def test_a_name_is_told_to_tls_and_its_certificate_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "_is_public", lambda address: True)
    key, certificate = certified(tmp_path, "audio.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    names(monkeypatch, audio=[["127.0.0.1"]], other=[["127.0.0.1"]])
    with web((certificate, key)) as server:
        server.replies["/a.mp3"] = Reply(body=b"sound")
        port = server.url.rpartition(":")[2]
        found = fetch.body_of(f"https://audio.example:{port}/a.mp3", 100, trust=NOBODY)
        wrong = fetch.body_of(f"https://other.example:{port}/a.mp3", 100, trust=NOBODY)
    assert found.body == b"sound"
    assert (wrong.status, "certificate" in wrong.trouble.lower()) == (0, True)
