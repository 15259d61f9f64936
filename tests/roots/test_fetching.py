import datetime
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from naite.roots.fetching import FetchFailed, FetchRefused, GuardedClient, is_public

HOST = "issuer.example"
Serve = Callable[[Callable[[ssl.SSLSocket], None]], GuardedClient]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    start = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "pair.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def serve(certificate: Path) -> Iterator[Serve]:
    """Return a maker of TLS servers on this machine, each with a client that may reach it."""
    listeners: list[socket.socket] = []

    def start(answer: Callable[[ssl.SSLSocket], None]) -> GuardedClient:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def run() -> None:
            while True:
                try:
                    plain, _ = listener.accept()
                    with plain, context.wrap_socket(plain, server_side=True) as secure:
                        answer(secure)
                except OSError:
                    if listener.fileno() < 0:
                        return

        threading.Thread(target=run, daemon=True).start()
        port = listener.getsockname()[1]
        trusting = ssl.create_default_context(cafile=str(certificate))
        client = GuardedClient(
            seconds=2.0,
            largest=1000,
            lookup=lambda host, _: ["127.0.0.1"] if host == HOST else [],
            allowed=lambda _: True,
            ports=frozenset({port}),
            tls=trusting,
        )
        addresses.append(f"https://{HOST}:{port}")
        return client

    addresses: list[str] = []
    start.addresses = addresses  # type: ignore[attr-defined]
    yield start
    for listener in listeners:
        listener.close()


def at(serve: Serve, path: str = "/did.json") -> str:
    found: list[str] = serve.addresses  # type: ignore[attr-defined]
    return found[-1] + path


def reply(head: str, body: bytes = b"") -> Callable[[ssl.SSLSocket], None]:
    def answer(secure: ssl.SSLSocket) -> None:
        secure.recv(4096)
        secure.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)

    return answer


def test_a_public_document_comes_back(serve: Serve) -> None:
    client = serve(
        reply("HTTP/1.1 200 OK\nContent-Type: application/json; charset=utf-8\nContent-Length: 2", b"{}")
    )
    found = client.fetch(at(serve))
    assert (found.body, found.content_type, found.status) == (b"{}", "application/json", 200)


@pytest.mark.parametrize(
    "url",
    [
        "http://issuer.example/",
        "file:///etc/passwd",
        "ftp://issuer.example/",
        "https://",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://user:secret@issuer.example/",
        "https://issuer.example:22/",
        "https://issuer.example:99999/",
        "https://issuer_example.com/",
        "https://-issuer.example/",
        "https://" + "a" * 3000 + ".example/",
        "javascript:alert(1)",
        "",
    ],
)
def test_odd_addresses_are_refused_before_anything_is_asked(url: str) -> None:
    asked: list[str] = []

    def lookup(host: str, _: int) -> list[str]:
        asked.append(host)
        return ["93.184.216.34"]

    with pytest.raises(FetchRefused):
        GuardedClient(lookup=lookup).fetch(url)
    assert not asked


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.5.4", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1",
        "::ffff:169.254.169.254", "2002:7f00:1::", "64:ff9b::7f00:1", "2001::1", "ff02::1", "::",
    ],
)  # fmt: skip
def test_private_addresses_are_refused_even_beside_public_ones(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    with pytest.raises(FetchRefused, match="not public"):
        GuardedClient(lookup=lambda *_: ["93.184.216.34", address]).fetch("https://issuer.example/")


def test_the_name_is_looked_up_once_for_each_request(serve: Serve) -> None:
    client = serve(reply("HTTP/1.1 200 OK\nContent-Length: 2", b"{}"))
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    once = GuardedClient(
        lookup=lambda *_: next(answers), allowed=client.allowed, ports=client.ports, tls=client.tls
    )
    assert once.fetch(at(serve)).body == b"{}"
    assert next(answers) == ["10.0.0.1"]


def test_a_redirect_to_another_host_is_refused_and_one_on_the_same_host_followed(serve: Serve) -> None:
    for target in (
        "https://evil.example/x",
        "http://issuer.example/x",
        "//evil.example/",
        "https://issuer.example/",
    ):
        client = serve(reply(f"HTTP/1.1 302 Found\nLocation: {target}\nContent-Length: 0"))
        with pytest.raises(FetchRefused):
            client.fetch(at(serve))
    client = serve(reply("HTTP/1.1 302 Found\nLocation: /again\nContent-Length: 0"))
    with pytest.raises(FetchFailed, match="too often"):
        client.fetch(at(serve))


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("HTTP/1.1 200 OK\nContent-Length: 2000", b""),
        ("HTTP/1.1 200 OK\nConnection: close", b"x" * 2000),
        ("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", b"7d0\r\n" + b"x" * 2000 + b"\r\n0\r\n\r\n"),
    ],
)
def test_too_much_is_refused(serve: Serve, head: str, body: bytes) -> None:
    client = serve(reply(head, body))
    with pytest.raises(FetchRefused, match="too large"):
        client.fetch(at(serve))


@pytest.mark.parametrize(
    "head", ["HTTP/1.1 404 Not Found\nContent-Length: 0", "HTTP/1.1 500 No", "nonsense", ""]
)
def test_no_proper_answer_is_a_failure(serve: Serve, head: str) -> None:
    client = serve(reply(head))
    with pytest.raises(FetchFailed):
        client.fetch(at(serve))


def test_a_server_that_drips_is_left_in_time(serve: Serve) -> None:
    def drip(secure: ssl.SSLSocket) -> None:
        secure.recv(4096)
        for letter in b"HTTP/1.1 200 OK\r\n" * 100:
            secure.sendall(bytes([letter]))
            time.sleep(0.1)

    client = serve(drip)
    started = time.monotonic()
    with pytest.raises(FetchFailed):
        client.fetch(at(serve))
    assert time.monotonic() - started < 4


def test_a_name_that_is_not_found_in_time_is_a_failure() -> None:
    client = GuardedClient(seconds=0.2, lookup=lambda *_: time.sleep(1) or [])
    with pytest.raises(FetchFailed, match="in time"):
        client.fetch("https://issuer.example/")


def test_a_certificate_for_somebody_else_is_a_failure(serve: Serve) -> None:
    client = serve(reply("HTTP/1.1 200 OK\nContent-Length: 0"))
    other = GuardedClient(
        lookup=lambda *_: ["127.0.0.1"], allowed=client.allowed, ports=client.ports, tls=client.tls
    )
    with pytest.raises(FetchFailed, match=r"[Cc]ertificate|CERTIFICATE"):
        other.fetch(at(serve).replace(HOST, "other.example"))
