"""Giving one badge to many at once, at the speed of the signature (design: credentials, section 2).

Badges of one class differ in a few strings. The class is compiled once (``credcore.templates``), then each
badge costs one filling-in and one signature; rows are written in bulk. What leaves is byte for byte what
``issue`` would have made.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from credcore import issue as credcore_issue
from credcore import jsonio, proofs
from credcore.canonical import canonical_sha256
from credcore.errors import CredentialError
from credcore.instants import format_instant
from credcore.shapes import Path, usual_holes
from credcore.statements import NotCompilable
from credcore.status import status_entry
from credcore.templates import Issued, Template
from naite.roots import bulk
from naite.roots.audit import services as audit
from naite.roots.copying import Same
from naite.roots.ledger import services as ledger
from naite.trunk.badges import names
from naite.trunk.badges.credentials import (
    Facts,
    Place,
    Recipient,
    award_document,
    result_values,
    start_of,
    valid_until_of,
)
from naite.trunk.badges.models import Achievement, Award, BadgeNumber, StatusList
from naite.trunk.badges.services import keys, lists
from naite.trunk.people.models import Person

Purpose = StatusList.Purpose
_PURPOSES = (str(Purpose.REVOCATION), str(Purpose.SUSPENSION))
_Row = tuple["Grant", UUID, tuple[Place, Place]]
# A class of fewer badges than this is not worth compiling.
WORTH_COMPILING = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One badge to give: to whom, for what. ``award_id`` is chosen by the caller and used once."""

    award_id: UUID
    account_id: UUID
    person_id: UUID
    did: str
    entry_id: UUID | None
    facts: Facts


class Given(NamedTuple):
    """A badge that was given, with the bytes that left."""

    grant: Grant
    badge_id: UUID
    credential: bytes


@dataclass(frozen=True, slots=True)
class Unsignable:
    """A badge that could not be signed, and why; nothing was written for it."""

    grant: Grant
    reason: str


@dataclass(slots=True)
class _Class:
    """What badges of one class have in common, compiled; None where only the general path is safe.

    ``order`` brings the strings of a badge (``_texts``) into the order of the template's holes.
    """

    template: Template | None
    order: Callable[[Sequence[str]], Sequence[str]] = tuple


