"""Addresses under ``/api/vc/``."""

from django.urls import path

from naite.api.vc import views

urlpatterns = [
    path("openapi.json", views.openapi, name="vc-api-description"),
    path("<slug:instance>", views.about, name="vc-api"),
    path("<slug:instance>/credentials/issue", views.issue, name="vc-api-issue"),
    path("<slug:instance>/credentials/verify", views.verify_credential, name="vc-api-verify"),
    path("<slug:instance>/credentials/status", views.change_status, name="vc-api-change-status"),
    path("<slug:instance>/presentations/verify", views.verify_presentation, name="vc-api-presentation"),
    path("<slug:instance>/status/revocation", views.status_list, name="vc-api-status-list"),
]
