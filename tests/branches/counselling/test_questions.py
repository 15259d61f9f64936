"""Asking, answering, handing over: allowed, refused, repeated, at once."""

from datetime import date, timedelta

import pytest
from tests import factories as make
from tests.branches.counselling.conftest import Offices, ask
from tests.threads import all_at_once

from naite.branches.counselling import policies, queries
from naite.branches.counselling.models import Message, Question, QuestionCategory
from naite.branches.counselling.services import answers, questions
from naite.branches.counselling.services.questions import QuestionText
from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices.models import Message as Mail
from naite.trunk.people.models import Organisation, Person, Role

pytestmark = pytest.mark.django_db
NOW = make.NOW
LATER = NOW + timedelta(hours=1)


@pytest.mark.req("A21", "rule")
def test_a_question_goes_to_the_municipality_with_a_due_day_and_both_sides_hear(
    offices: Offices, question: Question, asker: Person
) -> None:
    assert question.office == offices.city
    assert question.due_on == date(2026, 12, 2)
    told = set(Mail.objects.values_list("address", flat=True))
    assert told == {asker.email, offices.local.email, offices.colleague.email}
    assert not Mail.objects.filter(body__contains="두 개가 있습니다").exists()


@pytest.mark.req("A21", "rule")
def test_without_a_municipality_the_province_answers_and_without_it_the_nation(
    offices: Offices, asker: Person, category: QuestionCategory
) -> None:
    elsewhere = make.region("11110", "종로구")
    assert queries.office_in_charge(elsewhere, now=NOW) == offices.province
    assert queries.office_in_charge(make.region("26350", "해운대구"), now=NOW) == offices.nation
    assert queries.office_in_charge(None, now=NOW) == offices.nation
    # an office without anybody to answer is passed over
    empty = make.organisation("종로구", region=elsewhere)
    assert queries.office_in_charge(elsewhere, now=NOW) == offices.province
    make.staff(empty, Role.COUNSELLOR)
    assert queries.office_in_charge(elsewhere, now=NOW) == empty
    make.role(make.person(), empty, Role.LOCAL_OFFICER, valid_until=NOW)
    Organisation.objects.filter(pk=empty.pk).update(closed_on=date(2026, 1, 1))
    assert queries.office_in_charge(elsewhere, now=NOW) == offices.province


@pytest.mark.req("A21", "refusal")
def test_where_nobody_answers_the_draft_is_kept(asker: Person, category: QuestionCategory) -> None:
    Organisation.objects.update(closed_on=date(2026, 1, 1))
    row = questions.start(person=asker, text=QuestionText(category, None, "제목", "글"), actor=asker, now=NOW)
    with pytest.raises(Refused) as told:
        questions.submit(question=row, actor=asker, now=NOW)
    assert told.value.code == "no_office"
    row.refresh_from_db()
    assert row.state == Question.State.DRAFT


@pytest.mark.req("A21", "refusal")
def test_nothing_empty_nor_endless_is_sent(
    offices: Offices, asker: Person, category: QuestionCategory
) -> None:
    row = questions.start(person=asker, text=QuestionText(category, None, " ", "글"), actor=asker, now=NOW)
    with pytest.raises(Invalid) as told:
        questions.submit(question=row, actor=asker, now=NOW)
    assert list(told.value.fields) == ["title"]
    with pytest.raises(Invalid):
        questions.start(
            person=asker, text=QuestionText(category, None, "가", "나" * 4001), actor=asker, now=NOW
        )


@pytest.mark.req("A21", "refusal")
def test_only_the_office_in_charge_reads_and_never_an_institution(
    offices: Offices, question: Question, asker: Person
) -> None:
    hall = make.organisation("한강평생학습관", kind=Organisation.Kind.HUMAN_RESOURCES, parent=offices.city)
    other_city = make.organisation("은평구", region=make.region("11380", "은평구"))
    strangers = [
        make.person("남"),
        make.staff(hall),
        make.staff(hall, Role.COUNSELLOR),
        make.staff(other_city, Role.LOCAL_OFFICER),
        make.staff(offices.city, Role.PROGRAMME_MANAGER),
        offices.provincial,
        offices.national,
        make.person("운영자", is_operator=True),
    ]
    for who in strangers:
        assert not policies.can_handle(who, question, now=NOW)
        with pytest.raises(NotAllowed):
            answers.look(question=question, actor=who, now=NOW)
        with pytest.raises(NotAllowed):
            answers.answer(question=question, body="답", actor=who, now=NOW)
        with pytest.raises(NotAllowed):
            questions.ask_on(question=question, body="덧붙임", actor=who, now=NOW)
    # nor does the asker answer their own question, whatever role they have
    make.role(asker, offices.city, Role.COUNSELLOR)
    assert not policies.can_handle(asker, question, now=NOW)
    answers.look(question=question, actor=offices.local, now=NOW)
    seen = AuditEvent.objects.get(action="counselling.view_question")
    assert (seen.actor_id, seen.data_subject_id) == (offices.local.pk, asker.pk)


