"""A service of somebody else and a person's wallet, from registering itself to being cut off."""

import base64
import hashlib
import html
import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from allauth.idp.oidc.models import Client as Service
from allauth.idp.oidc.models import Token
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from tests import badge_rows as rows
from tests import factories as make
from tests.elsewhere import Elsewhere

from credcore import jose
from credcore.verify import read_credential
from naite.flows import award as award_flow
from naite.roots.audit.models import AuditEvent
from naite.trunk.people import connections, leaving
from naite.trunk.people.connections import PROFILE, READ, WRITE
from naite.trunk.people.models import Person
from naite.trunk.records import services as records
from naite.trunk.records.models import LearningAccount
from naite.trunk.wallet.models import Holding

pytestmark = pytest.mark.django_db
BACK = "https://jobs.example/back"
VERIFIER = "v" * 64


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    cache.clear()


@pytest.fixture
def account() -> LearningAccount:
    person = make.person()
    return records.open_account(person=person, actor=person, now=timezone.now())


def register(**changes: Any) -> Any:
    data = {
        "client_name": "이음 채용",
        "redirect_uris": [BACK],
        "grant_types": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_method": "none",
        "scope": f"{READ} {WRITE} {PROFILE}",
        **changes,
    }
    return Client().post("/identity/o/api/clients", json.dumps(data), content_type="application/json")


