"""What a data steward sends: the files of one load."""

from typing import Any

from django import forms

from ..loads.cms_uploads import Received
from ..loads.determinations import CLINICIAN, PRACTICE
from ..models import LoadKind

ONCE_MORE = "Choose this file again. Nothing is wrong with it, but your browser does not keep it."
AS_CSV = "CSV in UTF-8, or the same as .gz, with these columns: {}."


class FilesForm(forms.Form):
    """The files of a load; what is wrong with one as a whole is said at its field."""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for name, file in list(given.items()):
            if isinstance(file, Received) and file.problem:
                self.add_error(name, file.problem)
        for name in set(given) - set(self.errors) if self.errors else ():
            self.add_error(name, ONCE_MORE)
        return given

    def fingerprints(self) -> list[dict[str, Any]]:
        """Return name, bytes and SHA-256 of each file, in the order of LoadRun.files."""
        return [self.cleaned_data[name].fingerprint for name in self.fields]


def _file(label: str, help_text: str, required: str) -> forms.FileField:
    messages = {"required": required, "empty": "The file is empty."}
    return forms.FileField(label=label, help_text=help_text, error_messages=messages)


class DeterminationsForm(FilesForm):
    """Practices and clinicians of one performance year."""

    practices = _file("Practices", AS_CSV.format(", ".join(PRACTICE)), "Choose the practices file.")
    clinicians = _file("Clinicians", AS_CSV.format(", ".join(CLINICIAN)), "Choose the clinicians file.")


class NppesForm(FilesForm):
    """NPPES as it is published."""

    nppes = _file(
        "NPPES",
        "The monthly or weekly file as NPPES publishes it (.zip), or its npidata_pfile as .csv or .csv.gz.",
        "Choose the file.",
    )


FORMS: dict[str, type[FilesForm]] = {LoadKind.DETERMINATIONS: DeterminationsForm, LoadKind.NPPES: NppesForm}
