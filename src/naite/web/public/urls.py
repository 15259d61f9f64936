from django.urls import path

from naite.web import display
from naite.web.public import programmes, seats, views

urlpatterns = [
    path("", views.home, name="home"),
    path("display/", display.display, name="display"),
    path("role/", seats.switch_role, name="switch-role"),
    *programmes.urlpatterns,
]
