"""Which entries go onto which document: switches that last, by entry and by section."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import NotAllowed
from naite.trunk.catalogue.classification import Area
from naite.trunk.people.models import Person
from naite.trunk.records import policies
from naite.trunk.records.models import CertificateKind, Entry, LearningAccount, PrintChoice

_ENTRY, _GROUP = "entry:", "group:"
_AREAS = [*Area.values, ""]


@dataclass
class Group:
    """A section, or within the recognised courses an area, and what of it is chosen."""

    key: str
    section: Entry.Section
    area: str
    entries: list[Entry] = field(default_factory=list)
    chosen: set[UUID] = field(default_factory=set)

    @property
    def label(self) -> str:
        name = str(self.section.label)
        if self.section == Entry.Section.RECOGNISED:
            return f"{name} · {Area(self.area).label if self.area else _('그 밖')}"
        return name

    @property
    def state(self) -> str:
        """``all``, ``some`` or ``none``: the three states of the section's box."""
        return "none" if not self.chosen else "all" if len(self.chosen) == len(self.entries) else "some"


def may_hold(kind: CertificateKind, entry: Entry) -> bool:
    """The 증명서 certifies recognised courses only; the 이력철 takes everything."""
    return kind == CertificateKind.PORTFOLIO or entry.section == Entry.Section.RECOGNISED


def group_key(entry: Entry) -> str:
    if entry.section == Entry.Section.RECOGNISED:
        return f"{int(entry.section)}.{entry.area}"
    return str(int(entry.section))


def grouped(entries: Iterable[Entry], kind: CertificateKind) -> list[Group]:
    """Sort what a document of this kind may hold into its sections, in the order of the law."""
    found: dict[str, Group] = {}
    for entry in entries:
        if may_hold(kind, entry):
            key = group_key(entry)
            area = entry.area if entry.section == Entry.Section.RECOGNISED else ""
            found.setdefault(key, Group(key, Entry.Section(entry.section), area)).entries.append(entry)
    return sorted(found.values(), key=lambda group: (group.section, _AREAS.index(group.area)))


def choices_of(account: LearningAccount, kind: CertificateKind) -> list[Group]:
    """Return the sections of a document with their entries, the latest first, and what of them is chosen.

    Two queries, however many entries there are.
    """
    entries = Entry.objects.filter(account_id=account.pk, voided_at=None).order_by("-completed_on", "-id")
    groups = grouped(entries, kind)
    switches = _switches(account, kind)
    for group in groups:
        base = switches.get(_GROUP + group.key, True)
        group.chosen = {e.id for e in group.entries if switches.get(f"{_ENTRY}{e.id}", base)}
    return groups


def chosen_total(groups: Iterable[Group]) -> tuple[int, Decimal]:
    """Return how many entries are chosen, and their hours."""
    picked = [entry for group in groups for entry in group.entries if entry.id in group.chosen]
    return len(picked), sum((entry.hours for entry in picked), Decimal(0))


@transaction.atomic
def choose(
    *,
    account: LearningAccount,
    kind: CertificateKind,
    chosen: Collection[UUID],
    seen_until: datetime | None = None,
    actor: Person | None,
    now: datetime,
) -> list[Group]:
    """Keep which entries are printed, until they are chosen otherwise; return the sections as they now are.

    A section that is wholly on or off stays so for what comes into it later. Entries that came after
    ``seen_until`` (the page did not show them yet) keep their switch; ids that are not of this account, or
    not for this kind of document, are passed over. Refuses anyone but the owner. Safe to repeat.
    """
    if not policies.can_see_account(actor, account):
        raise NotAllowed(_("담을 것은 학습계좌의 주인만 고를 수 있습니다."))
    # Two tabs of one person take turns.
    LearningAccount.objects.select_for_update().get(pk=account.pk)
    groups, wanted = choices_of(account, kind), set(chosen)
    kept: dict[str, bool] = {}
    for group in groups:
        group.chosen = {
            e.id
            for e in group.entries
            if (e.id in wanted if seen_until is None or e.added_at <= seen_until else e.id in group.chosen)
        }
        if group.state == "some":
            kept |= {f"{_ENTRY}{e.id}": e.id in group.chosen for e in group.entries}
        else:
            kept[_GROUP + group.key] = group.state == "all"
    if kept == _switches(account, kind):
        return groups
    PrintChoice.objects.filter(account_id=account.pk, kind=kind).delete()
    PrintChoice.objects.bulk_create(
        PrintChoice(account_id=account.pk, kind=kind, scope=scope, chosen=on) for scope, on in kept.items()
    )
    audit.record(
        "records.choose_for_print",
        actor=actor,
        now=now,
        subject=account,
        about=account.person_id,
        kind=str(kind),
        entries=chosen_total(groups)[0],
    )
    return groups


def _switches(account: LearningAccount, kind: CertificateKind) -> dict[str, bool]:
    return dict(PrintChoice.objects.filter(account_id=account.pk, kind=kind).values_list("scope", "chosen"))
