"""The addresses of keeping an approved election up to date."""

from django.urls import path

from . import report_views, roster_views, update_views, views

urlpatterns = [
    path("<uuid:election_id>/updates", views.updates, name="updates"),
    path("<uuid:election_id>/updates/calendar", views.update_calendar, name="update_calendar"),
    path("<uuid:election_id>/updates/contact", report_views.update_contact, name="update_contact"),
    path("<uuid:election_id>/updates/clinician", report_views.update_clinician, name="update_clinician"),
    path("<uuid:election_id>/updates/practice", report_views.update_practice, name="update_practice"),
    path("<uuid:election_id>/updates/nothing", report_views.update_nothing, name="update_nothing"),
    path("<uuid:election_id>/updates/roster", roster_views.update_roster, name="update_roster"),
    path("<uuid:election_id>/updates/<int:update_id>", update_views.update, name="update"),
    path("<uuid:election_id>/updates/<int:update_id>/undo", update_views.update_undo, name="update_undo"),
    path("<uuid:election_id>/updates/<int:update_id>/pdf", update_views.update_pdf, name="update_pdf"),
]
