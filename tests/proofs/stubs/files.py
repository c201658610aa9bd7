"""A web server that offers the files of a directory. files.py ADDRESS:PORT DIRECTORY"""

from __future__ import annotations

import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer


class Files(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    def server_bind(self) -> None:
        # Without asking DNS for a name of its own, which there is none to answer.
        TCPServer.server_bind(self)


host, _, port = sys.argv[1].rpartition(":")
server = Server((host, int(port)), partial(Files, directory=sys.argv[2]))
sys.stdout.write("listening\n")
sys.stdout.flush()
server.serve_forever()
