"""Badges of others into the wallet, collections, everything to take away, and what the badges say one can do."""

import io
import zipfile
from collections import defaultdict
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from credcore.errors import CredentialError
from credcore.verify import open_credential, read_credential
from naite.flows import badge_import, verification
from naite.flows.badge_reading import read
from naite.roots.errors import Refused
from naite.roots.fetching import FetchFailed, FetchRefused, GuardedClient
from naite.trunk.records.models import LearningAccount
from naite.trunk.wallet import collections, imports
from naite.trunk.wallet.models import Holding
from naite.web.learner.wallet import account_or_none, mine
from naite.web.middleware import now_of

# As many files as one picks at once by hand.
MOST_FILES = 50


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: HttpRequest) -> HttpResponse:
    """Bring badges of others in from files, a link or pasted text; each says what became of it."""
    account = account_or_none(request)
    if account is None:
        return redirect("my-wallet")
    outcomes: list[dict[str, Any]] = []
    typed = {name: request.POST.get(name, "") for name in ("url", "text", "mine")}
    if request.method == "POST":
        given = [(file.name or "", file.read()) for file in request.FILES.getlist("file")[:MOST_FILES]]
        if typed["text"].strip():
            given.append((_("붙여 넣은 글"), typed["text"].strip().encode()))
        outcomes = [_brought(request, account, name, data) for name, data in given]
        if typed["url"].strip():
            outcomes.append(_from_link(request, account, typed["url"].strip()))
        if not outcomes:
            message = _("가져올 배지를 넣어 주세요. 파일, 링크, 글 가운데 하나면 됩니다.")
            outcomes = [{"name": "", "refusal": message, "code": "nothing_given"}]
        if len(outcomes) == 1 and outcomes[0].get("fresh"):
            messages.success(request, _("배지를 지갑에 넣었습니다."))
            return redirect("my-badge", outcomes[0]["holding"].id)
    context = {
        "outcomes": outcomes,
        "typed": typed,
        "asks_mine": any(item.get("code") == "other_owner" for item in outcomes),
        "section": "wallet",
    }
    failed = any("refusal" in item for item in outcomes)
    return render(request, "learner/wallet_import.html", context, status=422 if failed else 200)


def _from_link(request: HttpRequest, account: LearningAccount, url: str) -> dict[str, Any]:
    try:
        body = GuardedClient(largest=verification.LARGEST).fetch(url, accept="application/vc, */*;q=0.5").body
    except FetchRefused:
        return {"name": url, "refusal": _("이 주소는 열 수 없습니다. https:// 주소인지 확인해 주세요.")}
    except FetchFailed:
        return {
            "name": url,
            "refusal": _("주소에서 배지를 받아 오지 못했습니다. 파일로 내려받아 넣어 주세요."),
        }
    return _brought(request, account, url, body)


def _brought(request: HttpRequest, account: LearningAccount, name: str, data: bytes) -> dict[str, Any]:
    try:
        holding, found, fresh = badge_import.bring_in(
            account=account,
            data=data,
            mine=request.POST.get("mine") == "1",
            actor=account.person,
            now=now_of(request),
        )
    except Refused as refusal:
        return {"name": name, "refusal": refusal.message, "code": refusal.code}
    return {"name": name, "holding": holding, "v": found, "fresh": fresh}


@login_required
@require_POST
def remove(request: HttpRequest, holding_id: UUID) -> HttpResponse:
    account, holding = mine(request, holding_id)
    try:
        imports.remove(account=account, holding_id=holding.id, actor=account.person, now=now_of(request))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("my-badge", holding.id)
    messages.success(request, _("배지를 지갑에서 뺐습니다. 파일이 있으면 언제든 다시 넣을 수 있습니다."))
    return redirect("my-wallet")


@login_required
@require_POST
def collect(request: HttpRequest, holding_id: UUID) -> HttpResponse:
    """Put a badge into the chosen collections and, if a name was written, into a new one."""
    account, holding = mine(request, holding_id)
    chosen = [UUID(item) for item in request.POST.getlist("in") if _is_uuid(item)]
    try:
        if request.POST.get("name", "").strip():
            made = collections.make(
                account=account, name=request.POST["name"], actor=account.person, now=now_of(request)
            )
            chosen.append(made.id)
        collections.put(
            account=account, holding_id=holding.id, into=chosen, actor=account.person, now=now_of(request)
        )
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("모음을 바꾸었습니다."))
    return redirect("my-badge", holding.id)


@login_required
@require_POST
def drop(request: HttpRequest, collection_id: UUID) -> HttpResponse:
    account = account_or_none(request)
    if account is not None:
        collections.drop(
            account=account, collection_id=collection_id, actor=account.person, now=now_of(request)
        )
        messages.success(request, _("모음을 지웠습니다. 배지는 지갑에 그대로 있습니다."))
    return redirect("my-wallet")


@login_required
@never_cache
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """All badges of the wallet in one archive, each as it came, for another wallet to take."""
    account = account_or_none(request)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        rows = Holding.objects.filter(account_id=account.pk if account else None).order_by("issued_at", "id")
        for number, holding in enumerate(rows.iterator(chunk_size=100), start=1):
            name = get_valid_filename(holding.title)[:80] or "badge"
            archive.writestr(f"{number:04d}-{name}.{holding.container}", bytes(holding.credential))
    answer = HttpResponse(target.getvalue(), content_type="application/zip")
    answer["Content-Disposition"] = 'attachment; filename="naite-badges.zip"'
    return answer


@login_required
@never_cache
@require_safe
def skills(request: HttpRequest) -> HttpResponse:
    """Which competences the valid badges are aligned to, the most proven first."""
    account = account_or_none(request)
    found: dict[str, list[Holding]] = defaultdict(list)
    without = 0
    for holding in Holding.objects.filter(account_id=account.pk if account else None).order_by("-issued_at"):
        try:
            shown = read(read_credential(open_credential(bytes(holding.credential)).text)[0])
        except CredentialError:
            continue
        if holding.source == Holding.Source.IMPORT and holding.outcome != "valid":
            continue
        without += not shown.standards
        for standard in shown.standards:
            found[standard].append(holding)
    ranked = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    context = {
        "skills": ranked,
        "most": max((len(held) for _name, held in ranked), default=1),
        "without": without,
        "account": account,
        "section": "wallet",
    }
    return render(request, "learner/wallet_skills.html", context)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


urlpatterns = [
    path("wallet/import/", bring_in, name="my-wallet-import"),
    path("wallet/export.zip", export, name="my-wallet-export"),
    path("wallet/skills/", skills, name="my-wallet-skills"),
    path("wallet/<uuid:holding_id>/remove/", remove, name="my-badge-remove"),
    path("wallet/<uuid:holding_id>/collect/", collect, name="my-badge-collect"),
    path("wallet/collections/<uuid:collection_id>/drop/", drop, name="my-collection-drop"),
]
