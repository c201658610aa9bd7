"""What is made on the spot for a preset's parameters: a random password, a certificate and its key for testing.

Nothing of it is kept here: it goes into the form that asked for it, over the same connection, and from there into the
design's own Secret. No URL and no log has it, and no record of a weaving.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# Letters and digits only, so that it needs no quoting in a URL, a shell or a configuration file; without those that are
# taken for each other. 24 of 55 are 138 bits.
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"
_LENGTH = 24
_DAYS = 90
_HOST = re.compile(r"(\*\.)?[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*")
_LONGEST_NAME = 64  # of a common name (X.520)


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate and its private key as PEM, the names it is for, and when it ends."""

    certificate: str
    key: str
    names: list[str]
    until: datetime


def password(length: int = 0) -> str:
    """A random password of letters and digits; of 24 of them, or as many as are asked for."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length or _LENGTH))


def certificate(names: Sequence[str], now: datetime | None = None) -> Certificate:
    """A certificate for host names and addresses, for 90 days from `now`. It is its own authority, so that a client can
    be told to trust it. What can be no name in a certificate is left out; without any it is for localhost."""
    now = now or datetime.now(UTC)
    known = [name for name in dict.fromkeys(names) if _address(name) or (_HOST.fullmatch(name) and len(name) <= 253)]
    known = known or ["localhost"]
    key = ec.generate_private_key(ec.SECP256R1())
    title = next((name for name in known if len(name) <= _LONGEST_NAME), "localhost")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, title)])
    until = now + timedelta(days=_DAYS)
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        # Clocks differ: a certificate that starts now is refused by whoever is a little late.
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([_general(one) for one in known]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Certificate(built.public_bytes(pem).decode(), private.decode(), known, until)


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _general(name: str) -> x509.GeneralName:
    address = _address(name)
    return x509.IPAddress(address) if address else x509.DNSName(name)
