"""Reading the list of trusted issuers: where one stands now, what the list was in an earlier version."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Max

from credcore.trust import Former, Trust
from naite.roots.dates import day_of, start_of
from naite.trunk.badges import names
from naite.trunk.badges.models import IssuerDecision, IssuerKey, ListedIssuer
from naite.trunk.badges.trust_rules import UNLISTED, Standing, standing_on
from naite.trunk.people.models import Organisation

IN_FORCE = IssuerDecision.State.IN_FORCE


class IssuerList:
    """The list as it stands at an instant; each issuer is looked up once."""

    def __init__(self, now: datetime) -> None:
        self._day = day_of(now)
        self._known: dict[str, Standing] = {}

    def standing(self, issuer: str) -> Standing:
        """Return where an issuer stands. Who issues here is on the list by itself until somebody decides."""
        if issuer not in self._known:
            self._known[issuer] = self._find(issuer)
        return self._known[issuer]

    def trust(self, issuer: str) -> Trust:
        """The same for ``credcore``: of one that was taken off, what it gave before still counts, unless the
        decision says otherwise."""
        found = self.standing(issuer)
        if found.on_list:
            return "trusted"
        if found.left is None:
            return "unknown"
        return Former(start_of(found.left if found.keeps_past else date(1, 1, 2)))

    def _find(self, issuer: str) -> Standing:
        decided = IssuerDecision.objects.filter(listed__issuer=issuer, state=IN_FORCE).order_by("number")
        found = standing_on(list(decided), self._day)
        return found if found.state != "unlisted" else by_itself(issuer)


def by_itself(issuer: str) -> Standing:
    """Where an issuer stands about which nobody decided: those that issue here are trusted (ADR 6)."""
    slug = names.slug_of_did(issuer)
    if slug is not None and Organisation.objects.filter(slug=slug).exists():
        return Standing("trusted", own=True)
    return Standing("trusted") if issuer in settings.TRUSTED_ISSUERS else UNLISTED


@dataclass(frozen=True, slots=True)
class Listed:
    """An issuer with where it stands and what was decided about it, the latest first."""

    row: ListedIssuer
    standing: Standing
    decisions: Sequence[IssuerDecision]

    @property
    def latest(self) -> IssuerDecision:
        return self.decisions[0]

    @property
    def by(self) -> str:
        return self.latest.office.name if self.latest.office else ""


def listed(*, now: datetime, upto: int | None = None) -> list[Listed]:
    """Return every issuer about which something was decided, by name; as of version ``upto`` when given."""
    decided = IssuerDecision.objects.filter(state=IN_FORCE).select_related("listed", "office")
    if upto is not None:
        decided = decided.filter(number__lte=upto)
    return _gathered(decided.order_by("number"), day_of(now))


def one(row: ListedIssuer, *, now: datetime) -> Listed | None:
    """Return one issuer of the list with its history; None while nothing about it is in force."""
    decided = IssuerDecision.objects.filter(listed=row, state=IN_FORCE).select_related("listed", "office")
    return next(iter(_gathered(decided.order_by("number"), day_of(now))), None)


def version_now() -> int:
    """The number of the list's last change; 0 for an empty list."""
    return IssuerDecision.objects.aggregate(last=Max("number"))["last"] or 0


def day_of_version(number: int) -> datetime | None:
    """When a version of the list came about."""
    return (
        IssuerDecision.objects.filter(number=number, state=IN_FORCE)
        .values_list("decided_at", flat=True)
        .first()
    )


def own_issuers(*, except_for: Iterable[str] = ()) -> list[tuple[str, Organisation, date]]:
    """Return the DIDs of those that issue here and about which nobody decided, since their first key."""
    decided = set(except_for)
    found: dict[str, tuple[str, Organisation, date]] = {}
    keys = IssuerKey.objects.select_related("organisation__region__parent").defer("sealed_private")
    for key in keys.order_by("organisation__name", "valid_from"):
        did = names.issuer_did(key.organisation.slug)
        if did not in decided and did not in found:
            found[did] = (did, key.organisation, day_of(key.valid_from))
    return list(found.values())


def _gathered(decided: Iterable[IssuerDecision], day: date) -> list[Listed]:
    groups: dict[ListedIssuer, list[IssuerDecision]] = {}
    for each in decided:
        groups.setdefault(each.listed, []).append(each)
    found = [Listed(row, standing_on(rows, day), rows[::-1]) for row, rows in groups.items()]
    return sorted(found, key=lambda each: (each.row.name, each.row.issuer))
