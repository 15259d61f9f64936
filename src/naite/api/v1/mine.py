"""What else is one's own, for a program that one gave a token: packages, plans, outcomes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema

from naite.api.clock import now_of
from naite.api.tokens import Bearer
from naite.api.v1.own import PageIn, note, part
from naite.api.v1.schemas import Problem
from naite.branches.design import queries as design
from naite.branches.design.models import Plan
from naite.roots.dates import day_of
from naite.trunk.people.models import ApiToken
from naite.trunk.records.export.services import account_for
from naite.trunk.records.models import Outcome
from naite.trunk.records.outcomes.services import outcomes_of_account
from naite.trunk.wallet.models import Package
from naite.trunk.wallet.packages import queries as packages
from naite.trunk.wallet.packages.rules import state_of

router = Router(tags=["나의 것"])
Scope = ApiToken.Scope
_REFUSALS = {401: Problem, 403: Problem, 409: Problem, 429: Problem}
_ONE = {**_REFUSALS, 404: Problem}


class PackageOut(Schema):
    """A package that was sent, without its link, which is known only to whoever got it."""

    id: UUID
    recipient: str
    purpose: str
    sent_at: datetime
    expires_at: datetime
    state: str = Field(description="open 열 수 있음, withdrawn 거둠, expired 기간 끝, used_up 횟수 다 씀")
    look_count: int
    last_looked_at: datetime | None
    received_at: datetime | None
    receipt_number: str


class PackageItemOut(Schema):
    kind: str = Field(description="entry 배움 기록, certificate 증명서, badge 배지")
    title: str


class LookOut(Schema):
    at: datetime
    act: str = Field(description="opened, checked, all, list, file, received, wrong 암호 틀림, away 끝난 뒤")
    title: str
    client: str


class PackageWholeOut(PackageOut):
    """A package with what is in it and what happened at the recipient's side, latest first, 500 at most."""

    items: list[PackageItemOut]
    looks: list[LookOut]


class PackagesOut(Schema):
    count: int
    packages: list[PackageOut]


class PlanOut(Schema):
    id: UUID
    title: str
    job_code: str
    target_on: date | None
    created_at: datetime
    version: int


class UnitOut(Schema):
    code: str
    name: str
    mark: str = Field(description="shown 배지로 보임, touched 닿아 있음, missing 없음")
    evidence: list[str]


class StepOut(Schema):
    title: str
    provider: str
    unit_code: str
    target_on: date | None
    done_on: date | None
    by_record: bool = Field(description="참이면 학습 기록이, 거짓이면 본인이 마쳤다고 함")


class PlanWholeOut(PlanOut):
    """A plan with what is there, what is missing, and its steps with their progress."""

    units: list[UnitOut]
    steps: list[StepOut]


class PlansOut(Schema):
    count: int
    plans: list[PlanOut]


class OutcomeOut(Schema):
    """What came of an entry elsewhere, in the learner's own words."""

    id: UUID
    entry_id: UUID
    route: str = Field(description="credit_bank, self_study, qualification, schooling, volunteering")
    state: str = Field(description="applied 신청함, recognised 인정됨, refused 인정 안 됨")
    applied_on: date
    decided_on: date | None
    result: str
    changed_at: datetime


class OutcomesOut(Schema):
    count: int
    outcomes: list[OutcomeOut]


def _package(row: Package, now: datetime) -> dict[str, Any]:
    return {
        "id": row.id,
        "recipient": row.recipient,
        "purpose": row.purpose,
        "sent_at": row.sent_at,
        "expires_at": row.expires_at,
        "state": state_of(
            expires_at=row.expires_at,
            withdrawn_at=row.withdrawn_at,
            most_looks=row.most_looks,
            look_count=row.look_count,
            now=now,
        ),
        "look_count": row.look_count,
        "last_looked_at": row.last_looked_at,
        "received_at": row.received_at,
        "receipt_number": row.receipt_number,
    }


