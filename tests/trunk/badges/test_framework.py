import copy
import json
from pathlib import Path

import pytest

from naite.trunk.badges import framework as frameworks
from naite.trunk.badges.rules import Alignment, AwardRule, missing_demands
from naite.trunk.catalogue.classification import SUB_AREAS

TINY = {
    "code": "harbour",
    "version": 3,
    "name": {"ko": "항구 배지", "en": "Harbour badges"},
    "name_pattern": "{type}/{area}",
    "types": [
        {
            "code": "deckhand",
            "name": {"ko": "갑판원"},
            "meaning": {"ko": "배에 탔습니다."},
            "achievement_type": "Badge",
            "demands": ["attendance", "alignment"],
        }
    ],
    "areas": [{"code": "north", "name": {"ko": "북항"}}],
}


@pytest.mark.req("B1", "rule")
def test_seouls_framework_has_five_types_and_four_areas_with_two_sub_areas_each() -> None:
    seoul = frameworks.framework("seoul", 1)
    assert seoul is not None
    assert [item.korean for item in seoul.types.values()] == [
        "참여형",
        "성취형",
        "활동형",
        "자격형",
        "경로형",
    ]
    assert {code: tuple(area.sub_areas) for code, area in seoul.areas.items()} == {
        str(area): tuple(str(sub) for sub in subs) for area, subs in SUB_AREAS.items()
    }
    assert all(
        area.korean == SUB.label
        and all(sub.korean == s.label for sub, s in zip(area.sub_areas.values(), subs, strict=True))
        for area, (SUB, subs) in zip(seoul.areas.values(), SUB_AREAS.items(), strict=True)
    )
    assert seoul.label("achievement", "career") == "직업진로-성취형"


@pytest.mark.req("B1", "rule")
def test_another_framework_needs_no_code(tmp_path: Path, settings: object) -> None:
    (tmp_path / "harbour.json").write_text(json.dumps(TINY), encoding="utf-8")
    settings.BADGE_FRAMEWORKS_DIR = str(tmp_path)  # type: ignore[attr-defined]
    assert [item.code for item in frameworks.current()] == ["harbour", "seoul"]
    harbour = frameworks.current()[0]
    assert harbour.label("deckhand", "north") == "갑판원/북항"
    missing = missing_demands(harbour.types["deckhand"], AwardRule(min_attendance=50))
    assert [item.demand for item in missing] == ["alignment"]
    standard = Alignment(kind="qualification", name="소형선박조종사")
    assert not missing_demands(harbour.types["deckhand"], AwardRule(min_attendance=50, alignments=[standard]))


def test_the_newest_version_is_current_and_old_ones_stay(tmp_path: Path, settings: object) -> None:
    for version in (1, 2):
        (tmp_path / f"harbour-{version}.json").write_text(json.dumps({**TINY, "version": version}))
    settings.BADGE_FRAMEWORKS_DIR = str(tmp_path)  # type: ignore[attr-defined]
    assert frameworks.current()[0].version == 2
    assert frameworks.framework("harbour", 1) is not None


def _broken(**changes: object) -> dict[str, object]:
    data = copy.deepcopy(TINY)
    for path, value in changes.items():
        target: object = data
        *parents, last = path.split("__")
        for part in parents:
            target = target[int(part) if part.isdigit() else part]  # type: ignore[index]
        target[last] = value  # type: ignore[index]
    return data


@pytest.mark.parametrize(
    "data",
    [
        [],
        _broken(version=0),
        _broken(version=True),
        _broken(code="Harbour!"),
        _broken(name={"en": "only English"}),
        _broken(types=[]),
        _broken(types__0__demands=["luck"]),
        _broken(types__0__demands=["assessment", "no_assessment"]),
        _broken(types=[TINY["types"][0], TINY["types"][0]]),
        _broken(areas__0__sub_areas="none"),
        _broken(name_pattern="{type.__class__}"),
        _broken(name_pattern="{secret}"),
        _broken(name_pattern="{"),
    ],
)
def test_a_framework_that_cannot_be_used_says_so(data: object) -> None:
    with pytest.raises(frameworks.FrameworkError):
        frameworks.parse(data)


def test_two_files_for_one_version_are_refused(tmp_path: Path, settings: object) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.json").write_text(json.dumps(TINY))
    settings.BADGE_FRAMEWORKS_DIR = str(tmp_path)  # type: ignore[attr-defined]
    with pytest.raises(frameworks.FrameworkError, match="twice"):
        frameworks.frameworks()
