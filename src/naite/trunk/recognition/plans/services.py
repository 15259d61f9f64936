"""Writing plans and making them public."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.text import tidy
from naite.trunk.catalogue.classification import Area
from naite.trunk.people.models import Organisation, Person, Region, Role
from naite.trunk.people.policies import has_role
from naite.trunk.people.queries import organisations_where
from naite.trunk.recognition.models import Plan, PlanLine, PublicNotice, Round
from naite.trunk.recognition.plans.workflow import WORKFLOW
from naite.trunk.recognition.rounds import rules as round_rules
from naite.trunk.recognition.rounds import services as rounds

State, Kind, Measure = Plan.State, PlanLine.Kind, PlanLine.Measure
_WRITER = {Plan.Kind.BASIC: Role.MINISTRY_OFFICIAL, Plan.Kind.IMPLEMENTATION: Role.NATIONAL_OFFICER}
MOST_LINES = 200


@dataclass(frozen=True)
class PlanFacts:
    title: str
    year_from: int
    year_until: int
    goals: str = ""
    basic: Plan | None = None


@dataclass(frozen=True)
class LineFacts:
    kind: str
    title: str
    measure: str = ""
    region: Region | None = None
    area: str = ""
    target: int | None = None
    amount: int | None = None
    from_on: date | None = None
    until_on: date | None = None


def office_for(person: Person | None, kind: str, *, now: datetime) -> Organisation | None:
    """Return the office in whose name a person writes plans of a kind: the ministry or the national institute."""
    if person is None or kind not in Plan.Kind.values:
        return None
    return organisations_where(person, _WRITER[Plan.Kind(kind)], now=now).first()


def can_write(person: Person | None, plan: Plan, *, now: datetime) -> bool:
    return has_role(person, plan.office, _WRITER[Plan.Kind(plan.kind)], now=now)


def can_approve(person: Person | None, *, now: datetime) -> bool:
    """Whether a person approves plans: officials of the ministry."""
    return has_role(person, None, Role.MINISTRY_OFFICIAL, now=now)


@transaction.atomic
def create(*, kind: str, facts: PlanFacts, actor: Person, now: datetime) -> Plan:
    """Begin a plan: basic plans are the ministry's, implementation plans the national institute's.

    Refuses anyone else and faulty facts.
    """
    office = office_for(actor, kind, now=now)
    if office is None:
        raise NotAllowed(_("기본계획은 교육부, 시행계획은 국가평생교육진흥원 담당자가 씁니다."))
    values = _checked(kind, facts)
    made = Plan.objects.create(kind=kind, office=office, created_by=actor, created_at=now, **values)
    audit.record("recognition.create_plan", actor=actor, now=now, subject=made)
    return made


@transaction.atomic
def change(*, plan: Plan, facts: PlanFacts, revision: int, actor: Person, now: datetime) -> Plan:
    """Change a draft. Refuses one that was handed in, and the second of two tabs (``changed_meanwhile``)."""
    row = _draft(plan, actor, now)
    if row.revision != revision:
        raise _meanwhile()
    values = _checked(row.kind, facts)
    Plan.objects.filter(pk=row.pk).update(revision=revision + 1, **values)
    row.refresh_from_db()
    audit.record("recognition.change_plan", actor=actor, now=now, subject=row)
    return row


@transaction.atomic
def put_line(
    *,
    plan: Plan,
    facts: LineFacts,
    line_id: UUID | None = None,
    revision: int | None = None,
    actor: Person,
    now: datetime,
) -> PlanLine:
    """Add a line to a draft, or change the one with an id.

    Refuses faulty lines, more than two hundred, and (``changed_meanwhile``) to change a line of a plan that was
    changed since ``revision`` was read, where one is given.
    """
    row = _draft(plan, actor, now)
    if line_id is not None and revision is not None and revision != row.revision:
        raise _meanwhile()
    fields = line_faults(facts, row)
    if fields:
        raise Invalid(_("적은 내용을 확인해 주세요."), code="line_faults", fields=fields)
    values = {
        "kind": facts.kind,
        "title": " ".join(tidy(facts.title).split()),
        "measure": facts.measure if facts.kind in {Kind.TARGET, Kind.TRAINING} else "",
        "region": facts.region,
        "area": facts.area,
        "target": facts.target,
        "amount": facts.amount,
        "from_on": facts.from_on,
        "until_on": facts.until_on,
    }
    if facts.kind == Kind.TRAINING:
        values["measure"] = Measure.TRAINED
    if line_id is not None:
        line = row.lines.select_for_update().filter(pk=line_id).first()
        if line is None:
            raise Refused(_("그 사이에 지워진 줄입니다."), code="gone")
        for name, value in values.items():
            setattr(line, name, value)
        line.save()
    else:
        if row.lines.count() >= MOST_LINES:
            raise Refused(_("계획은 %(most)s줄까지입니다.") % {"most": MOST_LINES}, code="too_many")
        last = row.lines.aggregate(last=Max("order"))["last"] or 0
        line = PlanLine.objects.create(plan=row, order=last + 1, **values)
    Plan.objects.filter(pk=row.pk).update(revision=row.revision + 1)
    return line


@transaction.atomic
def put_lines(
    *, plan: Plan, lines: Sequence[tuple[UUID | None, LineFacts]], actor: Person, now: datetime
) -> int:
    """Add and change several lines, all or none; says at which line it stops. Lines that are not named stay."""
    for number, (line_id, facts) in enumerate(lines, start=1):
        try:
            put_line(plan=plan, facts=facts, line_id=line_id, actor=actor, now=now)
        except Invalid as refusal:
            why = " ".join(str(message) for message in refusal.fields.values()) or str(refusal)
            raise Invalid(
                _("%(n)s번째 줄: %(why)s") % {"n": number, "why": why}, code=refusal.code
            ) from refusal
    return len(lines)


@transaction.atomic
def remove_line(*, line: PlanLine, actor: Person, now: datetime) -> None:
    """Take a line out of a draft. Refuses one that became a round. Safe to repeat."""
    _draft(line.plan, actor, now)
    if line.round_id is not None:
        raise Refused(_("차수로 만든 일정은 뺄 수 없습니다."), code="has_round")
    PlanLine.objects.filter(pk=line.pk).delete()


@transaction.atomic
def submit(*, plan: Plan, actor: Person, now: datetime) -> Plan:
    """Hand a plan to the ministry. Refuses one without goals or lines."""
    row = _draft(plan, actor, now)
    if not row.goals.strip() or not row.lines.exists():
        raise Invalid(
            _("목표와 내용, 그리고 한 줄 이상의 목표·예산·일정이 있어야 냅니다."), code="incomplete"
        )
    WORKFLOW.move(row, "submit", submitted_at=now, return_reason="")
    audit.record("recognition.submit_plan", actor=actor, now=now, subject=row)
    return row


@transaction.atomic
def decide(*, plan: Plan, approves: bool, reason: str = "", actor: Person, now: datetime) -> Plan:
    """Approve a plan, or send it back with what to change. Refuses anyone but the ministry, and a second decision."""
    if not can_approve(actor, now=now):
        raise NotAllowed(_("계획은 교육부 담당자가 승인합니다."))
    reason = " ".join(tidy(reason).split())
    if not approves and not 2 <= len(reason) <= 500:
        message = _("돌려보내는 까닭을 2자에서 500자 사이로 적어 주세요.")
        raise Invalid(message, code="reason", fields={"reason": message})
    act = "approve" if approves else "send_back"
    WORKFLOW.move(plan, act, decided_by=actor, decided_at=now, return_reason="" if approves else reason)
    audit.record(f"recognition.{act}_plan", actor=actor, now=now, subject=plan)
    return plan


@transaction.atomic
def publish(*, plan: Plan, actor: Person, now: datetime) -> Plan:
    """Make an approved plan public: a notice on the board says so, and the version before it is superseded."""
    if not can_write(actor, plan, now=now):
        raise NotAllowed(_("이 계획을 쓴 기관의 담당자만 공고합니다."))
    WORKFLOW.move(plan, "publish", published_at=now)
    if plan.replaces is not None and plan.replaces.state == State.PUBLISHED:
        WORKFLOW.move(plan.replaces, "supersede")
    PublicNotice.objects.create(
        office=plan.office,
        title=plan.title if plan.version == 1 else f"{plan.title} (v{plan.version})",
        body=plan.goals,
        plan=plan,
        from_on=day_of(now),
        created_by=actor,
        created_at=now,
    )
    audit.record("recognition.publish_plan", actor=actor, now=now, subject=plan)
    return plan


@transaction.atomic
def next_version(*, plan: Plan, actor: Person, now: datetime) -> Plan:
    """Begin the next version of a published plan, with its lines, rounds and programmes; returns it if it exists."""
    if not can_write(actor, plan, now=now):
        raise NotAllowed(_("이 계획을 쓴 기관의 담당자만 고칩니다."))
    if plan.state != State.PUBLISHED:
        raise Refused(_("공고한 계획만 다음 판을 만듭니다."), code="not_published")
    try:
        with transaction.atomic():
            made = Plan.objects.create(
                kind=plan.kind,
                office=plan.office,
                title=plan.title,
                year_from=plan.year_from,
                year_until=plan.year_until,
                goals=plan.goals,
                basic=plan.basic,
                version=plan.version + 1,
                replaces=plan,
                created_by=actor,
                created_at=now,
            )
    except IntegrityError:
        return Plan.objects.get(replaces=plan)
    fields = (
        *("kind", "order", "title", "measure", "region_id", "area", "target", "amount"),
        *("from_on", "until_on", "round_id", "programme_id"),
    )
    PlanLine.objects.bulk_create(
        PlanLine(plan=made, **{name: getattr(line, name) for name in fields}) for line in plan.lines.all()
    )
    audit.record("recognition.next_plan_version", actor=actor, now=now, subject=made)
    return made


@transaction.atomic
def make_round(*, line: PlanLine, actor: Person, now: datetime) -> Round:
    """Make a draft of a round from a schedule line of an approved or public plan; returns the one it became before.

    Refuses other lines, and who does not plan rounds. Calendar and criteria are then written in the round.
    """
    row = PlanLine.objects.select_for_update(of=("self",)).select_related("plan", "round").get(pk=line.pk)
    if row.round is not None:
        return row.round
    if row.kind != Kind.SCHEDULE or row.from_on is None or row.until_on is None:
        raise Refused(_("시작과 끝이 있는 평가인정 일정만 차수로 만듭니다."), code="not_a_schedule")
    if row.plan.state not in {State.APPROVED, State.PUBLISHED}:
        raise Refused(_("승인된 계획의 일정만 차수로 만듭니다."), code="not_approved")
    year = row.from_on.year
    number = (Round.objects.filter(year=year).aggregate(last=Max("number"))["last"] or 0) + 1
    made = rounds.create(
        draft=rounds.RoundDraft(
            year=year,
            number=number,
            title=row.title[:120],
            opens_on=row.from_on,
            last_day=row.until_on,
            target=row.target,
        ),
        actor=actor,
        now=now,
    )
    row.round = made
    row.save(update_fields=["round"])
    audit.record("recognition.round_from_plan", actor=actor, now=now, subject=made, line=row.pk)
    return made


@transaction.atomic
def name_programme(*, line: PlanLine, programme_id: UUID | None, actor: Person, now: datetime) -> PlanLine:
    """Say by which programme a training line is done. Whether it exists is the caller's to know. Safe to repeat."""
    if not can_write(actor, line.plan, now=now):
        raise NotAllowed(_("이 계획을 쓴 기관의 담당자만 고칩니다."))
    if line.kind != Kind.TRAINING:
        raise Refused(_("담당자 연수 줄에만 프로그램을 잇습니다."), code="not_training")
    PlanLine.objects.filter(pk=line.pk).update(programme_id=programme_id)
    line.refresh_from_db()
    audit.record("recognition.name_programme", actor=actor, now=now, subject=line, programme=programme_id)
    return line


