"""Planning a round, publishing it, and the little that may change afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naite.roots.audit import services as audit
from naite.roots.dates import day_of, show_day, show_deadline, start_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.text import tidy
from naite.trunk.people.models import Organisation, Person, Region
from naite.trunk.recognition import policies
from naite.trunk.recognition.models import (
    Application,
    CriteriaVersion,
    Round,
    RoundChange,
    RoundScope,
)
from naite.trunk.recognition.rounds import rules

State = Round.State
STAGES = ("paper", "second")
_LABELS = {
    "closes_at": gettext_lazy("신청 마감"),
    "forward_until": gettext_lazy("지자체·시도 검토 마감"),
    "review_from": gettext_lazy("평가 시작"),
    "review_until": gettext_lazy("평가 마감"),
    "committee_on": gettext_lazy("심의 예정일"),
    "results_on": gettext_lazy("결과 공고 예정일"),
}


@dataclass(frozen=True)
class RoundDraft:
    """What is said of a round before it is published; ``last_day`` counts until 24:00."""

    year: int
    number: int
    title: str
    opens_on: date
    last_day: date
    criteria: CriteriaVersion | None = None
    scope: str = Round.Scope.ALL
    admits_finished: bool = True
    admits_planned: bool = True
    forward_until: date | None = None
    review_from: date | None = None
    review_until: date | None = None
    committee_on: date | None = None
    results_on: date | None = None
    stages: tuple[str, ...] = ("paper",)
    evaluators_per_application: int = 3
    exclude_own_region: bool = False
    supplement_days: int = 30
    target: int | None = None
    procedure: str = ""

    def calendar(self) -> rules.Calendar:
        return rules.Calendar(
            self.opens_on,
            self.last_day,
            self.forward_until,
            self.review_from,
            self.review_until,
            self.committee_on,
            self.results_on,
        )


@dataclass(frozen=True)
class ScopeEntry:
    """An institution, or a municipality with the day on which it became a learning city."""

    organisation: Organisation | None = None
    region: Region | None = None
    since: date | None = None


def day_fault(name: str, code: str) -> str:
    """Return the sentence for a day that is missing or out of order."""
    if code == "missing":
        return _("날짜를 적어 주세요.")
    return {
        "closes_at": _("마감일이 시작일보다 앞섭니다."),
        "forward_until": _("검토 마감은 신청 마감일이나 그 뒤여야 합니다."),
        "review_from": _("평가는 신청 마감일보다 먼저 시작할 수 없습니다."),
        "review_until": _("평가 마감은 평가 시작과 검토 마감보다 앞설 수 없습니다."),
        "committee_on": _("심의 예정일은 평가 마감보다 앞설 수 없습니다."),
        "results_on": _("결과 공고 예정일은 심의 예정일보다 앞설 수 없습니다."),
    }[name]


@transaction.atomic
def create(*, draft: RoundDraft, scopes: Iterable[ScopeEntry] = (), actor: Person, now: datetime) -> Round:
    """Begin a round. Refuses anyone but the national institute, faulty days, and a number that is taken."""
    institute = _institute(actor, now)
    _check(draft)
    try:
        with transaction.atomic():
            made = Round.objects.create(
                institute=institute, created_by=actor, created_at=now, **_values(draft)
            )
    except IntegrityError as error:
        raise _taken(draft) from error
    _put_scopes(made, scopes)
    audit.record("recognition.create_round", actor=actor, now=now, subject=made)
    return made


@transaction.atomic
def change(
    *,
    round: Round,
    draft: RoundDraft,
    scopes: Iterable[ScopeEntry],
    revision: int,
    actor: Person,
    now: datetime,
) -> Round:
    """Change a round that is not published yet. Refuses a published one with the rule, faulty days, and the
    second of two tabs (``changed_meanwhile``). Safe to repeat with the revision it returns."""
    _institute(actor, now)
    row = Round.objects.select_for_update().get(pk=round.pk)
    if row.state != State.DRAFT:
        raise Refused(
            _(
                "공고한 차수는 고칠 수 없습니다. 대상, 기준, 절차는 신청을 받기 한 달 전에 공고한 대로여야 "
                "합니다(영 제14조의2제3항). 신청 마감을 늦추거나, 까닭을 적어 차수를 취소할 수 있습니다."
            ),
            code="published",
        )
    if row.revision != revision:
        raise Refused(
            _("다른 창에서 먼저 고쳤습니다. 새 창에서 바뀐 내용을 보고 이 화면의 것을 옮겨 주세요."),
            code="changed_meanwhile",
        )
    _check(draft)
    try:
        with transaction.atomic():
            Round.objects.filter(pk=row.pk).update(revision=revision + 1, **_values(draft))
    except IntegrityError as error:
        raise _taken(draft) from error
    row.scopes.all().delete()
    _put_scopes(row, scopes)
    row.refresh_from_db()
    audit.record("recognition.change_round", actor=actor, now=now, subject=row)
    return row


def hindrances(round: Round, *, now: datetime) -> list[str]:
    """Return what keeps a draft from being published now, each with its rule."""
    found = []
    earliest = rules.first_day_to_open(day_of(now))
    if day_of(round.opens_at) < earliest:
        found.append(
            _(
                "기준·대상·절차는 신청을 받기 한 달 전에 공고해야 합니다(%(rule)s). 공고한 날은 세지 않으므로 오늘 "
                "공고하면 %(day)s부터 신청을 받을 수 있습니다."
            )
            % {"rule": rules.ONE_MONTH_RULE, "day": show_day(earliest, today=day_of(now))}
        )
    if round.criteria is None:
        found.append(_("평가인정 기준을 골라 주세요."))
    elif round.criteria.state != CriteriaVersion.State.PUBLISHED:
        found.append(_("고른 기준이 공개되지 않았습니다. 기준을 먼저 공개해 주세요."))
    if round.scope != Round.Scope.ALL and not round.scopes.exists():
        found.append(_("신청할 수 있는 기관이나 평생학습도시를 하나 이상 정해 주세요."))
    if not round.procedure.strip():
        found.append(_("공고문에 신청 절차를 적어 주세요."))
    last_day = day_of(round.closes_at - timedelta(microseconds=1))
    calendar = rules.Calendar(
        day_of(round.opens_at),
        last_day,
        round.forward_until,
        round.review_from,
        round.review_until,
        round.committee_on,
        round.results_on,
    )
    faults = rules.calendar_faults(calendar, complete=True)
    if faults:
        labels = [str(_LABELS[name]) for name in faults]
        found.append(_("일정을 확인해 주세요: %(names)s.") % {"names": ", ".join(labels)})
    return found


@transaction.atomic
def publish(*, round: Round, actor: Person, now: datetime) -> Round:
    """Publish a round (공고). Refuses (``not_ready``) with every rule that is not met. Safe to repeat."""
    _institute(actor, now)
    row = Round.objects.select_for_update().get(pk=round.pk)
    if row.state == State.PUBLISHED:
        return row
    if row.state == State.CANCELLED:
        raise Refused(_("취소한 차수입니다. 새 차수를 만들어 주세요."), code="cancelled")
    wanting = hindrances(row, now=now)
    if wanting:
        raise Invalid(" ".join(wanting), code="not_ready")
    row.state, row.published_at = State.PUBLISHED, now
    row.revision += 1
    row.save(update_fields=["state", "published_at", "revision"])
    _note(row, "publish", "", actor, now)
    audit.record("recognition.publish_round", actor=actor, now=now, subject=row)
    return row


@transaction.atomic
def extend(*, round: Round, last_day: date, reason: str, actor: Person, now: datetime) -> Round:
    """Put off the end of applications of a published round, with the reason, which is shown publicly.

    Refuses shortening, an end after the offices' own review, and a round whose applications have ended: who
    did not apply in time relied on it, and who did would be judged late. Safe to repeat.
    """
    _institute(actor, now)
    reason = _reason(reason)
    row = Round.objects.select_for_update().get(pk=round.pk)
    closes_at = start_of(last_day + timedelta(days=1))
    if row.state != State.PUBLISHED:
        raise Refused(_("공고한 차수만 마감을 늦출 수 있습니다."), code="not_published")
    if closes_at == row.closes_at:
        return row
    if now >= row.closes_at:
        raise Refused(
            _("%(at)s에 마감한 차수라 늦출 수 없습니다.")
            % {"at": show_deadline(row.closes_at, today=day_of(now))},
            code="closed",
        )
    if closes_at < row.closes_at:
        message = _("공고한 마감을 앞당길 수 없습니다. 신청을 준비하던 기관이 기회를 잃습니다.")
        raise Invalid(message, fields={"last_day": message}, code="shortened")
    if row.forward_until is not None and last_day > row.forward_until:
        message = _("지자체·시도 검토 마감 %(day)s보다 늦을 수 없습니다.") % {
            "day": show_day(row.forward_until, today=day_of(now))
        }
        raise Invalid(message, fields={"last_day": message})
    before = row.closes_at
    row.closes_at = closes_at
    row.revision += 1
    row.save(update_fields=["closes_at", "revision"])
    _note(row, "extend", reason, actor, now, before=before.isoformat(), after=closes_at.isoformat())
    audit.record(
        "recognition.extend_round", actor=actor, now=now, subject=row, before=before, after=closes_at
    )
    return row


@transaction.atomic
def cancel(*, round: Round, reason: str, actor: Person, now: datetime) -> Round:
    """Call a round off, with the reason, which is shown publicly. Refuses one with open applications: they
    are decided or withdrawn first. A draft is called off too, so that its number is seen to have existed. Safe
    to repeat."""
    _institute(actor, now)
    row = Round.objects.select_for_update().get(pk=round.pk)
    if row.state == State.CANCELLED:
        return row
    reason = _reason(reason)
    waiting = row.applications.filter(state__in=Application.OPEN - {Application.State.DRAFT}).count()
    if waiting:
        raise Refused(
            _("진행 중인 신청이 %(n)s건 있습니다. 결정하거나 취하된 뒤에 취소할 수 있습니다.")
            % {"n": waiting},
            code="applications_open",
        )
    row.state = State.CANCELLED
    row.revision += 1
    row.save(update_fields=["state", "revision"])
    _note(row, "cancel", reason, actor, now)
    audit.record("recognition.cancel_round", actor=actor, now=now, subject=row, reason=reason)
    return row


def _institute(actor: Person, now: datetime) -> Organisation:
    institute = policies.granting_institute(actor, now=now)
    if institute is None:
        raise NotAllowed(_("차수는 국가평생교육진흥원 담당자만 다룹니다."))
    return institute


def _reason(reason: str) -> str:
    reason = " ".join(tidy(reason).split())
    if not 5 <= len(reason) <= 500:
        message = _("까닭을 5자에서 500자 사이로 적어 주세요. 공고에 그대로 실립니다.")
        raise Invalid(message, fields={"reason": message})
    return reason


def _check(draft: RoundDraft) -> None:
    wrong: dict[str, str] = {}
    if not draft.title.strip() or len(draft.title) > 120:
        wrong["title"] = _("이름을 120자까지 적어 주세요.")
    if not 2000 <= draft.year <= 2100:
        wrong["year"] = _("연도를 네 자리로 적어 주세요. 예: 2026")
    if not 1 <= draft.number <= 99:
        wrong["number"] = _("차수는 1에서 99까지입니다.")
    if not (draft.admits_finished or draft.admits_planned):
        wrong["admits_finished"] = _("완료학습과정과 예정학습과정 가운데 하나는 받아야 합니다.")
    if not draft.stages or tuple(draft.stages) != tuple(stage for stage in STAGES if stage in draft.stages):
        wrong["stages"] = _("평가 단계를 하나 이상 골라 주세요.")
    if not 1 <= draft.evaluators_per_application <= 9:
        wrong["evaluators_per_application"] = _("평가위원 수는 1명에서 9명까지입니다.")
    if not 1 <= draft.supplement_days <= 180:
        wrong["supplement_days"] = _("보완 기간은 1일에서 180일까지입니다.")
    if len(draft.procedure) > 20_000:
        wrong["procedure"] = _("공고문은 20,000자까지 적습니다.")
    for name, code in rules.calendar_faults(draft.calendar(), complete=False).items():
        wrong["last_day" if name == "closes_at" else name] = day_fault(name, code)
    if wrong:
        raise Invalid(_("적은 내용을 확인해 주세요. 바뀐 것은 없습니다."), fields=wrong)


def _values(draft: RoundDraft) -> dict[str, Any]:
    values = {each.name: getattr(draft, each.name) for each in fields(draft)}
    values["opens_at"] = start_of(values.pop("opens_on"))
    values["closes_at"] = start_of(values.pop("last_day") + timedelta(days=1))
    values["title"] = " ".join(tidy(draft.title).split())
    values["procedure"] = tidy(draft.procedure)
    values["stages"] = list(draft.stages)
    return values


def _taken(draft: RoundDraft) -> Invalid:
    message = _("%(year)s년 제%(number)s차는 이미 있습니다.") % {"year": draft.year, "number": draft.number}
    return Invalid(message, fields={"number": message}, code="number_taken")


def _put_scopes(row: Round, scopes: Iterable[ScopeEntry]) -> None:
    RoundScope.objects.bulk_create(
        RoundScope(round=row, organisation=each.organisation, region=each.region, since=each.since)
        for each in scopes
    )


def _note(row: Round, act: str, reason: str, actor: Person, now: datetime, **values: str) -> None:
    RoundChange.objects.create(round=row, at=now, act=act, reason=reason, actor=actor, values=values)
