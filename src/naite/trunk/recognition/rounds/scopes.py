"""For whom a round is, as lines that are typed, pasted or read from a file."""

import re
from datetime import date

from django.utils.translation import gettext as _

from naite.roots.errors import Invalid
from naite.trunk.people.models import Organisation
from naite.trunk.people.queries import region_from_address
from naite.trunk.recognition.models import Round
from naite.trunk.recognition.rounds.services import ScopeEntry

MOST = 1000
_DAY = re.compile(r"(\d{4})[-./]\s?(\d{1,2})[-./]\s?(\d{1,2})\.?\s*$")


def read(scope: str, text: str, *, on: date) -> list[ScopeEntry]:
    """Return the institutions or learning cities that lines name; nothing for a round that is for all.

    An institution is a line with its name or its address name; a city its province and name, perhaps with the
    day on which it became a learning city: ``서울특별시 마포구 2013-05-01``. Refuses lines that name none or several.
    """
    lines = [" ".join(line.replace("\t", " ").split()) for line in text.splitlines()]
    wanted = list(dict.fromkeys(line for line in lines if line))
    if scope == Round.Scope.ALL:
        return []
    if len(wanted) > MOST:
        raise _wrong([_("%(most)s줄까지 적을 수 있습니다.") % {"most": MOST}])
    return _cities(wanted, on) if scope == Round.Scope.LEARNING_CITIES else _institutions(wanted)


def text_of(round: Round) -> str:
    """Return a round's scope as such lines."""
    rows = round.scopes.select_related("organisation", "region__parent").order_by("id")
    return "\n".join(
        row.organisation.name
        if row.organisation
        else f"{row.region.full_name} {row.since or ''}".strip()
        if row.region
        else ""
        for row in rows
    )


def _institutions(lines: list[str]) -> list[ScopeEntry]:
    known: dict[str, list[Organisation]] = {}
    for row in Organisation.objects.filter(name__in=lines, closed_on=None):
        known.setdefault(row.name, []).append(row)
    for row in Organisation.objects.filter(slug__in=lines, closed_on=None):
        known.setdefault(row.slug, []).append(row)
    wrong = [_("찾을 수 없는 기관: %(name)s") % {"name": line} for line in lines if not known.get(line)]
    wrong += [
        _("이름이 같은 기관이 여럿입니다: %(name)s. 주소 이름(%(slugs)s)으로 적어 주세요.")
        % {"name": line, "slugs": ", ".join(each.slug for each in known[line])}
        for line in lines
        if len(known.get(line, [])) > 1
    ]
    if wrong:
        raise _wrong(wrong)
    found = {known[line][0].pk: known[line][0] for line in lines}
    return [ScopeEntry(organisation=each) for each in found.values()]


def _cities(lines: list[str], on: date) -> list[ScopeEntry]:
    found: dict[str, ScopeEntry] = {}
    wrong: list[str] = []
    for line in lines:
        match = _DAY.search(line)
        name = line[: match.start()].strip() if match else line
        try:
            since = date(*(int(part) for part in match.groups())) if match else None
        except ValueError:
            wrong.append(_("달력에 없는 날입니다: %(line)s") % {"line": line})
            continue
        region = region_from_address(name, on=on)
        if region is None or region.parent is None:
            wrong.append(_("찾을 수 없는 시군구: %(line)s. 시도와 함께 적어 주세요.") % {"line": line})
            continue
        found[region.pk] = ScopeEntry(region=region, since=since)
    if wrong:
        raise _wrong(wrong)
    return list(found.values())


def _wrong(messages: list[str]) -> Invalid:
    shown = messages[:10] + ([_("그 밖에 %(n)s줄") % {"n": len(messages) - 10}] if len(messages) > 10 else [])
    return Invalid(_("대상을 확인해 주세요. 바뀐 것은 없습니다."), fields={"scope_lines": " ".join(shown)})
