"""The pictures of badges: as page images, and as the files that carry a credential."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from naite.roots.drawing.badges import draw_badge, render_png
from naite.roots.files import services as files
from naite.trunk.badges.models import Achievement

PNG_SIZE = 512
STYLES = {"full": (True, False), "plain": (False, False), "grey": (True, True), "grey-plain": (False, True)}


def font_path() -> Path | None:
    """The font in which ribbons are outlined, where it was fetched."""
    path = Path(settings.VENDOR_DIR).parent / "vendor-fonts" / "PretendardGOV-Bold.otf"
    return path if path.is_file() else None


@lru_cache(maxsize=128)
def svg(badge_type: str, area: str, style: str = "full") -> str:
    """One design as SVG. Types and areas without a drawing of their own get the plain shape, in bare wood."""
    ribbon, grey = STYLES[style]
    options = {"ribbon": ribbon, "grey": grey, "font_path": font_path()}
    try:
        return draw_badge(badge_type, area, **options)  # type: ignore[arg-type]
    except ValueError:
        return draw_badge("participation", None, **{**options, "ribbon": False})  # type: ignore[arg-type]


@lru_cache(maxsize=64)
def png(badge_type: str, area: str) -> bytes:
    """One design as PNG, 512 pixels square."""
    return render_png(svg(badge_type, area), PNG_SIZE, font_path=font_path())


def png_of(achievement: Achievement) -> bytes:
    """The picture of a badge: the one that its institution brought, else the drawn one."""
    if achievement.picture is not None:
        with files.open_file(achievement.picture) as content:
            return content.read()
    return png(achievement.badge_type, achievement.area)


def art_url(badge_type: str, area: str, style: str = "full") -> str:
    """The address of a page image; badges of others that we cannot draw get the neutral one."""
    return reverse("badge-art", args=[badge_type or "other", area or "other", style])
