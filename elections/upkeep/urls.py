"""The addresses of keeping an approved election up to date."""

from django.urls import path

from . import views

urlpatterns = [
    path("<uuid:election_id>/updates", views.updates, name="updates"),
    path("<uuid:election_id>/updates/contact", views.update_contact, name="update_contact"),
    path("<uuid:election_id>/updates/clinician", views.update_clinician, name="update_clinician"),
]
