"""Pages for organisations, members, invitations and the history of roles."""

from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook
from tests import factories as make

from naite.roots.audit.models import AuditEvent
from naite.roots.notices.models import Message
from naite.trunk.people.models import Invitation, Organisation, Person, Role, RoleAssignment

pytestmark = pytest.mark.django_db

Kind = Organisation.Kind


@pytest.fixture
def city() -> Organisation:
    return make.organisation("마포구", region=make.region())


@pytest.fixture
def hall(city: Organisation) -> Organisation:
    return make.organisation("한강평생학습관", kind=Kind.HUMAN_RESOURCES, legal_basis="ga", parent=city)


@pytest.fixture
def officer(client: Client, city: Organisation) -> Person:
    person = make.staff(city, Role.LOCAL_OFFICER, "정도윤")
    client.force_login(person)
    return person


def filled(**changes: str) -> dict[str, str]:
    return {
        "name": "새움평생교육원",
        "slug": "saeum",
        "kind": "human_resources",
        "legal_basis": "ga",
        "teaches_school_subjects": "unknown",
        "parent": "",
        "region": "",
        "address": "서울특별시 마포구 토정로 1",
        "phone": "",
        "homepage_url": "",
        **changes,
    }


@pytest.mark.req("A3", "browser")
def test_an_officer_enters_an_institution(client: Client, officer: Person, city: Organisation) -> None:
    assert client.get("/office/organisations/new/").status_code == 200
    response = client.post("/office/organisations/new/", filled(parent=str(city.pk)))
    made = Organisation.objects.get(slug="saeum")
    assert response["Location"] == f"/office/organisations/{made.pk}/"
    assert "새움평생교육원" in client.get("/office/organisations/").content.decode()


@pytest.mark.req("A3", "refusal")
def test_a_hagwon_for_school_subjects_is_told_the_clause_and_keeps_the_form(
    client: Client, officer: Person, city: Organisation
) -> None:
    response = client.post(
        "/office/organisations/new/",
        filled(parent=str(city.pk), legal_basis="na", teaches_school_subjects="true"),
    )
    assert response.status_code == 400
    page = response.content.decode()
    assert "평생교육법 제2조제2호나목" in page
    assert 'value="새움평생교육원"' in page
    assert not Organisation.objects.filter(slug="saeum").exists()


def test_an_officer_cannot_enter_an_office(client: Client, officer: Person, city: Organisation) -> None:
    response = client.post("/office/organisations/new/", filled(kind="ministry", legal_basis="", parent=""))
    assert response.status_code == 400
    assert "등록할 권한이 없습니다" in response.content.decode()


