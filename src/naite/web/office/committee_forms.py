"""Forms of the committee's pages."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from naite.trunk.catalogue.models import Course
from naite.trunk.people.models import Organisation, Person, Role, RoleAssignment
from naite.trunk.people.queries import staff_of
from naite.trunk.recognition.committee.agenda import Decision
from naite.trunk.recognition.committee.meetings import MOST_TEXT, Plan
from naite.trunk.recognition.models import (
    AgendaItem,
    CommitteeMember,
    Meeting,
    Recusal,
    Round,
)
from naite.web.fields import DATE_INPUT

MOMENT = "%Y-%m-%dT%H:%M"


class MeetingForm(forms.Form):
    """When, where and by which rule a meeting is held."""

    starts_at = forms.DateTimeField(
        label=_("일시"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
        input_formats=[MOMENT],
    )
    manner = forms.ChoiceField(label=_("방식"), choices=Meeting.Manner.choices)
    place = forms.CharField(label=_("장소"), max_length=120, required=False)
    quorum = forms.ChoiceField(
        label=_("의결 요건"),
        choices=Meeting.Quorum.choices,
        help_text=_("위원회 규정이 정한 것을 고릅니다. 정하지 않았으면 앞의 것입니다."),
    )
    round: Any = forms.ModelChoiceField(
        Round.objects.none(), label=_("차수"), required=False, empty_label=_("여러 차수")
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, institute: Organisation, meeting: Meeting | None = None) -> None:
        initial = {
            name: getattr(meeting, name)
            for name in ("starts_at", "manner", "place", "quorum", "round", "revision")
            if meeting is not None
        }
        super().__init__(data, initial=initial)
        self.fields["round"].queryset = Round.objects.filter(institute=institute)  # type: ignore[attr-defined]

    def plan(self) -> Plan:
        return Plan(
            **{name: self.cleaned_data[name] for name in ("starts_at", "place", "manner", "quorum", "round")}
        )


class DecisionForm(forms.Form):
    """What the committee decided on a case."""

    outcome = forms.ChoiceField(label=_("결정"), choices=AgendaItem.Outcome.choices, widget=forms.RadioSelect)
    how = forms.ChoiceField(label=_("정한 방법"), choices=AgendaItem.How.choices, widget=forms.RadioSelect)
    votes_for = forms.IntegerField(label=_("찬성"), required=False, min_value=0, max_value=200)
    votes_against = forms.IntegerField(label=_("반대"), required=False, min_value=0, max_value=200)
    votes_abstained = forms.IntegerField(label=_("기권"), required=False, min_value=0, max_value=200)
    grounds = forms.CharField(
        label=_("까닭"),
        required=False,
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "평가단과 다르게 정하거나 인정하지 않을 때는 꼭 적습니다. 기관에 보내는 통지서에 그대로 실립니다."
        ),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, item: AgendaItem) -> None:
        names = ("outcome", "how", "votes_for", "votes_against", "votes_abstained", "grounds", "revision")
        initial = {name: getattr(item, name) for name in names}
        if not item.outcome:
            found = item.found
            initial["outcome"] = found if found in AgendaItem.Outcome else ""
            initial["how"] = AgendaItem.How.CONSENSUS
        if not item.outcome or item.how == AgendaItem.How.CONSENSUS:
            initial |= dict.fromkeys(("votes_for", "votes_against", "votes_abstained"))
        super().__init__(data, initial=initial)

    def decision(self) -> Decision:
        told = self.cleaned_data
        votes = tuple(told[name] or 0 for name in ("votes_for", "votes_against", "votes_abstained"))
        return Decision(
            outcome=told["outcome"],
            how=told["how"],
            votes=(votes[0], votes[1], votes[2]),
            grounds=told["grounds"],
        )


class RecusalForm(forms.Form):
    """Who stays out of a case and why; members withdraw themselves, so they are not asked whom."""

    member: Any = forms.ModelChoiceField(CommitteeMember.objects.none(), label=_("위원"), required=False)
    ground = forms.ChoiceField(label=_("구분"), choices=Recusal.Ground.choices, required=False)
    reason = forms.CharField(label=_("까닭"), max_length=300, required=False)

    def __init__(self, data: Any = None, *, meeting: Meeting, own: CommitteeMember | None = None) -> None:
        super().__init__(data)
        day = meeting.starts_at.date()
        self.fields["member"].queryset = CommitteeMember.objects.filter(  # type: ignore[attr-defined]
            institute=meeting.institute, term_from__lte=day, term_until__gt=day
        ).select_related("person")
        self.fields["member"].required = own is None


class MemberForm(forms.Form):
    """Whom to appoint and until when."""

    person: Any = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("위원"),
        help_text=_("심의위원 역할을 받은 사람만 나옵니다. 없으면 구성원·초대에서 초대해 주세요."),
    )
    affiliation: Any = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("소속 기관"),
        required=False,
        empty_label=_("해당 없음"),
        help_text=_("이 기관이 낸 안건에서는 저절로 빠집니다(제척)."),
    )
    field = forms.CharField(label=_("분야"), max_length=60, required=False)
    is_chair = forms.BooleanField(label=_("위원장"), required=False)
    term_from = forms.DateField(label=_("임기 시작"), widget=DATE_INPUT)
    last_day = forms.DateField(label=_("임기 마지막 날"), widget=DATE_INPUT)

    def __init__(self, data: Any = None, *, institute: Organisation, now: datetime) -> None:
        super().__init__(data)
        held = staff_of(institute, now=now).filter(role=Role.COMMITTEE_MEMBER)
        assert held.model is RoleAssignment
        self.fields["person"].queryset = Person.objects.filter(  # type: ignore[attr-defined]
            pk__in=held.values("person_id")
        ).order_by("name")
        self.fields["affiliation"].queryset = Organisation.objects.filter(  # type: ignore[attr-defined]
            pk__in=Course.objects.values("organisation_id"), closed_on=None
        )

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error("last_day" if field == "term_until" else field, error)

    def term(self) -> dict[str, Any]:
        told = dict(self.cleaned_data)
        last_day = told.pop("last_day")
        return {**told, "term_until": last_day + timedelta(days=1)}
