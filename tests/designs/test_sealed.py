"""Secrets at rest: what the database holds after all that one does with a design, keys that change, and lost ones."""

from __future__ import annotations

import base64
import json
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.core.exceptions import FieldError
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.views.debug import ExceptionReporter
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from designer import sealing, vault
from designer.clusters.models import ApplyRun, Cluster
from designer.clusters.results import Conflict, FieldProblem, ObjectResult
from designer.designs import change
from designer.designs.models import Companion, Design, Draft, Revision
from designer.manifests import secrets
from designer.manifests import text as manifest_text
from designer.manifests.types import Documents, ManifestError
from designer.sealed import Stored, may_hold, token_in
from designer.teams import environment
from patterns import catalogue
from patterns.store import record
from patterns.weave import weave
from tests.people import owner

pytestmark = pytest.mark.django_db

VALUE = "hunter2-und-Käse"
OTHER = "correct-horse-battery"
TEXT = f"""\
# the shop
apiVersion: v1
kind: Pod
metadata: {{name: web}}
spec:
  containers:
    - {{name: nginx, image: nginx}}
---
apiVersion: v1
kind: Secret
metadata: {{name: db}}
stringData:
  password: {VALUE}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: web}}
data: {{mode: "on"}}
"""


@pytest.fixture
def design() -> Design:
    made = Design.objects.create(owner=owner(), name="shop")
    made.change(lambda _: manifest_text.parse(TEXT), by=owner(), text=TEXT)
    return made


def cells() -> Iterator[tuple[str, str]]:
    """Every value of every column of every table of the database, by the table's name, as text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                yield from ((table, bytes(v).decode() if isinstance(v, bytes | memoryview) else str(v)) for v in row)


def found(*values: str) -> set[str]:
    """The tables that hold one of these values: as it is, in base64 as `data` has it, or as JSON writes it."""
    forms = {form for value in values for form in (value, base64.b64encode(value.encode()).decode())}
    forms |= {json.dumps(form)[1:-1] for form in forms}
    return {table for table, cell in cells() if any(form in cell for form in forms)}


def put(password: str) -> Any:
    def edit(documents: Documents) -> Documents:
        return [{**one, "stringData": {"password": password}} if one["kind"] == "Secret" else one for one in documents]

    return edit


def in_column(model: type[models.Model], column: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{column}" FROM {model._meta.db_table} ORDER BY id')
        return [str(row[0]) for row in cursor.fetchall()]


def test_the_search_itself_finds_what_is_not_sealed(design: Design) -> None:
    assert found("nginx") >= {"designs_container"}
    Companion.objects.filter(kind="ConfigMap").update(rest=Stored({"data": {"mode": VALUE}}))
    assert found(VALUE) == {"designs_companion"}


def test_no_table_tells_a_value_after_edits_undo_redo_and_a_merge(design: Design) -> None:
    design.change(put(OTHER), by=owner(), window="w")
    assert "set" not in design.revision.summary
    typed = design.text.replace(OTHER, OTHER + "x")
    design.change(lambda _: manifest_text.parse(typed), by=owner(), text=typed, typing=True, window="w")
    change.undo(design, by=owner())
    change.redo(design, by=owner())
    design.change(put(VALUE), by=owner(), base=1, over="mine")
    Draft.objects.create(design=design, by=owner(), text=TEXT + "\n: [", base=1)
    listed = [{"apiVersion": "v1", "kind": "List", "items": manifest_text.parse(TEXT)[1:]}]
    design.change(lambda documents: [documents[0], *listed], by=owner())
    assert found(VALUE, OTHER) == set()
    # And it is all there for who has the key.
    design.refresh_from_db()
    assert VALUE in design.text
    assert design.documents[1] == listed[0]
    assert VALUE in Draft.objects.get().text
    assert OTHER in str(design.text_at(2))


KINDS = st.one_of(
    st.sampled_from(
        ["Secret", "SecretX", "Secret2", "Secert", "Secrt", "Scret", "Serect", "SECRETS", "sets", "SecretList"]
    ),
    st.text("Ssecrt\u017f", min_size=1, max_size=9),
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A document with a kind and data, each written in one of YAML's ways."""
    kind = draw(KINDS)
    binary = base64.b64encode(kind.encode()).decode()
    gap = draw(st.sampled_from(["", " ", "\n  ", " # of it\n  ", "  \t"]))
    escaped = "".join(f"\\u{ord(sign):04x}" for sign in kind)
    ways = [
        kind,
        f"'{kind}'",
        f'"{escaped}"',
        f"!!str {kind}",
        f"&k {kind}",
        f"&k !!str '{kind}'",
        f"!!binary {binary}",
    ]
    keys = ["kind:", '"kind":', "? kind\n:", "kind :", '"k\\x69nd":', "!!str kind:", "!!binary a2luZA==:"]
    line = f"{draw(st.sampled_from(keys))} {gap}{draw(st.sampled_from(ways))}\n"
    line = draw(
        st.sampled_from(
            [line, f"name: &n {kind}\nkind: {gap}*n\n", f"name: &n kind\n*n : {kind}\n", f'"kind":{gap}"{kind}"\n']
        )
    )
    held = draw(
        st.sampled_from(["data: {a: swordfish}\n", '"data": {"n": 4711}\n', "items:\n- data: {a: swordfish}\n"])
    )
    inside = draw(st.sampled_from(["{}", "{}", "kind: List\nitems:\n- {}"]))
    return inside.format(textwrap.indent(draw(st.sampled_from([line + held, held + line])), "  ").strip())


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts())
def test_what_is_hidden_is_sealed(text: str) -> None:
    try:
        documents = manifest_text.parse(text)
    except ManifestError:
        assume(False)
        raise
    if not secrets.slots(documents):
        return
    assert may_hold(text)
    rest: Any = Companion._meta.get_field("rest")
    for document in documents:
        kept = {key: value for key, value in document.items() if key != "kind"}
        assert isinstance(rest.stored(kept, document["kind"]), str)


