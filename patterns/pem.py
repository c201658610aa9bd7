"""Whether a text is a certificate with its private key, as PEM (RFC 7468). Pure; nothing of it is kept or told."""

from __future__ import annotations

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

_LONGEST = 100_000  # characters of a chain or a key; the longest in use have a tenth of that


def problems(certificate: str, key: str) -> tuple[str, str]:
    """What is wrong with a certificate (the first of its chain is the server's) and with its key, each as a plain
    sentence or "". Both may be blank: neither is given then."""
    if not certificate.strip() and not key.strip():
        return "", ""
    if not certificate.strip():
        return "the key has no certificate: give both, or neither", ""
    about, chain = _certificates(certificate)
    if not key.strip():
        return about, "the certificate has no private key: give both, or neither"
    wrong, private = _key(key)
    if not chain or private is None:
        return about, wrong
    forms = Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    try:
        fits = chain[0].public_key().public_bytes(*forms) == private.public_key().public_bytes(*forms)
    except (UnsupportedAlgorithm, ValueError):
        return "the kind of its public key is not known here: use an RSA, EC or Ed25519 certificate", ""
    return "", "" if fits else "it does not belong to the certificate: their public keys differ"


def _certificates(text: str) -> tuple[str, list[x509.Certificate]]:
    if "-----BEGIN CERTIFICATE-----" not in text:
        held = "a private key" if "PRIVATE KEY-----" in text else "no PEM certificate"
        return f"this is {held}: a text that begins with -----BEGIN CERTIFICATE----- is needed", []
    try:
        return "", x509.load_pem_x509_certificates(text[:_LONGEST].encode())
    except (ValueError, UnsupportedAlgorithm):
        return "the certificate cannot be read: copy it whole, from its BEGIN line to its END line", []


def _key(text: str) -> tuple[str, PrivateKeyTypes | None]:
    if "PRIVATE KEY-----" not in text:
        held = "a certificate" if "-----BEGIN CERTIFICATE-----" in text else "no PEM key"
        return f"this is {held}: a text that begins with -----BEGIN PRIVATE KEY----- is needed", None
    try:
        return "", load_pem_private_key(text[:_LONGEST].encode(), None)
    except TypeError:
        return (
            "the key has a passphrase, which nobody types in a pod: take it off with openssl pkey",
            None,
        )
    except (ValueError, UnsupportedAlgorithm):
        return "the key cannot be read: copy it whole, from its BEGIN line to its END line", None
