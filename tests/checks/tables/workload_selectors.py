from tests.checks.rows import Found, Row, pod, web, workload

SHOP = {"app": "shop"}
NONE = "Deployment shop has no selector, so it cannot find its own pods."
OTHER = "Deployment shop does not select its own pods: their labels do not match its selector."
ROWS = {
    "a Pod and a Job need none": Row([pod(web()), {**workload("Job"), "apiVersion": "batch/v1"}]),
    "matching": Row([workload(labels={**SHOP, "tier": "web"}, selector={"matchLabels": SHOP})]),
    "matching by expression": Row(
        [workload(labels=SHOP, selector={"matchExpressions": [{"key": "app", "operator": "In", "values": ["shop"]}]})]
    ),
    "no selector": Row(
        [workload(labels=SHOP)], [Found("error", NONE, "0 spec.selector", "Select the pods of its template")]
    ),
    "no selector and no labels": Row(
        [workload(selector={})], [Found("error", NONE, "0 spec.selector", "Select the pods of its template")]
    ),
    "other labels": Row(
        [workload(labels={"app": "x", "tier": "web"}, selector={"matchLabels": {**SHOP, "tier": "web"}})],
        [Found("error", OTHER, "0 spec.selector", "Label the pods app: shop")],
    ),
    "no labels": Row(
        [workload(selector={"matchLabels": SHOP})],
        [Found("error", OTHER, "0 spec.selector", "Label the pods app: shop")],
    ),
    "an expression that does not match": Row(
        [workload(labels=SHOP, selector={"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]})],
        [Found("error", OTHER, "0 spec.selector")],
    ),
}
