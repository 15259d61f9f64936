from django.urls import URLPattern, URLResolver

from naite.web.office import recognition

urlpatterns: list[URLPattern | URLResolver] = [
    *recognition.urlpatterns,
]
