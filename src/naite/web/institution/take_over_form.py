"""The form with which a listing becomes a run: filled from the listing, asking for what it does not say."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naite.flows.take_over import (
    MAX_SESSIONS,
    TakeOver,
    hours_between,
    meeting_days,
    sessions_of,
    share_hours,
)
from naite.roots.dates import WEEKDAYS
from naite.trunk.catalogue.classification import DeliveryMode
from naite.trunk.catalogue.content import CourseContent, hours_text
from naite.trunk.catalogue.models import Course, Listing
from naite.trunk.delivery.drafts import SessionDraft
from naite.web.institution.course_forms import ClassForm, area_value

MOMENT = "%Y-%m-%dT%H:%M"


def _moment(**options: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
        input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S"],
        **options,
    )


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(
        required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options
    )


def _clock(**options: Any) -> forms.TimeField:
    return forms.TimeField(
        required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **options
    )


class TakeOverForm(ClassForm):
    """Course, times, seats and registration of the run."""

    course = forms.ChoiceField(
        label=_("학습과정"),
        required=False,
        help_text=_("같은 내용을 전에 열었으면 그 과정을 고르세요. 총 시간과 분류는 그 과정을 따릅니다."),
    )
    title = forms.CharField(label=_("강좌 이름"), max_length=200)
    total_hours = forms.DecimalField(
        label=_("총 시간"),
        required=False,
        max_digits=6,
        decimal_places=1,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=_("비우면 모임 시간을 더합니다."),
    )
    starts_on = _day(label=_("첫날"))
    ends_on = _day(label=_("마지막 날"))
    weekdays = forms.MultipleChoiceField(
        label=_("요일"),
        required=False,
        choices=list(enumerate(WEEKDAYS)),
        widget=forms.CheckboxSelectMultiple,
    )
    start = _clock(label=_("시작 시각"))
    end = _clock(label=_("끝 시각"))
    skipped = forms.CharField(
        label=_("쉬는 날"), required=False, help_text=_("쉼표로 나누어 적습니다. 예: 2026-12-25, 2027-01-01")
    )
    count = forms.IntegerField(
        label=_("모임 횟수"),
        required=False,
        min_value=1,
        max_value=MAX_SESSIONS,
        help_text=_("날짜를 아직 못 정했을 때만 적습니다. 날짜는 나중에 알립니다."),
    )
    registration_opens_at = _moment(label=_("신청 시작"))
    registration_closes_at = _moment(label=_("신청 마감"), help_text=_("이 시각부터 받지 않습니다."))
    capacity = forms.IntegerField(label=_("정원"), widget=forms.NumberInput(attrs={"min": 1}))
    waitlist_capacity = forms.IntegerField(
        label=_("대기 정원"),
        initial=0,
        widget=forms.NumberInput(attrs={"min": 0}),
        help_text=_("대기를 받지 않으면 0입니다."),
    )
    fee = forms.IntegerField(label=_("수강료(원)"), initial=0, widget=forms.NumberInput(attrs={"min": 0}))
    instructor = forms.CharField(label=_("강사"), max_length=100, required=False)
    mode = forms.ChoiceField(label=_("교육 방법"), choices=DeliveryMode.choices)
    place = forms.CharField(label=_("장소"), max_length=200, required=False)
    address = forms.CharField(label=_("주소"), max_length=200, required=False)
    audience = forms.CharField(label=_("교육대상"), max_length=100, required=False)
    min_attendance = forms.IntegerField(
        label=_("수료 출석률(%)"), initial=80, widget=forms.NumberInput(attrs={"min": 1, "max": 100})
    )

    # Always asked, because the file cannot know; the others only where the file says nothing.
    ASKED = ("category", "klass", "registration_opens_at", "registration_closes_at", "capacity")
    MAY_LACK = ("starts_on", "ends_on", "weekdays", "start", "end", "fee", "mode")

    def __init__(self, *args: Any, listing: Listing, **kwargs: Any) -> None:
        self.listing = listing
        kwargs.setdefault("initial", initial_of(listing))
        super().__init__(*args, **kwargs)
        field = self.fields["course"]
        assert isinstance(field, forms.ChoiceField)
        own = Course.objects.filter(organisation=listing.supplier, retired_at=None, current__isnull=False)
        field.choices = [
            ("", _("새 과정으로 만들기")),
            *own.order_by("current__title").values_list("pk", "current__title"),
        ]

    @property
    def asked(self) -> list[Any]:
        """Return the fields for which the listing has no answer, in the form's order."""
        lacking = {name for name in self.MAY_LACK if self.initial.get(name) in (None, "", [])}
        if {"starts_on", "ends_on"} & lacking:
            lacking.add("count")
        return [self[name] for name in self.fields if name in lacking or name in self.ASKED]

    @property
    def known(self) -> list[Any]:
        """Return the fields that the listing fills, and those that are the same for most."""
        asked = {field.name for field in self.asked}
        return [self[name] for name in self.fields if name not in asked]

    @property
    def known_errors(self) -> bool:
        return any(field.errors for field in self.known)

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

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if any(data.get(name) for name in ("starts_on", "ends_on")):
            self._check_dates(data)
        elif not data.get("count") and not self.errors:
            self.add_error("count", _("날짜를 적거나, 아직 모르면 몇 번 모이는지 적어 주세요."))
        return data

    def _check_dates(self, data: dict[str, Any]) -> None:
        for name, words in (
            ("starts_on", _("첫날을 적어 주세요.")),
            ("ends_on", _("마지막 날을 적어 주세요.")),
            ("start", _("시작 시각을 적어 주세요.")),
            ("end", _("끝 시각을 적어 주세요.")),
        ):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, words)
        if self.errors:
            return
        if data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("마지막 날은 첫날과 같거나 뒤여야 합니다."))
        elif (data["ends_on"] - data["starts_on"]).days > 3660:
            self.add_error("ends_on", _("기간이 10년을 넘습니다. 날짜를 확인해 주세요."))
        elif data["end"] <= data["start"]:
            self.add_error("end", _("끝 시각은 시작보다 뒤여야 합니다."))
        elif not self._days(data):
            self.add_error("weekdays", _("이 기간에 모이는 날이 없습니다. 요일과 쉬는 날을 확인해 주세요."))
        elif len(self._days(data)) > MAX_SESSIONS:
            self.add_error("ends_on", _("모임이 400번을 넘습니다. 기간을 줄여 주세요."))

    def _days(self, data: dict[str, Any]) -> list[Any]:
        return meeting_days(
            data["starts_on"],
            data["ends_on"],
            {int(day) for day in data.get("weekdays", [])},
            data.get("skipped", frozenset()),
        )

    def total(self) -> Decimal:
        """Return the hours of the whole course: its own, or as given, or the meetings' sum."""
        data = self.cleaned_data
        if data["course"]:
            version = Course.objects.select_related("current").get(pk=data["course"]).current
            assert version is not None
            return version.total_hours
        if data["total_hours"]:
            return Decimal(data["total_hours"])
        if data["starts_on"]:
            return hours_between(data["start"], data["end"]) * len(self._days(data))
        return Decimal(2) * int(data["count"])

    def sessions(self) -> tuple[SessionDraft, ...]:
        """Return the meetings that the form describes; undated where it gives no dates."""
        data, total = self.cleaned_data, self.total()
        if data["starts_on"]:
            return sessions_of(self._days(data), data["start"], data["end"], total)
        return tuple(SessionDraft(hours=share) for share in share_hours(total, data["count"]))

    def given(self) -> TakeOver:
        """Return what was said, as the flow takes it."""
        data = self.cleaned_data
        content = None
        if not data["course"]:
            classes = self.classes()
            content = CourseContent(
                title=data["title"],
                total_hours=self.total(),
                description=self.listing.description,
                audience=data["audience"],
                category=classes["category"],
                area=classes["area"],
                sub_area=classes["sub_area"],
            )
        return TakeOver(
            content=content,
            course_id=data["course"] or None,
            name="" if content else data["title"][:100],
            sessions=self.sessions(),
            **{name: data[name] for name in _RUN_FACTS},
        )


