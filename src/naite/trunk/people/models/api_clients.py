"""Programs that act for a person or an institution: their tokens, and what they asked already."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naite.roots.ids import new_id
from naite.trunk.people.models.organisations import Organisation
from naite.trunk.people.models.persons import Person


class ApiToken(models.Model):
    """A secret that lets a program do a few things for whoever made it; kept only as its SHA-256."""

    class Scope(models.TextChoices):
        RECORD_READ = "record:read", _("내 학습이력 읽기")
        PACKAGES_READ = "packages:read", _("보낸 제출 꾸러미 보기")
        PLANS_READ = "plans:read", _("학습설계 보기")
        QUESTIONS_READ = "questions:read", _("나의 상담 보기")
        QUESTIONS_WRITE = "questions:write", _("상담 묻기")
        COMPLETIONS_WRITE = "completions:write", _("이수실적 올리기")
        COMPLETIONS_READ = "completions:read", _("올린 이수실적의 결과 보기")
        AWARDS_WRITE = "awards:write", _("여러 사람에게 배지 주기")
        AWARDS_READ = "awards:read", _("맡긴 배지의 결과 보기")
        RECOGNITION_WRITE = "recognition:write", _("평가인정을 신청하고 진행 보기")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", help_text="made it, and answers for what it does"
    )
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="none: one's own record",
    )
    name = models.CharField(max_length=60)
    scopes = models.JSONField(default=list)
    digest = models.CharField(max_length=64, unique=True)
    ending = models.CharField(max_length=4, help_text="the last characters, to tell tokens apart")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organisation", "created_at"]),
            models.Index(
                fields=["person", "created_at"], condition=Q(organisation=None), name="people_own_token"
            ),
        ]


class ApiRequest(models.Model):
    """A request that was answered, by the key its program gave it: asked again it is answered the same."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner_id = models.UUIDField(help_text="the organisation, else the person")
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, help_text="of what was asked")
    answer = models.JSONField(default=dict)
    asked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner_id", "key"], name="people_request_key_once")
        ]
        indexes: ClassVar = [models.Index(fields=["asked_at"])]
