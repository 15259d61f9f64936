"""Sending packages, ending them, and what the recipient does with them."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of, start_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.ids import new_id
from naite.roots.notices import services as notices
from naite.trunk.people.models import Person
from naite.trunk.records.certificates.numbers import KEY_LETTERS
from naite.trunk.records.models import LearningAccount
from naite.trunk.wallet.models import Package, PackageItem, PackageLink, PackageLook
from naite.trunk.wallet.packages import contents, policies, rules
from naite.trunk.wallet.packages.rules import PackageDraft
from naite.trunk.wallet.services import digest_of

OPEN_PACKAGES = 100
# Past this many lines the log of one package keeps only openings, files and the receipt.
MOST_LINES = 500
_IDLE = (PackageLook.Act.WRONG_PASSWORD, PackageLook.Act.TURNED_AWAY, PackageLook.Act.CHECKED)


class PackageEnded(Refused):
    """The package cannot be opened (any more); ``state`` says why."""

    code = "package_ended"
    status = 410

    def __init__(self, state: rules.PackageState) -> None:
        super().__init__(_("이 제출 꾸러미는 더 볼 수 없습니다. 보낸 분께 물어보세요."))
        self.state = state


class WrongPassword(Invalid):
    """The password did not fit."""

    code = "wrong_password"


class Locked(Refused):
    """Too many wrong passwords."""

    code = "package_locked"
    status = 429


@dataclass(frozen=True)
class Planned:
    """A package that is not sent yet: for the preview."""

    package: Package
    items: list[PackageItem]


def plan(*, account: LearningAccount, draft: PackageDraft, actor: Person | None, now: datetime) -> Planned:
    """Return a draft as the package that it would become. Refuses what ``send`` refuses; writes nothing."""
    if not policies.can_send_packages(actor, account):
        raise NotAllowed(_("제출 꾸러미는 학습계좌의 주인만 만들 수 있습니다."))
    if account.closed_at is not None:
        raise Refused(_("닫은 학습계좌로는 보낼 수 없습니다."), code="account_closed")
    if fields := rules.faults(draft, today=day_of(now)):
        message = next(iter(fields.values())) if len(fields) == 1 else _("적은 내용을 확인해 주세요.")
        raise Invalid(message, code="package_faults", fields=fields)
    assert draft.until is not None
    package = contents.draft_package(
        account,
        draft,
        id=new_id(),
        sent_at=now,
        expires_at=start_of(draft.until + timedelta(days=1)),
    )
    return Planned(package, contents.items_of_draft(account, draft, package_id=package.id))


def send(
    *,
    account: LearningAccount,
    draft: PackageDraft,
    password: str = "",
    password_again: str = "",
    request_key: str,
    evidence_request_id: UUID | None = None,
    actor: Person | None,
    now: datetime,
) -> tuple[Package, str]:
    """Make a package and its link; return it with the link's token, which is not kept.

    The things are snapshot as they are now. Refuses anyone but the owner, a closed account, faults of the
    draft, things that are not there, documents that ended, a weak or mistyped password, and more open
    packages than anybody watches over. Writes the package, its things, the link and an audit event. Safe to
    repeat with the same ``request_key``: the first package is returned, with an empty token.
    """
    planned = plan(account=account, draft=draft, actor=actor, now=now)
    if earlier := _requested(account, request_key):
        return earlier, ""
    if fault := rules.password_fault(password, password_again):
        raise Invalid(fault, code="password_fault", fields={"password": fault})
    if _open_count(account, now) >= OPEN_PACKAGES:
        raise Refused(
            _("열려 있는 꾸러미가 너무 많습니다. 쓰지 않는 꾸러미를 거두고 다시 해 주세요."),
            code="too_many_packages",
        )
    package, token = planned.package, secrets.token_urlsafe(24)
    package.request_key = request_key
    package.evidence_request_id = evidence_request_id
    package.password = make_password(password) if password else ""
    try:
        with transaction.atomic():
            package.save(force_insert=True)
            PackageItem.objects.bulk_create(planned.items, batch_size=200)
            PackageLink.objects.create(
                token_digest=digest_of(token), account_id=account.pk, package_id=package.id
            )
            audit.record(
                "wallet.send_package",
                actor=actor,
                now=now,
                subject=package,
                about=account.person_id,
                things=len(planned.items),
                password=bool(password),
            )
    except IntegrityError:
        # The same form, sent twice at once: the other one was first.
        if rival := _requested(account, request_key):
            return rival, ""
        raise
    return package, token


@transaction.atomic
def withdraw(*, package: Package, actor: Person | None, now: datetime) -> None:
    """End a package at once: from now on its link shows nothing. Repeating changes nothing."""
    _require_owner(package, actor)
    changed = _row(package).filter(withdrawn_at=None).update(withdrawn_at=now)
    package.refresh_from_db()
    if changed:
        audit.record(
            "wallet.withdraw_package", actor=actor, now=now, subject=package, about=package.account.person_id
        )


@transaction.atomic
def renew_link(*, package: Package, actor: Person | None, now: datetime) -> str:
    """Give an open package a new link and return its token; the former link stops at once.

    For a link that was lost, or that came into the wrong hands. Refuses all but the owner, and an ended
    package.
    """
    _require_owner(package, actor)
    _require_open(package, now)
    token = secrets.token_urlsafe(24)
    PackageLink.objects.filter(account_id=package.account_id, package_id=package.id).delete()
    PackageLink.objects.create(
        token_digest=digest_of(token), account_id=package.account_id, package_id=package.id
    )
    audit.record(
        "wallet.renew_package_link", actor=actor, now=now, subject=package, about=package.account.person_id
    )
    return token


def open_package(
    *, link: PackageLink, package: Package, password: str, client: str, viewer: Person | None, now: datetime
) -> None:
    """Open a package for one look. Its owner looks without being counted.

    Refuses an ended package (``PackageEnded``), a wrong password (``WrongPassword``), and any password for an
    hour after five wrong ones (``Locked``). The try is counted before the password is looked at, and the look
    by one conditional update, so neither can be passed by asking many times at once.
    """
    state = state_at(package, now)
    if state != "open":
        _log(package, PackageLook.Act.TURNED_AWAY, client=client, now=now)
        raise PackageEnded(state)
    if package.password:
        _try_password(link, package, password, client=client, now=now)
    if viewer is not None and viewer.pk == package.account.person_id:
        return
    with transaction.atomic():
        counted = (
            _row(package)
            .filter(withdrawn_at=None, expires_at__gt=now)
            .filter(Q(most_looks=None) | Q(look_count__lt=F("most_looks")))
            .update(look_count=F("look_count") + 1, last_looked_at=now)
        )
        if not counted:
            package.refresh_from_db()
            raise PackageEnded(state_at(package, now))
        _log(package, PackageLook.Act.OPENED, client=client, now=now)
        audit.record(
            "wallet.open_package", actor=viewer, now=now, subject=package, about=package.account.person_id
        )


def note_use(
    *,
    package: Package,
    act: PackageLook.Act,
    title: str = "",
    client: str,
    viewer: Person | None,
    now: datetime,
) -> None:
    """Log what a recipient did with an open package: which file, which check. The owner's use is not logged."""
    if viewer is not None and viewer.pk == package.account.person_id:
        return
    with transaction.atomic():
        _log(package, act, title=title, client=client, now=now)
        audit.record(
            "wallet.use_package",
            actor=viewer,
            now=now,
            subject=package,
            about=package.account.person_id,
            act=str(act),
        )


