"""Evidence requests: asking, confirming the asker's address, keeping, answering, declining, forgetting.

Nobody can use them to send mail to others: a letter goes only to the asker's own address, its words are ours, and
there are limits for each address and place. The person who is asked gets the link from the asker, not from us.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from naite.roots import limits
from naite.roots.audit import services as audit
from naite.roots.dates import day_of, start_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.korean_ids import refuse_resident_number, resident_number_fault
from naite.roots.notices import services as notices
from naite.roots.workflow import Step, Workflow
from naite.trunk.people.models import Person
from naite.trunk.records.models import LearningAccount
from naite.trunk.wallet.models import EvidenceRequest, Package
from naite.trunk.wallet.packages import policies, services
from naite.trunk.wallet.packages.rules import PackageDraft
from naite.trunk.wallet.services import digest_of

State = EvidenceRequest.State
WORKFLOW = Workflow(
    Step("confirm", (State.UNCONFIRMED,), State.OPEN, "the asker typed the code"),
    Step("keep", (State.OPEN,), State.KEPT, "a signed-in person takes it as theirs"),
    Step("answer", (State.KEPT,), State.ANSWERED),
    Step("decline", (State.KEPT,), State.DECLINED),
    Step("close", (State.OPEN, State.KEPT), State.CLOSED, "the asker takes it back"),
)
CODE_TRIES, CODE_LASTS, CODES = 5, timedelta(minutes=15), 3
ASKS_PER_PLACE, ASKS_PER_ADDRESS = 5, 5
LONGEST_DAYS = 90
# Unconfirmed requests go after a day; of others everything about the asker this long after they ended.
UNCONFIRMED_KEPT, KEPT_AFTER = timedelta(days=1), timedelta(days=30)
ANSWERED_KEPT = timedelta(days=180)


class TooOften(Refused):
    code = "too_often"
    status = 429


class RequestEnded(Refused):
    """The request cannot be answered (any more)."""

    code = "request_ended"
    status = 410


@dataclass(frozen=True, kw_only=True)
class RequestDraft:
    """What an asker wrote. ``until`` is the last day on which it can be answered."""

    asker: str
    asker_person: str
    asker_email: str
    purpose: str
    wanted: tuple[str, ...]
    details: str
    until: date | None


def faults(draft: RequestDraft, *, today: date) -> dict[str, str | Promise]:
    """Return a sentence for each field of a request that cannot be made as it is."""
    found: dict[str, str | Promise] = {}
    for name, text, most in (
        ("asker", draft.asker, 120),
        ("asker_person", draft.asker_person, 60),
        ("purpose", draft.purpose, 200),
    ):
        if not text.strip():
            found[name] = _("이 칸을 적어 주세요.")
        elif len(text) > most:
            found[name] = _("%(length)d자까지 적을 수 있습니다.") % {"length": most}
    for name, text in (("purpose", draft.purpose), ("details", draft.details)):
        if fault := resident_number_fault(text):
            found[name] = fault
    try:
        validate_email(draft.asker_email)
    except ValidationError:
        found["asker_email"] = _("전자우편 주소를 확인해 주세요. 예: hr@example.kr")
    if len(draft.details) > 1000:
        found["details"] = _("%(length)d자까지 적을 수 있습니다.") % {"length": 1000}
    if not draft.wanted and not draft.details.strip():
        found["wanted"] = _("무엇이 필요한지 하나 이상 고르거나 적어 주세요.")
    if set(draft.wanted) - set(EvidenceRequest.Wanted.values):
        found["wanted"] = _("목록에 있는 값을 고르세요.")
    if draft.until is None or not today <= draft.until <= today + timedelta(days=LONGEST_DAYS):
        found["until"] = _("오늘부터 %(days)d일 안의 날을 골라 주세요.") % {"days": LONGEST_DAYS}
    return found


def ask(*, draft: RequestDraft, place: str, now: datetime) -> EvidenceRequest:
    """Make a request, unconfirmed, and send a code to the asker's own address.

    Refuses faults, and who asks too often from one place or for one address. Nothing is sent to anyone else.
    """
    if fields := faults(draft, today=day_of(now)):
        raise Invalid(_("적은 내용을 확인해 주세요."), code="request_faults", fields=fields)
    assert draft.until is not None
    email = draft.asker_email.strip().lower()
    recent = EvidenceRequest.objects.filter(asker_email=email, created_at__gt=now - timedelta(days=1))
    within = limits.allowed("evidence-ask", place, most=ASKS_PER_PLACE, seconds=3600, now=now)
    if not within or recent.count() >= ASKS_PER_ADDRESS:
        raise TooOften(_("요청을 너무 많이 만들었습니다. 내일 다시 하거나 운영 기관에 물어보세요."))
    closes_at = start_of(draft.until + timedelta(days=1))
    with transaction.atomic():
        row = EvidenceRequest.objects.create(
            asker=" ".join(draft.asker.split()),
            asker_person=" ".join(draft.asker_person.split()),
            asker_email=email,
            purpose=" ".join(draft.purpose.split()),
            wanted=[each for each in EvidenceRequest.Wanted.values if each in draft.wanted],
            details=draft.details.strip(),
            created_at=now,
            closes_at=closes_at,
            erase_at=now + UNCONFIRMED_KEPT,
        )
        _send_code(row, now)
        audit.record("wallet.ask_evidence", actor=None, now=now, subject=row)
    return row


@transaction.atomic
def send_code_again(*, request: EvidenceRequest, now: datetime) -> None:
    """Send a new code to the asker; the former one stops. Refuses more than three letters for one request."""
    if request.state != State.UNCONFIRMED or request.erase_at <= now:
        raise RequestEnded(_("이 요청은 더 확인할 수 없습니다. 처음부터 다시 해 주세요."))
    _send_code(request, now)


def confirm(*, request: EvidenceRequest, typed: str, now: datetime) -> tuple[str, str]:
    """Open a request whose asker typed the code; return the token for the person and the one for the asker.

    A try is counted before the code is compared; after five, or fifteen minutes, a new code is needed.
    """
    row = EvidenceRequest.objects.filter(pk=request.pk, state=State.UNCONFIRMED)
    counted = row.filter(code_tries__lt=CODE_TRIES, code_until__gt=now).update(code_tries=F("code_tries") + 1)
    if not counted:
        message = _("이 번호는 더 쓸 수 없습니다. 새 번호를 받아 주세요.")
        raise Invalid(message, code="code_over", fields={"code": message})
    request.refresh_from_db()
    code = "".join(char for char in typed if char.isdigit())
    if not hmac.compare_digest(_code_digest(request, code), request.code_digest):
        message = _("번호가 다릅니다. 편지에 적힌 여섯 자리를 다시 적어 주세요.")
        raise Invalid(message, code="code_wrong", fields={"code": message})
    token, asker_token = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    with transaction.atomic():
        WORKFLOW.move(
            request,
            "confirm",
            token_digest=digest_of(token),
            asker_digest=digest_of(asker_token),
            code_digest="",
            erase_at=request.closes_at + KEPT_AFTER,
        )
        audit.record("wallet.confirm_evidence_request", actor=None, now=now, subject=request)
    return token, asker_token


def tell_status_link(*, request: EvidenceRequest, link: str, now: datetime) -> None:
    """Send the asker the address where the request's progress is seen, once."""
    notices.send(
        address=request.asker_email,
        subject=_("증빙 요청을 만들었습니다"),
        body=_(
            "증빙 요청을 만들었습니다. 아래 주소에서 진행을 보고, 요청을 거둘 수 있습니다. 이 주소는 다른 사람에게 주지 마세요.\n\n%(link)s"
        )
        % {"link": link},
        dedupe_key=f"evidence-status:{request.pk}",
        now=now,
    )


