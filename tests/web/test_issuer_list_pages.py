import json
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from tests import badge_rows as rows
from tests import factories as make

from credcore import jsonio
from naite.flows import bulk_verification, verification
from naite.trunk.badges import names, services
from naite.trunk.badges.models import Award, IssuerDecision, ListedIssuer
from naite.trunk.badges.services import issuer_list
from naite.trunk.people.models import Person

FOREIGN = "did:web:college.example"
FORM = {
    "issuer": FOREIGN,
    "name": "다른 대학",
    "standing": "trusted",
    "reason": "고등교육법의 대학입니다.",
    "valid_from": "2026-11-01",
}


@pytest.fixture
def award(db: None) -> Award:
    badge = rows.published()
    entry = rows.completed(badge.course_version)
    return services.issue(
        account_id=entry.account_id,
        entry_id=entry.id,
        achievement=badge,
        recipient=services.Recipient(did="did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"),
        now=make.NOW,
    )


@pytest.fixture
def operator(client: Client, db: None) -> Person:
    found = make.person("운영자", is_operator=True)
    client.force_login(found)
    return found


def decided(actor: Person, **changes: Any) -> IssuerDecision:
    draft = issuer_list.Draft(**({**FORM, "valid_from": date(2026, 11, 1)} | changes))
    return issuer_list.decide(draft=draft, seen=99, actor=actor, now=make.NOW)


def line(data: bytes) -> verification.Line:
    found = verification.verify_bytes(data, now=make.NOW)
    return next(each for each in found.lines if each.code == "list")


@pytest.mark.req("B9", "rule")
def test_the_list_speaks_in_verification(award: Award, operator: Person) -> None:
    data, did = bytes(award.credential), names.issuer_did(award.achievement.organisation.slug)
    assert (line(data).mark, "저절로" in line(data).answer) == ("ok", True)
    decided(operator, issuer=did, standing="trusted", reason="평생학습관입니다")
    assert line(data).answer == "2026.11.01부터 있습니다. 까닭: 평생학습관입니다."
    decided(operator, issuer=did, standing="watched", reason="민원이 있습니다")
    found = verification.verify_bytes(data, now=make.NOW)
    assert (found.report.outcome, line(data).mark) == ("valid", "unknown")
    assert "지켜보고" in line(data).answer


@pytest.mark.req("B9", "rule")
@pytest.mark.parametrize(
    ("left", "keeps", "outcome", "says"),
    [
        (make.NOW.date() + timedelta(days=0), True, "unknown", "뺀 뒤에 준"),
        (make.NOW.date() + timedelta(days=1), True, "valid", "그전에 준 것이고 서명도 그대로"),
        (make.NOW.date() + timedelta(days=1), False, "unknown", "그전에 준 배지도 믿지 않기로"),
    ],
)
def test_one_taken_off_keeps_its_signatures_and_is_said_so(
    award: Award, operator: Person, left: date, keeps: bool, outcome: str, says: str
) -> None:
    did = names.issuer_did(award.achievement.organisation.slug)
    decided(operator, issuer=did, standing="removed", valid_from=left, keeps_past=keeps, reason="폐업")
    found = verification.verify_bytes(bytes(award.credential), now=make.NOW + timedelta(days=2))
    assert found.report.outcome == outcome
    signature = found.report.check("signature")
    assert signature is not None
    assert signature.outcome == "ok"
    listed = next(each for each in found.lines if each.code == "list")
    assert listed.mark == "unknown"
    assert says in str(listed.answer)
    assert found.as_dict()["issuer_list"]["left"] == left


@pytest.mark.req("B9", "rule")
def test_many_at_once_say_it_in_their_rows_and_receipts(award: Award, operator: Person) -> None:
    did = names.issuer_did(award.achievement.organisation.slug)
    decided(operator, issuer=did, standing="watched", reason="민원이 있습니다")
    items = [bulk_verification.Item("a.json", bytes(award.credential))]
    checked = bulk_verification.check(items, now=make.NOW, clock=lambda: 0.0)
    assert (checked.rows[0].listed, "민원이 있습니다" in checked.rows[0].listed_says) == ("watched", True)
    assert bulk_verification.read_receipt(checked.receipt).rows == checked.rows


@pytest.mark.req("B9", "browser")
def test_put_on_seen_by_everybody_and_taken_off(client: Client, operator: Person) -> None:
    assert client.get("/office/issuers/").status_code == 200
    page = client.post("/office/issuers/new/", {**FORM, "reason": "", "seen": "0"})
    assert page.status_code == 422
    assert "다른 대학" in page.content.decode()  # what was typed is kept
    assert not ListedIssuer.objects.exists()
    pdf = SimpleUploadedFile("evidence.pdf", b"%PDF-1.4\n%%EOF")
    assert client.post("/office/issuers/new/", {**FORM, "seen": "0", "evidence": pdf}).status_code == 302
    listed = ListedIssuer.objects.get()
    decision = IssuerDecision.objects.get()
    assert client.get(f"/office/issuers/decisions/{decision.pk}/file/").status_code == 200
    with_script = SimpleUploadedFile("evidence.pdf", b"<script>alert(1)</script>")
    removal = {**FORM, "standing": "removed", "reason": "인가가 취소되었습니다.", "valid_from": "2026-11-20"}
    page = client.post(f"/office/issuers/{listed.pk}/", {**removal, "seen": "1", "evidence": with_script})
    assert (page.status_code, IssuerDecision.objects.count()) == (422, 1)
    # Another tab that has not seen version 1 is told; the second time it is done in its knowledge.
    page = client.post(f"/office/issuers/{listed.pk}/", {**removal, "seen": "0"})
    assert (page.status_code, IssuerDecision.objects.count()) == (409, 1)
    assert "인가가 취소되었습니다." in page.content.decode()
    assert client.post(f"/office/issuers/{listed.pk}/", {**removal, "seen": "1"}).status_code == 302
    form = client.get(f"/office/issuers/{listed.pk}/").context["form"]
    assert form["standing"].value() == "removed"  # left as it is, the form changes no standing
    client.logout()
    text = client.get("/issuers/").content.decode()
    assert "인가가 취소되었습니다." in text
    assert "고등교육법의 대학입니다." in client.get("/issuers/?version=1").content.decode()
    history = client.get(f"/issuers/{listed.pk}/").content.decode()
    assert history.index("인가가 취소되었습니다.") < history.index("고등교육법의 대학입니다.")
    assert client.get("/issuers/?version=77").status_code == 200
    assert client.get(f"/issuers/{operator.pk}/").status_code == 404


