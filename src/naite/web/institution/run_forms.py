"""The forms with which staff open and change runs."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naite.roots.dates import WEEKDAYS
from naite.trunk.catalogue.classification import DeliveryMode
from naite.trunk.catalogue.models import CourseVersion
from naite.trunk.delivery.drafts import RunChanges, RunDraft, SessionDraft
from naite.trunk.delivery.models import CourseRun, Programme, Session
from naite.trunk.people.models import Organisation


class MomentField(forms.DateTimeField):
    """A day and time as browsers send them."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        options.setdefault(
            "widget",
            forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        )
        super().__init__(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **options)


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


def _clock(**options: Any) -> forms.TimeField:
    return forms.TimeField(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **options)


class SeatsForm(forms.Form):
    """What can change after a run opened."""

    name = forms.CharField(
        label=_("반 이름"), max_length=100, required=False, help_text=_("예: 목요일 저녁반")
    )
    instructor = forms.CharField(label=_("강사"), max_length=100, required=False)
    place = forms.CharField(label=_("장소"), max_length=200, required=False, help_text=_("예: 학습관 203호"))
    address = forms.CharField(
        label=_("주소"), max_length=200, required=False, help_text=_("비우면 기관의 주소를 씁니다.")
    )
    capacity = forms.IntegerField(label=_("정원"), widget=forms.NumberInput(attrs={"min": 1}))
    waitlist_capacity = forms.IntegerField(
        label=_("대기 정원"),
        initial=0,
        widget=forms.NumberInput(attrs={"min": 0}),
        help_text=_("대기를 받지 않으면 0입니다."),
    )
    registration_opens_at = MomentField(label=_("신청 시작"))
    registration_closes_at = MomentField(
        label=_("신청 마감"), help_text=_("이 시각부터 받지 않습니다. 아직 모르면 두 칸 다 비워 두세요.")
    )


class ChangeForm(SeatsForm):
    """Changing a run that takes applications."""

    @classmethod
    def of(cls, run: CourseRun) -> "ChangeForm":
        return cls(initial={name: getattr(run, name) for name in cls.base_fields})

    def changes(self) -> RunChanges:
        return RunChanges(**self.cleaned_data)


