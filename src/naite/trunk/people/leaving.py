"""Forgetting a person who left: the row stays as a key that says nothing."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.files import services as files
from naite.trunk.people import connections
from naite.trunk.people.cards import needs_stronger_sign_in
from naite.trunk.people.models import ApiToken, LearningCard, PaperConsent, Person, Representation


@transaction.atomic
def forget(*, person: Person, now: datetime) -> bool:
    """Take name, birth date, addresses and ways to sign in from a person; return whether anything was done.

    People who still hold a role stay, because their office needs their name. Safe to repeat.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    if needs_stronger_sign_in(person, now=now) or not person.is_active:
        return False
    LearningCard.objects.filter(person=person, ended_at=None).update(ended_at=now, end_reason=_("탈퇴"))
    for side in ("principal", "representative"):
        Representation.objects.filter(**{side: person}, ended_at=None).update(ended_at=now)
    Representation.objects.filter(principal=person).update(relation="–")
    for paper in PaperConsent.objects.filter(person=person).select_related("file"):
        if paper.file is not None:
            files.erase(paper.file, now=now)
    PaperConsent.objects.filter(person=person).exclude(signed_by="").update(signed_by="–")
    connections.disconnect_all(person=person)
    ApiToken.objects.filter(person=person, revoked_at=None).update(revoked_at=now)
    person.name, person.email, person.phone = _("탈퇴한 사람"), None, ""
    person.birth_date = person.region = None
    person.is_active = False
    person.set_unusable_password()
    person.save()
    audit.record("people.forget", actor=None, now=now, subject=person, about=person.pk)
    return True
