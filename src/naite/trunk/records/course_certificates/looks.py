"""The look of an institution's 수료증: its name line, its representative, its sentence and its seal."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.files import services as files
from naite.roots.files.kinds import JPEG, PNG
from naite.roots.files.models import StoredFile
from naite.roots.text import tidy
from naite.trunk.people.models import Organisation, Person
from naite.trunk.people.policies import can_run_courses
from naite.trunk.records.certificates import render
from naite.trunk.records.course_certificates import document
from naite.trunk.records.models import CertificateLook

SEAL_BYTES: Final = 1024 * 1024
SEAL_KINDS: Final = (PNG, JPEG)
_MOST: Final = {"issuer": 60, "representative": 60, "sentence": 200}


def look_of(organisation: Organisation) -> CertificateLook | None:
    return CertificateLook.objects.filter(pk=organisation.pk).select_related("seal").first()


def snapshot(look: CertificateLook | None, organisation: Organisation) -> dict[str, str]:
    """Return the look as a document keeps it; without one, the institution's name alone."""
    if look is None:
        return {"issuer": organisation.name, "representative": "", "sentence": ""}
    return {"issuer": look.issuer, "representative": look.representative, "sentence": look.sentence}


def seal_of(look_issuer: str, stored: StoredFile | None) -> str:
    """Return the seal to print, as SVG."""
    if stored is None:
        return document.seal_picture(look_issuer, None, "")
    with files.open_file(stored) as file:
        return document.seal_picture(look_issuer, file.read(), stored.media_type)


@transaction.atomic
def change_look(
    *,
    organisation: Organisation,
    issuer: str,
    representative: str,
    sentence: str,
    seal: files.Readable | None = None,
    seal_name: str = "",
    drop_seal: bool = False,
    seen_version: int,
    actor: Person | None,
    now: datetime,
) -> CertificateLook:
    """Settle how the institution's next 수료증 look; those already made stay as they are.

    A seal must be a PNG or JPEG by its content, up to 1 MB, and one that can really be set. Refuses anyone who
    does not run the institution's courses, texts that are too long, and a change made on a page that somebody
    else has overtaken (``seen_version``).
    """
    if not can_run_courses(actor, organisation, now=now):
        raise NotAllowed(_("이 기관의 강좌를 맡은 담당자만 할 수 있습니다."))
    texts = {"issuer": tidy(issuer), "representative": tidy(representative), "sentence": tidy(sentence)}
    wrong = {
        name: _("%(most)s자까지 적을 수 있습니다.") % {"most": _MOST[name]}
        for name, text in texts.items()
        if len(text) > _MOST[name]
    }
    if not texts["issuer"]:
        wrong["issuer"] = _("수료증을 주는 이름을 적어 주세요. 보기: 가온시평생학습관장")
    if wrong:
        raise Invalid(_("적은 것을 확인해 주세요."), code="look", fields=wrong)
    look = CertificateLook.objects.select_for_update().filter(pk=organisation.pk).first()
    if (look.version if look else 0) != seen_version:
        raise Refused(
            _("그 사이에 다른 사람이 모양을 바꾸었습니다. 바뀐 것을 보고 다시 저장해 주세요."),
            code="overtaken",
        )
    kept = None
    if seal is not None:
        kept = _kept_seal(seal, seal_name, texts["issuer"], now)
    look = look or CertificateLook(organisation=organisation, version=0)
    look.issuer, look.representative = texts["issuer"], texts["representative"]
    look.sentence = texts["sentence"]
    if kept is not None or drop_seal:
        look.seal = kept
    look.version += 1
    look.changed_at = now
    look.save()
    audit.record(
        "records.change_certificate_look",
        actor=actor,
        now=now,
        subject=organisation,
        seal=str(look.seal_id or ""),
    )
    return look


def _kept_seal(seal: files.Readable, name: str, issuer: str, now: datetime) -> StoredFile:
    try:
        stored = files.keep(
            seal, name=name, kinds=SEAL_KINDS, limit=SEAL_BYTES, purpose="records.seal", now=now
        )
    except Invalid as refusal:
        raise Invalid(refusal.message, code=refusal.code, fields={"seal": refusal.message}) from refusal
    try:
        preview(snapshot_of={"issuer": issuer, "representative": "", "sentence": ""}, seal=stored)
    except RuntimeError as error:
        message = _("이 그림은 문서에 넣을 수 없습니다. 그림을 PNG로 다시 저장해서 올려 주세요.")
        raise Invalid(message, code="seal_unusable", fields={"seal": message}) from error
    return stored


def preview(*, snapshot_of: dict[str, str], seal: StoredFile | None, language: str = "ko") -> bytes:
    """Return a watermarked picture of a 수료증 in this look, with an invented person."""
    from_sample = document.build(
        completion_id="sample",
        language=language,
        name="홍길동" if language == "ko" else "Hong Gildong",
        birth="1968. 5. 12.",
        course="마을 기록가 되기",
        organisation=snapshot_of["issuer"],
        started_on=date(2026, 9, 1),
        completed_on=date(2026, 11, 24),
        hours=Decimal(20),
        area="",
        recognition="",
        look=snapshot_of,
        serial="2026-0",
        number="",
        issued_at=None,
        check_until=None,
    )
    data, carried = document.page_data(
        [from_sample], keys=[""], check_url="", seal=seal_of(snapshot_of["issuer"], seal)
    )
    return render.pictures(data, carried, template=document.TEMPLATE)[0]
