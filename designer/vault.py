"""Secrets at rest: texts that only this designer can read, with a key from the environment or the data folder.

`PPD_CREDENTIALS_KEYS` holds one or more Fernet keys (https://github.com/fernet/spec: AES-128-CBC and HMAC-SHA256),
separated by commas. The first seals; all of them unseal. To change the key, put a new one in front, run
`manage.py reseal`, and take the old one away. Where the variable is not set, a key is made in the data folder, in the
file credentials-key, one a line; they stand behind those of the variable for as long as the file is there.
"""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class VaultError(Exception):
    """A secret cannot be sealed or unsealed; the message says what to do and never holds the secret."""


def new_key() -> str:
    """A key for `PPD_CREDENTIALS_KEYS`."""
    return Fernet.generate_key().decode()


def seal(text: str) -> str:
    """The text as a token that can be stored. Raises VaultError where there is no key."""
    return _fernet().encrypt(text.encode()).decode()


def unseal(token: str) -> str:
    """The text of a token. Raises VaultError where no key fits."""
    try:
        return _fernet().decrypt(token.encode()).decode()
    except InvalidToken:
        raise VaultError(
            "A stored credential cannot be read: none of the keys in PPD_CREDENTIALS_KEYS is the one it was sealed "
            "with. Put that key back behind the others, or give the credential again."
        ) from None


def sealed_first(token: str) -> bool:
    """Whether a token is sealed with the first key. Raises VaultError where there is no key."""
    try:
        _fernets()[0].decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def reseal(token: str) -> str:
    """The same secret, sealed with the first key. Raises VaultError where no key fits."""
    return seal(unseal(token))


def _fernet() -> MultiFernet:
    return MultiFernet(_fernets())


def _fernets() -> list[Fernet]:
    keys: list[str] = settings.CREDENTIALS_KEYS
    if not keys:
        raise VaultError(
            "There is no key to keep credentials and Secrets with. Make one with `manage.py credentials_key`, set "
            "PPD_CREDENTIALS_KEYS to it where the designer is started, and keep it apart from the database."
        )
    try:
        return [Fernet(key) for key in keys]
    except ValueError:
        raise VaultError(
            "PPD_CREDENTIALS_KEYS does not hold keys: each is 32 bytes in URL-safe base64, as "
            "`manage.py credentials_key` makes them, separated by commas."
        ) from None