@router.get(
    "/me/packages",
    response={200: PackagesOut, **_REFUSALS},
    operation_id="list_my_packages",
    summary="보낸 제출 꾸러미",
    auth=Bearer(Scope.PACKAGES_READ),
)
def list_packages(request: HttpRequest, page: Query[PageIn]) -> dict[str, Any]:
    """보낸 꾸러미를 새것부터 줍니다. 여는 주소는 주지 않습니다."""
    account = account_for(note(request, "packages"))
    count, rows = part(packages.packages_of(account), page)
    return {"count": count, "packages": [_package(row, now_of(request)) for row in rows]}


@router.get(
    "/me/packages/{package_id}",
    response={200: PackageWholeOut, **_ONE},
    operation_id="get_my_package",
    summary="제출 꾸러미 하나",
    auth=Bearer(Scope.PACKAGES_READ),
)
def one_package(request: HttpRequest, package_id: UUID) -> dict[str, Any]:
    """무엇을 보냈고 받은 곳이 언제 무엇을 했는지 줍니다."""
    account = account_for(note(request, "packages"))
    row = packages.package_of(account, package_id)
    if row is None:
        raise Http404
    return _package(row, now_of(request)) | {
        "items": [{"kind": each.kind, "title": each.title} for each in packages.items_of(row)],
        "looks": [
            {"at": each.at, "act": each.act, "title": each.title, "client": each.client}
            for each in packages.looks_at(row)[:500]
        ],
    }


def _plan(row: Plan) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "job_code": row.job_code,
        "target_on": row.target_on,
        "created_at": row.created_at,
        "version": row.version,
    }


@router.get(
    "/me/plans",
    response={200: PlansOut, **_REFUSALS},
    operation_id="list_my_plans",
    summary="나의 학습설계",
    auth=Bearer(Scope.PLANS_READ),
)
def list_plans(request: HttpRequest, page: Query[PageIn]) -> dict[str, Any]:
    """세운 학습설계를 새것부터 줍니다."""
    account = account_for(note(request, "plans"))
    count, rows = part(design.plans_of(account), page)
    return {"count": count, "plans": [_plan(row) for row in rows]}


@router.get(
    "/me/plans/{plan_id}",
    response={200: PlanWholeOut, **_ONE},
    operation_id="get_my_plan",
    summary="학습설계 하나",
    auth=Bearer(Scope.PLANS_READ),
)
def one_plan(request: HttpRequest, plan_id: UUID) -> dict[str, Any]:
    """무엇이 있고 무엇이 모자란지, 걸음마다 어디까지 왔는지 줍니다. 지금 기록에서 셈합니다."""
    account = account_for(note(request, "plans"))
    row = design.plan_of(account, plan_id)
    if row is None:
        raise Http404
    return _plan(row) | {
        "units": [
            {
                "code": each.unit.code,
                "name": each.unit.name,
                "mark": each.mark,
                "evidence": list(each.evidence),
            }
            for each in design.gaps_of(row)
        ],
        "steps": [
            {
                "title": each.step.title,
                "provider": each.step.provider_name,
                "unit_code": each.step.unit_code,
                "target_on": each.step.target_on,
                "done_on": each.done_on,
                "by_record": each.by_record,
            }
            for each in design.steps_of(row, today=day_of(now_of(request)))
        ],
    }


@router.get(
    "/me/outcomes",
    response={200: OutcomesOut, **_REFUSALS},
    operation_id="list_my_outcomes",
    summary="배운 것을 쓴 곳",
    auth=Bearer(Scope.RECORD_READ),
)
def list_outcomes(request: HttpRequest, page: Query[PageIn]) -> dict[str, Any]:
    """기록으로 어디에 신청했고 어떻게 되었는지 본인이 적은 것을 줍니다."""
    account = account_for(note(request, "outcomes"))
    count, rows = part(outcomes_of_account(account), page)
    return {"count": count, "outcomes": [_outcome(row) for row in rows]}


def _outcome(row: Outcome) -> dict[str, Any]:
    return {name: getattr(row, name) for name in OutcomeOut.model_fields}
