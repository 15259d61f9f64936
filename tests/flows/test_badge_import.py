"""Badges of others in the wallet: kept as they came, known again, checked again."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests import badge_rows as rows
from tests import clock
from tests import factories as make
from tests.elsewhere import LIST, Elsewhere

from credcore import bake, jose
from credcore.status import status_entry
from naite.flows import award as award_flow
from naite.flows import badge_import
from naite.roots.errors import Invalid, NotAllowed
from naite.roots.fetching import Fetched, FetchFailed, GuardedClient
from naite.roots.notices.models import Message
from naite.trunk.records import services as records
from naite.trunk.records.models import LearningAccount
from naite.trunk.wallet import collections, imports
from naite.trunk.wallet.models import Holding
from naite.web import badge_art

pytestmark = pytest.mark.django_db


class Net(GuardedClient):
    """The world as a table of addresses that a test may change."""

    def __init__(self, pages: dict[str, bytes] | None = None) -> None:
        object.__setattr__(self, "pages", pages or {})

    def fetch(self, url: str, *, accept: str = "*/*") -> Fetched:
        body = self.pages.get(url)  # type: ignore[attr-defined]
        if body is None:
            raise FetchFailed("no answer")
        return Fetched(url, 200, "application/json", body)


@pytest.fixture
def elsewhere(settings: Any) -> Elsewhere:
    return Elsewhere(settings)


@pytest.fixture
def account() -> LearningAccount:
    person = make.person()
    return records.open_account(person=person, actor=person, now=make.NOW)


def bring(
    account: LearningAccount, data: bytes, *, mine: bool = False, net: Net | None = None
) -> tuple[Holding, Any, bool]:
    return badge_import.bring_in(
        account=account, data=data, mine=mine, actor=account.person, now=make.NOW, client=net or Net()
    )


def hashed(address: str, salt: str = "") -> dict[str, Any]:
    digest = hashlib.sha256((address + salt).encode()).hexdigest()
    identity = {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": f"sha256${digest}",
        "identityType": "emailAddress",
    }
    return {"identifier": [{**identity, **({"salt": salt} if salt else {})}]}


@pytest.mark.req("B7", "rule")
@pytest.mark.parametrize("form", ["json", "png", "svg", "jwt"])
def test_each_form_is_kept_byte_for_byte(account: LearningAccount, elsewhere: Elsewhere, form: str) -> None:
    text = json.dumps(elsewhere.badge())
    unsigned = elsewhere.badge()
    unsigned.pop("proof")
    data = {
        "json": text.encode(),
        "png": bake.bake_png(badge_art.png("other", "other"), text),
        "svg": bake.bake_svg(badge_art.svg("other", "other").encode(), text),
        "jwt": jose.issue_token(unsigned, elsewhere.key.signer(), created=make.NOW).encode(),
    }[form]
    holding, found, fresh = bring(account, data)
    assert fresh
    assert found.report.outcome == "valid"
    holding = Holding.objects.get(account_id=account.pk, id=holding.id)
    assert bytes(holding.credential) == data
    assert (holding.container, holding.title, holding.issuer_name) == (form, "바리스타 입문", "커피학교")


@pytest.mark.req("B7", "rule")
def test_the_same_badge_again_is_known_again(account: LearningAccount, elsewhere: Elsewhere) -> None:
    text = json.dumps(elsewhere.badge())
    first, _, _ = bring(account, text.encode())
    again, _, fresh = bring(account, text.encode())
    assert (again.id, fresh) == (first.id, False)
    baked, _, fresh = bring(account, bake.bake_png(badge_art.png("other", "other"), text))
    assert (baked.id, fresh) == (first.id, False)
    other, _, fresh = bring(account, json.dumps(elsewhere.badge(number=2)).encode())
    assert (other.id != first.id, fresh) == (True, True)


@pytest.mark.req("B7", "refusal")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda text: text.replace("바리스타", "소믈리에"), "altered"),
        (lambda _: "{}", "not_a_badge"),
        (lambda _: "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "not_a_badge"),
    ],
    ids=["altered", "empty", "script"],
)
def test_what_is_no_badge_is_not_kept(
    account: LearningAccount, elsewhere: Elsewhere, change: Any, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        bring(account, change(json.dumps(elsewhere.badge(), ensure_ascii=False)).encode())
    assert refused.value.code == code
    assert not Holding.objects.exists()


@pytest.mark.req("B7", "refusal")
def test_a_badge_given_here_to_somebody_else_is_refused(account: LearningAccount) -> None:
    badge = rows.published()
    entry = rows.completed(badge.course_version, make.person(email="other@example.org"))
    (award,) = award_flow.award_entry(account_id=entry.account_id, entry_id=entry.id, now=make.NOW)
    with pytest.raises(Invalid) as refused:
        bring(account, bytes(award.credential), mine=True)
    assert refused.value.code == "given_to_another"
    own, _, fresh = bring(award.account, bytes(award.credential))
    assert (own.award_id, fresh) == (award.id, False)


@pytest.mark.req("B7", "refusal")
def test_a_badge_for_another_address_needs_the_persons_word(
    account: LearningAccount, elsewhere: Elsewhere
) -> None:
    data = json.dumps(elsewhere.badge(subject=hashed("old@example.org", "s"))).encode()
    with pytest.raises(Invalid) as refused:
        bring(account, data)
    assert refused.value.code == "other_owner"
    holding, _, _ = bring(account, data, mine=True)
    assert not holding.owned
    own = elsewhere.badge(number=3, subject=hashed(account.person.email or "", "s"))
    assert bring(account, json.dumps(own).encode())[0].owned


@pytest.mark.req("B7", "rule")
def test_owners_are_recognised_in_every_form_of_the_specifications() -> None:
    def names(document: dict[str, Any]) -> bool | None:
        return badge_import.names_owner(document, did="did:key:z1", addresses=["Kim@Example.org"])

    plain = hashlib.sha256(b"kim@example.org").hexdigest()
    old = hashlib.md5(b"kim@example.orgsalt", usedforsecurity=False).hexdigest()
    assert names({"credentialSubject": {"id": "did:key:z1"}}) is True
    assert names({"credentialSubject": {"id": "did:key:z2"}}) is False
    assert names({"credentialSubject": {"id": "urn:uuid:1"}}) is None
    assert names({"recipient": {"type": "email", "identity": "kim@example.org"}}) is True
    assert names({"recipient": {"type": "email", "identity": f"sha256${plain}"}}) is True
    assert names({"recipient": {"type": "email", "identity": f"md5${old}", "salt": "salt"}}) is True
    assert names({"recipient": {"type": "email", "identity": "crc$1"}}) is False
    assert names({"credentialSubject": hashed("lee@example.org")}) is False


@pytest.mark.req("B7", "rule")
def test_what_is_revoked_later_is_told_and_an_unreachable_list_is_not(
    account: LearningAccount, elsewhere: Elsewhere
) -> None:
    entry = status_entry(LIST, 7, purpose="revocation")
    net = Net({LIST: elsewhere.status(revoked=False)})
    holding, _, _ = bring(account, json.dumps(elsewhere.badge(credentialStatus=entry)).encode(), net=net)
    assert holding.verdict == "valid"

    def again(days: int, net: Net) -> bool:
        moment = make.NOW + timedelta(days=days)
        assert imports.due(now=moment) == [(account.pk, holding.id)]
        assert imports.due(now=moment) == []
        return badge_import.check_again(account_id=account.pk, holding_id=holding.id, now=moment, client=net)

    assert imports.due(now=make.NOW + timedelta(days=6)) == []
    assert not again(8, Net())
    holding.refresh_from_db()
    assert holding.verdict == "valid"  # nobody answered: what was known stands
    assert again(10, Net({LIST: elsewhere.status(revoked=True)}))
    holding.refresh_from_db()
    assert holding.verdict == "revoked"
    assert "바리스타 입문" in Message.objects.get().subject
    assert not again(18, Net({LIST: elsewhere.status(revoked=True)}))
    assert Message.objects.count() == 1


@pytest.mark.req("B7", "refusal")
def test_a_badge_whose_issuer_or_list_does_not_answer_is_kept_as_unknown(
    account: LearningAccount, elsewhere: Elsewhere
) -> None:
    entry = status_entry(LIST, 7, purpose="revocation")
    listed = json.dumps(elsewhere.badge(credentialStatus=entry)).encode()
    holding, found, fresh = bring(account, listed, net=Net())
    assert (fresh, found.report.outcome, holding.verdict) == (True, "unknown", "unknown")
    home = "did:web:gone.example"
    away = elsewhere.badge(number=2)
    away["issuer"]["id"] = home
    away["proof"]["verificationMethod"] = f"{home}#key-1"
    unreachable, found, fresh = bring(account, json.dumps(away).encode(), net=Net())
    assert (fresh, found.report.outcome) == (True, "unknown")
    assert unreachable.verdict not in ("valid", "altered")
    # When the list answers again, the next look says what it is.
    net = Net({LIST: elsewhere.status(revoked=True)})
    badge_import.check_again(
        account_id=account.pk, holding_id=holding.id, now=make.NOW + timedelta(days=8), client=net
    )
    holding.refresh_from_db()
    assert holding.verdict == "revoked"


@pytest.mark.req("B7", "refusal")
def test_nobody_touches_somebody_elses_wallet(account: LearningAccount, elsewhere: Elsewhere) -> None:
    other = make.person(email="other@example.org")
    data = json.dumps(elsewhere.badge()).encode()
    holding, _, _ = bring(account, data)
    with pytest.raises(NotAllowed):
        badge_import.bring_in(
            account=account, data=data + b" ", mine=False, actor=other, now=make.NOW, client=Net()
        )
    for call in (
        lambda: imports.remove(account=account, holding_id=holding.id, actor=other, now=make.NOW),
        lambda: collections.make(account=account, name="이력서", actor=other, now=make.NOW),
        lambda: collections.put(account=account, holding_id=holding.id, into=[], actor=other, now=make.NOW),
    ):
        with pytest.raises(NotAllowed):
            call()


@pytest.fixture
def page(client: Client, account: LearningAccount, monkeypatch: pytest.MonkeyPatch) -> Client:
    clock.hold(monkeypatch, make.NOW)
    client.force_login(account.person)
    return client


@pytest.mark.req("B7", "browser")
def test_several_files_at_once_each_with_its_answer(page: Client, elsewhere: Elsewhere) -> None:
    text = json.dumps(elsewhere.badge())
    answer = page.post(
        "/my/wallet/import/",
        {
            "file": [
                SimpleUploadedFile("good.json", text.encode()),
                SimpleUploadedFile("same.json", text.encode()),
                SimpleUploadedFile("cat.png", b"\x89PNG no badge"),
            ],
            "url": "ftp://x",
        },
    )
    body = answer.content.decode()
    assert answer.status_code == 422
    assert [word in body for word in ("넣음", "이미 있음", "넣지 않음", 'value="ftp://x"')] == [True] * 4
    assert Holding.objects.count() == 1


@pytest.mark.req("B7", "browser")
def test_from_the_file_to_the_collection_and_away(page: Client, elsewhere: Elsewhere) -> None:
    answer = page.post("/my/wallet/import/", {"text": json.dumps(elsewhere.badge())}, follow=True)
    holding = Holding.objects.get()
    assert "다른 곳에서 준 배지입니다" in answer.content.decode()
    page.post(f"/my/wallet/{holding.id}/collect/", {"name": "이력서에 쓸 것"})
    wallet = page.get("/my/wallet/").content.decode()
    assert "이력서에 쓸 것" in wallet
    (made, members) = collections.collections_of(holding.account_id)[0]
    assert members == {holding.id}
    assert "바리스타 입문" in page.get("/my/wallet/", {"view": str(made.id)}).content.decode()
    assert "커피 추출" in page.get("/my/wallet/skills/").content.decode()
    with zipfile.ZipFile(io.BytesIO(page.get("/my/wallet/export.zip").content)) as archive:
        (name,) = archive.namelist()
        assert archive.read(name) == bytes(holding.credential)
    file = page.get(f"/my/wallet/{holding.id}/badge.json")
    assert file.content == bytes(holding.credential)
    assert file["Content-Security-Policy"] == "sandbox"
    assert page.get(f"/my/wallet/{holding.id}/badge.png").status_code == 404
    page.post(f"/my/wallet/{holding.id}/collect/", {})
    assert collections.collections_of(holding.account_id) == [(made, set())]
    page.post(f"/my/wallet/collections/{made.id}/drop/")
    page.post(f"/my/wallet/{holding.id}/remove/")
    assert not Holding.objects.exists()


@pytest.mark.req("B7", "refusal")
def test_a_badge_of_naite_is_not_thrown_away(page: Client, account: LearningAccount) -> None:
    badge = rows.published()
    entry = rows.completed(badge.course_version, account.person)
    award_flow.award_entry(account_id=entry.account_id, entry_id=entry.id, now=make.NOW)
    holding = Holding.objects.get()
    answer = page.post(f"/my/wallet/{holding.id}/remove/", follow=True)
    assert "뺄 수 없습니다" in answer.content.decode()
    assert Holding.objects.exists()


def test_the_wallet_asks_as_few_questions_with_many_collections(
    page: Client, account: LearningAccount, elsewhere: Elsewhere, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        holding, _, _ = bring(account, json.dumps(elsewhere.badge(number=number)).encode())
        made = collections.make(account=account, name=f"모음 {number}", actor=account.person, now=make.NOW)
        collections.put(
            account=account, holding_id=holding.id, into=[made.id], actor=account.person, now=make.NOW
        )
    page.get("/my/wallet/")
    with django_assert_max_num_queries(10):
        page.get("/my/wallet/")
