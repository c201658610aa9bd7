"""Documents for property tests: Kubernetes-shaped, and shaped as nobody meant them."""

from __future__ import annotations

from hypothesis import strategies as st

scalars = st.none() | st.booleans() | st.integers(-(2**31), 2**31) | st.text("abcö:#-'\" \n\t", max_size=12)
keys = st.text("abcXYZ.-/_", min_size=1, max_size=10)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4), max_leaves=8
)
names = st.sampled_from(["web", "proxy", "logs", "app", "config", ""])
odd = st.one_of(anything)

mounts = st.fixed_dictionaries(
    {"name": names | odd, "mountPath": st.sampled_from(["/a", "/b", ""])},
    optional={"readOnly": st.booleans(), "subPath": names, "x": odd},
)
containers = st.fixed_dictionaries(
    {"name": names | odd},
    optional={
        "image": st.sampled_from(["nginx", "redis:7", ""]) | odd,
        "volumeMounts": st.lists(mounts, max_size=3) | st.lists(odd, max_size=2) | odd,
        "env": odd,
        "restartPolicy": st.just("Always"),
        "list": odd,
        "position": odd,
    },
)
volumes = st.fixed_dictionaries({"name": names | odd}, optional={"emptyDir": st.just({}), "configMap": odd})
specs = st.fixed_dictionaries(
    {"containers": st.lists(containers, max_size=3) | odd},
    optional={
        "initContainers": st.lists(containers | odd, max_size=2),
        "ephemeralContainers": st.lists(containers, max_size=1),
        "volumes": st.lists(volumes, max_size=3) | st.lists(volumes | odd, max_size=3),
        "nodeSelector": odd,
    },
)
metadata = st.fixed_dictionaries({}, optional={"name": names | odd, "labels": st.dictionaries(keys, names)}) | odd
pod = st.fixed_dictionaries(
    {"apiVersion": st.just("v1") | odd, "kind": st.just("Pod")}, optional={"metadata": metadata, "spec": specs | odd}
)
deployment = st.fixed_dictionaries(
    {"apiVersion": st.just("apps/v1"), "kind": st.just("Deployment")},
    optional={
        "metadata": metadata,
        "spec": st.fixed_dictionaries(
            {}, optional={"replicas": odd, "template": st.fixed_dictionaries({}, optional={"spec": specs | odd}) | odd}
        ),
    },
)
other = st.dictionaries(keys | st.sampled_from(["kind", "apiVersion", "metadata", "spec"]), anything, max_size=4)
documents = st.lists(pod | deployment | other, max_size=4)
