"""What the API takes and gives. Codes are those of the pages' addresses; labels are in the asker's language."""

from datetime import date, datetime, time
from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Schema

from naite.trunk.catalogue.bigrams import MAX_QUERY
from naite.trunk.catalogue.search_query import FACETS, SIZES, Sort


def _facet(name: str, what: str) -> Any:
    values = [value for value, _label in FACETS[name]]
    extra: dict[str, Any] = {"items": {"type": "string", "enum": values}}
    return Annotated[list[str], Field(default_factory=list, description=what, json_schema_extra=extra)]


class CourseSearch(Schema):
    """The same search as the page ``/courses/``: several values of one parameter mean any of them."""

    q: str = Field(
        "",
        description="찾을 말. 낱말이 모두 들어 있는 강좌를 찾습니다.",
        json_schema_extra={"maxLength": MAX_QUERY},
    )
    region: str = Field(
        "", description="시도 또는 시군구의 행정표준코드 다섯 자리. 옛 코드도 됩니다. none은 지역 모름."
    )
    state: _facet("state", "신청 상태. 물은 때를 기준으로 정해지고, 날짜가 없으면 unknown입니다.")  # type: ignore[valid-type]
    recognised: _facet("recognised", "평가인정 과정만 찾으려면 yes.")  # type: ignore[valid-type]
    area: _facet("area", "서울시 4대 영역. none은 미분류.")  # type: ignore[valid-type]
    category: _facet("category", "평생교육 6진 분류. none은 미분류.")  # type: ignore[valid-type]
    fee: _facet("fee", "수강료. none은 확인필요.")  # type: ignore[valid-type]
    day: _facet("day", "요일.")  # type: ignore[valid-type]
    mode: _facet("mode", "교육 방식. none은 확인필요.")  # type: ignore[valid-type]
    sort: str = Field(
        "",
        description="차례. 정하지 않으면 찾을 말이 있을 때 relevance, 없을 때 deadline.",
        json_schema_extra={"enum": ["", *Sort.values]},
    )
    page: int = Field(
        1, description="쪽. 마지막을 넘으면 마지막 쪽을 줍니다.", json_schema_extra={"minimum": 1}
    )
    size: int = Field(
        SIZES[0], description="한 쪽의 강좌 수.", json_schema_extra={"minimum": 1, "maximum": SIZES[-1]}
    )


class RegionOut(Schema):
    code: str
    name: str


class CourseOut(Schema):
    """One listing. ``enrollable`` is false for listings that only inform; one applies at ``apply_url``."""

    id: UUID
    url: str
    title: str
    state: str
    state_label: str
    enrollable: bool
    source: str
    reference_date: date | None
    provider_name: str
    provider_phone: str
    region: RegionOut | None
    place: str
    address: str
    starts_on: date | None
    ends_on: date | None
    start_time: time | None
    end_time: time | None
    days: list[str] = Field(description="mon … sun; 비어 있으면 모름")
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None = Field(description="이때부터는 신청할 수 없습니다.")
    always_open: bool
    capacity: int | None
    seats_taken: int | None = Field(description="안내 강좌는 모릅니다.")
    waiting: int | None
    fee: int | None = Field(description="원")
    category: str
    area: str
    sub_area: str
    mode: str
    selection: str
    recognised: bool
    apply_url: str


class FacetValue(Schema):
    value: str
    label: str
    count: int = Field(description="이 값만 골랐을 때 찾는 강좌 수")


class CoursePage(Schema):
    total: int
    page: int
    pages: int
    size: int
    next: str | None
    previous: str | None
    items: list[CourseOut]
    facets: dict[str, list[FacetValue]]


class RecognitionOut(Schema):
    number: str
    valid_from: date
    valid_until: date = Field(description="이날부터는 효력이 없습니다.")


class SessionOut(Schema):
    number: int
    title: str
    starts_at: datetime | None
    ends_at: datetime | None
    hours: float


class CourseDetail(CourseOut):
    course_id: UUID | None
    description: str
    instructor: str
    audience: str
    application_method: str
    credit_bank: bool
    training_subsidy: bool
    total_hours: float | None
    recognition: RecognitionOut | None
    sessions: list[SessionOut]
    other_runs: list[UUID] = Field(description="같은 학습과정의 다른 강좌")


class Problem(Schema):
    """RFC 9457."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: dict[str, str] | None = None
