"""Only with NAITE_DEMO: signing in as a person of the demo world by one click, and reading the outbox."""

from dataclasses import dataclass, field

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from naite.flows.demo.world import MAIL, PEOPLE
from naite.roots.audit import services as audit
from naite.roots.notices.models import Message
from naite.trunk.people.models import Person, Role
from naite.web import context, roles
from naite.web.middleware import now_of

PAGE = 30
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_OFFICES = {
    Role.MINISTRY_OFFICIAL,
    Role.NATIONAL_OFFICER,
    Role.PROVINCIAL_OFFICER,
    Role.LOCAL_OFFICER,
    Role.EDUCATION_OFFICER,
    Role.EVALUATOR,
    Role.COMMITTEE_MEMBER,
}


@dataclass(frozen=True)
class Visitor:
    """A person one may sign in as, with their roles in words."""

    person: Person
    note: str
    roles: list[str]


@dataclass(frozen=True)
class Group:
    label: str | Promise
    people: list[Visitor] = field(default_factory=list)


def _only_in_the_demo() -> None:
    if not settings.DEMO:
        raise Http404


def _groups(now_request: HttpRequest) -> list[Group]:
    now = now_of(now_request)
    notes = {someone.email: someone.note for someone in PEOPLE}
    learners, institutions = Group(_("학습자")), Group(_("기관·거점"))
    offices, operators = Group(_("관청·진흥원")), Group(_("운영자"))
    people = Person.objects.filter(email__endswith=MAIL, is_active=True).prefetch_related(
        "roles__organisation"
    )
    order = list(notes)
    for person in sorted(people, key=lambda p: (order.index(p.email) if p.email in notes else 999, p.name)):
        held = [role for role in person.roles.all() if role.is_valid_at(now)]
        words = [f"{role.organisation.name} {Role(role.role).label}" for role in held]
        visitor = Visitor(person, notes.get(person.email or "", ""), words)
        if person.is_operator:
            operators.people.append(visitor)
        elif any(role.role in _OFFICES for role in held):
            offices.people.append(visitor)
        elif held:
            institutions.people.append(visitor)
        elif person.email in notes:
            learners.people.append(visitor)
    return [group for group in (learners, institutions, offices, operators) if group.people]


@require_safe
def signin(request: HttpRequest) -> HttpResponse:
    """List the people of the demo world by what they do."""
    _only_in_the_demo()
    return render(request, "public/demo.html", {"groups": _groups(request)})


@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Sign in as one of them. Nobody outside the demo world can be entered this way."""
    _only_in_the_demo()
    person = get_object_or_404(
        Person, email=request.POST.get("email", ""), email__endswith=MAIL, is_active=True
    )
    # As if confirmed at sign-up, so that the settings can be tried out as well.
    EmailAddress.objects.update_or_create(
        user=person, email=person.email, defaults={"verified": True, "primary": True}
    )
    login(request, person, backend=BACKEND)
    roles.forget(request)
    audit.record(
        "people.sign_in", actor=person, now=now_of(request), subject=person, about=person.pk, demo=True
    )
    return redirect(context.start_url(request))


@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """Show the messages that would have been sent, newest first."""
    _only_in_the_demo()
    page = Paginator(Message.objects.order_by("-created_at", "-id"), PAGE).get_page(request.GET.get("page"))
    return render(request, "public/outbox.html", {"page": page})


urlpatterns = [
    path("demo/", signin, name="demo-signin"),
    path("demo/enter/", enter, name="demo-enter"),
    path("demo/outbox/", outbox, name="demo-outbox"),
]
