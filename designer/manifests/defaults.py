"""What a field is when it is not set, read from its description: the OpenAPI of Kubernetes' own kinds has no defaults.

A description says it in a handful of forms ("Defaults to 3.", "Default value is 10800(for 3 hours)."). Only whole
sentences of these forms are taken: no default is better than a wrong one ("Defaults to Always if :latest tag is
specified" gives none).
"""

from __future__ import annotations

import re
from functools import lru_cache

# What may follow a value for the sentence to say no more about it.
_END = (
    r"(?=\.(?:\s|$)|$|\s*\n|;| if unset| if unspecified|\s?\((?!default)| More info| and 0 is not allowed| and must be)"
)
_SAYS = r"\b[Dd]efault(?:s|ed)?(?: value)?(?: is| to|:) "
_WORD = r"[A-Za-z][A-Za-z0-9-]*"
_BY_TYPE = {
    "boolean": [rf"(?:{_SAYS}|[Dd]efault )\"?(true|false)\"?{_END}"],
    "integer": [
        rf"{_SAYS}(\d+)(?: seconds?| pod|s)?{_END}",
        rf"{_SAYS}(1 hour){_END}",
    ],
    "int-or-string": [rf"{_SAYS}(\d+%?){_END}"],
    "quantity": [rf"{_SAYS}\"(\d+)\""],
    "string": [
        rf"{_SAYS}[\"'`]([^\"'`]+)[\"'`]{_END}",
        rf"{_SAYS}({_WORD}|/(?:[\w/.-]*\w)?){_END}",
        r"default value, \"(\w+)\",",
        r"default policy (?:is|of) `(\w+)`",
        r"`(\w+)` \(default\)|\"(\w+)\" \(default\)|- (\w+) \(default\)",
        r"If not specified, \"(\w+)\" is used",
        r"not specified, it is treated as an equivalent of (\w+)\.",
        r"value is nil, the behavior is equivalent to the (\w+) policy",
        r"default behavior will be used, which corresponds to the (\w+) policy",
        r"Value of (\w+) is implied when not included",
        r"default value (\w+) is used",
        r"inferred to be \"(\w+)\" if unspecified",
        r"If not specified, it defaults to (\w+)\.",
        r"When not set, MountPropagation(None) is used",
    ],
}
_FORMS = {kind: [re.compile(form) for form in forms] for kind, forms in _BY_TYPE.items()}
_HINT = re.compile("efault|inferred|implied|is used|equivalent")
# Words that stand where a value would, and are none.
_NO_VALUES = {"nil", "empty", "no", "the", "user", "all", "not", "unset", "defaults", "default"}


@lru_cache(maxsize=8192)
def from_description(description: str, kind: str) -> str:
    """The default that a description gives to a field of a type, as a person would type it; "" where it gives none,
    or several."""
    if " unless " in description or "expected values" in description:
        return ""
    if not _HINT.search(description):
        return ""
    found = {
        next(filter(None, match.groups()), "")
        for form in _FORMS.get(kind, ())
        for match in form.finditer(description)
        if next(filter(None, match.groups()), "").lower() not in _NO_VALUES
    }
    found.discard("")
    if len(found) != 1:
        return ""
    value = found.pop()
    return "3600" if value == "1 hour" else value
