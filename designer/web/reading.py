"""What somebody sees who may look at a design and not change it: the same screens, with no change offered.

The server refuses what they may not do (access.py); here it is made sure that no screen offers it. Rather than in each
template, it is done to the answer: every control that leads to a refusal is switched off, whatever template it is from.
"""

from __future__ import annotations

import re
from functools import lru_cache

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

# A reader may post to these: they change nothing of the design.
KEEP = frozenset(
    # and apply it as it stands, if they may apply to the cluster: that is for clusters/reach.py to say
    {"duplicate", "save-preset", "delete-preset", "presence", "complete", "hover", "plan", "apply", "resume"}
)
# And may not get these, which open what makes a change.
REFUSED = frozenset({"settle", "paste", "weave", "unweave", "share-design"})
_VALUE = r"""(?:[^>"']|"[^"]*"|'[^']*')*"""
_FORM = re.compile(rf"<form\b({_VALUE})>(.*?)</form>", re.DOTALL)
_CONTROL = re.compile(rf"<(button|input|select|textarea)\b({_VALUE})>")
_LEADS = re.compile(r"""\s(hx-post|hx-get|formaction|action)=["'](/designs/\d+/[^"'?#]*)""")
_POSTS = re.compile(r"""\smethod=["']post""", re.IGNORECASE)


def offer_no_change(answer: HttpResponseBase) -> None:
    """Switch off, in an HTML answer, what changes a design: buttons and fields that lead to a refusal, and all that is
    in such a form."""
    if not isinstance(answer, HttpResponse) or not answer.headers.get("Content-Type", "").startswith("text/html"):
        return
    text = answer.content.decode()
    text = _FORM.sub(lambda found: _off_in_form(found) if _refused(found[1]) else found[0], text)
    answer.content = _CONTROL.sub(lambda found: _off(found) if _refused(found[2]) else found[0], text).encode()


def _off_in_form(form: re.Match[str]) -> str:
    return f"<form{form[1]}>{_CONTROL.sub(_off, form[2])}</form>"


def _off(control: re.Match[str]) -> str:
    if re.search(r"\sdisabled\b", control[2]):
        return control[0]
    return f"<{control[1]} disabled{control[2]}>"


def _refused(attributes: str) -> bool:
    """Whether an element with these attributes leads to what a reader is refused."""
    for name, path in _LEADS.findall(attributes):
        posts = name == "hx-post" or (name != "hx-get" and _POSTS.search(attributes) is not None)
        leads = _name(path)
        if leads and (leads not in KEEP if posts else leads in REFUSED):
            return True
    return False


@lru_cache(maxsize=1024)
def _name(path: str) -> str:
    try:
        return resolve(path).url_name or ""
    except Resolver404:
        return ""
