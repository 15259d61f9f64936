import json
import struct
import zlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation
from tests import badge_rows as rows
from tests import factories as make

from credcore import bake, jsonio
from credcore.did import KeyWindow, build_did_document
from credcore.issue import issue as sign_badge
from credcore.keys import Ed25519Key
from credcore.report import conclude, make_check
from credcore.status import Bitstring, build_status_list_credential, status_entry
from naite.flows import verification
from naite.flows.badge_reading import read
from naite.flows.verification import Verification, verify_bytes
from naite.roots.fetching import Fetched, FetchFailed, GuardedClient
from naite.trunk.badges import services
from naite.trunk.badges.models import Award, IssuerKey, StatusList
from naite.web import badge_art


class Net(GuardedClient):
    """The world as a table of addresses; everything else cannot be reached."""

    def __init__(self, pages: dict[str, bytes] | None = None) -> None:
        object.__setattr__(self, "pages", pages or {})
        object.__setattr__(self, "asked", [])

    def fetch(self, url: str, *, accept: str = "*/*") -> Fetched:
        self.asked.append(url)  # type: ignore[attr-defined]
        body = self.pages.get(url)  # type: ignore[attr-defined]
        if body is None:
            raise FetchFailed("no answer")
        return Fetched(url, 200, "application/json", body)


@pytest.fixture
def award(db: None) -> Award:
    badge = rows.published()
    entry = rows.completed(badge.course_version)
    return services.issue(
        account_id=entry.account_id,
        entry_id=entry.id,
        achievement=badge,
        recipient=services.Recipient(did=Ed25519Key.generate().did_key),
        now=make.NOW,
    )


def check(data: bytes, net: Net | None = None, **later: float) -> Verification:
    return verify_bytes(data, now=make.NOW + timedelta(**later), client=net or Net())


def marks(found: Verification) -> dict[str, str]:
    return {line.code: line.mark for line in found.lines}


@pytest.mark.req("B9", "rule")
def test_our_own_badge_is_valid_and_each_check_says_so(award: Award) -> None:
    net = Net()
    found = check(bytes(award.credential), net)
    assert (found.title, found.tone, found.shape) == ("이 배지는 지금 유효합니다", "ok", "circle")
    assert marks(found) == {
        "issuer": "ok",
        "list": "ok",
        "signature": "ok",
        "status": "ok",
        "recognition": "not_applicable",
        "log": "not_applicable",
        "anchor": "not_applicable",
    }
    assert found.badge is not None
    assert (found.badge.label, found.badge.hours) == ("직업진로 · 성취형", "41")
    assert found.badge.standards == ("초기 상담하기 · NCS 0701020101_16v2",)
    assert net.asked == []  # type: ignore[attr-defined]
    assert not found.advice


@pytest.mark.req("B6", "rule")
def test_without_a_chain_nothing_speaks_of_one(award: Award) -> None:
    for language in ("ko", "en"):
        with translation.override(language):
            text = json.dumps(check(bytes(award.credential)).as_dict(), ensure_ascii=False).lower()
            assert "블록체인" not in text
            assert "blockchain" not in text


@pytest.mark.req("B9", "rule")
@pytest.mark.parametrize("container", ["json", "png", "svg"])
def test_the_same_badge_in_every_form(award: Award, container: str) -> None:
    text = bytes(award.credential).decode()
    data = {
        "json": lambda: text.encode(),
        "png": lambda: bake.bake(badge_art.png("achievement", "career"), text),
        "svg": lambda: bake.bake(badge_art.svg("achievement", "career").encode(), text),
    }[container]()
    found = check(data)
    assert (found.report.outcome, found.report.container) == ("valid", container)


@pytest.mark.req("B9", "rule")
def test_revoked_suspended_and_released(award: Award) -> None:
    act: dict[str, Any] = {
        "account_id": award.account_id,
        "award_id": award.id,
        "reason": "확인",
        "actor": None,
        "now": make.NOW,
    }
    services.suspend(**act)
    found = check(bytes(award.credential))
    assert (found.report.verdict, found.tone, marks(found)["status"]) == ("suspended", "unk", "failed")
    services.unsuspend(**act)
    assert check(bytes(award.credential)).report.outcome == "valid"
    services.revoke(**act)
    found = check(bytes(award.credential))
    assert (found.title, found.tone, found.shape) == ("이 배지는 취소되었습니다", "bad", "octagon")
    assert found.advice


