"""Opening an account at a desk for somebody who has neither e-mail nor smartphone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from naite.branches.privacy import services as privacy
from naite.branches.privacy.models import ConsentText
from naite.flows.accounts import open_account
from naite.roots.dates import day_of
from naite.roots.errors import Invalid
from naite.roots.files.models import StoredFile
from naite.roots.phones import is_phone, tidy_phone
from naite.trunk.people import desk, rules
from naite.trunk.people import services as people
from naite.trunk.people.models import DeskVisit, Organisation, PaperConsent, Person, Region


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """What the person at the desk says about themselves."""

    name: str
    birth_date: date | None
    phone: str = ""
    region: Region | None = None
    really_another: bool = False
    guardian_name: str = ""
    guardian_relation: str = ""


def open_at_desk(
    *,
    newcomer: Newcomer,
    agreed: Iterable[ConsentText],
    paper: StoredFile | None,
    kept_where: str,
    organisation: Organisation,
    actor: Person,
    now: datetime,
) -> DeskVisit:
    """Register a person, with the consents they signed on paper, open their account and serve them on.

    Refuses who is not at the desk, a missing birth date (it tells people of one name apart), a missing paper,
    what ``people.register`` and ``privacy.give_consents`` refuse, and a namesake born the same day unless
    staff say that it is another person; for a child under 14 the guardian signs. One transaction: all of it or nothing.
    """
    desk.require_desk(actor, organisation, now=now)
    number = tidy_phone(newcomer.phone)
    fields = {}
    if newcomer.birth_date is None:
        fields["birth_date"] = _("생년월일을 적어 주세요. 이름이 같은 분과 가려내는 데 씁니다.")
    child = (
        newcomer.birth_date is not None and rules.age_on(newcomer.birth_date, day_of(now)) < rules.MINIMUM_AGE
    )
    if child and not newcomer.guardian_name.strip():
        fields["guardian_name"] = _(
            "14세 미만은 법정대리인이 서명해야 합니다. 서명한 분의 이름을 적어 주세요."
        )
    if child and not newcomer.guardian_relation.strip():
        fields["guardian_relation"] = _("아이와 어떤 사이인지 적어 주세요. 예: 어머니")
    if number and not is_phone(number):
        fields["phone"] = _("전화번호를 다시 확인해 주세요. 예: 010-1234-5678")
    if fields:
        raise Invalid(_("적은 내용을 확인해 주세요."), code="newcomer_faults", fields=fields)
    namesake = Person.objects.filter(
        name=" ".join(newcomer.name.split()), birth_date=newcomer.birth_date, is_active=True
    )
    if namesake.exists() and not newcomer.really_another:
        message = _(
            "이름과 생년월일이 같은 분의 계정이 이미 있습니다. 먼저 찾아보고, 다른 분이면 표시해 주세요."
        )
        raise Invalid(message, code="namesake", fields={"really_another": message})
    with transaction.atomic():
        person = Person(phone=number)
        person.set_unusable_password()
        people.register(
            person=person,
            name=newcomer.name,
            birth_date=newcomer.birth_date,
            region=newcomer.region or organisation.region,
            actor=actor,
            now=now,
            for_child=child,
        )
        visit = desk.begin_with_new(
            organisation=organisation, person=person, reason=_("계좌 열기"), actor=actor, now=now
        )
        desk.take_paper(
            person=person,
            organisation=organisation,
            kind=PaperConsent.Kind.GUARDIAN if child else PaperConsent.Kind.ACCOUNT,
            signed_by=newcomer.guardian_name if child else "",
            relation=newcomer.guardian_relation if child else "",
            file=paper,
            kept_where=kept_where,
            actor=actor,
            now=now,
        )
        privacy.give_consents(
            person=person,
            texts=agreed,
            actor=actor,
            now=now,
            at_sign_up=True,
            on_paper=True,
            by_guardian=child,
        )
        open_account(person=person, actor=actor, now=now)
    return visit