def ask(client_id: str, *scopes: str) -> str:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
    return "/identity/o/authorize?" + urlencode(
        {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": BACK,
            "scope": " ".join(scopes),
            "state": "s1",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
    )


def agree(person: Person, client_id: str, *scopes: str, ticked: list[str] | None = None) -> str:
    """Open the page where the person decides, say yes, and return the code that the service gets."""
    browser = Client()
    browser.force_login(person)
    page = browser.get(ask(client_id, *scopes)).content.decode()
    signed = re.search(r'name="request" value="([^"]+)"', page)
    assert signed
    answer = browser.post(
        "/identity/o/authorize",
        {
            "request": html.unescape(signed[1]),
            "scopes": scopes if ticked is None else ticked,
            "action": "grant",
        },
    )
    assert answer.status_code == 302 and answer["Location"].startswith(BACK)
    found = parse_qs(urlsplit(answer["Location"]).query)
    assert found["state"] == ["s1"]
    return found["code"][0]


def tokens(client_id: str, **data: str) -> Any:
    return Client().post("/identity/o/api/token", {"client_id": client_id, **data})


def let_in(person: Person, *scopes: str) -> tuple[str, str]:
    """Return a registered service and an access token of these scopes."""
    client_id = register().json()["client_id"]
    code = agree(person, client_id, *scopes)
    answer = tokens(
        client_id, grant_type="authorization_code", code=code, redirect_uri=BACK, code_verifier=VERIFIER
    )
    assert answer.status_code == 200, answer.content
    return client_id, answer.json()["access_token"]


def bearer(token: str) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Bearer {token}"}


def awarded(account: LearningAccount, count: int) -> None:
    for number in range(count):
        of = make.version(title=f"강좌 {number}", area="career", sub_area="skills")
        rows.published(of, name=f"강좌 {number}")
        entry = rows.completed(of, account.person)
        award_flow.award_entry(
            account_id=account.pk, entry_id=entry.id, now=make.NOW + timedelta(days=number)
        )


@pytest.mark.req("X8", "api")
@pytest.mark.req("B7", "api")
def test_a_service_registers_asks_and_reads_the_wallet_page_by_page(account: LearningAccount) -> None:
    awarded(account, 3)
    _service, token = let_in(account.person, READ)
    first = Client().get("/ims/ob/v3p0/credentials?limit=2", **bearer(token))
    assert first.status_code == 200 and first["X-Total-Count"] == "3"
    assert 'offset=2>; rel="next"' in first["Link"] and 'rel="prev"' not in first["Link"]
    second = Client().get("/ims/ob/v3p0/credentials?limit=2&offset=2", **bearer(token))
    assert 'offset=0>; rel="prev"' in second["Link"] and 'rel="next"' not in second["Link"]
    documents = first.json()["credential"] + second.json()["credential"]
    assert [document["name"].split(" (")[0] for document in documents] == ["강좌 0", "강좌 1", "강좌 2"]
    for document in documents:
        assert rows.check(json.dumps(document).encode(), now=make.NOW + timedelta(days=5)).verdict == "valid"
    since = urlencode({"since": documents[1]["validFrom"]})
    later = Client().get(f"/ims/ob/v3p0/credentials?{since}", **bearer(token))
    assert later.json()["credential"] == documents[2:]
    assert (
        AuditEvent.objects.filter(action="wallet.read_by_service", data_subject_id=account.person_id).count()
        == 3
    )


@pytest.mark.req("X8", "api")
@pytest.mark.req("B7", "api")
def test_a_service_puts_badges_in_and_gets_them_back_as_they_were_signed(
    account: LearningAccount, settings: Any
) -> None:
    elsewhere = Elsewhere(settings)
    _service, token = let_in(account.person, READ, WRITE)
    put = {"path": "/ims/ob/v3p0/credentials", **bearer(token)}
    document = elsewhere.badge(number=1)
    made = Client().post(**put, data=json.dumps(document), content_type="application/json")
    assert made.status_code == 201 and made.json() == document
    again = Client().post(**put, data=json.dumps(document), content_type="application/json")
    assert again.status_code == 304 and Holding.objects.count() == 1
    unsigned = {name: value for name, value in elsewhere.badge(number=2).items() if name != "proof"}
    compact = jose.issue_token(unsigned, elsewhere.key.signer(), created=make.NOW)
    as_token = Client().post(**put, data=compact, content_type="text/plain")
    assert as_token.status_code == 201 and as_token["Content-Type"] == "text/plain"
    found = Client().get("/ims/ob/v3p0/credentials", **bearer(token)).json()
    assert found["credential"] == [document] and found["compactJwsString"] == [compact]
    assert read_credential(found["compactJwsString"][0].encode())[0]["name"] == "바리스타 입문"


@pytest.mark.req("X8", "refusal")
def test_what_was_changed_is_not_taken_in_and_the_reason_is_told(
    account: LearningAccount, settings: Any
) -> None:
    document = Elsewhere(settings).badge()
    document["name"] = "바리스타 1급"
    _service, token = let_in(account.person, WRITE)
    for data in (json.dumps(document), "no badge", "{", "x" * (2 * 1024 * 1024 + 1)):
        answer = Client().post(
            "/ims/ob/v3p0/credentials", data, content_type="application/json", **bearer(token)
        )
        told = answer.json()
        assert answer.status_code in (400, 413), data[:20]
        assert told["imsx_codeMajor"] == "failure" and told["imsx_description"]
        minor = told["imsx_CodeMinor"]["imsx_codeMinorField"][0]
        assert minor["imsx_codeMinorFieldValue"] == "invalid_data"
    assert not Holding.objects.exists()


@pytest.mark.req("X8", "refusal")
def test_nothing_without_a_token_of_the_right_scope(account: LearningAccount) -> None:
    _service, token = let_in(account.person, PROFILE)
    for path in ("credentials", "profile"):
        none = Client().get(f"/ims/ob/v3p0/{path}")
        assert none.status_code == 401 and none["WWW-Authenticate"].startswith("Bearer")
        assert Client().get(f"/ims/ob/v3p0/{path}", **bearer("made-up")).status_code == 401
    assert Client().get("/ims/ob/v3p0/credentials", **bearer(token)).status_code == 403
    told = Client().get("/ims/ob/v3p0/profile", **bearer(token)).json()
    assert told["name"] == account.person.name and told["id"].startswith("did:key:")
    assert account.person.email not in json.dumps(told)
    account.person.is_active = False
    account.person.save()
    assert Client().get("/ims/ob/v3p0/profile", **bearer(token)).status_code == 401


@pytest.mark.req("X8", "refusal")
def test_wrong_questions_are_told(account: LearningAccount) -> None:
    _service, token = let_in(account.person, READ)
    for query in ("limit=many", "offset=x", "since=yesterday", "since=2026-11-24T10:00:00"):
        answer = Client().get(f"/ims/ob/v3p0/credentials?{query}", **bearer(token))
        assert answer.status_code == 400, query
    assert Client().delete("/ims/ob/v3p0/credentials", **bearer(token)).status_code == 405
    assert Client().post("/ims/ob/v3p0/profile", **bearer(token)).status_code == 405


@pytest.mark.req("X8", "refusal")
@pytest.mark.parametrize(
    "changes",
    [
        {"client_name": ""},
        {"scope": "openid"},
        {"grant_types": ["client_credentials"]},
        {"response_types": ["token"]},
        {"redirect_uris": ["http://jobs.example/back"]},
        {"redirect_uris": ["javascript:alert(1)"]},
        {"redirect_uris": ["https://jobs.example/back#x"]},
        {"redirect_uris": []},
    ],
)
def test_services_that_ask_for_too_much_are_not_registered(changes: dict[str, Any]) -> None:
    answer = register(**changes)
    assert answer.status_code == 400 and answer.json()["error"].startswith("invalid_")
    assert not Service.objects.exists()


@pytest.mark.req("X8", "refusal")
def test_the_code_is_good_once_and_for_who_asked_alone(account: LearningAccount) -> None:
    client_id = register().json()["client_id"]
    code = agree(account.person, client_id, READ)
    good = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
    }
    assert tokens(client_id, **{**good, "code_verifier": "w" * 64}).status_code == 400
    other = register().json()["client_id"]
    assert tokens(other, **good).status_code in (400, 401)
    code = agree(account.person, client_id, READ)
    good["code"] = code
    assert tokens(client_id, **good).status_code == 200
    assert tokens(client_id, **good).status_code == 400


