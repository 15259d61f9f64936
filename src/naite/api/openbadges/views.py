"""Getting and putting badges (Open Badges 3.0, section 6)."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import orjson
from allauth.idp.oidc.contrib.ninja.security import TokenAuth
from allauth.idp.oidc.models import Token
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from credcore.errors import CredentialError
from credcore.verify import open_credential
from naite.api.clock import now_of
from naite.api.openbadges import description
from naite.flows import badge_import
from naite.roots.audit import services as audit
from naite.roots.errors import Refused
from naite.roots.limits import allowed
from naite.trunk.people import connections
from naite.trunk.people.models import Person
from naite.trunk.records.models import LearningAccount
from naite.trunk.records.queries import account_of
from naite.trunk.wallet import services as wallet
from naite.trunk.wallet.models import Holding
from naite.trunk.wallet.queries import open_badges_of

MOST = 100
USUAL = 50
FURTHEST = 1_000_000
LARGEST = 2 * 1024 * 1024
_PER_MINUTE = 120
Answer = Callable[[HttpRequest, LearningAccount, Token], HttpResponse]


def problem(status: HTTPStatus, minor: str, words: str) -> HttpResponse:
    """Answer with ``Imsx_StatusInfo``; ``minor`` is one of the specification's code minor values."""
    return _json(
        {
            "imsx_codeMajor": "failure",
            "imsx_severity": "error",
            "imsx_description": words,
            "imsx_CodeMinor": {
                "imsx_codeMinorField": [
                    {
                        "imsx_codeMinorFieldName": "TargetEndSystem",
                        "imsx_codeMinorFieldValue": minor,
                    }
                ]
            },
        },
        status,
    )


def _json(data: Any, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    return HttpResponse(orjson.dumps(data), content_type="application/json", status=status)


def _for(scope: str) -> Callable[[Answer], Callable[[HttpRequest], HttpResponse]]:
    """Let in whoever holds a token of that scope, for the wallet of the person who gave it."""

    def outer(answer: Answer) -> Callable[[HttpRequest], HttpResponse]:
        @wraps(answer)
        def inner(request: HttpRequest) -> HttpResponse:
            token = TokenAuth([])(request)
            if token is None or not isinstance(token.user, Person) or not token.user.is_active:
                refused = problem(HTTPStatus.UNAUTHORIZED, "unauthorizedrequest", "No valid access token.")
                refused["WWW-Authenticate"] = 'Bearer error="invalid_token"'
                return refused
            if scope not in token.get_scopes():
                return problem(HTTPStatus.FORBIDDEN, "forbidden", f"The token lacks the scope {scope}")
            if not allowed(
                "openbadges", str(token.client_id), most=_PER_MINUTE, seconds=60, now=now_of(request)
            ):
                return problem(
                    HTTPStatus.TOO_MANY_REQUESTS, "server_busy", "Too many requests: wait a minute."
                )
            account = account_of(token.user)
            if account is None:
                return problem(HTTPStatus.NOT_FOUND, "not_found", "This person has no learning account.")
            return answer(request, account, token)

        return inner

    return outer


@csrf_exempt
@never_cache
def credentials(request: HttpRequest) -> HttpResponse:
    """``getCredentials`` and ``upsertCredential``."""
    if request.method == "POST":
        return _upsert(request)
    if request.method in ("GET", "HEAD"):
        return _get(request)
    return HttpResponse(status=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "GET, HEAD, POST"})


@_for(connections.READ)
def _get(request: HttpRequest, account: LearningAccount, token: Token) -> HttpResponse:
    try:
        limit = min(max(1, int(request.GET.get("limit", USUAL))), MOST)
        offset = min(max(0, int(request.GET.get("offset", 0))), FURTHEST)
        since = _since(request.GET.get("since", ""))
    except ValueError:
        return problem(
            HTTPStatus.BAD_REQUEST,
            "invalid_query_parameter",
            "limit, offset: whole numbers; since: a date-time.",
        )
    rows = open_badges_of(account.pk, since=since)
    total = rows.count()
    documents: list[Any] = []
    tokens: list[str] = []
    page = list(rows[offset : offset + limit])
    for holding in page:
        text = _text(holding)
        if text.lstrip().startswith("{"):
            documents.append(orjson.Fragment(text))
        else:
            tokens.append(text.strip())
    audit.record(
        "wallet.read_by_service",
        actor=account.person,
        now=now_of(request),
        subject=account,
        about=account.person_id,
        client=token.client_id,
        badges=len(page),
    )
    answer = _json({"credential": documents, "compactJwsString": tokens})
    answer["X-Total-Count"] = str(total)
    answer["Link"] = _links(request, offset, limit, total)
    return answer


