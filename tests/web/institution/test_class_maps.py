"""Looking at and editing the table between the two classifications (row B13)."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from tests import badge_rows as rows
from tests import factories as make
from tests.threads import all_at_once

from naite.roots.audit.models import AuditEvent
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.badges import framework as frameworks
from naite.trunk.badges.class_map_rules import Line
from naite.trunk.badges.models import ClassMap
from naite.trunk.badges.services import class_maps
from naite.trunk.catalogue.models import Listing
from naite.trunk.people.models import Person, Role

pytestmark = [pytest.mark.django_db, pytest.mark.req("B13", "browser")]
URL = "/work/class-maps/seoul/"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)


def officer() -> Person:
    person = make.person()
    make.role(person, make.organisation("서울시평생교육진흥원"), Role.PROVINCIAL_OFFICER)
    return person


def typed(*lines: tuple[str, str, str], **more: Any) -> dict[str, Any]:
    return {
        "category": [line[0] for line in lines],
        "words": [line[1] for line in lines],
        "target": [line[2] for line in lines],
        "action": "save",
        "revision": "0",
        **more,
    }


def test_from_a_draft_to_what_suggestions_use(client: Client) -> None:
    client.force_login(officer())
    assert "나이테가 함께 주는 표" in client.get(URL).content.decode()
    wrong = client.post(URL, typed(("humanities", "", "self_growth/digital"), ("humanities", "", "civic")))
    assert wrong.status_code == 422
    assert "이 영역에 있는 세부 영역을 고르세요." in wrong.content.decode()
    assert not ClassMap.objects.exists()
    good = typed(("humanities", "책, 도서관", "civic/community"), ("humanities", "", "career"), ("", "", ""))
    assert client.post(URL, good).status_code == 302
    draft = ClassMap.objects.get()
    assert class_maps.lead("seoul")("humanities", "도서관 산책") == ("humanities", "")  # not published yet
    assert client.post(URL, good).status_code == 409  # another window, which read no draft
    page = client.get(URL).content.decode()
    assert "없어지는 줄" in page
    assert client.post(URL, {"action": "publish", "revision": "9"}).status_code == 409
    assert client.post(URL, {"action": "publish", "revision": draft.revision}).status_code == 302
    assert class_maps.lead("seoul")("humanities", "도서관 산책") == ("community", "도서관")
    assert class_maps.lead("seoul")("humanities", "논어") == ("career", "")
    assert class_maps.lead("seoul")("arts_culture", "노래") == ("", "")
    assert AuditEvent.objects.filter(action="badges.publish_class_map").count() == 1
    assert client.post(URL, typed(("humanities", "", "civic"))).status_code == 302
    assert [row.version for row in class_maps.versions_of("seoul")] == [2, 1]


def test_excel_out_and_in(client: Client) -> None:
    client.force_login(officer())
    table = client.get(URL + "table.xlsx").content
    book = load_workbook(BytesIO(table))
    sheet = book.worksheets[0]
    assert sheet["A2"].value == "기초문해교육"
    sheet["A2"], sheet["B2"], sheet["C2"], sheet["D2"] = "기초문해교육", "수어", "시민소양", ""
    out = BytesIO()
    book.save(out)
    data = {"action": "upload", "revision": "0", "file": SimpleUploadedFile("표.xlsx", out.getvalue())}
    assert client.post(URL, data).status_code == 302
    assert ClassMap.objects.get().lines[0]["words"] == ["수어"]
    bad = SimpleUploadedFile("표.csv", "6진 분류,영역\n인문교양교육,우주\n".encode())
    said = client.post(URL, {"action": "upload", "revision": "1", "file": bad})
    assert said.status_code == 409
    assert "2행" in said.content.decode()
    assert ClassMap.objects.get().revision == 1


@pytest.mark.req("B13", "refusal")
def test_it_is_the_owners(client: Client) -> None:
    place = make.organisation()
    client.force_login(make.staff(place))
    assert client.get(URL).status_code == 200
    assert 'name="category"' not in client.get(URL).content.decode()
    assert client.post(URL, typed(("humanities", "", "career"))).status_code == 403
    client.force_login(make.person())
    assert client.get(URL).status_code == 403
    owner = make.organisation("도 진흥원")
    staff = make.staff(owner)
    rows.reviewed_framework(owner, staff)
    kind = next(item for item in frameworks.offered(owner) if item.code == "province")
    for who in (officer(), make.staff(place), None):
        with pytest.raises(NotAllowed):
            class_maps.save_draft(kind=kind, lines=[Line("humanities")], actor=who, now=make.NOW)
    client.force_login(staff)
    own = "/work/class-maps/province/"
    assert client.post(own, typed(("humanities", "", "work"))).status_code == 302
    assert client.post(own, {"action": "publish", "revision": "1"}).status_code == 302
    assert client.get("/work/class-maps/nowhere/").status_code in (403, 404)
    # A badge of a course in the framework begins in the area to which its field leads.
    version = make.version(owner, title="논어", category="humanities", area="")
    page = client.get(f"/work/badges/new/?version={version.pk}&framework=province").content.decode()
    assert 'id="area-work" value="work" checked' in page


@pytest.mark.django_db(transaction=True)
def test_of_two_who_begin_a_draft_at_once_one_does() -> None:
    kind = frameworks.current()[0]
    people = [officer(), make.person(is_operator=True)]

    def saving(who: Person) -> Any:
        return lambda: class_maps.save_draft(kind=kind, lines=[Line("humanities")], actor=who, now=make.NOW)

    outcomes = all_at_once([saving(who) for who in people])
    assert sum(isinstance(each, Refused) for each in outcomes) == 1
    assert ClassMap.objects.count() == 1


def test_the_workbench_shows_where_a_suggestion_comes_from(client: Client) -> None:
    place = make.organisation()
    client.force_login(make.staff(place))
    make.listing(
        "열린 강연회", supplier=place, category="humanities", area="", source=Listing.Source.STANDARD_FILE
    )
    page = client.get("/work/listings/classify/").content.decode()
    assert "6진 분류 ‘인문교양교육’에서" in page
    assert 'value="self_growth/humanities" selected' in page
