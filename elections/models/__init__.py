"""Virtual groups and their elections."""

from .claim import Claim, Conflict
from .clinician_notice import ClinicianNotice, ClinicianNoticeUndo
from .cookie_row import CookieRow
from .correction import Correction, CorrectionRequest
from .election import Election, ElectionRole, Member, MemberClinician, RoleKind, TinKind, VirtualGroup, still_asked
from .export import Export, ExportFormat
from .history import Event
from .invitation import Invitation, InvitationKind
from .look import Look
from .note import ReviewNote
from .override import Override
from .roster import RosterStep
from .signer import PracticeSigner
from .submission import Decision, Receipt, Submission
from .unsent_form import SentForm, UnsentForm
from .update import Update, UpdateKind, UpdateState, UpdateStep

__all__ = [
    "Claim",
    "ClinicianNotice",
    "ClinicianNoticeUndo",
    "Conflict",
    "CookieRow",
    "Correction",
    "CorrectionRequest",
    "Decision",
    "Election",
    "ElectionRole",
    "Event",
    "Export",
    "ExportFormat",
    "Invitation",
    "InvitationKind",
    "Look",
    "Member",
    "MemberClinician",
    "Override",
    "PracticeSigner",
    "Receipt",
    "ReviewNote",
    "RoleKind",
    "RosterStep",
    "SentForm",
    "Submission",
    "TinKind",
    "UnsentForm",
    "Update",
    "UpdateKind",
    "UpdateState",
    "UpdateStep",
    "VirtualGroup",
    "still_asked",
]
