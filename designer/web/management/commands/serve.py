"""Set the designer up and serve it. In local mode it refuses any address but this machine's own; in team mode without
an administrator it prints the link that makes one."""

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
from django.urls import reverse
from django.utils import timezone

from designer.teams import first
from designer.web.local import loopback, refusal
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
        mode = "local mode: this machine only" if settings.LOCAL_MODE else "team mode"
        self.stdout.write(f"Pod Pattern Designer on http://{shown}:{port} ({mode}; Ctrl-C stops it)")
        if not settings.LOCAL_MODE:
            self._team_mode(settings.PUBLIC_URL or f"http://{shown}:{port}", host)
        config = uvicorn.Config(
            "designer.asgi:application",
            host=host,
            port=int(port),
            log_level="info" if settings.DEBUG else "warning",
            access_log=settings.DEBUG,
            lifespan="off",
            # Only what the named proxies say of a request's client and scheme is believed.
            proxy_headers=bool(settings.PROXIES),
            forwarded_allow_ips=settings.PROXIES,
            server_header=False,
        )
        # Ctrl-C is how it is meant to end.
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(uvicorn.Server(config).serve())

    def _team_mode(self, url: str, host: str) -> None:
        """Sweep out sessions that have expired, and print what an operator has to know at the start."""
        call_command("clearsessions")
        if settings.CREDENTIALS_FILE.exists():
            self.stdout.write(
                f"The key that Secrets and clusters' credentials are sealed with lies in {settings.CREDENTIALS_FILE}. "
                "To keep it apart from the database, put it into PPD_CREDENTIALS_KEYS and delete the file."
            )
        if token := first.renew():
            path = reverse("first-administrator", args=[token])
            self.stdout.write(
                f"There is no administrator yet. Open this link to become it; it works once, until "
                f"{timezone.now() + first.GOOD_FOR:%Y-%m-%d %H:%M} UTC:\n    {url}{path}"
            )
        if not url.startswith("https:") and not loopback(host):
            self.stdout.write(
                "Passwords and sessions travel in the clear: put a proxy with TLS in front, and set PPD_URL to its "
                "https:// address and PPD_PROXIES to its own."
            )
        # A container's log shows it at once, not when a buffer is full.
        self.stdout.flush()

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
