"""Django's admin for who runs this designer: what is here, without what it holds. Team mode only, administrators only.

It looks and does not edit. An edit here would go around a verb of ours: a design's text has one door, a team its last
owner, the audit log no way back. What can be done is done by actions that call those verbs and are written to the audit
log; the rest is a link to the screen that does it. Passwords, tokens, credentials and texts are no field of any page.
"""

from designer.web.admin import people, work
from designer.web.admin.site import site

__all__ = ["people", "site", "work"]
