"""The map of a pathway: a trail that climbs from level to level, with the steps that are met filled in."""

from collections.abc import Mapping
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from naite.trunk.badges.pathway_rules import Pathway

WIDTH, ROW, TOP, BAND = 340, 74, 34, 46
LEFT, RIGHT = 62, 278
LINE = 15


def draw(way: Pathway, *, met: Mapping[str, str]) -> SafeString:
    """Return the map as SVG, drawn for a phone's width; met steps by their key.

    The picture says nothing that the list beside it does not, so it is one image with one label.
    """
    parts: list[str] = []
    points: list[tuple[int, int, bool]] = []
    y = TOP
    for level in way.levels:
        asked = _("꼭 %(required)d개") % {"required": len(level.required)} if level.required else ""
        chosen = (
            _("고르기 %(all)d개 가운데 %(need)d개") % {"all": len(level.elective), "need": level.need}
            if level.elective
            else ""
        )
        words = " · ".join(part for part in (asked, chosen) if part)
        parts.append(_sign(y, level.name[:24], words))
        parts.append(f'<text class="pm-l" x="{WIDTH // 2}" y="{y}">{escape(level.name[:24])}</text>')
        parts.append(f'<text class="pm-n" x="{WIDTH // 2}" y="{y + 19}">{escape(words)}</text>')
        y += BAND + 10
        for step in level.steps:
            x = LEFT if len(points) % 2 == 0 else RIGHT
            done = step.key in met
            points.append((x, y, done))
            kind = "d" if done else "r" if step.required else "e"
            mark = '<path class="pm-v" d="m-9 0 6 7 12-13"/>' if done else ""
            parts.append(f'<g class="pm-{kind}" transform="translate({x} {y})"><circle r="22"/>{mark}</g>')
            anchor, text_x = ("start", x + 34) if x == LEFT else ("end", x - 34)
            lines = _lines(step.title)
            for at, line in enumerate(lines):
                dy = y + 5 + (at - (len(lines) - 1) / 2) * 19
                parts.append(
                    f'<text class="pm-t" text-anchor="{anchor}" x="{text_x}" y="{dy:.0f}">{escape(line)}</text>'
                )
            y += ROW
    goal = (WIDTH // 2, y + 10)
    reached = sum(done for _x, _y, done in points)
    trail = _trail([(x, at) for x, at, _done in points] + [goal])
    here = next(((x, at) for x, at, done in points if not done), goal) if reached else None
    flag = ""
    if here is not None and here != goal:
        flag = f'<circle class="pm-h" cx="{here[0]}" cy="{here[1]}" r="29"/>'
    star = "".join(
        f"{'M' if n == 0 else 'L'}{sx} {sy}"
        for n, (sx, sy) in enumerate(
            [(0, -14), (4, -5), (14, -4), (6, 3), (9, 13), (0, 8), (-9, 13), (-6, 3), (-14, -4), (-4, -5)]
        )
    )
    full = met and reached and len(points) and _fulfilled(way, met)
    parts.append(
        f'<g class="pm-g{" full" if full else ""}" transform="translate({goal[0]} {goal[1]})">'
        f'<circle r="28"/><path d="{star}Z"/></g>'
    )
    label = _("경로 지도: %(all)d걸음 가운데 %(done)d걸음을 걸었습니다.") % {
        "all": len(points),
        "done": reached,
    }
    return mark_safe(  # noqa: S308 - every text was escaped above
        f'<svg class="pm" viewBox="0 0 {WIDTH} {goal[1] + 44}" role="img" aria-label="{escape(label)}">'
        f'<path class="pm-p" d="{trail}"/>{flag}{"".join(parts)}</svg>'
    )


def _sign(y: int, name: str, words: str) -> str:
    """The board behind a level's name, so that the trail passes behind it and not through the letters."""
    width = min(WIDTH - 20, max(_width(name, 17), _width(words, 14)) + 32)
    return f'<rect class="pm-s" x="{(WIDTH - width) / 2:.0f}" y="{y - 24}" width="{width:.0f}" height="52" rx="10"/>'


def _width(text: str, size: int) -> float:
    """About how wide a text is drawn: Hangul is as wide as high, other letters are some half of that."""
    return sum(size * (0.92 if "가" <= letter <= "힣" else 0.5) for letter in text)


def _fulfilled(way: Pathway, met: Mapping[str, str]) -> bool:
    return all(
        all(step.key in met for step in level.required)
        and sum(step.key in met for step in level.elective) >= level.need
        for level in way.levels
    )


def _trail(points: list[tuple[int, int]]) -> str:
    """A soft winding line through the points."""
    if not points:
        return ""
    x, y = points[0]
    parts = [f"M{x} {y}"]
    for next_x, next_y in points[1:]:
        middle = (y + next_y) // 2
        parts.append(f"C{x} {middle} {next_x} {middle} {next_x} {next_y}")
        x, y = next_x, next_y
    return "".join(parts)


def _lines(title: str) -> list[str]:
    """The title in at most two lines that fit beside a step."""
    words, lines = title.split(), [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + len(word) + 1 > LINE:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    shown = [line if len(line) <= LINE + 1 else f"{line[:LINE]}…" for line in lines[:2]]
    if len(lines) > 2:
        shown[1] = f"{shown[1][: LINE - 1]}…"
    return shown
