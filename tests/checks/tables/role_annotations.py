from typing import Any

from tests.checks.rows import Found, Row, pod, web

SAID = "The role chosen for {} is of no container of this pod."
AT = '0 metadata.annotations["role.podpatterns.dev/{}"]'


def marked(**roles: str) -> dict[str, Any]:
    made = pod(web(name="web"), web(name="proxy"))
    made["metadata"]["annotations"] = {f"role.podpatterns.dev/{name}": role for name, role in roles.items()}
    return made


ROWS = {
    "of a container": Row([marked(proxy="ambassador")]),
    "no annotation": Row([pod(web())]),
    "renamed by hand": Row(
        [marked(web="application", proxi="ambassador")],
        [Found("hint", SAID.format("proxi"), AT.format("proxi"), "Keep the role for proxy")],
    ),
    "of one that is gone": Row(
        [marked(x4="adapter")], [Found("hint", SAID.format("x4"), AT.format("x4"), "Take the annotation away")]
    ),
}
