"""Every address of the site, and what each kind of person gets there: the table that the walk is held to.

A route that the resolver knows and this table does not, or the other way round, fails test_routes.py.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from elections.models import UpdateKind

from .world import STAFF, Who, World

Kwargs = Callable[[World], dict[str, Any]]  # how an address is built
Door = dict[Who, int | str]  # what each person gets: a status, or in a word where they are sent

SIGN_IN, AWAY, SECOND_FACTOR = "sign-in", "elsewhere", "second factor"
MEMBERS = (Who.REPRESENTATIVE, Who.COLLABORATOR, Who.VIEWER)
REVIEWERS = (Who.REVIEWER, Who.LEAD)


def door(others: int | str, *groups: tuple[Who | tuple[Who, ...], int | str], nobody: int | str = SIGN_IN) -> Door:
    """Return a door at which `others` is what everyone gets who is in none of the groups."""
    answers: Door = dict.fromkeys(Who, others) | {Who.NOBODY: nobody}
    for people, answer in groups:
        answers |= dict.fromkeys(people if isinstance(people, tuple) else (people,), answer)
    return answers


def all_of(answer: int | str) -> Door:
    return door(answer, nobody=answer)


PUBLIC, NEVER, ANYONE = all_of(200), all_of(405), door(200)
NOT_BY_POST = door(405)  # a door that asks for sign-in first, and then takes no form
LOOK = door(404, (MEMBERS, 200))
EDIT = LOOK | {Who.VIEWER: 403}
REPRESENT = EDIT | {Who.COLLABORATOR: 403}


def changed(base: Door, answer: int | str) -> Door:
    """Return the door with another answer for those who pass it: 302 for a form that is taken, say."""
    return {who: answer if given == 200 else given for who, given in base.items()}


def staff(*people: Who, others: int | str = 403, passing: int | str = 200) -> Door:
    """Return a staff page's door: sign-in for nobody, 403 for strangers and the wrong role."""
    return door(403, (STAFF, others), (people, passing))


DESK = staff(*REVIEWERS, Who.AUDITOR)
VERB = staff(*REVIEWERS)
DATA = staff(Who.STEWARD, Who.AUDITOR)
RECORDS = staff(Who.LEAD, Who.AUDITOR)
EXPORTS = staff(Who.LEAD, Who.STEWARD, Who.AUDITOR)
MAKERS = staff(Who.LEAD, Who.STEWARD)
ONLY_SHOWN = staff(*STAFF, passing=405)  # nothing is sent to such a page, whatever one's role at CMS
STUCK = staff(*REVIEWERS, Who.STEWARD, Who.AUDITOR)
PEOPLE = staff(Who.AUDITOR, Who.ADMINISTRATOR)
BY_ADMINISTRATOR = staff(Who.ADMINISTRATOR)
READERS = (Who.NOBODY, Who.REPRESENTATIVE, Who.LEAD, Who.STEWARD, Who.ADMINISTRATOR)


@dataclass(frozen=True)
class Route:
    """One address: its name, how to build it, and what GET and POST (of no field) answer to whom."""

    name: str
    get: Door
    post: Door
    kwargs: Kwargs = field(default=lambda world: {})
    query: str = ""
    page: bool = True  # whether it answers HTML to somebody
    path: str = ""  # where the address cannot be built from its name

    def reader(self) -> Who:
        """Return the first of those who get a page there; raises StopIteration where nobody does."""
        return next(who for who in READERS if self.get[who] == 200)

    def address(self, world: World) -> str:
        """Return where it stands in this world."""
        return (self.path or reverse(self.name, kwargs=self.kwargs(world))) + self.query


def of(election: str, **more: Callable[[World], Any]) -> Kwargs:
    """Return how the address within an election is built: which election of the world, and what else it names."""

    def kwargs(world: World) -> dict[str, Any]:
        return {"election_id": getattr(world, election).pk} | {key: value(world) for key, value in more.items()}

    return kwargs