@pytest.mark.req("A21", "rule")
def test_a_thread_from_answer_to_further_question_to_the_end(
    offices: Offices, question: Question, asker: Person
) -> None:
    answers.save_draft(question=question, body="초안", actor=offices.local, now=NOW)
    answers.save_draft(question=question, body="초안 2", actor=offices.local, now=NOW)
    assert Message.objects.get(question=question).body == "초안 2"
    assert queries.thread_for_asker(question) == []
    answers.answer(question=question, body="네, 창구에서 합칩니다.", actor=offices.local, now=LATER)
    assert not Message.objects.filter(sent_at=None).exists()
    answers.note(question=question, body="두 번째 문의입니다", actor=offices.local, now=LATER)
    answers.answer(question=question, body="하나 더 알려 드립니다.", actor=offices.colleague, now=LATER)

    moved = NOW + timedelta(days=9)
    row = questions.ask_on(question=question, body="언제 가면 되나요?", actor=asker, now=moved)
    assert (row.state, row.handler) == (Question.State.FOLLOW_UP, offices.local)
    assert row.due_on == date(2026, 12, 11)  # the clock starts anew
    answers.answer(question=row, body="평일 아홉 시부터입니다.", actor=offices.local, now=moved)
    questions.close(question=row, actor=asker, now=moved)
    questions.rate(question=row, grade=4, text="고맙습니다", actor=asker, now=moved)
    with pytest.raises(Invalid):
        questions.rate(question=row, grade=6, text="", actor=asker, now=moved)
    said = [item.body for item in queries.thread_for_asker(row)]
    assert said == [
        "네, 창구에서 합칩니다.",
        "하나 더 알려 드립니다.",
        "언제 가면 되나요?",
        "평일 아홉 시부터입니다.",
    ]
    again = questions.ask_on(question=row, body="하나 더요", actor=asker, now=moved + timedelta(days=30))
    assert (again.state, again.closed_at) == (Question.State.FOLLOW_UP, None)


@pytest.mark.req("A21", "refusal")
def test_what_was_closed_long_ago_stays_closed(offices: Offices, question: Question, asker: Person) -> None:
    answers.answer(question=question, body="답", actor=offices.local, now=NOW)
    questions.close(question=question, actor=asker, now=NOW)
    with pytest.raises(Refused) as told:
        questions.ask_on(question=question, body="다시", actor=asker, now=NOW + timedelta(days=31))
    assert told.value.code == "closed_long_ago"


@pytest.mark.req("A21", "rule")
def test_an_office_hands_over_with_a_reason_and_sees_it_no_more(
    offices: Offices, question: Question, asker: Person
) -> None:
    due = question.due_on
    answers.save_draft(question=question, body="쓰다 만 답", actor=offices.local, now=NOW)
    answers.note(question=question, body="도에서 답할 일", actor=offices.local, now=NOW)
    row = answers.hand_over(
        question=question, to=offices.province, reason="시에서 맡은 일입니다", actor=offices.local, now=LATER
    )
    assert (row.state, row.office, row.due_on) == (Question.State.HANDED_OVER, offices.province, due)
    assert not policies.can_handle(offices.local, row, now=LATER)
    assert [m.kind for m in queries.thread_for_staff(row)] == [Message.Kind.NOTE]
    assert Message.objects.filter(sent_at=None).count() == 0
    assert Mail.objects.filter(address=asker.email, body__contains="시에서 맡은 일입니다").exists()
    assert Mail.objects.filter(address=offices.provincial.email).exists()
    with pytest.raises(NotAllowed):
        answers.hand_over(question=row, to=offices.nation, reason="다시", actor=offices.local, now=LATER)


@pytest.mark.req("A21", "refusal")
def test_a_handover_needs_a_reason_and_an_office_with_somebody(offices: Offices, question: Question) -> None:
    empty = make.organisation("종로구", region=make.region("11110", "종로구"))
    for to, reason in ((offices.province, " "), (offices.city, "나에게"), (empty, "빈 곳")):
        with pytest.raises(Invalid):
            answers.hand_over(question=question, to=to, reason=reason, actor=offices.local, now=NOW)
    question.refresh_from_db()
    assert question.office == offices.city


