"""Every rule against its table, and the laws that hold for all of them."""

from __future__ import annotations

import pkgutil
from copy import deepcopy
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given

from designer.checks import RULES, find, rules, run
from designer.checks.facts import facts_of
from designer.manifests import pointer
from designer.manifests.pod import resolve
from designer.manifests.types import Documents, ManifestError, show
from tests.checks.rows import Found, Row, log, pod, port, service, web
from tests.checks.shapes import documents_of_any_shape

MODULES = sorted(module.name for module in pkgutil.iter_modules(rules.__path__))


def table(name: str) -> dict[str, Row]:
    rows: dict[str, Row] = import_module(f"tests.checks.tables.{name}").ROWS
    return rows


def rows() -> list[Any]:
    """Every row of every table, with its rule. A rule without a table fails here."""
    return [pytest.param(name, row, id=f"{name}: {title}") for name in MODULES for title, row in table(name).items()]


@pytest.mark.parametrize("name", MODULES)
def test_a_rule_is_listed_says_itself_in_words_and_has_a_table_with_good_and_bad(name: str) -> None:
    module = import_module(f"designer.checks.rules.{name}")
    assert module in RULES
    assert "Source" in (module.__doc__ or "")
    assert any(row.found for row in table(name).values())
    assert any(not row.found for row in table(name).values())


def test_rule_ids_are_unique() -> None:
    assert len({rule.ID for rule in RULES}) == len(RULES) == len(MODULES)


@pytest.mark.parametrize(("name", "row"), rows())
def test_a_row_of_a_table(name: str, row: Row) -> None:
    module = import_module(f"designer.checks.rules.{name}")
    found = list(module.check(facts_of(row.documents, row.version)))
    assert [
        Found(
            finding.severity,
            finding.message,
            f"{finding.path[0]} {show(finding.path[1:])}",
            finding.fix and finding.fix.label,
        )
        for finding in found
    ] == row.found
    for finding in found:
        assert (finding.rule, finding.title) == (module.ID, module.TITLE)
        assert finding.addresses
        for address in finding.addresses:
            assert resolve(row.documents, address)


def by_severity(documents: Documents, version: str) -> list[int]:
    found = [finding.severity for finding in run(documents, version)]
    return [found.count(severity) for severity in ("error", "warning", "hint")]


@pytest.mark.parametrize(("name", "row"), rows())
def test_a_fix_mends_its_finding_and_makes_no_other(name: str, row: Row) -> None:
    before = deepcopy(row.documents)
    module = import_module(f"designer.checks.rules.{name}")
    for finding in module.check(facts_of(row.documents, row.version)):
        if finding.fix:
            after = finding.fix.transform(row.documents)
            # Of three variables of one name, the next takes the place of the one that is removed.
            assert find(after, finding.rule, finding.path, row.version) is None or name == "env_names"
            assert by_severity(after, row.version) < by_severity(before, row.version)
            assert row.documents == before


def test_errors_come_first_and_then_the_order_of_the_documents() -> None:
    documents = [
        service({"port": 80}),
        pod(web(ports=[port(80), port(80)]), {"name": "log"}, volumes=[{"name": "tmp", "emptyDir": {}}]),
        {"apiVersion": "v1", "kind": "ConfigMap"},
    ]
    assert [(finding.severity, finding.path[0], finding.rule) for finding in run(documents)] == [
        ("error", 1, "missing-image"),
        ("error", 2, "invalid-name"),
        ("warning", 1, "port-clash"),
        ("hint", 1, "unused-volume"),
    ]


def test_a_finding_is_found_again_until_it_is_mended() -> None:
    documents = [pod(web(ports=[port(80)]), log(ports=[port(80)]))]
    (finding,) = run(documents)
    again = find(documents, finding.rule, finding.path)
    assert again == finding
    assert again.fix
    mended = again.fix.transform(documents)
    assert run(mended) == []
    assert find(mended, finding.rule, finding.path) is None
    assert find(documents, "no-such-rule", finding.path) is None


@given(documents_of_any_shape())
def test_whatever_the_documents_hold_the_checks_answer_and_their_fixes_mend_or_tell(documents: Documents) -> None:
    before = deepcopy(documents)
    findings = run(documents)
    assert findings == run(documents)
    assert len({(finding.rule, finding.path) for finding in findings}) == len(findings)
    for finding in findings:
        assert finding.path[0] in range(len(documents))
        assert pointer.read(documents, pointer.write(finding.path)) == finding.path
        assert find(documents, finding.rule, finding.path) == finding
        if finding.fix:
            try:
                after = finding.fix.transform(documents)
            except ManifestError as error:
                assert error.message  # noqa: PT017 - either outcome is right, and both are looked at
            else:
                assert after != before
    assert documents == before


@pytest.mark.parametrize(
    ("document", "rules"),
    [
        (pod(web(image=5)), ["missing-image"]),
        (pod(web(livenessProbe={"grpc": {"port": "80"}})), ["probe-port"]),
        (pod(web(), initContainers=[{"image": "busybox"}]), ["invalid-name"]),
        ({**pod(), "spec": {"containers": "web"}}, ["no-containers"]),
        ({**pod(web()), "metadata": ["web"]}, ["invalid-name"]),
        # What a rule of its own says of a whole pod hides nothing in its containers.
        (pod(web(imagee="x"), restartPolicy=1), ["unknown-field", "wrong-type"]),
    ],
)
def test_where_another_rule_has_an_error_to_tell_the_schema_says_nothing(document: Any, rules: list[str]) -> None:
    assert [finding.rule for finding in run([document])] == rules


def test_a_warning_elsewhere_hides_no_error() -> None:
    documents = [pod(web(ports=[port(80)])), service({"port": 80, "targetPort": 70000})]
    assert [(finding.rule, finding.severity) for finding in run(documents)] == [
        ("out-of-range", "error"),
        ("service-target", "warning"),
    ]
    assert {finding.path for finding in run(documents)} == {(1, "spec", "ports", 0, "targetPort")}


def test_the_findings_are_those_of_a_version() -> None:
    documents = [pod(web(resizePolicy=[{"resourceName": "cpu", "restartPolicy": "NotRequired"}]))]
    path = (0, "spec", "containers", 0, "resizePolicy")
    assert run(documents) == run(documents, "1.27") == run(documents, "nonsense") == []
    (finding,) = run(documents, "1.26")
    assert find(documents, finding.rule, path, "1.26") == finding
    assert find(documents, finding.rule, path) is None


@pytest.mark.parametrize(("count", "seconds"), [(20, 0.004), (50, 0.008)])
def test_many_containers_are_checked_in_milliseconds(count: int, seconds: float) -> None:
    def container(number: int) -> Any:
        mounts = [{"name": f"v{i}", "mountPath": f"/m{i}"} for i in range(3)]
        variables = [{"name": f"E{i}", "value": "x"} for i in range(10)]
        return web(name=f"c{number}", ports=[port(8000 + number, f"p{number}")], env=variables, volumeMounts=mounts)

    volumes = [{"name": f"v{i}", "emptyDir": {}} for i in range(3)]
    documents = [pod(*map(container, range(50)), volumes=volumes), service({"port": 80, "targetPort": "p0"})]
    assert run(documents) == []
