"""Changes that an institution asks for, with proof, and what its office makes of them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of, show_day
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices import services as notices
from naite.roots.text import tidy
from naite.trunk.people.models import InstitutionDocument, InstitutionProposal, Organisation, Person, Region
from naite.trunk.people.queries import staff_of
from naite.trunk.people.registry import access, pages, rules
from naite.trunk.people.registry.workflow import WORKFLOW

State = InstitutionProposal.State


@transaction.atomic
def begin(*, organisation: Organisation, actor: Person, now: datetime) -> InstitutionProposal:
    """Begin to ask for changes; return the one that is open already, as there is one at a time.

    Refuses who is not of the institution's staff, and an institution without a page in the registry.
    """
    _require_staff(actor, organisation, now)
    if not hasattr(organisation, "registry"):
        raise Refused(
            _("아직 기관 대장이 없습니다. 담당 지자체나 교육청에 대장을 열어 달라고 하세요."), code="no_page"
        )
    there = organisation.proposals.filter(state__in=InstitutionProposal.OPEN).first()
    if there is not None:
        return there
    try:
        with transaction.atomic():
            made = InstitutionProposal.objects.create(
                organisation=organisation, effective_on=day_of(now), begun_by=actor, begun_at=now
            )
    except IntegrityError:  # another tab was faster
        return organisation.proposals.get(state__in=InstitutionProposal.OPEN)
    audit.record("people.begin_proposal", actor=actor, now=now, subject=made)
    return made


@transaction.atomic
def save(
    *,
    proposal: InstitutionProposal,
    values: Mapping[str, str],
    reason: str,
    effective_on: date,
    revision: int,
    teaches_school_subjects: bool | None = None,
    actor: Person,
    now: datetime,
) -> InstitutionProposal:
    """Keep what shall change, why and from when.

    Refuses values that cannot stand (a hagwon that tutors school subjects with the clause), a day too far off, what
    was handed in, and the second of two tabs. Nothing is decided by it; safe to repeat with the revision returned.
    """
    row = writable(proposal, actor, now)
    if row.revision != revision:
        raise Refused(
            _("다른 창에서 먼저 고쳤습니다. 새 창에서 바뀐 내용을 보고 이 화면의 것을 옮겨 주세요."),
            code="changed_meanwhile",
        )
    organisation, page = pages.locked(row.organisation)
    changes = pages.difference(organisation, page, values)
    fields: dict[str, str] = {}
    fault = rules.day_fault(effective_on, today=day_of(now))
    if fault:
        fields["effective_on"] = (
            _("180일 뒤까지의 날을 적어 주세요.") if fault == "ahead" else _("1년 안의 날을 적어 주세요.")
        )
    reason = " ".join(tidy(reason).split())
    if len(reason) > 500:
        fields["reason"] = _("500자까지 적어 주세요.")
    if fields:
        raise Invalid(_("적은 내용을 확인해 주세요."), code="proposal_faults", fields=fields)
    wanted = {**pages.values_of(organisation, page), **{f: after for f, (_b, after) in changes.items()}}
    basis = {"kind", "legal_basis"} & set(changes)
    pages.check(
        wanted,
        teaches_school_subjects=teaches_school_subjects if basis else False,
        now=now,
    )
    row.changes, row.reason, row.effective_on = changes, reason, effective_on
    row.revision += 1
    row.save(update_fields=["changes", "reason", "effective_on", "revision"])
    return row


def lacks(proposal: InstitutionProposal) -> list[str]:
    """Return what keeps a proposal from being handed in, each as a sentence."""
    found = []
    documents = list(proposal.documents.values_list("kind", flat=True))
    if not proposal.changes and not documents:
        found.append(_("바꿀 내용을 적거나 서류를 붙여 주세요."))
    labels = dict(InstitutionDocument.Kind.choices)
    for field, kinds in rules.unproven(proposal.changes, documents).items():
        names = ", ".join(str(label) for kind, label in labels.items() if kind in kinds)
        found.append(
            _("‘%(field)s’ 변경을 증명하는 서류를 붙여 주세요: %(kinds)s 가운데 하나")
            % {"field": rules.FIELDS[field], "kinds": names}
        )
    if not proposal.reason:
        found.append(_("바꾸는 까닭을 적어 주세요."))
    return found


@transaction.atomic
def submit(*, proposal: InstitutionProposal, actor: Person, now: datetime) -> InstitutionProposal:
    """Hand a proposal in to the responsible office. Refuses (``lacking``) without proof of each change."""
    row = writable(proposal, actor, now)
    wanting = lacks(row)
    if wanting:
        raise Invalid(" ".join(wanting), code="lacking")
    office = access.responsible_office(row.organisation, now=now)
    if office is None:
        raise Refused(_("담당 기관을 찾을 수 없습니다. 나이테 운영자에게 알려 주세요."), code="no_office")
    again = row.state == State.SENT_BACK
    WORKFLOW.move(row, "submit", submitted_at=now, office=office)
    _note(row, "submit_again" if again else "submit", actor, now, reason=row.reason)
    audit.record("people.submit_proposal", actor=actor, now=now, subject=row)
    _tell(
        office,
        access.OFFICER_ROLES,
        subject=_("%(name)s: 기관 대장 변경 신청") % {"name": row.organisation.name},
        body=_("%(name)s에서 기관 대장의 변경을 신청했습니다. 서류를 보고 결정해 주세요.\n\n%(url)s\n")
        % {"name": row.organisation.name, "url": f"{settings.BASE_URL}/office/registry/proposals/{row.pk}/"},
        now=now,
    )
    return row


@transaction.atomic
def withdraw(*, proposal: InstitutionProposal, actor: Person, now: datetime) -> InstitutionProposal:
    """Take a proposal back before it is decided. Its files stay as long as the history does."""
    _require_staff(actor, proposal.organisation, now)
    was_draft = proposal.state == State.DRAFT
    WORKFLOW.move(proposal, "withdraw")
    if not was_draft:
        _note(proposal, "withdraw", actor, now)
    audit.record("people.withdraw_proposal", actor=actor, now=now, subject=proposal)
    return proposal


@transaction.atomic
def send_back(
    *, proposal: InstitutionProposal, reason: str, actor: Person, now: datetime, seen: datetime | None = None
) -> InstitutionProposal:
    """Ask the institution for what is lacking. Refuses without saying what, and a second decision.

    ``seen`` is when the version that the actor looked at was handed in; one that was handed in anew is refused.
    """
    _as_seen(proposal, seen)
    return _decide(proposal, "send_back", _reason(reason), actor, now)


@transaction.atomic
def refuse(
    *, proposal: InstitutionProposal, reason: str, actor: Person, now: datetime, seen: datetime | None = None
) -> InstitutionProposal:
    """Refuse a proposal with the ground. Refuses without one, a second decision, and as ``send_back``."""
    _as_seen(proposal, seen)
    return _decide(proposal, "refuse", _reason(reason), actor, now)


@transaction.atomic
def accept(
    *,
    proposal: InstitutionProposal,
    reason: str = "",
    actor: Person,
    now: datetime,
    seen: datetime | None = None,
) -> InstitutionProposal:
    """Accept a proposal. It holds from its day on: at once, or when that day has come (``apply_due``).

    Refuses who may not decide, a page that says something else by now than what the proposal began from, values
    that no longer stand, a second decision, and as ``send_back``.
    """
    _require_office(actor, proposal.organisation, now)
    _as_seen(proposal, seen)
    organisation, page = pages.locked(proposal.organisation)
    if page is None or organisation.closed_on is not None:
        raise Refused(_("문을 닫은 기관입니다."), code="closed")
    before = pages.values_of(organisation, page)
    if any(before[field] != was for field, (was, _after) in proposal.changes.items()):
        raise pages.changed_meanwhile()
    wanted = {**before, **{field: after for field, (_was, after) in proposal.changes.items()}}
    pages.check(wanted, teaches_school_subjects=False, now=now)
    row = _decide(proposal, "accept", " ".join(tidy(reason).split())[:500], actor, now)
    if row.effective_on <= day_of(now):
        _apply(row, actor, now)
    return row


def apply_due(*, now: datetime, limit: int = 100) -> int:
    """Put accepted changes whose day has come into the registry; return how many. Safe to repeat.

    One whose fields were set right since it was accepted goes back to the institution, so nothing is overwritten.
    """
    due = InstitutionProposal.objects.filter(state=State.ACCEPTED, effective_on__lte=day_of(now))
    done = 0
    for row in due.select_related("organisation", "office")[:limit]:
        with transaction.atomic():
            try:
                done += _apply(row, None, now)
            except Refused:  # another worker was faster
                continue
    return done


def _apply(row: InstitutionProposal, actor: Person | None, now: datetime) -> bool:
    organisation, page = pages.locked(row.organisation)
    assert page is not None
    before = pages.values_of(organisation, page)
    if any(before[field] != was for field, (was, _after) in row.changes.items()):
        _return(row, now)
        return False
    WORKFLOW.move(row, "apply")
    pages.write(organisation, page, row.changes, on=row.effective_on, actor=actor, now=now)
    for document in row.documents.filter(version=None).order_by("added_at", "id"):
        _file_away(document, now)
    pages.note(
        organisation,
        "change",
        on=row.effective_on,
        actor=actor,
        office=row.office,
        values={
            **row.changes,
            **({"documents": _documents(row)} if row.documents.exists() else {}),
        },
        now=now,
    )
    audit.record("people.apply_proposal", actor=actor, now=now, subject=row, fields=sorted(row.changes))
    return True


def _return(row: InstitutionProposal, now: datetime) -> None:
    reason = _(
        "반영할 날이 오기 전에 같은 항목이 정정되어 반영하지 않았습니다. 지금 대장을 보고 다시 적어 내 주세요."
    )
    WORKFLOW.move(row, "return", decision_reason=reason)
    _note(row, "send_back", None, now, reason=reason)
    audit.record("people.return_proposal", actor=None, now=now, subject=row)
    _tell_decided(row, _("변경 신청을 보완해 주세요"), [reason], now)


def _file_away(document: InstitutionDocument, now: datetime) -> None:
    """Make a document the newest version of its kind; those of other kinds (그 밖의 서류) stand side by side."""
    older = InstitutionDocument.objects.filter(
        organisation=document.organisation_id, kind=document.kind, version__isnull=False
    ).order_by("-version")
    last = older.first()
    if document.kind != InstitutionDocument.Kind.OTHER:
        older.filter(replaced_at=None).update(replaced_at=now)
    document.version, document.accepted_at = (last.version or 0) + 1 if last else 1, now
    document.save(update_fields=["version", "accepted_at"])


def _documents(row: InstitutionProposal) -> list[str]:
    return sorted({str(kind) for kind in row.documents.values_list("kind", flat=True)})


def _as_seen(proposal: InstitutionProposal, seen: datetime | None) -> None:
    rows = InstitutionProposal.objects.select_for_update().filter(pk=proposal.pk)
    if seen is not None and rows.values_list("submitted_at", flat=True).get() != seen:
        raise pages.changed_meanwhile()


def _decide(
    row: InstitutionProposal, act: str, reason: str, actor: Person, now: datetime
) -> InstitutionProposal:
    _require_office(actor, row.organisation, now)
    WORKFLOW.move(row, act, decided_by=actor, decided_at=now, decision_reason=reason)
    _note(row, act, actor, now, reason=reason)
    audit.record(f"people.{act}_proposal", actor=actor, now=now, subject=row)
    said = {
        "send_back": _("변경 신청을 보완해 주세요"),
        "refuse": _("변경 신청을 받아들이지 않았습니다"),
        "accept": _("변경 신청을 받아들였습니다"),
    }[act]
    lines = [reason] if reason else []
    if act == "accept":
        lines.append(_("%(day)s부터 기관 대장에 반영됩니다.") % {"day": show_day(row.effective_on)})
    if act == "refuse":
        lines.append(
            _(
                "이의가 있으면 통지를 받은 날부터 30일 안에 담당 기관에 이의신청을 할 수 있습니다(행정기본법 제36조)."
            )
        )
    _tell_decided(row, said, lines, now)
    return row


def _tell_decided(row: InstitutionProposal, said: str, lines: Sequence[str], now: datetime) -> None:
    body = "\n".join([said, "", *lines, "", f"{settings.BASE_URL}/work/registry/"])
    subject = f"{row.organisation.name}: {said}"
    _tell(row.organisation, access.PROPOSERS, subject=subject, body=body, now=now)


def writable(proposal: InstitutionProposal, actor: Person, now: datetime) -> InstitutionProposal:
    """Return a proposal, locked, that the actor may still write. Refuses what was handed in."""
    row = (
        InstitutionProposal.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=proposal.pk)
    )
    _require_staff(actor, row.organisation, now)
    if row.state not in InstitutionProposal.WRITABLE:
        raise Refused(
            _("이미 낸 신청입니다. 고치려면 거두고 다시 내거나 담당 기관에 돌려 달라고 하세요."),
            code="handed_in",
        )
    return row


def _reason(reason: str) -> str:
    reason = " ".join(tidy(reason).split())
    if not 5 <= len(reason) <= 500:
        message = _("까닭을 5자에서 500자 사이로 적어 주세요. 기관에 그대로 알립니다.")
        raise Invalid(message, code="reason", fields={"reason": message})
    return reason


def _require_staff(actor: Person, organisation: Organisation, now: datetime) -> None:
    if not access.can_propose(actor, organisation, now=now):
        raise NotAllowed(_("기관 대장의 변경은 그 기관의 담당자만 신청합니다."))


def _require_office(actor: Person, organisation: Organisation, now: datetime) -> None:
    if not access.can_decide(actor, organisation, now=now):
        raise NotAllowed(_("이 신청은 담당 지자체·교육청의 담당자만 결정합니다."))


def _note(
    row: InstitutionProposal, act: str, actor: Person | None, now: datetime, *, reason: str = ""
) -> None:
    pages.note(
        row.organisation,
        act,
        on=day_of(now),
        actor=actor,
        office=row.office,
        reason=reason,
        values=row.changes if act.startswith("submit") else None,
        now=now,
    )


def _tell(office: Organisation, roles: Collection[str], *, subject: str, body: str, now: datetime) -> None:
    held = staff_of(office, now=now).filter(role__in=list(roles))
    for person in {item.person_id: item.person for item in held}.values():
        notices.tell(to=person, subject=subject, body=body, now=now)


def region_name(code: str) -> str:
    """Return a region as people say it."""
    region = Region.objects.filter(pk=code).select_related("parent").first() if code else None
    return region.full_name if region else code
