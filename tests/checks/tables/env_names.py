from tests.checks.rows import Found, Row, log, pod, web

A, B = {"name": "A", "value": "1"}, {"name": "B"}
MESSAGE = "web sets A more than once: only the last one has an effect."
ROWS = {
    "once, and once in another container": Row([pod(web(env=[A, B]), log(env=[A]))]),
    "twice": Row(
        [pod(web(env=[A, B, A]))], [Found("warning", MESSAGE, "0 spec.containers[0].env[0].name", "Remove this A")]
    ),
    "three times": Row(
        [pod(web(env=[A, A, A]))],
        [
            Found("warning", MESSAGE, "0 spec.containers[0].env[0].name", "Remove this A"),
            Found("warning", MESSAGE, "0 spec.containers[0].env[1].name", "Remove this A"),
        ],
    ),
}
