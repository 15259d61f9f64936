"""Whether what a learner wrote about one thing can be kept, and what to ask back. No database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from naite.roots.korean_ids import resident_number_fault
from naite.trunk.records.sections.kinds import BY_KEY, Detail, EntryKind, Hours

Sentences = dict[str, str | Promise]
DETAIL = "d_"  # before the key of a fact, as a form's field
LONGEST_NOTE = 2000


@dataclass(frozen=True, kw_only=True)
class OwnWords:
    """What a learner writes about one thing: the common fields, and the facts of its kind by key."""

    kind: str
    title: str
    completed_on: date
    provider_name: str = ""
    started_on: date | None = None
    hours: Decimal = Decimal(0)
    area: str = ""
    note: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """An entry that is already in the account, as far as doubts go."""

    id: UUID
    kind: str
    title: str
    started_on: date | None
    completed_on: date


def split(kind: EntryKind, details: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the plain facts and the sensitive ones, without empty ones and without what the kind lacks."""
    plain: dict[str, str] = {}
    sealed: dict[str, str] = {}
    for each in kind.details:
        if value := " ".join(str(details.get(each.key, "")).split()):
            (sealed if each.sensitive else plain)[each.key] = value
    return plain, sealed


def faults(words: OwnWords, *, today: date, born: date | None) -> Sentences:
    """Return a sentence for each field that cannot be kept as it is; facts are named ``d_<key>``."""
    kind = BY_KEY.get(words.kind)
    if kind is None:
        return {"kind": _("적을 것의 종류를 골라 주세요.")}
    found: Sentences = {}
    if kind.provider_required and not words.provider_name.strip():
        found["provider_name"] = _("비워 둘 수 없습니다. 모르면 기억나는 대로 적어 주세요.")
    if words.started_on and not kind.started:
        found["started_on"] = _("이 종류에는 시작한 날을 적지 않습니다.")
    if words.hours and kind.hours == Hours.NONE:
        found["hours"] = _("이 종류에는 시간을 적지 않습니다.")
    if born and words.completed_on < born:
        found["completed_on"] = _("태어난 날보다 이릅니다. 해를 다시 확인해 주세요.")
    if born and words.started_on and words.started_on < born:
        found["started_on"] = _("태어난 날보다 이릅니다. 해를 다시 확인해 주세요.")
    if words.started_on and words.started_on <= words.completed_on:
        days = (words.completed_on - words.started_on).days + 1
        if words.hours > days * 24:
            found["hours"] = _(
                "%(days)s일 동안 %(hours)s시간은 있을 수 없습니다. 날짜나 시간을 고쳐 주세요."
            ) % {
                "days": f"{days:,}",
                "hours": f"{words.hours.normalize():f}",
            }
    if len(words.note) > LONGEST_NOTE:
        found["note"] = _("2,000자까지 적을 수 있습니다.")
    for each in kind.details:
        value = str(words.details.get(each.key, "")).strip()
        if message := _detail_fault(each, value, words):
            found[DETAIL + each.key] = message
    found.update(
        resident_numbers(
            {
                "title": words.title,
                "provider_name": words.provider_name,
                "note": words.note,
                **{DETAIL + key: str(value) for key, value in words.details.items()},
            }
        )
    )
    return found


def resident_numbers(texts: Mapping[str, str]) -> Sentences:
    """Return the sentence for each field in which somebody typed a resident registration number."""
    return {name: fault for name, text in texts.items() if (fault := resident_number_fault(text))}


def _detail_fault(detail: Detail, value: str, words: OwnWords) -> str | Promise:
    if not value:
        return _("비워 둘 수 없습니다.") if detail.required else ""
    if detail.choices and value not in detail.choice_labels:
        return _("보기 가운데 하나를 골라 주세요.")
    if detail.shape == "number" and (not value.isdecimal() or int(value) > detail.most):
        return _("0부터 %(most)s까지의 수로 적어 주세요.") % {"most": detail.most}
    if detail.shape == "date":
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return _("날짜를 2026-11-24처럼 적어 주세요.")
        if day < words.completed_on:
            return _("받은 날보다 이릅니다. 두 날을 확인해 주세요.")
        return ""
    if detail.shape == "text" and len(value) > detail.most:
        return _("%(most)s자까지 적을 수 있습니다.") % {"most": detail.most}
    return ""


def doubts(words: OwnWords, *, born: date | None, others: Iterable[Known]) -> Sentences:
    """Return what may be a slip but may also be true, by code; the learner decides.

    Codes: ``overlap`` (two schools at one time), ``duplicate``, ``much`` (more than twelve hours a day),
    ``young``.
    """
    kind = BY_KEY[words.kind]
    found: Sentences = {}
    title = "".join(words.title.split()).casefold()
    for other in others:
        same = "".join(other.title.split()).casefold() == title
        if same and other.kind == words.kind and other.completed_on == words.completed_on:
            found["duplicate"] = _(
                "같은 이름과 날짜의 기록이 이미 있습니다. 두 번 적는 것이 아닌지 확인해 주세요."
            )
        if (
            not kind.spans_may_overlap
            and (of := BY_KEY.get(other.kind)) is not None
            and not of.spans_may_overlap
            and words.started_on
            and other.started_on
            and _shared_days(words.started_on, words.completed_on, other.started_on, other.completed_on) > 31
        ):
            found["overlap"] = _("‘%(title)s’ 기록과 기간이 겹칩니다. 두 학교를 함께 다녔나요?") % {
                "title": other.title
            }
    if words.started_on and words.hours > ((words.completed_on - words.started_on).days + 1) * 12:
        found["much"] = _("하루 열두 시간이 넘습니다. 날짜와 시간이 맞나요?")
    if born and kind.earliest_age and _age(born, words.completed_on) < kind.earliest_age:
        found["young"] = _("그때 나이가 %(age)s살입니다. 날짜가 맞나요?") % {
            "age": _age(born, words.completed_on)
        }
    return found


def personal_faults(*, address: str, workplace: str, no_workplace: bool, phone: str, email: str) -> Sentences:
    """Section 1: one way of contact is enough, a workplace may be none."""
    found: Sentences = {}
    if not phone.strip() and not email.strip():
        found["phone"] = _("전화번호와 전자우편 가운데 하나는 적어 주세요.")
    digits = [char for char in phone if char.isdigit()]
    if phone.strip() and (not 8 <= len(digits) <= 15 or any(c not in "0123456789+-() " for c in phone)):
        found["phone"] = _("전화번호를 010-1234-5678처럼 적어 주세요.")
    if email.strip():
        try:
            validate_email(email.strip())
        except ValidationError:
            found["email"] = _("전자우편 주소를 name@example.kr처럼 적어 주세요.")
    if workplace.strip() and no_workplace:
        found["workplace"] = _("직장 이름을 적거나 ‘직장 없음’을 고르거나, 하나만 해 주세요.")
    for name, text, most in (("address", address, 200), ("workplace", workplace, 120)):
        if len(text) > most:
            found[name] = _("%(most)s자까지 적을 수 있습니다.") % {"most": most}
    found.update(
        resident_numbers({"address": address, "workplace": workplace, "phone": phone, "email": email})
    )
    return found


def _shared_days(start: date, end: date, other_start: date, other_end: date) -> int:
    return (min(end, other_end) - max(start, other_start)).days


def _age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
