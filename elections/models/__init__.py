"""Virtual groups and their elections."""

from .claim import Claim, Conflict
from .election import Election, ElectionRole, Member, MemberClinician, TinKind, VirtualGroup
from .history import Event
from .invitation import Invitation
from .override import Override
from .roster import RosterStep
from .sandbox import KeptPage, Sandbox
from .submission import Decision, Receipt, Submission
from .update import Update

__all__ = [
    "Claim",
    "Conflict",
    "Decision",
    "Election",
    "ElectionRole",
    "Event",
    "Invitation",
    "KeptPage",
    "Member",
    "MemberClinician",
    "Override",
    "Receipt",
    "RosterStep",
    "Sandbox",
    "Submission",
    "TinKind",
    "Update",
    "VirtualGroup",
]
