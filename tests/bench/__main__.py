"""`make bench`: what an edit costs by design size (server time with all fragments rendered, SQL queries and bytes), and
what pages cost among many people's work. `python -m tests.bench pages` measures the pages alone; `python -m tests.bench
watch`, how far what is watched lies behind a real API server (make control-plane)."""

from __future__ import annotations

import gzip
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "designer.settings"
os.environ["PPD_DATA_DIR"] = tempfile.mkdtemp(prefix="ppd-bench-")
os.environ.pop("DATABASE_URL", None)

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from designer.designs.models import Design  # noqa: E402
from designer.manifests.text import dump  # noqa: E402
from designer.manifests.types import Documents  # noqa: E402
from designer.web.local import person  # noqa: E402
from designer.web.warm import warm  # noqa: E402
from tests.bench.bounds import bounds  # noqa: E402
from tests.bench.keystrokes import keystrokes  # noqa: E402
from tests.bench.pages import pages  # noqa: E402
from tests.bench.pictures import pictures, timelines  # noqa: E402
from tests.bench.watch import watch  # noqa: E402

SIZES = (1, 5, 20, 50)
EDITS = 40


def documents(count: int) -> Documents:
    """A Deployment of `count` containers as people write them, with volumes, a Service and a ConfigMap."""
    containers = [
        {
            "name": f"app-{n}",
            "image": f"registry.example/app-{n}:1.{n}",
            "ports": [{"name": f"http-{n}", "containerPort": 8000 + n}],
            "env": [
                {"name": "UPSTREAM", "value": f"http://localhost:{8000 + (n + 1) % count}"},
                {"name": "LEVEL", "value": "info"},
            ],
            "volumeMounts": [
                {"name": f"data-{n}", "mountPath": "/data"},
                {"name": "config", "mountPath": "/etc/app", "readOnly": True},
            ],
            "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "128Mi"}},
            "readinessProbe": {"httpGet": {"path": "/healthz", "port": f"http-{n}"}, "periodSeconds": 5},
        }
        for n in range(count)
    ]
    volumes = [{"name": f"data-{n}", "emptyDir": {}} for n in range(count)]
    spec = {"containers": containers, "volumes": [*volumes, {"name": "config", "configMap": {"name": "app-config"}}]}
    labels = {"app": "web"}
    return [
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "web"},
            "spec": {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": spec}},
        },
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "web"},
            "spec": {"selector": labels, "ports": [{"port": 80, "targetPort": "http-0"}]},
        },
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "app-config"},
            "data": {"app.conf": "level info\n"},
        },
    ]


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, round(share * (len(values) - 1)))]


def measure(count: int) -> None:
    text = dump(documents(count))
    design = Design.objects.create(owner=person(), name=f"bench {count}")
    wanted = documents(count)
    design.change(lambda _: wanted, by=person(), text=text)
    client = Client(SERVER_NAME="127.0.0.1", HTTP_HX_REQUEST="true", HTTP_ACCEPT_ENCODING="gzip")
    url = f"/designs/{design.pk}/edit/set"
    times, queries, sent, plain = [], [], 0, 0
    for step in range(EDITS + 5):
        data = {
            "base": design.number + step,
            "at": "0/containers/0",
            "path": "/0/spec/template/spec/containers/0/image",
            "value": f"registry.example/app:2.{step}",
        }
        if step % 10 == 9:
            with CaptureQueriesContext(connection) as captured:
                answer = client.post(url, data)
            queries.append(len(captured))
        else:
            start = time.perf_counter()
            answer = client.post(url, data)
            if step >= 5:
                times.append((time.perf_counter() - start) * 1000)
        assert answer.status_code == 200, answer.content[:500]
        sent = len(answer.content)
        plain = len(gzip.decompress(answer.content)) if answer.headers.get("Content-Encoding") == "gzip" else sent
    lines = text.count("\n")
    print(
        f"{count:>10} {lines:>6} {statistics.median(times):>9.1f} {percentile(times, 0.95):>9.1f}"
        f" {'/'.join(map(str, sorted(set(queries)))):>8} {sent / 1000:>9.1f} {plain / 1000:>9.1f}"
    )


def texts() -> None:
    """Reading, rewriting and finding places, by size and shape of the text."""
    from tests.bench.texts import table

    table()


def first_load() -> None:
    """What a browser loads to show a design of 5 containers for the first time, compressed as the server sends it."""
    import brotli

    call_command("collectstatic", interactive=False, verbosity=0)
    client = Client(SERVER_NAME="127.0.0.1", HTTP_ACCEPT_ENCODING="gzip")
    design = Design.objects.get(name="bench 5")
    page = client.get(f"/designs/{design.pk}/")
    body = gzip.decompress(page.content).decode()
    import re

    from django.conf import settings

    root = Path(settings.STATIC_ROOT)
    waiting = re.findall(r'(?:src|href)="/static/([^"]+)"', body)
    seen: dict[str, int] = {}
    while waiting:
        name = waiting.pop()
        if name in seen or not (root / name).is_file():
            continue
        raw = (root / name).read_bytes()
        seen[name] = min(len(raw), len(brotli.compress(raw)))
        if name.endswith(".js"):
            folder = (root / name).parent
            found = re.findall(r"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']""", raw.decode())
            waiting += [str((folder / each).resolve().relative_to(root.resolve())) for each in found]
    total = len(page.content) + sum(seen.values())
    print(f"\nfirst load, 5 containers: {total / 1000:.1f} kB compressed in {len(seen) + 1} files")
    print(f"  page {len(page.content) / 1000:.1f} kB")
    for name, size in sorted(seen.items(), key=lambda item: -item[1]):
        print(f"  {name} {size / 1000:.1f} kB")


def main() -> None:
    call_command("migrate", verbosity=0)
    warm()
    if sys.argv[1:] == ["pages"]:
        call_command("collectstatic", interactive=False, verbosity=0)
        pages(documents(5))
        return
    if sys.argv[1:] == ["watch"]:
        watch()
        return
    print("one field edit, all panes rendered")
    print(f"{'containers':>10} {'lines':>6} {'p50 ms':>9} {'p95 ms':>9} {'queries':>8} {'kB gzip':>9} {'kB plain':>9}")
    for count in SIZES:
        measure(count)
    pictures({count: documents(count) for count in SIZES})
    timelines({count: documents(count) for count in SIZES})
    texts()
    bounds({count: documents(count) for count in SIZES})
    first_load()
    keystrokes({count: documents(count) for count in (1, 11, 50)})
    pages(documents(5))


if __name__ == "__main__":
    main()
    sys.exit(0)
