"""The addresses of the representative's side of signing: the board, the signers, and who was told."""

from django.urls import path

from . import answer_views, board_views, forward_views, told_views

urlpatterns = [
    path("<uuid:election_id>/signing", board_views.signing, name="signing"),
    path("<uuid:election_id>/signing/board", board_views.signing_board, name="signing_board"),
    path("<uuid:election_id>/signing/calls", board_views.signing_calls, name="signing_calls"),
    path("<uuid:election_id>/signing/begin", board_views.signing_begin, name="signing_begin"),
    path("<uuid:election_id>/signing/send", board_views.signing_send, name="signing_send"),
    path("<uuid:election_id>/signing/end", board_views.signing_end, name="signing_end"),
    path("<uuid:election_id>/signing/remind", board_views.signing_remind, name="signing_remind"),
    path(
        "<uuid:election_id>/signing/forwarded/<int:request_id>",
        forward_views.signing_forwarded,
        name="signing_forwarded",
    ),
    path("<uuid:election_id>/signing/answer/<int:request_id>", answer_views.signing_answer, name="signing_answer"),
    path("<uuid:election_id>/told", told_views.told, name="told"),
    path("<uuid:election_id>/told/<int:practice>", told_views.told_address, name="told_address"),
    path("<uuid:election_id>/told/<int:practice>/letter", told_views.told_letter, name="told_letter"),
    path("<uuid:election_id>/signing/<int:member_id>", board_views.signing_replace, name="signing_replace"),
]
