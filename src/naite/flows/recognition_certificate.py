"""The certificate of recognition (평가인정서), signed with the key that signs the installation's documents."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of
from naite.roots.errors import NotAllowed, Refused
from naite.roots.papers import Facts, Paper, Text, pdf
from naite.trunk.people.models import Person, Role
from naite.trunk.people.policies import COURSE_STAFF, has_role
from naite.trunk.recognition.models import Recognition
from naite.trunk.recognition.posting import standing
from naite.trunk.records.certificates import papers
from naite.trunk.records.certificates.seal import seal


def paper(recognition: Recognition) -> Paper:
    """Return what the certificate says; the same for the same recognition, dated with its beginning."""
    course = recognition.course
    title = course.current.title if course.current else ""
    last = recognition.last_day
    return Paper(
        title=_("평가인정서"),
        number=recognition.number,
        issuer=recognition.granted_by.name,
        day=recognition.received_on or recognition.granted_on,
        blocks=[
            Facts(
                [
                    (_("인정번호"), recognition.number),
                    (_("학습과정"), title),
                    (_("기관"), course.organisation.name),
                    (_("인정한 날"), f"{recognition.granted_on:%Y.%m.%d}"),
                    (_("유효기간"), f"{recognition.valid_from:%Y.%m.%d} ~ {last:%Y.%m.%d}"),
                ]
            ),
            Text(_("위 학습과정을 「평생교육법」 제23조에 따라 평가인정합니다.")),
        ],
        seal=seal(recognition.granted_by.name),
        seal_alt=_("%(name)s의 도장") % {"name": recognition.granted_by.name},
        contact=[
            _("지금도 유효한지는 %(url)s 에서 누구나 확인할 수 있습니다.") % {"url": address_of(recognition)}
        ],
    )


def address_of(recognition: Recognition) -> str:
    """Where everybody sees what has become of a recognition."""
    return f"{settings.BASE_URL}/recognitions/{recognition.pk}/"


def certificate(*, recognition: Recognition, actor: Person, now: datetime) -> bytes:
    """Return the signed certificate of a recognition that is in force.

    Refuses anyone but the institution's staff and the officers of the granting institute, and a recognition
    that is over or cancelled: its history stays on the public page. Writes an audit event.
    """
    mine = has_role(actor, recognition.course.organisation, *COURSE_STAFF, now=now)
    if not mine and not has_role(actor, recognition.granted_by, Role.NATIONAL_OFFICER, now=now):
        raise NotAllowed(_("평가인정서는 인정받은 기관의 담당자만 받을 수 있습니다."))
    if standing(recognition, day_of(now)) not in {"live", "coming"}:
        raise Refused(_("끝났거나 취소된 인정에는 평가인정서를 드리지 않습니다."), code="not_live")
    with translation.override("ko"):
        said = paper(recognition)
        signed = papers.signed(
            pdf(said), title=said.title, issuer=said.issuer, address=address_of(recognition), now=now
        )
    audit.record("recognition.certificate", actor=actor, now=now, subject=recognition)
    return signed