class ManyIssuer:
    """Gives badges of one achievement, chunk after chunk; classes once compiled stay."""

    def __init__(self, achievement: Achievement, *, now: datetime) -> None:
        self.achievement = achievement
        self.signer = keys.signer_of(organisation=achievement.organisation, now=now)
        self._classes: dict[Any, _Class] = {}

    def give(
        self, grants: Sequence[Grant], *, actor: Person | None, now: datetime, run_id: UUID | None = None
    ) -> tuple[list[Given], list[Unsignable]]:
        """Give these badges; call inside a transaction that also decides who gets one.

        The caller has looked that nobody holds the badge; a second live award of one account raises
        IntegrityError and nothing is kept. Takes places in the status lists, writes awards and public numbers,
        notes the digests for the log, and audits each badge. What cannot be signed comes back with its reason;
        its places stay empty.
        """
        self._follow_key(now)
        places = [
            lists.take_places(
                organisation=self.achievement.organisation,
                purpose=purpose,
                count=len(grants),
                signer=self.signer,
                now=now,
            )
            for purpose in (Purpose.REVOCATION, Purpose.SUSPENSION)
        ]
        given: list[Given] = []
        refused: list[Unsignable] = []
        kept: list[tuple[Place, Place]] = []
        digests: list[bytes] = []
        for grant, badge_id, pair, issued in self._signed(grants, list(zip(*places, strict=True)), now):
            if isinstance(issued, str):
                refused.append(Unsignable(grant, issued))
                continue
            given.append(Given(grant, badge_id, issued.data))
            kept.append(pair)
            digests.append(issued.digest)
        self._write(given, kept, digests, now)
        ledger.note(digests, kind="badge")
        detail = {"achievement": str(self.achievement.pk), **({"run": str(run_id)} if run_id else {})}
        audit.record_keys(
            "badges.issue",
            actor=actor,
            now=now,
            of=Award._meta.label_lower,
            events=(
                (f"{item.grant.account_id}:{item.grant.award_id}", item.grant.person_id, detail)
                for item in given
            ),
        )
        return given, refused

    def _write(
        self,
        given: Sequence[Given],
        places: Sequence[tuple[Place, Place]],
        digests: Sequence[bytes],
        now: datetime,
    ) -> None:
        """The awards and their public numbers."""
        account_ids = [item.grant.account_id for item in given]
        award_ids = [item.grant.award_id for item in given]
        bulk.insert_columns(
            Award,
            len(given),
            {
                "account_id": account_ids,
                "id": award_ids,
                "achievement_id": Same(self.achievement.pk),
                "entry_id": [item.grant.entry_id for item in given],
                "credential": [item.credential for item in given],
                "credential_id": [f"urn:uuid:{item.badge_id}" for item in given],
                "digest": digests,
                "issued_at": Same(now),
                "valid_until": Same(valid_until_of(self.achievement, now=now)),
                "revocation_list_id": [revocation.list_id for revocation, _suspension in places],
                "revocation_index": [revocation.index for revocation, _suspension in places],
                "suspension_list_id": [suspension.list_id for _revocation, suspension in places],
                "suspension_index": [suspension.index for _revocation, suspension in places],
            },
        )
        bulk.insert_columns(
            BadgeNumber,
            len(given),
            {
                "badge_id": [item.badge_id for item in given],
                "account_id": account_ids,
                "award_id": award_ids,
            },
        )

    def _follow_key(self, now: datetime) -> None:
        """Sign with the present key: it may have been rotated since the last chunk."""
        present = keys.signer_of(organisation=self.achievement.organisation, now=now)
        if present.verification_method != self.signer.verification_method:
            self.signer, self._classes = present, {}

    def _signed(
        self, grants: Sequence[Grant], pairs: Sequence[tuple[Place, Place]], now: datetime
    ) -> Iterator[tuple[Grant, UUID, tuple[Place, Place], Issued | str]]:
        """Sign class by class; a reason stands where a badge cannot be signed."""
        classes: dict[Any, list[_Row]] = {}
        valid_until = valid_until_of(self.achievement, now=now)
        for grant, pair in zip(grants, pairs, strict=True):
            kind = self._class_of(grant.facts, pair, valid_until)
            classes.setdefault(kind, []).append((grant, uuid4(), pair))
        for kind, rows in classes.items():
            found = self._compiled(kind, rows, now)
            for (grant, badge_id, pair), issued in zip(rows, self._sign(found, rows, now), strict=True):
                yield grant, badge_id, pair, issued

    def _sign(self, found: _Class, rows: Sequence[_Row], now: datetime) -> Iterator[Issued | str]:
        """Each badge of a class in turn, signed some dozens at a time; one refused does not stop the others."""
        if found.template is None:
            for grant, badge_id, pair in rows:
                try:
                    yield self._generally(grant, badge_id, pair, now)
                except CredentialError as error:
                    yield str(error)
            return
        issued_at, order = format_instant(now), found.order
        heads = [_head(place, purpose) for place, purpose in zip(rows[0][2], _PURPOSES, strict=True)]
        values = [
            order(_texts(self.achievement, grant, f"urn:uuid:{badge_id}", pair, issued_at, heads))
            for grant, badge_id, pair in rows
        ]
        done = 0
        while done < len(values):
            try:
                for issued in found.template.issue_many(values[done:], created=now):
                    done += 1
                    yield issued
            except CredentialError as error:
                done += 1
                yield str(error)

    def _generally(self, grant: Grant, badge_id: UUID, pair: tuple[Place, Place], now: datetime) -> Issued:
        document = self._document(grant, badge_id, pair, now)
        signed = credcore_issue.issue(document, self.signer, created=now)
        return Issued(jsonio.dumps(signed), canonical_sha256(proofs.without_proof(signed)))

    def _document(
        self, grant: Grant, badge_id: UUID, pair: tuple[Place, Place], now: datetime
    ) -> dict[str, Any]:
        return award_document(
            achievement=self.achievement,
            facts=grant.facts,
            recipient=Recipient(did=grant.did),
            badge_id=badge_id,
            places={Purpose.REVOCATION: pair[0], Purpose.SUSPENSION: pair[1]},
            now=now,
        )

    def _class_of(
        self, facts: Facts, pair: tuple[Place, Place], valid_until: datetime | None
    ) -> tuple[Any, ...]:
        """What must be equal for two badges to share a template: all that is no string of its own."""
        return (
            pair[0].list_id,
            pair[1].list_id,
            valid_until,
            facts.hours,
            facts.started_on is None,
            bool(facts.narrative),
            tuple(kind for kind, _value in result_values(self.achievement, facts)),
            tuple(
                (
                    item.id is None,
                    item.name is None,
                    item.narrative is None,
                    item.description is None,
                    item.genre,
                )
                for item in facts.evidence
            ),
        )

    def _compiled(self, kind: tuple[Any, ...], rows: Sequence[_Row], now: datetime) -> _Class:
        known = self._classes.get(kind)
        if known is not None:
            return known
        if len(rows) < WORTH_COMPILING:
            return _Class(None)
        grant, badge_id, pair = rows[0]
        try:
            prototype = self._document(grant, badge_id, pair, now)
            varying = _paths(self.achievement, grant.facts)
            holes = [path for path in usual_holes(prototype) if path in set(varying)]
            if len(holes) != len(varying):
                raise NotCompilable("a value that varies is no hole")
            order = itemgetter(*map(varying.index, holes))
            made = _Class(Template(prototype, self.signer, holes), order)
        except CredentialError:
            made = _Class(None)
        self._classes[kind] = made
        return made