def member_of(election: str, **more: Callable[[World], Any]) -> Kwargs:
    """Return how the address within the first practice of an election is built."""
    return of(election, member_id=lambda world: world.member(getattr(world, election)), **more)


def document_of(election: str) -> Kwargs:
    return of(election, document_id=lambda world: world.document(getattr(world, election)))


def receipt_of(election: str) -> Kwargs:
    return of(election, number=lambda world: 1)


def update_of(kind: UpdateKind) -> Kwargs:
    return of("approved", update_id=lambda world: world.update_of(kind))


def row(name: str, key: str = "object_id") -> Kwargs:
    """Return how the address of a row is built: which row of the world, and what the address calls its number."""
    return lambda world: {key: getattr(world, name).pk}


SITE = [
    Route("home", PUBLIC, NEVER),
    Route("help", PUBLIC, NEVER),
    Route("law", PUBLIC, NEVER),
    Route("verify", PUBLIC, PUBLIC),
    Route("toolkit", PUBLIC, NEVER),
    Route("toolkit_example", PUBLIC, NEVER),
    Route("toolkit_agreement", PUBLIC, NEVER),
    Route("toolkit_agreement_pdf", all_of(404), NEVER, page=False),  # no worker has made it
    Route("sandbox", PUBLIC, NEVER),
    Route("sandbox_add", PUBLIC, PUBLIC),
    Route("sandbox_practice", all_of(404), PUBLIC, lambda world: {"number": 1}, page=False),  # without its cookie
    Route("sandbox_remove", NEVER, all_of(AWAY), lambda world: {"number": 1}, page=False),
    Route("sandbox_summary", PUBLIC, NEVER),
    Route("sandbox_forget", NEVER, all_of(AWAY), page=False),
    Route("sandbox_keep", ANYONE, ANYONE),
    Route("healthz", PUBLIC, NEVER, page=False),
    Route("readyz", PUBLIC, NEVER, page=False),
]

SIGNED_OUT_ONLY = door(AWAY, nobody=200)
WITH_FACTORS = door(200, (Who.STRANGER, 404))
WITH_FACTOR_OR_AWAY = door(200, (Who.STRANGER, AWAY))
OWN_KEY = door(404, (Who.VIEWER, 200))

ACCOUNTS = [
    Route("account", ANYONE, door(AWAY)),
    Route("staff_second_factor", door(404, (STAFF, AWAY)), door(404, (STAFF, AWAY))),
    Route("session_status", PUBLIC, NEVER, page=False),
    Route("session_extend", NEVER, PUBLIC, page=False),
    Route("account_login", SIGNED_OUT_ONLY, SIGNED_OUT_ONLY),
    Route("account_logout", door(200, nobody=AWAY), all_of(AWAY)),
    Route("account_signup", SIGNED_OUT_ONLY, SIGNED_OUT_ONLY),
    Route("account_inactive", PUBLIC, NEVER),
    Route("account_reauthenticate", ANYONE, ANYONE),
    Route("account_email", ANYONE, door(AWAY)),
    Route("account_email_verification_sent", PUBLIC, NEVER),
    Route("account_confirm_email", PUBLIC, all_of(SIGN_IN), lambda world: {"key": world.confirmation_key}),
    Route("account_change_password", ANYONE, ANYONE),
    Route("account_set_password", door(AWAY), door(AWAY)),
    Route("account_reset_password", PUBLIC, PUBLIC),
    Route("account_reset_password_done", PUBLIC, NEVER),
    Route("account_reset_password_from_key", all_of(AWAY), all_of(AWAY), lambda world: world.reset_key),
    Route("account_reset_password_from_key_done", PUBLIC, NEVER),
    Route("mfa_index", ANYONE, NOT_BY_POST),
    Route("mfa_authenticate", door(AWAY), door(AWAY)),
    Route("mfa_reauthenticate", WITH_FACTOR_OR_AWAY, WITH_FACTOR_OR_AWAY),
    Route("mfa_activate_totp", door(AWAY, (Who.STRANGER, 200)), door(AWAY, (Who.STRANGER, 200))),
    Route("mfa_deactivate_totp", WITH_FACTORS, changed(WITH_FACTORS, AWAY)),
    Route("mfa_view_recovery_codes", WITH_FACTORS, WITH_FACTORS),
    Route("mfa_generate_recovery_codes", ANYONE, door(AWAY, (Who.STRANGER, 200))),
    Route("mfa_list_webauthn", ANYONE, NOT_BY_POST),
    Route("mfa_add_webauthn", ANYONE, ANYONE),
    Route("mfa_reauthenticate_webauthn", WITH_FACTOR_OR_AWAY, door(SIGN_IN, (Who.STRANGER, AWAY))),
    Route("mfa_remove_webauthn", OWN_KEY, changed(OWN_KEY, AWAY), lambda world: {"pk": world.passkey(Who.VIEWER)}),
    Route("mfa_edit_webauthn", OWN_KEY, OWN_KEY, lambda world: {"pk": world.passkey(Who.VIEWER)}),
]


