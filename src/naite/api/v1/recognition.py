"""Recognition of courses: institutions apply and follow by program; what is recognised is open data."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from naite.api.clock import now_of
from naite.api.tokens import Bearer, token_of
from naite.api.v1.schemas import Problem
from naite.flows import apply
from naite.roots.errors import Invalid, NotAllowed
from naite.trunk.catalogue.models import Course
from naite.trunk.people import api_tokens
from naite.trunk.people.models import ApiToken, Organisation
from naite.trunk.recognition import history
from naite.trunk.recognition.applications import queries, writing
from naite.trunk.recognition.models import Application, CaseEvent, Recognition, Round
from naite.trunk.recognition.rounds.queries import taking_applications

router = Router(tags=["평가인정"])
PAGE = 500
_REFUSALS = {401: Problem, 403: Problem, 404: Problem, 409: Problem, 422: Problem, 429: Problem}
_KEY: dict[str, Any] = {
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "required": True,
            "schema": {"type": "string", "minLength": 8, "maxLength": 64},
            "description": "요청마다 다른 값. 같은 값으로 다시 보내면 같은 답을 줍니다.",
        }
    ]
}


class RoundOut(Schema):
    id: UUID
    title: str
    closes_at: str = Field(description="이 때까지 받습니다(이 때는 들어가지 않음).")
    admits_finished: bool
    admits_planned: bool
    items: list[dict[str, Any]] = Field(description="평가항목: id, heading, title, points, evidence")


class ApplicationIn(Schema):
    """An application: the course, its kind, what the form asks, and a text for each item of the criteria."""

    round_id: UUID
    course_id: UUID
    kind: str = Field(description="finished 완료학습과정, planned 예정학습과정")
    content: dict[str, str] = Field(
        default_factory=dict,
        description="purpose, audience, operation, instructors, contact_name, contact_phone, planned_from, "
        "planned_until, capacity, fee",
    )
    texts: dict[UUID, str] = Field(default_factory=dict, description="항목 id마다의 설명")
    run_ids: list[str] = Field(
        default_factory=list, max_length=200, description="완료학습과정이 인정받을 운영"
    )
    submit: bool = Field(
        False, description="true면 바로 냅니다. 빠진 것이 있으면 내지 않고 무엇인지 답합니다."
    )


class EventOut(Schema):
    at: str
    act: str
    state: str
    office: str
    reason: str
    due_on: str | None


class ApplicationOut(Schema):
    id: UUID
    number: str
    state: str
    office: str = Field(description="차례인 기관")
    due_on: str | None
    revision: int
    lacks: list[dict[str, str]] = Field(description="아직 빠진 것. 낸 뒤에는 비어 있음.")
    history: list[EventOut]


class RecognisedCourseOut(Schema):
    number: str
    course_id: UUID
    course: str
    institution: str
    region: str
    granted_on: str
    received_on: str | None
    valid_from: str
    valid_until: str
    cancelled_on: str | None


class RecognitionEventOut(Schema):
    number: str
    course_id: str
    at: str
    act: str
    office: str
    reason: str


class RecognitionEventPage(Schema):
    total: int
    rows: list[RecognitionEventOut]
    next_offset: int | None


class RecognitionPage(Schema):
    total: int
    rows: list[RecognisedCourseOut]
    next_offset: int | None


def _home(request: HttpRequest) -> Organisation:
    organisation = token_of(request).organisation
    if organisation is None:
        raise NotAllowed(_("기관의 토큰이 아닙니다. 기관 업무 화면에서 토큰을 만들어 주세요."))
    return organisation


@router.get(
    "/recognition/rounds",
    response={200: list[RoundOut]},
    operation_id="list_open_rounds",
    summary="신청을 받는 차수",
)
def rounds(request: HttpRequest) -> list[dict[str, Any]]:
    """지금 신청을 받는 차수와 그 평가항목을 줍니다. 누구나 볼 수 있습니다."""
    return [
        _round(row) for row in taking_applications(now=now_of(request)).prefetch_related("criteria__items")
    ]


def _round(row: Round) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "title": row.title,
        "closes_at": row.closes_at.isoformat(),
        "admits_finished": row.admits_finished,
        "admits_planned": row.admits_planned,
        "items": [
            {
                "id": str(item.pk),
                "heading": item.heading,
                "title": item.title,
                "points": str(item.points),
                "evidence": item.evidence_demanded,
                "evidence_required": item.evidence_required,
            }
            for item in (row.criteria.items.all() if row.criteria else [])
        ],
    }


@router.post(
    "/recognition/applications",
    response={200: ApplicationOut, **_REFUSALS},
    operation_id="apply_for_recognition",
    summary="평가인정 신청",
    auth=Bearer(ApiToken.Scope.RECOGNITION_WRITE),
    openapi_extra=_KEY,
)
def create(request: HttpRequest, asked: ApplicationIn) -> dict[str, Any]:
    """과정 하나의 신청서를 쓰고, submit이 true면 냅니다. 증빙은 업무 화면에서 붙입니다."""
    home, token, now = _home(request), token_of(request), now_of(request)
    course = (
        Course.objects.select_related("organisation", "current")
        .filter(pk=asked.course_id, organisation=home)
        .first()
    )
    of = Round.objects.exclude(state=Round.State.DRAFT).filter(pk=asked.round_id).first()
    if course is None or of is None:
        raise Http404

    def work() -> dict[str, Any]:
        row = writing.begin(round=of, course=course, kind=asked.kind, actor=token.person, now=now)
        row = writing.save(
            application=row,
            revision=row.revision,
            kind=asked.kind,
            content=asked.content,
            texts=asked.texts,
            run_ids=asked.run_ids,
            actor=token.person,
            now=now,
        )
        if asked.submit and not writing.lacks(row):
            row = apply.submit(application=row, actor=token.person, now=now)
        return _answer(row)

    answer, _repeated = api_tokens.once(
        owner_id=home.pk,
        key=request.headers.get("Idempotency-Key", ""),
        asked=b"recognition\0" + orjson.dumps(asked.dict(), default=str, option=orjson.OPT_NON_STR_KEYS),
        work=work,
        now=now,
    )
    return answer


@router.post(
    "/recognition/applications/{application_id}/submit",
    response={200: ApplicationOut, **_REFUSALS},
    operation_id="submit_application",
    summary="신청서 내기",
    auth=Bearer(ApiToken.Scope.RECOGNITION_WRITE),
)
def submit(request: HttpRequest, application_id: UUID) -> dict[str, Any]:
    """다 쓴 신청서를 냅니다. 다시 보내도 한 번만 냅니다."""
    row = _mine(request, application_id)
    return _answer(apply.submit(application=row, actor=token_of(request).person, now=now_of(request)))


@router.get(
    "/recognition/applications/{application_id}",
    response={200: ApplicationOut, **_REFUSALS},
    operation_id="get_application",
    summary="신청의 상태와 이력",
    auth=Bearer(ApiToken.Scope.RECOGNITION_WRITE),
)
def follow(request: HttpRequest, application_id: UUID) -> dict[str, Any]:
    """어느 기관의 차례인지, 언제까지인지, 무슨 일이 있었는지 줍니다."""
    return _answer(_mine(request, application_id))


def _mine(request: HttpRequest, application_id: UUID) -> Application:
    row = queries.of_institution(_home(request)).filter(pk=application_id).first()
    if row is None:
        raise Http404
    return row


def _answer(row: Application) -> dict[str, Any]:
    events = row.events.exclude(audience="offices").select_related("office").order_by("at", "id")
    return {
        "id": str(row.pk),
        "number": row.number,
        "state": row.state,
        "office": row.office.name if row.office else "",
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "revision": row.revision,
        "lacks": [{"where": each.where, "message": each.message} for each in writing.lacks(row)]
        if row.state == Application.State.DRAFT
        else [],
        "history": [
            {
                "at": each.at.isoformat(),
                "act": each.act,
                "state": each.to_state,
                "office": each.office.name if each.office else "",
                "reason": each.reason,
                "due_on": each.due_on.isoformat() if each.due_on else None,
            }
            for each in events
        ],
    }


@router.get(
    "/recognitions",
    response={200: RecognitionPage, 422: Problem},
    operation_id="list_recognitions",
    summary="평가인정 받은 과정",
)
def recognitions(request: HttpRequest, offset: int = 0, course_id: UUID | None = None) -> dict[str, Any]:
    """취소된 것까지 모든 인정을 인정한 날의 순서로 줍니다. course_id를 주면 그 과정의 인정 이력입니다."""
    if not 0 <= offset < 10_000_000:
        raise Invalid(_("offset은 0 이상의 수입니다."), fields={"offset": _("0 이상의 수를 보내 주세요.")})
    rows = _recognitions()
    if course_id:
        rows = rows.filter(course_id=course_id)
    total = rows.count()
    found = [_recognition(row) for row in rows[offset : offset + PAGE]]
    more = offset + len(found)
    return {"total": total, "rows": found, "next_offset": more if more < total else None}


@router.get(
    "/recognitions.csv",
    response={200: None},
    operation_id="list_recognitions_csv",
    summary="평가인정 받은 과정(CSV)",
)
def recognitions_csv(request: HttpRequest) -> HttpResponse:
    """같은 것을 한 파일로 줍니다(UTF-8, 첫 줄은 열 이름)."""
    response = HttpResponse(
        "\ufeff" + _csv(_recognition(row) for row in _recognitions().iterator()), content_type="text/csv"
    )
    response["Content-Disposition"] = 'attachment; filename="recognitions.csv"'
    return response


@router.get(
    "/recognition-events",
    response={200: RecognitionEventPage, 422: Problem},
    operation_id="list_recognition_events",
    summary="평가인정 과정의 공개 이력",
)
def recognition_events(
    request: HttpRequest, offset: int = 0, course_id: UUID | None = None
) -> dict[str, Any]:
    """인정, 시정명령 공표, 취소, 되살림처럼 공개된 이력을 일어난 순서로 줍니다. course_id를 주면 그 과정의 이력입니다."""
    if not 0 <= offset < 10_000_000:
        raise Invalid(_("offset은 0 이상의 수입니다."), fields={"offset": _("0 이상의 수를 보내 주세요.")})
    rows = history.public_events()
    if course_id:
        rows = rows.filter(Q(recognition__course=course_id) | Q(application__recognition__course=course_id))
    total = rows.count()
    found = [_event(row) for row in rows[offset : offset + PAGE]]
    more = offset + len(found)
    return {"total": total, "rows": found, "next_offset": more if more < total else None}


@router.get(
    "/recognition-events.csv",
    response={200: None},
    operation_id="list_recognition_events_csv",
    summary="평가인정 과정의 공개 이력(CSV)",
)
def recognition_events_csv(request: HttpRequest) -> HttpResponse:
    """같은 것을 한 파일로 줍니다(UTF-8, 첫 줄은 열 이름)."""
    lines = _csv((_event(row) for row in history.public_events().iterator()), RecognitionEventOut)
    response = HttpResponse("\ufeff" + lines, content_type="text/csv")
    response["Content-Disposition"] = 'attachment; filename="recognition-events.csv"'
    return response


def _event(row: CaseEvent) -> dict[str, Any]:
    given = row.recognition or (row.application and row.application.recognition)
    assert given is not None
    return {
        "number": given.number,
        "course_id": str(given.course_id),
        "at": row.at.isoformat(),
        "act": row.act,
        "office": row.office.name if row.office else "",
        "reason": row.reason,
    }


def _recognitions() -> Any:
    return Recognition.objects.select_related(
        "course__current", "course__organisation__region__parent"
    ).order_by("granted_on", "number")


def _recognition(row: Recognition) -> dict[str, Any]:
    place = row.course.organisation
    return {
        "number": row.number,
        "course_id": str(row.course_id),
        "course": row.course.current.title if row.course.current else "",
        "institution": place.name,
        "region": place.region.full_name if place.region else "",
        "granted_on": row.granted_on.isoformat(),
        "received_on": row.received_on.isoformat() if row.received_on else None,
        "valid_from": row.valid_from.isoformat(),
        "valid_until": row.valid_until.isoformat(),
        "cancelled_on": row.cancelled_on.isoformat() if row.cancelled_on else None,
    }


def _csv(rows: Iterable[dict[str, Any]], heads: type[Schema] = RecognisedCourseOut) -> str:
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(heads.model_fields)
    for row in rows:
        # What begins like a formula is not run by the program that opens the file.
        cells = ["" if value is None else str(value) for value in row.values()]
        writer.writerow(["'" + cell if cell[:1] in "=+-@\t" else cell for cell in cells])
    return out.getvalue()