_RUN_FACTS = (
    "capacity", "waitlist_capacity", "registration_opens_at", "registration_closes_at", "fee", "instructor",
    "mode", "place", "address", "min_attendance",
)  # fmt: skip


def initial_of(listing: Listing) -> dict[str, Any]:
    """Return what a listing already says."""
    days = [bit for bit in range(7) if listing.weekdays >> bit & 1]
    hours = ""
    if listing.starts_on and listing.ends_on and listing.start_time and listing.end_time:
        count = len(meeting_days(listing.starts_on, listing.ends_on, days))
        hours = hours_text(hours_between(listing.start_time, listing.end_time) * count) if count else ""
    return {
        "title": listing.title,
        "total_hours": hours,
        "category": listing.category,
        "klass": area_value(listing.area, listing.sub_area),
        "starts_on": listing.starts_on,
        "ends_on": listing.ends_on,
        "weekdays": [str(day) for day in days],
        "start": listing.start_time,
        "end": listing.end_time,
        "capacity": listing.capacity,
        "waitlist_capacity": 0,
        "registration_opens_at": _local(listing.registration_opens_at),
        "registration_closes_at": _local(listing.registration_closes_at),
        "fee": listing.fee,
        "instructor": listing.instructor,
        "mode": listing.mode,
        "place": listing.place,
        "address": listing.address,
        "audience": listing.audience,
        "min_attendance": 80,
    }


def _local(moment: datetime | None) -> datetime | None:
    return timezone.localtime(moment) if moment else None
