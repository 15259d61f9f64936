"""Keeping the list of trusted issuers: one decision after another, each with its reason; none is changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naite.roots.audit import services as audit
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.files.models import StoredFile
from naite.roots.notices import services as notices
from naite.roots.text import tidy
from naite.roots.workflow import Step, Workflow
from naite.trunk.badges import issuers, names, policies
from naite.trunk.badges.models import IssuerDecision, ListedIssuer
from naite.trunk.badges.trust_rules import issuer_fault
from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.people.queries import staff_of

Standing, State = IssuerDecision.Standing, IssuerDecision.State
WORKFLOW = Workflow(
    Step("confirm", (State.PROPOSED,), State.IN_FORCE, "a second person agrees"),
    Step("decline", (State.PROPOSED,), State.DECLINED, "a second person does not, or it is taken back"),
)
NAME_LENGTH, PLACE_LENGTH, REASON_LENGTH, URL_LENGTH = 200, 100, 1000, 500
FAULTS: dict[str, str | Promise] = {
    "empty": gettext_lazy("발급자 주소를 적어 주세요. 배지에 적힌 did:web:… 또는 https://… 그대로입니다."),
    "long": gettext_lazy("발급자 주소가 너무 깁니다. 500자까지 적을 수 있습니다."),
    "did": gettext_lazy("이 DID는 형식이 맞지 않습니다. did:web:example.ac.kr처럼 적어 주세요."),
    "address": gettext_lazy("발급자 주소는 did:… 또는 https://…로 시작하고 빈칸과 # 없이 적습니다."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody wants to decide about an issuer."""

    issuer: str
    name: str
    standing: str
    reason: str
    valid_from: date
    valid_until: date | None = None
    keeps_past: bool = True
    homepage_url: str = ""
    place: str = ""
    evidence_url: str = ""
    evidence_file: StoredFile | None = None


def checked(draft: Draft) -> Draft:
    """Return the draft with its texts tidied; refuses (``Invalid``, with the field) what cannot be decided."""
    issuer = tidy(draft.issuer)
    wrong: dict[str, str | Promise] = {}
    fault = issuer_fault(issuer)
    if fault:
        wrong["issuer"] = FAULTS[fault]
    name, reason, place = tidy(draft.name), tidy(draft.reason), tidy(draft.place)
    for field, text, most, missing in (
        ("name", name, NAME_LENGTH, _("기관 이름을 적어 주세요.")),
        ("reason", reason, REASON_LENGTH, _("까닭을 적어 주세요. 누구나 볼 수 있게 공개됩니다.")),
        ("place", place, PLACE_LENGTH, ""),
    ):
        if not text and missing:
            wrong[field] = missing
        elif len(text) > most:
            wrong[field] = _("%(most)s자까지 적을 수 있습니다.") % {"most": f"{most:,}"}
    for field, url in (("homepage_url", draft.homepage_url), ("evidence_url", draft.evidence_url)):
        if url and (urlsplit(url).scheme not in ("http", "https") or len(url) > URL_LENGTH or " " in url):
            wrong[field] = _("https://로 시작하는 주소를 500자까지 적을 수 있습니다.")
    if draft.standing not in Standing.values:
        wrong["standing"] = _("믿음, 지켜봄, 뺌 가운데 하나를 골라 주세요.")
    if draft.valid_until is not None and draft.valid_until <= draft.valid_from:
        wrong["valid_until"] = _("끝나는 날은 시작하는 날보다 뒤여야 합니다.")
    if draft.standing == Standing.REMOVED and draft.valid_until is not None:
        wrong["valid_until"] = _("뺄 때는 끝나는 날을 적지 않습니다. 다시 넣을 때 새로 정합니다.")
    if wrong:
        raise Invalid(next(iter(wrong.values())), code="decision", fields=wrong)
    return Draft(
        issuer=issuer,
        name=name,
        standing=draft.standing,
        reason=reason,
        valid_from=draft.valid_from,
        valid_until=draft.valid_until,
        keeps_past=draft.keeps_past or draft.standing != Standing.REMOVED,
        homepage_url=draft.homepage_url,
        place=place,
        evidence_url=draft.evidence_url,
        evidence_file=draft.evidence_file,
    )


def decide(*, draft: Draft, seen: int, actor: Person | None, now: datetime) -> IssuerDecision:
    """Put an issuer on the list, watch it, or take it off, with a reason.

    In force at once; where ``NAITE_ISSUER_LIST_SECOND_PERSON`` asks for a second person, trusting waits for one,
    while watching and taking off never wait. Refuses all but operators and the national institute, what ``checked``
    refuses, a second proposal about the same issuer, and (``changed_meanwhile``) a decision about an issuer that
    somebody else decided about since version ``seen`` of the list. Tells the staff of an institution of this
    installation. Not safe to repeat: each call is a decision.
    """
    office = _require(actor, now)
    draft = checked(draft)
    waits = settings.ISSUER_LIST_SECOND_PERSON and draft.standing == Standing.TRUSTED
    try:
        with transaction.atomic():
            made = _write(draft, seen=seen, office=office, waits=waits, actor=actor, now=now)
    except IntegrityError as error:
        raise _meanwhile() from error
    return made


