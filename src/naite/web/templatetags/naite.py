"""Template filters and tags of Naite, loaded in every template."""

from datetime import date, datetime, timedelta

from django import template
from django.forms import BoundField, CheckboxInput
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from naite.roots.korean import josa as _josa
from naite.roots.phones import mask_phone, show_phone
from naite.web.icons import ICONS

register = template.Library()

_KOREAN_DAYS = "월화수목금토일"
_MARK_COLOURS = {"bark": ("#4A3426", "#C8761A"), "navy": ("#063a74", "#256ef4"), "white": ("#fff", "#FFD166")}


@register.filter
def josa(word: object, pair: str) -> str:
    """``{{ name|josa:"은/는" }}``: the word with the fitting particle."""
    return _josa(word, pair)


@register.simple_tag
def path(name: str, fallback: str, *arguments: object) -> str:
    """``{% path "course-search" "/courses/" %}``: the address of a named page, else the fallback."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return fallback


@register.inclusion_tag("parts/mark.html")
def mark(size: int, tone: str = "bark") -> dict[str, object]:
    """The mark: a seed, two closed rings and this year's ring, still open."""
    ink, seed = _MARK_COLOURS[tone]
    return {"size": size, "ink": ink, "seed": seed}


@register.simple_tag
def icon(name: str, css_class: str = "") -> SafeString:
    """``{% icon "bell" "s" %}``: a line icon of the staff pages, hidden from screen readers."""
    return format_html(
        '<svg class="i {}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        css_class,
        mark_safe(ICONS[name]),  # noqa: S308 - constants of our own
    )


@register.filter
def field_kind(field: BoundField) -> str:
    """Tell the field template which shape a field has: check, choices or line."""
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        return "check"
    return "choices" if widget.use_fieldset else "line"


@register.filter
def first_control_id(field: BoundField) -> str:
    """Return the id to which the error summary links: of a group, its first control."""
    if field.field.widget.use_fieldset and field.auto_id:
        return f"{field.auto_id}_0"
    return field.id_for_label


def _local(value: date | datetime) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


@register.filter
def dotted(value: date | datetime | None) -> str:
    """``2026.11.24``; an instant is shown in local time."""
    return f"{_local(value):%Y.%m.%d}" if value else ""


@register.filter
def dotted_time(value: datetime | None) -> str:
    """``2026.11.24 10:00`` in local time."""
    return f"{timezone.localtime(value):%Y.%m.%d %H:%M}" if value else ""


@register.filter
def deadline(value: datetime | None) -> str:
    """``2026.11.24 24시``: an exclusive end; midnight is told as 24시 of the day before."""
    if not value:
        return ""
    local = timezone.localtime(value)
    if (local.hour, local.minute) != (0, 0):
        return dotted_time(value)
    return translation.gettext("%(day)s 24시") % {"day": dotted(local.date() - timedelta(days=1))}


@register.filter
def short_day(value: date | datetime | None) -> str:
    """``11.24(화)``; an instant is shown in local time."""
    if not value:
        return ""
    day = _local(value)
    korean = (translation.get_language() or "ko").startswith("ko")
    name = _KOREAN_DAYS[day.weekday()] if korean else WEEKDAYS_ABBR[day.weekday()]
    return f"{day:%m.%d}({name})"


@register.filter
def grouped(value: int | float | None) -> str:
    """``12,480``."""
    return f"{value:,}" if value is not None else ""


@register.filter
def phone(digits: str) -> str:
    """Return 010-1234-5678."""
    return show_phone(digits) if digits else ""


@register.filter
def phone_masked(digits: str) -> str:
    """Return 010-****-5678."""
    return mask_phone(digits) if digits else ""