def answerable(request: EvidenceRequest, now: datetime) -> bool:
    """Whether somebody can still keep or answer a request."""
    return request.state in (State.OPEN, State.KEPT) and now < request.closes_at


@transaction.atomic
def keep(*, request: EvidenceRequest, account: LearningAccount, actor: Person | None, now: datetime) -> None:
    """Take a request as one's own; the first who does so is the one who was asked. Safe to repeat.

    Refuses all but the account's owner, an ended request, and one that somebody else keeps.
    """
    _require_owner(actor, account)
    if request.account_id == account.pk:
        return
    if request.account_id is not None:
        raise NotAllowed(_("다른 사람이 받은 요청입니다. 링크를 준 곳에 물어보세요."), code="somebody_elses")
    _require_answerable(request, now)
    WORKFLOW.move(request, "keep", account_id=account.pk, kept_at=now)
    audit.record(
        "wallet.keep_evidence_request", actor=actor, now=now, subject=request, about=account.person_id
    )


def answer(
    *,
    request: EvidenceRequest,
    account: LearningAccount,
    draft: PackageDraft,
    password: str = "",
    password_again: str = "",
    link: Callable[[str], str],
    actor: Person | None,
    now: datetime,
) -> tuple[Package, str]:
    """Send a package in answer: the asker gets its link by mail. What is not in the package stays unseen.

    Refuses what ``services.send`` refuses, somebody else's request and an ended one. Once: a second answer finds
    the request answered.
    """
    _require_theirs(request, account, actor)
    _require_answerable(request, now)
    with transaction.atomic():
        package, token = services.send(
            account=account,
            draft=draft,
            password=password,
            password_again=password_again,
            request_key=f"evidence:{request.pk}",
            evidence_request_id=request.pk,
            actor=actor,
            now=now,
        )
        WORKFLOW.move(request, "answer", package_id=package.id, ended_at=now, erase_at=now + ANSWERED_KEPT)
        notices.send(
            address=request.asker_email,
            subject=_("요청하신 증빙이 왔습니다"),
            body=_(
                "요청하신 증빙이 왔습니다. 아래 주소에서 로그인 없이 볼 수 있습니다.\n\n%(link)s\n\n암호가 걸려 있으면 보낸 분이 따로 알려 드립니다."
            )
            % {"link": link(token)},
            dedupe_key=f"evidence-answer:{request.pk}",
            now=now,
        )
        audit.record(
            "wallet.answer_evidence_request", actor=actor, now=now, subject=request, about=account.person_id
        )
    return package, token


