"""A package at its recipient's side, without an account: opening, checking, downloading, the receipt.

The first page tells only who sent something to whom and asks to open it: previews of links in messengers and
searches do not open anything, so they neither count nor see. Opening gives this browser a pass for an hour.
"""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from credcore import bake, jsonio
from naite.flows import packages as flow
from naite.flows.badge_reading import read
from naite.roots.errors import Refused
from naite.trunk.records.certificates.numbers import masked
from naite.trunk.wallet.models import Package, PackageItem, PackageLook
from naite.trunk.wallet.packages import queries, rules, services
from naite.trunk.wallet.packages.queries import Linked
from naite.web import badge_art
from naite.web.middleware import now_of
from naite.web.package_page import package_context, pdf_response
from naite.web.public.doors import Passes, private, viewer_of
from naite.web.public.verify import page_context

PASSES = Passes("package", rules.LOOK_LASTS)
Act = PackageLook.Act


@never_cache
@require_safe
def package(request: HttpRequest, token: str) -> HttpResponse:
    """The door, or what is behind it for whoever opened it within the hour."""
    found = _linked(request, token)
    if found is None:
        return _ended(request, None)
    if state := _closed_state(request, found):
        return _ended(request, found.package, state)
    if not PASSES.has(request, found.link.pk):
        return _door(request, token, found)
    return _page(request, token, found)


@require_POST
def open_package(request: HttpRequest, token: str) -> HttpResponse:
    """Open the door: one look is counted, the password asked where there is one."""
    found = _linked(request, token)
    if found is None:
        return _ended(request, None)
    try:
        services.open_package(
            link=found.link,
            package=found.package,
            password=request.POST.get("password", ""),
            client=_client(request),
            viewer=viewer_of(request),
            now=now_of(request),
        )
    except services.PackageEnded as ended:
        return _ended(request, found.package, ended.state)
    except Refused as refusal:
        return _door(request, token, found, refusal)
    PASSES.give(request, found.link.pk)
    return HttpResponseRedirect(reverse("package", args=[token]))


@require_POST
def check(request: HttpRequest, token: str, item_id: UUID) -> HttpResponse:
    """Check one badge or document now; of htmx only the result comes back."""
    found, item = _item(request, token, item_id)
    checked = flow.check_item(item, now=now_of(request))
    _note(request, found, Act.CHECKED, item.title)
    context: dict[str, Any] = {
        "token": token,
        "item": item,
        "checked": checked,
        "checked_at": now_of(request),
        "section": "verify",
    }
    if checked.badge is not None:
        context |= page_context(checked.badge)
    htmx = request.headers.get("HX-Request") == "true"
    template = "public/_package_checked.html" if htmx else "public/package_checked.html"
    return private(render(request, template, context))


@never_cache
@require_safe
def everything(request: HttpRequest, token: str) -> HttpResponse:
    """All of it as a ZIP file."""
    found = _opened(request, token)
    items = list(
        PackageItem.objects.filter(account_id=found.package.account_id, package_id=found.package.id).order_by(
            "position"
        )
    )
    body = flow.package_zip(found.package, items, picture=_picture, now=now_of(request))
    _note(request, found, Act.DOWNLOADED_ALL)
    return _file(body, "application/zip", f"{_('제출 꾸러미')} {found.package.sender['name']}.zip")


@never_cache
@require_safe
def contents(request: HttpRequest, token: str) -> HttpResponse:
    """The list as a PDF."""
    found = _opened(request, token)
    now = now_of(request)
    things = flow.shown(found.package, queries.items_of(found.package), now=now)
    body = flow.list_pdf(found.package, things, now=now)
    _note(request, found, Act.DOWNLOADED_LIST)
    return private(pdf_response(body, _("제출 목록")))


@never_cache
@require_safe
def file(request: HttpRequest, token: str, item_id: UUID, kind: str) -> HttpResponse:
    """One document or badge as the file that was submitted."""
    found, item = _item(request, token, item_id)
    if item.kind == PackageItem.Kind.CERTIFICATE and kind == "pdf":
        body, content_type = flow.pdf_of(item), "application/pdf"
    elif item.kind == PackageItem.Kind.BADGE and kind == "json":
        body, content_type = bytes(item.credential), "application/vc"
    elif item.kind == PackageItem.Kind.BADGE and kind == "png":
        body = _picture(item.facts["badge_type"], item.facts["area"], bytes(item.credential))
        content_type = "image/png"
    else:
        raise Http404
    _note(request, found, Act.DOWNLOADED_FILE, item.title)
    return _file(body, content_type, flow.file_name(item, kind))


