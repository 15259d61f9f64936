"""Curves of a slightly uneven tree. Units: viewBox 0 0 1000 1000, pith at (500, 500), degrees from noon."""

import hashlib
import math
from typing import Final

CENTRE: Final = 500.0
_AMPLITUDES: Final = (0.030, 0.020, 0.013, 0.008, 0.005)
_FULL_TURN: Final = 359.9

Point = tuple[float, float]


class Shape:
    """The outline that is a person's own: r(θ) = r·(1 + r/R·w(θ)), w a sum of cosines from the seed."""

    def __init__(self, seed: str, radius: float) -> None:
        digest = hashlib.sha256(seed.encode("utf-8", "replace")).digest()
        self.radius = max(radius, 1.0)
        self.roughness = (digest[6], digest[7], digest[8])
        self._phases = tuple(byte / 256 * 2 * math.pi for byte in digest[: len(_AMPLITUDES)])
        self._known: dict[float, tuple[float, float, float, float]] = {}

    def _direction(self, degrees: float) -> tuple[float, float, float, float]:
        found = self._known.get(degrees)
        if found is None:
            angle = math.radians(degrees - 90)
            wave = slope = 0.0
            for index, (amplitude, phase) in enumerate(zip(_AMPLITUDES, self._phases, strict=True), 1):
                wave += amplitude * math.cos(index * angle - phase)
                slope -= amplitude * index * math.sin(index * angle - phase)
            found = self._known[degrees] = (wave, slope, math.cos(angle), math.sin(angle))
        return found

    def point(self, radius: float, degrees: float) -> Point:
        """Where the circle of this radius lies in this direction."""
        wave, _, cosine, sine = self._direction(degrees)
        length = radius * (1 + min(1.0, radius / self.radius) * wave)
        return CENTRE + length * cosine, CENTRE + length * sine

    def curve(
        self, radius: float, start: float, end: float, *, move: bool = True, coarse: bool = False
    ) -> str:
        """Cubic path along the circle of this radius; the tangents are exact, so few nodes are enough."""
        most = 15.0 if radius > 200 and not coarse else 30.0
        steps = max(1, math.ceil(abs(end - start) / most - 1e-9))
        step = (end - start) / steps
        third = math.radians(step) / 3
        share = min(1.0, radius / self.radius)
        parts: list[str] = []
        last_x = last_y = last_dx = last_dy = 0.0
        for index in range(steps + 1):
            wave, slope, cosine, sine = self._direction(start + step * index)
            length = radius * (1 + share * wave)
            grow = radius * share * slope
            x, y = CENTRE + length * cosine, CENTRE + length * sine
            dx, dy = (grow * cosine - length * sine) * third, (grow * sine + length * cosine) * third
            if index:
                parts.append(
                    "C%.1f %.1f %.1f %.1f %.1f %.1f"  # noqa: UP031 - measurably faster than an f-string
                    % (last_x + last_dx, last_y + last_dy, x - dx, y - dy, x, y)
                )
            else:
                parts.append(f"{'M' if move else 'L'}{x:.1f} {y:.1f}")
            last_x, last_y, last_dx, last_dy = x, y, dx, dy
        return "".join(parts)

    def circle(self, radius: float) -> str:
        """The whole closed ring line."""
        return self.curve(radius, 0, 360) + "Z"

    def band(self, inner: float, outer: float, start: float, end: float) -> str:
        """Closed area between two radii; its ends lean so that seams read as grain, not as cuts."""
        if end - start >= _FULL_TURN:
            return f"{self.curve(outer, start, start + 360)}Z{self.curve(inner, start + 360, start)}Z"
        turn = lean(outer - inner, outer)
        return self.curve(outer, start + turn, end + turn) + self.curve(inner, end, start, move=False) + "Z"

    def reach(self) -> float:
        """The farthest distance from the pith that the tree touches."""
        return max(math.dist(self.point(self.radius, a), (CENTRE, CENTRE)) for a in range(0, 360, 5))

    def bark(self, thickness: float) -> str:
        """The rough outer edge: three sine waves of different length upon the outline."""
        one, two, three = self.roughness
        nodes: list[Point] = []
        for index in range(120):
            degrees = index * 3
            angle = math.radians(degrees)
            rough = thickness * (
                1
                + 0.20 * math.sin(angle * 7 + one)
                + 0.16 * math.sin(angle * 23 + two)
                + 0.09 * math.sin(angle * 41 + three)
            )
            x, y = self.point(self.radius, degrees)
            distance = math.dist((x, y), (CENTRE, CENTRE))
            factor = (distance + rough) / distance
            nodes.append((CENTRE + (x - CENTRE) * factor, CENTRE + (y - CENTRE) * factor))
        path = [f"M{_middle(nodes[-1], nodes[0])}"]
        for index, (x, y) in enumerate(nodes):
            path.append(f"Q{x:.1f} {y:.1f} {_middle((x, y), nodes[(index + 1) % len(nodes)])}")
        return "".join(path) + "Z"


def lean(width: float, radius: float) -> float:
    """Degrees by which a seam has moved on after crossing this width."""
    return math.degrees(0.8 * width / max(radius, 30.0))


def _middle(one: Point, two: Point) -> str:
    return f"{(one[0] + two[0]) / 2:.1f} {(one[1] + two[1]) / 2:.1f}"
