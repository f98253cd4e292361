"""Taking the files of a load from a request, so that what may not lie on disk never does."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from ground.shared_connections import give_back

from ..models import LoadKind, LoadRun
from .determinations import CLINICIAN, PRACTICE
from .files import BLOCK, packed_as
from .jobs import FILES, folder_of
from .nppes import COLUMNS as NPPES_COLUMNS
from .uploads import IncomingFile, Narrowed, Rewriting, WithoutTins

COLUMNS = {"practices": tuple(PRACTICE), "clinicians": tuple(CLINICIAN)}
SECRET_BYTES = 32


class Received(UploadedFile):  # type: ignore[type-arg]
    """A file that came: its fingerprint as it was sent, and why it cannot be loaded, if so."""

    def __init__(self, file: IncomingFile) -> None:
        super().__init__(name=file.name, size=file.size)
        self.fingerprint = file.fingerprint()
        self.problem = file.problem


class Receiving(FileUploadHandler):
    """Keeps each file of one kind of load in the upload's folder, rewritten where it may hold TINs."""

    chunk_size = BLOCK

    def __init__(self, kind: LoadKind, upload: uuid.UUID) -> None:
        super().__init__()
        self._fields = FILES[kind]
        self._folder = folder_of(upload)
        self._secret = os.urandom(SECRET_BYTES)  # the same for both files, and for no other upload
        self._file: IncomingFile | None = None

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        super().new_file(field_name, file_name, *args, **kwargs)
        if field_name not in self._fields:
            raise SkipFile
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        rewriting: Rewriting | None = None
        if field_name in COLUMNS:
            rewriting = WithoutTins(COLUMNS[field_name], self._secret)
        elif packed_as(file_name) != ".zip":
            rewriting = Narrowed(NPPES_COLUMNS)
        path = self._folder / f"{field_name}{'.csv' if rewriting else '.zip'}"
        self._file = IncomingFile(file_name, path, rewriting)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self._file
        self._file.feed(raw_data)

    def file_complete(self, file_size: int) -> Received:
        assert self._file
        self._file.close()
        return Received(self._file)

    def upload_interrupted(self) -> None:
        if self._file:
            self._file.close()


@contextmanager
def receiving(request: HttpRequest, kind: LoadKind) -> Iterator[uuid.UUID]:
    """Have the request's files kept in the folder of a new upload, and removed unless a load waits for them."""
    upload = uuid.uuid4()
    request.upload_handlers = [Receiving(kind, upload)]
    give_back()  # some files take minutes to come
    try:
        yield upload
    finally:
        if not LoadRun.objects.filter(upload=upload).exists():
            shutil.rmtree(folder_of(upload), ignore_errors=True)