def test_the_list_filters_and_asks_the_same_number_of_queries(
    client: Client, city: Organisation, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    client.force_login(make.person("운영자", is_operator=True))
    for number in range(40):
        make.organisation(f"기관 {number:02}", kind=Kind.HUMAN_RESOURCES, parent=city, region=city.region)
    with django_assert_max_num_queries(7):
        page = client.get("/office/organisations/").content.decode()
    assert "1 / 2쪽" in page
    assert "기관 03" in page
    page = client.get("/office/organisations/", {"q": "기관 39"}).content.decode()
    assert "기관 39" in page
    assert "기관 03" not in page
    assert "맞는 기관이 없습니다" in client.get("/office/organisations/", {"q": "없음"}).content.decode()
    assert "마포구" in client.get("/office/organisations/", {"kind": "local_government"}).content.decode()


def test_the_list_comes_as_excel_with_text_kept_text(client: Client, city: Organisation) -> None:
    client.force_login(make.person("운영자", is_operator=True))
    make.organisation("=1+1", kind=Kind.COMPANY)
    response = client.get("/office/organisations/", {"format": "xlsx"})
    sheet = load_workbook(BytesIO(response.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "기관 이름"
    assert {row[0] for row in rows[1:]} == {"=1+1", "마포구"}
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_learners_and_other_organisations_see_nothing(client: Client, hall: Organisation) -> None:
    client.force_login(make.person())
    assert client.get("/office/organisations/").status_code == 403
    client.force_login(make.staff(make.organisation("다른 기관", kind=Kind.HUMAN_RESOURCES)))
    assert client.get(f"/office/organisations/{hall.pk}/").status_code == 404
    assert "한강평생학습관" not in client.get("/office/organisations/").content.decode()
    client.logout()
    assert client.get("/office/organisations/")["Location"].startswith("/accounts/login/")


@pytest.mark.req("A1", "browser")
def test_a_colleague_is_invited_accepts_and_is_ended(client: Client, hall: Organisation) -> None:
    staff = make.staff(hall, name="오하린")
    client.force_login(staff)
    page = f"/office/organisations/{hall.pk}/"
    assert client.get("/office/members/")["Location"] == page
    assert client.post(page + "invite/", {"email": "new@example.kr", "role": "instructor"}).status_code == 302
    assert "new@example.kr" in client.get(page).content.decode()
    link = next(word for word in Message.objects.get().body.split() if "/invitation/" in word)
    path = "/" + link.split("/", 3)[3]

    visitor = Client()
    shown = visitor.get(path).content.decode()
    assert "한강평생학습관" in shown
    assert "/accounts/signup/?next=" in shown
    newcomer = make.person("새강사", email="new@example.kr")
    visitor.force_login(newcomer)
    assert visitor.get(path).status_code == 200
    assert not RoleAssignment.objects.filter(person=newcomer).exists()  # looking accepts nothing
    assert visitor.post(path).status_code == 302
    held = RoleAssignment.objects.get(person=newcomer)

    assert client.get(f"{page}roles/{held.pk}/end/").status_code == 200
    assert client.post(f"{page}roles/{held.pk}/end/").status_code == 302
    held.refresh_from_db()
    assert held.valid_until is not None
    assert "새강사" in client.get(page).content.decode()  # in the history


@pytest.mark.req("A1", "refusal")
def test_a_refused_invitation_keeps_what_was_typed(client: Client, hall: Organisation) -> None:
    staff = make.staff(hall, name="오하린")
    client.force_login(staff)
    url = f"/office/organisations/{hall.pk}/invite/"
    response = client.post(url, {"email": str(staff.email), "role": "instructor"})
    assert response.status_code == 400
    assert "자기 자신은 초대할 수 없습니다" in response.content.decode()
    assert f'value="{staff.email}"' in response.content.decode()
    assert client.post(url, {"email": "a@example.kr", "role": "local_officer"}).status_code == 400
    assert client.get(url).status_code == 405
    assert not Invitation.objects.exists()


def test_another_persons_invitation_is_refused_and_an_unknown_link_is_404(
    client: Client, hall: Organisation
) -> None:
    staff = make.staff(hall)
    client.force_login(staff)
    client.post(f"/office/organisations/{hall.pk}/invite/", {"email": "new@example.kr", "role": "instructor"})
    link = next(word for word in Message.objects.get().body.split() if "/invitation/" in word)
    path = "/" + link.split("/", 3)[3]
    client.force_login(make.person("남"))
    assert "그 전자우편으로 로그인해 주세요" in client.get(path).content.decode()
    assert client.post(path).status_code == 403
    assert client.get("/invitation/unknown/").status_code == 404
    client.force_login(staff)
    invitation = Invitation.objects.get()
    client.post(f"/office/organisations/{hall.pk}/invitations/{invitation.pk}/withdraw/")
    assert "끝난 초대입니다" in Client().get(path).content.decode()


def test_members_are_exported_and_both_looking_and_taking_are_logged(
    client: Client, hall: Organisation
) -> None:
    client.force_login(make.staff(hall, name="오하린"))
    client.get(f"/office/organisations/{hall.pk}/")
    response = client.get(f"/office/organisations/{hall.pk}/members.xlsx")
    sheet = load_workbook(BytesIO(response.content)).active
    assert sheet is not None
    assert [row[0] for row in sheet.iter_rows(values_only=True)] == ["이름", "오하린"]
    assert set(AuditEvent.objects.values_list("action", flat=True)) == {
        "people.view_members",
        "people.export_members",
    }
    client.force_login(make.staff(hall, Role.INSTRUCTOR))
    assert client.get(f"/office/organisations/{hall.pk}/members.xlsx").status_code == 404


def test_an_organisation_is_corrected_and_closed(
    client: Client, officer: Person, city: Organisation, hall: Organisation
) -> None:
    page = f"/office/organisations/{hall.pk}/"
    data = filled(name="한강배움터", parent=str(city.pk))
    del data["slug"]
    assert client.post(page + "edit/", data).status_code == 302
    hall.refresh_from_db()
    assert hall.name == "한강배움터"
    assert client.post(page + "close/", {"on": "2999-01-01"}).status_code == 400
    shown = client.get(page + "close/")
    assert "지워지는 것은 없습니다" in shown.content.decode()
    sure = {"on": "2026-01-01", "reason": "운영 종료", "seen": shown.context["seen"]}
    stale = client.post(page + "close/", {**sure, "seen": "0" * 16})
    assert stale.status_code == 400
    assert "그 사이에" in stale.content.decode()
    assert client.post(page + "close/", sure).status_code == 302
    hall.refresh_from_db()
    assert hall.closed_on is not None
    client.force_login(make.staff(hall))
    assert client.get(page + "close/").status_code == 403
