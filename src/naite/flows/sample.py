"""A badge to try forging: what one changes and what catches it, with the real verification."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credcore import jsonio
from credcore.errors import CredentialError
from credcore.issue import issue
from credcore.keys import Ed25519Key
from credcore.verify import Resolvers, verify
from naite.flows.verification import Verification, explain
from naite.roots.errors import Invalid

# Signed at this moment; a sample has no status list and no end.
SIGNED_AT = datetime(2026, 1, 5, tzinfo=UTC)
CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]


@dataclass(frozen=True, slots=True)
class Part:
    """Something that can be changed: its place in the badge, and its name on the page."""

    key: str
    place: tuple[str, ...]
    label: str | Promise


PARTS = (
    Part("name", ("credentialSubject", "achievement", "name"), _("배지 이름")),
    Part("issuer", ("issuer", "name"), _("준 곳")),
    Part("day", ("validFrom",), _("받은 때")),
    Part("criteria", ("credentialSubject", "achievement", "criteria", "narrative"), _("받는 기준")),
)
LONGEST = 200


@cache
def _signed() -> bytes:
    key = Ed25519Key.generate()
    return jsonio.dumps(
        issue(
            {
                "@context": CONTEXTS,
                "id": "urn:uuid:6d1c5a50-3b43-4a63-9f0c-0d4b6e2c7a11",
                "type": ["VerifiableCredential", "OpenBadgeCredential"],
                "name": "바리스타 실습",
                "issuer": {"id": key.did_key, "type": ["Profile"], "name": "연습용 평생학습관"},
                "validFrom": "2026-01-05T00:00:00Z",
                "credentialSubject": {
                    "id": Ed25519Key.generate().did_key,
                    "type": ["AchievementSubject"],
                    "achievement": {
                        "id": "urn:uuid:0a4e2b0e-8d57-4b0f-a1cf-64d0b1f1c8aa",
                        "type": ["Achievement"],
                        "name": "바리스타 실습",
                        "description": "연습용 배지입니다.",
                        "criteria": {
                            "narrative": "20시간 가운데 80% 이상 나오고 실습 평가에서 60점을 넘습니다."
                        },
                    },
                },
            },
            key.signer(),
            created=SIGNED_AT,
        )
    )


def values() -> dict[str, str]:
    """Return what the sample says in the parts that can be changed."""
    document = jsonio.loads(_signed())
    return {part.key: str(_at(document, part.place)) for part in PARTS}


def tried(changes: dict[str, str], *, resign: bool, now: datetime) -> Verification:
    """Change the sample and verify it as every badge is verified.

    With ``resign`` the forger signs the changed badge with a key of their own, as a clever one would; the name of
    the issuer then stands on somebody else's signature; refuses what cannot be signed at all. Only the sample's own issuer counts as known.
    """
    original = jsonio.loads(_signed())
    document = jsonio.loads(_signed())
    for part in PARTS:
        if part.key in changes:
            _at(document, part.place[:-1])[part.place[-1]] = changes[part.key][:LONGEST]
    if resign:
        key = Ed25519Key.generate()
        document.pop("proof")
        document["issuer"]["id"] = key.did_key
        try:
            document = issue(document, key.signer(), created=SIGNED_AT)
        except CredentialError as error:
            message = _("이렇게 적으면 서명할 수 없습니다. 받은 때는 2026-01-05T00:00:00Z처럼 적어 주세요.")
            raise Invalid(message, code="cannot_sign", fields={"day": message}) from error
    known = original["issuer"]["id"]
    world = Resolvers(trust=lambda issuer: "trusted" if issuer == known else "unknown")
    return explain(verify(jsonio.dumps(document), resolvers=world, now=now), checked_at=now)


def _at(document: Any, place: tuple[str, ...]) -> Any:
    for step in place:
        document = document[step]
    return document
