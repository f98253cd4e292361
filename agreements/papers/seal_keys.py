"""What our seal is made with: a private key and its certificate, from the setting SEAL_KEY."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

DEMO_NAME = "Virtual Group Elections, seal of a demo"
DEMO_FROM, DEMO_TO = datetime(2018, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)
HOW_TO_SET = (
    "It is base64-encoded PEM: the private key (RSA or EC, without a password), its certificate, then the issuers’"
    " certificates. For a demo, manage.py seal_key makes one."
)


@dataclass(frozen=True, slots=True)
class SealKey:
    """A private key, and its certificates in DER; the first is the key's own."""

    private: RSAPrivateKey | EllipticCurvePrivateKey
    certificates: tuple[bytes, ...]


def seal_key() -> SealKey:
    """Return the key of the setting. Raises ImproperlyConfigured, which names the setting and quotes nothing of it."""
    if not settings.SEAL_KEY:
        raise ImproperlyConfigured(f"SEAL_KEY is not set. {HOW_TO_SET}")
    return _read(settings.SEAL_KEY)


def new_seal_key() -> str:
    """Return a new value of SEAL_KEY for a demo: a key that vouches for itself, which nobody else trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, DEMO_NAME)])
    signs_documents = x509.KeyUsage(True, True, *[False] * 7)  # and does nothing else
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(DEMO_FROM)
        .not_valid_after(DEMO_TO)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(signs_documents, critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ) + certificate.public_bytes(serialization.Encoding.PEM)
    return base64.b64encode(pem).decode()


@lru_cache(maxsize=2)
def _read(setting: str) -> SealKey:
    try:
        pem = base64.b64decode(setting, validate=True)
        private = serialization.load_pem_private_key(pem, password=None)
        certificates = x509.load_pem_x509_certificates(pem)
    except (binascii.Error, ValueError, TypeError, UnsupportedAlgorithm):
        raise ImproperlyConfigured(f"SEAL_KEY cannot be read. {HOW_TO_SET}") from None
    if not isinstance(private, RSAPrivateKey | EllipticCurvePrivateKey):
        raise ImproperlyConfigured(f"SEAL_KEY holds another kind of key. {HOW_TO_SET}")
    if certificates[0].public_key() != private.public_key():
        raise ImproperlyConfigured(f"The first certificate in SEAL_KEY is not that of its key. {HOW_TO_SET}")
    return SealKey(private, tuple(one.public_bytes(serialization.Encoding.DER) for one in certificates))