def _texts(
    achievement: Achievement,
    grant: Grant,
    urn: str,
    pair: tuple[Place, Place],
    issued_at: str,
    heads: Sequence[str],
) -> list[str]:
    """The strings in which a badge differs from the others of its class; ``_paths`` says where each stands."""
    facts = grant.facts
    texts = [urn, issued_at, grant.did, _day(facts.completed_on)]
    if facts.started_on is not None:
        texts.append(_day(facts.started_on))
    if facts.narrative:
        texts.append(facts.narrative)
    for at, (_kind, value) in enumerate(result_values(achievement, facts), start=1):
        texts += (f"{urn}#result-{at}", value)
    number = 0
    for item in facts.evidence:
        if item.id is None:
            number += 1
        texts.append(item.id or f"{urn}#evidence-{number}")
        texts += [text for text in (item.name, item.narrative, item.description) if text is not None]
    for head, (_list_id, place) in zip(heads, pair, strict=True):
        texts += (f"{head}{place}", str(place))
    return texts


def _paths(achievement: Achievement, facts: Facts) -> list[Path]:
    """Where each of ``_texts`` stands in the document."""
    subject = "credentialSubject"
    paths: list[Path] = [("id",), ("validFrom",), (subject, "id"), (subject, "activityEndDate")]
    if facts.started_on is not None:
        paths.append((subject, "activityStartDate"))
    if facts.narrative:
        paths.append((subject, "narrative"))
    for at in range(len(result_values(achievement, facts))):
        paths += ((subject, "result", at, "id"), (subject, "result", at, "value"))
    for at, item in enumerate(facts.evidence):
        paths.append(("evidence", at, "id"))
        paths += [
            ("evidence", at, name)
            for name in ("name", "narrative", "description")
            if getattr(item, name) is not None
        ]
    # As award_document has it: the revocation entry is the status, the one of suspension a term of use.
    for node in (("credentialStatus",), ("termsOfUse", 0)):
        paths += ((*node, "id"), (*node, "statusListIndex"))
    return paths


@lru_cache(maxsize=4096)
def _day(day: date) -> str:
    return format_instant(start_of(day))


def _head(place: Place, purpose: str) -> str:
    """The id of a place in a status list without its number, which stands at the end; one for a class."""
    entry: str = status_entry(names.status_url(place.list_id), 0, purpose)["id"]
    return entry.removesuffix("0")