@pytest.mark.req("X8", "browser")
def test_a_person_gives_less_than_was_asked_sees_it_and_cuts_it_off(account: LearningAccount) -> None:
    client_id = register().json()["client_id"]
    code = agree(account.person, client_id, READ, WRITE, ticked=[READ])
    answer = tokens(
        client_id, grant_type="authorization_code", code=code, redirect_uri=BACK, code_verifier=VERIFIER
    ).json()
    token, refresh = answer["access_token"], answer["refresh_token"]
    assert answer["scope"] == READ
    browser = Client()
    browser.force_login(account.person)
    page = browser.get("/my/account/services/").content.decode()
    assert "이음 채용" in page and "배지 지갑에 있는 배지 보기" in page and "배지 넣기" not in page
    assert browser.post(f"/my/account/services/{client_id}/disconnect/").status_code == 302
    assert "이음 채용" not in browser.get("/my/account/services/").content.decode()
    assert Client().get("/ims/ob/v3p0/credentials", **bearer(token)).status_code == 401
    assert tokens(client_id, grant_type="refresh_token", refresh_token=refresh).status_code in (400, 401)
    log = AuditEvent.objects.filter(data_subject_id=account.person_id).values_list("action", flat=True)
    assert {"people.connect_service", "people.disconnect_service"} <= set(log)