def _png(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def _hostile(award: Award) -> dict[str, Callable[[], bytes]]:
    text = bytes(award.credential)
    art = badge_art.png("achievement", "career")
    bomb = zlib.compress(b"\0" * 40_000_000)
    entities = b'<!DOCTYPE s [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>'
    return {
        "empty": lambda: b"",
        "not_a_badge": lambda: "안녕하세요".encode(),
        "json_but_no_badge": lambda: b'{"name": "x"}',
        "list": lambda: b"[1, 2, 3]",
        "cut": lambda: text[: len(text) // 2],
        "deep": lambda: b'{"a":' * 5000 + b"1" + b"}" * 5000,
        "twice": lambda: text.replace(b'{"@context"', b'{"id":"urn:x:1","id":"urn:x:2","@context"', 1),
        "picture_without": lambda: art,
        "picture_cut": lambda: bake.bake(art, text.decode())[:-20],
        "png_bomb": lambda: _png(
            (b"IHDR", b"\0" * 13), (b"iTXt", b"openbadgecredential\0\1\0\0\0" + bomb), (b"IEND", b"")
        ),
        "png_length": lambda: b"\x89PNG\r\n\x1a\n" + b"\xff\xff\xff\xffIHDR" + b"\0" * 30,
        "svg_entities": lambda: entities,
        "svg_deep": lambda: b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g>" * 100_000,
        "svg_cut": lambda: bake.bake(badge_art.svg("achievement", "career").encode(), text.decode())[:-9],
        "large": lambda: b"\0" * 20_000_000,
    }


@pytest.mark.req("B9", "refusal")
def test_what_is_no_badge_gets_a_clear_verdict_and_changes_nothing(award: Award) -> None:
    before = (Award.objects.count(), StatusList.objects.get(purpose="revocation").changed_at)
    for name, make_bytes in _hostile(award).items():
        found = check(make_bytes())
        assert found.report.outcome == "invalid", name
        assert found.title == "배지가 아닙니다", name
        assert found.explanation.endswith("."), name
        assert found.lines[0].mark == "failed", name
        assert found.advice, name
    assert (Award.objects.count(), StatusList.objects.get(purpose="revocation").changed_at) == before


@pytest.mark.req("B9", "refusal")
@pytest.mark.parametrize(
    "old_new",
    [
        ('"creditsEarned":41', '"creditsEarned":99'),
        ("경력전환", "의료전환"),
        ('"value":"85"', '"value":"95"'),
        ('"validFrom":"2026', '"validFrom":"2020'),
    ],
)
def test_what_was_altered_is_never_valid(award: Award, old_new: tuple[str, str]) -> None:
    text = bytes(award.credential).decode()
    assert old_new[0] in text
    found = check(text.replace(old_new[0], old_new[1]).encode())
    assert (found.report.outcome, found.tone) == ("invalid", "bad")
    assert "내용이 바뀌었습니다" in found.title


@pytest.mark.req("B9", "rule")
def test_when_the_list_or_the_key_is_gone_it_is_unknown_and_not_valid(award: Award) -> None:
    StatusList.objects.update(credential=None)
    found = check(bytes(award.credential))
    assert (found.report.outcome, found.title) == ("unknown", "지금은 유효한지 알 수 없습니다")
    assert (found.tone, found.shape) == ("unk", "diamond")
    assert "취소 목록을 불러오지 못했습니다" in found.explanation
    IssuerKey.objects.all().delete()
    assert check(bytes(award.credential)).report.outcome == "unknown"


def test_recognition_counts_when_a_trusted_issuer_says_so(db: None) -> None:
    badge = rows.published()
    entry = rows.completed(
        badge.course_version,
        recognition_id=make.recognition(badge.course_version).id,
        recognition_number="제7호",
    )
    award = services.issue(
        account_id=entry.account_id,
        entry_id=entry.id,
        achievement=badge,
        recipient=services.Recipient(did=Ed25519Key.generate().did_key),
        now=make.NOW,
    )
    assert marks(check(bytes(award.credential)))["recognition"] == "ok"


def test_an_anchor_is_told_and_one_that_cannot_be_looked_up_is_no_doubt() -> None:
    for outcome, reason, mark in (
        ("ok", "ok", "ok"),
        ("unknown", "not_checked", "not_applicable"),
        ("failed", "mismatch", "failed"),
    ):
        checks = [
            *(make_check(code, "ok", "ok") for code in ("format", "schema", "signature", "status", "dates")),
            make_check("issuer", "ok", "trusted"),
            make_check("anchor", outcome, reason),
        ]
        report = conclude(tuple(checks), format="ob3", container="json", credential={}, trust="trusted")
        found = verification.explain(report, checked_at=make.NOW)
        assert marks(found)["anchor"] == mark
        assert (found.report.outcome == "valid") == (outcome != "failed")


# -- badges of others ---------------------------------------------------------------------------------------

DID = "did:web:school.example:o:code"
LIST = "https://school.example/status/1"


def foreign(award: Award, **changes: Any) -> tuple[bytes, dict[str, bytes]]:
    """A badge of somebody else's that copies one of ours, with the pages of its issuer."""
    signer = Ed25519Key.from_seed(b"\7" * 32).signer(f"{DID}#key-1")
    document = json.loads(award.credential)
    del document["proof"]
    document["issuer"]["id"] = DID
    document["credentialSubject"]["achievement"]["creator"]["id"] = DID
    document["credentialStatus"] = status_entry(LIST, 5)
    del document["termsOfUse"]
    document.update(changes)
    bits = Bitstring()
    unsigned = build_status_list_credential(
        LIST, issuer=DID, bitstring=bits, purpose="revocation", valid_from=make.NOW
    )
    window = KeyWindow(fragment="key-1", public_key=signer.key.public_key)
    pages = {
        "https://school.example/o/code/did.json": jsonio.dumps(build_did_document(DID, [window])),
        LIST: jsonio.dumps(sign_badge(unsigned, signer, created=make.NOW)),
    }
    return jsonio.dumps(sign_badge(document, signer, created=make.NOW)), pages


@pytest.mark.req("B9", "rule")
def test_a_good_signature_of_an_unknown_body_is_not_called_valid(award: Award) -> None:
    data, pages = foreign(award)
    found = check(data, Net(pages))
    assert found.badge is not None
    assert found.badge.issuer_name == award.achievement.organisation.name  # it may call itself what it likes
    assert (found.report.outcome, marks(found)["signature"], marks(found)["issuer"]) == (
        "unknown",
        "ok",
        "unknown",
    )
    assert any("믿을 수 있는 기관 목록" in str(item) for item in found.advice)


@pytest.mark.req("B9", "rule")
def test_issuers_that_the_operator_trusts_are_valid(award: Award, settings: Any) -> None:
    settings.TRUSTED_ISSUERS = [DID]
    data, pages = foreign(award)
    assert check(data, Net(pages)).report.outcome == "valid"
    for missing in pages:
        rest = {url: body for url, body in pages.items() if url != missing}
        found = check(data, Net(rest))
        assert found.report.outcome == "unknown"
        assert "10분 뒤에" in str(found.advice[0])


def test_a_badge_cannot_send_us_to_many_places(award: Award, settings: Any) -> None:
    settings.TRUSTED_ISSUERS = [DID]
    statuses = [status_entry(f"https://slow{n}.example/{n}", n) for n in range(16)]
    data, pages = foreign(award, termsOfUse=statuses)
    net = Net(pages)
    assert check(data, net).report.outcome == "unknown"
    assert len(net.asked) == verification.FETCHES  # type: ignore[attr-defined]


def test_nobody_else_signs_in_our_name(award: Award) -> None:
    signer = Ed25519Key.generate()
    document = json.loads(award.credential)
    del document["proof"]
    method = f"{document['issuer']['id']}#key-1"
    forged = jsonio.dumps(sign_badge(document, signer.signer(method), created=make.NOW))
    found = check(forged)
    assert (found.report.outcome, marks(found)["signature"]) == ("invalid", "failed")


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"credentialSubject": [], "issuer": [], "evidence": "x", "validFrom": 3},
        {
            "credentialSubject": {
                "achievement": {"alignment": {"targetType": 3}, "criteria": []},
                "creditsEarned": True,
            }
        },
        {
            "credentialSubject": {
                "creditsEarned": -1,
                "narrative": ["a"],
                "achievement": {"alignment": ["x", 1]},
            }
        },
    ],
)
def test_odd_documents_are_read_without_falling_over(document: dict[str, Any]) -> None:
    shown = read(document)
    assert (shown.title, shown.hours, shown.label) == ("", "", "")


