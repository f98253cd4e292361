"""The lines of one practice's roster: replaced by a list of NPIs, or copied."""

from collections.abc import Iterable

from ..models import Member, MemberClinician


def replace_npis(member: Member, npis: Iterable[str], was: Iterable[str] | None = None) -> None:
    """Have the roster list these NPIs, each once; a line whose NPI stays keeps its names.

    With `was`, the NPIs that the page knew, others that somebody else added stay behind them.
    """
    wanted = list(dict.fromkeys(npis))
    if was is not None:
        known = {*was, *wanted}
        wanted += [line.npi for line in member.clinicians.all() if line.npi not in known]
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
        MemberClinician.of_cells(target.pk, line.position, line.cells) for line in source.clinicians.all()
    )
