"""Beginning and ending help on somebody else's device."""

from django import forms
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from naite.roots.errors import Invalid, Refused
from naite.trunk.people import helping
from naite.trunk.people.models import Person
from naite.web.fields import show_refusal
from naite.web.helping import KEY
from naite.web.middleware import now_of
from naite.web.public.card import BACKEND, slow_down, too_often

CODE = "naite_help_code"
_BIG = {"inputmode": "numeric", "autocomplete": "off", "class": "krds-input big"}


class HelpForm(forms.Form):
    """A code from the learner's phone, or the learner's card and PIN; and who helps."""

    helper = forms.CharField(
        label=gettext_lazy("도와주는 분"),
        max_length=60,
        help_text=gettext_lazy("본인이 나중에 봅니다. 예: 큰아들, 마포도서관 사서"),
    )
    code = forms.CharField(
        label=gettext_lazy("도움 번호 8자리"),
        max_length=12,
        required=False,
        widget=forms.TextInput(attrs=_BIG),
        help_text=gettext_lazy("본인의 휴대전화 ‘내 계좌 관리’에서 만듭니다."),
    )
    number = forms.CharField(
        label=gettext_lazy("또는 카드번호"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=_BIG),
    )
    pin = forms.CharField(
        label=gettext_lazy("카드 비밀번호"),
        max_length=6,
        required=False,
        widget=forms.PasswordInput(attrs=_BIG),
        help_text=gettext_lazy("본인이 직접 누릅니다."),
    )


@sensitive_post_parameters("pin", "code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Begin half an hour of help on this device."""
    form = HelpForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if too_often(request, "help"):
                raise Refused(slow_down(), code="too_often")
            if given["code"]:
                row = helping.begin_by_code(code=given["code"], helper=given["helper"], now=now_of(request))
            elif given["number"]:
                row = helping.begin_by_card(
                    text=given["number"], pin=given["pin"], helper=given["helper"], now=now_of(request)
                )
            else:
                raise Invalid(_("도움 번호나 카드번호를 넣어 주세요."), code="nothing_given")
        except Refused as refusal:
            show_refusal(form, refusal)
            status = refusal.status
        else:
            login(request, row.person, backend=BACKEND)
            request.session[KEY] = str(row.pk)
            request.session.set_expiry(int(helping.LASTS.total_seconds()) + 300)  # to say that it ended
            return redirect("my-home")
    elif request.method == "POST":
        status = 422
    return render(request, "public/help_mode.html", {"form": form}, status=status)


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """End the help and sign out of this device."""
    if isinstance(request.user, Person):
        helping.end(person=request.user, now=now_of(request))
        logout(request)
    messages.success(request, _("도움을 마치고 로그아웃했습니다."))
    return redirect("home")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Make a code for a helper's device, shown once; or end help from one's own device."""
    person = request.user
    assert isinstance(person, Person)
    if request.method == "POST":
        if "end" in request.POST:
            helping.end(person=person, now=now_of(request))
            messages.success(request, _("도움을 끝냈습니다. 그 기기에서는 더 볼 수 없습니다."))
        else:
            request.session[CODE] = helping.make_code(person=person, now=now_of(request))
        return redirect("my-account-help")
    return render(
        request,
        "learner/account_help.html",
        {"section": "account", "code": request.session.pop(CODE, "")},
    )


urlpatterns = [path("card/help/", begin, name="help-begin"), path("card/help/end/", end, name="help-end")]
my_urlpatterns = [path("account/help/", code, name="my-account-help")]
