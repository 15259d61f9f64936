"""The learner's badges: all of them, one of them, its files, and the links by which it is shown (rows B5, B7)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from credcore import bake
from naite.flows import log_proofs, verification
from naite.flows.verification import Line, Verification
from naite.roots.drawing.qr import draw_qr
from naite.roots.errors import Refused
from naite.trunk.badges import queries as badges
from naite.trunk.badges.queries import AwardState
from naite.trunk.badges.services.following import flags_of
from naite.trunk.catalogue.classification import Area
from naite.trunk.people.models import Person
from naite.trunk.records.models import LearningAccount
from naite.trunk.records.queries import account_of
from naite.trunk.wallet import collections, queries, rules, services
from naite.trunk.wallet.models import Holding
from naite.web import badge_art
from naite.web.linkedin import add_to_profile
from naite.web.middleware import now_of
from naite.web.public.shared import CONTENT_TYPES

NEW_LINK = "naite_new_link"
# How many badges a page shows; a multiple of what stands in a row at any width.
PAGE = 60
_DAYS = {
    7: gettext_lazy("7일 동안"),
    30: gettext_lazy("30일 동안"),
    90: gettext_lazy("90일 동안"),
    365: gettext_lazy("1년 동안"),
    None: gettext_lazy("거둘 때까지"),
}
_TAGS = {
    "valid": ("ok", gettext_lazy("유효")),
    "suspended": ("warn", gettext_lazy("정지됨")),
    "expired": ("end", gettext_lazy("끝남")),
    "revoked": ("bad", gettext_lazy("취소됨")),
}
# What the last check of a badge from elsewhere found.
_FOUND = {
    "valid": ("ok", gettext_lazy("유효")),
    "revoked": ("bad", gettext_lazy("취소됨")),
    "suspended": ("warn", gettext_lazy("정지됨")),
    "expired": ("end", gettext_lazy("끝남")),
    "not_yet_valid": ("warn", gettext_lazy("아직 아님")),
    "unknown": ("warn", gettext_lazy("확인하지 못함")),
}
_ENDED = frozenset({"expired", "revoked"})


class ShareForm(forms.Form):
    """To whom, how long, and whether with one's name."""

    purpose = forms.CharField(
        label=gettext_lazy("어디에 쓰나요"),
        required=False,
        max_length=services.PURPOSE_LENGTH,
        help_text=gettext_lazy("나만 봅니다. 예: 가온시 일자리센터 지원"),
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("언제까지 보여 줄까요"),
        choices=[(str(days or ""), _DAYS[days]) for days in rules.LINK_DAYS],
        coerce=lambda value: int(value) if value else None,
        empty_value=None,
        required=False,
        initial="30",
        widget=forms.RadioSelect,
    )
    shows_name = forms.BooleanField(label=gettext_lazy("내 이름도 함께 보여 주기"), required=False)


@login_required
@never_cache
@require_safe
def wallet(request: HttpRequest) -> HttpResponse:
    """The learner's badges by page; the number of queries does not depend on how many there are.

    All are read as plain values to be counted and searched; only those of one page are drawn.
    """
    account = account_or_none(request)
    faces = queries.faces_of(account.pk) if account else []
    groups = collections.collections_of(account.pk) if account else []
    bad = badges.not_valid_now(account_id=account.pk, now=now_of(request)) if account else {}
    standing = {face.id: bad.get(face.award_id, "valid") if face.award_id else face.verdict for face in faces}
    words = request.GET.get("q", "").strip()
    areas = [area for area in request.GET.getlist("area") if area in Area.values]
    view = request.GET.get("view", "all")
    within = next((members for item, members in groups if str(item.id) == view), None)
    if within is None and view != "ended":
        view = "all"
    found = [
        face.id
        for face in faces
        if (view != "ended" or standing[face.id] in _ENDED)
        and (within is None or face.id in within)
        and (not areas or face.area in areas)
        and (not words or words.casefold() in face.text)
    ]
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    holdings = list(queries.holdings_of(account.pk).filter(id__in=page.object_list)) if account else []
    states = _states(request, account, holdings)
    context = {
        "account": account,
        "cards": [_card(item, states.get(item.award_id)) for item in holdings],
        "shown": page,
        "pages": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "total": len(faces),
        "usable": sum(state == "valid" for state in standing.values()),
        "ended_count": sum(state in _ENDED for state in standing.values()),
        "view": view,
        "groups": [(item, str(item.id), len(members)) for item, members in groups],
        "is_group": within is not None,
        "q": words,
        "areas": [(value, label, value in areas) for value, label in Area.choices],
        "section": "wallet",
    }
    return render(request, "learner/wallet.html", context)


