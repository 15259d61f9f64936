from django.urls import URLPattern, URLResolver, path

from naite.web.office import members, organisations, privacy, recognition
from naite.web.public import seats

urlpatterns: list[URLPattern | URLResolver] = [
    path("", seats.to_desk, name="office"),
    *organisations.urlpatterns,
    *members.urlpatterns,
    *recognition.urlpatterns,
    *privacy.urlpatterns,
]