@pytest.mark.req("A21", "refusal")
def test_answers_do_not_pass_each_other_unseen(offices: Offices, question: Question, asker: Person) -> None:
    answers.answer(question=question, body="먼저", actor=offices.colleague, now=NOW, seen=0)
    with pytest.raises(Refused) as told:
        answers.answer(question=question, body="나중", actor=offices.local, now=NOW, seen=0)
    assert told.value.code == "thread_moved"
    answers.answer(question=question, body="나중", actor=offices.local, now=NOW, seen=1)


def test_a_sent_question_is_taken_back_until_somebody_begins(
    offices: Offices, question: Question, asker: Person
) -> None:
    row = questions.take_back(question=question, actor=asker, now=NOW)
    assert (row.state, row.office) == (Question.State.DRAFT, None)
    assert not policies.can_handle(offices.local, row, now=NOW)
    row = questions.submit(question=row, actor=asker, now=NOW)
    answers.assign(question=row, to=offices.local, actor=offices.local, now=NOW)
    with pytest.raises(Refused) as told:
        questions.take_back(question=row, actor=asker, now=NOW)
    assert told.value.code == "already_begun"
    with pytest.raises(Refused):
        questions.discard(question=row, actor=asker, now=NOW)


@pytest.mark.req("A21", "refusal")
def test_a_draft_edited_in_two_windows_is_not_overwritten(
    offices: Offices, asker: Person, category: QuestionCategory
) -> None:
    row = questions.start(person=asker, text=QuestionText(category, None, "하나", "글"), actor=asker, now=NOW)
    text = QuestionText(category, None, "둘", "글")
    questions.revise(question=row, text=text, edition=1, actor=asker, now=NOW)
    with pytest.raises(Refused) as told:
        questions.revise(
            question=row, text=QuestionText(category, None, "셋", "글"), edition=1, actor=asker, now=NOW
        )
    assert told.value.code == "edited_elsewhere"
    row.refresh_from_db()
    assert row.title == "둘"


def test_staff_ask_for_somebody_at_the_desk_and_nobody_else_does(
    offices: Offices, asker: Person, category: QuestionCategory
) -> None:
    text = QuestionText(category, asker.region, "제목", "글")
    row = questions.start(person=asker, text=text, actor=offices.local, now=NOW)
    assert questions.submit(question=row, actor=offices.local, now=NOW).person == asker
    with pytest.raises(NotAllowed):
        questions.start(person=asker, text=text, actor=make.person("남"), now=NOW)


def test_only_colleagues_are_given_a_question(offices: Offices, question: Question) -> None:
    with pytest.raises(Invalid):
        answers.assign(question=question, to=offices.national, actor=offices.local, now=NOW)
    answers.assign(question=question, to=offices.colleague, actor=offices.local, now=NOW)
    assert queries.counts(offices.city, offices.colleague, now=NOW)["mine"] == 1


@pytest.mark.req("A21", "rule")
def test_offices_are_reminded_before_and_once_after_the_due_day(offices: Offices, question: Question) -> None:
    Mail.objects.all().delete()
    assert answers.remind(now=NOW) == 0
    before = NOW + timedelta(days=6)
    assert answers.remind(now=before) == 2
    assert answers.remind(now=before) == 0
    after = NOW + timedelta(days=9)
    assert queries.counts(offices.city, offices.local, now=after)["overdue"] == 1
    assert answers.remind(now=after) == 2
    assert answers.remind(now=after + timedelta(days=1)) == 0
    answers.answer(question=question, body="늦었습니다", actor=offices.local, now=after)
    assert queries.standing(offices.city, now=after).in_time == 0


def test_templates_are_the_offices_own(offices: Offices, question: Question) -> None:
    kept = answers.keep_template(
        office=offices.city, name="인사", body="안녕하세요", category=None, actor=offices.local, now=NOW
    )
    answers.keep_template(
        office=offices.city, name="인사", body="안녕하십니까", category=None, actor=offices.colleague, now=NOW
    )
    assert [t.body for t in queries.templates_of(offices.city)] == ["안녕하십니까"]
    with pytest.raises(NotAllowed):
        answers.keep_template(
            office=offices.city, name="남", body="글", category=None, actor=offices.provincial, now=NOW
        )
    answers.retire_template(template=kept, actor=offices.local, now=NOW)
    assert not queries.templates_of(offices.city).exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_offices_officers_at_once_one_hands_over(
    offices: Offices, asker: Person, category: QuestionCategory
) -> None:
    row = ask(asker, category)

    def give(who: Person, to: Organisation) -> Question:
        return answers.hand_over(question=row, to=to, reason="까닭", actor=who, now=NOW)

    found = all_at_once(
        [lambda: give(offices.local, offices.province), lambda: give(offices.colleague, offices.nation)]
    )
    assert sum(isinstance(item, Refused) for item in found) == 1
    assert row.handovers.count() == 1
