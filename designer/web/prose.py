"""What people wrote, as HTML: paragraphs, and https links that can be followed. Nothing else of it is markup."""

from __future__ import annotations

import re

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

# An address ends before the punctuation of the sentence that it stands in.
_LINK = re.compile(r"""https://[^\s<>"'`{}|\\^]+""")
_AFTER = ".,;:!?"
_PARAGRAPHS = re.compile(r"\n\s*\n")


def prose(text: str) -> SafeString:
    """Plain text as paragraphs, with its lines kept. An address is a link only if it begins with https://, and is
    followed without telling where from, or giving it weight."""
    paragraphs = [part.strip("\n") for part in _PARAGRAPHS.split(text.replace("\r\n", "\n")) if part.strip()]
    return SafeString("".join(f"<p>{_linked(part)}</p>" for part in paragraphs))


def _linked(text: str) -> str:
    out, at = "", 0
    for found in _LINK.finditer(text):
        link = _trimmed(found[0])
        if len(link) <= len("https://"):
            continue
        out += escape(text[at : found.start()])
        out += format_html('<a href="{}" rel="noreferrer nofollow ugc" target="_blank">{}</a>', link, link)
        at = found.start() + len(link)
    return f"{out}{escape(text[at:])}".replace("\n", "<br>")


def _trimmed(link: str) -> str:
    """Without the punctuation after it, and without a bracket that was opened before it."""
    while link and (link[-1] in _AFTER or (link[-1] == ")" and link.count(")") > link.count("("))):
        link = link[:-1]
    return link