@require_POST
def give_receipt(request: HttpRequest, token: str) -> HttpResponse:
    """“받았습니다”: once; who presses again sees the first receipt."""
    found = _opened(request, token)
    try:
        services.acknowledge(
            package=found.package,
            receiver=request.POST.get("receiver", ""),
            client=_client(request),
            viewer=viewer_of(request),
            now=now_of(request),
        )
    except services.PackageEnded as ended:
        return _ended(request, found.package, ended.state)
    except Refused as refusal:
        return _page(request, token, found, refusal)
    return HttpResponseRedirect(reverse("package", args=[token]) + "#receipt")


@never_cache
@require_safe
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """The receipt to print."""
    found = _opened(request, token)
    if found.package.received_at is None:
        raise Http404
    body = flow.receipt_pdf(found.package, queries.items_of(found.package), now=now_of(request))
    return private(pdf_response(body, _("접수증")))


# -- pages --------------------------------------------------------------------------------------------------


def _page(request: HttpRequest, token: str, found: Linked, refusal: Refused | None = None) -> HttpResponse:
    viewer = viewer_of(request)
    context = {
        **package_context(found.package, queries.items_of(found.package), now=now_of(request)),
        "token": token,
        "preview": False,
        "own": viewer is not None and viewer.pk == found.package.account.person_id,
        "refusal": refusal,
        "receiver": request.POST.get("receiver", "") if refusal else "",
        "section": "verify",
    }
    return private(render(request, "public/package.html", context, status=refusal.status if refusal else 200))


def _door(request: HttpRequest, token: str, found: Linked, refusal: Refused | None = None) -> HttpResponse:
    sent = found.package
    context = {
        "package": sent,
        "token": token,
        "sender": masked(sent.sender["name"]),
        "left": None if sent.most_looks is None else sent.most_looks - sent.look_count,
        "refusal": refusal,
        "section": "verify",
    }
    return private(
        render(request, "public/package_door.html", context, status=refusal.status if refusal else 200)
    )


def _ended(request: HttpRequest, sent: Package | None, state: str = "none") -> HttpResponse:
    context = {"package": sent, "state": state, "section": "verify"}
    return private(
        render(request, "public/package_ended.html", context, status=410 if sent is not None else 404)
    )


# -- who may --------------------------------------------------------------------------------------------------


def _linked(request: HttpRequest, token: str) -> Linked | None:
    PASSES.count_asking(request)
    return queries.linked(token)


def _closed_state(request: HttpRequest, found: Linked) -> str:
    """Why nothing is shown, empty when something is; a look that was counted goes on although it was the last."""
    state = services.state_at(found.package, now_of(request))
    if state == "open" or (state == "used_up" and PASSES.has(request, found.link.pk)):
        return ""
    return state


def _opened(request: HttpRequest, token: str) -> Linked:
    """The package behind a link, for whoever opened it within the hour; else it is not found."""
    found = _linked(request, token)
    if found is None or _closed_state(request, found) or not PASSES.has(request, found.link.pk):
        raise Http404
    return found


def _item(request: HttpRequest, token: str, item_id: UUID) -> tuple[Linked, PackageItem]:
    found = _opened(request, token)
    item = queries.item_of(found.package, item_id)
    if item is None:
        raise Http404
    return found, item


# -- small things -------------------------------------------------------------------------------------------


def _note(request: HttpRequest, found: Linked, act: PackageLook.Act, title: str = "") -> None:
    services.note_use(
        package=found.package,
        act=act,
        title=title,
        client=_client(request),
        viewer=viewer_of(request),
        now=now_of(request),
    )


def _client(request: HttpRequest) -> str:
    return rules.rough_client(request.headers.get("User-Agent", ""))


def _picture(badge_type: str, area: str, credential: bytes) -> bytes:
    face = badge_art.face_shown(read(jsonio.loads(credential)))
    drawn = badge_art.Face(badge_type, area, face.own).png()
    return bake.bake_png(drawn, credential.decode())


def _file(body: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox"
    return private(response)


urlpatterns = [
    path("p/<slug:token>/", package, name="package"),
    path("p/<slug:token>/open/", open_package, name="package-open"),
    path("p/<slug:token>/check/<uuid:item_id>/", check, name="package-check"),
    path("p/<slug:token>/all.zip", everything, name="package-zip"),
    path("p/<slug:token>/list.pdf", contents, name="package-list"),
    path("p/<slug:token>/file/<uuid:item_id>.<slug:kind>", file, name="package-file"),
    path("p/<slug:token>/receipt/", give_receipt, name="package-receive"),
    path("p/<slug:token>/receipt.pdf", receipt, name="package-receipt"),
]
