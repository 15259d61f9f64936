"""Errors as problem documents (RFC 9457): a stable code for machines, a Korean sentence for people."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from naite.roots.errors import Refused

CONTENT_TYPE = "application/problem+json"
log = logging.getLogger("naite.api")


def problem(status: int, code: str, detail: str, errors: Mapping[str, str] | None = None) -> HttpResponse:
    """Return a problem document; ``errors`` has a sentence for each parameter at fault."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    if errors:
        body["errors"] = dict(errors)
    return JsonResponse(
        body, status=status, content_type=CONTENT_TYPE, json_dumps_params={"ensure_ascii": False}
    )


def answer_with_problems(api: NinjaAPI) -> None:
    """Make an API answer every error with a problem document."""

    def refused(request: HttpRequest, error: Any) -> HttpResponse:
        fields = {name: str(message) for name, message in error.fields.items()}
        return problem(error.status, error.code, str(error.message), fields)

    def invalid(request: HttpRequest, error: Any) -> HttpResponse:
        fields = {str(each["loc"][-1]): _("값을 알맞게 적으세요.") for each in error.errors}
        return problem(422, "invalid", _("쓸 수 없는 값이 있습니다. 고쳐서 다시 보내 주세요."), fields)

    def missing(request: HttpRequest, error: Any) -> HttpResponse:
        return problem(404, "not_found", _("찾을 수 없습니다. 주소를 확인해 주세요."))

    def http(request: HttpRequest, error: Any) -> HttpResponse:
        return problem(error.status_code, "http_error", str(error))

    def failed(request: HttpRequest, error: Any) -> HttpResponse:
        log.error("api failed: %s %s", request.method, request.path, exc_info=error)
        return problem(
            500, "server_error", _("서버에 문제가 생겨 답하지 못했습니다. 잠시 뒤에 다시 해 주세요.")
        )

    for kind, handler in (
        (Refused, refused),
        (ValidationError, invalid),
        (Http404, missing),
        (HttpError, http),
        (Exception, failed),
    ):
        api.add_exception_handler(kind, handler)
