"""The pictures of badges: as page images, and as the files that carry a credential."""

from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from naite.flows.badge_reading import Shown
from naite.roots.drawing.badges import draw_badge, render_png
from naite.roots.files import services as files
from naite.trunk.badges import queries
from naite.trunk.badges.models import Achievement
from naite.trunk.wallet.models import Holding

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


@dataclass(frozen=True, slots=True)
class Face:
    """What a badge looks like: the picture that its institution brought, else the drawing of its type and area.

    ``own`` is the achievement that has such a picture. Everything that shows a badge asks here.
    """

    badge_type: str
    area: str
    own: UUID | None = None

    def url(self, style: str = "full") -> str:
        """The address of the page image."""
        if self.own is None:
            return art_url(self.badge_type, self.area, style)
        return reverse("badge-picture", args=[self.own, "grey" if "grey" in style else "full"])

    def png(self) -> bytes:
        """The picture as PNG, for the file that carries the credential."""
        return own_png(self.own) if self.own is not None else png(self.badge_type, self.area)

    def svg(self, style: str = "full") -> str:
        """The picture as a drawing: for files that carry the credential, papers and previews."""
        if self.own is None:
            return svg(self.badge_type, self.area, style)
        return framed(own_png(self.own), grey="grey" in style)


def face_of(achievement: Achievement) -> Face:
    """The face of a badge."""
    own = achievement.pk if achievement.picture_id else None
    return Face(achievement.badge_type, achievement.area, own)


def face_of_holding(holding: Holding) -> Face:
    """The face of one badge of a wallet; of many, give each its ``AwardState.picture``."""
    found = queries.pictures_of(account_id=holding.account_id, award_ids=[holding.award_id])
    return Face(holding.badge_type, holding.area, found.get(holding.award_id))


def face_shown(badge: Shown) -> Face:
    """The face of a badge as its credential tells, whoever holds it."""
    own = badge.achievement_id
    if own is not None and not Achievement.objects.filter(pk=own).exclude(picture=None).exists():
        own = None
    return Face(badge.badge_type, badge.area, own)


def own_png(achievement_id: UUID) -> bytes:
    """The picture that an institution brought for a badge, as it was drawn anew; KeyError where there is none."""
    row = Achievement.objects.filter(pk=achievement_id).select_related("picture").first()
    if row is None or row.picture is None:
        raise KeyError(achievement_id)
    return png_of(row)


def png_of(achievement: Achievement) -> bytes:
    """The picture of a badge: the one that its institution brought, else the drawn one."""
    if achievement.picture is not None:
        with files.open_file(achievement.picture) as content:
            return content.read()
    return png(achievement.badge_type, achievement.area)


def framed(picture: bytes, *, grey: bool = False) -> str:
    """A PNG of ours within a square drawing, grey on demand."""
    how = ' filter="url(#grey)"' if grey else ""
    paint = '<filter id="grey"><feColorMatrix type="saturate" values="0"/></filter>' if grey else ""
    data = b64encode(picture).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {PNG_SIZE} {PNG_SIZE}">{paint}<image '
        f'width="{PNG_SIZE}" height="{PNG_SIZE}"{how} href="data:image/png;base64,{data}"/></svg>'
    )


@lru_cache(maxsize=64)
def grey_png(picture: bytes) -> bytes:
    """A picture without its colours, for badges that were taken back."""
    return render_png(framed(picture, grey=True), PNG_SIZE)


def art_url(badge_type: str, area: str, style: str = "full") -> str:
    """The address of a page image; badges of others that we cannot draw get the neutral one."""
    return reverse("badge-art", args=[badge_type or "other", area or "other", style])
