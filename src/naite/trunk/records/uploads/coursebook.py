"""An institution's courses, their runs and recognitions, held together while a file is gone through."""

import difflib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from naite.trunk.catalogue.models import Course, CourseVersion
from naite.trunk.delivery.models import CourseRun
from naite.trunk.people.models import Organisation
from naite.trunk.recognition.coverage import Coverage, coverage_of
from naite.trunk.records.uploads import columns as col
from naite.trunk.records.uploads.rules import Claim, Problem


@dataclass(frozen=True, slots=True)
class _Known:
    course_id: UUID
    version: CourseVersion
    most_hours: Decimal


@dataclass(frozen=True, slots=True)
class Found:
    """What a row's course turned out to be; ``version`` is its content as of now."""

    version: CourseVersion
    run_id: UUID | None


class CourseBook:
    """Loaded once for a file, some queries whatever the number of courses."""

    def __init__(self, organisation: Organisation) -> None:
        self._by_id: dict[UUID, _Known] = {}
        self._by_title: dict[str, set[UUID]] = defaultdict(set)
        self._titles: dict[str, str] = {}
        self._hints: dict[str, str] = {}
        courses = Course.objects.filter(organisation=organisation, current__isnull=False).select_related(
            "current"
        )
        for course in courses:
            assert course.current is not None
            self._by_id[course.pk] = _Known(course.pk, course.current, course.current.total_hours)
        for version in CourseVersion.objects.filter(course__organisation=organisation).defer("syllabus"):
            if (known := self._by_id.get(version.course_id)) is None:
                continue
            plain = _plain(version.title)
            self._by_title[plain].add(version.course_id)
            self._titles[plain] = version.title
            if version.total_hours > known.most_hours:
                self._by_id[version.course_id] = _Known(known.course_id, known.version, version.total_hours)
        self.coverage: Coverage = coverage_of(self._by_id)
        self._runs: dict[UUID, list[tuple[UUID, str, date | None, date | None]]] = defaultdict(list)
        for run in CourseRun.objects.filter(organisation=organisation).values_list(
            "id", "name", "starts_on", "ends_on", "version__course_id"
        ):
            self._runs[run[4]].append((run[0], _plain(run[1]), run[2], run[3]))

    def find(self, claim: Claim) -> tuple[Found | None, list[Problem]]:
        """Return the course and run that a row names, or what it has to say more clearly."""
        known, problem = self._course(claim)
        if known is None:
            return None, [problem] if problem else []
        if claim.hours > known.most_hours:
            return None, [
                [
                    col.HOURS,
                    _("과정의 총 시간 %(total)s시간보다 많습니다. 실제로 이수한 시간을 적어 주세요.")
                    % {"total": f"{known.most_hours.normalize():f}"},
                ]
            ]
        run_id, problem = self._run(known.course_id, claim)
        return (None, [problem]) if problem else (Found(known.version, run_id), [])

    def _course(self, claim: Claim) -> tuple[_Known | None, Problem | None]:
        if claim.code:
            known = self._by_code(claim.code)
            if known is None:
                return None, [
                    col.CODE,
                    _("우리 기관에 이 번호의 과정이 없습니다. 과정번호나 인정번호를 확인해 주세요."),
                ]
            if claim.title and known.course_id not in self._by_title.get(_plain(claim.title), set()):
                return None, [
                    col.TITLE,
                    _("과정번호의 과정과 이름이 다릅니다. 둘 가운데 하나를 고쳐 주세요."),
                ]
            return known, None
        ids = self._by_title.get(_plain(claim.title), set())
        if len(ids) == 1:
            return self._by_id[next(iter(ids))], None
        if ids:
            return None, [
                col.TITLE,
                _("이름이 같은 과정이 %(count)s개 있습니다. 과정번호를 적어 주세요.") % {"count": len(ids)},
            ]
        return None, [col.TITLE, self._unknown(claim.title)]

    def _by_code(self, code: str) -> _Known | None:
        try:
            return self._by_id.get(UUID(code))
        except ValueError:
            course_id = self.coverage.course_of_number(code)
            return self._by_id.get(course_id) if course_id else None

    def _unknown(self, title: str) -> str:
        plain = _plain(title)
        if plain not in self._hints:
            close = difflib.get_close_matches(plain, self._titles, n=1, cutoff=0.6)
            said = _("우리 기관의 과정 목록에 없습니다.")
            said += (
                " " + _("혹시 ‘%(title)s’인가요?") % {"title": self._titles[close[0]]}
                if close
                else " " + _("강좌 관리에서 과정을 먼저 등록해 주세요.")
            )
            self._hints[plain] = said
        return self._hints[plain]

    def _run(self, course_id: UUID, claim: Claim) -> tuple[UUID | None, Problem | None]:
        """A run that is named has to be there; without a name only the one with exactly these days is meant."""
        runs = self._runs.get(course_id, [])
        days = [run for run in runs if run[2] == claim.started_on and run[3] == claim.completed_on]
        if not claim.run:
            return (days[0][0] if len(days) == 1 and claim.started_on else None), None
        named = [run for run in runs if run[1] == _plain(claim.run)]
        if len(named) > 1:
            named = [run for run in named if run in days] or [
                run for run in named if run[3] == claim.completed_on
            ]
        if len(named) == 1:
            return named[0][0], None
        return None, [
            col.RUN,
            _("이 과정에 그런 이름의 강좌가 없거나 여럿입니다. 강좌 이름과 시작일·수료일을 확인해 주세요."),
        ]


def _plain(title: str) -> str:
    return "".join(title.split()).casefold()
