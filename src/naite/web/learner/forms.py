"""What learners write into their own account."""

from django import forms
from django.utils.translation import gettext_lazy as _


class VoidForm(forms.Form):
    """Taking back one's own words."""

    reason = forms.CharField(label=_("지우는 까닭"), max_length=300)