def test_a_misspelt_kind_tells_no_value(design: Design) -> None:
    for kind in ("Secert", "Scret", "SecretX", "&k !!str Serect"):
        typed = f"kind: {kind}\nmetadata: {{name: db}}\ndata: {{a: {VALUE}, n: 5432993}}\n"
        design.change(lambda _, typed=typed: manifest_text.parse(typed), by=owner(), text=typed)  # type: ignore[misc]
    assert found(VALUE, "5432993") == set()


def test_an_edit_of_half_a_kind_tells_no_value_either(design: Design) -> None:
    for kind in ("Secre", "S", "secret", "Secrets", "SecretList", "", '""', "null"):
        typed = TEXT.replace("kind: Secret", f"kind: {kind}")
        design.change(lambda _, typed=typed: manifest_text.parse(typed), by=owner(), text=typed)  # type: ignore[misc]
    assert found(VALUE) == set()


@pytest.mark.parametrize(
    "text",
    [
        'kind: "S\\x65cret"',
        '{"kind": "\\u0053ecret"}',
        'kind: "Sec\\\n  ret"',
        "kind: &k !!str Secret",
        "kind: # a Secret\n  Secret",
        "{kind: Secret}",
        "stringData: {}",
        "kind: SecretList",
    ],
)
def test_every_way_to_write_the_kind_is_seen(text: str) -> None:
    assert may_hold(text)


@pytest.mark.parametrize("text", ["kind: Pod\nspec: {imagePullSecrets: [{name: s}]}", "kind: Service", "secretName: x"])
def test_ordinary_texts_are_not_sealed(text: str) -> None:
    assert not may_hold(text)


def test_a_woven_secret_and_its_record_are_sealed(design: Design) -> None:
    preset = catalogue.preset("postgres-adapter")
    secret = next(p.name for p in preset.parameters if p.secret)
    woven = weave(preset, {secret: OTHER}, design.documents, 0)
    design.change(lambda _: woven.documents, by=owner(), woven=[record(preset, woven)])
    # What a Secret held before a weaving stands in its record.
    held = [{"kind": "Secret", "data": {"password": base64.b64encode(OTHER.encode()).decode()}}]
    kept = [{**one, "before": [*one["before"], *held]} for one in design.revision.woven]
    design.change(lambda documents: documents, by=owner(), woven=kept)
    assert OTHER in str(design.documents)
    assert design.revision.woven == kept
    assert found(VALUE, OTHER) == set()