def line_faults(facts: LineFacts, plan: Plan) -> dict[str, str]:
    """Return a sentence for each field of a line that cannot be kept."""
    wrong: dict[str, str] = {}
    if facts.kind not in Kind.values:
        wrong["kind"] = _("구분을 골라 주세요.")
    if not facts.title.strip() or len(facts.title) > 150:
        wrong["title"] = _("내용을 150자까지 적어 주세요.")
    if facts.kind == Kind.TARGET:
        if facts.measure not in Measure.values:
            wrong["measure"] = _("지표를 골라 주세요.")
        if not facts.target:
            wrong["target"] = _("목표 수를 1 이상으로 적어 주세요.")
    if facts.measure == Measure.ACCOUNTS and facts.area:
        wrong["area"] = _("학습계좌에는 분야가 없습니다. 비워 주세요.")
    if facts.area and facts.area not in Area.values:
        wrong["area"] = _("분야를 골라 주세요.")
    if facts.kind == Kind.BUDGET and not facts.amount:
        wrong["amount"] = _("금액을 원 단위로 적어 주세요.")
    for name in ("target", "amount"):
        number = getattr(facts, name)
        if number is not None and not 0 <= number <= (2_000_000_000 if name == "target" else 10**15):
            wrong[name] = _("수가 너무 큽니다.")
    if facts.kind == Kind.SCHEDULE and (facts.from_on is None or facts.until_on is None):
        wrong["from_on"] = _("신청을 받는 첫날과 마지막 날을 적어 주세요.")
    if facts.from_on and facts.until_on and facts.until_on < facts.from_on:
        wrong["until_on"] = _("끝이 시작보다 앞섭니다.")
    for name in ("from_on", "until_on"):
        day = getattr(facts, name)
        if day and not plan.year_from <= day.year <= plan.year_until:
            wrong[name] = _("계획의 기간 밖입니다.")
    return wrong