@login_required
@never_cache
@require_safe
def badge(request: HttpRequest, holding_id: UUID) -> HttpResponse:
    """One badge with its live verification."""
    account, holding = mine(request, holding_id)
    found = verification.verify_bytes(bytes(holding.credential), now=now_of(request))
    state = _states(request, account, [holding]).get(holding.award_id)
    services.mark_seen(holding=holding, now=now_of(request))
    context = {
        "holding": holding,
        "card": _card(holding, state),
        "state": state,
        "successor": queries.holding_of_award(account.pk, state.successor_id) if state else None,
        "flags": flags_of(account_id=account.pk, award_id=holding.award_id) if holding.award_id else [],
        "v": found,
        "badge": found.badge,
        "proof": _proof(found),
        "art": _face(holding, state).url("grey" if _gone(state) else "full"),
        "groups": [(item, holding.id in members) for item, members in collections.collections_of(account.pk)],
        "is_import": holding.source == Holding.Source.IMPORT,
        "section": "wallet",
    }
    return render(request, "learner/badge.html", context)


@login_required
@never_cache
@require_safe
def badge_file(request: HttpRequest, holding_id: UUID, kind: str) -> HttpResponse:
    """The badge as a file that carries its credential, with its way to the chain once a chain holds it.

    Sent as it is: converters strip the credential.
    """
    _account, holding = mine(request, holding_id)
    if holding.source == Holding.Source.IMPORT:
        return _as_it_came(holding, kind)
    credential = log_proofs.with_chain_proof(bytes(holding.credential))
    text = credential.decode()
    if kind == "json":
        body, content_type = credential, "application/vc"
    elif kind == "png":
        body = bake.bake_png(badge_art.face_of_holding(holding).png(), text)
        content_type = "image/png"
    elif kind == "svg":
        body = bake.bake_svg(badge_art.face_of_holding(holding).svg().encode(), text)
        content_type = "image/svg+xml"
    else:
        raise Http404
    return _file(holding, body, content_type, kind)


def _as_it_came(holding: Holding, kind: str) -> HttpResponse:
    """A badge of somebody else, byte for byte. Never shown in the page: a picture may carry a script."""
    if kind != holding.container:
        raise Http404
    return _file(
        holding, bytes(holding.credential), CONTENT_TYPES.get(kind, "application/octet-stream"), kind
    )


def _file(holding: Holding, body: bytes, content_type: str, kind: str) -> HttpResponse:
    response = HttpResponse(body, content_type=content_type)
    name = (
        "".join(char if char.isalnum() or char in " -_()" else "_" for char in holding.title).strip()
        or "badge"
    )
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{kind}") or "attachment"
    response["Content-Security-Policy"] = "sandbox"
    return response


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, holding_id: UUID) -> HttpResponse:
    """Make links to a badge and see how often they were looked at. A new link's address is shown once."""
    account, holding = mine(request, holding_id)
    form = ShareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            link, token = services.share(
                account=account,
                holding_id=holding.id,
                purpose=form.cleaned_data["purpose"],
                days=form.cleaned_data["days"],
                shows_name=form.cleaned_data["shows_name"],
                actor=account.person,
                now=now_of(request),
            )
        except Refused as refusal:
            for name, message in refusal.fields.items():
                form.add_error(name, str(message))
            if not refusal.fields:
                form.add_error(None, str(refusal))
        else:
            request.session[NEW_LINK] = {"digest": link.token_digest, "token": token}
            return redirect("my-badge-share", holding.id)
    return _share_page(request, account, holding, form)


@login_required
@require_POST
def withdraw(request: HttpRequest, holding_id: UUID, digest: str) -> HttpResponse:
    account, holding = mine(request, holding_id)
    services.withdraw_share(account=account, digest=digest, actor=account.person, now=now_of(request))
    return redirect("my-badge-share", holding.id)


