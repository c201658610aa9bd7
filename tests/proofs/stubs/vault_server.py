"""A stub of Vault's server: a role that logs in with a service account's token, a secret. vault_server.py ROLE JWT"""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ROLE, JWT = sys.argv[1:]
TOKEN = "hvs.stub"


class Vault(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        known = self.path == "/v1/auth/kubernetes/login" and given == {"role": ROLE, "jwt": JWT}
        self._answer(200 if known else 403, {"auth": {"client_token": TOKEN}} if known else {})

    def do_GET(self) -> None:
        known = self.path == "/v1/secret/my-secret" and self.headers["X-Vault-Token"] == TOKEN
        self._answer(200 if known else 403, {"data": {"password": "from-vault"}} if known else {})

    def _answer(self, status: int, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


server = ThreadingHTTPServer(("", 8200), Vault)
sys.stdout.write("listening\n")
sys.stdout.flush()
server.serve_forever()
