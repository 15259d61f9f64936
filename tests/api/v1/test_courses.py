import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests import factories as make
from tools.openapi import TARGET, description

from naite.trunk.catalogue.models import Listing
from naite.trunk.catalogue.search_index import index_listings

pytestmark = pytest.mark.django_db


def listing(title: str = "아침 요가", **fields: Any) -> Listing:
    now = timezone.now()
    fields = {
        "registration_opens_at": now - timedelta(days=3),
        "registration_closes_at": now + timedelta(days=3),
        **fields,
    }
    made = make.listing(title, **fields)
    index_listings([made.id])
    return made


def fits(response: HttpResponse, path: str) -> Any:
    """Return the body after holding it against the API's own description."""
    described = json.loads(description())
    content = described["paths"][path]["get"]["responses"][str(response.status_code)]["content"]
    schema = {**next(iter(content.values()))["schema"], "components": described["components"]}
    body = json.loads(response.content)
    Draft202012Validator(schema).validate(body)
    return body


def found(client: Client, query: str = "") -> Any:
    response = client.get(f"/api/v1/courses?{query}")
    assert response.status_code == 200, response.content
    return fits(response, "/api/v1/courses")


@pytest.mark.req("A22", "api")
def test_the_same_search_as_the_page(client: Client) -> None:
    made = listing(region=make.region(), area="civic", fee=0, weekdays=5, apply_url="https://a.example/")
    listing("저녁 요가", fee=20_000)
    listing("수채화")
    query = "q=%EC%9A%94%EA%B0%80&fee=free"
    body = found(client, query)
    assert body["total"] == 1
    [item] = body["items"]
    assert item["id"] == str(made.id)
    assert (item["state"], item["state_label"], item["enrollable"]) == ("open", "신청중", False)
    assert item["region"] == {"code": "11440", "name": "서울특별시 마포구"}
    assert item["days"] == ["mon", "wed"]
    assert item["seats_taken"] is None
    assert item["url"].endswith(f"/courses/{made.id}/")
    page = client.get(f"/courses/?{query}").context["result"]
    for name, choices in page.facets.items():
        assert [(each["value"], each["count"]) for each in body["facets"][name]] == [
            (choice.value, choice.count) for choice in choices
        ]


def test_pages(client: Client) -> None:
    supplier = make.organisation()
    index_listings([make.listing(f"강좌 {n}", supplier=supplier).id for n in range(5)])
    first = found(client, "size=2")
    assert (first["total"], first["pages"], len(first["items"]), first["previous"]) == (5, 3, 2, None)
    second = client.get(first["next"].split("8000", 1)[-1]).json()
    assert second["page"] == 2
    assert second["previous"].endswith("/api/v1/courses?size=2")
    last = found(client, "size=2&page=99")
    assert (last["page"], last["next"], len(last["items"])) == (3, None, 1)


@pytest.mark.req("A22", "refusal")
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("state=gone", "state"),
        ("area=civic&area=x", "area"),
        ("region=%EC%84%9C%EC%9A%B8", "region"),
        ("page=0", "page"),
        ("page=x", "page"),
        ("size=1000", "size"),
        ("sort=price", "sort"),
    ],
)
def test_what_cannot_be_used_is_a_problem(client: Client, query: str, field: str) -> None:
    response = client.get(f"/api/v1/courses?{query}")
    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["code"] == "invalid"
    assert body["status"] == 422
    assert list(body["errors"]) == [field]
    assert "고쳐서" in body["detail"]


@pytest.mark.req("A22", "api")
def test_one_course_with_recognition_sessions_and_other_runs(client: Client) -> None:
    version = make.version()
    recognition = make.recognition(version, valid_until=date(2099, 1, 1))
    runs = [make.run(version), make.run(version)]
    rows = [
        make.listing(
            version.title, course=version.course, run_id=run.id, supplier=run.organisation, capacity=20
        )
        for run in runs
    ]
    index_listings([row.id for row in rows])
    body = fits(client.get(f"/api/v1/courses/{rows[0].id}"), "/api/v1/courses/{listing_id}")
    assert body["recognition"]["number"] == recognition.number
    assert body["recognised"] is True
    assert body["enrollable"] is True
    assert body["seats_taken"] == 0
    assert [each["title"] for each in body["sessions"]] == ["1번째 모임", "2번째 모임"]
    assert body["sessions"][0]["hours"] == 2
    assert body["other_runs"] == [str(rows[1].id)]


@pytest.mark.req("A22", "refusal")
def test_a_course_that_is_not_there_is_a_problem(client: Client) -> None:
    gone = listing(withdrawn_at=timezone.now())
    for each in (str(gone.id), "00000000-0000-0000-0000-000000000000"):
        response = client.get(f"/api/v1/courses/{each}")
        assert response.status_code == 404
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["code"] == "not_found"
    wrong = client.get("/api/v1/courses/abc")
    assert (wrong.status_code, wrong["Content-Type"]) == (422, "application/problem+json")


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post("/api/v1/courses").status_code == 405


def test_a_failure_is_a_problem_without_details(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_named: object) -> None:
        raise RuntimeError("secret place")

    monkeypatch.setattr("naite.api.v1.courses.search", fail)
    response = client.get("/api/v1/courses")
    assert response.status_code == 500
    assert response.json()["code"] == "server_error"
    assert "secret" not in response.content.decode()


def test_no_page_loads_scripts_from_elsewhere(client: Client) -> None:
    assert client.get("/api/v1/docs").status_code == 404


def test_the_description_is_served_and_committed(client: Client) -> None:
    assert TARGET.read_text(encoding="utf-8") == description(), "run: make openapi"
    served = client.get("/api/v1/openapi.json")
    assert served.status_code == 200
    assert served.json() == json.loads(description())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["q", "region", "state", "area", "fee", "day", "mode", "sort", "page", "size", "x"]
            ),
            st.text(max_size=20)
            | st.sampled_from(["11440", "open", "civic", "free", "mon", "1", "-1", "none"]),
        ),
        max_size=6,
    )
)
def test_any_question_gets_an_answer_as_described(client: Client, asked: list[tuple[str, str]]) -> None:
    response = client.get("/api/v1/courses", query_params=_lists(asked))
    assert response.status_code in {200, 422}
    fits(response, "/api/v1/courses")


def _lists(asked: list[tuple[str, str]]) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    for name, value in asked:
        if not any("\ud800" <= c <= "\udfff" for c in value):
            lists.setdefault(name, []).append(value)
    return lists


@pytest.mark.django_db(transaction=True)
def test_the_number_of_queries_is_fixed(client: Client) -> None:
    def count() -> int:
        client.get("/api/v1/courses")
        with CaptureQueriesContext(connection) as seen:
            found(client, "size=100")
        return len(seen)

    supplier = make.organisation()
    listing(supplier=supplier)
    few = count()
    for _ in range(20):
        listing(supplier=supplier)
    # On PostgreSQL one look at what was committed late may fall into either reading.
    spare = connection.vendor == "postgresql"
    assert few - spare <= count() <= few <= 6 + spare
