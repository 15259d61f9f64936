"""What the institute's pages about panels ask first."""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from naite.roots.errors import NotAllowed
from naite.trunk.people.models import Organisation, Person
from naite.trunk.recognition.models import Panel, Round
from naite.trunk.recognition.policies import granting_institute
from naite.web.middleware import now_of


def officer(request: HttpRequest) -> tuple[Person, Organisation]:
    """Return the officer and the national institute; refuses everybody else."""
    assert isinstance(request.user, Person)
    institute = granting_institute(request.user, now=now_of(request))
    if institute is None:
        raise NotAllowed(
            _("국가평생교육진흥원 담당자의 화면입니다. 다른 역할로 들어와 있는지 확인해 주세요.")
        )
    return request.user, institute


def round_of(request: HttpRequest, institute: Organisation) -> tuple[Round | None, list[Round]]:
    """Return the round asked for in the address, else the one with panels or the newest, and all to choose from."""
    rounds = list(Round.objects.filter(institute=institute).exclude(state=Round.State.CANCELLED))
    judged = set(Panel.objects.filter(round__in=rounds).values_list("round_id", flat=True))
    wanted = request.GET.get("round", "")
    chosen = next((row for row in rounds if str(row.pk) == wanted), None)
    usual = next((row for row in rounds if row.pk in judged), None)
    published = next((row for row in rounds if row.state == Round.State.PUBLISHED), None)
    return chosen or usual or published, rounds


def panel_for(request: HttpRequest, panel_id: UUID) -> Panel:
    """Return a panel of the officer's institute."""
    _person, institute = officer(request)
    return get_object_or_404(
        Panel.objects.select_related("round__institute", "round__criteria"),
        pk=panel_id,
        round__institute=institute,
    )
