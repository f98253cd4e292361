"""The lines of one practice's roster: replaced by a list of NPIs, or copied."""

from collections.abc import Iterable

from ..models import Member, MemberClinician


def replace_npis(member: Member, npis: Iterable[str]) -> None:
    """Have the roster list these NPIs, each once; a line whose NPI stays keeps its names."""
    wanted = list(dict.fromkeys(npis))
    kept: dict[str, MemberClinician] = {}
    for line in member.clinicians.all():
        if line.npi in wanted and line.npi not in kept:
            kept[line.npi] = line
        else:
            line.delete()
    for position, npi in enumerate(wanted, start=1):
        line = kept.get(npi) or MemberClinician(member=member, npi=npi)
        if line.pk is None or line.position != position:
            line.position = position
            line.save()


def copy_lines(source: Member, target: Member) -> None:
    """Copy a roster into that of another practice, which has none yet."""
    MemberClinician.objects.bulk_create(
        MemberClinician(
            member=target,
            position=line.position,
            npi=line.npi,
            last_name=line.last_name,
            first_name=line.first_name,
        )
        for line in source.clinicians.all()
    )
