"""Set the designer up and serve it. In local mode it refuses any address but this machine's own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from argparse import ArgumentParser
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from designer.web.local import refusal
from designer.web.warm import warm


class Command(BaseCommand):
    help = "Serve the designer on ADDRESS (default 127.0.0.1:8000)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", nargs="?", default="127.0.0.1:8000", help="HOST:PORT, or a port")

    def handle(self, *args: Any, address: str, **options: Any) -> None:
        host, _, port = address.rpartition(":")
        host = (host or "127.0.0.1").strip("[]")
        if not port.isdigit() or not 0 < int(port) < 65536:
            raise CommandError(f"{address!r} is not an address: write HOST:PORT, such as 127.0.0.1:8000")
        if why := refusal(host):
            raise CommandError(why)
        self._check_free(host, int(port))
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        warm()
        shown = f"[{host}]" if ":" in host else host
        self.stdout.write(
            f"Pod Pattern Designer on http://{shown}:{port} (local mode: this machine only; Ctrl-C stops it)"
        )
        config = uvicorn.Config(
            "designer.asgi:application",
            host=host,
            port=int(port),
            log_level="info" if settings.DEBUG else "warning",
            access_log=settings.DEBUG,
            lifespan="off",
            proxy_headers=False,
            server_header=False,
        )
        # Ctrl-C is how it is meant to end.
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(uvicorn.Server(config).serve())

    def _check_free(self, host: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise CommandError(
                    f"cannot listen on {host}:{port}: {error.strerror}. Another program may be there; "
                    f"try `make run ADDRESS={host}:{port + 1}`."
                ) from error
