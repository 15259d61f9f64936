"""On-site investigations: planned, carried out with the checklist, reported."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from naite.branches.oversight import case_queries, checklist, rules
from naite.branches.oversight.models import Candidate, Checklist, Complaint, Finding, Investigation, Photo
from naite.branches.oversight.services.common import (
    OFFICES,
    PARTIES,
    next_number,
    note,
    require_officer,
    tell_institution,
)
from naite.branches.oversight.services.complaints import add_event
from naite.branches.oversight.services.draw_closing import close_if_done
from naite.branches.oversight.texts import Upload, keep_files, need, within
from naite.branches.oversight.workflow import COMPLAINT, INVESTIGATION
from naite.roots.audit import services as audit
from naite.roots.dates import day_of, working_days_between
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.files import services as files
from naite.trunk.people.models import Person
from naite.trunk.recognition.models import Recognition
from naite.trunk.recognition.policies import granting_institute

S, Cause = Investigation.State, Investigation.Cause
MOST_PHOTOS = 40
PLANNED_DAYS = 14


def _locked(investigation: Investigation, actor: Person, now: datetime) -> Investigation:
    row = Investigation.objects.select_for_update(of=("self",)).get(pk=investigation.pk)
    require_officer(actor, row.organisation_id, now=now)
    return row


@transaction.atomic
def plan(
    *,
    recognition: Recognition,
    cause: str,
    why: str = "",
    visit_on: date | None,
    unannounced: bool = True,
    companions: str = "",
    complaint: Complaint | None = None,
    lead: Person | None = None,
    actor: Person,
    now: datetime,
) -> Investigation:
    """Plan a visit, with the items of today's checklist.

    For a complaint it must be accepted and about this recognition; its clock stands still during the visit
    (민원처리법 시행령 제17조제5항). An unannounced visit leaves no line in the case before it begins. Refuses
    a day in the past, and a second open visit for the same recognition.
    """
    organisation = recognition.course.organisation
    require_officer(actor, organisation.pk, now=now)
    today = day_of(now)
    if visit_on is not None and visit_on < today:
        told = _("지난 날입니다. 오늘이나 그 뒤의 날을 골라 주세요.")
        raise Invalid(told, fields={"visit_on": told})
    if complaint is not None and complaint.recognition_id != recognition.pk:
        raise Refused(_("이 신고는 다른 평가인정에 대한 것입니다."), code="other_recognition")
    if Investigation.objects.filter(recognition=recognition, state__in=Investigation.OPEN).exists():
        raise Refused(_("이 과정의 현장실태조사가 이미 진행 중입니다."), code="already_open")
    row = make(
        recognition=recognition,
        cause=cause,
        why=within(why, field="why", most=rules.MAX_REASON),
        visit_on=visit_on,
        unannounced=unannounced,
        lead=lead or actor,
        companions=within(companions, field="companions", most=200),
        now=now,
    )
    if complaint is not None:
        COMPLAINT.move(
            complaint,
            "investigate",
            changed_at=now,
            investigation=row,
            due_on=rules.complaint_due(day_of(complaint.received_at), PLANNED_DAYS),
        )
        add_event(complaint, "investigating", actor=actor, now=now)
    if unannounced:
        audit.record("oversight.plan_visit", actor=actor, now=now, subject=row)
    else:
        note(
            recognition,
            act="investigation_planned",
            actor=actor,
            now=now,
            subject=row,
            audience=PARTIES,
            due_on=visit_on,
            number=row.number,
        )
        tell_institution(
            organisation,
            subject=_("현장실태조사를 알려 드립니다"),
            body=_("%(day)s에 평가인정 %(number)s 과정의 현장실태조사를 합니다.\n")
            % {"day": visit_on or "", "number": recognition.number},
            key=f"visit:{row.pk}",
            now=now,
        )
    return row


def make(
    *,
    recognition: Recognition,
    cause: str,
    lead: Person,
    now: datetime,
    why: str = "",
    visit_on: date | None = None,
    unannounced: bool = True,
    companions: str = "",
) -> Investigation:
    """Make a planned visit with the items of today's checklist, inside the caller's transaction.

    For services that have checked the actor; it tells nobody.
    """
    row = Investigation.objects.create(
        number=next_number(Investigation, now=now),
        recognition=recognition,
        organisation=recognition.course.organisation,
        cause=cause,
        why=why,
        visit_on=visit_on,
        unannounced=unannounced,
        lead=lead,
        companions=companions,
        checklist_number=case_queries.checklist_number(),
        created_at=now,
        changed_at=now,
    )
    Finding.objects.bulk_create(
        Finding(investigation=row, position=place, heading=heading, title=title, guidance=guidance)
        for place, (heading, title, guidance) in enumerate(case_queries.checklist_items(), start=1)
    )
    return row


@transaction.atomic
def begin(*, investigation: Investigation, actor: Person, now: datetime) -> Investigation:
    """Begin the visit; from now on findings can be written."""
    row = _locked(investigation, actor, now)
    INVESTIGATION.move(row, "begin", started_at=now, changed_at=now)
    note(
        row.recognition,
        act="investigation_begun",
        actor=actor,
        now=now,
        subject=row,
        audience=OFFICES,
        number=row.number,
    )
    return row


@transaction.atomic
def save(
    *,
    investigation: Investigation,
    edition: int,
    findings: Mapping[int, tuple[str, str]],
    summary: str,
    actor: Person,
    now: datetime,
) -> Investigation:
    """Keep findings by the position of their item, and the report's draft; what is not given stays.

    ``edition`` is the one the writer saw: refuses (``edited_elsewhere``) when another window was faster.
    """
    row = _locked(investigation, actor, now)
    if row.state != S.ONGOING:
        raise Refused(_("조사 중이 아니어서 적을 수 없습니다."), code="not_ongoing")
    if row.edition != edition:
        raise Refused(
            _("다른 창에서 먼저 저장했습니다. 여기 적은 것은 저장하지 않았습니다. 새로 고쳐 견주어 보세요."),
            code="edited_elsewhere",
        )
    for finding in row.findings.all():
        if finding.position not in findings:
            continue
        result, text = findings[finding.position]
        if result and result not in Finding.Result.values:
            raise Invalid(_("적합, 권고, 위반, 해당 없음 가운데 고르세요."), code="no_such_result")
        text = within(text, field=f"note-{finding.position}", most=2000)
        if (finding.result, finding.note) != (result, text):
            Finding.objects.filter(pk=finding.pk).update(result=result, note=text)
    row.summary = within(summary, field="summary", most=rules.MAX_BODY)
    row.edition += 1
    row.changed_at = now
    row.save(update_fields=["summary", "edition", "changed_at"])
    audit.record("oversight.write_findings", actor=actor, now=now, subject=row)
    return row


@transaction.atomic
def add_photos(
    *,
    investigation: Investigation,
    position: int | None,
    uploads: Sequence[Upload],
    actor: Person,
    now: datetime,
) -> list[Photo]:
    """Keep photos of an item, or of the whole visit; the same photo again is passed over."""
    row = _locked(investigation, actor, now)
    if row.state != S.ONGOING:
        raise Refused(_("조사 중이 아니어서 사진을 더할 수 없습니다."), code="not_ongoing")
    if not uploads:
        told = _("사진을 골라 주세요.")
        raise Invalid(told, fields={"uploads": told})
    finding = row.findings.filter(position=position).first() if position else None
    there = list(row.photos.values_list("file_id", flat=True))
    made = [
        Photo.objects.create(investigation=row, finding=finding, file=stored, added_by=actor, added_at=now)
        for stored in keep_files(uploads, there=there, purpose="oversight.visit", now=now, most=MOST_PHOTOS)
    ]
    audit.record("oversight.add_photos", actor=actor, now=now, subject=row, count=len(made))
    return made


@transaction.atomic
def remove_photo(*, photo: Photo, actor: Person, now: datetime) -> None:
    """Take a photo away while the visit goes on, and erase it."""
    row = _locked(photo.investigation, actor, now)
    if row.state != S.ONGOING:
        raise Refused(_("보고한 뒤에는 사진을 뺄 수 없습니다."), code="not_ongoing")
    stored = photo.file
    photo.delete()
    files.erase(stored, now=now)
    audit.record("oversight.remove_photo", actor=actor, now=now, subject=row)


@transaction.atomic
def report(
    *, investigation: Investigation, edition: int, conclusion: str, actor: Person, now: datetime
) -> Investigation:
    """Close the visit with its report; the institution reads findings and summary from now on.

    Refuses items without a result, a violation without words, an empty summary, and a conclusion that the
    findings do not bear: an order or a cancellation needs a violation, and a violation needs one of them.
    """
    row = _locked(investigation, actor, now)
    if row.edition != edition:
        raise Refused(
            _("다른 창에서 먼저 저장했습니다. 새로 고쳐 확인한 뒤 보고해 주세요."), code="edited_elsewhere"
        )
    findings = list(row.findings.all())
    faults: dict[str, str] = {}
    for each in findings:
        if not each.result:
            faults[f"result-{each.position}"] = _("%(n)d번 항목의 결과를 골라 주세요.") % {"n": each.position}
        elif each.result == Finding.Result.VIOLATION and not each.note:
            faults[f"note-{each.position}"] = _("%(n)d번 항목의 위반 내용을 적어 주세요.") % {
                "n": each.position
            }
    if not row.summary.strip():
        faults["summary"] = _("조사 결과를 요약해 적어 주세요. 기관도 읽습니다.")
    violations = sum(each.result == Finding.Result.VIOLATION for each in findings)
    if conclusion not in Investigation.Conclusion.values:
        faults["conclusion"] = _("결론을 골라 주세요.")
    elif (conclusion == Investigation.Conclusion.NOTHING) == bool(violations):
        faults["conclusion"] = (
            _("위반으로 적은 항목이 있습니다. 시정명령이나 취소 절차를 고르거나 항목을 고쳐 주세요.")
            if violations
            else _("위반으로 적은 항목이 없습니다. 문제 없음을 고르거나 항목을 고쳐 주세요.")
        )
    if faults:
        raise Invalid(next(iter(faults.values())), code="not_ready", fields=faults)
    INVESTIGATION.move(
        row, "report", conclusion=conclusion, reported_at=now, changed_at=now, edition=row.edition + 1
    )
    note(
        row.recognition,
        act="investigation_reported",
        actor=actor,
        now=now,
        subject=row,
        reason=row.get_conclusion_display(),
        number=row.number,
        findings=violations,
    )
    tell_institution(
        row.organisation,
        subject=_("현장실태조사 결과가 나왔습니다"),
        body=_("평가인정 %(number)s 과정의 현장실태조사 결과를 확인해 주세요.\n\n%(url)s\n")
        % {"number": row.recognition.number, "url": f"{settings.BASE_URL}/work/oversight/"},
        key=f"report:{row.pk}",
        now=now,
    )
    _give_back_complaints(row, actor, now)
    close_if_done(investigation=row, now=now)
    return row


@transaction.atomic
def drop(*, investigation: Investigation, reason: str, actor: Person, now: datetime) -> Investigation:
    """Give up a visit that has not been reported, with a reason. A spot check that was drawn is never dropped."""
    row = _locked(investigation, actor, now)
    if row.cause == Cause.SPOT_CHECK or Candidate.objects.filter(investigation=row).exists():
        raise Refused(
            _("추첨으로 뽑힌 점검은 그만둘 수 없습니다. 갈 수 없으면 그 사실을 결과로 보고하세요."),
            code="drawn",
        )
    words = need(reason, field="reason", most=rules.MAX_REASON, empty=_("그만두는 까닭을 적어 주세요."))
    INVESTIGATION.move(row, "drop", drop_reason=words, changed_at=now)
    note(
        row.recognition,
        act="investigation_dropped",
        actor=actor,
        now=now,
        subject=row,
        audience=OFFICES,
        reason=words,
        number=row.number,
    )
    _give_back_complaints(row, actor, now)
    return row


def _give_back_complaints(row: Investigation, actor: Person, now: datetime) -> None:
    """Let the clock of the complaints run again: the days of the visit are left out."""
    spent = 0
    if row.started_at is not None:
        begun = day_of(row.started_at)
        spent = min(working_days_between(begun, day_of(now)) + 1, 21)
    for complaint in Complaint.objects.filter(investigation=row, state=Complaint.State.INVESTIGATING):
        due = rules.complaint_due(day_of(complaint.received_at), spent)
        COMPLAINT.move(complaint, "come_back", changed_at=now, due_on=due)
        add_event(complaint, "investigated", actor=actor, now=now)


@transaction.atomic
def edit_checklist(*, text: str, seen: int, actor: Person, now: datetime) -> Checklist:
    """Make a new edition of the checklist from lines ``heading | title | guidance``; earlier visits keep theirs."""
    if granting_institute(actor, now=now) is None:
        raise NotAllowed(_("국가평생교육진흥원 담당자만 점검표를 고칠 수 있습니다."))
    try:
        items = checklist.parse(text)
    except ValueError as error:
        told = _("%(n)s째 줄을 ‘영역 | 항목 | 확인할 것’처럼 적어 주세요.") % {"n": error.args[0]}
        raise Invalid(told, fields={"text": told}) from error
    if not 1 <= len(items) <= 60:
        told = _("항목을 하나에서 60개까지 적어 주세요.")
        raise Invalid(told, fields={"text": told})
    latest = case_queries.checklist_number()
    if latest != seen:
        raise Refused(
            _("그 사이에 다른 담당자가 점검표를 고쳤습니다. 새로 고쳐 견주어 보세요."),
            code="edited_elsewhere",
        )
    row = Checklist.objects.create(
        number=latest + 1, items=[list(item) for item in items], made_by=actor, made_at=now
    )
    audit.record("oversight.edit_checklist", actor=actor, now=now, subject=row)
    return row
