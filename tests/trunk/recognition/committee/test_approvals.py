import pytest
from tests import factories as make
from tests.recognition_rows import Offices, application, offices, round_
from tests.threads import all_at_once

from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.recognition import numbers
from naite.trunk.recognition.committee import approvals
from naite.trunk.recognition.models import Application, CaseEvent, Recognition, Round

pytestmark = [pytest.mark.django_db, pytest.mark.req("A10", "api")]
S, V = Application.State, Application.Verdict


@pytest.fixture
def where() -> Offices:
    return offices()


@pytest.fixture
def round1(where: Offices) -> Round:
    return round_(where.national)


def deliberated(where: Offices, of: Round, verdict: str = V.RECOGNISE) -> Application:
    return application(where, of, S.DELIBERATED, verdict=verdict)


def test_an_approved_case_has_its_number_and_nothing_is_in_force_yet(where: Offices, round1: Round) -> None:
    case = approvals.approve(application=deliberated(where, round1), actor=where.official, now=make.NOW)
    case.refresh_from_db()
    assert (case.state, case.recognition_number) == (S.APPROVED, "제2026-0001호")
    assert (case.office, case.decided_at) == (where.national, make.NOW)
    assert not Recognition.objects.exists()


def test_an_approved_refusal_takes_no_number(where: Offices, round1: Round) -> None:
    bad = approvals.approve(
        application=deliberated(where, round1, V.REFUSE), actor=where.official, now=make.NOW
    )
    assert (bad.state, bad.recognition_number) == (S.REFUSED, "")
    good = approvals.approve(application=deliberated(where, round1), actor=where.official, now=make.NOW)
    assert good.recognition_number == "제2026-0001호"
    assert not CaseEvent.objects.filter(application=bad, audience=CaseEvent.Audience.PUBLIC).exists()


def test_a_number_recorded_by_hand_is_passed_over(where: Offices, round1: Round) -> None:
    make.recognition(make.version(where.institution), number="제2026-0001호", granted_by=where.national)
    case = approvals.approve(application=deliberated(where, round1), actor=where.official, now=make.NOW)
    assert case.recognition_number == "제2026-0002호"


@pytest.mark.req("A10", "refusal")
@pytest.mark.parametrize("who", ["officer", "staff", "local_officer"])
def test_only_the_ministry_approves(where: Offices, round1: Round, who: str) -> None:
    case = deliberated(where, round1)
    someone = getattr(where, who)
    with pytest.raises(NotAllowed):
        approvals.approve(application=case, actor=someone, now=make.NOW)
    with pytest.raises(NotAllowed):
        approvals.send_back(application=case, reason="다시", actor=someone, now=make.NOW)
    with pytest.raises(NotAllowed):
        approvals.approve_many(application_ids=[case.pk], actor=someone, now=make.NOW)
    case.refresh_from_db()
    assert case.state == S.DELIBERATED


def test_one_that_cannot_be_approved_keeps_none_of_the_others_back(where: Offices, round1: Round) -> None:
    cases = [deliberated(where, round1) for _ in range(3)]
    approvals.approve(application=cases[1], actor=where.official, now=make.NOW)
    again = approvals.approve_many(
        application_ids=[case.pk for case in cases], actor=where.official, now=make.NOW
    )
    assert [row.refusal.code if row.refusal else None for row in again] == [None, "moved_meanwhile", None]
    given = Application.objects.exclude(recognition_number="").values_list("recognition_number", flat=True)
    assert sorted(given) == ["제2026-0001호", "제2026-0002호", "제2026-0003호"]


@pytest.mark.req("A10", "refusal")
def test_sending_back_needs_a_reason_which_the_institution_does_not_see(
    where: Offices, round1: Round
) -> None:
    case = deliberated(where, round1)
    for reason in ("  ", "가" * 1001):
        with pytest.raises(Invalid):
            approvals.send_back(application=case, reason=reason, actor=where.official, now=make.NOW)
    approvals.send_back(
        application=case, reason="의결 정족수를 다시 확인", actor=where.official, now=make.NOW
    )
    assert (case.state, case.office) == (S.EVALUATED, where.national)
    assert CaseEvent.objects.get(act="send_back").audience == CaseEvent.Audience.OFFICES
    with pytest.raises(Refused):
        approvals.send_back(application=case, reason="또", actor=where.official, now=make.NOW)


def test_a_number_is_taken_within_a_transaction_only(transactional_db: None) -> None:
    with pytest.raises(RuntimeError):
        numbers.next_in("test")


@pytest.mark.django_db(transaction=True)
def test_two_officials_at_once_leave_neither_gap_nor_double() -> None:
    where = offices()
    of = round_(where.national)
    cases = [deliberated(where, of) for _ in range(4)]

    def approve(case: Application) -> Application:
        fresh = Application.objects.select_related("round__institute").get(pk=case.pk)
        return approvals.approve(application=fresh, actor=where.official, now=make.NOW)

    results = all_at_once([lambda case=case: approve(case) for case in [*cases, *cases]])  # type: ignore[misc]
    refused = [result for result in results if isinstance(result, Refused)]
    assert len(refused) == 4
    assert {refusal.code for refusal in refused} == {"moved_meanwhile"}
    given = sorted(Application.objects.values_list("recognition_number", flat=True))
    assert given == [f"제2026-{number:04}호" for number in range(1, 5)]
