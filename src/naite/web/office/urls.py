from django.urls import URLPattern, URLResolver

from naite.web.office import members, organisations, recognition

urlpatterns: list[URLPattern | URLResolver] = [
    *organisations.urlpatterns,
    *members.urlpatterns,
    *recognition.urlpatterns,
]
