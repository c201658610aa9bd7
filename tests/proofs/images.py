"""What stands in for an image: a program of Debian's packages, or a small stub of ours, with the image's own defaults.

Only the program is another one. What it is told (arguments, environment, files, ports, user) comes from the manifest;
where that says nothing, from here, as the image would have it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

_STUBS = Path(__file__).parent / "stubs"
_PYTHON = os.path.realpath(sys.executable)


@dataclass(frozen=True)
class StandIn:
    """An image's defaults. `trees` are files by path, in directories that the container may write to; `shares` are
    directories of /usr/share that the program needs; `open` directories that any user may write to, as the image's
    own user may; with `busybox`, /bin holds that and nothing else. `program` must be on the host."""

    program: str
    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    env: dict[str, str] = field(default_factory=dict)
    user: int = 0
    trees: dict[str, dict[str, str]] = field(default_factory=dict)
    shares: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    links: dict[str, str] = field(default_factory=dict)
    busybox: bool = False


def _stub(name: str, **more: object) -> StandIn:
    return replace(StandIn(_PYTHON, (_PYTHON, "-I", f"/stubs/{name}")), **more)  # type: ignore[arg-type]


# As in the official image, but for the directories that Debian's build would write to by itself.
_NGINX_CONF = """\
user nginx;
worker_processes 1;
error_log /var/log/nginx/error.log notice;
pid /run/nginx.pid;
events { worker_connections 1024; }
http {
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log /var/log/nginx/access.log;
    client_body_temp_path /var/cache/nginx/client_temp;
    proxy_temp_path /var/cache/nginx/proxy_temp;
    fastcgi_temp_path /var/cache/nginx/fastcgi_temp;
    uwsgi_temp_path /var/cache/nginx/uwsgi_temp;
    scgi_temp_path /var/cache/nginx/scgi_temp;
    sendfile on;
    include /etc/nginx/conf.d/*.conf;
}
"""
_NGINX_DEFAULT = """\
server {
    listen 80;
    server_name localhost;
    location / { root /usr/share/nginx/html; index index.html; }
}
"""
_HTTPD_CONF = """\
ServerName localhost
Listen 80
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule dir_module /usr/lib/apache2/modules/mod_dir.so
User www-data
Group www-data
PidFile /tmp/httpd.pid
ErrorLog /dev/stderr
DocumentRoot /usr/local/apache2/htdocs
<Directory /usr/local/apache2/htdocs>
    Require all granted
</Directory>
"""
# The newest of Debian's, as on the image's own path: what is in /usr/bin is a wrapper.
_POSTGRES_BIN = str(max(Path("/usr/lib/postgresql").glob("*/bin"), default="/usr/lib/postgresql/bin"))
# As the official image begins: an empty data directory is made with the password, and none without one.
_POSTGRES = """\
set -eu
mkdir -p "$PGDATA" && chown -R 999:999 "$PGDATA" && chmod 700 "$PGDATA"
[ -n "${POSTGRES_PASSWORD:-}" ] || { echo "Error: superuser password is not specified."; exit 1; }
printf %s "$POSTGRES_PASSWORD" > /tmp/password && chown 999 /tmp/password
as="setpriv --reuid 999 --regid 999 --clear-groups"
$as initdb --no-sync --username=postgres --pwfile=/tmp/password --auth-host=scram-sha-256 "$PGDATA"
rm /tmp/password
exec $as postgres -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories=/var/run/postgresql -c fsync=off
"""
# As tecnativa/tcp-proxy's own entrypoint does, without its timeouts.
_TCP_PROXY = """\
set -eu
set -- $LISTEN -- $TALK
cat > /tmp/haproxy.cfg <<END
defaults
    mode tcp
    timeout client 5s
    timeout connect 5s
    timeout server 5s
frontend listen_0
    bind $1
    default_backend talk_0
backend talk_0
    server stupid_0 $3
END
exec haproxy -f /tmp/haproxy.cfg
"""
_LOG4J = "appender.rolling.type = Console\nrootLogger.appenderRef.rolling.ref = rolling\n"
_INDEX = "<!DOCTYPE html><title>Welcome to nginx!</title>\n"

_NGINX = StandIn(
    "/usr/sbin/nginx",
    cmd=("nginx", "-g", "daemon off;"),
    trees={
        "/etc/nginx": {
            "nginx.conf": _NGINX_CONF,
            "mime.types": "types { text/html html; }\n",
            "conf.d/default.conf": _NGINX_DEFAULT,
        },
        "/usr/share/nginx": {"html/index.html": _INDEX},
    },
    open=("/var/cache/nginx", "/var/lib/nginx"),
    links={"/var/log/nginx/access.log": "/dev/stdout", "/var/log/nginx/error.log": "/dev/stderr"},
)
_BUSYBOX = StandIn("/usr/bin/busybox", cmd=("sh",), env={"PATH": "/bin:/sbin"}, busybox=True)

IMAGES: dict[str, StandIn] = {
    "nginx": _NGINX,
    "httpd": StandIn(
        "/usr/sbin/apache2",
        cmd=("apache2", "-D", "FOREGROUND", "-f", "/usr/local/apache2/conf/httpd.conf"),
        trees={
            "/usr/local/apache2": {
                "conf/httpd.conf": _HTTPD_CONF,
                "htdocs/index.html": "<html><body><h1>It works!</h1></body></html>\n",
            }
        },
        open=("/run/apache2",),
    ),
    "alpine": _BUSYBOX,
    "busybox": _BUSYBOX,
    "curlimages/curl": StandIn("/usr/bin/curl", ("curl",), user=100),
    "alpine/git": StandIn("/usr/bin/git", ("git",), ("--help",), shares=("git-core",)),
    "redis": StandIn("/usr/bin/redis-server", cmd=("redis-server",), user=999, open=("/data",)),
    "oliver006/redis_exporter": StandIn(
        "/usr/bin/prometheus-redis-exporter", ("prometheus-redis-exporter",), user=59000
    ),
    "postgres": StandIn(
        f"{_POSTGRES_BIN}/postgres",
        ("sh", "-c", _POSTGRES),
        env={"PGDATA": "/var/lib/postgresql/data", "PATH": f"{_POSTGRES_BIN}:/usr/sbin:/usr/bin"},
        open=("/run/postgresql",),
        shares=("postgresql", "zoneinfo"),
    ),
    "quay.io/prometheuscommunity/postgres-exporter": StandIn(
        "/usr/bin/prometheus-postgres-exporter", ("prometheus-postgres-exporter",), user=65534
    ),
    "quay.io/prometheuscommunity/elasticsearch-exporter": StandIn(
        "/usr/bin/prometheus-elasticsearch-exporter", ("prometheus-elasticsearch-exporter",), user=65534
    ),
    "docker.elastic.co/elasticsearch/elasticsearch": _stub(
        "elasticsearch.py",
        user=1000,
        trees={"/usr/share/elasticsearch": {"config/log4j2.properties": _LOG4J}},
        open=("/usr/share/elasticsearch/logs",),
    ),
    "varnish": StandIn("/usr/sbin/varnishd", user=1000, shares=("varnish",), open=("/var/lib/varnish",)),
    "hashicorp/http-echo": _stub("http_echo.py", user=65532),
    "haproxy": StandIn("/usr/sbin/haproxy", cmd=("haproxy", "-f", "/usr/local/etc/haproxy/haproxy.cfg"), user=99),
    "tecnativa/tcp-proxy": StandIn("/usr/sbin/haproxy", ("sh", "-c", _TCP_PROXY)),
    "hashicorp/vault": StandIn(
        _PYTHON,
        ("vault",),
        trees={"/usr/local/bin": {"vault": f'#!/bin/sh\nexec {_PYTHON} -I /stubs/vault.py "$@"\n'}},
    ),
}


def stand_in(image: str) -> StandIn:
    """What stands in for an image reference, whatever its tag."""
    name = image.partition("@")[0]
    head, _, last = name.rpartition("/")
    name = f"{head}/{last.partition(':')[0]}".lstrip("/")
    assert name in IMAGES, f"nothing stands in for the image {image}: name it in tests/proofs/images.py"
    return IMAGES[name]


def bind(how: str, source: str | Path, target: str) -> list[str]:
    """The arguments for bwrap that mount something, in directories that every user may go through."""
    return [*_above(target), how, str(source), target]


def _above(target: str) -> list[str]:
    return [word for parent in list(reversed(Path(target).parents))[1:] for word in ("--dir", str(parent))]


def root(image: StandIn, folder: Path) -> list[str]:
    """The arguments for bwrap that make the image's file system, with its files in `folder`. Mounts come upon it."""
    args: list[str] = []
    for name in sorted(os.listdir("/usr")):
        if name not in ("share", "src", "games", "local"):
            args += bind("--ro-bind", f"/usr/{name}", f"/usr/{name}")
    for name in (*image.shares, "zoneinfo"):
        args += bind("--ro-bind-try", f"/usr/share/{name}", f"/usr/share/{name}")
    if not sys.base_prefix.startswith("/usr/") or sys.base_prefix.startswith("/usr/local"):
        args += bind("--ro-bind-try", sys.base_prefix, sys.base_prefix)
    args += [*bind("--ro-bind", _STUBS, "/stubs"), *bind("--ro-bind-try", "/etc/alternatives", "/etc/alternatives")]
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        if os.path.islink(f"/{name}") and not (image.busybox and name in ("bin", "sbin")):
            args += ["--symlink", f"usr/{name}", f"/{name}"]
    if image.busybox:
        args += _busybox(folder)
    args += ["--dir", "/var", "--dir", "/run", "--symlink", "../run", "/var/run", "--dir", "/var/log"]
    for name in ("/tmp", "/var/tmp"):
        args += ["--perms", "1777", "--dir", name]
    for top, files in image.trees.items():
        place = folder / "image" / top.strip("/")
        for path, content in files.items():
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            (place / path).write_text(content)
            (place / path).chmod(0o755 if content.startswith("#!") else 0o644)
        args += bind("--bind", place, top)
    for name in image.open:
        args += [*_above(name), "--perms", "1777", "--dir", name]
    for link, target in image.links.items():
        args += [*_above(link), "--symlink", target, link]
    return args


def _busybox(folder: Path) -> list[str]:
    place = folder / "busybox"
    place.mkdir(parents=True)
    for name in subprocess.check_output(["/usr/bin/busybox", "--list"], text=True).split():
        (place / name).symlink_to("/usr/bin/busybox")
    return ["--ro-bind", str(place), "/bin", "--symlink", "bin", "/sbin"]