class RunForm(SeatsForm):
    """Opening a run of a course."""

    mode = forms.ChoiceField(label=_("교육 방법"), choices=DeliveryMode.choices, initial=DeliveryMode.OFFLINE)
    fee = forms.IntegerField(
        label=_("수강료(원)"),
        initial=0,
        widget=forms.NumberInput(attrs={"min": 0}),
        help_text=_("0보다 크면 기한 안에 낸 사람만 확정됩니다."),
    )
    min_attendance = forms.IntegerField(
        label=_("수료 출석률(%)"), initial=80, widget=forms.NumberInput(attrs={"min": 1, "max": 100})
    )
    pass_mark = forms.DecimalField(
        label=_("합격 점수"),
        required=False,
        max_digits=5,
        decimal_places=2,
        help_text=_("평가가 없으면 비워 두세요. 100점 만점입니다."),
    )
    programme = forms.ModelChoiceField(
        label=_("프로그램"),
        queryset=Programme.objects.none(),
        required=False,
        empty_label=_("없음"),
        help_text=_("여러 강의를 묶어 알릴 때 고릅니다."),
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["programme"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Programme.objects.filter(organisation=organisation).order_by("-created_at")

    def draft(self, version: CourseVersion, sessions: tuple[SessionDraft, ...]) -> RunDraft:
        data = dict(self.cleaned_data)
        programme = data.pop("programme")
        order = programme.runs.count() + 1 if programme is not None else 0
        return RunDraft(
            version=version, sessions=sessions, programme=programme, programme_order=order, **data
        )


class WeeklyForm(forms.Form):
    """From which day, on which weekdays, how often: fills the list of sessions."""

    first_day = _day(label=_("첫날"), required=False)
    weekdays = forms.MultipleChoiceField(
        label=_("요일"),
        required=False,
        choices=list(enumerate(WEEKDAYS)),
        widget=forms.CheckboxSelectMultiple,
    )
    start = _clock(label=_("시작"), required=False)
    end = _clock(label=_("끝"), required=False)
    count = forms.IntegerField(
        label=_("횟수"),
        required=False,
        min_value=1,
        max_value=400,
        widget=forms.NumberInput(attrs={"min": 1}),
    )
    skipped = forms.CharField(
        label=_("쉬는 날"), required=False, help_text=_("쉼표로 나누어 적습니다. 예: 2026-12-25, 2027-01-01")
    )

    def clean_skipped(self) -> frozenset[Any]:
        days = set()
        for part in self.cleaned_data["skipped"].replace("\n", ",").split(","):
            if part.strip():
                try:
                    days.add(datetime.strptime(part.strip(), "%Y-%m-%d").date())  # noqa: DTZ007 - a day only
                except ValueError:
                    raise forms.ValidationError(
                        _("쉬는 날은 2026-12-25처럼 적고 쉼표로 나누어 주세요.")
                    ) from None
        return frozenset(days)

    def clean_first_day(self) -> Any:
        day = self.cleaned_data["first_day"]
        if day is not None and not 2000 <= day.year <= 2100:
            raise forms.ValidationError(_("연도를 확인해 주세요. 2000년에서 2100년 사이여야 합니다."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, words in (
            ("first_day", _("첫날을 고르세요.")),
            ("weekdays", _("요일을 하나 이상 고르세요.")),
            ("start", _("시작하는 시각을 적어 주세요.")),
            ("end", _("끝나는 시각을 적어 주세요.")),
            ("count", _("몇 번 모이는지 적어 주세요.")),
        ):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, words)
        if data.get("start") and data.get("end") and data["end"] <= data["start"]:
            self.add_error("end", _("끝나는 시각은 시작보다 뒤여야 합니다."))
        return data


class SessionForm(forms.Form):
    """One row of the list of sessions; without a day it is announced later."""

    title = forms.CharField(label=_("제목"), max_length=200, required=False)
    day = _day(label=_("날짜"), required=False)
    start = _clock(label=_("시작"), required=False)
    end = _clock(label=_("끝"), required=False)
    hours = forms.DecimalField(
        label=_("시간"),
        max_digits=5,
        decimal_places=1,
        initial=Decimal("2"),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        given = [bool(data.get(name)) for name in ("day", "start", "end")]
        if any(given) and not all(given) and not self.errors:
            raise forms.ValidationError(_("날짜, 시작, 끝을 함께 적거나 함께 비워 두세요."))
        return data

    def moments(self) -> tuple[datetime | None, datetime | None]:
        data = self.cleaned_data
        if not data.get("day"):
            return None, None
        return (
            timezone.make_aware(datetime.combine(data["day"], data["start"])),
            timezone.make_aware(datetime.combine(data["day"], data["end"])),
        )

    def draft(self) -> SessionDraft:
        starts_at, ends_at = self.moments()
        return SessionDraft(
            title=self.cleaned_data["title"],
            starts_at=starts_at,
            ends_at=ends_at,
            hours=self.cleaned_data["hours"],
        )


SessionFormSet = forms.formset_factory(SessionForm, extra=0, can_delete=True, max_num=400, absolute_max=500)


class DateForm(forms.Form):
    """Setting or moving the date of one session."""

    day = _day(label=_("날짜"))
    start = _clock(label=_("시작"))
    end = _clock(label=_("끝"))
    place = forms.CharField(
        label=_("장소"), max_length=200, required=False, help_text=_("강좌의 장소와 같으면 비워 두세요.")
    )

    @classmethod
    def of(cls, session: Session) -> "DateForm":
        """Begin with the date the session has."""
        initial: dict[str, Any] = {"place": session.place}
        if session.starts_at is not None and session.ends_at is not None:
            start, end = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
            initial |= {"day": start.date(), "start": start.time(), "end": end.time()}
        return cls(initial=initial)

    def moments(self) -> tuple[datetime, datetime]:
        data = self.cleaned_data
        return (
            timezone.make_aware(datetime.combine(data["day"], data["start"])),
            timezone.make_aware(datetime.combine(data["day"], data["end"])),
        )


class ReasonForm(forms.Form):
    """Why something is withdrawn."""

    reason = forms.CharField(label=_("까닭"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
