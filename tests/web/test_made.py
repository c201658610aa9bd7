"""made: what is made on the spot is what programs take it for."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from designer.web import made

NOW = datetime(2026, 5, 4, tzinfo=UTC)


def test_passwords_are_of_letters_and_digits_and_never_the_same() -> None:
    several = {made.password() for _ in range(200)}
    assert len(several) == 200
    assert all(len(one) == 24 and one.isalnum() and one.isascii() for one in several)
    assert len(made.password(8)) == 8


def test_a_certificate_is_for_its_names_and_for_ninety_days() -> None:
    one = made.certificate(["web", "web.shop.svc", "127.0.0.1", "*.example.com", "", "not a name", "web"], NOW)
    assert one.names == ["web", "web.shop.svc", "127.0.0.1", "*.example.com"]
    read = x509.load_pem_x509_certificate(one.certificate.encode())
    names = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["web", "web.shop.svc", "*.example.com"]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]
    assert read.not_valid_after_utc == one.until == NOW + timedelta(days=90)
    assert read.not_valid_before_utc < NOW
    assert made.certificate([], NOW).names == ["localhost"]


def test_a_server_serves_with_it_and_a_client_that_trusts_it_connects(tmp_path: Path) -> None:
    one, other = made.certificate(["localhost"]), made.certificate(["localhost"])
    (tmp_path / "both.pem").write_text(one.key + one.certificate)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(tmp_path / "both.pem")
    shake(server, ssl.create_default_context(cadata=one.certificate))
    with pytest.raises(ssl.SSLCertVerificationError):
        shake(server, ssl.create_default_context(cadata=other.certificate))


def shake(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """A TLS handshake in memory."""
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(down, up, server_hostname="localhost"),
        server.wrap_bio(up, down, server_side=True),
    ]
    while ends:
        for end in list(ends):
            try:
                end.do_handshake()
                ends.remove(end)
            except ssl.SSLWantReadError:
                continue
