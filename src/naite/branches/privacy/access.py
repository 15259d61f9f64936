"""Who handled a person's data: the audit log in words for the person it is about (개인정보 보호법 제35조)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naite.roots.audit import queries as audit
from naite.roots.audit.models import AuditEvent
from naite.trunk.people.models import Person, Role, RoleAssignment

Words = str | Promise
PER_PAGE = 30
# What was done, as its data subject reads it.
WORDS: dict[str, Words] = {
    "assessment.decide_completion": gettext_lazy("수료를 정했습니다"),
    "assessment.export_standings": gettext_lazy("성적·출석 현황을 내려받았습니다"),
    "assessment.grade": gettext_lazy("점수를 적었습니다"),
    "assessment.supersede_completion": gettext_lazy("수료를 고쳤습니다"),
    "assessment.view_standings": gettext_lazy("성적·출석 현황을 보았습니다"),
    "badges.issue": gettext_lazy("배지를 주었습니다"),
    "badges.view_holders": gettext_lazy("배지를 받은 사람 목록을 보았습니다"),
    "counselling.answer": gettext_lazy("상담에 답했습니다"),
    "counselling.hand_over": gettext_lazy("상담을 다른 곳에 넘겼습니다"),
    "counselling.note": gettext_lazy("상담에 메모를 남겼습니다"),
    "counselling.submit_question": gettext_lazy("상담을 보냈습니다"),
    "counselling.view_question": gettext_lazy("상담을 보았습니다"),
    "delivery.cancel_enrolment": gettext_lazy("수강 신청을 취소했습니다"),
    "delivery.check_in": gettext_lazy("출석했습니다"),
    "delivery.enrol": gettext_lazy("수강을 신청했습니다"),
    "delivery.export_attendance": gettext_lazy("출석부를 내려받았습니다"),
    "delivery.export_participants": gettext_lazy("신청자 명단을 내려받았습니다"),
    "delivery.express_interest": gettext_lazy("열리면 알려 달라고 했습니다"),
    "delivery.mark_attendance": gettext_lazy("출석을 적었습니다"),
    "delivery.move_up": gettext_lazy("대기에서 자리를 주었습니다"),
    "delivery.release": gettext_lazy("내지 않은 자리를 거두었습니다"),
    "delivery.view_attendance": gettext_lazy("출석부를 보았습니다"),
    "delivery.view_participants": gettext_lazy("신청자 명단을 보았습니다"),
    "people.accept_invitation": gettext_lazy("초대를 받아들였습니다"),
    "people.change_profile": gettext_lazy("내 정보를 바꾸었습니다"),
    "people.end_role": gettext_lazy("역할을 끝냈습니다"),
    "people.export_members": gettext_lazy("구성원 명단을 내려받았습니다"),
    "people.give_role": gettext_lazy("역할을 주었습니다"),
    "people.accept_representation": gettext_lazy("대리인이 되었습니다"),
    "people.become_guardian": gettext_lazy("법정대리인이 되었습니다"),
    "people.end_representation": gettext_lazy("대리를 거두었습니다"),
    "people.invite_representative": gettext_lazy("대리인을 정했습니다"),
    "records.view_account": gettext_lazy("학습계좌를 보았습니다"),
    "people.begin_help": gettext_lazy("곁에서 돕기 시작했습니다"),
    "people.end_help": gettext_lazy("도움을 끝냈습니다"),
    "people.make_help_code": gettext_lazy("도움 번호를 만들었습니다"),
    "people.view_in_help": gettext_lazy("도움 모드에서 화면을 열었습니다"),
    "delivery.scan_card": gettext_lazy("학습카드를 찍었습니다"),
    "people.begin_desk_visit": gettext_lazy("창구에서 도와 드리기 시작했습니다"),
    "people.end_desk_visit": gettext_lazy("창구에서 도와 드리기를 마쳤습니다"),
    "people.find_person": gettext_lazy("창구에서 이름으로 찾았습니다"),
    "people.hand_letters": gettext_lazy("알릴 것을 전해 드렸습니다"),
    "people.take_paper": gettext_lazy("서명한 동의서를 받았습니다"),
    "people.view_at_desk": gettext_lazy("창구에서 내 정보를 보았습니다"),
    "records.print_record": gettext_lazy("학습 기록을 인쇄했습니다"),
    "people.end_card": gettext_lazy("학습카드를 멈추었습니다"),
    "people.issue_card": gettext_lazy("학습카드를 만들었습니다"),
    "people.lock_card": gettext_lazy("비밀번호를 다섯 번 틀려 카드를 잠갔습니다"),
    "people.send_phone_code": gettext_lazy("로그인 번호를 문자로 보냈습니다"),
    "people.set_card_pin": gettext_lazy("카드 비밀번호를 바꾸었습니다"),
    "people.wrong_card_pin": gettext_lazy("카드 비밀번호가 틀렸습니다"),
    "people.register": gettext_lazy("계정을 만들었습니다"),
    "people.sign_in": gettext_lazy("로그인했습니다"),
    "people.view_members": gettext_lazy("구성원 명단을 보았습니다"),
    "privacy.answer_request": gettext_lazy("개인정보 요청에 답했습니다"),
    "privacy.ask": gettext_lazy("개인정보에 대해 요청했습니다"),
    "privacy.give_consent": gettext_lazy("동의했습니다"),
    "privacy.postpone_request": gettext_lazy("개인정보 요청의 답을 미루었습니다"),
    "privacy.view_request": gettext_lazy("개인정보 요청을 보았습니다"),
    "privacy.withdraw_consent": gettext_lazy("동의를 철회했습니다"),
    "privacy.withdraw_request": gettext_lazy("개인정보 요청을 거두었습니다"),
    "records.add_entry": gettext_lazy("학습 기록을 넣었습니다"),
    "records.check_certificate": gettext_lazy("증명서가 진짜인지 확인했습니다"),
    "records.choose_for_print": gettext_lazy("증명서에 담을 것을 골랐습니다"),
    "records.close_account": gettext_lazy("학습계좌를 닫았습니다"),
    "records.export_account": gettext_lazy("모두 내려받았습니다"),
    "records.reopen_account": gettext_lazy("학습계좌를 다시 열었습니다"),
    "records.download_certificate": gettext_lazy("증명서를 내려받았습니다"),
    "records.issue_certificate": gettext_lazy("증명서를 발급했습니다"),
    "records.open_account": gettext_lazy("학습계좌를 열었습니다"),
    "records.void_entry": gettext_lazy("학습 기록을 거두었습니다"),
    "records.withdraw_certificate": gettext_lazy("증명서를 거두었습니다"),
    "wallet.hold": gettext_lazy("배지를 지갑에 넣었습니다"),
    "wallet.share": gettext_lazy("배지를 보이는 주소를 만들었습니다"),
    "wallet.view_shared": gettext_lazy("보낸 주소로 배지를 보았습니다"),
    "wallet.withdraw_share": gettext_lazy("배지를 보이는 주소를 닫았습니다"),
}
# An act without words of its own is told by its verb.
_VERBS: tuple[tuple[tuple[str, ...], Words], ...] = (
    (("view", "read", "look", "open"), gettext_lazy("내 정보를 보았습니다")),
    (("export", "download", "print"), gettext_lazy("내 정보를 내려받거나 인쇄했습니다")),
    (("check", "verify"), gettext_lazy("내 정보를 확인했습니다")),
)
_LOOKS = ("view", "read", "look", "export", "download", "check", "print", "find")


def words_of(action: str) -> Words:
    """Return what an act was, in a sentence without its subject."""
    if action in WORDS:
        return WORDS[action]
    verb = action.rpartition(".")[2].split("_")[0]
    return next((words for verbs, words in _VERBS if verb in verbs), gettext_lazy("내 정보를 다루었습니다"))


def is_look(action: str) -> bool:
    """Whether an act only looked, and changed nothing."""
    return action.rpartition(".")[2].split("_")[0] in _LOOKS


@dataclass(frozen=True, slots=True)
class Handled:
    """One time somebody handled a person's data."""

    at: datetime
    what: Words
    who: str
    as_what: str
    why: str
    looked: bool
    own: bool


