"""Composing a portfolio: its face, its blocks, their order. Each change names the version that it was made on."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.trunk.people.models import Person
from naite.trunk.records.models import Certificate, Entry, LearningAccount
from naite.trunk.wallet.models import Holding, Portfolio, PortfolioShare
from naite.trunk.wallet.portfolios import policies, rules
from naite.trunk.wallet.portfolios.rules import Block, Face

Do = Literal["up", "down", "hide", "show", "remove"]


class Stale(Refused):
    """Somebody else, or another window, changed the portfolio in between."""

    code = "portfolio_stale"


def make(*, account: LearningAccount, face: Face, actor: Person | None, now: datetime) -> Portfolio:
    """Begin a portfolio without blocks. Refuses all but the owner, faults of the face, and more than twenty."""
    _require(account, actor)
    face = _checked(face)
    with transaction.atomic():
        LearningAccount.objects.select_for_update().get(pk=account.pk)
        if Portfolio.objects.filter(account_id=account.pk).count() >= rules.MOST_PORTFOLIOS:
            raise Refused(
                _("포트폴리오는 %(most)d개까지 만들 수 있습니다. 쓰지 않는 것을 지우고 다시 해 주세요.")
                % {"most": rules.MOST_PORTFOLIOS},
                code="too_many_portfolios",
            )
        made = Portfolio.objects.create(account_id=account.pk, made_at=now, changed_at=now, **asdict(face))
        audit.record("wallet.make_portfolio", actor=actor, now=now, subject=made, about=account.person_id)
    return made


def change_face(
    *, portfolio: Portfolio, face: Face, version: int, actor: Person | None, now: datetime
) -> Portfolio:
    """Change title, own words, purpose, layout and what is shown of the owner."""
    _require(portfolio.account, actor)
    return _write(portfolio, version, actor, now, **asdict(_checked(face)))


def choose(
    *,
    portfolio: Portfolio,
    holding_ids: Sequence[UUID],
    entry_ids: Sequence[UUID],
    certificate_ids: Sequence[UUID],
    version: int,
    actor: Person | None,
    now: datetime,
) -> Portfolio:
    """Make these the things of the portfolio: new ones go to the end, others out, own words stay.

    Refuses what is not in the account, and more blocks than a page bears.
    """
    _require(portfolio.account, actor)
    wanted = {"badge": holding_ids, "entry": entry_ids, "certificate": certificate_ids}
    _require_mine(portfolio.account, holding_ids, entry_ids, certificate_ids)
    names = {kind: {str(each) for each in ids} for kind, ids in wanted.items()}
    kept = [
        block
        for block in rules.blocks_in(portfolio.blocks)
        if block.kind == "text" or block.source in names[block.kind]
    ]
    for kind in ("badge", "entry", "certificate"):
        kept = rules.added(kept, kind, wanted[kind])
    return _write_blocks(portfolio, kept, version, actor, now)


def write_text(
    *, portfolio: Portfolio, heading: str, text: str, version: int, actor: Person | None, now: datetime
) -> Portfolio:
    """Put a piece of own words at the end."""
    _require(portfolio.account, actor)
    heading, text = _words(heading, text, rules.TEXT_LENGTH, required=True)
    block = Block(id=rules.new_block_id(), kind="text", heading=heading, text=text)
    return _write_blocks(portfolio, [*rules.blocks_in(portfolio.blocks), block], version, actor, now)


def change_block(
    *,
    portfolio: Portfolio,
    block_id: str,
    heading: str,
    text: str,
    shown: bool,
    details: bool,
    version: int,
    actor: Person | None,
    now: datetime,
) -> Portfolio:
    """Change the own words of a block, whether it is shown, and how much of it."""
    _require(portfolio.account, actor)
    block = _block(portfolio, block_id)
    own = block.kind == "text"
    heading, text = _words(
        heading if own else "", text, rules.TEXT_LENGTH if own else rules.NOTE_LENGTH, required=own
    )
    blocks = rules.changed(
        rules.blocks_in(portfolio.blocks), block_id, heading=heading, text=text, shown=shown, details=details
    )
    return _write_blocks(portfolio, blocks, version, actor, now)


def arrange(
    *, portfolio: Portfolio, block_id: str, do: Do, version: int, actor: Person | None, now: datetime
) -> Portfolio:
    """Move a block up or down, hide or show it, or take it out; the thing itself stays in the account."""
    _require(portfolio.account, actor)
    _block(portfolio, block_id)
    acts: dict[str, Callable[[list[Block]], list[Block]]] = {
        "up": lambda blocks: rules.moved(blocks, block_id, -1),
        "down": lambda blocks: rules.moved(blocks, block_id, 1),
        "hide": lambda blocks: rules.changed(blocks, block_id, shown=False),
        "show": lambda blocks: rules.changed(blocks, block_id, shown=True),
        "remove": lambda blocks: rules.without(blocks, block_id),
    }
    return _write_blocks(portfolio, acts[do](rules.blocks_in(portfolio.blocks)), version, actor, now)


@transaction.atomic
def remove(*, portfolio: Portfolio, actor: Person | None, now: datetime) -> None:
    """Delete a portfolio; its links end at once. What it showed stays in the account. Safe to repeat."""
    _require(portfolio.account, actor)
    PortfolioShare.objects.filter(
        account_id=portfolio.account_id, portfolio_id=portfolio.id, withdrawn_at=None
    ).update(withdrawn_at=now)
    gone, _rows = Portfolio.objects.filter(account_id=portfolio.account_id, id=portfolio.id).delete()
    if gone:
        audit.record(
            "wallet.remove_portfolio",
            actor=actor,
            now=now,
            subject=portfolio.account,
            about=portfolio.account.person_id,
            portfolio=portfolio.id,
        )


def _write_blocks(
    portfolio: Portfolio, blocks: list[Block], version: int, actor: Person | None, now: datetime
) -> Portfolio:
    if len(blocks) > rules.MOST_BLOCKS:
        raise Refused(
            _("한 포트폴리오에는 %(most)d가지까지 담을 수 있습니다. 덜 중요한 것을 빼고 다시 해 주세요.")
            % {"most": rules.MOST_BLOCKS},
            code="too_many_blocks",
        )
    return _write(portfolio, version, actor, now, blocks=[block.as_json() for block in blocks])


def _write(
    portfolio: Portfolio, version: int, actor: Person | None, now: datetime, **changes: Any
) -> Portfolio:
    """One conditional update: it counts only on the version that was seen."""
    with transaction.atomic():
        done = Portfolio.objects.filter(
            account_id=portfolio.account_id, id=portfolio.id, version=version
        ).update(version=version + 1, changed_at=now, **changes)
        if not done:
            raise Stale(
                _("다른 창에서 먼저 고쳤습니다. 지금 내용을 확인하고 다시 해 주세요. 바뀐 것은 없습니다.")
            )
        audit.record(
            "wallet.change_portfolio",
            actor=actor,
            now=now,
            subject=portfolio,
            about=portfolio.account.person_id,
            what=sorted(changes),
        )
    for name, value in changes.items():
        setattr(portfolio, name, value)
    portfolio.version, portfolio.changed_at = version + 1, now
    return portfolio


def _require(account: LearningAccount, actor: Person | None) -> None:
    if not policies.can_compose(actor, account):
        raise NotAllowed(_("포트폴리오는 학습계좌의 주인만 만들고 고칠 수 있습니다."))
    if account.closed_at is not None:
        raise Refused(_("닫은 학습계좌에서는 포트폴리오를 고칠 수 없습니다."), code="account_closed")


def _require_mine(
    account: LearningAccount,
    holding_ids: Sequence[UUID],
    entry_ids: Sequence[UUID],
    certificate_ids: Sequence[UUID],
) -> None:
    there = (
        Holding.objects.filter(account_id=account.pk, id__in=holding_ids).count()
        + Entry.objects.filter(account_id=account.pk, voided_at=None, id__in=entry_ids).count()
        + Certificate.objects.filter(account_id=account.pk, id__in=certificate_ids).count()
    )
    if there != len(set(holding_ids)) + len(set(entry_ids)) + len(set(certificate_ids)):
        raise Refused(
            _("고른 것 가운데 그 사이에 지워진 것이 있습니다. 담을 것을 다시 확인해 주세요."),
            code="thing_gone",
        )


def _checked(face: Face) -> Face:
    fields = rules.face_faults(face, purposes=Portfolio.Purpose.values, layouts=Portfolio.Layout.values)
    if fields:
        message = next(iter(fields.values())) if len(fields) == 1 else _("적은 내용을 확인해 주세요.")
        raise Invalid(message, code="portfolio_faults", fields=fields)
    return Face(**{**asdict(face), "title": " ".join(face.title.split()), "intro": face.intro.strip()})


def _words(heading: str, text: str, most: int, *, required: bool) -> tuple[str, str]:
    heading, text = " ".join(heading.split()), text.strip()
    fields = {
        name: fault
        for name, fault in (
            ("heading", rules.text_fault(heading, rules.HEADING_LENGTH)),
            ("text", rules.text_fault(text, most)),
        )
        if fault
    }
    if required and not text:
        fields["text"] = _("글을 적어 주세요.")
    if fields:
        raise Invalid(next(iter(fields.values())), code="portfolio_words", fields=fields)
    return heading, text


def _block(portfolio: Portfolio, block_id: str) -> Block:
    found = next((each for each in rules.blocks_in(portfolio.blocks) if each.id == block_id), None)
    if found is None:
        raise Stale(_("그 사이에 뺀 것입니다. 지금 내용을 확인해 주세요."))
    return found