def test_what_came_of_applying_a_secret_is_sealed(design: Design) -> None:
    run = ApplyRun.objects.create(design=design, revision=1, context="dev", namespace="shop", dry_run=False)
    said = ObjectResult(
        1,
        "v1",
        "Secret",
        "db",
        "shop",
        "failed",
        f"the server says {VALUE}",
        warnings=(VALUE,),
        causes=(FieldProblem("stringData", ("stringData",), VALUE),),
        owners=(Conflict("helm", "data.password", live=VALUE),),
        notes=(VALUE,),
    )
    result = run.record(said)
    result.refresh_from_db()
    assert (result.message, result.warnings, result.notes) == (said.message, [VALUE], [VALUE])
    assert found(VALUE) == set()
    assert run.record(ObjectResult(0, "v1", "Pod", "web", "shop", "failed", "no room")).message == "no room"
    assert "no room" in in_column(type(result), "message")


def test_ordinary_rows_stay_readable(design: Design) -> None:
    plain = Design.objects.create(owner=owner(), name="plain")
    text = TEXT.split("---")[0]
    plain.change(lambda _: manifest_text.parse(text), by=owner(), text=text)
    assert in_column(Design, "text")[1] == text
    assert [bool(token_in(json.loads(rest))) for rest in in_column(Companion, "rest")] == [True, False]


def test_a_token_that_somebody_types_is_not_opened_for_them(design: Design) -> None:
    (stolen,) = in_column(Design, "text")
    own = Design.objects.create(owner=owner(), name="own", text=stolen)
    own.refresh_from_db()
    assert own.text == stolen
    row = Companion.objects.create(design=own, position=0, rest=stolen)
    row.refresh_from_db()
    assert row.rest == stolen


def test_ways_around_the_model_seal_too(design: Design) -> None:
    Revision.objects.filter(design=design).update(
        text=TEXT.replace(VALUE, OTHER), woven=[{"kind": "Secret", "v": OTHER}]
    )
    Companion.objects.filter(kind="Secret").update(rest={"data": {"x": OTHER}})
    rows = list(Companion.objects.filter(design=design))
    rows[0].rest = {"x": OTHER}
    Companion.objects.bulk_update(rows, ["rest", "name"])
    assert rows[0].rest == {"x": OTHER}
    Companion.objects.bulk_create([Companion(design=design, position=9, kind="Secret", rest={"x": OTHER})])
    Design.objects.bulk_update([Design(pk=design.pk, text=TEXT)], ["text"])
    assert found(VALUE, OTHER) == set()
    assert OTHER in Revision.objects.values_list("text", flat=True)[0]
    assert Companion.objects.get(position=9).rest == {"x": OTHER}
    for lookup in ({"text": TEXT}, {"text__contains": VALUE}, {"revisions__woven__0": 1}):
        with pytest.raises(FieldError):
            Design.objects.filter(**lookup)


def test_a_dump_of_the_data_is_sealed_and_can_be_loaded(design: Design) -> None:
    rows = [design, *Revision.objects.all(), *Companion.objects.all()]
    dumped = serializers.serialize("json", rows)
    assert not any(form in dumped for form in (VALUE, json.dumps(VALUE)[1:-1]))
    Design.objects.all().delete()
    for one in serializers.deserialize("json", dumped):
        one.save()
    assert found(VALUE) == set()
    assert Design.objects.get().text == TEXT
    assert [row.rest.get("stringData") for row in Companion.objects.order_by("pk")] == [{"password": VALUE}, None]


