"""The natural persons who sign in."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.people.models.regions import Region


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str | None, password: str | None = None, **fields: Any) -> "Person":
        person = self.model(email=self.normalize_email(email).lower() if email else None, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """A natural person who can sign in. Never holds a resident registration number."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("전자우편"), unique=True, null=True, blank=True)
    name = models.CharField(_("이름"), max_length=60)
    phone = models.CharField(
        _("휴대전화"), max_length=15, blank=True, db_index=True, help_text="digits; families share phones"
    )
    birth_date = models.DateField(_("생년월일"), null=True, blank=True)
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False, help_text="runs this installation")
    joined_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]
    objects: ClassVar = PersonManager()

    def __str__(self) -> str:
        return self.name
