from django.urls import path

from naite.web.public import views

urlpatterns = [
    path("", views.home, name="home"),
]
