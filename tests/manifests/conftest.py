"""Tells at the end how many pairs of a text and an edit the laws of rewriting were held against, by all processes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.manifests import pairs


def pytest_sessionfinish(session: pytest.Session) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["rewritten"] = pairs.seen


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    pairs.seen += getattr(node, "workeroutput", {}).get("rewritten", 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if pairs.seen:
        terminalreporter.write_line(f"laws of rewriting: held on {pairs.seen:,} (text, edit) pairs")
