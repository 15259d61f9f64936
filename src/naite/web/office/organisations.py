"""Organisations: look up, enter, correct, close; for operators and for officers below their office."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from naite.flows import institution_closing
from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people import policies, queries, services
from naite.trunk.people.models import Organisation, Person
from naite.trunk.people.offices import can_close
from naite.trunk.people.registry import access as registry
from naite.trunk.people.registry.rules import KINDS
from naite.trunk.people.services import OrganisationFacts
from naite.web import roles
from naite.web.excel import excel
from naite.web.fields import RegionField, show_refusal
from naite.web.middleware import now_of

PAGE = 30


def me(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user


class ParentField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the organisations a person may look up that are open."""

    def label_from_instance(self, obj: Organisation) -> str:
        return f"{obj.name} ({Organisation.Kind(obj.kind).label})"


class OrganisationForm(forms.Form):
    """What is said of an organisation; the slug only when it is entered."""

    name = forms.CharField(label=gettext_lazy("기관 이름"), max_length=120)
    slug = forms.CharField(
        label=gettext_lazy("주소 이름"),
        max_length=60,
        help_text=gettext_lazy(
            "영문 소문자, 숫자, 붙임표. 배지를 주는 곳의 주소에 들어가므로 나중에 바꿀 수 없습니다. 예: mapo-learning"
        ),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("기관 종류"), choices=[("", gettext_lazy("고르세요")), *Organisation.Kind.choices]
    )
    legal_basis = forms.ChoiceField(
        label=gettext_lazy("법적 근거"),
        required=False,
        choices=[("", gettext_lazy("해당 없음")), *Organisation.LegalBasis.choices],
    )
    teaches_school_subjects = forms.NullBooleanField(
        label=gettext_lazy("학교 교과를 가르치는 학원인가요?"),
        required=False,
        help_text=gettext_lazy("법적 근거가 (나) 학원일 때만 답합니다."),
        widget=forms.Select(
            choices=[
                ("unknown", gettext_lazy("해당 없음")),
                ("false", gettext_lazy("아니요, 평생직업교육을 합니다")),
                ("true", gettext_lazy("예, 학교 교과를 가르칩니다")),
            ]
        ),
    )
    address = forms.CharField(label=gettext_lazy("주소"), max_length=200, required=False)
    phone = forms.CharField(
        label=gettext_lazy("전화번호"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    homepage_url = forms.URLField(label=gettext_lazy("누리집"), required=False, assume_scheme="https")

    field_order = (
        "name",
        "slug",
        "kind",
        "legal_basis",
        "teaches_school_subjects",
        "parent",
        "region",
        "address",
        "phone",
        "homepage_url",
    )

    def __init__(
        self, *args: Any, person: Person, organisation: Organisation | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.at = timezone.now()
        self.organisation = organisation
        parents = queries.organisations_seen_by(person, now=self.at).filter(closed_on=None)
        if organisation is not None:
            del self.fields["slug"]
            known = {organisation.parent_id} if organisation.parent_id else set()
            parents = Organisation.objects.filter(pk__in=set(parents.values_list("pk", flat=True)) | known)
        self.fields["parent"] = ParentField(
            parents.order_by("name"),
            label=gettext_lazy("상위 기관"),
            required=False,
            empty_label=gettext_lazy("없음"),
        )
        self.fields["region"] = RegionField(
            on=timezone.localdate(self.at), required=False, label=gettext_lazy("지역")
        )
        self.order_fields(self.field_order)

    def facts(self) -> OrganisationFacts:
        data = self.cleaned_data
        return OrganisationFacts(
            name=data["name"],
            kind=data["kind"],
            legal_basis=data["legal_basis"],
            teaches_school_subjects=data["teaches_school_subjects"],
            parent=data["parent"],
            region=data["region"],
            address=data["address"],
            phone=data["phone"],
            homepage_url=data["homepage_url"],
        )


class CloseForm(forms.Form):
    on = forms.DateField(
        label=gettext_lazy("문을 닫은 날"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy(
            "기록, 인정, 배지는 그대로 남습니다. 이 기관의 담당자는 더는 강좌를 열 수 없습니다."
        ),
    )
    into = forms.ModelChoiceField(
        label=gettext_lazy("합쳐진 곳"),
        queryset=Organisation.objects.filter(closed_on=None, kind__in=KINDS).order_by("name"),
        required=False,
        empty_label=gettext_lazy("없음"),
        help_text=gettext_lazy(
            "다른 기관과 합쳐졌으면 고르세요. 이 기관이 준 배지를 확인하는 사람에게 보입니다."
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("까닭"),
        max_length=200,
        help_text=gettext_lazy("폐강되는 수업을 신청한 사람과 이력에 그대로 알립니다."),
    )


def seen_or_refused(request: HttpRequest) -> QuerySet[Organisation]:
    """Return what the person may look up; refuse who may look up nothing."""
    person, now = me(request), now_of(request)
    seats = roles.seats_of(request)
    found = queries.organisations_seen_by(person, now=now)
    if not seats:
        raise NotAllowed(
            _("기관 담당자와 운영자의 화면입니다. 초대를 받았다면 초대 편지의 주소를 열어 주세요.")
        )
    return found


def _filtered(request: HttpRequest) -> QuerySet[Organisation]:
    rows = seen_or_refused(request)
    words, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    if words:
        rows = rows.filter(name__icontains=words)
    if kind in Organisation.Kind.values:
        rows = rows.filter(kind=kind)
    if request.GET.get("closed") != "1":
        rows = rows.filter(closed_on=None)
    return queries.with_member_counts(rows, now=now_of(request)).order_by("name", "id")


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List organisations with kind, region, parent and number of members; as Excel with ``?format=xlsx``."""
    rows = _filtered(request)
    if request.GET.get("format") == "xlsx":
        audit.record("people.export_organisations", actor=me(request), now=now_of(request))
        return excel(
            _("기관 목록"),
            [
                _("기관 이름"),
                _("종류"),
                _("법적 근거"),
                _("상위 기관"),
                _("지역"),
                _("주소"),
                _("전화번호"),
                _("구성원"),
            ],
            (
                (
                    row.name,
                    row.get_kind_display(),
                    row.get_legal_basis_display(),
                    row.parent.name if row.parent else "",
                    row.region.full_name if row.region else "",
                    row.address,
                    row.phone,
                    row.members,  # type: ignore[attr-defined]
                )
                for row in rows
            ),
        )
    query = request.GET.copy()
    query.pop("page", None)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    seat = roles.current_seat(request)
    parent = seat.organisation if seat else None
    return render(
        request,
        "office/organisations.html",
        {
            "page": page,
            "query": query.urlencode(),
            "kinds": Organisation.Kind.choices,
            "may_enter": bool(policies.kinds_to_found(me(request), parent, now=now_of(request))),
            "section": "organisations",
        },
    )


def find(request: HttpRequest, organisation_id: UUID) -> Organisation:
    """Return an organisation the person may look up, else 404, so that others' members stay unknown."""
    rows = seen_or_refused(request).select_related("region__parent", "parent__parent__parent")
    return get_object_or_404(rows, pk=organisation_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Enter a new organisation."""
    seen_or_refused(request)
    seat = roles.current_seat(request)
    form = OrganisationForm(
        request.POST if request.method == "POST" else None,
        person=me(request),
        initial={"parent": seat.organisation.pk if seat and seat.organisation else None},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_organisation(
                facts=form.facts(), slug=form.cleaned_data["slug"], actor=me(request), now=now_of(request)
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("기관을 등록했습니다. 이제 담당자를 초대해 주세요."))
            return redirect("office-organisation", made.pk)
    return render(
        request,
        "office/organisation_form.html",
        {"form": form, "section": "organisations"},
        status=400 if form.errors else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Correct an organisation's facts."""
    organisation = find(request, organisation_id)
    if not policies.can_change_organisation(me(request), organisation, now=now_of(request)):
        raise NotAllowed(_("이 기관의 정보를 바꿀 권한이 없습니다."))
    form = OrganisationForm(
        request.POST if request.method == "POST" else None,
        person=me(request),
        organisation=organisation,
        initial={
            "name": organisation.name,
            "kind": organisation.kind,
            "legal_basis": organisation.legal_basis,
            "teaches_school_subjects": False if organisation.legal_basis == "na" else None,
            "parent": organisation.parent_id,
            "region": organisation.region_id,
            "address": organisation.address,
            "phone": organisation.phone,
            "homepage_url": organisation.homepage_url,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_organisation(
                organisation=organisation, facts=form.facts(), actor=me(request), now=now_of(request)
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("기관 정보를 바꾸었습니다."))
            return redirect("office-organisation", organisation.pk)
    return render(
        request,
        "office/organisation_form.html",
        {"form": form, "organisation": organisation, "section": "organisations"},
        status=400 if form.errors else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Close an institution, or merge it into another, after listing all that follows from it."""
    person, now = me(request), now_of(request)
    rows = Organisation.objects.filter(
        Q(pk__in=queries.organisations_seen_by(person, now=now)) | Q(pk__in=registry.seen_by(person, now=now))
    )
    organisation = get_object_or_404(rows.select_related("parent", "region"), pk=organisation_id)
    if not can_close(person, organisation, now=now):
        raise NotAllowed(_("기관을 닫는 일은 상위 기관의 담당자가 합니다."))
    form = CloseForm(request.POST if request.method == "POST" else None)
    into = None
    looks = request.POST.get("act") == "look"
    if request.method == "POST" and (form.is_valid() or looks):
        into = form.cleaned_data.get("into")
    if request.method == "POST" and form.is_valid() and not looks:
        try:
            institution_closing.close(
                organisation=organisation,
                on=form.cleaned_data["on"],
                into=into,
                reason=form.cleaned_data["reason"],
                seen=request.POST.get("seen", ""),
                actor=person,
                now=now,
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("기관을 닫았습니다."))
            return redirect("office-registry")
    if looks:
        form = CloseForm(initial={name: request.POST.get(name, "") for name in ("on", "into", "reason")})
    found = institution_closing.consequences(organisation, into, now=now)
    return render(
        request,
        "office/organisation_close.html",
        {
            "form": form,
            "organisation": organisation,
            "into": into,
            "found": found,
            "blocked": any(each.blocks for each in found),
            "seen": institution_closing.digest_of(found, into),
            "section": "registry",
        },
        status=400 if form.errors else 200,
    )


urlpatterns = [
    path("organisations/", index, name="office-organisations"),
    path("organisations/new/", enter, name="office-organisation-new"),
    path("organisations/<uuid:organisation_id>/edit/", change, name="office-organisation-edit"),
    path("organisations/<uuid:organisation_id>/close/", close, name="office-organisation-close"),
]
