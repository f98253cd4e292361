"""The addresses of the lists of clinicians."""

from django.urls import path

from . import views

urlpatterns = [
    path("<uuid:election_id>/roster", views.roster, name="roster"),
    path("<uuid:election_id>/roster/import", views.roster_import_page, name="roster_import"),
    path("<uuid:election_id>/roster/fix", views.roster_fix, name="roster_fix"),
    path("<uuid:election_id>/roster/undo", views.roster_undo, name="roster_undo"),
    path("<uuid:election_id>/roster/roster.xlsx", views.roster_file, name="roster_file"),
    path("<uuid:election_id>/roster/template.xlsx", views.roster_template, name="roster_template"),
]
