"""Addresses under ``/ims/ob/v3p0``."""

from django.urls import path

from naite.api.openbadges import views

urlpatterns = [
    path("credentials", views.credentials, name="openbadges-credentials"),
    path("profile", views.profile, name="openbadges-profile"),
    path("discovery", views.discovery, name="openbadges-discovery"),
]
