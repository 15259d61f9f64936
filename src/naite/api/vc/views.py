"""The addresses of the VC-API: plain JSON in and out, no session, no cookies."""

import hmac
import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from credcore import jsonio
from credcore.errors import CredentialError
from naite.api.clock import now_of
from naite.api.vc import issuing, presentations, statuslists, verifying
from naite.api.vc.description import description
from naite.api.vc.instances import Instance, find
from naite.api.vc.problems import GENERAL, Refusal, details, of_error, of_request

LARGEST: Final = 2 * 1024 * 1024
# What reading a document of an unforeseen shape may raise; failures of disk and database are not among them.
_ODD: Final = (
    CredentialError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
log = logging.getLogger("naite.api")

Answer = Callable[[HttpRequest, Instance, Mapping[str, Any]], HttpResponse]


def _posted(answer: Answer) -> Callable[..., HttpResponse]:
    """A view that takes a JSON object and answers every failure with problem details."""

    @csrf_exempt  # a token, not a cookie, says who asks
    @wraps(answer)
    def view(request: HttpRequest, instance: str) -> HttpResponse:
        found = find(instance)
        try:
            return answer(request, found, _body(request))
        except Refusal as refusal:
            return _refused(refusal)
        except _ODD as error:
            # Whatever is in a document must not bring us down, and what failed is ours to find out.
            log.error("vc-api failed: %s", request.path, exc_info=error)
            return _refused(Refusal(422, [details(GENERAL, "unsupported", "this cannot be processed here")]))

    return view


@_posted
def issue(request: HttpRequest, instance: Instance, body: Mapping[str, Any]) -> HttpResponse:
    """``POST credentials/issue``"""
    secured = issuing.issue(instance, body, now=now_of(request))
    return _json({"verifiableCredential": secured}, 201)


@_posted
def verify_credential(request: HttpRequest, instance: Instance, body: Mapping[str, Any]) -> HttpResponse:
    """``POST credentials/verify``"""
    result = verifying.verify_request(body, now=now_of(request))
    return _json(result.as_dict(), result.status)


@_posted
def verify_presentation(request: HttpRequest, instance: Instance, body: Mapping[str, Any]) -> HttpResponse:
    """``POST presentations/verify``"""
    result = presentations.verify_request(body, now=now_of(request))
    return _json(presentations.as_dict(result), result.status)


@_posted
def change_status(request: HttpRequest, instance: Instance, body: Mapping[str, Any]) -> HttpResponse:
    """``POST credentials/status``: revoke what this instance gave a place, or take that back."""
    entry, value = body.get("credentialStatus"), body.get("status", True)
    if not isinstance(entry, dict) or not isinstance(value, bool):
        raise of_request(
            "credentialStatus", "the request needs a credentialStatus object and status true or false"
        )
    try:
        statuslists.write(instance, entry, value)
    except CredentialError as error:
        raise Refusal(400, [of_error(error)]) from error
    return _json({}, 200)


def status_list(request: HttpRequest, instance: str) -> HttpResponse:
    """``GET status/revocation``: the instance's list, for everybody."""
    found = find(instance)
    if request.method not in ("GET", "HEAD"):
        return _refused(_method("GET, HEAD"))
    answer = HttpResponse(statuslists.served(found, now_of(request)), content_type="application/vc")
    answer["Cache-Control"] = "no-cache"
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def about(request: HttpRequest, instance: str) -> HttpResponse:
    """``GET``: who the instance is and what it does, as conformance programs want to be told."""
    found = find(instance)
    if request.method not in ("GET", "HEAD"):
        return _refused(_method("GET, HEAD"))
    paths = ("credentials/issue", "credentials/verify", "credentials/status", "presentations/verify")
    return _json(
        {
            "id": found.key.did_key,
            "cryptosuite": found.cryptosuite or "vc+jwt",
            "adds_credential_status": found.adds_status,
            "endpoints": {path: f"{found.address}/{path}" for path in paths},
        },
        200,
    )


def openapi(request: HttpRequest) -> HttpResponse:
    """``GET openapi.json``: all of this described, for everybody while the VC-API is switched on."""
    if not settings.VC_API:
        raise Http404
    if request.method not in ("GET", "HEAD"):
        return _refused(_method("GET, HEAD"))
    answer = _json(description(), 200)
    answer["Vary"] = "Accept-Language"
    return answer


def _body(request: HttpRequest) -> dict[str, Any]:
    if request.method != "POST":
        raise _method("POST")
    if not _admitted(request):
        raise of_request("token", "show the bearer token of this installation", status=401)
    length = request.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > LARGEST:
        raise _too_large()
    try:
        data = request.body
    except RequestDataTooBig as error:
        raise _too_large() from error
    except UnreadablePostError as error:
        raise of_request("malformed", "the request broke off") from error
    if len(data) > LARGEST:
        raise _too_large()
    try:
        return jsonio.loads(data)
    except CredentialError as error:
        raise Refusal(400, [of_error(error)]) from error


def _admitted(request: HttpRequest) -> bool:
    if not settings.VC_API_TOKEN:
        return True
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    wanted = settings.VC_API_TOKEN.encode()
    return scheme.lower() == "bearer" and hmac.compare_digest(token.strip().encode(), wanted)


def _too_large() -> Refusal:
    return of_request("too_large", f"at most {LARGEST} bytes", status=413)


def _method(allowed: str) -> Refusal:
    return of_request("method", f"only {allowed}", status=405)


def _refused(refusal: Refusal) -> HttpResponse:
    first = refusal.problems[0]
    body = {**first, "status": refusal.status, "verified": False, "checks": [], "warnings": []}
    answer = _json({**body, "errors": refusal.problems}, refusal.status)
    answer["Content-Type"] = "application/problem+json"
    if refusal.status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    if refusal.status == 405:
        answer["Allow"] = first["detail"].removeprefix("only ")
    return answer


def _json(body: Mapping[str, Any], status: int) -> JsonResponse:
    return JsonResponse(dict(body), status=status, json_dumps_params={"ensure_ascii": False})
