"""Targets and what was reached, as bars with the target marked."""

from collections.abc import Sequence

from naite.roots.drawing.charts import BLUE, INK, INK3, NAVY, PANE, svg, text


def target_bars(rows: Sequence[tuple[str, int, int]], *, says: str, width: int = 560) -> str:
    """One bar a target (name, target, reached), each to its own scale: the mark is at the target."""
    step, room = 58, width - 200
    parts = []
    for place, (name, target, reached) in enumerate(rows):
        y = place * step + 4
        most = max(target, reached, 1)
        length, mark = reached / most * room, target / most * room
        colour = NAVY if reached >= target else BLUE
        parts += [
            text(0, y + 12, name, size=14, weight=600, fill=INK),
            f'<rect x="0" y="{y + 20}" width="{room}" height="18" fill="{PANE}"/>',
            f'<rect x="0" y="{y + 20}" width="{length:.1f}" height="18" fill="{colour}"/>',
            f'<rect x="{max(mark - 2, 0):.1f}" y="{y + 15}" width="3" height="28" fill="{INK}"/>',
            text(room + 12, y + 34, f"{reached:,} / {target:,}", size=14, weight=700, fill=INK),
            text(width, y + 34, f"{reached * 100 // target if target else 0}%", anchor="end", fill=INK3),
        ]
    return svg(width, max(len(rows), 1) * step, says, "".join(parts))
