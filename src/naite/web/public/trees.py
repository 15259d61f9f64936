"""The trees of the front page: decoration, and the neighbourhood's forest."""

import random
from collections.abc import Sequence
from functools import lru_cache

from naite.roots.drawing.layout import RingEntry
from naite.roots.drawing.rings import draw_rings
from naite.trunk.records.forest import ForestYear

_AREAS = ("self_growth", "career", "civic", "practical_literacy")
_BADGES = ("participation", "achievement", "activity", "qualification", "pathway")
_FULL_YEAR = 180  # hours that the fullest year of a forest is drawn with, as sums of many would fill any tree


@lru_cache(maxsize=4)
def hero_tree(year: int) -> str:
    """Draw an invented long life of learning that ends in this year."""
    chance = random.Random(11)  # noqa: S311 - a drawing, the same each time
    entries: list[RingEntry] = []
    for each in range(year - 24, year + 1):
        if each - year in {-20, -19, -13}:
            continue
        young = each < year - 10
        for area, (least, most) in zip(
            _AREAS,
            ((0, 3), (2, 5), (0, 2), (0, 0)) if young else ((3, 5), (0, 2), (3, 6), (0, 4)),
            strict=True,
        ):
            for number in range(chance.randint(least, most)):
                badge = chance.choice(_BADGES) if number == 0 and chance.random() < 0.36 else None
                entries.append(RingEntry(each, area, chance.randint(7, 20), badge_type=badge))
    return draw_rings(
        entries, first=year - 24, now=year, seed="naite", decorative=True, axis="none", to_come=False
    )


def forest_trees(years: Sequence[ForestYear]) -> list[tuple[int, int, str]]:
    """Draw a tree for each year, grown from the years up to it: the year, its width in hundredths, its picture."""
    fullest = max((each.total for each in years), default=0) or 1
    trees: list[tuple[int, int, str]] = []
    for number, last in enumerate(years, start=1):
        entries = [
            RingEntry(each.year, area or None, float(hours * _FULL_YEAR / fullest))
            for each in years[:number]
            for area, hours in (*each.hours.items(), ("", each.rest))
            if hours
        ]
        picture = draw_rings(
            entries,
            first=years[0].year,
            now=last.year,
            seed=f"forest-{last.year}",
            decorative=True,
            axis="none",
            to_come=False,
            gaps=False,
        )
        trees.append((last.year, 52 + round(48 * number / len(years)), picture))
    return trees
