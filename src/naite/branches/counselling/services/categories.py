"""What one may ask about, and within how many working days an answer is due; written by editors of help."""

import re
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from naite.branches.counselling import policies
from naite.branches.counselling.models import QuestionCategory, ReplyRule
from naite.branches.counselling.words import need, within
from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.people.models import Person

MOST_DAYS = 60
_KEY = re.compile(r"[a-z][a-z0-9-]{1,29}")


def _require(actor: Person, now: datetime) -> None:
    if not policies.can_edit_help(actor, now=now):
        raise NotAllowed(_("국가평생교육진흥원 담당자와 운영자만 할 수 있습니다."))


@transaction.atomic
def keep_category(
    *, key: str, name: str, name_en: str, position: int | None, new: bool, actor: Person, now: datetime
) -> QuestionCategory:
    """Add a category, or change the names and place of one; its key stays.

    Refuses who does not edit help, a key that is taken or misshaped, and a name that another category has.
    """
    _require(actor, now)
    key = key.strip()
    title = need(name, field="name", most=60, empty=_("이름을 적어 주세요."))
    english = within(name_en, field="name_en", most=60)
    row = QuestionCategory.objects.filter(pk=key).first()
    if new and not _KEY.fullmatch(key):
        message = _("영문 소문자로 시작하는 2~30자. 소문자, 숫자, 붙임표를 씁니다. 예: study-group")
        raise Invalid(message, code="key", fields={"key": message})
    if new and row is not None:
        message = _("이미 있는 이름표입니다. 다른 것을 적어 주세요.")
        raise Invalid(message, code="key_taken", fields={"key": message})
    if not new and row is None:
        raise Refused(_("없는 갈래입니다. 새로 고쳐 주세요."), code="no_category")
    if QuestionCategory.objects.filter(name=title, retired_at=None).exclude(pk=key).exists():
        message = _("같은 이름의 갈래가 있습니다.")
        raise Invalid(message, code="name_taken", fields={"name": message})
    row = row or QuestionCategory(pk=key)
    row.name, row.name_en = title, english
    row.position = max(0, min(position if position is not None else 100, 999))
    row.save()
    audit.record("counselling.keep_category", actor=actor, now=now, subject=row, key=key)
    return row


@transaction.atomic
def retire_category(*, category: QuestionCategory, actor: Person, now: datetime) -> None:
    """Offer a category no more; questions that have it keep it. Refuses the last one. Repeating is safe."""
    _require(actor, now)
    others = QuestionCategory.objects.select_for_update().filter(retired_at=None).exclude(pk=category.pk)
    if not others.exists():
        raise Refused(_("하나는 남아 있어야 물을 수 있습니다."), code="last_category")
    if QuestionCategory.objects.filter(pk=category.pk, retired_at=None).update(retired_at=now):
        audit.record("counselling.retire_category", actor=actor, now=now, subject=category, key=category.pk)


@transaction.atomic
def restore_category(*, category: QuestionCategory, actor: Person, now: datetime) -> None:
    """Offer a retired category again. Repeating is safe."""
    _require(actor, now)
    if QuestionCategory.objects.filter(pk=category.pk).exclude(retired_at=None).update(retired_at=None):
        audit.record("counselling.restore_category", actor=actor, now=now, subject=category, key=category.pk)


@transaction.atomic
def add_rule(
    *,
    category: QuestionCategory | None,
    working_days: int | None,
    count_first_day: bool,
    remind_days: int | None,
    valid_from: date | None,
    source: str,
    actor: Person,
    now: datetime,
) -> ReplyRule:
    """Add a rule for the reply clock from tomorrow or later; what was received before keeps its day.

    Refuses who does not edit help, a day that has begun, no days or very many, and a second rule of one day.
    """
    _require(actor, now)
    fields = {}
    if working_days is None or not 1 <= working_days <= MOST_DAYS:
        fields["working_days"] = _("1에서 %(most)d 사이의 수를 적어 주세요.") % {"most": MOST_DAYS}
    elif remind_days is None or not 0 <= remind_days < working_days:
        fields["remind_days"] = _("답할 날수보다 작은 수를 적어 주세요. 0이면 그날 알립니다.")
    if valid_from is None or valid_from <= day_of(now):
        fields["valid_from"] = _("내일이나 그 뒤의 날을 골라 주세요. 이미 받은 상담의 날은 바뀌지 않습니다.")
    if fields:
        raise Invalid(_("적은 내용을 확인해 주세요."), code="rule_faults", fields=fields)
    assert working_days is not None and remind_days is not None and valid_from is not None
    kept = within(source, field="source", most=200)
    try:
        with transaction.atomic():
            row = ReplyRule.objects.create(
                category=category,
                working_days=working_days,
                count_first_day=count_first_day,
                remind_days=remind_days,
                valid_from=valid_from,
                source=kept,
            )
    except IntegrityError:
        message = _("그날부터 쓰는 규칙이 이미 있습니다. 그것을 지우거나 다른 날을 골라 주세요.")
        raise Invalid(message, code="rule_twice", fields={"valid_from": message}) from None
    audit.record("counselling.add_rule", actor=actor, now=now, subject=row, days=working_days)
    return row


@transaction.atomic
def drop_rule(*, rule: ReplyRule, actor: Person, now: datetime) -> None:
    """Take away a rule that is not in force yet. Refuses one that is: it explains the days of the past."""
    _require(actor, now)
    if rule.valid_from <= day_of(now):
        raise Refused(
            _("이미 쓰고 있는 규칙은 지울 수 없습니다. 새 규칙을 더해 주세요."), code="rule_in_force"
        )
    audit.record("counselling.drop_rule", actor=actor, now=now, subject=rule, valid_from=rule.valid_from)
    rule.delete()
