"""A question that staff write down for somebody at the desk or on the telephone."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from naite.branches.counselling import policies
from naite.branches.counselling.services import questions
from naite.roots.dates import day_of
from naite.roots.errors import Invalid, Refused
from naite.trunk.people.models import Person
from naite.web.fields import show_refusal
from naite.web.learner.counselling import QuestionForm
from naite.web.middleware import now_of
from naite.web.office.counselling import me, office_of


class DeskForm(QuestionForm):
    """The question with the two facts by which its asker is found."""

    email = forms.EmailField(
        label=gettext_lazy("물어본 분의 전자우편"), help_text=gettext_lazy("계정을 만들 때 쓴 주소입니다.")
    )
    name = forms.CharField(label=gettext_lazy("물어본 분의 이름"), max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["uploads"]
        self.order_fields(("email", "name", "category", "title", "body", "region", "edition"))

    def asker(self) -> Person:
        """Return the person with both the address and the name; one alone does not do."""
        data = self.cleaned_data
        found = Person.objects.filter(
            email=data["email"].lower(), name=data["name"].strip(), is_active=True
        ).first()
        if found is None:
            told = _("전자우편과 이름이 함께 맞는 사람이 없습니다. 다시 여쭈어 적어 주세요.")
            raise Invalid(told, code="no_such_person", fields={"email": told})
        return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write down and send somebody's question; the asker finds it in their own list."""
    office, person, now = office_of(request), me(request), now_of(request)
    form = DeskForm(request.POST or None, on=day_of(now), initial={"region": office.region_id})
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                row = questions.start(person=form.asker(), text=form.text(), actor=person, now=now)
                questions.submit(question=row, actor=person, now=now)
                row.refresh_from_db()
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("상담을 받아 적었습니다."))
            if policies.can_handle(person, row, now=now):
                return redirect("office-question", row.pk)
            return redirect("office-questions")
    context = {"section": "counselling", "office": office, "form": form}
    return render(request, "counselling/office_new.html", context, status=422 if form.errors else 200)


urlpatterns = [path("counselling/new/", new, name="office-question-new")]
