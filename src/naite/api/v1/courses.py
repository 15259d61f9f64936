"""Finding courses, as the page does."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query, Router

from naite.api.clock import now_of
from naite.api.v1.schemas import CourseDetail, CourseOut, CoursePage, CourseSearch, Problem
from naite.roots.errors import Invalid
from naite.trunk.catalogue import queries
from naite.trunk.catalogue.models import Listing
from naite.trunk.catalogue.rules import SEOUL, RegistrationState
from naite.trunk.catalogue.search import Choice, search
from naite.trunk.catalogue.search_query import Day, SearchQuery
from naite.trunk.delivery.queries import listed_runs
from naite.trunk.recognition.queries import covering

router = Router(tags=["강좌"])


@router.get(
    "/courses",
    response={200: CoursePage, 422: Problem},
    operation_id="search_courses",
    summary="강좌 찾기",
)
def search_courses(request: HttpRequest, asked: Query[CourseSearch]) -> dict[str, Any]:
    """강좌를 찾습니다. 쪽 수, 조건마다의 강좌 수, 한 쪽의 강좌를 줍니다."""
    query, errors = SearchQuery.parse({name: request.GET.getlist(name) for name in request.GET})
    if errors:
        raise Invalid(_("쓸 수 없는 값이 있습니다. 고쳐서 다시 보내 주세요."), fields=errors)
    result = search(query, now=now_of(request))
    return {
        "total": result.total,
        "page": result.page,
        "pages": result.pages,
        "size": query.size,
        "next": _page_url(query, result.page + 1) if result.page < result.pages else None,
        "previous": _page_url(query, result.page - 1) if result.page > 1 else None,
        "items": [_listing(each.listing, each.state) for each in result.found],
        "facets": {name: [_value(choice) for choice in choices] for name, choices in result.facets.items()},
    }


@router.get(
    "/courses/{listing_id}",
    response={200: CourseDetail, 404: Problem},
    operation_id="get_course",
    summary="강좌 하나",
)
def get_course(request: HttpRequest, listing_id: UUID) -> dict[str, Any]:
    """강좌 하나를 차시, 평가인정, 같은 과정의 다른 강좌와 함께 줍니다."""
    listing = queries.listing_of(listing_id)
    if listing is None:
        raise Http404
    now = now_of(request)
    run = listed_runs([listing.run_id]).get(listing.run_id) if listing.run_id else None
    version = run.version if run else (listing.course.current if listing.course else None)
    on = listing.ends_on or now.astimezone(SEOUL).date()
    recognition = (
        covering(course_id=listing.course_id, run_id=listing.run_id, on=on) if listing.course_id else None
    )
    siblings = queries.listings_of_course(listing.course_id) if listing.course_id else ()
    return {
        **_listing(listing, queries.state_of(listing, now=now)),
        "recognised": recognition is not None or (listing.run_id is None and listing.recognised),
        "course_id": listing.course_id,
        "description": listing.description,
        "instructor": listing.instructor,
        "audience": listing.audience,
        "application_method": listing.application_method,
        "credit_bank": listing.credit_bank,
        "training_subsidy": listing.training_subsidy,
        "total_hours": version.total_hours if version else None,
        "recognition": recognition,
        "sessions": list(run.sessions.all()) if run else [],
        "other_runs": [each.id for each in siblings if each.id != listing.id],
    }


def _page_url(query: SearchQuery, page: int) -> str:
    address = reverse("api-v1:search_courses")
    text = query.to_page(page).querystring()
    return f"{settings.BASE_URL}{address}" + (f"?{text}" if text else "")


def _value(choice: Choice) -> dict[str, Any]:
    return {"value": choice.value, "label": str(choice.label), "count": choice.count}


def _listing(listing: Listing, state: RegistrationState) -> dict[str, Any]:
    own = listing.run_id is not None
    computed = {
        "url": settings.BASE_URL + reverse("listing", args=[listing.id]),
        "state": state.value,
        "state_label": str(state.label),
        "enrollable": own,
        "region": {"code": listing.region_id, "name": listing.region.full_name} if listing.region else None,
        "days": [day for bit, day in enumerate(Day.values) if listing.weekdays >> bit & 1],
        "seats_taken": listing.seats_taken if own else None,
        "waiting": listing.waiting if own else None,
    }
    stored = {name: getattr(listing, name) for name in CourseOut.model_fields if name not in computed}
    return {**stored, **computed}