def confirm(*, decision: IssuerDecision, actor: Person | None, now: datetime) -> None:
    """Agree to what somebody else proposed.

    Refuses the one who proposed it, what was answered already, and (``changed_meanwhile``) an issuer about which
    something was decided since: one that was taken off meanwhile does not come back by an older proposal.
    """
    _require(actor, now)
    if actor is not None and decision.proposed_by_id == actor.pk:
        raise NotAllowed(_("스스로 올린 것은 다른 사람이 확인해야 합니다."))
    try:
        with transaction.atomic():
            since = IssuerDecision.objects.filter(
                listed=decision.listed_id, state=State.IN_FORCE, decided_at__gt=decision.proposed_at
            )
            if since.exists():
                raise _meanwhile()
            WORKFLOW.move(
                decision,
                "confirm",
                number=issuers.version_now() + 1,
                decided_by=actor,
                decided_at=now,
            )
            audit.record("badges.confirm_issuer", actor=actor, now=now, subject=decision)
    except IntegrityError as error:
        raise _meanwhile() from error
    _tell(decision, now)


@transaction.atomic
def decline(*, decision: IssuerDecision, actor: Person | None, now: datetime) -> None:
    """Do not agree; who proposed it may take it back in the same way. The row stays, out of the public list."""
    _require(actor, now)
    WORKFLOW.move(decision, "decline", decided_by=actor, decided_at=now)
    audit.record("badges.decline_issuer", actor=actor, now=now, subject=decision)


def take_in(*, drafts: Sequence[Draft], seen: int, actor: Person | None, now: datetime) -> int:
    """Decide about many at once, all or none; returns how many. Refuses as ``decide`` does, and a list that was
    changed since version ``seen``."""
    office = _require(actor, now)
    every = [checked(draft) for draft in drafts]
    try:
        with transaction.atomic():
            if issuers.version_now() != seen:
                raise _meanwhile()
            for draft in every:
                waits = settings.ISSUER_LIST_SECOND_PERSON and draft.standing == Standing.TRUSTED
                _write(draft, seen=None, office=office, waits=waits, actor=actor, now=now)
    except IntegrityError as error:
        raise _meanwhile() from error
    return len(every)


def _write(
    draft: Draft,
    *,
    seen: int | None,
    office: Organisation | None,
    waits: bool,
    actor: Person | None,
    now: datetime,
) -> IssuerDecision:
    listed, fresh = ListedIssuer.objects.get_or_create(
        issuer=draft.issuer,
        defaults={
            "name": draft.name,
            "homepage_url": draft.homepage_url,
            "place": draft.place,
            "added_at": now,
        },
    )
    newest = IssuerDecision.objects.filter(listed=listed, state=State.IN_FORCE).order_by("-number").first()
    if seen is not None and newest is not None and (newest.number or 0) > seen:
        raise _meanwhile()
    if not fresh:
        ListedIssuer.objects.filter(pk=listed.pk).update(
            name=draft.name, homepage_url=draft.homepage_url, place=draft.place
        )
    made = IssuerDecision.objects.create(
        listed=listed,
        number=None if waits else issuers.version_now() + 1,
        standing=draft.standing,
        state=State.PROPOSED if waits else State.IN_FORCE,
        reason=draft.reason,
        valid_from=draft.valid_from,
        valid_until=draft.valid_until,
        keeps_past=draft.keeps_past,
        evidence_url=draft.evidence_url,
        evidence_file=draft.evidence_file,
        office=office,
        proposed_by=actor,
        proposed_at=now,
        decided_by=None if waits else actor,
        decided_at=None if waits else now,
    )
    act = "badges.propose_issuer" if waits else "badges.decide_issuer"
    audit.record(act, actor=actor, now=now, subject=made, issuer=draft.issuer, standing=draft.standing)
    if not waits:
        _tell(made, now)
    return made


def _tell(decision: IssuerDecision, now: datetime) -> None:
    """Tell an institution of this installation what was decided about it."""
    slug = names.slug_of_did(decision.listed.issuer)
    organisation = Organisation.objects.filter(slug=slug).first() if slug else None
    if organisation is None:
        return
    says = {
        Standing.TRUSTED: _("믿을 수 있는 기관으로 적었습니다."),
        Standing.WATCHED: _("지켜보는 기관으로 적었습니다. 배지를 확인하는 사람에게 그렇게 보입니다."),
        Standing.REMOVED: _("목록에서 뺐습니다. 배지를 확인하는 사람에게 그렇게 보입니다."),
    }[Standing(decision.standing)]
    for held in staff_of(organisation, now=now).filter(role=Role.INSTITUTION_STAFF):
        person = held.person
        notices.tell(
            to=person,
            subject=_("믿을 수 있는 기관 목록이 바뀌었습니다: %(name)s") % {"name": organisation.name},
            body=_(
                "%(name)s 님, 안녕하세요.\n\n%(organisation)s: %(says)s\n까닭: %(reason)s\n"
                "목록 보기: %(url)s\n"
            )
            % {
                "name": person.name,
                "organisation": organisation.name,
                "says": says,
                "reason": decision.reason,
                "url": f"{settings.BASE_URL}/issuers/{decision.listed_id}/",
            },
            now=now,
            dedupe_key=f"issuer-decision:{decision.id}:{person.pk}",
        )


def _require(actor: Person | None, now: datetime) -> Organisation | None:
    """Return the office for which a person decides, None for an operator; refuses everybody else."""
    if not policies.can_keep_issuer_list(actor, now=now):
        raise NotAllowed(_("믿을 수 있는 기관 목록은 운영자와 국가평생교육진흥원 담당자만 다룹니다."))
    return policies.office_of_issuer_list(actor, now=now)


def _meanwhile() -> Refused:
    return Refused(
        _(
            "그 사이에 다른 사람이 목록을 바꾸었습니다. 바뀐 것을 보고 다시 해 주세요. 아직 아무것도 바꾸지 않았습니다."
        ),
        code="changed_meanwhile",
    )
