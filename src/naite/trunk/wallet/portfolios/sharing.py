"""Showing a portfolio: links with an end and a door, and who looked."""

import hashlib
import hmac
import secrets
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of, start_of
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.notices import services as notices
from naite.trunk.people.models import Person
from naite.trunk.wallet.models import Portfolio, PortfolioLink, PortfolioLook, PortfolioShare
from naite.trunk.wallet.portfolios import contents, policies, rules
from naite.trunk.wallet.services import digest_of

Act, Gate = PortfolioLook.Act, PortfolioShare.Gate
# Past this many lines the log of one link keeps only what was opened and downloaded.
MOST_LINES = 500
_IDLE = (Act.WRONG, Act.AWAY, Act.CHECKED, Act.PREVIEW, Act.CODE)


class ShareEnded(Refused):
    """The link shows nothing (any more); ``state`` says why."""

    code = "portfolio_ended"
    status = 410

    def __init__(self, state: rules.LinkState) -> None:
        super().__init__(_("이 자료는 더 볼 수 없습니다. 보낸 분께 물어보세요."))
        self.state = state


class WrongKey(Invalid):
    """The password or code did not fit."""

    code = "wrong_key"


class Locked(Refused):
    """Too many wrong tries, or too many letters."""

    code = "portfolio_locked"
    status = 429


def share(
    *,
    portfolio: Portfolio,
    audience: str,
    until: date | None,
    gate: str,
    password: str = "",
    recipient: str = "",
    version: int,
    actor: Person | None,
    now: datetime,
) -> tuple[PortfolioShare, str]:
    """Make a link to the portfolio as it is now; return it with its token, which is kept nowhere.

    Refuses all but the owner, a version that is not the present one (so that nothing is shown that the owner
    did not see), a page without anything shown, faults, and more open links than anybody watches over.
    """
    _require_owner(portfolio, actor)
    if portfolio.account.closed_at is not None:
        raise Refused(_("닫은 학습계좌의 포트폴리오는 보여 줄 수 없습니다."), code="account_closed")
    fields = rules.link_faults(
        audience=audience, until=until, gate=gate, gates=Gate.values, today=day_of(now)
    )
    fields |= _gate_faults(gate, password, recipient)
    if fields:
        message = next(iter(fields.values())) if len(fields) == 1 else _("적은 내용을 확인해 주세요.")
        raise Invalid(message, code="share_faults", fields=fields)
    assert until is not None
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        seen = (
            Portfolio.objects.select_for_update()
            .filter(account_id=portfolio.account_id, id=portfolio.id, version=version)
            .exists()
        )
        if not seen:
            raise Refused(
                _("보는 동안 포트폴리오가 바뀌었습니다. 지금 내용을 확인하고 다시 해 주세요."),
                code="portfolio_stale",
            )
        content = contents.content_of(portfolio, portfolio.account)
        if not content["blocks"] and not content["intro"]:
            raise Refused(
                _("보여 줄 것이 없습니다. 배지나 기록, 글을 먼저 담아 주세요."), code="nothing_shown"
            )
        if _open_links(portfolio, now) >= rules.MOST_LINKS:
            raise Refused(
                _("열어 둔 링크가 너무 많습니다. 쓰지 않는 링크를 거두고 다시 해 주세요."),
                code="too_many_links",
            )
        made = PortfolioShare.objects.create(
            account_id=portfolio.account_id,
            portfolio_id=portfolio.id,
            version=version,
            content=content,
            audience=" ".join(audience.split()),
            gate=gate,
            password=make_password(password) if gate == Gate.PASSWORD else "",
            recipient=recipient.strip().lower() if gate == Gate.MAIL else "",
            created_at=now,
            expires_at=start_of(until + timedelta(days=1)),
        )
        PortfolioLink.objects.create(
            token_digest=digest_of(token), account_id=made.account_id, share_id=made.id
        )
        audit.record(
            "wallet.share_portfolio",
            actor=actor,
            now=now,
            subject=made,
            about=portfolio.account.person_id,
            gate=gate,
            things=len(content["blocks"]),
        )
    return made, token


