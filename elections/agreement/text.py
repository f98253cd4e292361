"""An election's content as the agreement tells it: parties by name, TIN and clinicians, names as NPPES has them."""

from collections.abc import Mapping
from typing import Any

from agreements.models import Document, KnownBy
from agreements.text.document_text import PartyClinician, PartyFacts, build_snapshot
from agreements.text.document_text import Snapshot as AgreementSnapshot
from eligibility.data import nppes
from eligibility.data.nppes import NppesName
from eligibility.law.determination import Finding

from ..content import Signed, Snapshot
from ..models import Election
from ..readiness import JudgedElection


def agreement_snapshot(
    snapshot: Snapshot, election: Election, names: Mapping[str, NppesName] | None = None
) -> AgreementSnapshot:
    """Return the snapshot that the agreement's PDF is made from. Raises ValueError if a practice has no valid TIN.

    `names` are the clinicians' by their NPIs, None to read them.
    """
    names = nppes.names({npi for entry in snapshot.practices for npi in entry.npis}) if names is None else names
    return build_snapshot(
        performance_year=snapshot.performance_year,
        virtual_group=snapshot.virtual_group_name,
        representative_name=snapshot.representative_name,
        representative_email=snapshot.representative_email,
        text=election.agreement.standing_text if snapshot.is_signed_here or snapshot.is_own else None,
        choices=snapshot.choices,
        parties=[
            PartyFacts(
                name=entry.name,
                tin_kind=entry.tin_kind,
                tin=entry.tin,
                clinicians=[
                    PartyClinician(npi, names[npi].last_name, names[npi].first_name)
                    if npi in names
                    else PartyClinician(npi)
                    for npi in entry.npis
                ],
                signer_name=entry.signer_name,
                signer_title=entry.signer_title,
                executed_on=entry.executed_on,
                signature=_signature(entry.signed) if entry.signed else None,
            )
            for entry in snapshot.practices
        ],
    )


def named_in_text(election: Election) -> str:
    """Return the group's name in the agreement: the frozen one if it is signed here, else the current one."""
    frozen = election.agreement.frozen_text or {}
    return str(frozen.get("virtual_group") or election.virtual_group)


def executed_document(election: Election, snapshot: Snapshot) -> Document | None:
    """Return the executed agreement of the signatures that now count, made or not; None while one is missing."""
    if not snapshot.is_executed_here:
        return None
    of_signatures = Document.objects.filter(
        agreement=election.agreement_id, signatures_sha256=snapshot.signatures_sha256
    )
    return of_signatures.defer("snapshot").first()


def _signature(signed: Signed) -> dict[str, Any]:
    """Return the values of the signature page, without the signer's mailbox: other parties need not know it."""
    as_signed = ("name", "title", "statement", "text_sha256", "parties_sha256", "schedule_sha256")
    said = {name: getattr(signed, name) for name in as_signed}
    return said | {"signed_at": signed.signed_at.isoformat(), "known_by": KnownBy(signed.known_by).label}


def opt_in_findings(judged_election: JudgedElection) -> list[Finding]:
    """Return each practice's finding on the opt-in, which is asked of none that it does not apply to."""
    return [finding for finding in judged_election.findings if finding.rule == "opt-in-accepted"]