def test_a_hosted_badge_of_version_two_is_read_and_checked(db: None, settings: Any) -> None:
    place = "https://school.example"
    issuer = {"@context": "https://w3id.org/openbadges/v2", "type": "Issuer", "id": f"{place}/issuer"}
    pages = {
        f"{place}/issuer": {**issuer, "name": "Open Code School", "url": place, "email": "b@school.example"},
        f"{place}/badge": {
            "@context": "https://w3id.org/openbadges/v2",
            "type": "BadgeClass",
            "id": f"{place}/badge",
            "name": "Web Basics",
            "description": "x",
            "image": f"{place}/x.png",
            "criteria": {"narrative": "x"},
            "issuer": f"{place}/issuer",
        },
    }
    assertion = {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "id": f"{place}/assertion/1",
        "recipient": {"type": "email", "hashed": False, "identity": "a@example.kr"},
        "badge": f"{place}/badge",
        "verification": {"type": "HostedBadge"},
        "issuedOn": "2019-08-30T00:00:00Z",
    }
    pages[f"{place}/assertion/1"] = assertion
    net = Net({url: jsonio.dumps(page) for url, page in pages.items()})
    found = check(jsonio.dumps(assertion), net)
    assert (found.report.format, found.report.outcome) == ("ob2", "unknown")
    assert found.badge is not None
    assert found.badge.issued_at is not None
    settings.TRUSTED_ISSUERS = [f"{place}/issuer"]
    assert check(jsonio.dumps(assertion), net).report.outcome == "valid"
    assert check(jsonio.dumps(assertion), Net()).report.outcome == "unknown"