def invited(world: World) -> dict[str, Any]:
    """Return how the address behind the link of an invitation is built."""
    return {"token": world.invitation_token}


INVITED = door(200, nobody=SIGN_IN)  # nobody of the table has the address: they are told so
OWN_EMAIL = door(404, (Who.REPRESENTATIVE, 200))
EDITED, REPRESENTED = changed(EDIT, AWAY), changed(REPRESENT, AWAY)  # whoever may send the form is led on
practice, receipt, document = member_of("draft"), receipt_of("submitted"), document_of("draft")
contested = member_of("contested", rule=lambda world: "low-volume-threshold")
paper = member_of("submitted")
own_file = of("own", own_id=lambda world: world.own_file(world.own))
of_practice = of("approved", practice=lambda world: 1)
letter_of_practice = of("approved", practice=lambda world: 1, notice_id=lambda world: world.letter())
revoked = of("draft", invitation_id=lambda world: world.invitation.pk)

ELECTIONS = [
    Route("elections", ANYONE, NOT_BY_POST),
    Route("inbox", ANYONE, NOT_BY_POST),
    Route("inbox_email", OWN_EMAIL, NOT_BY_POST, row("own_notice", "notice_id")),
    Route("invitation_accept", NOT_BY_POST, door(404), row("invitation", "invitation_id"), page=False),
    Route("start", NOT_BY_POST, door(AWAY), page=False),
    Route("election", LOOK, NOT_BY_POST, of("draft")),
    Route("next_step", door(404, (MEMBERS, AWAY)), NOT_BY_POST, of("draft"), page=False),
    Route("virtual_group", EDIT, EDITED, of("draft")),
    Route("representative", EDIT, EDITED, of("draft")),
    Route("people", LOOK, REPRESENT, of("draft")),
    Route("people_revoke", NOT_BY_POST, REPRESENTED, revoked, page=False),
    Route("people_remove", NOT_BY_POST, REPRESENTED, of("draft", role_id=lambda world: 0), page=False),
    Route("invitation", PUBLIC, INVITED, invited),
    Route("invitation_account", door(AWAY, nobody=200), door(AWAY, nobody=200), invited),
    Route("practices", LOOK, NOT_BY_POST, of("draft")),
    Route("practice_add", EDIT, EDIT, of("draft")),
    Route("practice", LOOK, EDITED, practice),
    Route("practices_merge", NOT_BY_POST, EDITED, of("draft"), page=False),
    Route("practice_signer", NOT_BY_POST, EDITED, practice, page=False),
    Route("practice_cms_list", NOT_BY_POST, EDITED, practice, page=False),
    Route("practice_remove", EDIT, EDITED, practice),
    Route("contest", REPRESENT, REPRESENT, contested),
    Route("roster", LOOK, EDITED, of("draft")),
    Route("roster_import", EDIT, EDIT, of("draft")),
    Route("roster_fix", NOT_BY_POST, EDITED, of("draft"), page=False),
    Route("roster_undo", NOT_BY_POST, EDITED, of("draft"), page=False),
    Route("roster_file", EDIT, NOT_BY_POST, of("draft"), page=False),
    Route("roster_template", LOOK, NOT_BY_POST, of("draft"), page=False),
    Route("agreement", LOOK, NOT_BY_POST, of("draft")),
    Route("agreement_paper", EDIT, EDITED, of("draft")),
    Route("paper_begin", NOT_BY_POST, EDITED, of("draft"), page=False),
    Route("agreement_text", LOOK, EDITED, of("draft")),
    Route("agreement_make", NOT_BY_POST, EDITED, of("draft"), page=False),
    Route("agreement_own", LOOK, EDITED, of("own")),
    Route("agreement_own_upload", EDIT, EDIT, of("own")),
    Route("agreement_own_drop", EDIT, EDITED, of("own")),
    Route("agreement_own_file", LOOK, NOT_BY_POST, own_file, page=False),
    Route("signature_page", EDIT, EDIT, practice),
    Route("signature_page_remove", NOT_BY_POST, EDITED, practice, page=False),
    Route("signature_page_file", LOOK, NOT_BY_POST, paper, page=False),
    Route("paper_sheet", LOOK, NOT_BY_POST, practice),
    Route("document", LOOK, NOT_BY_POST, document),
    Route("submit_page", LOOK, REPRESENT, of("draft")),
    Route("full_tins", REPRESENTED, REPRESENT, of("draft"), page=False),
    Route("ledger", LOOK, NOT_BY_POST, of("draft")),
    Route("corrections", LOOK, EDITED, of("asked")),
    Route("receipt", LOOK, NOT_BY_POST, receipt),
    Route("receipt_pdf", LOOK, NOT_BY_POST, receipt),
    Route("receipt_pdf_make", NOT_BY_POST, changed(LOOK, AWAY), receipt, page=False),
    Route("calendar", LOOK, NOT_BY_POST, of("submitted"), page=False),
    Route("withdraw", REPRESENT, REPRESENT, of("submitted")),
    Route("revive", NOT_BY_POST, REPRESENTED, of("lapsed"), page=False),
    Route("copy", NOT_BY_POST, REPRESENTED, of("rejected"), page=False),
    Route("next_year", NOT_BY_POST, REPRESENTED, of("approved"), page=False),
    Route("updates", LOOK, NOT_BY_POST, of("approved")),
    Route("update_calendar", LOOK, NOT_BY_POST, of("approved"), page=False),
    Route("update_contact", REPRESENT, REPRESENT, of("approved")),
    Route("update_clinician", REPRESENT, REPRESENT, of("approved")),
    Route("update_practice", REPRESENT, REPRESENT, of("approved")),
    Route("update_nothing", REPRESENT, changed(REPRESENT, AWAY), of("approved")),
    Route("update_roster", LOOK, NOT_BY_POST, of("approved")),
    Route("update", LOOK, REPRESENT, update_of(UpdateKind.CLOSED)),
    Route("update_undo", NOT_BY_POST, changed(REPRESENT, AWAY), update_of(UpdateKind.RENAMED), page=False),
    Route("update_pdf", LOOK, changed(LOOK, AWAY), update_of(UpdateKind.CLOSED)),
    Route("clinician_notices", EDIT, NOT_BY_POST, of("approved")),
    Route("clinician_notice", EDIT, EDIT, of_practice),
    Route("clinician_other_way", EDIT, EDIT, of_practice),
    Route("clinician_letters", EDIT, NOT_BY_POST, of_practice),
    Route("clinician_undo", EDIT | {Who.COLLABORATOR: 404}, changed(EDIT, AWAY), letter_of_practice),
]

