"""The tree rings (나이테) of one learning account as SVG: each year of learning is a ring.

Each ring is a link with a spoken description, oldest first; all else is hidden from screen readers, and the
table beside the picture holds the same numbers.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from naite.roots.drawing.geometry import CENTRE, Shape, lean
from naite.roots.drawing.knots import Knot, late_width, place_knots
from naite.roots.drawing.labels import Labels
from naite.roots.drawing.layout import Arc, Layout, Ring, RingEntry, layout, ring_of
from naite.roots.drawing.markup import attributes, escaped, fingerprint, role
from naite.roots.drawing.palette import (
    ALL_AREAS,
    BARK,
    BARK_FLECK,
    GOLD,
    GRAIN,
    INK,
    INK_SOFT,
    PAPER,
    SEED,
    Area,
)
from naite.roots.drawing.patterns import pattern

Mode = Literal["colour", "pattern", "print"]
AxisText = Literal["desktop", "phone", "both", "none"]

_TO_COME_BELOW: Final = 330
_WOOD_BROWN: Final = "#7A4B21"
_PILL: Final = "#FFFDF8"
FONT: Final = "'Pretendard GOV Variable','Pretendard GOV','Noto Sans KR','Noto Sans CJK KR',sans-serif"


@dataclass(frozen=True, slots=True)
class _Inks:
    paper: str
    bark: str
    fleck: str
    line: str


_WOOD: Final = _Inks(PAPER, BARK, BARK_FLECK, GRAIN)
_ONE_INK: Final = _Inks("#FFFFFF", INK, INK_SOFT, INK_SOFT)


def draw_rings(
    entries: Iterable[RingEntry],
    *,
    first: int | None,
    now: int,
    seed: str,
    labels: Labels | None = None,
    link: Callable[[Ring], Mapping[str, str]] | None = None,
    decorative: bool = False,
    mode: Mode = "colour",
    focus: int | None = None,
    dim: bool = False,
    axis: AxisText = "desktop",
    gaps: bool = True,
    to_come: bool | None = None,
    uid: str | None = None,
) -> str:
    """The picture of a learning account, equal for equal arguments.

    `seed` gives the tree its own outline; `link` returns the attributes of a ring's link (href and, where
    wanted, those for htmx), without it the picture is one image; `decorative` hides it all from screen
    readers and has no links. `focus` outlines the ring of a year, `dim` fades the others. `to_come` draws
    dotted rings for years ahead, by default while the tree is small. `axis="both"` draws the years in two
    sizes, for a style sheet to show one (`.axis.desktop`, `.axis.phone`). `uid` keeps ids apart where the same
    tree stands twice on one page. Refuses what `layout` refuses.
    """
    labels = labels or Labels()
    plan = layout(entries, first, now, gaps=gaps)
    uid = uid or fingerprint(seed, mode, focus, axis, first, now, len(plan.rings), plan.radius)
    pen = _Pen(plan, Shape(seed, plan.radius), labels, mode, uid, focus, dim)
    ahead = plan.radius < _TO_COME_BELOW if to_come is None else to_come
    linked = link is not None and not decorative and bool(plan.rings)
    half = 500.0 if ahead else min(500.0, pen.shape.reach() + pen.bark_width * 1.5 + 6)
    box = f"{CENTRE - half:.0f} {CENTRE - half:.0f} {2 * half:.0f} {2 * half:.0f}"
    name = role(labels.title, decorative=decorative, kind="group" if linked else "img")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="rings" viewBox="{box}" font-family="{FONT}"{name}>',
        f"<defs>{pen.definitions()}</defs>",
        pen.years_to_come() if ahead else "",
    ]
    if plan.rings:
        parts.append(pen.bark())
        parts.extend(pen.ring(ring, link if linked else None) for ring in plan.rings)
        parts.append(pen.heartwood())
    parts.append(pen.seed())
    if plan.rings:
        parts.append(pen.letters())
        parts.append(pen.knots())
        parts.append(pen.outline_of_focus())
        parts.append(pen.year_axis(axis))
    parts.append("</svg>")
    return "".join(parts)


class _Pen:
    """Draws the parts of one tree; holds what all of them need."""

    def __init__(
        self, plan: Layout, shape: Shape, labels: Labels, mode: Mode, uid: str, focus: int | None, dim: bool
    ) -> None:
        self.plan, self.shape, self.labels, self.uid, self.dim = plan, shape, labels, uid, dim
        self.patterned = mode != "colour"
        self.one_ink = mode == "print"
        self.inks = _ONE_INK if self.one_ink else _WOOD
        self.focus = ring_of(plan, focus)
        self.bark_width = max(9.0, min(17.0, plan.radius * 0.042))

    def base(self, area: Area) -> str:
        return INK if self.one_ink else area.base

    def definitions(self) -> str:
        wood = (
            f'<radialGradient id="{self.uid}-w" gradientUnits="userSpaceOnUse" cx="500" cy="500"'
            f' r="{self.plan.radius:.0f}"><stop offset="0" stop-color="{_WOOD_BROWN}" stop-opacity=".22"/>'
            f'<stop offset=".55" stop-color="{_WOOD_BROWN}" stop-opacity="0"/></radialGradient>'
        )
        if not self.patterned:
            return wood
        used = {arc.area.code for ring in self.plan.rings for arc in ring.arcs}
        return wood + "".join(
            pattern(area, f"{self.uid}-pt-{area.code}", self.base(area))
            for area in ALL_AREAS
            if area.code in used
        )

    def years_to_come(self) -> str:
        radius, rings = self.plan.radius + self.bark_width + 34, []
        while radius < 470:
            strength = max(0.25, 1 - (radius - self.plan.radius) / 420)
            path = self.shape.circle(radius)
            rings.append(
                f'<path d="{path}" fill="none" stroke="{self.inks.line}" stroke-opacity="{strength:.2f}"'
                ' stroke-width="2" stroke-dasharray="2 13" stroke-linecap="round"/>'
            )
            radius += 44
        return f'<g class="to-come" aria-hidden="true">{"".join(rings)}</g>'

    def bark(self) -> str:
        radius, width, inks = self.plan.radius, self.bark_width, self.inks
        return (
            f'<g class="bark" aria-hidden="true"><path d="{self.shape.bark(width)}" fill="{inks.bark}"'
            f' stroke="{inks.bark}" stroke-width="3" stroke-linejoin="round"/>'
            f'<path d="{self.shape.circle(radius + width * 0.52)}" fill="none" stroke="{inks.fleck}"'
            f' stroke-width="{width * 0.2:.1f}" stroke-dasharray="26 9 11 7 40 12 7 8"'
            ' stroke-linecap="round"/>'
            f'<path d="{self.shape.circle(radius + width * 0.86)}" fill="none" stroke="{inks.fleck}"'
            f' stroke-opacity=".7" stroke-width="{width * 0.12:.1f}" stroke-dasharray="9 30 22 17 5 41"'
            ' stroke-linecap="round"/>'
            f'<path d="{self.shape.circle(radius + 1)}" fill="{inks.paper}"/></g>'
        )

    def ring(self, ring: Ring, link: Callable[[Ring], Mapping[str, str]] | None) -> str:
        """One year: a link with its description, or a plain group."""
        classes = ["yr"]
        classes += ["gap"] if ring.resting else []
        classes += ["cur"] if ring.current else []
        classes += ["is-focus"] if ring is self.focus else []
        faded = {"opacity": ".38"} if self.dim and self.focus and ring is not self.focus else {}
        given: dict[str, str] = {"class": " ".join(classes)}
        body = self._resting(ring) if ring.resting else self._learning(ring)
        if link is None:
            return f"<g{attributes(given | faded)}>{body}</g>"
        spoken = {"aria-label": self.labels.describe(ring)}
        if ring is self.focus:
            spoken["aria-current"] = "true"
        edge = self._edge(ring)
        return f"<a{attributes(given | dict(link(ring)) | spoken | faded)}>{body}{edge}</a>"

    def _edge(self, ring: Ring) -> str:
        """Both edges of a ring, hidden until a style sheet shows them on the ring that has the focus."""
        inset = min(3.5, ring.width / 4)
        path = self.shape.curve(ring.inner + inset, 0, 360, coarse=True) + "Z"
        path += self.shape.curve(ring.outer - inset, 0, 360, coarse=True) + "Z"
        name = f"{self.uid}-e{ring.first}"
        return (
            f'<g class="edge" display="none" fill="none" stroke="#fff" stroke-width="6"><path id="{name}"'
            f' d="{path}"/><use href="#{name}" stroke="{INK}" stroke-width="3"/></g>'
        )

    def _resting(self, ring: Ring) -> str:
        area = self.shape.band(ring.inner, ring.outer, 0, 360)
        line = self.shape.circle(ring.outer - 0.6)
        return (
            f'<path d="{area}" fill="{self.inks.paper}" fill-rule="evenodd"/>'
            f'<path d="{line}" fill="none" stroke="{self.inks.line}" stroke-width="1.4"/>'
        )

    def _learning(self, ring: Ring) -> str:
        parts = [self._arc(ring, arc) for arc in ring.arcs]
        if len(ring.arcs) > 1:
            parts += [self._seam(ring, arc) for arc in ring.arcs]
        return "".join(parts)

    def _arc(self, ring: Ring, arc: Arc) -> str:
        late = late_width(ring)
        body = self.shape.band(ring.inner, ring.outer, arc.start, arc.end)
        early = self.inks.paper if self.patterned else arc.area.early
        parts = [f'<path d="{body}" fill="{early}" fill-rule="evenodd"/>']
        if self.patterned:
            fill = f"url(#{self.uid}-pt-{arc.area.code})"
            parts.append(f'<path d="{body}" fill="{fill}" fill-rule="evenodd"/>')
        else:
            parts.append(self._grain(ring, arc, late))
        # This year's wood is still soft: its edge is thinner and pale until the year is over.
        edge = late * 0.55 if ring.current else late
        soft = ' fill-opacity=".55"' if ring.current and not self.one_ink else ""
        turn = 0.0 if len(ring.arcs) == 1 else lean(ring.width - edge, ring.outer)
        rim = self.shape.band(ring.outer - edge, ring.outer, arc.start + turn, arc.end + turn)
        parts.append(f'<path d="{rim}" fill="{self.base(arc.area)}"{soft} fill-rule="evenodd"/>')
        return "".join(parts)

    def _grain(self, ring: Ring, arc: Arc, late: float) -> str:
        """One fine line for every further course, as far as there is room."""
        count = min(len(arc.entries) - 1, int((ring.width - late) / 7))
        if count < 1:
            return ""
        soft = ring.width - (0 if ring.current else late)
        lines = []
        for index in range(1, count + 1):
            radius = ring.inner + soft * index / (count + 1)
            turn = 0.0 if len(ring.arcs) == 1 else lean(radius - ring.inner, ring.outer)
            lines.append(self.shape.curve(radius, arc.start + turn, arc.end + turn))
        return (
            f'<path d="{"".join(lines)}" fill="none" stroke="{arc.area.light}" stroke-opacity=".6"'
            ' stroke-width="1.3"/>'
        )

    def _seam(self, ring: Ring, arc: Arc) -> str:
        x1, y1 = self.shape.point(ring.inner, arc.start)
        x2, y2 = self.shape.point(ring.outer, arc.start + lean(ring.width, ring.outer))
        return (
            f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{self.inks.paper}" stroke-width="1.8"/>'
        )

    def letters(self) -> str:
        """The letter of an area in every arc that has room; beside the links, whose names say it in words."""
        if not self.patterned:
            return ""
        drawn = [self._letter(ring, arc) for ring in self.plan.rings if ring.width > 24 for arc in ring.arcs]
        return f'<g class="letters" aria-hidden="true" pointer-events="none">{"".join(drawn)}</g>'

    def _letter(self, ring: Ring, arc: Arc) -> str:
        if (arc.end - arc.start) / 57.3 * ring.inner <= 50:
            return ""
        x, y = self.shape.point((ring.inner + ring.outer - late_width(ring)) / 2, (arc.start + arc.end) / 2)
        return (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="13" fill="{self.inks.paper}"/>'
            f'<text x="{x:.1f}" y="{y + 6.5:.1f}" text-anchor="middle" font-size="19" font-weight="700"'
            f' fill="{self.base(arc.area)}">{escaped(self.labels.letters[arc.area.code])}</text>'
        )

    def heartwood(self) -> str:
        if self.patterned or (self.dim and self.focus):
            return ""
        path = self.shape.circle(self.plan.radius)
        return f'<path d="{path}" fill="url(#{self.uid}-w)" pointer-events="none" aria-hidden="true"/>'

    def seed(self) -> str:
        colour = INK if self.one_ink else SEED
        return (
            f'<g class="seed" aria-hidden="true"><path d="{self.shape.circle(self.plan.pith)}"'
            f' fill="{self.inks.paper}" stroke="{self.inks.line}" stroke-width="1.5"/>'
            f'<g transform="translate(500 500) rotate(32) scale({self.plan.pith / 16 * 0.98:.2f})">'
            f'<path d="M0 -11.5C7.5 -5 8.2 5.5 0 11.5C-8.2 5.5 -7.5 -5 0 -11.5Z" fill="{colour}"/>'
            '<path d="M0 -7.5V8" stroke="#fff" stroke-opacity=".75" stroke-width="1.3"'
            ' stroke-linecap="round"/></g></g>'
        )

    def knots(self) -> str:
        """All knots; each kind is drawn once and used many times, so a rich tree stays small to send."""
        placed = place_knots(self.plan, self.shape)
        kinds = {(knot.area.code, knot.golden): knot.area for knot in placed}
        drawn = "".join(self._kind(area, golden) for (_, golden), area in kinds.items())
        used = "".join(self._knot(knot) for knot in placed)
        return f'<defs>{drawn}</defs><g class="knots" aria-hidden="true" pointer-events="none">{used}</g>'

    def _kind(self, area: Area, golden: bool) -> str:
        """A knot of size 10: an eye in dark wood with a swirl and a core."""
        dark = INK if self.one_ink else area.dark
        core = "#fff" if self.one_ink else GOLD if golden else area.early
        return (
            f'<g id="{self._kind_id(area, golden)}"><ellipse rx="15" ry="10.8" fill="{self.inks.paper}"/>'
            f'<ellipse rx="12.8" ry="8.8" fill="{dark}"/><path d="M-8 1A8.2 5 0 1 1 5 3.8" fill="none"'
            f' stroke="{core}" stroke-width="1.5" stroke-linecap="round"/>'
            f'<ellipse cx=".6" rx="3.6" ry="2" fill="{core}"/></g>'
        )

    def _kind_id(self, area: Area, golden: bool) -> str:
        return f"{self.uid}-k-{area.code}{'-gold' if golden else ''}"

    def _knot(self, knot: Knot) -> str:
        faded = ' opacity=".38"' if self.dim and self.focus and knot.ring is not self.focus else ""
        place = (
            f'transform="translate({knot.x:.1f} {knot.y:.1f}) rotate({knot.angle:.0f})'
            f' scale({knot.size / 10:.2f})"{faded}'
        )
        kind = f'<use href="#{self._kind_id(knot.area, knot.golden)}" {place}/>'
        if knot.stands_for == 1:
            return kind
        # An outer line says that this one stands for several.
        dark = INK if self.one_ink else knot.area.dark
        return (
            f'<ellipse rx="17.2" ry="12.8" fill="{self.inks.paper}" stroke="{dark}" stroke-width="1.6"'
            f" {place}/>{kind}"
        )

    def outline_of_focus(self) -> str:
        if self.focus is None:
            return ""
        edges = self.shape.circle(self.focus.inner) + self.shape.circle(self.focus.outer)
        return (
            '<g class="focus" aria-hidden="true" fill="none" pointer-events="none">'
            f'<path d="{edges}" stroke="#fff" stroke-width="7"/>'
            f'<path d="{edges}" stroke="{INK}" stroke-width="3.5"/></g>'
        )

    def year_axis(self, text: AxisText) -> str:
        if text == "none":
            return ""
        if text == "both":
            return self.year_axis("desktop") + self.year_axis("phone")
        size, apart = (20, 36) if text == "desktop" else (34, 56)
        x1, y1 = self.shape.point(self.plan.pith, 0)
        x2, y2 = self.shape.point(self.plan.radius, 0)
        line = (
            f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2 - self.bark_width:.1f}" stroke="{_PILL}"'
            ' stroke-opacity=".9" stroke-width="2.5"/>'
        )
        pills = "".join(self._pill(ring, y, size) for ring, y in self._marks(size, apart))
        return f'<g class="axis {text}" aria-hidden="true" pointer-events="none">{line}{pills}</g>'

    def _marks(self, size: int, apart: int) -> list[tuple[Ring, float]]:
        """Which years are written: newest, chosen, first, then round ones, where they do not crowd."""
        rings = self.plan.rings
        order = [rings[-1], *([self.focus] if self.focus else []), rings[0]]
        order += [r for r in rings if r.first % 5 == 0 or r.first != r.last or len(rings) < 6]
        marks: list[tuple[Ring, float]] = []
        for ring in order:
            y = self.shape.point((ring.inner + ring.outer) / 2, 0)[1]
            if CENTRE - y < self.plan.pith + size * 0.8 and len(rings) > 3:
                continue
            if all(abs(y - other) >= apart for _, other in marks):
                marks.append((ring, y))
        return marks

    def _pill(self, ring: Ring, y: float, size: int) -> str:
        mark, chosen = self.labels.mark(ring), ring is self.focus
        width = size * (0.44 + sum(0.57 if character.isascii() else 0.92 for character in mark))
        fill, ink = (INK, "#fff") if chosen else (_PILL, INK if self.one_ink else "#3A2A1E")
        weight = 700 if chosen or ring.current else 500
        return (
            f'<g class="yl"><rect x="{CENTRE - width / 2:.1f}" y="{y - size * 0.62:.1f}" width="{width:.1f}"'
            f' height="{size * 1.24:.1f}" rx="{size * 0.62:.1f}" fill="{fill}"'
            f' fill-opacity="{1 if chosen else 0.93}"/><text x="500" y="{y + size * 0.36:.1f}"'
            f' text-anchor="middle" font-size="{size}" font-weight="{weight}" fill="{ink}">'
            f"{escaped(mark)}</text></g>"
        )
