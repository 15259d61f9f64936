"""What a kind of entry is made of."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from naite.trunk.records.models import Entry

Label = str | Promise
Section = Entry.Section
FINISHED = _("마친 날")


def without_example(label: Label) -> str:
    """Return a label as it stands beside a value: 발급한 곳, without (예: 보건복지부)."""
    return re.sub(r"\s*\((?:예|e\.g\.)[^)]*\)", "", str(label))


class Confirmer(StrEnum):
    """Whose word makes an entry of a kind sure."""

    INSTITUTION = "institution"
    EDUCATION_OFFICE = "education_office"


class Hours(StrEnum):
    """Whether hours are asked: a school or a prize has none."""

    ASKED = "asked"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Detail:
    """One fact of a kind. Sensitive facts are sealed in the database and never printed."""

    key: str
    label: Label
    choices: tuple[tuple[str, Label], ...] = ()
    required: bool = False
    sensitive: bool = False
    shape: str = "text"  # text, number, date
    most: int = 100
    help: Label = ""

    @property
    def choice_labels(self) -> dict[str, Label]:
        return dict(self.choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryKind:
    """One kind: its words, its facts and who can confirm it. An empty label means that it is not asked."""

    key: str
    section: Entry.Section
    label: Label
    help: Label
    title: Label
    provider: Label
    provider_required: bool = True
    started: Label = ""
    completed: Label = FINISHED
    hours: Hours = Hours.NONE
    area: bool = False
    details: tuple[Detail, ...] = ()
    confirmer: Confirmer = Confirmer.INSTITUTION
    earliest_age: int = 0
    spans_may_overlap: bool = True
    names: tuple[str, ...] = field(default=())

    @property
    def place(self) -> str:
        """The label of the provider where it is shown and not asked."""
        return without_example(self.provider)

    @property
    def public(self) -> tuple[Detail, ...]:
        return tuple(each for each in self.details if not each.sensitive)

    @property
    def sensitive(self) -> tuple[Detail, ...]:
        return tuple(each for each in self.details if each.sensitive)


NUMBER_HELP = _("잠가서 보관하고 증명서에는 적지 않습니다. 기관에 확인을 부탁할 때만 보입니다.")


def number(label: Label) -> Detail:
    """The number of a paper: sensitive."""
    return Detail("number", label, sensitive=True, most=60, help=NUMBER_HELP)
