"""Badges out of a running server, verified over https with did:web by implementations that we did not write."""

import json
import os
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests import migrated
from tests.credcore.peers import ROOT, Node, node_is_missing
from tools.live import START_SECONDS, free_port

pytestmark = pytest.mark.node


@dataclass(frozen=True)
class Site:
    """A Naite at an https address of its own, and two badges it gave; the second was taken back."""

    url: str
    authority: Path
    badges: list[dict[str, Any]]


def _certificate(folder: Path) -> tuple[Path, Path, Path]:
    """An authority of this test alone, and what it says of localhost; authority, certificate and key as files."""
    now = datetime.now(UTC)
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("Naite test", "localhost")
    ]
    paths = [folder / name for name in ("authority.pem", "server.pem")]
    for number, (key, name, path) in enumerate(zip(keys, names, paths, strict=True)):
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(names[0])
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=number == 0, path_length=None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName(
                    [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
                ),
                critical=False,
            )
            .sign(keys[0], hashes.SHA256())
        )
        path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = folder / "server.key"
    private.write_bytes(
        keys[1].private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths[0], paths[1], private


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    for package in ("@digitalbazaar/vc", "@digitalcredentials/verifier-core"):
        if node_is_missing(package):
            pytest.skip(node_is_missing(package))
    folder = tmp_path_factory.mktemp("https")
    migrated.place(folder)
    authority, certificate, private = _certificate(folder)
    port = free_port()
    url = f"https://localhost:{port}"
    env = {key: value for key, value in os.environ.items() if not key.startswith("NAITE_")}
    env |= {
        "NAITE_DATA_DIR": str(folder),
        "NAITE_BASE_URL": url,
        "NAITE_LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "naite.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }
    made = subprocess.run(
        [sys.executable, "-m", "tests.api.https_badges"],
        env=env,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    badges = json.loads(made.stdout)
    command = [sys.executable, "-m", "naite.config.cli", "serve", "--no-worker", "--port", str(port)]
    tls = ["--tls-cert", str(certificate), "--tls-key", str(private)]
    with (folder / "server.log").open("w") as out:
        process = subprocess.Popen([*command, *tls], env=env, stdout=out, stderr=subprocess.STDOUT)
        try:
            _wait_for(process, url, authority, folder / "server.log")
            yield Site(url, authority, badges)
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_for(process: subprocess.Popen[bytes], url: str, authority: Path, log: Path) -> None:
    trust = ssl.create_default_context(cafile=str(authority))
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2, context=trust):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the server did not answer:\n" + log.read_text("utf-8"))


@pytest.fixture(scope="module")
def verifiers(site: Site) -> Iterator[Node]:
    with Node(script="https.mjs", trusts=site.authority) as node:
        yield node


@pytest.mark.req("B5", "api")
def test_over_https_they_accept_ours_and_refuse_what_was_taken_back(site: Site, verifiers: Node) -> None:
    good, revoked = site.badges
    assert good["issuer"]["id"].startswith(f"did:web:localhost%3A{site.url.rpartition(':')[2]}:o:")
    answer = verifiers.ask("reference", credential=good)
    assert answer == {"verified": True, "signature": True, "status": True, "error": ""}
    asked = verifiers.ask("asked")["asked"]
    assert all(url.startswith(f"{site.url}/") for url in asked)
    assert {url.rpartition("/")[2] == "did.json" or "/status/" in url for url in asked} == {True}
    assert verifiers.ask("consortium", credential=good) == {"signature": True, "status": True, "errors": []}
    answer = verifiers.ask("reference", credential=revoked)
    assert (answer["verified"], answer["signature"], answer["status"]) == (False, True, False)
    answer = verifiers.ask("consortium", credential=revoked)
    assert (answer["signature"], answer["status"]) == (True, False)


@pytest.mark.req("B9", "api")
def test_over_https_they_read_our_list_of_issuers(site: Site, verifiers: Node) -> None:
    good = site.badges[0]
    registry = {"type": "dcc-legacy", "name": "Naite", "url": f"{site.url}/.well-known/issuer-registry.json"}
    found = verifiers.ask("consortium", credential=good, registries=[registry])["registered"]
    entity = found["matchingIssuers"][0]["issuer"]["federation_entity"]
    assert (found["valid"], entity["organization_name"]) == (True, good["issuer"]["name"])
    stranger = {**registry, "url": f"{site.url}/.well-known/nothing.json"}
    missed = verifiers.ask("consortium", credential=good, registries=[stranger])["registered"]
    assert (missed["valid"], missed["matchingIssuers"]) == (False, [])


def test_over_https_they_refuse_changes(site: Site, verifiers: Node) -> None:
    good = site.badges[0]
    forged = {**good, "name": "다른 이름"}
    assert not verifiers.ask("reference", credential=forged)["verified"]
    assert not verifiers.ask("consortium", credential=forged)["signature"]


def test_without_trust_in_the_certificate_nobody_believes_anything(site: Site) -> None:
    with Node(script="https.mjs") as node:
        assert not node.ask("reference", credential=site.badges[0])["verified"]
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{site.url}/healthz", timeout=5)