LINKED = door(403, nobody=200)  # nobody of the table has the address that a signer's link went to
BEHIND = door(403, nobody=AWAY)  # before the button was pressed: what is sent waits behind it
signer = member_of("signing")


def link(name: str) -> Kwargs:
    """Return how the address behind a signer's link is built, by the signer's first name."""
    return lambda world: {"token": world.links[name]}


SIGNING = [
    Route("signing", LOOK, EDITED, of("signing")),
    Route("signing_board", LOOK, NOT_BY_POST, of("signing"), page=False),
    Route("signing_begin", NOT_BY_POST, EDITED, of("draft"), page=False),
    Route("signing_send", EDITED, EDITED, of("signing"), page=False),  # nothing is to fix there
    Route("signing_end", EDIT, EDITED, of("signing")),
    Route("signing_remind", NOT_BY_POST, EDITED, of("signing"), page=False),
    Route("signing_replace", EDIT, EDIT, signer),
    Route("signing_calls", LOOK, NOT_BY_POST, of("signing")),
    Route("signing_forwarded", EDIT, EDITED, of("signing", request_id=lambda world: world.request("fay"))),
    Route("signing_answer", EDIT, EDIT, of("signing", request_id=lambda world: world.request("cora"))),
    Route("sign", LINKED, changed(LINKED, AWAY), link("ina")),
    *(
        Route(name, BEHIND, LINKED, link("ina"), page=False)
        for name in (
            "sign_room",
            "sign_correction",
            "sign_decline",
            "sign_forward",
            "sign_choose",
            "sign_document",
            "sign_own_file",
        )
    ),
    Route("sign_executed", BEHIND, BEHIND, link("ina"), page=False),
    Route("sign_election", LINKED, changed(LINKED, AWAY), link("mate1")),
    Route("sign_recorded", LINKED, changed(LINKED, AWAY), link("pia")),
    Route("sign_objection", LINKED, LINKED, link("mate1"), page=False),
    Route("told", LOOK, NOT_BY_POST, of("in_review")),
    Route("told_address", EDIT, EDIT, of("in_review", practice=lambda world: 1)),
    Route("told_letter", LOOK, NOT_BY_POST, of("in_review", practice=lambda world: 1)),
]