@transaction.atomic
def refresh(
    *, portfolio: Portfolio, share: PortfolioShare, version: int, actor: Person | None, now: datetime
) -> None:
    """Let a link show the portfolio as it is now. Refuses an ended link and a version that was not seen."""
    _require_owner(portfolio, actor)
    _require_open(share, now)
    if portfolio.version != version:
        raise Refused(
            _("보는 동안 포트폴리오가 바뀌었습니다. 지금 내용을 확인하고 다시 해 주세요."),
            code="portfolio_stale",
        )
    content = contents.content_of(portfolio, portfolio.account)
    _row(share).update(content=content, version=version)
    audit.record(
        "wallet.refresh_portfolio_share",
        actor=actor,
        now=now,
        subject=share,
        about=portfolio.account.person_id,
        things=len(content["blocks"]),
    )


@transaction.atomic
def withdraw(*, share: PortfolioShare, actor: Person | None, now: datetime) -> None:
    """End a link at once. Refuses all but the owner; repeating changes nothing."""
    if not policies.can_compose(actor, share.account):
        raise NotAllowed(_("링크는 포트폴리오의 주인만 거둘 수 있습니다."))
    if _row(share).filter(withdrawn_at=None).update(withdrawn_at=now):
        audit.record(
            "wallet.withdraw_portfolio_share",
            actor=actor,
            now=now,
            subject=share,
            about=share.account.person_id,
        )
    share.refresh_from_db()


def send_code(*, link: PortfolioLink, share: PortfolioShare, client: str, now: datetime) -> None:
    """Send the named recipient a number that opens the door for a quarter of an hour; the former one stops.

    Goes to the address that the owner wrote and to no other. Refuses an ended link and more than five letters
    within a day. The owner sees that one was sent.
    """
    _require_open(share, now)
    if share.gate != Gate.MAIL:
        raise Refused(_("이 링크는 번호 없이 열립니다."), code="no_code_here")
    code = f"{secrets.randbelow(1_000_000):06d}"
    with transaction.atomic():
        row = PortfolioLink.objects.filter(pk=link.pk)
        row.filter(codes_since__lte=now - rules.CODES_SPAN).update(codes_sent=0, codes_since=None)
        counted = row.filter(codes_sent__lt=rules.CODES).update(
            codes_sent=F("codes_sent") + 1,
            code_digest=_code_digest(link, code),
            code_until=now + rules.CODE_LASTS,
        )
        if not counted:
            raise Locked(_("오늘은 번호를 더 보낼 수 없습니다. 내일 다시 하거나 보낸 분께 물어보세요."))
        row.filter(codes_since=None).update(codes_since=now)
        notices.send(
            address=share.recipient,
            subject=_("포트폴리오를 여는 번호"),
            body=_(
                "‘%(audience)s’에 쓰라고 보낸 포트폴리오를 여는 번호입니다. 15분 안에 화면에 적어 주세요.\n\n%(code)s"
                "\n\n열려고 하지 않았다면 이 편지를 지우시면 됩니다."
            )
            % {"audience": share.audience, "code": code},
            now=now,
        )
        _log(share, Act.CODE, client=client, now=now)


def open_share(
    *,
    link: PortfolioLink,
    share: PortfolioShare,
    key: str,
    client: str,
    viewer: Person | None,
    now: datetime,
) -> None:
    """Open a link for one look. Its owner looks without being counted.

    Refuses an ended link (``ShareEnded``), a wrong password or code (``WrongKey``), and any for an hour after
    five wrong ones (``Locked``). A try is counted before it is compared.
    """
    state = state_at(share, now)
    if state != "open":
        _log(share, Act.AWAY, client=client, now=now)
        raise ShareEnded(state)
    own = viewer is not None and viewer.pk == share.account.person_id
    if share.gate != Gate.OPEN and not own:
        _try(link, share, key, client=client, now=now)
    if own:
        return
    with transaction.atomic():
        counted = (
            _row(share)
            .filter(withdrawn_at=None, expires_at__gt=now)
            .update(look_count=F("look_count") + 1, last_looked_at=now)
        )
        if not counted:
            share.refresh_from_db()
            raise ShareEnded(state_at(share, now))
        _log(share, Act.OPENED, client=client, now=now)
        audit.record(
            "wallet.open_portfolio", actor=viewer, now=now, subject=share, about=share.account.person_id
        )


def note_use(
    *,
    share: PortfolioShare,
    act: PortfolioLook.Act,
    title: str = "",
    client: str,
    viewer: Person | None,
    now: datetime,
) -> None:
    """Log what somebody did at an open link. The owner's own use is not logged."""
    if viewer is not None and viewer.pk == share.account.person_id:
        return
    with transaction.atomic():
        _log(share, act, title=title, client=client, now=now)
        audit.record(
            "wallet.use_portfolio",
            actor=viewer,
            now=now,
            subject=share,
            about=share.account.person_id,
            act=str(act),
        )


