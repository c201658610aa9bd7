from tests.checks.rows import Found, Row, pod, web

IMAGE = "0 spec.containers[0].image"
SHA = "sha256:" + "0123456789abcdef" * 4
SPACES = "spaces are not allowed"
LOWER = "a repository's name is in lowercase"
DIGEST = "after '@' comes a digest: sha256: and 64 hexadecimal digits in lowercase"
CHARACTERS = "a repository's name has lowercase letters and digits, with '/', '.', '_' or '-' only between them"


def wrong(image: str, problem: str, fix: str | None = None) -> Row:
    return Row([pod(web(image=image))], [Found("error", f"web cannot run image {image!r}: {problem}.", IMAGE, fix)])


ROWS = {
    "all parts": Row([pod(web(image=f"registry.example.com:5000/team/shop__web-1.x:V1.2_rc-3@{SHA}"))]),
    "no tag": Row([pod(web(image="nginx"))]),
    "a registry by its address": Row([pod(web(image="[::1]:5000/shop:1"), web(name="b", image="10.0.0.1/shop"))]),
    "a registry may have capitals": Row([pod(web(image="Registry.example.com/shop"))]),
    "no image is another rule's": Row([pod({"name": "web", "image": ""}, {"name": "b", "image": 5})]),
    "a space": wrong("nginx: 1.29", SPACES),
    "a tag with a space": wrong("nginx:tag with space", SPACES),
    "a space at the end": wrong("nginx:1.29 ", SPACES, "Write nginx:1.29"),
    "a URL": wrong("https://quay.io/team/shop:1", "leave out https://", "Write quay.io/team/shop:1"),
    "no tag after the colon": wrong("nginx:", "there is no tag after ':'"),
    "no digest after the at": wrong(
        "nginx@", "after '@' comes a digest: sha256: and 64 hexadecimal digits in lowercase"
    ),
    "a short digest": wrong("nginx@sha256:abc", DIGEST),
    "two tags": wrong(
        "nginx:1:2", "a tag has at most 128 letters, digits, '_', '.' and '-', and does not start with '.' or '-'"
    ),
    "capitals": wrong("Nginx:1.29", LOWER, "Write nginx:1.29"),
    "capitals behind the registry": wrong("docker.io/MyTeam/shop:RC1", LOWER, "Write docker.io/myteam/shop:RC1"),
    "capitals behind a port": wrong(f"reg:5000/Shop:A@{SHA}", LOWER, f"Write reg:5000/shop:A@{SHA}"),
    "a slash at the end": wrong("quay.io/team/", CHARACTERS),
    "an underscore at the end": wrong("shop_:1", CHARACTERS),
    "an ID": wrong("0" * 64, "64 hexadecimal digits are the ID of an image, which is not pulled by its ID"),
    "a path that is too long": Row(
        [pod(web(image="quay.io/" + "a" * 256))],
        [
            Found(
                "error",
                f"web cannot run image {'quay.io/' + 'a' * 92!r} …: a repository's name has at most 255 characters.",
                IMAGE,
            )
        ],
    ),
    "an init container and a volume": Row(
        [
            pod(
                web(),
                initContainers=[{"image": "A"}],
                volumes=[{"name": "files", "image": {"reference": "quay.io/Files:1"}}, {"name": "b", "image": {}}],
            )
        ],
        [
            Found("error", f"container 1 cannot run image 'A': {LOWER}.", "0 spec.initContainers[0].image", "Write a"),
            Found(
                "error",
                f"files cannot be made of image 'quay.io/Files:1': {LOWER}.",
                "0 spec.volumes[0].image.reference",
                "Write quay.io/files:1",
            ),
        ],
    ),
}
