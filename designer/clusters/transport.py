"""How a cluster is reached: its address, a connection pool with its certificates, and the headers that say who we are.

By the kubernetes package's own loader, so that certificates, proxies and tokens are taken as kubectl takes them. Python
reads certificates and keys from files only; those the loader writes for it are gone again when they are read.
"""

from __future__ import annotations

import ipaddress
import ssl
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import urllib3

from designer.clusters.errors import ClusterError
from designer.clusters.kubeconfig import Context

FIELD_MANAGER = "pod-pattern-designer"
# The loader keeps one list of its files for all threads.
_files = threading.Lock()
_IMPORT = threading.Lock()


def server(context: Context) -> str:
    """The server's URL; without a scheme it is https where the cluster has an authority, else http (client-go)."""
    address = context.server
    if "://" not in address:
        secure = any(key.startswith("certificate-authority") for key in context.cluster)
        address = f"{'https' if secure else 'http'}://{address}"
    try:
        parts = urlsplit(address)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return address.rstrip("/")
    except ValueError:
        pass
    raise ClusterError(
        "kubeconfig",
        f"The cluster {context.cluster_name!r} of the context {context.name!r} has no server address that can be used.",
        "Mend the kubeconfig (a server looks like https://name:6443), or choose another context.",
    )


def transport(
    context: Context, address: str, user: dict[str, Any]
) -> tuple[str, urllib3.PoolManager, Mapping[str, str]]:
    """The server's URL, the connection pool and the headers of a context, by the kubernetes package's loader."""
    # A third of a second to import, for code that most processes never run; its modules import each other in circles,
    # which two threads at once see half done.
    with _IMPORT:
        from kubernetes.client import Configuration
        from kubernetes.client.rest import RESTClientObject
        from kubernetes.config import ConfigException, kube_config
        from kubernetes.config.kube_config import KubeConfigLoader

    cluster = {**context.cluster, "server": address}
    alone = {
        "current-context": "it",
        "contexts": [{"name": "it", "context": {"cluster": "it", "user": "it"}}],
        "clusters": [{"name": "it", "cluster": cluster}],
        "users": [{"name": "it", "user": user or {"none": True}}],
    }
    configuration = Configuration()
    configuration.retries = False
    try:
        with _files:
            KubeConfigLoader(alone).load_and_set(configuration)  # type: ignore[no-untyped-call]
            if cluster.get("proxy-url"):
                configuration.no_proxy = None  # as kubectl: a cluster's own proxy is used whatever NO_PROXY says
            elif _is_loopback(configuration.host):
                configuration.proxy = None
            pool = RESTClientObject(configuration).pool_manager
            if configuration.host.startswith("https"):
                if not configuration.verify_ssl:
                    # The person wrote insecure-skip-tls-verify; kubectl does not repeat it at each request either.
                    urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
                pool.connection_pool_kw["ssl_context"] = _tls_context(configuration)
                for key in ("ca_certs", "cert_file", "key_file"):
                    pool.connection_pool_kw.pop(key, None)
            kube_config._cleanup_temp_files()  # type: ignore[no-untyped-call]
    except (ConfigException, OSError, ValueError, TypeError, AttributeError, urllib3.exceptions.HTTPError):
        # The words of these quote what they could not read, which may be a key or a token.
        raise ClusterError(
            "kubeconfig",
            f"The certificates or the server address of the context {context.name!r} cannot be read.",
            "`kubectl config view --context=… --minify` shows which they are.",
        ) from None
    except ImportError:
        raise ClusterError(
            "kubeconfig",
            f"The context {context.name!r} goes through a SOCKS proxy, which this designer cannot use yet.",
            "Install the Python package PySocks beside it.",
        ) from None
    headers = urllib3.HTTPHeaderDict({"User-Agent": FIELD_MANAGER})
    # As kubectl: without TLS nobody is told who we are (client-go, clientcmd: IsConfigTransportTLS).
    secure = configuration.host.startswith("https")
    if secure and (token := configuration.get_api_key_with_prefix("BearerToken")):
        headers["Authorization"] = token
    for key, header in (("as", "Impersonate-User"), ("as-uid", "Impersonate-Uid")):
        if isinstance(context.user.get(key), str):
            headers[header] = context.user[key]
    for group in context.user.get("as-groups") or []:
        headers.add("Impersonate-Group", str(group))
    return configuration.host, pool, headers


def _tls_context(configuration: Any) -> ssl.SSLContext:
    """As urllib3 makes it, but without VERIFY_X509_STRICT, on by default since Python 3.13: many a cluster's own
    authority lacks the extensions that it asks for, and kubectl does not mind."""
    required = ssl.CERT_REQUIRED if configuration.verify_ssl else ssl.CERT_NONE
    tls = urllib3.util.create_urllib3_context(cert_reqs=required)
    tls.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if not configuration.ssl_ca_cert:
        tls.load_default_certs()
    # Loaded here too, so that a broken file is told before the first request.
    else:
        tls.load_verify_locations(configuration.ssl_ca_cert)
    if configuration.cert_file:
        tls.load_cert_chain(configuration.cert_file, configuration.key_file)
    return tls


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
