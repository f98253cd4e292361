"""Every place where a number could have been kept, as text in which it can be found."""

import base64
import io
import json
import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdf
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db import connection

from agreements.models import Document, DocumentState
from agreements.papers.documents import open_pdf

CACHE = "django_cache"


def tables() -> str:
    """Return every row of every table as COPY gives it."""
    parts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            with cursor.copy(f'COPY (SELECT * FROM "{table}") TO STDOUT') as rows:
                parts += [bytes(row).decode() for row in rows]
    return "".join(parts)


def sessions() -> str:
    """Return what every session holds, decoded."""
    store = SessionStore()
    return "\n".join(json.dumps(store.decode(row.session_data), default=str) for row in Session.objects.all())


def cache() -> str:
    """Return what the cache in the database holds, keys and values."""
    with connection.cursor() as cursor:
        if CACHE not in connection.introspection.table_names(cursor):
            return ""
        cursor.execute(f"SELECT cache_key, value FROM {CACHE}")
        return "\n".join(f"{key} {pickle.loads(base64.b64decode(value))!r}" for key, value in cursor.fetchall())


def kept() -> dict[str, str]:
    """Return what the database holds, whatever it is wrapped in."""
    return {"database": tables(), "sessions": sessions(), "cache": cache()}


def files(folder: Path) -> str:
    """Return the names and bytes of all files below a folder, and what stands in base64 in them."""
    parts = []
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        text = path.read_bytes().decode("latin-1")
        parts += [str(path.relative_to(folder)), text, *_from_base64(text)]
    return "\n".join(parts)


def pdfs() -> Iterator[tuple[str, str, str]]:
    """Yield for every document that was made its kind, what can be read in it, and all its objects decompressed."""
    for document in Document.objects.filter(state=DocumentState.READY):
        if not default_storage.exists(str(document.file.name)):
            continue  # the world says of some that they were made, and made none
        pdf = open_pdf(document)
        pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
        plain = io.BytesIO()
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            opened.save(
                plain,
                stream_decode_level=pikepdf.StreamDecodeLevel.all,
                object_stream_mode=pikepdf.ObjectStreamMode.disable,
            )
        yield document.kind, "\n".join(page.extract_text() for page in pages), plain.getvalue().decode("latin-1")


def _from_base64(text: str) -> list[str]:
    """Return what long runs of base64 letters say, where they say anything."""
    said = []
    for run in re.findall(r"[A-Za-z0-9+/]{24,}={0,2}", text):
        try:
            said.append(base64.b64decode(run + "=" * (-len(run) % 4)).decode())
        except ValueError:
            continue
    return said
