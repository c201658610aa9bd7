from tests.checks.rows import Found, Row, pod, port, service, thing, web

LABEL = "only lowercase letters, digits and '-' are allowed, with a letter or digit at both ends."
SUBDOMAIN = "only lowercase letters, digits, '-' and '.' are allowed, with a letter or digit at both ends."
CONTAINER = "0 spec.containers[0].name"
ROWS = {
    "allowed": Row([pod(web(ports=[port(80, "http")]), volumes=[{"name": "a"}]), thing("ConfigMap", "a.b")]),
    "a container": Row(
        [pod(web(name="Web App"))],
        [
            Found(
                "error",
                f"'Web App' cannot be a container's name: {LABEL}",
                "0 spec.containers[0].name",
                "Call it web-app",
            )
        ],
    ),
    "a container without a name": Row(
        [pod({"image": "a"})],
        [Found("error", "This container has no name.", "0 spec.containers[0].name", "Call it container")],
    ),
    "a name that is taken": Row(
        [pod(web(), web(name="WEB"))],
        [Found("error", f"'WEB' cannot be a container's name: {LABEL}", "0 spec.containers[1].name", "Call it web-2")],
    ),
    "a volume, and its mounts follow": Row(
        [pod(web(volumeMounts=[{"name": "a_b", "mountPath": "/a"}]), volumes=[{"name": "a_b", "emptyDir": {}}])],
        [Found("error", f"'a_b' cannot be a volume's name: {LABEL}", "0 spec.volumes[0].name", "Call it a-b")],
    ),
    "a volume without a name": Row(
        [pod(web(), volumes=[{"emptyDir": {}}])],
        [Found("error", "This volume has no name.", "0 spec.volumes[0].name", "Call it data")],
    ),
    "a port": Row(
        [pod(web(ports=[port(80, "HTTP_management_x")]))],
        [
            Found(
                "error",
                "'HTTP_management_x' cannot be a port's name: a port's name has at most 15 characters; this has 17.",
                "0 spec.containers[0].ports[0].name",
                "Call it http-management",
            )
        ],
    ),
    "a port of digits": Row(
        [pod(web(ports=[port(80, "80")]))],
        [
            Found(
                "error",
                "'80' cannot be a port's name: a port's name has at least one letter.",
                "0 spec.containers[0].ports[0].name",
            )
        ],
    ),
    "an object": Row(
        [thing("ConfigMap", "My Config")],
        [
            Found(
                "error",
                f"'My Config' cannot be the name of a ConfigMap: {SUBDOMAIN}",
                "0 metadata.name",
                "Call it my-config",
            )
        ],
    ),
    "an object without a name": Row(
        [{"apiVersion": "v1", "kind": "Secret"}],
        [Found("error", "This Secret has no name.", "0 metadata.name", "Call it secret")],
    ),
    "a Service that starts with a digit": Row(
        [pod(web()), {**service(), "metadata": {"name": "1st"}}],
        [
            Found(
                "error",
                "'1st' cannot be the name of a Service: a Service's name starts with a letter.",
                "1 metadata.name",
            )
        ],
    ),
    "generateName is a name": Row([{"apiVersion": "v1", "kind": "Secret", "metadata": {"generateName": "a-"}}]),
    "a List has no name": Row([{"apiVersion": "v1", "kind": "List", "items": []}]),
}
