"""From what a learner chose to the things of a package, as they are on the day of submission."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from naite.roots.errors import Refused
from naite.trunk.records.certificates.content import birth_text, plain_hours
from naite.trunk.records.models import Certificate, Entry, LearningAccount
from naite.trunk.wallet.models import Holding, Package, PackageItem
from naite.trunk.wallet.packages.rules import PackageDraft

Kind = PackageItem.Kind


def items_of_draft(account: LearningAccount, draft: PackageDraft, *, package_id: UUID) -> list[PackageItem]:
    """Return the things of a draft in order, not yet written: documents first, then badges, then entries.

    Refuses what is not (or no longer) in the account, and documents that were withdrawn or replaced.
    """
    certificates = list(
        Certificate.objects.filter(account_id=account.pk, id__in=draft.certificate_ids).order_by(
            "-issued_at", "-id"
        )
    )
    holdings = list(
        Holding.objects.filter(account_id=account.pk, id__in=draft.holding_ids).order_by("-issued_at", "-id")
    )
    entries = list(
        Entry.objects.filter(account_id=account.pk, voided_at=None, id__in=draft.entry_ids).order_by(
            "section", "-completed_on", "-id"
        )
    )
    wanted = {*draft.certificate_ids, *draft.holding_ids, *draft.entry_ids}
    if len(certificates) + len(holdings) + len(entries) != len(wanted):
        raise Refused(
            _("고른 것 가운데 그 사이에 지워진 것이 있습니다. 담을 것을 다시 확인해 주세요."),
            code="thing_gone",
        )
    if any(each.state != "valid" for each in certificates):
        raise Refused(
            _("거두었거나 새로 바꾼 증명서는 보낼 수 없습니다. 지금 유효한 증명서를 골라 주세요."),
            code="document_ended",
        )
    rows = [
        *(certificate_row(each) for each in certificates),
        *(badge_row(each) for each in holdings),
        *(entry_row(each) for each in entries),
    ]
    return [
        PackageItem(account=account, package_id=package_id, position=place, **row)
        for place, row in enumerate(rows)
    ]


def sender_of(account: LearningAccount, draft: PackageDraft) -> dict[str, str]:
    """Return what the recipient learns of the sender: the name, and what else the sender wants."""
    person = account.person
    return {
        "name": person.name,
        "birth": birth_text(person.birth_date, hide_day=False) if draft.shows_birth else "",
        "email": (person.email or "") if draft.shows_email else "",
    }


def summary_of(items: list[PackageItem]) -> dict[str, int]:
    """Count the things by kind."""
    return {kind.value: sum(item.kind == kind for item in items) for kind in Kind}


def certificate_row(row: Certificate) -> dict[str, Any]:
    return {
        "kind": Kind.CERTIFICATE,
        "source_id": row.id,
        "title": str(row.get_kind_display()),
        "sha256": row.pdf_sha256,
        "facts": {
            "language": row.language,
            "number": row.number,
            "count": row.entry_count,
            "hours": plain_hours(row.hours),
            "issued_on": timezone.localdate(row.issued_at).isoformat(),
            "issuer": row.content.get("issuer", ""),
        },
    }


def badge_row(row: Holding) -> dict[str, Any]:
    return {
        "kind": Kind.BADGE,
        "source_id": row.id,
        "award_id": row.award_id,
        "title": row.title,
        "credential": bytes(row.credential),
        "sha256": row.sha256,
        "facts": {
            "issuer": row.issuer_name,
            "issued_on": timezone.localdate(row.issued_at).isoformat(),
            "area": row.area,
            "badge_type": row.badge_type,
            "source": row.source,
        },
    }


def entry_row(row: Entry) -> dict[str, Any]:
    return {
        "kind": Kind.ENTRY,
        "source_id": row.id,
        "title": row.title,
        "facts": {
            "section": int(row.section),
            "provider": row.provider_name,
            "area": row.area,
            "started_on": row.started_on.isoformat() if row.started_on else "",
            "completed_on": row.completed_on.isoformat(),
            "hours": plain_hours(row.hours),
            "provenance": row.provenance,
            "recognition": row.recognition_number,
        },
    }


def draft_package(account: LearningAccount, draft: PackageDraft, **fields: Any) -> Package:
    """Return the package of a draft as a row that is not written."""
    return Package(
        account=account,
        recipient=" ".join(draft.recipient.split()),
        purpose=" ".join(draft.purpose.split()),
        message=draft.message.strip(),
        sender=sender_of(account, draft),
        most_looks=draft.most_looks,
        **fields,
    )
