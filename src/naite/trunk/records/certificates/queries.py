"""Reading what was issued. Every query names the account."""

from uuid import UUID

from django.db.models import QuerySet

from naite.trunk.records.models import Certificate, LearningAccount


def certificates_of(account: LearningAccount) -> QuerySet[Certificate]:
    """Return what was issued to an account, the latest first, without the contents."""
    return Certificate.objects.filter(account_id=account.pk).defer("content").order_by("-issued_at", "-id")


def certificate_of(account: LearningAccount, certificate_id: UUID) -> Certificate | None:
    return (
        Certificate.objects.filter(account_id=account.pk, id=certificate_id).select_related("account").first()
    )