def state_at(share: PortfolioShare, now: datetime) -> rules.LinkState:
    """Whether a link shows something now; a closed account shows nothing."""
    closed_at = share.account.closed_at
    withdrawn = [at for at in (share.withdrawn_at, closed_at) if at is not None]
    return rules.link_state(
        expires_at=share.expires_at, withdrawn_at=min(withdrawn) if withdrawn else None, now=now
    )


def _try(link: PortfolioLink, share: PortfolioShare, key: str, *, client: str, now: datetime) -> None:
    row = PortfolioLink.objects.filter(pk=link.pk)
    row.filter(locked_until__lte=now).update(tries=0, locked_until=None)
    if not row.filter(locked_until=None, tries__lt=rules.TRIES).update(tries=F("tries") + 1):
        raise Locked(_("여러 번 틀려 잠시 열 수 없습니다. 한 시간 뒤에 다시 해 주세요."))
    if _fits(link, share, key, now):
        row.update(tries=0, locked_until=None, code_digest="", code_until=None)
        return
    locked = row.filter(tries__gte=rules.TRIES).update(locked_until=now + rules.LOCK)
    _log(share, Act.WRONG, client=client, now=now)
    audit.record(
        "wallet.portfolio_wrong_key",
        actor=None,
        now=now,
        subject=share,
        about=share.account.person_id,
        locked=bool(locked),
    )
    message = (
        _("암호가 맞지 않습니다. 보낸 분께 다시 확인해 주세요.")
        if share.gate == Gate.PASSWORD
        else _("번호가 다르거나 15분이 지났습니다. 새 번호를 받아 적어 주세요.")
    )
    raise WrongKey(message, fields={"key": message})


def _fits(link: PortfolioLink, share: PortfolioShare, key: str, now: datetime) -> bool:
    if share.gate == Gate.PASSWORD:
        return check_password(key[: rules.PASSWORD_MOST + 1], share.password)
    link.refresh_from_db()
    typed = "".join(char for char in key if char.isdigit())
    in_time = link.code_until is not None and link.code_until > now
    return in_time and hmac.compare_digest(_code_digest(link, typed), link.code_digest)


def _gate_faults(gate: str, password: str, recipient: str) -> dict[str, str | Promise]:
    if gate == Gate.PASSWORD and not rules.PASSWORD_LEAST <= len(password) <= rules.PASSWORD_MOST:
        return {
            "password": _("암호는 %(least)d자부터 %(most)d자까지 적어 주세요.")
            % {"least": rules.PASSWORD_LEAST, "most": rules.PASSWORD_MOST}
        }
    if gate == Gate.MAIL:
        try:
            validate_email(recipient.strip())
        except ValidationError:
            return {"recipient": _("받는 사람의 전자우편 주소를 확인해 주세요. 예: hr@example.kr")}
    return {}


def _log(
    share: PortfolioShare, act: PortfolioLook.Act, *, title: str = "", client: str = "", now: datetime
) -> None:
    lines = PortfolioLook.objects.filter(account_id=share.account_id, share_id=share.id)
    if act in _IDLE and lines.count() >= MOST_LINES:
        return
    PortfolioLook.objects.create(
        account_id=share.account_id,
        share_id=share.id,
        at=now,
        act=act,
        title=title[:200],
        client=client[:60],
    )


def _code_digest(link: PortfolioLink, code: str) -> str:
    return hashlib.sha256(f"{link.pk}:{code}".encode()).hexdigest()


def _row(share: PortfolioShare) -> QuerySet[PortfolioShare]:
    return PortfolioShare.objects.filter(account_id=share.account_id, id=share.id)


def _open_links(portfolio: Portfolio, now: datetime) -> int:
    return PortfolioShare.objects.filter(
        account_id=portfolio.account_id,
        portfolio_id=portfolio.id,
        withdrawn_at=None,
        expires_at__gt=now,
    ).count()


def _require_owner(portfolio: Portfolio, actor: Person | None) -> None:
    if not policies.can_compose(actor, portfolio.account):
        raise NotAllowed(_("포트폴리오는 그 주인만 보여 줄 수 있습니다."))


def _require_open(share: PortfolioShare, now: datetime) -> None:
    state = state_at(share, now)
    if state != "open":
        raise ShareEnded(state)
