"""What people are asked to agree to, and what they agreed to."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.people.models import Person


class ConsentText(models.Model):
    """What people are asked to agree to, for one purpose, in one immutable version."""

    class Purpose(models.TextChoices):
        TERMS = "terms", _("이용약관")
        PRIVACY = "privacy", _("개인정보 수집·이용")
        NEWS = "news", _("강좌 소식 받기")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    purpose = models.CharField(max_length=20, choices=Purpose)
    version = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    body = models.TextField()
    required = models.BooleanField()
    valid_from = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["purpose", "version"], name="privacy_consent_text_version")
        ]


class Consent(models.Model):
    """A person agreed to one version, and perhaps withdrew it later."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="consents")
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(
        Person,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="the guardian who agreed for a child",
    )
    by_guardian = models.BooleanField(default=False, help_text="asked anew on the 14th birthday")
    on_paper = models.BooleanField(default=False, help_text="signed at a desk, entered by staff")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "text"], condition=Q(withdrawn_at=None), name="privacy_consent_live_once"
            )
        ]
