from tests.checks.rows import Found, Row, thing

A = thing("ConfigMap", "a", data={"k": "1"})
MESSAGE = "This design has ConfigMap a twice: the second would overwrite the first."
ROWS = {
    "another kind, group or namespace": Row(
        [
            A,
            thing("Secret", "a"),
            thing("ConfigMap", "a", "example.com/v1"),
            {**A, "metadata": {"name": "a", "namespace": "b"}},
        ]
    ),
    "the same name": Row([A, thing("ConfigMap", "a")], [Found("error", MESSAGE, "1 metadata.name")]),
    "the same object": Row(
        [A, dict(A)], [Found("error", MESSAGE, "1 metadata.name", "Remove the second, which is the same")]
    ),
    "another version of the same group": Row(
        [thing("Job", "a", "batch/v1"), thing("Job", "a", "batch/v1beta1")],
        [Found("error", "This design has Job a twice: the second would overwrite the first.", "1 metadata.name")],
    ),
}
