"""The addresses of an election's pages; identifiers of practices and people never stand in them."""

from django.urls import path

from .agreement import own_views
from .agreement import views as agreement_views
from .overview import views as overview_views
from .people import naming_views
from .people import views as people_views
from .practices import contest_views
from .practices import views as practices_views
from .roster import views as roster_views
from .signing import board_views
from .submission import receipt_views
from .submission import views as submission_views
from .upkeep import views as upkeep_views

urlpatterns = [
    path("", overview_views.elections, name="elections"),
    path("invitations/<str:token>", people_views.invitation, name="invitation"),
    path("invitations/<int:invitation_id>/accept", people_views.invitation_accept, name="invitation_accept"),
    path("start", overview_views.start, name="start"),
    path("<uuid:election_id>/", overview_views.election, name="election"),
    path("<uuid:election_id>/virtual-group", naming_views.virtual_group, name="virtual_group"),
    path("<uuid:election_id>/representative", naming_views.representative, name="representative"),
    path("<uuid:election_id>/people", people_views.people, name="people"),
    path(
        "<uuid:election_id>/people/invitations/<int:invitation_id>/revoke",
        people_views.people_revoke,
        name="people_revoke",
    ),
    path("<uuid:election_id>/people/<int:role_id>/remove", people_views.people_remove, name="people_remove"),
    path("<uuid:election_id>/practices", practices_views.practices, name="practices"),
    path("<uuid:election_id>/practices/add", practices_views.practice_add, name="practice_add"),
    path("<uuid:election_id>/practices/<int:member_id>", practices_views.practice, name="practice"),
    path(
        "<uuid:election_id>/practices/<int:member_id>/remove", practices_views.practice_remove, name="practice_remove"
    ),
    path("<uuid:election_id>/practices/<int:member_id>/contest/<slug:rule>", contest_views.contest, name="contest"),
    path("<uuid:election_id>/roster", roster_views.roster, name="roster"),
    path("<uuid:election_id>/roster/import", roster_views.roster_import_page, name="roster_import"),
    path("<uuid:election_id>/roster/fix", roster_views.roster_fix, name="roster_fix"),
    path("<uuid:election_id>/roster/undo", roster_views.roster_undo, name="roster_undo"),
    path("<uuid:election_id>/roster/roster.xlsx", roster_views.roster_file, name="roster_file"),
    path("<uuid:election_id>/roster/template.xlsx", roster_views.roster_template, name="roster_template"),
    path("<uuid:election_id>/agreement", agreement_views.agreement, name="agreement"),
    path("<uuid:election_id>/agreement/text", agreement_views.agreement_text, name="agreement_text"),
    path("<uuid:election_id>/agreement/make", agreement_views.agreement_make, name="agreement_make"),
    path("<uuid:election_id>/agreement/own", own_views.agreement_own, name="agreement_own"),
    path("<uuid:election_id>/agreement/own/upload", own_views.agreement_own_upload, name="agreement_own_upload"),
    path("<uuid:election_id>/agreement/own/drop", own_views.agreement_own_drop, name="agreement_own_drop"),
    path("<uuid:election_id>/agreement/own/<int:own_id>", own_views.agreement_own_file, name="agreement_own_file"),
    path("<uuid:election_id>/signing", board_views.signing, name="signing"),
    path("<uuid:election_id>/signing/board", board_views.signing_board, name="signing_board"),
    path("<uuid:election_id>/signing/begin", board_views.signing_begin, name="signing_begin"),
    path("<uuid:election_id>/signing/end", board_views.signing_end, name="signing_end"),
    path("<uuid:election_id>/signing/remind", board_views.signing_remind, name="signing_remind"),
    path("<uuid:election_id>/signing/<int:member_id>", board_views.signing_replace, name="signing_replace"),
    path("<uuid:election_id>/documents/<int:document_id>", agreement_views.document, name="document"),
    path("<uuid:election_id>/review", submission_views.review, name="review"),
    path("<uuid:election_id>/ledger", submission_views.ledger, name="ledger"),
    path("<uuid:election_id>/receipt/<int:number>", receipt_views.receipt, name="receipt"),
    path("<uuid:election_id>/receipt/<int:number>/pdf", receipt_views.receipt_pdf, name="receipt_pdf"),
    path("<uuid:election_id>/receipt/<int:number>/pdf/make", receipt_views.receipt_pdf_make, name="receipt_pdf_make"),
    path("<uuid:election_id>/withdraw", submission_views.withdraw, name="withdraw"),
    path("<uuid:election_id>/revive", submission_views.revive, name="revive"),
    path("<uuid:election_id>/copy", submission_views.copy, name="copy"),
    path("<uuid:election_id>/next-year", overview_views.next_year, name="next_year"),
    path("<uuid:election_id>/updates", upkeep_views.updates, name="updates"),
    path("<uuid:election_id>/updates/contact", upkeep_views.update_contact, name="update_contact"),
    path("<uuid:election_id>/updates/clinician", upkeep_views.update_clinician, name="update_clinician"),
]
