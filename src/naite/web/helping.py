"""What may be done while somebody helps on a device that is not the learner's."""

import re
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from naite.roots.audit import services as audit
from naite.trunk.people import helping
from naite.trunk.people.models import Person
from naite.web.middleware import now_of

KEY = "naite_help"
# Looking at what was learned and finding courses; everything else is the learner's own business.
_LOOK = re.compile(
    r"^/($|my/$|my/(entries|courses|attend|passbook|programmes|wallet|enrol)/|courses/|programmes/|help/|about/"
    r"|display/|i18n/|verify/|art/|badges/|static/|card/help/|accounts/logout/)"
)
_DO = re.compile(
    r"^/(my/(enrol|programmes|attend)/|my/courses/[^/]+/cancel/|display/|i18n/|card/help/end/|accounts/logout/|verify/)"
)


class HelpMode:
    """Ends help sessions in time, keeps them within their bounds, and logs each page that was opened."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.get(KEY) if hasattr(request, "session") else None
        if not key or not isinstance(request.user, Person):
            return self.get_response(request)
        person, now = request.user, now_of(request)
        row = helping.on(key, person=person, now=now)
        if row is None:
            logout(request)
            messages.info(request, _("도움 시간이 끝나 로그아웃했습니다. 이 기기에 남은 것은 없습니다."))
            return redirect("help-begin")
        allowed = _LOOK if request.method in {"GET", "HEAD"} else _DO
        if not allowed.match(request.path):
            reason = _("도움 모드에서는 할 수 없습니다. 본인의 기기나 창구에서 해 주세요.")
            return render(request, "403.html", {"reason": reason}, status=403)
        request.helping = row  # type: ignore[attr-defined]
        with audit.in_manner("helper"):
            if request.path.startswith("/my/") and not getattr(request, "htmx", False):
                audit.record(
                    "people.view_in_help",
                    actor=person,
                    now=now,
                    subject=row,
                    about=person.pk,
                    why=row.helper,
                )
            return self.get_response(request)
