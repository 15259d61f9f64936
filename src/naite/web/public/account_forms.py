"""Forms about oneself: what sign-up asks beside the e-mail and password, and changing it later."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naite.branches.privacy.models import ConsentText
from naite.branches.privacy.queries import current_texts
from naite.roots.phones import show_phone
from naite.trunk.people.models import Person
from naite.trunk.people.services import profile_faults
from naite.trunk.records.applications.queries import step_needed
from naite.web.fields import RegionField


def _birth_date() -> forms.DateField:
    return forms.DateField(
        label=_("생년월일"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
        help_text=_("같은 이름을 가려내고 증명서에 적는 데 씁니다. 나중에 적어도 됩니다."),
    )


class _Profile(forms.Form):
    name = forms.CharField(
        label=_("이름"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("증명서와 배지에 나오는 이름입니다."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = timezone.now()
        self.fields["birth_date"] = _birth_date()
        self.fields["region"] = RegionField(
            on=timezone.localdate(self.at),
            required=False,
            help_text=_("첫 화면에서 우리 동네 강좌를 보여 드립니다."),
        )

    def _check_profile(self, data: dict[str, Any]) -> None:
        faults = profile_faults(
            name=data.get("name", ""),
            birth_date=data.get("birth_date"),
            region=data.get("region"),
            now=self.at,
        )
        for field, message in faults.items():
            if field not in self.errors:
                self.add_error(field, message)


class ProfileForm(_Profile):
    """What a person says about themselves, after sign-up."""

    phone = forms.CharField(
        label=_("휴대전화"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        help_text=_("알림을 문자로 받고, 번호로 로그인하는 데 씁니다."),
    )

    @classmethod
    def of(cls, person: Person, data: Any = None) -> "ProfileForm":
        facts = {
            "name": person.name,
            "birth_date": person.birth_date,
            "region": person.region_id,
            "phone": show_phone(person.phone),
        }
        return cls(data, initial=facts)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._check_profile(data)
        return data


class PersonFields(_Profile):
    """The part of every sign-up form that is ours; the sign-in library builds its forms on it.

    Each consent is a box of its own, none is ticked beforehand, and the versions that were shown come back
    with the form, so that nobody agrees to a text they have not seen.
    """

    field_order = ("name", "email", "password1", "password2", "birth_date", "region")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.texts = current_texts(now=self.at)
        self.fields["texts_shown"] = forms.CharField(
            widget=forms.HiddenInput(), initial=",".join(str(text.pk) for text in self.texts)
        )
        self.fields["old_enough"] = forms.BooleanField(
            label=_("만 14세 이상입니다"),
            error_messages={
                "required": _(
                    "14세 미만은 보호자와 함께 가까운 학습관이나 주민센터에서 계정을 만들 수 있습니다."
                )
            },
        )
        for text in self.texts:
            self.fields[f"consent_{text.purpose}"] = forms.BooleanField(
                label=text.title,
                required=text.required,
                error_messages={"required": _("동의해야 계정을 만들 수 있습니다.")},
            )
        if not step_needed():
            self.fields["opens_account"] = forms.BooleanField(
                label=_("평생학습계좌도 함께 만들기"), required=False, initial=True
            )

    def person_fields(self) -> list[forms.BoundField]:
        """Return the fields above the consents."""
        below = {"old_enough", "opens_account", "texts_shown"}
        return [
            field
            for field in self.visible_fields()
            if field.name not in below and not field.name.startswith("consent_")
        ]

    def consent_fields(self) -> list[tuple[forms.BoundField, ConsentText]]:
        """Return each consent box with the text it is about."""
        return [(self[f"consent_{text.purpose}"], text) for text in self.texts]

    def agreed(self) -> list[ConsentText]:
        """Return the texts whose boxes are ticked."""
        return [text for text in self.texts if self.cleaned_data.get(f"consent_{text.purpose}")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._check_profile(data)
        shown = set(str(data.get("texts_shown", "")).split(","))
        if any(str(text.pk) not in shown for text in self.agreed()):
            self.add_error(None, _("그사이 동의 내용이 바뀌었습니다. 새 내용을 읽고 다시 골라 주세요."))
        return data

    def signup(self, request: HttpRequest, user: Person) -> None:
        """Do nothing more: the adapter has kept everything in one transaction."""
