"""Giving and withdrawing consent."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from naite.branches.privacy import queries
from naite.branches.privacy.models import Consent, ConsentText
from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed
from naite.trunk.people.models import Person
from naite.trunk.people.standing import manner


@transaction.atomic
def give_consents(
    *,
    person: Person,
    texts: Iterable[ConsentText],
    actor: Person,
    now: datetime,
    at_sign_up: bool = False,
    on_paper: bool = False,
    given_by: Person | None = None,
    by_guardian: bool = False,
) -> list[Consent]:
    """Record that a person agrees to texts in the versions they were shown (개인정보 보호법 제15조, 제22조).

    ``on_paper`` says that they signed at the desk at which ``actor`` serves them; ``given_by`` names the
    guardian who agrees for a child under 14. Refuses anyone but the person, texts that are not in force (the page was open too long), and, when signing
    up, an answer that leaves out a required text. Repeating gives back the consents that are there.
    """
    allowed = manner(actor, person.pk, scope="account", now=now)
    if not (allowed == "own" or (allowed == "desk" and on_paper) or allowed == "guardian"):
        raise NotAllowed(_("동의는 본인만 할 수 있습니다."))
    current = {text.pk: text for text in queries.current_texts(now=now)}
    given = list(texts)
    if any(text.pk not in current for text in given):
        raise Invalid(
            _("그사이 동의 내용이 바뀌었습니다. 새 내용을 읽고 다시 골라 주세요."), code="consent_outdated"
        )
    chosen = {text.pk for text in given}
    missing = [text for text in current.values() if text.required and text.pk not in chosen]
    if at_sign_up and missing:
        raise Invalid(
            _("필수 항목에 동의해야 계정을 만들 수 있습니다."),
            code="consent_required",
            fields={f"consent_{text.purpose}": _("동의해야 계정을 만들 수 있습니다.") for text in missing},
        )
    if allowed == "own":
        # What a guardian agreed to for a child ends when the child, now 14, agrees themselves.
        Consent.objects.filter(person=person, text__in=given, by_guardian=True, withdrawn_at=None).update(
            withdrawn_at=now
        )
    consents = []
    for text in given:
        consent, created = Consent.objects.get_or_create(
            person=person,
            text=text,
            withdrawn_at=None,
            defaults={
                "given_at": now,
                "given_by": given_by,
                "on_paper": on_paper,
                "by_guardian": by_guardian,
            },
        )
        consents.append(consent)
        if created:
            audit.record(
                "privacy.give_consent",
                actor=actor,
                now=now,
                subject=consent,
                about=person.pk,
                purpose=text.purpose,
                version=text.version,
            )
    return consents


@transaction.atomic
def withdraw_consent(*, person: Person, purpose: str, actor: Person, now: datetime) -> int:
    """Withdraw what a person agreed to for an optional purpose; return how many versions it ends.

    Refuses anyone but the person, and required purposes: those end by closing the account. Repeating ends
    nothing (개인정보 보호법 제37조).
    """
    if actor.pk != person.pk:
        raise NotAllowed(_("동의는 본인만 철회할 수 있습니다."))
    live = Consent.objects.filter(person=person, text__purpose=purpose, withdrawn_at=None)
    if live.filter(text__required=True).exists():
        raise Invalid(
            _(
                "이 동의는 계정을 쓰는 동안 필요합니다. 그만두시려면 ‘내 계좌 관리’에서 학습계좌를 닫아 주세요."
            ),
            code="consent_needed",
        )
    ended = live.update(withdrawn_at=now)
    if ended:
        audit.record(
            "privacy.withdraw_consent", actor=actor, now=now, subject=person, about=person.pk, purpose=purpose
        )
    return ended