def person(who: Who) -> Kwargs:
    return lambda world: {"object_id": world.people[who].pk}


def about(who: Who, **more: str) -> Kwargs:
    """Return how the address of a verb about a person is built."""
    return lambda world: {"user_id": world.people[who].pk} | more


def newcomer(world: World) -> dict[str, Any]:
    """Return how the address of the person is built for whom a role waits."""
    return {"object_id": world.waiting_role.user_id}


packet, reviewer = of("in_review"), person(Who.REVIEWER)
waiting_role, shut_out = row("waiting_role", "given_id"), row("shut_out")
BY_STEWARD = staff(Who.STEWARD, passing=AWAY)  # a button of the steward's that leads back

STAFF_PAGES = [
    Route("admin:index", staff(*STAFF), staff(*STAFF)),
    Route("admin:login", door(403, (STAFF, AWAY)), door(403, (STAFF, AWAY)), page=False),
    Route("admin:logout", staff(*STAFF), staff(*STAFF, passing=AWAY)),
    Route("admin:password_change", staff(*STAFF, passing=AWAY), staff(*STAFF, passing=AWAY), page=False),
    Route("admin:password_change_done", staff(*STAFF, passing=AWAY), staff(*STAFF, passing=AWAY), page=False),
    Route("admin:jsi18n", staff(*STAFF), staff(*STAFF, passing=405), page=False),
    Route("admin:app_list", staff(*STAFF), staff(*STAFF), lambda world: {"app_label": "notices"}),
    Route("admin:None", staff(*STAFF, passing=404), staff(*STAFF, passing=404), path="/staff/nowhere/", page=False),
    Route("admin:elections_election_changelist", DESK, changed(DESK, AWAY)),
    Route("admin:elections_election_csv", DESK, DESK, page=False),
    Route("admin:elections_election_take_next", changed(VERB, AWAY), changed(VERB, AWAY), page=False),
    Route("admin:elections_election_change", DESK, DESK, packet),
    Route("admin:elections_election_submission", DESK, DESK, receipt_of("answered")),
    Route("admin:elections_election_start_review", VERB, changed(VERB, AWAY), of("submitted")),
    Route("admin:elections_election_assign", VERB, changed(VERB, AWAY), of("submitted")),
    Route("admin:elections_election_override", staff(Who.LEAD), staff(Who.LEAD), of("contested")),
    Route("admin:elections_election_settle_objection", VERB, VERB, of("contested")),
    Route("admin:elections_election_ask", VERB, VERB, packet),
    Route("admin:elections_election_note", VERB, VERB, packet),
    Route(  # a colleague's asks first
        "admin:elections_election_resume",
        changed(VERB, AWAY),
        changed(VERB, AWAY) | {Who.LEAD: 200},
        of("asked"),
        page=False,
    ),
    Route("admin:elections_election_reopen", staff(Who.LEAD), staff(Who.LEAD), of("approved")),
    Route("admin:elections_election_take_back", changed(VERB, AWAY), changed(VERB, AWAY), of("pending"), page=False),
    Route("admin:elections_election_approve", VERB, VERB, packet),
    Route("admin:elections_election_reject", VERB, VERB, packet),
    Route("admin:elections_election_identifier", VERB, VERB, of("approved")),
    Route("admin:elections_election_reveal", VERB, VERB, packet),
    Route("admin:elections_election_history", DESK, DESK, packet),
    Route("admin:elections_election_pdf", changed(DESK, AWAY), changed(DESK, AWAY), packet, page=False),
    Route("admin:health", staff(*STAFF), ONLY_SHOWN),
    Route("admin:dashboard", DESK, ONLY_SHOWN),
    Route("admin:dashboard_csv", DESK, ONLY_SHOWN, lambda _: {"table": "statuses"}, page=False),
    *(
        each
        for rows in ("event", "decision", "override", "reveal", "log")
        for each in (
            Route(f"admin:elections_{rows}_changelist", RECORDS, changed(RECORDS, AWAY)),
            Route(f"admin:elections_{rows}_csv", RECORDS, RECORDS, page=False),
        )
    ),
    Route("admin:elections_unreported_changelist", DESK, changed(DESK, AWAY)),
    Route("admin:elections_unreported_csv", DESK, DESK, page=False),
    Route("admin:groups", DESK, ONLY_SHOWN),
    Route("admin:group", DESK, ONLY_SHOWN, of("approved")),
    Route("admin:elections_export_changelist", EXPORTS, changed(EXPORTS, AWAY)),
    Route("admin:elections_export_csv", EXPORTS, EXPORTS, page=False),
    Route("admin:elections_export_make", MAKERS, MAKERS),
    Route("admin:elections_conflict_changelist", DESK, DESK),
    Route("admin:elections_conflict_change", DESK, staff(Who.LEAD), row("conflict", "conflict_id")),
    Route("admin:elections_update_changelist", DESK, changed(DESK, AWAY)),
    Route("admin:elections_update_change", DESK, VERB, row("update", "update_id")),
    Route(
        "admin:elections_update_acknowledge",
        changed(VERB, AWAY),
        changed(VERB, AWAY),
        row("update", "update_id"),
        page=False,
    ),
    Route("admin:agreements_document_changelist", STUCK, changed(STUCK, AWAY)),
    Route("admin:agreements_document_change", STUCK, staff(), row("failed_document")),
    Route("admin:agreements_document_history", STUCK, STUCK, row("failed_document")),
    Route(
        "admin:agreements_document_retry",
        staff(*STAFF, passing=405),
        BY_STEWARD,
        row("failed_document", "document_id"),
        page=False,
    ),
    Route("admin:eligibility_loadrun_changelist", DATA, DATA),
    Route("admin:eligibility_loadrun_change", DATA, staff(), row("failed_run")),
    Route("admin:eligibility_run_activate", DATA, BY_STEWARD, row("staged_run", "run_id")),
    Route("admin:eligibility_run_upload", staff(Who.STEWARD), staff(Who.STEWARD), lambda _: {"kind": "determinations"}),
    Route("admin:eligibility_run_progress", DATA, DATA, row("waiting_run", "run_id"), page=False),
    Route("admin:eligibility_run_errors", DATA, DATA, row("failed_run", "run_id"), page=False),
    Route("admin:eligibility_electionwindow_changelist", DATA, DATA),
    Route("admin:eligibility_electionwindow_add", staff(Who.STEWARD), staff(Who.STEWARD)),
    Route("admin:eligibility_electionwindow_change", DATA, staff(), row("window")),
    Route("admin:eligibility_probe_changelist", DATA, DATA),
    Route("admin:notices_notice_changelist", STUCK, changed(STUCK, AWAY)),
    Route("admin:notices_notice_change", STUCK, staff(), row("failed_notice")),
    Route("admin:notices_notice_history", STUCK, STUCK, row("failed_notice")),
    Route("admin:notices_notice_resend", staff(Who.STEWARD), BY_STEWARD, row("failed_notice", "notice_id")),
    Route("admin:notices_unmatchedbounce_changelist", DATA, changed(DATA, AWAY)),
    Route("admin:notices_unmatchedbounce_change", DATA, staff(), row("bounce")),
    Route("admin:accounts_user_changelist", PEOPLE, changed(PEOPLE, AWAY)),
    Route("admin:accounts_user_change", PEOPLE, staff(), reviewer),
    Route("admin:accounts_user_history", PEOPLE, PEOPLE, reviewer),
    Route("admin:accounts_user_give_role", BY_ADMINISTRATOR, BY_ADMINISTRATOR, about(Who.REVIEWER)),
    Route("admin:accounts_user_remove_role", BY_ADMINISTRATOR, BY_ADMINISTRATOR, about(Who.REVIEWER, role="reviewer")),
    Route("admin:accounts_user_reset", BY_ADMINISTRATOR, BY_ADMINISTRATOR, about(Who.REVIEWER)),
    Route("admin:accounts_user_deactivate", BY_ADMINISTRATOR, BY_ADMINISTRATOR, about(Who.REVIEWER)),
    Route("admin:accounts_user_reactivate", BY_ADMINISTRATOR, BY_ADMINISTRATOR, row("shut_out", "user_id")),
    Route("admin:accounts_user_confirm_role", BY_ADMINISTRATOR, changed(BY_ADMINISTRATOR, AWAY), waiting_role),
    Route("admin:accounts_user_cancel_role", BY_ADMINISTRATOR, changed(BY_ADMINISTRATOR, AWAY), waiting_role),
    Route("admin:accounts_staffchange_changelist", PEOPLE, changed(PEOPLE, AWAY)),
    Route("admin:accounts_signin_changelist", PEOPLE, changed(PEOPLE, AWAY)),
    Route("admin:accounts_signin_csv", PEOPLE, PEOPLE, page=False),
]

ROUTES = [*SITE, *ACCOUNTS, *ELECTIONS, *SIGNING, *STAFF_PAGES]
OF_NO_ACCOUNT = [route for route in ROUTES if route not in ACCOUNTS]  # tests/accounts looks at the others


def known(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """Yield the name of every route that the resolver knows, with its namespace."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"
        else:
            yield from known(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
