from tests.checks.rows import Found, Row, pod, service, thing, web, workload

MESSAGE = "Service shop selects nothing in this design."
ROWS = {
    "a pod": Row([pod(web()), service()]),
    "no selector": Row([service(selector=None)]),
    "an external name": Row([service(type="ExternalName")]),
    "another API's Service": Row([thing("Service", "a", "serving.knative.dev/v1", spec={"selector": {"a": "b"}})]),
    "nothing": Row([service()], [Found("hint", MESSAGE, "0 spec.selector")]),
    "another namespace": Row(
        [pod(web()), {**service(), "metadata": {"name": "shop", "namespace": "a"}}],
        [Found("hint", MESSAGE, "1 spec.selector")],
    ),
    "one pod that is near": Row(
        [
            workload(labels={"app": "web", "version": "2"}, selector={"matchLabels": {"app": "web"}}),
            service(),
        ],
        [Found("hint", MESSAGE, "1 spec.selector", "Select Deployment shop")],
    ),
}
