"""The addresses of an election's practices; their identifiers never stand in them."""

from django.urls import path

from . import contest_views, views

urlpatterns = [
    path("<uuid:election_id>/practices", views.practices, name="practices"),
    path("<uuid:election_id>/practices/add", views.practice_add, name="practice_add"),
    path("<uuid:election_id>/practices/merge", views.practices_merge, name="practices_merge"),
    path("<uuid:election_id>/practices/<int:member_id>", views.practice, name="practice"),
    path("<uuid:election_id>/practices/<int:member_id>/cms-list", views.practice_cms_list, name="practice_cms_list"),
    path("<uuid:election_id>/practices/<int:member_id>/remove", views.practice_remove, name="practice_remove"),
    path("<uuid:election_id>/practices/<int:member_id>/signer", views.practice_signer, name="practice_signer"),
    path("<uuid:election_id>/practices/<int:member_id>/contest/<slug:rule>", contest_views.contest, name="contest"),
]
