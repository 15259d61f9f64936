"""Taking everything along, closing the account, and opening it again in time."""

import csv
import io
import json
import re
import zipfile
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from credcore import bake
from naite.flows.closing import close_account
from naite.roots.audit import services as audit
from naite.trunk.people.models import Person
from naite.trunk.records import closing
from naite.trunk.records import queries as records
from naite.trunk.records.models import Certificate, Entry, LearningAccount
from naite.trunk.wallet.models import Holding
from naite.web import badge_art
from naite.web.learner.home import person_of
from naite.web.middleware import now_of


class CloseForm(forms.Form):
    """Why, if one wants to say, and that one means it."""

    reason = forms.CharField(
        label=gettext_lazy("왜 닫나요"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    sure = forms.BooleanField(
        label=gettext_lazy("내 기록을 내려받았거나, 없어도 됩니다. 계좌를 닫습니다."),
        error_messages={"required": gettext_lazy("읽고 표시해 주세요.")},
    )


def _account(person: Person) -> LearningAccount:
    return get_object_or_404(LearningAccount, person=person)


def _facts(entry: Entry) -> dict[str, Any]:
    return {
        "id": str(entry.id),
        "section": entry.section,
        "title": entry.title,
        "provider": entry.provider_name,
        "area": entry.area,
        "category": entry.category,
        "hours": str(entry.hours),
        "started_on": entry.started_on.isoformat() if entry.started_on else None,
        "completed_on": entry.completed_on.isoformat(),
        "provenance": entry.provenance,
        "recognition": entry.recognition_number,
        "details": {**entry.details, **(entry.sealed_details or {})},
        "note": entry.note,
    }


def _cell(value: object) -> str:
    """A text that no spreadsheet takes for a formula."""
    text = str(value or "")
    return f"'{text}" if text[:1] in "=+-@\t\r" and text[:1] else text


def _name(text: str) -> str:
    return re.sub(r"[^\w .()-]", "_", text).strip(" .")[:60] or "badge"


def write_export(into: IO[bytes], account: LearningAccount, *, now: datetime) -> None:
    """Write everything of an account into a ZIP: the record, the signed certificates, the badges."""
    person = account.person
    entries = list(records.entries_of(account))
    facts = [_facts(entry) for entry in entries]
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr(
            "record.json",
            json.dumps(
                {
                    "account": str(account.pk),
                    "opened_at": account.opened_at.isoformat(),
                    "exported_at": now.isoformat(),
                    "name": person.name,
                    "birth_date": person.birth_date.isoformat() if person.birth_date else None,
                    "entries": facts,
                },
                ensure_ascii=False,
                indent=1,
            ),
        )
        sheet = io.StringIO()
        columns = [column for column in (facts[0] if facts else {"title": ""}) if column != "details"]
        writer = csv.writer(sheet)
        writer.writerow(columns)
        writer.writerows([[_cell(row[column]) for column in columns] for row in facts])
        bundle.writestr("record.csv", "\ufeff" + sheet.getvalue())
        for certificate in Certificate.objects.filter(account_id=account.pk).exclude(pdf="").defer("content"):
            if default_storage.exists(certificate.pdf):
                with default_storage.open(certificate.pdf) as pdf:
                    bundle.writestr(f"certificates/{certificate.number}.pdf", pdf.read())
        for holding in Holding.objects.filter(account_id=account.pk).iterator(chunk_size=50):
            stem = f"badges/{_name(holding.title)}-{str(holding.id)[-6:]}"
            text = bytes(holding.credential).decode()
            bundle.writestr(f"{stem}.json", text)
            face = badge_art.face_of_holding(holding)
            if face.own or (holding.badge_type and holding.area):
                drawn = face.png()
                bundle.writestr(f"{stem}.png", bake.bake_png(drawn, text))
        bundle.writestr(
            "README.txt",
            _(
                "나이테 학습계좌에서 내려받은 것입니다.\nrecord.json, record.csv: 배운 기록\ncertificates: 서명된 증명서"
                "(PDF)\nbadges: 디지털 배지. 그림 파일 안에 배지 정보가 들어 있으니 다른 지갑에 그대로 올리면 됩니다."
            ),
        )


@login_required
@never_cache
@require_safe
def export(request: HttpRequest) -> FileResponse:
    """Give everything of my account as one ZIP; also of a closed one, until it is erased."""
    person, now = person_of(request), now_of(request)
    account = _account(person)
    file = TemporaryFile()  # noqa: SIM115 - closed by the response
    write_export(file, account, now=now)
    file.seek(0)
    audit.record("records.export_account", actor=person, now=now, subject=account, about=person.pk)
    name = f"naite-{timezone.localdate(now):%Y%m%d}.zip"
    answer = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
    answer["Cache-Control"] = "private, no-store"
    return answer


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest) -> HttpResponse:
    """Say what closing means, offer everything to take along, and close by POST."""
    person, now = person_of(request), now_of(request)
    account = records.account_of(person)
    if account is None:
        return redirect("my-account")
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        close_account(account=account, reason=form.cleaned_data["reason"], actor=person, now=now)
        messages.success(request, _("학습계좌를 닫았습니다."))
        return redirect("my-account")
    return render(
        request,
        "learner/account_close.html",
        {"section": "account", "form": form, "days": settings.ACCOUNT_REOPEN_DAYS},
        status=422 if form.errors else 200,
    )


@login_required
@require_POST
def reopen(request: HttpRequest) -> HttpResponse:
    """Open my closed account again."""
    person = person_of(request)
    closing.reopen(account=_account(person), actor=person, now=now_of(request))
    messages.success(request, _("다시 열었습니다. 모든 것이 그대로 있습니다."))
    return redirect("my-account")


urlpatterns = [
    path("account/export/", export, name="my-account-export"),
    path("account/close/", close, name="my-account-close"),
    path("account/reopen/", reopen, name="my-account-reopen"),
]
