"""From what a learner chose to what a link shows: names and facts as they are now, nothing that was not chosen."""

from dataclasses import dataclass
from typing import Any

from naite.trunk.records.models import Certificate, Entry, LearningAccount
from naite.trunk.wallet.models import Holding, Portfolio
from naite.trunk.wallet.packages.contents import badge_row, certificate_row, entry_row
from naite.trunk.wallet.portfolios import rules
from naite.trunk.wallet.portfolios.rules import Block

_FACE = ("title", "intro", "purpose", "layout", "shows_tree")


@dataclass(frozen=True, slots=True)
class Listed:
    """A block as its owner sees it while composing: with the name of its thing, or without it when that is gone."""

    block: Block
    title: str
    facts: dict[str, Any]
    gone: bool


def listed(portfolio: Portfolio) -> list[Listed]:
    """Return the blocks in order with what they show, in three queries however many they are."""
    blocks = rules.blocks_in(portfolio.blocks)
    account_id = portfolio.account_id

    def sources(kind: str) -> list[str]:
        return [block.source for block in blocks if block.kind == kind]

    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for holding in Holding.objects.filter(account_id=account_id, id__in=sources("badge")):
        rows["badge", str(holding.id)] = badge_row(holding)
    for entry in Entry.objects.filter(account_id=account_id, voided_at=None, id__in=sources("entry")):
        rows["entry", str(entry.id)] = entry_row(entry)
    for document in Certificate.objects.filter(account_id=account_id, id__in=sources("certificate")):
        rows["certificate", str(document.id)] = certificate_row(document)
    found = []
    for block in blocks:
        row = rows.get((block.kind, block.source))
        own = block.kind == "text"
        found.append(
            Listed(
                block=block,
                title=block.heading if own else (row["title"] if row else ""),
                facts=row["facts"] if row else {},
                gone=not own and row is None,
            )
        )
    return found


def content_of(portfolio: Portfolio, account: LearningAccount) -> dict[str, Any]:
    """Return what a link to the portfolio shows, as plain JSON values.

    Hidden blocks and things that are gone are left out altogether, and so is everything of the owner but what
    the owner shows.
    """
    person = account.person
    return {
        **{name: getattr(portfolio, name) for name in _FACE},
        "name": person.name if portfolio.shows_name else "",
        "email": (person.email or "") if portfolio.shows_email else "",
        "blocks": [
            {
                **each.block.as_json(),
                "title": each.title,
                "facts": each.facts if each.block.details else _bare(each.facts),
            }
            for each in listed(portfolio)
            if each.block.shown and not each.gone
        ],
    }


# What drawing and dating a thing needs, without what it says of hours, numbers or where it came from.
_BARE = ("issuer", "provider", "issued_on", "completed_on", "area", "badge_type", "source", "provenance")


def _bare(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: facts[name] for name in _BARE if name in facts}