@pytest.mark.req("X8", "browser")
def test_who_says_no_gives_nothing(account: LearningAccount) -> None:
    client_id = register().json()["client_id"]
    browser = Client()
    assert browser.get(ask(client_id, READ))["Location"].startswith("/accounts/login/")
    browser.force_login(account.person)
    page = browser.get(ask(client_id, READ))
    assert "https://jobs.example" in page["Content-Security-Policy"]
    signed = re.search(r'name="request" value="([^"]+)"', page.content.decode())
    assert signed
    answer = browser.post(
        "/identity/o/authorize", {"request": html.unescape(signed[1]), "scopes": [READ], "action": "cancel"}
    )
    assert "error=access_denied" in answer["Location"] and not Token.objects.exists()
    wrong = browser.get(ask(client_id, READ).replace("jobs.example", "evil.example"))
    assert wrong.status_code in (200, 400) and "연결하지 못했습니다" in wrong.content.decode()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(account.person)
    forged = strict.post(
        "/identity/o/authorize", {"request": html.unescape(signed[1]), "scopes": [READ], "action": "grant"}
    )
    assert forged.status_code == 403


@pytest.mark.req("X8", "rule")
def test_whoever_leaves_leaves_no_way_in_and_idle_services_are_forgotten(account: LearningAccount) -> None:
    client_id, _token = let_in(account.person, READ)
    idle = register().json()["client_id"]
    long_ago = timezone.now() - timedelta(days=31)
    Service.objects.update(created_at=long_ago)
    connections.forget_unused(now=timezone.now())
    assert set(Service.objects.values_list("pk", flat=True)) == {client_id} and idle
    assert leaving.forget(person=account.person, now=timezone.now())
    assert not Token.objects.exists()


@pytest.mark.req("X8", "api")
def test_the_description_says_where_everything_is() -> None:
    told = Client().get("/ims/ob/v3p0/discovery")
    document = told.json()
    assert told["Access-Control-Allow-Origin"] == "*" and document["openapi"].startswith("3.0")
    way = document["components"]["securitySchemes"]["OAuth2ACG"]
    assert urlsplit(way["x-imssf-registrationUrl"]).path == "/identity/o/api/clients"
    flow = way["flows"]["authorizationCode"]
    assert set(flow["scopes"]) == {READ, WRITE, PROFILE}
    assert urlsplit(flow["tokenUrl"]).path == "/identity/o/api/token"
    offered = {item["operationId"] for path in document["paths"].values() for item in path.values()}
    assert offered == {"getCredentials", "upsertCredential", "getProfile", "getServiceDescription"}
    metadata = Client().get("/.well-known/openid-configuration").json()
    assert metadata["scopes_supported"] == [READ, WRITE, PROFILE] and "jwks_uri" not in metadata


@pytest.mark.req("X8", "refusal")
def test_nobody_is_led_elsewhere_by_a_service_that_registered_itself() -> None:
    client_id = register(post_logout_redirect_uris=["https://evil.example/"]).json()["client_id"]
    away = urlencode({"client_id": client_id, "post_logout_redirect_uri": "https://evil.example/"})
    for address in (f"/identity/o/logout?{away}", "/identity/o/device", "/identity/o/api/userinfo"):
        assert Client().get(address).status_code == 404
    silent = Client().get(ask(client_id, READ) + "&prompt=none")
    assert silent["Location"].startswith("/accounts/login/")


@pytest.mark.req("X8", "refusal")
@pytest.mark.parametrize(
    "address", ["https://a;script-src-elem *;x/back", "https://jobs.example@evil.example/back"]
)
def test_addresses_that_say_more_than_a_host_are_refused(address: str) -> None:
    assert register(redirect_uris=[address]).status_code == 400


@pytest.mark.req("X8", "rule")
def test_a_service_that_an_operator_entered_is_not_forgotten(account: LearningAccount) -> None:
    Service.objects.create(id="entered", name="시청", created_at=timezone.now() - timedelta(days=90))
    Service.objects.update(created_at=timezone.now() - timedelta(days=90))
    connections.forget_unused(now=timezone.now())
    assert Service.objects.filter(pk="entered").exists()


@pytest.mark.req("X8", "api")
def test_a_page_far_behind_the_last_is_empty(account: LearningAccount) -> None:
    _service, token = let_in(account.person, READ)
    far = Client().get("/ims/ob/v3p0/credentials?offset=" + "9" * 30, **bearer(token))
    assert far.status_code == 200 and far.json()["credential"] == []