def earliest_opening(line: PlanLine, *, today: date) -> date | None:
    """Return the first day on which applications of a schedule line could open if it were published today, when the
    line wants it earlier (영 제14조의2제3항), else None."""
    if line.kind != Kind.SCHEDULE or line.from_on is None:
        return None
    first = round_rules.first_day_to_open(today)
    return first if line.from_on < first else None


def _meanwhile() -> Refused:
    return Refused(
        _("다른 창에서 먼저 고쳤습니다. 새 창에서 바뀐 내용을 보고 이 화면의 것을 옮겨 주세요."),
        code="changed_meanwhile",
    )


def _checked(kind: str, facts: PlanFacts) -> dict[str, object]:
    wrong: dict[str, str] = {}
    title = " ".join(tidy(facts.title).split())
    if not title or len(title) > 150:
        wrong["title"] = _("이름을 150자까지 적어 주세요.")
    if not 2000 <= facts.year_from <= 2100:
        wrong["year_from"] = _("연도를 네 자리로 적어 주세요. 예: 2026")
    if not facts.year_from <= facts.year_until <= facts.year_from + 9:
        wrong["year_until"] = _("마지막 해는 첫 해부터 10년 안이어야 합니다.")
    if kind == Plan.Kind.IMPLEMENTATION and facts.year_until != facts.year_from:
        wrong["year_until"] = _("시행계획은 한 해의 계획입니다.")
    if len(facts.goals) > 20_000:
        wrong["goals"] = _("20,000자까지 적습니다.")
    if facts.basic is not None and facts.basic.kind != Plan.Kind.BASIC:
        wrong["basic"] = _("기본계획을 골라 주세요.")
    if wrong:
        raise Invalid(_("적은 내용을 확인해 주세요."), code="plan_faults", fields=wrong)
    return {
        "title": title,
        "year_from": facts.year_from,
        "year_until": facts.year_until,
        "goals": tidy(facts.goals),
        "basic": facts.basic,
    }


def _draft(plan: Plan, actor: Person, now: datetime) -> Plan:
    row = Plan.objects.select_for_update(of=("self",)).select_related("office").get(pk=plan.pk)
    if not can_write(actor, row, now=now):
        raise NotAllowed(_("기본계획은 교육부, 시행계획은 국가평생교육진흥원 담당자가 씁니다."))
    if row.state != State.DRAFT:
        raise Refused(
            _("낸 계획은 고칠 수 없습니다. 돌려받거나, 공고한 뒤에 다음 판을 만들어 주세요."),
            code="handed_in",
        )
    return row
