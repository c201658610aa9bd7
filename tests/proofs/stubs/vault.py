"""A stub of the vault command, as far as an init container uses it: it speaks Vault's HTTP API at VAULT_ADDR.

vault.py write -field=token auth/MOUNT/login role=… jwt=@FILE
vault.py read PATH
"""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from pathlib import Path
from typing import Any


def ask(path: str, data: dict[str, str] | None = None) -> Any:
    request = urllib.request.Request(f"{os.environ['VAULT_ADDR']}/v1/{path}")
    request.add_header("X-Vault-Token", os.environ.get("VAULT_TOKEN", ""))
    body = json.dumps(data).encode() if data is not None else None
    with urllib.request.urlopen(request, body, timeout=10) as answer:
        return json.load(answer)


verb, *rest = sys.argv[1:]
options = [word for word in rest if word.startswith("-")]
path, *pairs = [word for word in rest if not word.startswith("-")]
if verb == "write" and options == ["-field=token"]:
    given = dict(pair.split("=", 1) for pair in pairs)
    data = {key: Path(value[1:]).read_text() if value.startswith("@") else value for key, value in given.items()}
    sys.stdout.write(ask(path, data)["auth"]["client_token"])
elif verb == "read" and not options:
    rows = {"Key": "Value", "---": "-----", **ask(path)["data"]}
    sys.stdout.writelines(f"{key:<20}{value}\n" for key, value in rows.items())
else:
    sys.exit(f"the stub knows no vault {' '.join(sys.argv[1:])}")