def test_keys_change_and_what_was_there_before_is_sealed(design: Design, settings: Any) -> None:
    Design.objects.update(text=Stored(TEXT))
    Companion.objects.filter(kind="Secret").update(rest=Stored({"stringData": {"password": VALUE}, "metadata": {}}))
    assert found(VALUE) == {"designs_design", "designs_companion"}
    assert Design.objects.get().text == TEXT  # as it stands
    old = settings.CREDENTIALS_KEYS
    new = settings.CREDENTIALS_KEYS = [vault.new_key(), *old]
    call_command("reseal", stdout=(said := StringIO()))
    assert "0 credentials are sealed with the first key, and 3 more rows" in said.getvalue()
    assert found(VALUE) == set()
    settings.CREDENTIALS_KEYS = new[:1]
    assert Design.objects.get().text == Revision.objects.get().text == TEXT
    assert Companion.objects.get(kind="Secret").rest["stringData"] == {"password": VALUE}
    assert [sealing.renew(model, field) for model, field in sealing.sealing_fields()] == [(0, [])] * len(
        list(sealing.sealing_fields())
    )


def test_the_way_back_lays_all_open(design: Design) -> None:
    field: Any = Design._meta.get_field("text")
    assert sealing.lay_open(Design, field) == (1, [])
    assert in_column(Design, "text") == [TEXT]


def test_a_lost_key_is_told_and_other_designs_open(
    design: Design, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    plain = Design.objects.create(owner=owner(), name="plain")
    text = TEXT.split("---")[0]
    plain.change(lambda _: manifest_text.parse(text), by=owner(), text=text)
    settings.CREDENTIALS_KEYS = [vault.new_key()]
    client = Client(SERVER_NAME="127.0.0.1")
    answer = client.get(f"/designs/{design.pk}/")
    assert answer.status_code == 503
    assert "behind the others in PPD_CREDENTIALS_KEYS" in answer.content.decode()
    assert "sealed with a key that is not here" in caplog.text
    assert client.get(f"/designs/{design.pk}/", headers={"HX-Request": "true"}).status_code == 503
    assert client.get("/").status_code == 200
    assert client.get(f"/designs/{plain.pk}/").status_code == 200
    with pytest.raises(CommandError, match=r"1 of Design.text \(the first is \d+\)"):
        call_command("reseal", stdout=StringIO())


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "credentials-key"
    (key,) = environment.credentials_keys({}, path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert environment.credentials_keys({}, path) == [key]
    assert environment.credentials_keys({"PPD_CREDENTIALS_KEYS": "a, b"}, path) == ["a", "b", key]
    path.unlink()
    assert environment.credentials_keys({"PPD_CREDENTIALS_KEYS": "a,b"}, path) == ["a", "b"]
    assert not path.exists()


def test_of_processes_that_start_at_once_all_read_the_same_key(tmp_path: Path) -> None:
    def make() -> str:
        time.sleep(0.1)
        return str(made.pop())

    made = list(range(8))
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: environment.kept(tmp_path / "key", make), range(8)))
    assert (keys, len(made)) == (["7"] * 8, 7)
    (tmp_path / "key").write_text("old\nnew\n")
    assert environment.credentials_keys({}, tmp_path / "key") == ["old", "new"]


def test_sql_tells_no_value_wherever_it_is_logged(design: Design) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        design.change(put(OTHER), by=owner())
    told = " ".join(query["sql"] for query in queries.captured_queries)
    assert "ppd-sealed:1:" in told
    assert OTHER not in told


def test_a_report_of_an_error_tells_no_text(design: Design) -> None:
    request = RequestFactory().post("/", {"text": TEXT})
    try:
        number, documents = 4711, manifest_text.parse(TEXT)
        raise LookupError(f"{len(documents) + number}")
    except LookupError as error:
        report = ExceptionReporter(request, type(error), error, error.__traceback__)
    for told in (report.get_traceback_html(), report.get_traceback_text()):
        assert VALUE not in told
    assert "4711" in report.get_traceback_html()
    assert "designer.designs.models.Design" in report.get_traceback_html()


def test_a_cluster_s_credential_is_resealed_with_the_rest(settings: Any) -> None:
    Cluster.objects.create(name="it", source="token", sealed=vault.seal(OTHER))
    settings.CREDENTIALS_KEYS = [vault.new_key(), *settings.CREDENTIALS_KEYS]
    call_command("reseal", stdout=StringIO())
    settings.CREDENTIALS_KEYS = settings.CREDENTIALS_KEYS[:1]
    assert vault.unseal(Cluster.objects.get().sealed) == OTHER
