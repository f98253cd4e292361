"""Taking one file into memory, and no more of it than may be kept: what is too large is dropped while it comes."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_protect

from ground.shared_connections import give_back

FIELD = "file"


class InMemory(FileUploadHandler):
    """Holds the file of one field in memory up to a limit, and nothing of any other."""

    def __init__(self, field_name: str, most_bytes: int) -> None:
        super().__init__()
        self.is_too_large = False
        self._wanted, self._most, self._held = field_name, most_bytes, BytesIO()

    def new_file(self, field_name: str, *args: Any, **kwargs: Any) -> None:
        super().new_file(field_name, *args, **kwargs)
        if field_name != self._wanted:
            raise SkipFile
        self._held = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._held.tell() + len(raw_data) > self._most:
            self.is_too_large = True
            self._held = BytesIO()
            raise SkipFile  # the rest is read and dropped, so that the page can be answered
        self._held.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self._held.seek(0)
        return InMemoryUploadedFile(
            self._held,
            self._wanted,
            self.file_name,
            self.content_type,
            file_size,
            self.charset,
            self.content_type_extra,
        )


def take_into_memory(
    request: HttpRequest, view: Callable[..., HttpResponse], *args: Any, most_bytes: int
) -> HttpResponse:
    """Answer with a view that is given the handler of the one file, after its `args`.

    The token is checked here, for checking it reads the file: the view it belongs to is exempt from it.
    """
    handler = InMemory(FIELD, most_bytes)
    request.upload_handlers = [handler]
    give_back()  # a phone takes minutes to send it
    answer: HttpResponse = csrf_protect(view)(request, *args, handler)
    return answer
