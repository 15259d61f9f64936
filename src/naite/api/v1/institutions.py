"""Institutions of the registry as open data, with what became of them. No persons."""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema

from naite.api.v1.schemas import Problem
from naite.roots.text import tidy
from naite.trunk.people.models import Organisation
from naite.trunk.people.registry import queries, rules

router = Router(tags=["평생교육기관"])
PAGE = 200


class InstitutionOut(Schema):
    slug: str = Field(description="주소 이름. 바뀌지 않습니다.")
    name: str
    kind: str
    legal_basis: str = Field(description="ga, na, da 또는 빈 값")
    clause: str = Field(description="근거 조항")
    act: str = Field(description="approved, registered, reported, designated, ordinance 또는 빈 값")
    number: str
    registered_on: str | None
    office: str = Field(description="담당 기관")
    region_code: str
    region: str
    address: str
    opened_on: str | None
    closed_on: str | None


class InstitutionSearch(Schema):
    q: str = Field("", max_length=100)
    region: str = Field("", max_length=10, description="시도나 시군구 코드")
    kind: str = Field("", max_length=24)
    closed: bool = Field(False, description="문을 닫은 기관도")
    offset: int = Field(0, ge=0, le=1_000_000)


class InstitutionPage(Schema):
    total: int
    rows: list[InstitutionOut]
    next_offset: int | None


class InstitutionEventOut(Schema):
    on: str
    act: str = Field(description="open, change, correct, close, merge, receive, certify, uncertify")
    changes: dict[str, list[str]] = Field(description="항목마다 [이전, 이후]")


class CertificationOut(Schema):
    number: str
    granted_by: str
    valid_from: str
    valid_until: str = Field(description="이날은 들어가지 않습니다.")
    cancelled_on: str | None


class InstitutionDetail(InstitutionOut):
    certifications: list[CertificationOut] = Field(description="기관 인증(법 제28조의2)")
    history: list[InstitutionEventOut]
    merged_into: str | None = Field(description="이어받은 기관의 주소 이름")


def _out(row: Organisation) -> dict[str, Any]:
    page = row.registry
    return {
        "slug": row.slug,
        "name": row.name,
        "kind": row.kind,
        "legal_basis": row.legal_basis,
        "clause": rules.clause(row.kind, row.legal_basis, page.other_law),
        "act": page.act,
        "number": page.number,
        "registered_on": page.registered_on and page.registered_on.isoformat(),
        "office": page.office.name if page.office else "",
        "region_code": row.region_id or "",
        "region": row.region.full_name if row.region else "",
        "address": row.address,
        "opened_on": page.opened_on and page.opened_on.isoformat(),
        "closed_on": row.closed_on and row.closed_on.isoformat(),
    }


@router.get(
    "/institutions",
    response=InstitutionPage,
    operation_id="list_institutions",
    summary="기관 대장에 오른 평생교육기관. 200곳씩.",
)
def list_institutions(request: HttpRequest, asked: Query[InstitutionSearch]) -> dict[str, Any]:
    rows = queries.public_institutions()
    if words := tidy(asked.q):
        rows = rows.filter(name__icontains=words)
    if region := tidy(asked.region):
        rows = rows.filter(Q(region=region) | Q(region__parent=region))
    if kind := tidy(asked.kind):
        rows = rows.filter(kind=kind)
    if not asked.closed:
        rows = rows.filter(closed_on=None)
    offset = asked.offset
    total = rows.count()
    found = [_out(row) for row in rows[offset : offset + PAGE]]
    return {"total": total, "rows": found, "next_offset": offset + PAGE if offset + PAGE < total else None}


@router.get(
    "/institutions/{slug}",
    response={200: InstitutionDetail, 404: Problem},
    operation_id="get_institution",
    summary="기관 하나와 그 이력",
)
def get_institution(request: HttpRequest, slug: str) -> dict[str, Any]:
    row = queries.public_institutions().filter(slug=tidy(slug)[:60]).first()
    if row is None:
        raise Http404
    merged = row.changes.filter(kind="merged").select_related("into").first()
    return {
        **_out(row),
        "certifications": [
            {
                "number": each.number,
                "granted_by": each.granted_by.name,
                "valid_from": each.valid_from.isoformat(),
                "valid_until": each.valid_until.isoformat(),
                "cancelled_on": each.cancelled_on and each.cancelled_on.isoformat(),
            }
            for each in row.certifications.select_related("granted_by")
        ],
        "history": [
            {"on": line["on"].isoformat(), "act": line["act"], "changes": line["values"]}
            for line in queries.public_history(row)
        ],
        "merged_into": merged.into.slug if merged and merged.into else None,
    }