def history(person: Person, *, number: str | None, others_only: bool) -> tuple[Page[Any], list[Handled]]:
    """Return one page of what was done with a person's data, latest first; four queries whatever its length.

    ``others_only`` leaves out what the person did.
    """
    found = audit.about(person.pk, without_actor=person.pk if others_only else None)
    page = Paginator(found, PER_PAGE).get_page(number)
    events = AuditEvent.objects.filter(pk__in=[key for key, _at in page]).order_by("-at", "-id")
    return page, list(_told(person, list(events)))


def _told(person: Person, events: list[AuditEvent]) -> Iterable[Handled]:
    actors = {event.actor_id for event in events if event.actor_id and event.actor_id != person.pk}
    people = Person.objects.in_bulk(list(actors)) if actors else {}
    held: dict[UUID, list[RoleAssignment]] = {}
    if actors:
        for role in RoleAssignment.objects.filter(person_id__in=actors).select_related("organisation"):
            held.setdefault(role.person_id, []).append(role)
    for event in events:
        who, as_what = _who(person, event, people, held)
        yield Handled(
            at=event.at,
            what=words_of(event.action),
            who=who,
            as_what=as_what,
            why=str(event.detail.get("reason") or event.detail.get("why") or ""),
            looked=is_look(event.action),
            own=event.actor_id == person.pk,
        )


def _who(
    person: Person,
    event: AuditEvent,
    people: dict[UUID, Person],
    held: dict[UUID, list[RoleAssignment]],
) -> tuple[str, str]:
    """Return who it was and in what role: staff by their organisation and office, others by name."""
    if event.actor_id is None:
        return (_("받은 사람"), "") if is_look(event.action) else (_("나이테"), _("자동"))
    if event.actor_id == person.pk:
        return _("나"), str(_MANNERS.get(event.role, ""))
    actor = people.get(event.actor_id)
    if actor is None:
        return _("알 수 없음"), ""
    if event.role in _MANNERS:
        return actor.name, str(_MANNERS[event.role])
    roles = [role for role in held.get(actor.pk, []) if role.is_valid_at(event.at)]
    if roles:
        chosen = next(
            (role for role in roles if str(role.organisation_id) == event.detail.get("organisation")),
            roles[0],
        )
        return chosen.organisation.name, str(Role(chosen.role).label)
    if actor.is_operator:
        return _("나이테 운영자"), ""
    return actor.name, ""


# How somebody came to act who holds no office: what the log keeps as the role.
_MANNERS: dict[str, Words] = {
    "representative": gettext_lazy("대리인"),
    "guardian": gettext_lazy("법정대리인"),
    "helper": gettext_lazy("도움 모드에서"),
}