def _share_page(
    request: HttpRequest, account: LearningAccount, holding: Holding, form: ShareForm
) -> HttpResponse:
    now = now_of(request)
    links = [
        {
            "link": link,
            "state": rules.link_state(expires_at=link.expires_at, withdrawn_at=link.withdrawn_at, now=now),
        }
        for link in queries.links_of(account.pk, holding.id)[:50]
    ]
    fresh = request.session.pop(NEW_LINK, None) if request.method == "GET" else None
    url = qr = ""
    if fresh and any(item["link"].token_digest == fresh["digest"] for item in links):  # type: ignore[union-attr]
        url = settings.BASE_URL + reverse("shared-badge", args=[fresh["token"]])
        qr = draw_qr(url, label=_("이 배지의 링크를 담은 QR 코드"))
    context = {
        "holding": holding,
        "form": form,
        "links": links,
        "url": url,
        "qr": qr,
        "linkedin": _linkedin(holding, url) if url else "",
        "art": badge_art.face_of_holding(holding).url(),
        "section": "wallet",
    }
    return render(request, "learner/badge_share.html", context, status=422 if form.errors else 200)


def _linkedin(holding: Holding, url: str) -> str:
    """The address that adds the badge to a LinkedIn profile, with the link that was just made."""
    document = verification.verify_bytes(bytes(holding.credential), now=holding.held_at)
    badge, credential = document.badge, document.report.credential or {}
    return add_to_profile(
        name=holding.title,
        organisation=holding.issuer_name,
        issued_at=holding.issued_at,
        valid_until=badge.valid_until if badge else None,
        url=url,
        badge_id=str(credential.get("id") or holding.id),
    )


def _person(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user


def account_or_none(request: HttpRequest) -> LearningAccount | None:
    return account_of(_person(request))


def mine(request: HttpRequest, holding_id: UUID) -> tuple[LearningAccount, Holding]:
    """The learner's own badge; anybody else's is not found, so that nobody learns that it exists."""
    account = account_or_none(request)
    holding = queries.holding(account.pk, holding_id) if account else None
    if account is None or holding is None:
        raise Http404
    account.person = _person(request)
    return account, holding


def _states(
    request: HttpRequest, account: LearningAccount | None, holdings: list[Holding]
) -> Mapping[UUID | None, AwardState]:
    ids = [item.award_id for item in holdings if item.award_id]
    if account is None or not ids:
        return {}
    found = badges.states_of(account_id=account.pk, award_ids=ids, now=now_of(request))
    return dict(found.items())


def _face(holding: Holding, state: AwardState | None) -> badge_art.Face:
    return badge_art.Face(holding.badge_type, holding.area, state.picture if state else None)


def _gone(state: AwardState | None) -> bool:
    return state is not None and state.state == "revoked"


def _card(holding: Holding, state: AwardState | None) -> dict[str, Any]:
    """What the grid shows; of badges of others what their last check found."""
    found = _FOUND.get(holding.verdict, ("warn", gettext_lazy("확인해 보세요")))
    tone, text = _TAGS[state.state] if state else found
    label = str(text)
    if state is not None and state.state == "expired" and state.since:
        label = _("%(day)s에 끝남") % {"day": f"{state.since:%Y.%m.%d}"}
    return {
        "holding": holding,
        "art": _face(holding, state).url("grey-plain" if _gone(state) else "plain"),
        "tone": tone,
        "label": label,
        "ended": (state.state if state else holding.verdict) in _ENDED,
        "is_new": holding.seen_at is None,
        "elsewhere": holding.source == Holding.Source.IMPORT,
    }


def _proof(found: Verification) -> list[tuple[Line, str]]:
    """The steps of the line of evidence, each with its heading."""
    headings = {
        "signature": _("준 곳의 서명"),
        "list": _("믿을 수 있는 곳"),
        "log": _("공개 기록장"),
        "anchor": _("바깥에 못 박음"),
        "status": _("지금도 유효"),
    }
    lines = {line.code: line for line in found.lines}
    return [(lines[code], heading) for code, heading in headings.items() if code in lines]


urlpatterns = [
    path("wallet/", wallet, name="my-wallet"),
    path("wallet/<uuid:holding_id>/", badge, name="my-badge"),
    path("wallet/<uuid:holding_id>/badge.<slug:kind>", badge_file, name="my-badge-file"),
    path("wallet/<uuid:holding_id>/share/", share, name="my-badge-share"),
    path("wallet/<uuid:holding_id>/share/<slug:digest>/withdraw/", withdraw, name="my-badge-withdraw"),
]
