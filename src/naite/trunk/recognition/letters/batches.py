"""Sending the results of a round to the local governments, in chunks that may be killed anywhere."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of, show_day
from naite.roots.errors import NotAllowed, Refused
from naite.roots.notices import services as notices
from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.people.queries import staff_of
from naite.trunk.recognition import numbers
from naite.trunk.recognition.letters import policies
from naite.trunk.recognition.letters.rules import notice_due
from naite.trunk.recognition.models import Application, Hop, LocalNotice, NoticeBatch, ResultNotice, Round

CHUNK = 500
S, K = Application.State, ResultNotice.Kind
KINDS = {S.APPROVED: K.RECOGNISED, S.REFUSED: K.REFUSED, S.PROVISIONAL: K.PROVISIONAL}


def untold() -> QuerySet[Application]:
    """Return the cases whose result was not sent out yet: approved, refused, provisional."""
    told = ResultNotice.objects.filter(application=OuterRef("pk"), superseded_at=None)
    wanted: Any = Q()
    for state, kind in KINDS.items():
        wanted |= Q(state=state) & ~Exists(told.filter(kind=kind))
    # Only what the ministry decided; a provisional result is told while it can be supplemented.
    return Application.objects.filter(wanted).filter(Q(decided_at__isnull=False) | Q(state=S.PROVISIONAL))


def ready(round_: Round) -> QuerySet[Application]:
    """Return the cases of a round whose result was not sent out yet."""
    return untold().filter(round=round_)


@transaction.atomic
def send_out(*, round_: Round, actor: Person, now: datetime) -> NoticeBatch:
    """Begin to send a round's results to the local governments; ``distribute`` does it.

    Refuses who is no officer of the round's institute, a round without new results, and a second batch while one
    is on its way.
    """
    if not policies.can_send_out(actor, round_.institute, now=now):
        raise NotAllowed(_("결과는 국가평생교육진흥원 담당자만 보낼 수 있습니다."))
    total = ready(round_).count()
    if not total:
        raise Refused(_("새로 보낼 결과가 없습니다. 승인이 끝났는지 확인해 주세요."), code="nothing_ready")
    year = day_of(now).year
    number = f"{round_.institute.name}-{year}-{numbers.next_in(f'letter:{round_.institute_id}:{year}')}"
    try:
        with transaction.atomic():
            batch = NoticeBatch.objects.create(
                round=round_, number=number, total=total, created_by=actor, created_at=now
            )
    except IntegrityError as error:
        raise Refused(
            _("이 차수의 결과를 이미 보내는 중입니다. 끝난 뒤에 다시 보내 주세요."), code="running"
        ) from error
    audit.record("recognition.send_results", actor=actor, now=now, subject=batch, cases=total)
    return batch


def distribute(*, batch_id: UUID, now: datetime) -> Iterator[NoticeBatch]:
    """Put results at their local governments chunk by chunk, yielding the batch after each.

    Each chunk is one transaction, so it may be killed at any moment and called again; two at once take turns.
    When nothing is left, the officers of each local government are told.
    """
    while (batch := _chunk(batch_id, now)) is not None:
        yield batch
        if batch.done_at is not None:
            return


@transaction.atomic
def _chunk(batch_id: UUID, now: datetime) -> NoticeBatch | None:
    batch = (
        NoticeBatch.objects.select_for_update(of=("self",))
        .select_related("round__institute")
        .filter(pk=batch_id, done_at=None)
        .first()
    )
    if batch is None:
        return None
    cases = list(ready(batch.round).select_related("organisation__parent").order_by("number", "id")[:CHUNK])
    offices = _offices(cases, batch.round.institute)
    locals_ = _locals(batch, set(offices.values()), now)
    ResultNotice.objects.bulk_create(
        ResultNotice(
            local=locals_[offices[case.pk]],
            application=case,
            organisation_id=case.organisation_id,
            kind=KINDS[S(case.state)],
        )
        for case in cases
    )
    batch.sent += len(cases)
    if len(cases) < CHUNK:
        batch.done_at = now
        _tell(batch, now)
    batch.save(update_fields=["sent", "done_at"])
    return batch


def _offices(cases: list[Application], institute: Organisation) -> dict[UUID, UUID]:
    """Return for each case the office that tells its institution: the first on its route, else the one above."""
    first = Hop.objects.filter(application__in=cases, position=1)
    found = dict(first.values_list("application_id", "office_id"))
    for case in cases:
        parent = case.organisation.parent
        if case.pk not in found:
            found[case.pk] = parent.pk if parent is not None else institute.pk
    return found


def _locals(batch: NoticeBatch, offices: set[UUID], now: datetime) -> dict[UUID, LocalNotice]:
    today = day_of(now)
    LocalNotice.objects.bulk_create(
        (
            LocalNotice(batch=batch, office_id=office, arrived_on=today, due_on=notice_due(today))
            for office in offices
        ),
        ignore_conflicts=True,
    )
    return {row.office_id: row for row in LocalNotice.objects.filter(batch=batch, office__in=offices)}


def _tell(batch: NoticeBatch, now: datetime) -> None:
    for local in batch.locals.select_related("office"):
        tell_office(
            local.office,
            subject=_("평가인정 결과를 기관에 알려 주세요"),
            body=_(
                "%(office)s 담당자님, 안녕하세요.\n\n"
                "%(round)s 평가인정 결과가 왔습니다. %(due)s까지 관할 기관에 알려 주세요.\n\n%(url)s\n"
            )
            % {
                "office": local.office.name,
                "round": batch.round,
                "due": show_day(local.due_on),
                "url": f"{settings.BASE_URL}/office/letters/{local.pk}/",
            },
            key=f"results:{local.pk}",
            now=now,
        )


def tell_office(office: Organisation, *, subject: str, body: str, key: str, now: datetime) -> int:
    """Tell every officer of an office once; returns how many there are."""
    roles = {Role.LOCAL_OFFICER, Role.PROVINCIAL_OFFICER, Role.NATIONAL_OFFICER}
    people = {held.person_id: held.person for held in staff_of(office, now=now).filter(role__in=roles)}
    for person in people.values():
        notices.tell(to=person, subject=subject, body=body, now=now, dedupe_key=f"{key}:{person.pk}")
    return len(people)


def progress(batch: NoticeBatch) -> int:
    """Return how far a batch is, in percent."""
    return 100 if batch.done_at else min(99, batch.sent * 100 // max(batch.total, 1))


def advance_counts(local: LocalNotice, *, on: datetime) -> None:
    """Mark a local notice as done when its last letter has gone out."""
    left = local.letters.filter(state__in=[ResultNotice.State.WAITING, ResultNotice.State.QUEUED]).exists()
    if not left:
        LocalNotice.objects.filter(pk=local.pk, done_on=None).update(done_on=day_of(on))
