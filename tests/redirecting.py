"""Old hosts that answer by the rules of how-to/moving.md: Apache and nginx, and readers of files.

A reader keeps to what its maker's documentation says of the file; it is not the maker's program.
"""

from __future__ import annotations

import csv
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

Answer = tuple[int, str]  # status and Location
Ask = Callable[[str], Answer]  # of a path, perhaps with ?query
NOTHING: Answer = (404, "")
OLD = "old.example"
MODULES = Path("/usr/lib/apache2/modules")
# What WordPress writes below; an address that no rule of ours takes is its own.
WORDPRESS = r"""
# BEGIN WordPress
RewriteEngine On
RewriteRule ^index\.php$ - [L]
RewriteCond %{REQUEST_FILENAME} !-f
RewriteCond %{REQUEST_FILENAME} !-d
RewriteRule . /index.php [L]
# END WordPress
"""
APACHE = """\
ServerRoot {root}
ServerName old.example
Listen 127.0.0.1:{port}
PidFile {root}/pid
ErrorLog {root}/log
{user}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule rewrite_module {modules}/mod_rewrite.so
StartServers 1
MinSpareThreads 1
ThreadsPerChild 2
MaxRequestWorkers 2
DocumentRoot {root}/www
<Directory {root}/www>
  AllowOverride FileInfo
  Options FollowSymLinks
  Require all granted
</Directory>
"""
NGINX = """\
daemon off;
master_process off;
pid {root}/pid;
error_log {root}/log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {root}/1; proxy_temp_path {root}/2; fastcgi_temp_path {root}/3;
  uwsgi_temp_path {root}/4; scgi_temp_path {root}/5;
  server {{
    listen 127.0.0.1:{port};
    root {root}/www;
{rules}
    location / {{ try_files $uri /index.php; }}
  }}
}}
"""


@contextmanager
def apache(rules: str) -> Iterator[Ask]:
    """Run Apache over a folder whose .htaccess begins with the rules."""
    program = _program("apache2", "apache2-bin")
    user = "User nobody\nGroup nogroup" if os.geteuid() == 0 else ""
    with _folder() as root:
        (root / "www/.htaccess").write_text(rules + WORDPRESS)
        settings = partial(APACHE.format, root=root, user=user, modules=MODULES)
        command = (program, "-d", str(root), "-f", str(root / "conf"), "-DFOREGROUND")
        with _running(root, settings, command) as ask:
            yield ask


@contextmanager
def nginx(rules: str) -> Iterator[Ask]:
    """Run nginx with a server that has the rules."""
    program = _program("nginx", "nginx")
    with _folder() as root:
        settings = partial(NGINX.format, root=root, rules=rules)
        command = (program, "-p", str(root), "-c", str(root / "conf"), "-e", str(root / "log"))
        with _running(root, settings, command) as ask:
            yield ask


def _program(name: str, package: str) -> str:
    path = f"{os.environ.get('PATH', os.defpath)}{os.pathsep}/usr/sbin"
    found = shutil.which(name, path=path)
    return found or pytest.skip(f"{name} is missing: apt-get install {package}")


@contextmanager
def _folder() -> Iterator[Path]:
    """Give a folder that whoever the server becomes can read; pytest's own it could not."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        root = Path(folder)
        root.chmod(0o755)
        (root / "www").mkdir()
        (root / "www/index.php").write_text("the old site")
        yield root


@contextmanager
def _running(root: Path, settings: Callable[..., str], command: Sequence[str]) -> Iterator[Ask]:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    (root / "conf").write_text(settings(port=port))
    with (root / "said").open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said)
    try:
        _wait(port, process, root)
        yield partial(_asked, port)
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int, process: subprocess.Popen[bytes], root: Path) -> None:
    end = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.01)
    words = [path.read_text() for name in ("said", "log") if (path := root / name).is_file()]
    raise RuntimeError("".join(words) or "it does not listen")


def _asked(port: int, path: str) -> Answer:
    """Ask once, and follow nothing."""
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    asking.request("GET", path, headers={"Host": OLD})
    answer = asking.getresponse()
    answer.read()
    asking.close()
    assert not answer.getheader("X-Evil")
    return answer.status, answer.getheader("Location", "")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a host reads its file _redirects."""

    default: int  # the status where none is written
    forces: bool  # 301! stands for: also where a file is there


NETLIFY = Dialect(301, forces=True)
CLOUDFLARE_PAGES = Dialect(302, forces=False)
_PERMITTED = {200, 301, 302, 303, 307, 308}


def underscore(dialect: Dialect, rules: str) -> Ask:
    """Read a file _redirects: from, to, status; the first line that fits is taken."""
    read: list[tuple[re.Pattern[str], str, int]] = []
    for line in rules.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        words = line.split()
        assert 2 <= len(words) <= 3, line
        source, to, said = (*words, str(dialect.default))[:3]
        status = int(said.removesuffix("!") if dialect.forces else said)
        assert source.startswith("/"), line
        assert status in _PERMITTED, line
        pattern = re.sub(r":([A-Za-z]\w*)", r"(?P<\1>[^/]+)", re.escape(source))
        read.append((re.compile(pattern.replace(r"\*", "(?P<splat>.*)")), to, status))

    def ask(address: str) -> Answer:
        path, _, query = address.partition("?")
        for pattern, to, status in read:
            if found := pattern.fullmatch(path):
                shown = re.sub(r":([A-Za-z]\w*)", lambda name: found[name[1]], to)
                return status, f"{shown}?{query}" if query and "?" not in shown else shown
        return NOTHING

    return ask


def cloudflare(rules: str) -> Ask:
    """Read a list of Bulk Redirects: source, target, status, and five wishes that are off."""
    read: dict[str, Answer] = {}
    for row in csv.reader(rules.splitlines()):
        source, target, *rest = row
        assert not re.search(r"[?#]|://", source), row  # such a source fits http and https alike
        assert urlsplit(target).scheme == "https", row
        assert source not in read, row
        assert not any(rest[1:]), row
        read[source] = int(rest[0]) if rest and rest[0] else 301, target
    return lambda address: read.get(OLD + address.partition("?")[0], NOTHING)


def s3(rules: str) -> Ask:
    """Read the settings of a bucket's website: the first rule is taken whose prefix fits."""
    routing = json.loads(rules)["RoutingRules"]

    def ask(address: str) -> Answer:
        key = address.partition("?")[0].removeprefix("/")
        for rule in routing:
            prefix, to = rule["Condition"]["KeyPrefixEquals"], rule["Redirect"]
            if key.startswith(prefix):
                rest = to.get("ReplaceKeyPrefixWith", prefix) + key.removeprefix(prefix)
                shown = to.get("ReplaceKeyWith", rest)
                status = int(to.get("HttpRedirectCode", "301"))
                return status, f"{to['Protocol']}://{to['HostName']}/{shown}"
        return NOTHING

    return ask
