from tests.checks.rows import Found, Row, log, pod, web

MESSAGE = "Two containers are called web: a name is used once in a pod."
ROWS = {
    "different": Row([pod(web(), log())]),
    "the same in two pods": Row([pod(web()), {**pod(web()), "metadata": {"name": "other"}}]),
    "the same": Row([pod(web(), web())], [Found("error", MESSAGE, "0 spec.containers[1].name", "Call this one web-2")]),
    "init and app": Row(
        [pod(web(), log(), initContainers=[web()])],
        [Found("error", MESSAGE, "0 spec.containers[0].name", "Call this one web-2")],
    ),
    "three": Row(
        [pod(web(), web(), web(name="web-2"), web())],
        [
            Found("error", MESSAGE, "0 spec.containers[1].name", "Call this one web-3"),
            Found("error", MESSAGE, "0 spec.containers[3].name", "Call this one web-3"),
        ],
    ),
}