@transaction.atomic
def decline(
    *, request: EvidenceRequest, account: LearningAccount, note: str, actor: Person | None, now: datetime
) -> None:
    """Send nothing. The asker learns that, and what the person wants to say; not who it was."""
    _require_theirs(request, account, actor)
    _require_answerable(request, now)
    refuse_resident_number(note, "note")
    WORKFLOW.move(
        request, "decline", ended_at=now, note=" ".join(note.split())[:300], erase_at=now + KEPT_AFTER
    )
    notices.send(
        address=request.asker_email,
        subject=_("요청하신 증빙을 보내지 않기로 했습니다"),
        body=_("링크를 받은 분이 증빙을 보내지 않기로 했습니다. 보낼지는 그분이 정합니다."),
        dedupe_key=f"evidence-decline:{request.pk}",
        now=now,
    )
    audit.record(
        "wallet.decline_evidence_request", actor=actor, now=now, subject=request, about=account.person_id
    )


@transaction.atomic
def close(*, request: EvidenceRequest, now: datetime) -> None:
    """The asker takes the request back. Whoever holds the asker's link may; what was sent stays as it is."""
    WORKFLOW.move(request, "close", ended_at=now, erase_at=now + KEPT_AFTER)
    audit.record("wallet.close_evidence_request", actor=None, now=now, subject=request)


def erase_due(*, now: datetime, limit: int = 500) -> int:
    """Forget what is over: unconfirmed requests whole, of others everything about the asker. Safe to repeat."""
    due = EvidenceRequest.objects.filter(erase_at__lte=now, erased_at=None)
    gone, _kinds = due.filter(state=State.UNCONFIRMED).delete()
    ids = list(due.exclude(state=State.UNCONFIRMED).values_list("pk", flat=True)[:limit])
    changed = EvidenceRequest.objects.filter(pk__in=ids, erased_at=None).update(
        asker_person="",
        asker_email="",
        purpose="",
        details="",
        note="",
        token_digest=None,
        asker_digest=None,
        erased_at=now,
    )
    if gone or changed:
        audit.record("wallet.erase_evidence_requests", actor=None, now=now, gone=gone, erased=changed)
    return gone + changed


def by_token(token: str) -> EvidenceRequest | None:
    """Return the request to which a person's link leads."""
    return EvidenceRequest.objects.filter(token_digest=digest_of(token)).first()


def by_asker_token(token: str) -> EvidenceRequest | None:
    """Return the request to which the asker's own link leads."""
    return EvidenceRequest.objects.filter(asker_digest=digest_of(token)).first()


def requests_of(account: LearningAccount) -> list[EvidenceRequest]:
    """Return what an account was asked for, what waits first."""
    rows = EvidenceRequest.objects.filter(account_id=account.pk).order_by("-created_at")[:200]
    return sorted(rows, key=lambda row: row.state != State.KEPT)


def request_of(account: LearningAccount, request_id: object) -> EvidenceRequest | None:
    return EvidenceRequest.objects.filter(Q(pk=request_id) & Q(account_id=account.pk)).first()


def _send_code(request: EvidenceRequest, now: datetime) -> None:
    code = f"{secrets.randbelow(1_000_000):06d}"
    changed = EvidenceRequest.objects.filter(pk=request.pk, codes_sent__lt=CODES).update(
        code_digest=_code_digest(request, code),
        code_tries=0,
        code_until=now + CODE_LASTS,
        codes_sent=F("codes_sent") + 1,
    )
    if not changed:
        raise TooOften(_("번호를 여러 번 보냈습니다. 주소를 확인하고 처음부터 다시 해 주세요."))
    notices.send(
        address=request.asker_email,
        subject=_("증빙 요청 확인 번호"),
        body=_(
            "증빙 요청을 만들려는 분이 이 주소를 적었습니다. 아래 번호를 15분 안에 화면에 적어 주세요.\n\n%(code)s\n\n모르는 일이라면 이 편지를 지우시면 됩니다."
        )
        % {"code": code},
        now=now,
    )
    request.refresh_from_db()


def _code_digest(request: EvidenceRequest, code: str) -> str:
    return hashlib.sha256(f"{request.pk}:{code}".encode()).hexdigest()


def _require_owner(actor: Person | None, account: LearningAccount) -> None:
    if not policies.can_send_packages(actor, account) or account.closed_at is not None:
        raise NotAllowed(_("학습계좌의 주인만 할 수 있습니다."))


def _require_theirs(request: EvidenceRequest, account: LearningAccount, actor: Person | None) -> None:
    _require_owner(actor, account)
    if request.account_id != account.pk:
        raise NotAllowed(_("다른 사람이 받은 요청입니다. 링크를 준 곳에 물어보세요."), code="somebody_elses")


def _require_answerable(request: EvidenceRequest, now: datetime) -> None:
    if not answerable(request, now):
        raise RequestEnded(_("이 요청은 끝났습니다. 필요하면 요청한 곳에 물어보세요."))
