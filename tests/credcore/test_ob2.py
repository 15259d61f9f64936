"""Open Badges 2, as openbadgeslib signs and bakes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from openbadgeslib.ob2.models import Assertion, IdentityObject, Verification
from openbadgeslib.ob2.signer import OB2Signer

from credcore.errors import Unavailable
from credcore.verify import Resolvers, verify
from tests.credcore.pictures import END, HEADER, PIXELS, SIGNATURE, chunk
from tests.credcore.samples import NOW

SITE = "https://badges.example"
KEY = rsa.generate_private_key(65537, 2048)
PRIVATE = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
)
PUBLIC = KEY.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)


class Site:
    """An issuer of Open Badges 2 and what it serves."""

    def __init__(self) -> None:
        context = "https://w3id.org/openbadges/v2"
        self.pages: dict[str, Any] = {
            f"{SITE}/issuer": {
                "@context": context,
                "type": "Profile",
                "id": f"{SITE}/issuer",
                "name": "옛 기관",
                "publicKey": f"{SITE}/key",
                "revocationList": f"{SITE}/revoked",
            },
            f"{SITE}/badge": {
                "@context": context,
                "type": "BadgeClass",
                "id": f"{SITE}/badge",
                "name": "옛 배지",
                "issuer": f"{SITE}/issuer",
            },
            f"{SITE}/key": {
                "@context": context,
                "type": "CryptographicKey",
                "id": f"{SITE}/key",
                "owner": f"{SITE}/issuer",
                "publicKeyPem": PUBLIC.decode(),
            },
            f"{SITE}/revoked": {
                "@context": context,
                "type": "RevocationList",
                "id": f"{SITE}/revoked",
                "issuer": f"{SITE}/issuer",
                "revokedAssertions": [],
            },
        }
        self.down = False

    def fetch(self, url: str) -> bytes:
        if self.down or url not in self.pages:
            raise Unavailable(url)
        return orjson.dumps(self.pages[url])

    @property
    def resolvers(self) -> Resolvers:
        return Resolvers(document=self.fetch)

    def assertion(self, kind: str, **changes: Any) -> Assertion:
        values: dict[str, Any] = {
            "recipient": IdentityObject(identity="a@b.example", hashed=False),
            "badge": f"{SITE}/badge",
            "verification": Verification(type=kind, creator=f"{SITE}/key" if kind == "SignedBadge" else None),
            "id": "urn:uuid:1" if kind == "SignedBadge" else f"{SITE}/assertion",
            "issued_on": datetime(2020, 1, 1, tzinfo=UTC),
        }
        return Assertion(**{**values, **changes})

    def signed(self, **changes: Any) -> bytes:
        return OB2Signer(PRIVATE, "RS256").sign(self.assertion("SignedBadge", **changes)).encode()

    def hosted(self, **changes: Any) -> bytes:
        document = self.assertion("HostedBadge", **changes).to_dict()
        self.pages[f"{SITE}/assertion"] = document
        return orjson.dumps(document)


def verdict(site: Site, data: bytes, now: datetime = NOW, **changes: Any) -> str:
    report = verify(data, resolvers=replace(site.resolvers, **changes), now=now)
    assert report.format == "ob2"
    return report.verdict


@pytest.mark.parametrize("kind", ["signed", "hosted"])
def test_good_expired_early_revoked_and_out_of_reach(kind: str) -> None:
    site = Site()
    data = getattr(site, kind)(expires=NOW + timedelta(days=1))
    assert verdict(site, data) == "valid"
    assert verdict(site, data, NOW + timedelta(days=2)) == "expired"
    assert verdict(site, data, datetime(2019, 1, 1, tzinfo=UTC)) == "not_yet_valid"
    assert (
        verdict(site, data, trust=lambda issuer: "trusted" if issuer == f"{SITE}/issuer" else "unknown")
        == "valid"
    )
    assert verdict(site, data, trust=lambda issuer: "unknown") == "unknown"
    identifier = "urn:uuid:1" if kind == "signed" else f"{SITE}/assertion"
    for entry in (identifier, {"id": identifier, "revocationReason": "잘못 줌"}):
        site.pages[f"{SITE}/revoked"]["revokedAssertions"] = [entry]
        assert verdict(site, data) == "revoked"
    del site.pages[f"{SITE}/revoked"]
    assert verdict(site, data) == "unknown"
    site.down = True
    assert verdict(site, data) == "unknown"
    assert verify(data, resolvers=Resolvers(), now=NOW).verdict == "unknown"


def test_changed_badges_are_altered() -> None:
    site = Site()
    token = site.signed()
    head, body, tail = token.split(b".")
    assert verdict(site, b".".join((head, body, tail[:-8] + b"AAAAAAAA"))) == "altered"
    site.pages[f"{SITE}/issuer"]["publicKey"] = f"{SITE}/other"
    assert verdict(site, token) == "altered"
    site = Site()
    document = orjson.loads(site.hosted())
    document["recipient"]["identity"] = "thief@b.example"
    assert verdict(site, orjson.dumps(document)) == "altered"


def test_a_hosted_badge_that_its_issuer_marks_revoked() -> None:
    site = Site()
    data = site.hosted()
    site.pages[f"{SITE}/assertion"] = {"id": f"{SITE}/assertion", "revoked": True, "revocationReason": "취소"}
    assert verdict(site, data) == "revoked"


def test_a_picture_with_the_address_of_its_badge() -> None:
    site = Site()
    site.hosted()
    picture = SIGNATURE + HEADER + chunk(b"tEXt", f"openbadges\0{SITE}/assertion".encode()) + PIXELS + END
    report = verify(picture, resolvers=site.resolvers, now=NOW)
    assert (report.verdict, report.container) == ("valid", "png")
    assert report.credential is not None
    assert report.credential["id"] == f"{SITE}/assertion"
    site.pages[f"{SITE}/assertion"] = {"hello": "world"}
    assert verify(picture, resolvers=site.resolvers, now=NOW).verdict == "not_a_badge"
    site.down = True
    assert verify(picture, resolvers=site.resolvers, now=NOW).verdict == "unknown"


def test_malformed_assertions() -> None:
    site = Site()
    document = orjson.loads(site.hosted())
    del document["recipient"]
    assert verdict(site, orjson.dumps(document)) == "not_a_badge"


def test_a_fetcher_that_fails_in_any_way_is_unknown() -> None:
    def broken(url: str) -> bytes:
        raise RuntimeError("boom")

    for data in (Site().signed(), Site().hosted()):
        assert verdict(Site(), data, document=broken) == "unknown"
