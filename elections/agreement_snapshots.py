"""An election's content as the agreement tells it: parties by name, TIN and clinicians, names as NPPES has them."""

from collections.abc import Mapping

from agreements.snapshot import Clinician, PartyFacts, build_snapshot
from agreements.snapshot import Snapshot as AgreementSnapshot
from eligibility import nppes
from eligibility.nppes import NppesName

from .snapshots import Snapshot


def agreement_snapshot(snapshot: Snapshot, names: Mapping[str, NppesName] | None = None) -> AgreementSnapshot:
    """Return what the agreement's document is made from; ValueError while a practice has no right TIN.

    `names` are the clinicians' by their NPIs, None to read them.
    """
    names = nppes.names({npi for entry in snapshot.practices for npi in entry.npis}) if names is None else names
    return build_snapshot(
        performance_year=snapshot.performance_year,
        virtual_group=snapshot.virtual_group_name or "Virtual group",
        representative_name=snapshot.representative_name,
        representative_email=snapshot.representative_email,
        choices=snapshot.choices,
        parties=[
            PartyFacts(
                name=entry.name,
                tin_kind=entry.tin_kind,
                tin=entry.tin,
                clinicians=[
                    Clinician(npi, names[npi].last_name, names[npi].first_name) if npi in names else Clinician(npi)
                    for npi in entry.npis
                ],
                signer_name=entry.signer_name,
                signer_title=entry.signer_title,
                executed_on=entry.executed_on,
            )
            for entry in snapshot.practices
        ],
    )
