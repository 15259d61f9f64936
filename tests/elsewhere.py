"""A badge issuer that is not this installation."""

import json
from datetime import timedelta
from typing import Any

from credcore.issue import issue
from credcore.keys import Ed25519Key
from credcore.status import Bitstring, build_status_list_credential
from tests import factories as make

LIST = "https://other.example/status/1"


class Elsewhere:
    """An issuer somewhere else, which this installation has been told to trust."""

    def __init__(self, settings: Any) -> None:
        self.key = Ed25519Key.generate()
        settings.TRUSTED_ISSUERS = [self.key.did_key]

    def badge(self, *, number: int = 1, **changes: Any) -> dict[str, Any]:
        subject = {
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://other.example/a/1",
                "type": ["Achievement"],
                "name": "바리스타 입문",
                "description": "커피를 내립니다.",
                "criteria": {"narrative": "실습"},
                "alignment": [
                    {
                        "type": ["Alignment"],
                        "targetName": "커피 추출",
                        "targetUrl": "https://www.ncs.go.kr/1301020401",
                        "targetCode": "1301020401",
                        "targetFramework": "NCS",
                    }
                ],
            },
            **changes.pop("subject", {"id": "urn:uuid:9b0f0b1e-0d4e-4e39-8a51-2f8f7c1f2b00"}),
        }
        document = {
            "@context": [
                "https://www.w3.org/ns/credentials/v2",
                "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
            ],
            "id": f"https://other.example/badges/{number}",
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": "바리스타 입문",
            "issuer": {"id": self.key.did_key, "type": ["Profile"], "name": "커피학교"},
            "validFrom": "2026-01-05T00:00:00Z",
            "credentialSubject": subject,
            **changes,
        }
        return issue(document, self.key.signer(), created=make.NOW - timedelta(days=300))

    def status(self, *, revoked: bool) -> bytes:
        bits = Bitstring(131_072)
        bits.set(7, int(revoked))
        unsigned = build_status_list_credential(
            LIST,
            issuer=self.key.did_key,
            bitstring=bits,
            purpose="revocation",
            valid_from=make.NOW - timedelta(days=300),
        )
        return json.dumps(issue(unsigned, self.key.signer(), created=make.NOW)).encode()
