"""A stub of hashicorp/http-echo: answers every request with its text. http_echo.py -text=… [-listen=:PORT]"""

from __future__ import annotations

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

options = dict(argument.lstrip("-").split("=", 1) for argument in sys.argv[1:])


class Echo(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = f"{options['text']}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


ThreadingHTTPServer(("", int(options.get("listen", ":5678").rpartition(":")[2])), Echo).serve_forever()
