"""Reading packages. Every query names the account; only a link is found by its digest alone."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from naite.trunk.records.models import LearningAccount
from naite.trunk.wallet.models import Package, PackageItem, PackageLink, PackageLook
from naite.trunk.wallet.services import digest_of


@dataclass(frozen=True, slots=True)
class Linked:
    """A link and the package it leads to."""

    link: PackageLink
    package: Package


def packages_of(account: LearningAccount) -> QuerySet[Package]:
    """Return what an account sent, the latest first."""
    return Package.objects.filter(account_id=account.pk).order_by("-sent_at", "-id")


def package_of(account: LearningAccount, package_id: UUID) -> Package | None:
    return (
        Package.objects.filter(account_id=account.pk, id=package_id).select_related("account__person").first()
    )


def items_of(package: Package) -> list[PackageItem]:
    """Return the things of a package in order, without the bytes of its badges."""
    return list(
        PackageItem.objects.filter(account_id=package.account_id, package_id=package.id)
        .defer("credential")
        .order_by("position")
    )


def item_of(package: Package, item_id: UUID) -> PackageItem | None:
    return PackageItem.objects.filter(
        account_id=package.account_id, package_id=package.id, id=item_id
    ).first()


def looks_at(package: Package) -> QuerySet[PackageLook]:
    """Return what happened at the recipient's side, the latest first."""
    return PackageLook.objects.filter(account_id=package.account_id, package_id=package.id).order_by(
        "-at", "-id"
    )


def linked(token: str) -> Linked | None:
    """Return what a link leads to, open or ended; None for a token that never was or was renewed."""
    link = PackageLink.objects.filter(token_digest=digest_of(token)).first()
    if link is None:
        return None
    package = (
        Package.objects.filter(account_id=link.account_id, id=link.package_id)
        .select_related("account__person")
        .first()
    )
    return Linked(link, package) if package is not None else None
