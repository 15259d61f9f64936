"""The learner's home: rings or table, what to do next, the latest entries; in plain words where wanted."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from naite.flows import accounts, award_run
from naite.roots.errors import Refused
from naite.trunk.people.models import Person
from naite.trunk.records import queries
from naite.web.display import Display
from naite.web.learner import account_application, words
from naite.web.learner.next_things import next_session, next_things, page, place_of, when_in_words
from naite.web.learner.tree import Tree, tree_of
from naite.web.learner.tree_view import tree_context
from naite.web.middleware import now_of

LATEST = 4


def person_of(request: HttpRequest) -> Person:
    """The signed-in person; only for views behind ``login_required``."""
    assert isinstance(request.user, Person)
    return request.user


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the account; of htmx the tree alone (a year was chosen) or the year card alone (one was passed)."""
    person, now = person_of(request), now_of(request)
    account = queries.account_of(person)
    if account is None:
        return account_application.page(request)
    tree = tree_of(account, this_year=timezone.localdate(now).year)
    part = _wanted_part(request)
    context = tree_context(request, person.name, tree, drawn=part != "year")
    if part:
        return _private(render(request, f"learner/_{part}.html", {**context, "swapped": True}))
    if Display.of(request).plain:
        return _private(_plain_home(request, person, tree))
    context |= {
        "lead": lead(tree),
        "things": next_things(person, account, has_entries=bool(tree.count), now=now),
        "latest": tree.learnt[:LATEST],
        "all_count": tree.count,
    }
    return _private(render(request, "learner/home.html", context))


@login_required
@require_POST
def open_account(request: HttpRequest) -> HttpResponse:
    """Open the learning account of the person who asks."""
    person = person_of(request)
    try:
        accounts.open_account(person=person, actor=person, now=now_of(request))
    except Refused as refusal:
        if refusal.code != "application_needed":
            raise
        messages.warning(request, str(refusal))
        return HttpResponseRedirect(reverse("my-home"))
    award_run.claim_for(person=person, now=now_of(request))
    return HttpResponseRedirect(reverse("my-home"))


def lead(tree: Tree) -> str:
    """One sentence on how the tree is doing."""
    if tree.first is None or tree.this_year is None:
        return _("아직 나이테가 없습니다. 첫 배움을 찾아볼까요?")
    if tree.first == tree.now:
        return _("첫 나이테가 생겼습니다. 여기서부터 자랍니다.")
    grown = _("%(first)s년부터 %(count)s년째 자라고 있습니다.") % {
        "first": tree.first,
        "count": len(tree.years),
    }
    learnt = (
        _("올해는 %(hours)s시간을 배웠습니다.") % {"hours": tree.this_year.hours}
        if tree.this_year.learnt
        else _("올해는 아직 쉬고 있습니다.")
    )
    return f"{grown} {learnt}"


def _plain_home(request: HttpRequest, person: Person, tree: Tree) -> HttpResponse:
    now = now_of(request)
    meeting = next_session(person, now=now)
    context: dict[str, object] = {
        "section": "account",
        "owner": person.name,
        "tree": tree,
        "picture": mark_safe(  # noqa: S308 - draw_rings escapes every text
            tree.picture(person.name, axis="phone")
        ),
        "areas": tree.counts_by_area(),
        "this_year": len(tree.this_year.learnt) if tree.this_year else 0,
        "courses_url": page("my-courses"),
    }
    if meeting is not None and meeting.starts_at is not None:
        context["meeting"] = {
            "heading": when_in_words(meeting, now),
            "title": meeting.run.version.title,
            "day": words.day_in_words(timezone.localdate(meeting.starts_at)),
            "weekday": words.weekday_in_words(timezone.localdate(meeting.starts_at)),
            "time": words.time_in_words(meeting.starts_at),
            "place": place_of(meeting),
        }
    return render(request, "learner/home_plain.html", context)


def _wanted_part(request: HttpRequest) -> str:
    """The part of the page that htmx asks for; none when it restores the page from the browser's history."""
    htmx = request.htmx  # type: ignore[attr-defined]
    if not htmx or htmx.history_restore_request:
        return ""
    return htmx.target if htmx.target in {"tree", "year"} else ""


def _private(response: HttpResponse) -> HttpResponse:
    """One address, several answers, all of one person's data: nothing in between may keep them."""
    patch_vary_headers(response, ["HX-Request", "HX-Target", "Cookie"])
    patch_cache_control(response, private=True, no_store=True)
    return response
