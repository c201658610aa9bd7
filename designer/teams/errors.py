"""What a verb of this room says when it cannot be done."""

from __future__ import annotations


class TeamError(Exception):
    """It cannot be done; the message says why and what to do instead, in words for the person who asked."""