@pytest.mark.req("B9", "refusal")
def test_nobody_else_keeps_the_list(client: Client, db: None) -> None:
    assert client.get("/office/issuers/").status_code == 302
    client.force_login(make.staff(make.organisation()))
    for url in ("/office/issuers/", "/office/issuers/new/"):
        assert client.get(url).status_code == 403
    assert client.post("/office/issuers/upload/", {}).status_code == 403


@pytest.mark.req("B9", "browser")
def test_out_to_excel_and_back_with_what_changes_shown_first(client: Client, operator: Person) -> None:
    decided(operator)
    book = load_workbook(BytesIO(client.get("/office/issuers/?format=xlsx").content))
    book.active["C2"], book.active["D2"] = "뺌", "문을 닫았습니다"
    changed = BytesIO()
    book.save(changed)
    upload = SimpleUploadedFile("list.xlsx", changed.getvalue())
    page = client.post("/office/issuers/upload/", {"file": upload, "seen": "1"})
    assert "1곳이 바뀝니다" in page.content.decode()
    assert IssuerDecision.objects.count() == 1
    sent = {"rows": page.context["rows"], "seen": page.context["seen"]}
    decided(operator, issuer="did:web:else.example", name="남")
    page = client.post("/office/issuers/upload/", sent)
    assert page.status_code == 409
    sent["seen"] = page.context["seen"]
    assert client.post("/office/issuers/upload/", sent).status_code == 302
    assert IssuerDecision.objects.filter(standing="removed", reason="문을 닫았습니다").count() == 1
    for bad in ({}, {"rows": "{"}, {"rows": "[[1]]"}, {"file": SimpleUploadedFile("x.csv", b"a,b\n")}):
        assert client.post("/office/issuers/upload/", bad).status_code == 422


@pytest.mark.req("B9", "api")
def test_programs_read_it_in_two_forms(client: Client, operator: Person, award: Award) -> None:
    own = names.issuer_did(award.achievement.organisation.slug)
    decided(operator, place="대전", homepage_url="https://college.example/")
    decided(operator, issuer="did:web:gone.example", standing="removed", reason="폐교")
    client.logout()
    answer = client.get("/.well-known/issuer-registry.json")
    assert (answer["Access-Control-Allow-Origin"], answer.cookies) == ("*", {})
    registry = answer.json()["registry"]
    assert registry[FOREIGN] == {"name": "다른 대학", "location": "대전", "url": "https://college.example/"}
    assert set(registry) == {FOREIGN, own}
    full = client.get("/api/v1/issuers").json()
    assert full["version"] == 2
    assert {each["issuer"]: each["state"] for each in full["issuers"]} == {
        FOREIGN: "trusted",
        "did:web:gone.example": "removed",
    }
    assert [each["issuer"] for each in full["own"]] == [own]
    checked = client.post("/api/v1/verify", bytes(award.credential), content_type="application/json").json()
    assert checked["issuer_list"]["own"] is True


@pytest.mark.req("B9", "browser")
def test_the_list_and_its_pages_ask_no_more_for_more(
    client: Client, operator: Person, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        decided(operator, issuer=f"did:web:n{number}.example", name=f"기관 {number}")
    with django_assert_max_num_queries(12):
        client.get("/office/issuers/")
    client.logout()
    with django_assert_max_num_queries(6):
        client.get("/issuers/")


@pytest.mark.req("B9", "browser")
def test_the_result_page_leads_to_the_list(client: Client, award: Award, operator: Person) -> None:
    did = names.issuer_did(award.achievement.organisation.slug)
    decided(operator, issuer=did, standing="watched", reason="민원이 있습니다")
    client.logout()
    text = client.post("/verify/", {"text": bytes(award.credential).decode()}).content.decode()
    assert "지켜보는 기관" in text
    assert 'data-check="list"' in text
    assert 'href="/issuers/"' in text
    forged = json.loads(bytes(award.credential))
    forged["name"] = "다른 이름"
    text = client.post("/verify/", {"text": jsonio.dumps(forged).decode()}).content.decode()
    assert 'data-check="list"' not in text  # who did not sign is not spoken for
    page = client.get(f"/o/{award.achievement.organisation.slug}/").content.decode()
    assert "민원이 있습니다" in page
