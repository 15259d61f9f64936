"""Who handled a person's data: the audit log in words for the person it is about (개인정보 보호법 제35조)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naite.branches.privacy.access_words import WORDS, Words
from naite.roots.audit import queries as audit
from naite.roots.audit.models import AuditEvent
from naite.trunk.people.models import Person, Role, RoleAssignment

PER_PAGE = 30
# An act without words of its own is told by its verb.
_VERBS: tuple[tuple[tuple[str, ...], Words], ...] = (
    (("view", "see", "read", "look", "open"), gettext_lazy("내 정보를 보았습니다")),
    (("export", "download", "print"), gettext_lazy("내 정보를 내려받거나 인쇄했습니다")),
    (("check", "verify"), gettext_lazy("내 정보를 확인했습니다")),
)
_LOOKS = ("view", "see", "read", "look", "export", "download", "check", "print", "find")


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