def acknowledge(
    *, package: Package, receiver: str, client: str, viewer: Person | None, now: datetime
) -> Package:
    """Give the receipt (접수증): the recipient says that the package arrived. Once; repeating returns the first.

    Refuses the owner, an ended package, and a receiver without a name. Writes the receipt's number, a line of
    the log, an audit event and a notice to the owner.
    """
    if viewer is not None and viewer.pk == package.account.person_id:
        raise NotAllowed(_("접수증은 받은 곳에서 냅니다. 보낸 사람은 낼 수 없습니다."))
    if package.received_at is not None:
        return package
    if state_at(package, now) in ("withdrawn", "expired"):
        raise PackageEnded(state_at(package, now))
    receiver = " ".join(receiver.split())
    if not receiver or len(receiver) > rules.RECEIVER_LENGTH:
        message = _("받은 분의 부서나 이름을 %(most)d자까지 적어 주세요. 예: 교무실 김선생") % {
            "most": rules.RECEIVER_LENGTH
        }
        raise Invalid(message, code="receiver", fields={"receiver": message})
    with transaction.atomic():
        changed = (
            _row(package)
            .filter(received_at=None, withdrawn_at=None)
            .update(received_at=now, receipt_number=_receipt_number(now), receiver=receiver)
        )
        package = _row(package).select_related("account__person").get()
        if not changed:
            if package.received_at is None:
                raise PackageEnded("withdrawn")
            return package
        _log(package, PackageLook.Act.RECEIVED, title=receiver, client=client, now=now)
        audit.record(
            "wallet.receive_package", actor=viewer, now=now, subject=package, about=package.account.person_id
        )
        notices.tell(
            to=package.account.person,
            subject=_("제출 꾸러미를 받았다는 접수증이 왔습니다"),
            body=_(
                "%(recipient)s에 보낸 제출 꾸러미를 받았다고 알려 왔습니다.\n\n받은 분: %(receiver)s\n접수번호: %(number)s\n\n학습계좌의 제출 꾸러미에서 접수증을 인쇄할 수 있습니다."
            )
            % {
                "recipient": package.recipient,
                "receiver": receiver,
                "number": package.receipt_number,
            },
            dedupe_key=f"package-receipt:{package.id}",
            now=now,
        )
    return package