def _since(text: str) -> datetime | None:
    if not text:
        return None
    found = parse_datetime(text.replace(" ", "+"))
    if found is None or found.tzinfo is None:
        raise ValueError(text)
    return found


def _text(holding: Holding) -> str:
    """The credential of a badge as its issuer signed it, out of a picture when it came in one."""
    return open_credential(bytes(holding.credential)).text.decode()


def _links(request: HttpRequest, offset: int, limit: int, total: int) -> str:
    last = max(0, (total - 1) // limit * limit)
    places = {"first": 0, "last": last}
    if offset + limit < total:
        places["next"] = offset + limit
    if offset > 0:
        places["prev"] = max(0, offset - limit)
    kept = {"since": request.GET["since"]} if request.GET.get("since") else {}
    base = settings.BASE_URL + request.path
    return ", ".join(
        f'<{base}?{urlencode({"limit": limit, "offset": place, **kept})}>; rel="{name}"'
        for name, place in places.items()
    )


@_for(connections.WRITE)
def _upsert(request: HttpRequest, account: LearningAccount, token: Token) -> HttpResponse:
    """Keep a badge after checking it; 201 when new, 304 when it is there (what was signed does not change)."""
    data = request.read(LARGEST + 1)
    if len(data) > LARGEST:
        return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "invalid_data", "A badge of 2 MiB at most.")
    try:
        holding, _found, fresh = badge_import.bring_in(
            account=account, data=data, mine=False, actor=account.person, now=now_of(request)
        )
    except CredentialError as error:
        return problem(HTTPStatus.BAD_REQUEST, "invalid_data", str(error))
    except Refused as refused:
        status = (
            HTTPStatus.BAD_REQUEST if refused.status < HTTPStatus.INTERNAL_SERVER_ERROR else refused.status
        )
        return problem(HTTPStatus(status), "invalid_data", str(refused.message))
    if not fresh:
        return HttpResponse(status=HTTPStatus.NOT_MODIFIED)
    text = _text(holding)
    as_token = not text.lstrip().startswith("{")
    return HttpResponse(
        text,
        content_type="text/plain" if as_token else "application/json",
        status=HTTPStatus.CREATED,
    )


@require_GET
@never_cache
def profile(request: HttpRequest) -> HttpResponse:
    """``getProfile``: the name, and the DID under which badges are received. Nothing else is anybody's business."""
    return _profile(request)


@_for(connections.PROFILE)
def _profile(request: HttpRequest, account: LearningAccount, token: Token) -> HttpResponse:
    now = now_of(request)
    audit.record(
        "wallet.profile_read_by_service",
        actor=account.person,
        now=now,
        subject=account,
        about=account.person_id,
        client=token.client_id,
    )
    return _json(
        {
            "@context": [
                "https://www.w3.org/ns/credentials/v2",
                "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
            ],
            "id": wallet.holder_did(account_id=account.pk, now=now),
            "type": ["Profile"],
            "name": account.person.name,
        }
    )


@require_GET
def discovery(_request: HttpRequest) -> HttpResponse:
    """``getServiceDescription``: where to register, where to ask, what is offered."""
    answer = _json(
        description.document(
            base=settings.BASE_URL + reverse("openbadges-credentials").removesuffix("/credentials"),
            register=settings.BASE_URL + reverse("idp:oidc:client_registration"),
            authorize=settings.BASE_URL + reverse("idp:oidc:authorization"),
            token=settings.BASE_URL + reverse("idp:oidc:token"),
        )
    )
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
