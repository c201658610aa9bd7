"""Random tokens of links. Only their hashes are kept: who reads the database cannot follow a link."""

from __future__ import annotations

import hashlib
import secrets


def new() -> str:
    """A token: 256 random bits, in letters that an address takes."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """What is kept of a token, 64 hexadecimal digits. A plain hash will do: nobody guesses 256 bits."""
    return hashlib.sha256(token.encode()).hexdigest()
