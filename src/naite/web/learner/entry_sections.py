"""The account by its five sections, and section 1's form."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from naite.roots.drawing.labels import plain_hours
from naite.roots.errors import Refused
from naite.trunk.records import queries
from naite.trunk.records.confirmations import queries as confirmations
from naite.trunk.records.evidence import queries as evidence
from naite.trunk.records.models import ConfirmationRequest, Entry
from naite.trunk.records.sections import services
from naite.trunk.records.sections.kinds import in_short, kind_of
from naite.web.fields import show_refusal
from naite.web.learner.entry_forms import PersonalForm
from naite.web.learner.home import person_of
from naite.web.middleware import now_of

Section = Entry.Section
SHOWN = 8
_EMPTY: dict[int, str | Promise] = {
    Section.SCHOOLING: gettext_lazy(
        "다닌 학교, 검정고시, 문해교육 학력 인정, 학점은행제와 독학사를 적어 두세요. 졸업장을 찍어 붙이면 기관에 확인을 부탁할 수 있습니다."
    ),
    Section.CERTIFICATES: gettext_lazy(
        "국가기술자격, 국가자격, 국가공인 민간자격을 적어 두세요. 자격번호는 잠가서 보관합니다."
    ),
    Section.RECOGNISED: gettext_lazy(
        "평가인정 강좌를 마치면 여기에 저절로 쌓입니다. 직접 적지 않아도 됩니다."
    ),
    Section.OTHER: gettext_lazy("다른 곳에서 들은 강좌, 읽은 책, 봉사, 수상, 저작, 특허를 적어 두세요."),
}


@dataclass(frozen=True)
class Line:
    """One entry in its section."""

    entry: Entry
    papers: int
    waiting: ConfirmationRequest | None

    @property
    def kind(self) -> str | Promise:
        kind = kind_of(self.entry)
        return kind.label if kind else self.entry.get_source_display()

    @property
    def facts(self) -> str:
        parts = [self.entry.provider_name, in_short(self.entry)]
        if self.entry.hours:
            parts.append(_("%(hours)s시간") % {"hours": plain_hours(self.entry.hours)})
        return " · ".join(part for part in parts if part)

    @property
    def tag(self) -> str:
        return "line" if self.entry.provenance == Entry.Provenance.SELF else "ok"


@login_required
@require_safe
def sections(request: HttpRequest) -> HttpResponse:
    """Show all five sections; of a long one the latest, with a link to the rest."""
    account = queries.account_of(person_of(request))
    if account is None:
        return HttpResponseRedirect(reverse("my-home"))
    papers, waiting = evidence.counted(account), confirmations.waiting_in(account.pk)
    grouped: dict[int, list[Line]] = {each.value: [] for each in Section}
    for entry in queries.entries_of(account):
        grouped[entry.section].append(Line(entry, papers.get(entry.id, 0), waiting.get(entry.id)))
    chosen = request.GET.get("all", "")
    groups = [
        {
            "section": section,
            "lines": lines if chosen == str(section.value) else lines[:SHOWN],
            "count": len(lines),
            "more": len(lines) > SHOWN and chosen != str(section.value),
            "empty": _EMPTY[section],
            "own": section != Section.RECOGNISED,
        }
        for section in Section
        for lines in [grouped[section.value]]
    ]
    context = {
        "section": "account",
        "person": person_of(request),
        "personal": services.personal_of(account),
        "groups": groups,
    }
    return render(request, "learner/sections.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def personal(request: HttpRequest) -> HttpResponse:
    """Write section 1. The second of two windows sees what the first one kept, and loses nothing."""
    account = queries.account_of(person_of(request))
    if account is None:
        return HttpResponseRedirect(reverse("my-home"))
    kept = services.personal_of(account)
    if request.method != "POST":
        initial = {"version": kept.version if kept else 0, "email": person_of(request).email or ""}
        if kept:
            initial |= {
                name: getattr(kept, name)
                for name in ("address", "workplace", "no_workplace", "phone", "email")
            }
        return _personal_page(request, PersonalForm(initial=initial))
    form = PersonalForm(request.POST)
    if not form.is_valid():
        return _personal_page(request, form)
    values = dict(form.cleaned_data)
    try:
        services.save_personal(
            account=account,
            version=values.pop("version"),
            facts=services.Personal(**values),
            actor=person_of(request),
            now=now_of(request),
        )
    except services.ChangedMeanwhile as changed:
        now_kept = services.personal_of(account)
        data = request.POST.copy()
        data["version"] = str(now_kept.version if now_kept else 0)
        return _personal_page(request, PersonalForm(data), changed=changed, kept=now_kept)
    except Refused as refusal:
        show_refusal(form, refusal)
        return _personal_page(request, form)
    messages.success(request, _("인적사항을 저장했습니다."))
    return HttpResponseRedirect(reverse("my-sections"))


def _personal_page(request: HttpRequest, form: PersonalForm, **more: object) -> HttpResponse:
    status = 409 if "changed" in more else 422 if form.errors else 200
    context = {"section": "account", "form": form, "person": person_of(request), **more}
    return render(request, "learner/personal.html", context, status=status)


urlpatterns = [
    path("sections/", sections, name="my-sections"),
    path("sections/personal/", personal, name="my-personal"),
]
