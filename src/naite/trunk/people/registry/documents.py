"""The documents of an institution: checked, sealed, versioned, reminded of before they run out."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.roots.dates import day_of, show_day
from naite.roots.errors import Invalid, Refused
from naite.roots.files import services as files
from naite.roots.files.kinds import EVIDENCE
from naite.roots.notices import services as notices
from naite.trunk.people.models import InstitutionDocument, InstitutionProposal, Person
from naite.trunk.people.queries import staff_of
from naite.trunk.people.registry import access, proposals

MOST = 20
REMIND_BEFORE = timedelta(days=30)


@transaction.atomic
def add(
    *,
    proposal: InstitutionProposal,
    kind: str,
    stream: files.Readable,
    name: str,
    issued_on: date | None = None,
    expires_on: date | None = None,
    actor: Person,
    now: datetime,
) -> InstitutionDocument:
    """Lay a document under a proposal. Refuses what ``roots.files`` refuses (empty, a program, another kind than its
    name says), the same file twice, a document that has run out, and a twenty-first."""
    row = proposals.writable(proposal, actor, now)
    fields: dict[str, str] = {}
    if kind not in InstitutionDocument.Kind.values:
        fields["kind"] = _("서류의 종류를 골라 주세요.")
    if issued_on and issued_on > day_of(now):
        fields["issued_on"] = _("발급일이 앞으로 올 날입니다.")
    if expires_on and expires_on < (issued_on or day_of(now)):
        fields["expires_on"] = _("유효기간이 발급일보다 앞섭니다.")
    if expires_on and expires_on < day_of(now):
        fields["expires_on"] = _("유효기간이 지난 서류입니다. 새로 발급받은 것을 올려 주세요.")
    if fields:
        raise Invalid(_("적은 내용을 확인해 주세요."), code="document_faults", fields=fields)
    if row.documents.count() >= MOST:
        raise Refused(_("서류는 한 신청에 %(most)s개까지입니다.") % {"most": MOST}, code="too_many")
    try:
        stored = files.keep(stream, name=name, kinds=EVIDENCE, purpose="institution_document", now=now)
    except Invalid as refusal:
        raise Invalid(refusal.message, code=refusal.code, fields={"file": refusal.message}) from refusal
    if row.documents.filter(kind=kind, file__sha256=stored.sha256).exists():
        message = _("같은 파일이 이미 있습니다.")
        raise Invalid(message, code="same_file", fields={"file": message})
    made = InstitutionDocument.objects.create(
        organisation=row.organisation,
        proposal=row,
        kind=kind,
        file=stored,
        issued_on=issued_on,
        expires_on=expires_on,
        added_by=actor,
        added_at=now,
    )
    audit.record("people.add_document", actor=actor, now=now, subject=made, sha256=stored.sha256)
    return made


@transaction.atomic
def remove(*, document: InstitutionDocument, actor: Person, now: datetime) -> None:
    """Take a document out of a proposal that is not handed in; its content is erased. Safe to repeat."""
    if document.proposal is None or document.version is not None:
        raise Refused(
            _("대장에 올린 서류는 지우지 않습니다. 새 서류를 올리면 지난 것이 됩니다."), code="filed"
        )
    proposals.writable(document.proposal, actor, now)
    stored = document.file
    if InstitutionDocument.objects.filter(pk=document.pk).delete()[0]:
        files.erase(stored, now=now)
        audit.record("people.remove_document", actor=actor, now=now, subject=document)


def remind(*, now: datetime, limit: int = 200) -> int:
    """Tell institutions, once a document, that it runs out within thirty days; return how many."""
    due = InstitutionDocument.objects.filter(
        version__isnull=False,
        replaced_at=None,
        reminded_at=None,
        expires_on__lte=day_of(now) + REMIND_BEFORE,
        organisation__closed_on=None,
    ).select_related("organisation")
    told = 0
    for document in due[:limit]:
        with transaction.atomic():
            claimed = InstitutionDocument.objects.filter(pk=document.pk, reminded_at=None).update(
                reminded_at=now
            )
            if not claimed:
                continue
            told += 1
            _tell(document, now)
    return told


def _tell(document: InstitutionDocument, now: datetime) -> None:
    assert document.expires_on is not None
    facts = {
        "name": document.organisation.name,
        "document": document.get_kind_display(),
        "day": show_day(document.expires_on, today=day_of(now)),
        "url": f"{settings.BASE_URL}/work/registry/",
    }
    held = staff_of(document.organisation, now=now).filter(role__in=access.PROPOSERS)
    for person in {item.person_id: item.person for item in held}.values():
        notices.tell(
            to=person,
            subject=_("%(document)s: 유효기간이 %(day)s까지입니다") % facts,
            body=_("%(name)s의 서류(%(document)s)가 %(day)s에 끝납니다. 새 서류를 올려 주세요.\n\n%(url)s\n")
            % facts,
            now=now,
            dedupe_key=f"document:{document.pk}:{person.pk}",
        )
