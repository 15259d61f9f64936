"""Closing an account for good: what each part forgets when the days of grace are over."""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from naite.branches.counselling.services.erasing import erase_counselling
from naite.branches.design.services import erase_plans
from naite.roots.dates import day_of, show_day
from naite.roots.notices import services as notices
from naite.trunk.people import leaving
from naite.trunk.people.models import Person
from naite.trunk.records import closing as records
from naite.trunk.records.models import AccountClosing, LearningAccount
from naite.trunk.records.outcomes.services import erase_outcomes
from naite.trunk.wallet.erasing import erase_wallet


def close_account(*, account: LearningAccount, reason: str, actor: Person, now: datetime) -> AccountClosing:
    """Close an account and tell its owner until when it can be opened again. Safe to repeat."""
    with transaction.atomic():
        made = records.close(account=account, reason=reason, actor=actor, now=now)
        notices.tell(
            to=account.person,
            subject=f"[{settings.OPERATOR_NAME}] " + _("학습계좌를 닫았습니다"),
            body=_(
                "%(name)s 님, 안녕하세요.\n\n학습계좌를 닫았습니다. %(day)s까지는 ‘내 계좌 관리’에서 다시 열 수 "
                "있습니다.\n그 뒤에는 개인정보를 지우고 되살릴 수 없습니다.\n\n본인이 하지 않았다면 바로 다시 열고 "
                "비밀번호를 바꿔 주세요."
            )
            % {
                "name": account.person.name,
                "day": show_day(day_of(made.reopen_until), today=day_of(now)),
            },
            now=now,
            dedupe_key=f"closed:{made.pk}",
        )
    return made


def erase_due(*, now: datetime, limit: int = 20) -> int:
    """Erase the accounts whose days of grace are over; return how many. Each in a transaction of its own."""
    count = 0
    for found in records.due(now=now)[:limit]:
        person = found.account.person
        with transaction.atomic():
            if not records.erase(closing=found, now=now):
                continue
            erase_wallet(account_id=found.account_id, now=now)
            erase_plans(account_id=found.account_id)
            erase_outcomes(account_id=found.account_id, now=now)
            erase_counselling(person_id=person.pk, now=now)
            if leaving.forget(person=person, now=now):
                EmailAddress.objects.filter(user=person).delete()
                Authenticator.objects.filter(user=person).delete()
                SocialAccount.objects.filter(user=person).delete()
        count += 1
    records.erase_certificates(now=now)
    return count
