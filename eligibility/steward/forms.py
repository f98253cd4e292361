"""What a data steward sends: the files of one load."""

from typing import Any

from django import forms

from ..loads.cms_uploads import Received
from ..loads.determinations import CLINICIAN, PRACTICE
from ..models import LoadKind


class FilesForm(forms.Form):
    """The files of a load; what is wrong with one as a whole is said at its field."""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for name, file in list(given.items()):
            if isinstance(file, Received) and file.problem:
                self.add_error(name, file.problem)
        for name in set(given) - set(self.errors) if self.errors else ():
            self.add_error(name, "Choose this file once more: it was right, and a browser sends it only when asked.")
        return given

    def fingerprints(self) -> list[dict[str, Any]]:
        """Return name, bytes and SHA-256 of each file, in the order of LoadRun.files."""
        return [self.cleaned_data[name].fingerprint for name in self.fields]


class DeterminationsForm(FilesForm):
    """Practices and clinicians of one performance year."""

    practices = forms.FileField(
        label="Practices",
        help_text=f"CSV in UTF-8, or the same as .gz, with the columns {', '.join(PRACTICE)}.",
        error_messages={"required": "Choose the file of practices.", "empty": "The file is empty."},
    )
    clinicians = forms.FileField(
        label="Clinicians",
        help_text=f"CSV in UTF-8, or the same as .gz, with the columns {', '.join(CLINICIAN)}.",
        error_messages={"required": "Choose the file of clinicians.", "empty": "The file is empty."},
    )


class NppesForm(FilesForm):
    """NPPES as it is published."""

    nppes = forms.FileField(
        label="NPPES",
        help_text="The monthly or weekly file as NPPES publishes it (.zip), or its npidata_pfile as .csv or .csv.gz.",
        error_messages={"required": "Choose the file.", "empty": "The file is empty."},
    )


FORMS: dict[str, type[FilesForm]] = {LoadKind.DETERMINATIONS: DeterminationsForm, LoadKind.NPPES: NppesForm}
