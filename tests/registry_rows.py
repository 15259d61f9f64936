"""An institution with a page in the registry, its office and its staff, for tests."""

from dataclasses import dataclass
from datetime import date
from io import BytesIO

from naite.trunk.people.models import (
    InstitutionDocument,
    InstitutionFile,
    InstitutionProposal,
    Organisation,
    Person,
    Role,
)
from naite.trunk.people.registry import documents, pages, proposals
from tests import factories as make
from tests.samples_of_files import pdf

Kind = Organisation.Kind


@dataclass
class World:
    city: Organisation
    hall: Organisation
    officer: Person
    staff: Person

    @property
    def page(self) -> InstitutionFile:
        return InstitutionFile.objects.get(organisation=self.hall)

    def asked(self, **changes: str) -> InstitutionProposal:
        """Begin a proposal that changes these fields."""
        row = proposals.begin(organisation=self.hall, actor=self.staff, now=make.NOW)
        return self.saved(row, **changes)

    def saved(
        self, row: InstitutionProposal, *, on: date = date(2026, 11, 24), **changes: str
    ) -> InstitutionProposal:
        self.hall.refresh_from_db()
        return proposals.save(
            proposal=row,
            values={**pages.values_of(self.hall, self.page), **changes},
            reason="이사회 의결",
            effective_on=on,
            revision=row.revision,
            actor=self.staff,
            now=make.NOW,
        )

    def document(
        self, row: InstitutionProposal, kind: str = "registration", text: str = "신고증", **days: date
    ) -> InstitutionDocument:
        return documents.add(
            proposal=row,
            kind=kind,
            stream=BytesIO(pdf(f"/Lang ({text})".encode())),
            name="등록증.pdf",
            actor=self.staff,
            now=make.NOW,
            **days,
        )

    def submitted(self, **changes: str) -> InstitutionProposal:
        row = self.asked(**changes)
        self.document(row)
        return proposals.submit(proposal=row, actor=self.staff, now=make.NOW)


def world() -> World:
    region = make.region()
    city = make.organisation("마포구", region=region)
    hall = make.organisation(
        "한강평생학습관",
        kind=Kind.HUMAN_RESOURCES,
        legal_basis="ga",
        parent=city,
        region=region,
        address="서울특별시 마포구 토정로 100",
    )
    made = World(city, hall, make.staff(city, Role.LOCAL_OFFICER, "정도윤"), make.staff(hall))
    pages.open_page(organisation=hall, actor=made.officer, now=make.NOW)
    return made
