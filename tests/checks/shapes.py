"""Documents as nobody should write them: nearly right, with values of any shape in any place."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from designer.manifests.types import Documents

WORDS = st.sampled_from(
    [
        *("apiVersion", "kind", "metadata", "name", "namespace", "labels", "app", "spec", "template", "selector"),
        *("matchLabels", "matchExpressions", "containers", "initContainers", "volumes", "volumeMounts", "ports"),
        *("port", "targetPort", "env", "valueFrom", "configMapKeyRef", "configMap", "items", "data", "lifecycle"),
        *("restartPolicy", "image", "projected", "sources", "type", "volumeClaimTemplates", "generateName"),
    ]
)
ATOMS = (
    st.none()
    | st.booleans()
    | st.integers(-1, 70000)
    | st.sampled_from([2**63, -(10**400)])
    | st.floats(allow_nan=False)
    | st.sampled_from(
        ["", "a", "b", "A b", "http", "80", "Always", "In", "TCP", "/a", "a/b", "x" * 70, "9" * 5000, "\ud800"]
    )
)
VALUES = st.recursive(ATOMS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4))
KINDS: st.SearchStrategy[tuple[Any, Any]] = st.sampled_from(
    [
        *(("v1", kind) for kind in ("Pod", "Service", "ConfigMap", "Secret", "List")),
        *(("apps/v1", kind) for kind in ("Deployment", "StatefulSet")),
        *(("batch/v1", kind) for kind in ("Job", "CronJob")),
        ("", ""),
        (1, []),
    ]
)
NAMES = st.sampled_from(["a", "b", "a-2"]) | ATOMS


def shaped(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A mapping with some of these fields, most of them of the right shape."""
    return st.fixed_dictionaries({}, optional={name: strategy | VALUES for name, strategy in fields.items()})


def many(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(strategy, max_size=3)


REFERENCE = shaped(name=NAMES, key=NAMES)
ITEMS = many(shaped(key=NAMES, path=NAMES))
CONTAINER = shaped(
    name=NAMES,
    image=NAMES,
    restartPolicy=st.just("Always"),
    ports=many(
        shaped(
            name=NAMES, containerPort=st.integers(79, 81) | st.just(2**62), hostPort=st.integers(0, 2), protocol=NAMES
        )
    ),
    env=many(shaped(name=NAMES, valueFrom=shaped(configMapKeyRef=REFERENCE, secretKeyRef=REFERENCE))),
    volumeMounts=many(shaped(name=NAMES, mountPath=NAMES, subPath=NAMES)),
    volumeDevices=many(shaped(name=NAMES)),
    livenessProbe=shaped(httpGet=shaped(port=st.integers(0, 2) | NAMES)),
    lifecycle=shaped(preStop=shaped(tcpSocket=shaped(port=NAMES))),
)
VOLUME = shaped(
    name=NAMES,
    configMap=shaped(name=NAMES, items=ITEMS),
    secret=shaped(secretName=NAMES, items=ITEMS),
    projected=shaped(sources=many(shaped(configMap=shaped(name=NAMES, items=ITEMS)))),
)
POD_SPEC = shaped(containers=many(CONTAINER), initContainers=many(CONTAINER), volumes=many(VOLUME))
LABELS = st.dictionaries(st.sampled_from(["app", "tier"]), NAMES, max_size=2)
METADATA = shaped(name=NAMES, namespace=NAMES, labels=LABELS)
SPEC = st.one_of(
    POD_SPEC,
    shaped(
        template=shaped(metadata=METADATA, spec=POD_SPEC),
        selector=shaped(matchLabels=LABELS, matchExpressions=many(shaped(key=NAMES, operator=NAMES, values=VALUES))),
    ),
    shaped(selector=LABELS, ports=many(shaped(port=st.integers(79, 81), targetPort=NAMES, protocol=NAMES))),
)


@st.composite
def _designs(draw: st.DrawFn) -> Documents:
    found: Documents = []
    for _ in range(draw(st.integers(0, 4))):
        version, kind = draw(KINDS)
        body = draw(shaped(metadata=METADATA, spec=SPEC, data=st.dictionaries(WORDS, ATOMS, max_size=2)))
        found.append({"apiVersion": version, "kind": kind, **body})
    return found


def documents_of_any_shape() -> st.SearchStrategy[Documents]:
    return _designs() | st.lists(st.dictionaries(WORDS, VALUES, max_size=4), max_size=3)
