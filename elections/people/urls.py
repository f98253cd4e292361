"""The addresses of who takes part, who represents, and what the group is called."""

from django.urls import path

from . import naming_views, views

urlpatterns = [
    path("invitations/<str:token>", views.invitation, name="invitation"),
    path("invitations/<str:token>/account", views.invitation_account, name="invitation_account"),
    path("invitations/<int:invitation_id>/accept", views.invitation_accept, name="invitation_accept"),
    path("<uuid:election_id>/virtual-group", naming_views.virtual_group, name="virtual_group"),
    path("<uuid:election_id>/representative", naming_views.representative, name="representative"),
    path("<uuid:election_id>/people", views.people, name="people"),
    path("<uuid:election_id>/people/invitations/<int:invitation_id>/revoke", views.people_revoke, name="people_revoke"),
    path("<uuid:election_id>/people/<int:role_id>/remove", views.people_remove, name="people_remove"),
]