def state_at(package: Package, now: datetime) -> rules.PackageState:
    """Whether a package can be opened now."""
    return rules.state_of(
        expires_at=package.expires_at,
        withdrawn_at=package.withdrawn_at,
        most_looks=package.most_looks,
        look_count=package.look_count,
        now=now,
    )


def _try_password(link: PackageLink, package: Package, password: str, *, client: str, now: datetime) -> None:
    row = PackageLink.objects.filter(pk=link.pk)
    # After an hour the five tries begin anew.
    row.filter(locked_until__lte=now).update(tries=0, locked_until=None)
    counted = row.filter(locked_until=None, tries__lt=rules.TRIES).update(tries=F("tries") + 1)
    if not counted:
        raise Locked(_("암호가 여러 번 틀려 잠시 열 수 없습니다. 한 시간 뒤에 다시 해 주세요."))
    if check_password(password[: rules.PASSWORD_MOST + 1], package.password):
        row.update(tries=0, locked_until=None)
        return
    locked = row.filter(tries__gte=rules.TRIES).update(locked_until=now + rules.LOCK)
    _log(package, PackageLook.Act.WRONG_PASSWORD, client=client, now=now)
    audit.record(
        "wallet.package_wrong_password",
        actor=None,
        now=now,
        subject=package,
        about=package.account.person_id,
        locked=bool(locked),
    )
    message = _("암호가 맞지 않습니다. 보낸 분께 다시 확인해 주세요.")
    raise WrongPassword(message, fields={"password": message})


def _log(package: Package, act: PackageLook.Act, *, title: str = "", client: str = "", now: datetime) -> None:
    lines = PackageLook.objects.filter(account_id=package.account_id, package_id=package.id)
    if act in _IDLE and lines.count() >= MOST_LINES:
        return
    PackageLook.objects.create(
        account_id=package.account_id,
        package_id=package.id,
        at=now,
        act=act,
        title=title[:200],
        client=client[:60],
    )


def _receipt_number(now: datetime) -> str:
    """``R20261124-7K3Q-9FXM``: the day, and eight letters that look like no others."""
    code = "".join(secrets.choice(KEY_LETTERS) for _place in range(8))
    return f"R{day_of(now):%Y%m%d}-{code[:4]}-{code[4:]}"


def _row(package: Package) -> QuerySet[Package]:
    return Package.objects.filter(account_id=package.account_id, id=package.id)


def _requested(account: LearningAccount, request_key: str) -> Package | None:
    return Package.objects.filter(account_id=account.pk, request_key=request_key).first()


def _open_count(account: LearningAccount, now: datetime) -> int:
    return Package.objects.filter(account_id=account.pk, withdrawn_at=None, expires_at__gt=now).count()


def _require_owner(package: Package, actor: Person | None) -> None:
    if not policies.can_send_packages(actor, package.account):
        raise NotAllowed(_("이 꾸러미를 보낸 사람만 할 수 있습니다."))


def _require_open(package: Package, now: datetime) -> None:
    state = state_at(package, now)
    if state != "open":
        raise PackageEnded(state)
