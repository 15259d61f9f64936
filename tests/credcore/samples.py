"""A small world for the tests: an issuer with a did:web, its key, lists and badges."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from credcore import contexts, model, proofs, status
from credcore.did import KeyWindow, StaticResolver, build_did_document
from credcore.errors import Unavailable
from credcore.issue import issue
from credcore.keys import Ed25519Key, Ed25519Signer
from credcore.verify import Resolvers

ISSUER = "did:web:naite.example:o:seoul"
LEARNER = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
LIST_URL = "https://naite.example/status/1"
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
KEY = Ed25519Key.from_seed(bytes(range(32)))
ACHIEVEMENT = "urn:uuid:0a4b1f0e-7d3c-4b41-9d0a-8f3f0f3f0001"
BADGE = "urn:uuid:7c9e6679-7425-40de-944b-e07fc1f90ae7"


def achievement(**changes: Any) -> model.Achievement:
    values: dict[str, Any] = {
        "id": ACHIEVEMENT,
        "name": "동네 기록가 과정",
        "description": "마을의 이야기를 모아 기록으로 남깁니다.",
        "criteria": model.Criteria(narrative="10회 가운데 8회 이상 출석하고 기록물 하나를 냅니다."),
        "achievement_type": "Course",
        "image": model.Image(id="https://naite.example/b/1.png", caption="나이테 배지"),
        "tag": ("마을", "기록", "archive"),
        "alignment": (
            model.Alignment(
                target_name="기록관리",
                target_url="https://www.ncs.go.kr/unit/0201020101",
                target_code="0201020101_23v3",
                target_framework="NCS",
            ),
        ),
        "in_language": "ko",
        "version": "2026-1",
    }
    return model.Achievement(**{**values, **changes})


def credential(**changes: Any) -> dict[str, Any]:
    """An unsigned badge."""
    values: dict[str, Any] = {
        "id": BADGE,
        "name": "동네 기록가",
        "issuer": model.Profile(id=ISSUER, name="서울시 평생학습관", url="https://naite.example/o/seoul"),
        "subject": model.AchievementSubject(
            id=LEARNER,
            achievement=achievement(),
            activity_start_date=datetime(2026, 9, 1, tzinfo=UTC),
            activity_end_date=datetime(2026, 11, 20, tzinfo=UTC),
            credits_earned=30.5,
            result=(model.Result(value="출석 9회", status="Completed"),),
        ),
        "evidence": (model.Evidence(name="기록물", narrative="우리 동네 옛 시장"),),
        "valid_from": datetime(2026, 11, 21, tzinfo=UTC),
    }
    return model.build_achievement_credential(**{**values, **changes})


@dataclass
class World:
    """An issuer whose documents can be changed or made unreachable."""

    key: Ed25519Key = KEY
    windows: list[KeyWindow] = field(default_factory=list)
    lists: dict[str, bytes] = field(default_factory=dict)
    offline: bool = False

    def __post_init__(self) -> None:
        if not self.windows:
            self.windows = [KeyWindow(fragment="key-1", public_key=self.key.public_key)]

    @property
    def signer(self) -> Ed25519Signer:
        return self.key.signer(f"{ISSUER}#key-1")

    def issue(self, document: dict[str, Any] | None = None, *, created: datetime = NOW) -> dict[str, Any]:
        return issue(document or credential(), self.signer, created=created)

    def publish_list(self, bits: status.Bitstring, purpose: str = "revocation", url: str = LIST_URL) -> None:
        document = status.build_status_list_credential(
            url, issuer=ISSUER, bitstring=bits, purpose=purpose, valid_from=datetime(2026, 1, 1, tzinfo=UTC)
        )
        self.lists[url] = orjson.dumps(proofs.sign(document, self.signer, created=NOW))

    def fetch(self, url: str) -> bytes:
        if self.offline or url not in self.lists:
            raise Unavailable(f"{url} cannot be reached")
        return self.lists[url]

    @property
    def resolvers(self) -> Resolvers:
        document = build_did_document(ISSUER, self.windows)
        return Resolvers(did=StaticResolver({ISSUER: document}), status_list=self.fetch)


def with_status(index: int = 94567, purpose: str = "revocation", url: str = LIST_URL) -> dict[str, Any]:
    return credential(status=status.status_entry(url, index, purpose))


CONTEXTS = [contexts.VC_V2, contexts.OB_V3]
