"""Drawing the spot checks: the seed is committed, a day later drawn, at the end published (row A13)."""

import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from naite.branches.oversight import draw_queries, drawing, policies, queries
from naite.branches.oversight.models import Candidate, Draw, Investigation
from naite.branches.oversight.services import investigations
from naite.branches.oversight.services.common import next_number
from naite.branches.oversight.workflow import DRAW
from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed, Refused
from naite.trunk.people.models import Person
from naite.trunk.recognition.models import Recognition, Round
from naite.trunk.recognition.policies import granting_institute

# The commitment must have been public for a while before anybody can know what is drawn.
PUBLIC_BEFORE = timedelta(days=1)


def _require_institute(actor: Person, now: datetime) -> None:
    if granting_institute(actor, now=now) is None:
        raise NotAllowed(_("국가평생교육진흥원 담당자만 중간 점검을 추첨할 수 있습니다."))


@transaction.atomic
def commit(*, of: Round | None, year: int | None, actor: Person, now: datetime) -> Draw:
    """Fix the list of a round's (or a year's) recognitions and a fresh seed; only their hashes are public.

    Refuses a second draw of the same round, and one without a recognition that is valid and three years old.
    Nobody, whoever commits included, is shown the seed.
    """
    _require_institute(actor, now)
    if (of is None) == (year is None):
        raise ValueError("a draw is of a round or of a year")
    rows = draw_queries.eligible(of=of, year=year, on=day_of(now))
    if not rows:
        raise Refused(_("인정받은 지 3년이 지난 유효한 과정이 없습니다."), code="nobody_eligible")
    ids = [str(row.pk) for row in rows]
    seed = secrets.token_hex(32)
    number = next_number(Draw, now=now)
    try:
        with transaction.atomic():
            row = Draw.objects.create(
                number=number,
                round=of,
                year=year,
                seed=seed,
                seed_hash=drawing.hash_of_seed(seed),
                list_hash=drawing.hash_of_list(ids),
                eligible=len(ids),
                to_draw=drawing.how_many(len(ids)),
                committed_at=now,
                committed_by=actor,
            )
    except IntegrityError:
        raise Refused(_("이미 추첨한 차수입니다."), code="drawn_already") from None
    Candidate.objects.bulk_create(Candidate(draw=row, recognition=each) for each in rows)
    audit.record("oversight.commit_draw", actor=actor, now=now, subject=row)
    return row


@transaction.atomic
def draw(*, committed: Draw, actor: Person, now: datetime) -> Draw:
    """Draw by the committed seed and plan an unannounced visit for each, spread over the officers.

    Refuses before the hashes have been public for a day, and a second time. What is drawn stays with the
    officers until the last visit is closed: no line in any case, no name in the log.
    """
    _require_institute(actor, now)
    row = Draw.objects.select_for_update().get(pk=committed.pk)
    if row.state == Draw.State.COMMITTED and now < row.committed_at + PUBLIC_BEFORE:
        raise Refused(
            _("해시를 공개하고 하루가 지난 다음에 추첨할 수 있습니다. 내일 다시 해 주세요."), code="too_early"
        )
    DRAW.move(row, "draw", drawn_at=now)
    candidates = {
        str(each.recognition_id): each
        for each in row.candidates.select_related("recognition__course__organisation")
    }
    chosen = drawing.draw(row.seed, candidates)
    loads: dict[Person, int] = {}
    office = queries.institute()
    for officer in queries.officers(office, now=now) if office else []:
        loads[officer] = 0
    for key in chosen:
        candidate = candidates[key]
        candidate.drawn = True
        candidate.investigation = _visit(candidate.recognition, loads, actor, now)
        candidate.save(update_fields=["drawn", "investigation"])
    audit.record("oversight.draw", actor=actor, now=now, subject=row, count=len(chosen))
    return row


def _visit(given: Recognition, loads: dict[Person, int], actor: Person, now: datetime) -> Investigation:
    """Return the visit for a drawn recognition: the one that is under way, else a new one."""
    open_one = Investigation.objects.filter(recognition=given, state__in=Investigation.OPEN).first()
    if open_one is not None:
        return open_one
    organisation_id = given.course.organisation_id
    free = [who for who in loads if policies.can_oversee(who, organisation_id, now=now)]
    lead = min(free, key=lambda who: (loads[who], who.name), default=actor)
    loads[lead] = loads.get(lead, 0) + 1
    return investigations.make(recognition=given, cause=Investigation.Cause.SPOT_CHECK, lead=lead, now=now)
