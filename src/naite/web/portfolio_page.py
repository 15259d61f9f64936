"""What the page of a portfolio shows, whoever looks: somebody with its link, or its owner beforehand."""

from typing import Any

from django.utils.safestring import mark_safe

from naite.flows.portfolios import Piece, Seen
from naite.web.badge_art import Face


def portfolio_context(seen: Seen) -> dict[str, Any]:
    """The portfolio at one moment, with the pictures of its badges."""
    return {
        "seen": seen,
        "parts": [
            {"part": part, "pieces": [{"piece": piece, "art": art_of(piece)} for piece in part.pieces]}
            for part in seen.parts
        ],
        "tree": mark_safe(seen.tree),  # noqa: S308 - draw_rings escapes every text
    }


def art_of(piece: Piece) -> str:
    """The address of a badge's picture; grey when it was taken back. Empty for anything else."""
    if piece.kind != "badge":
        return ""
    style = "grey-plain" if piece.tone == "bad" else "plain"
    return face_of(piece).url(style)


def face_of(piece: Piece) -> Face:
    """The face of a badge that a portfolio shows."""
    return Face(str(piece.facts.get("badge_type", "")), str(piece.facts.get("area", "")), piece.picture)
