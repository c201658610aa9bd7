"""The colours of a picture that leaves the page, and its style sheet with them put in.

On a page the diagram takes the page's custom properties (static/css/base.css), light or dark as the reader's system
says. A file has no page around it, and many a program that shows SVG knows no variables: there the colours stand in the
rules themselves.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Literal

# "auto" is light, and dark where the program that shows the file says that its reader prefers it.
Theme = Literal["light", "dark", "auto"]

_SHEET = Path(__file__).resolve().parents[2] / "static" / "css" / "diagram.css"
# What only a page needs (chosen, under the pointer, woven in) stands below this line of the sheet.
_PAGE_ONLY = "/* Only on a page. */"
LIGHT = {
    "ink": "#16202e",
    "ink2": "#4c5a6d",
    "ink3": "#617086",
    "line": "#dde3ea",
    "bg": "#f5f7f9",
    "card": "#fff",
    "accent": "#2f5bd7",
    "app": "#2f5bd7",
    "app-bg": "#eaf0fe",
    "sidecar": "#0a7a63",
    "sidecar-bg": "#e2f5f0",
    "ambassador": "#a85d00",
    "ambassador-bg": "#fff1dc",
    "adapter": "#7a3fc4",
    "adapter-bg": "#f2eafc",
    "init": "#5a6573",
    "init-bg": "#eceff3",
    "vol": "#7b6a2e",
    "vol-bg": "#faf5df",
    "bad": "#b3261e",
}
DARK = {
    "ink": "#e6ebf2",
    "ink2": "#b0bccb",
    "ink3": "#8b99ab",
    "line": "#2b3543",
    "bg": "#10151c",
    "card": "#171e27",
    "accent": "#7aa0ff",
    "app": "#7aa0ff",
    "app-bg": "#1a2540",
    "sidecar": "#4fc7ab",
    "sidecar-bg": "#12302b",
    "ambassador": "#e8a552",
    "ambassador-bg": "#352511",
    "adapter": "#b88bf0",
    "adapter-bg": "#291c3c",
    "init": "#a3afbf",
    "init-bg": "#232b36",
    "vol": "#cdb968",
    "vol-bg": "#2d2813",
    "bad": "#ff8a80",
}
_VARIABLE = re.compile(r"var\(--([a-z0-9-]+)\)")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


@cache
def sheet(theme: Theme) -> str:
    """The rules of a picture in a file, without variables: those of one theme, or of both for "auto"."""
    rules = _SHEET.read_text().partition(_PAGE_ONLY)[0]
    rules = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", rules, flags=re.DOTALL)).strip()
    if theme != "auto":
        return _coloured(rules, DARK if theme == "dark" else LIGHT)
    coloured = []
    for selector, body in _RULE.findall(rules):
        declared = [part.strip() for part in body.split(";") if "var(" in part]
        if declared:
            coloured.append(f"{selector.strip()} {{ {'; '.join(declared)} }}")
    dark = _coloured(" ".join(coloured), DARK)
    return f"{_coloured(rules, LIGHT)} @media (prefers-color-scheme: dark) {{ {dark} }}"


def _coloured(rules: str, colours: dict[str, str]) -> str:
    return _VARIABLE.sub(lambda match: colours[match[1]], rules)
