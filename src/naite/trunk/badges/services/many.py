"""Giving one badge to many at once, at the speed of the signature (design: credentials, section 2).

Badges of one class differ in a few strings. The class is compiled once (``credcore.templates``), then each
badge costs one filling-in and one signature; rows are written in bulk. What leaves is byte for byte what
``issue`` would have made.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
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


@dataclass(frozen=True, slots=True)
class Given:
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
    """What badges of one class have in common, compiled; None where only the general path is safe."""

    template: Template | None
    holes: list[Path]


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
        places = {
            purpose: lists.take_places(
                organisation=self.achievement.organisation,
                purpose=purpose,
                count=len(grants),
                signer=self.signer,
                now=now,
            )
            for purpose in (Purpose.REVOCATION, Purpose.SUSPENSION)
        }
        pairs = list(zip(places[Purpose.REVOCATION], places[Purpose.SUSPENSION], strict=True))
        given: list[Given] = []
        refused: list[Unsignable] = []
        awards: list[dict[str, Any]] = []
        for grant, badge_id, (revocation, suspension), issued in self._signed(grants, pairs, now):
            if isinstance(issued, str):
                refused.append(Unsignable(grant, issued))
                continue
            given.append(Given(grant, badge_id, issued.data))
            awards.append(
                {
                    "account_id": grant.account_id,
                    "id": grant.award_id,
                    "achievement_id": self.achievement.pk,
                    "entry_id": grant.entry_id,
                    "credential": issued.data,
                    "credential_id": f"urn:uuid:{badge_id}",
                    "digest": issued.digest,
                    "issued_at": now,
                    "valid_until": valid_until_of(self.achievement, now=now),
                    "revocation_list_id": revocation.list_id,
                    "revocation_index": revocation.index,
                    "suspension_list_id": suspension.list_id,
                    "suspension_index": suspension.index,
                }
            )
        bulk.insert(Award, awards)
        bulk.insert(
            BadgeNumber,
            (
                {
                    "badge_id": item.badge_id,
                    "account_id": item.grant.account_id,
                    "award_id": item.grant.award_id,
                }
                for item in given
            ),
        )
        ledger.note((award["digest"] for award in awards), kind="badge")
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
        for grant, pair in zip(grants, pairs, strict=True):
            classes.setdefault(self._class_of(grant.facts, pair, now), []).append((grant, uuid4(), pair))
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
        holes = found.holes
        values = []
        for grant, badge_id, pair in rows:
            leaves = leaves_of(self.achievement, grant, badge_id, pair, now)
            values.append([leaves[hole] for hole in holes])
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

    def _class_of(self, facts: Facts, pair: tuple[Place, Place], now: datetime) -> tuple[Any, ...]:
        """What must be equal for two badges to share a template: all that is no string of its own."""
        return (
            pair[0].list_id,
            pair[1].list_id,
            valid_until_of(self.achievement, now=now),
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
            return _Class(None, [])
        grant, badge_id, pair = rows[0]
        try:
            prototype = self._document(grant, badge_id, pair, now)
            varying = set(leaves_of(self.achievement, grant, badge_id, pair, now))
            holes = [path for path in usual_holes(prototype) if path in varying]
            if set(holes) != varying:
                raise NotCompilable("a value that varies is no hole")
            made = _Class(Template(prototype, self.signer, holes), holes)
        except CredentialError:
            made = _Class(None, [])
        self._classes[kind] = made
        return made


def leaves_of(
    achievement: Achievement, grant: Grant, badge_id: UUID, pair: tuple[Place, Place], now: datetime
) -> dict[Path, str]:
    """The strings in which a badge differs from the others of its class, by their place in the document."""
    facts, urn = grant.facts, f"urn:uuid:{badge_id}"
    found: dict[Path, str] = {
        ("id",): urn,
        ("validFrom",): format_instant(now),
        ("credentialSubject", "id"): grant.did,
        ("credentialSubject", "activityEndDate"): format_instant(start_of(facts.completed_on)),
    }
    if facts.started_on is not None:
        found["credentialSubject", "activityStartDate"] = format_instant(start_of(facts.started_on))
    if facts.narrative:
        found["credentialSubject", "narrative"] = facts.narrative
    for at, (_kind, value) in enumerate(result_values(achievement, facts)):
        found["credentialSubject", "result", at, "id"] = f"{urn}#result-{at + 1}"
        found["credentialSubject", "result", at, "value"] = value
    number = 0
    for at, item in enumerate(facts.evidence):
        if item.id is None:
            number += 1
        found["evidence", at, "id"] = item.id or f"{urn}#evidence-{number}"
        for name in ("name", "narrative", "description"):
            text = getattr(item, name)
            if text is not None:
                found["evidence", at, name] = text
    # As award_document has it: the revocation entry is the status, the one of suspension a term of use.
    nodes: tuple[tuple[Purpose, Path], ...] = (
        (Purpose.REVOCATION, ("credentialStatus",)),
        (Purpose.SUSPENSION, ("termsOfUse", 0)),
    )
    for (purpose, node), place in zip(nodes, pair, strict=True):
        entry = status_entry(names.status_url(place.list_id), place.index, str(purpose))
        found[(*node, "id")] = entry["id"]
        found[(*node, "statusListIndex")] = entry["statusListIndex"]
    return found
