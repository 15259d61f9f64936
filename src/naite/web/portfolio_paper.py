"""A shared portfolio on paper and as the picture that messengers show of its link."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from naite.flows.portfolios import Part, Piece, Seen
from naite.roots.drawing.card import card_png, draw_card
from naite.roots.drawing.qr import draw_qr
from naite.roots.korean import josa
from naite.trunk.records.certificates import papers
from naite.trunk.records.certificates.render import FONTS, fonts_dir
from naite.trunk.wallet.models import PortfolioShare
from naite.trunk.wallet.portfolios.paper import Row, Section, Sheet, portfolio_pdf
from naite.web.badge_art import Face
from naite.web.portfolio_page import face_of
from naite.web.templatetags.naite import deadline


def pdf_of(seen: Seen, share: PortfolioShare, token: str) -> bytes:
    """Return the portfolio as it is seen now, signed like a certificate: it is as it was made here, then.

    Each badge carries a QR code that leads to its verification; the signature names the portfolio's link.
    """
    return papers.signed(
        portfolio_pdf(sheet_of(seen, share, token)),
        title=_("포트폴리오"),
        issuer=settings.CERTIFICATE_ISSUER,
        address=settings.BASE_URL + reverse("portfolio", args=[token]),
        now=seen.checked_at,
    )


def sheet_of(seen: Seen, share: PortfolioShare, token: str) -> Sheet:
    """Return what the paper says."""
    address = settings.BASE_URL + reverse("portfolio", args=[token])
    until = deadline(share.expires_at)
    odd = seen.odd
    checked = josa(seen.checked, "을/를")
    line = ""
    if seen.checked and odd:
        line = _("%(things)s 확인했습니다. %(count)d가지는 그대로 믿을 수 없습니다: %(names)s") % {
            "things": checked,
            "count": len(odd),
            "names": ", ".join(piece.title for piece in odd),
        }
    elif seen.checked:
        line = _("%(things)s 확인했습니다. 모두 유효합니다.") % {"things": checked}
    when = _("확인 %(at)s. 지금도 그런지는 QR로 확인하세요.") % {"at": _moment(seen.checked_at)}
    if seen.own_claims:
        when += " " + _("본인이 적은 기록 %(count)d건은 다른 곳에서 확인한 것이 아닙니다.") % {
            "count": seen.own_claims
        }
    return Sheet(
        title=seen.title,
        name=seen.name,
        language=(get_language() or "ko")[:2],
        day=timezone.localdate(seen.checked_at),
        bar=_("‘%(audience)s’에 쓰라고 보낸 자료입니다. 링크는 %(until)s까지 열립니다.")
        % {"audience": share.audience, "until": until},
        intro=[part for part in seen.intro.splitlines() if part.strip()],
        line=line,
        odd=bool(odd),
        when=when if seen.checked else "",
        contact=_("연락처 %(email)s") % {"email": seen.email} if seen.email else "",
        sections=[_section(part, token) for part in seen.parts],
        qr=draw_qr(address, decorative=True),
        qr_alt=_("이 포트폴리오의 링크를 담은 QR 코드"),
        qr_says=_("화면으로 보기"),
        foot=f"{seen.name or seen.title} · {share.audience}",
        only=_("주인이 고른 것만 담았습니다. 사는 곳, 생년월일, 다른 기록은 여기에 없습니다."),
        tree=seen.tree,
        tree_alt=_("고른 기록 %(count)d건으로 그린 나이테") % {"count": seen.tree_count},
    )


def card_of(seen: Seen) -> bytes:
    """Return the preview picture of a link: badges, title and, where it is shown, the name. Nothing else."""
    badges = [face_of(piece) for piece in seen.of("badge") if piece.tone != "bad"]
    picture = _grid(badges[:4]) if badges else seen.tree
    lines = [seen.title] if seen.name else []
    if seen.checked:
        lines.append(seen.checked)
    return _png(picture, seen.name or seen.title, tuple(lines))


def badge_card(face: Face, title: str, lines: Sequence[str]) -> bytes:
    """Return the preview picture of a link to one badge."""
    return _png(face.svg("plain"), title, tuple(lines))


def _section(part: Part, token: str) -> Section:
    if part.kind == "text":
        return Section(title=part.title, words=part.pieces[0].text.splitlines())
    return Section(title=part.title, rows=[_row(piece, token) for piece in part.pieces])


def _row(piece: Piece, token: str) -> Row:
    bits = [piece.issuer, f"{piece.day:%Y.%m.%d}" if piece.day else ""]
    if piece.hours:
        bits.append(_("%(hours)s시간") % {"hours": piece.hours})
    if piece.facts.get("number"):
        bits.append(_("문서번호 %(number)s") % {"number": piece.facts["number"]})
    badge = piece.kind == "badge"
    address = settings.BASE_URL + reverse("portfolio-badge", args=[token, piece.id])
    return Row(
        title=piece.title,
        meta=" · ".join(bit for bit in bits if bit),
        note=" ".join(piece.text.split()),
        state=str(piece.provenance if piece.kind == "entry" and piece.tone == "ok" else piece.state),
        odd=piece.tone != "ok",
        art=face_of(piece).svg("grey-plain" if piece.tone == "bad" else "plain") if badge else "",
        art_alt=_("배지 그림"),
        qr=draw_qr(address, decorative=True) if badge else "",
        qr_alt=_("‘%(title)s’ 배지를 확인하는 QR 코드") % {"title": piece.title} if badge else "",
    )


def _grid(badges: Sequence[Face]) -> str:
    """Up to four badges as one drawing."""
    if len(badges) == 1:
        return badges[0].svg("plain")
    side = 512
    cells = [
        badge.svg("plain").replace(
            "<svg ",
            f'<svg x="{at % 2 * (side + 40)}" y="{at // 2 * (side + 40)}" width="{side}" height="{side}" ',
            1,
        )
        for at, badge in enumerate(badges)
    ]
    height = side if len(badges) < 3 else 2 * side + 40
    top = (2 * side + 40 - height) // 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 {-top} {2 * side + 40} {2 * side + 40}">'
        f"{''.join(cells)}</svg>"
    )


@lru_cache(maxsize=64)
def _png(picture: str, heading: str, lines: tuple[str, ...]) -> bytes:
    card = draw_card(picture, heading=heading, lines=lines, signature=_("나이테"))
    return card_png(card, fonts=[fonts_dir() / name for name in FONTS])


def _moment(instant: datetime) -> str:
    return f"{timezone.localtime(instant):%Y.%m.%d %H:%M}"
