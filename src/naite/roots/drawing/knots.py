"""Where the knots sit: one per badge, in the arc of its area, apart from one another, off the year axis."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from naite.roots.drawing.geometry import Point, Shape
from naite.roots.drawing.layout import Arc, Layout, Ring
from naite.roots.drawing.palette import GOLDEN_TYPES, Area

# Tried in this order: the middle first, then outwards.
_FRACTIONS: Final = (0.5, 0.28, 0.72, 0.16, 0.84, 0.4, 0.6, 0.1, 0.9)
# Only knots in nearby rings can touch, and those were placed last.
_NEARBY: Final = 40
# With more badges than this the knots in thin rings are drawn smaller.
_FEW: Final = 120


@dataclass(frozen=True, slots=True)
class Knot:
    """One drawn knot; `stands_for` is more than one where an arc has no room for all of its badges."""

    x: float
    y: float
    angle: float
    radius: float
    size: float
    area: Area
    golden: bool
    ring: Ring
    stands_for: int = 1


def late_width(ring: Ring) -> float:
    """Width of the dark latewood at the outer edge of a ring."""
    return max(1.8, ring.width * 0.30)


def place_knots(plan: Layout, shape: Shape) -> list[Knot]:
    """Knots of all rings, oldest first."""
    smallest = 8.5 if sum(ring.badge_count for ring in plan.rings) <= _FEW else 5.5
    placed: list[Knot] = []
    for ring in plan.rings:
        for arc in ring.arcs:
            placed.extend(_knots_of(ring, arc, shape, placed, smallest))
    return placed


def _knots_of(ring: Ring, arc: Arc, shape: Shape, placed: Sequence[Knot], smallest: float) -> list[Knot]:
    types = [entry.badge_type for entry in arc.entries if entry.badge_type is not None]
    if not types:
        return []
    late = late_width(ring)
    size = max(smallest, min(15.0, ring.width * 0.42))
    radius = ring.outer - late - (ring.width - late) * 0.42
    room = math.radians(arc.end - arc.start) * radius
    drawn = min(len(types), max(1, int(room / (3 * size + 2))))
    spread = [(index + 0.5) / drawn for index in range(drawn)] if drawn > 3 else None
    found: list[Knot] = []
    for index in range(drawn):
        fractions = _FRACTIONS if spread is None else (spread[index],)
        angles = [arc.start + (arc.end - arc.start) * fraction for fraction in fractions]
        near = [(knot.x, knot.y) for knot in [*placed, *found][-_NEARBY:]]
        angle = _best(angles, radius, shape, near)
        x, y = shape.point(radius, angle)
        left = len(types) - drawn + 1 if index == drawn - 1 else 1
        golden = types[index] in GOLDEN_TYPES
        found.append(Knot(x, y, angle, radius, size, arc.area, golden, ring, left))
    return found


def _best(angles: Sequence[float], radius: float, shape: Shape, near: Sequence[Point]) -> float:
    """The angle farthest from other knots; an earlier candidate wins unless a later one is clearly better."""
    if len(angles) == 1:
        return angles[0]
    best, best_distance = angles[0], -math.inf
    for angle in angles:
        here = shape.point(radius, angle)
        distance = min((math.dist(here, point) for point in near), default=999.0)
        if _off_axis(angle) < 16 and radius > 60:
            distance -= 60
        if distance > best_distance + 6:
            best, best_distance = angle, distance
    return best


def _off_axis(angle: float) -> float:
    return abs((angle + 180) % 360 - 180)
