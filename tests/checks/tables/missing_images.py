from tests.checks.rows import Found, Row, pod, web

ROWS = {
    "an image": Row([pod(web())]),
    "no image": Row(
        [pod({"name": "web"}, initContainers=[{"image": ""}])],
        [
            Found(
                "error", "container 1 has no image: write one, such as nginx:1.29.", "0 spec.initContainers[0].image"
            ),
            Found("error", "web has no image: write one, such as nginx:1.29.", "0 spec.containers[0].image"),
        ],
    ),
}
