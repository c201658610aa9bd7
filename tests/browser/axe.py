"""axe-core, asked about a page: every rule it has, best practices too."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_AXE = Axe()


def faults(page: Page, within: str = "") -> list[str]:
    """What axe finds wrong with the page as it stands, or with what is `within` a selector: a line for each element,
    with the rule and the reason. The page keeps axe, so that looking again does not load it again."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.axe_script)
    found = page.evaluate(
        "within => axe.run(within || document, { resultTypes: ['violations'] }).then(found => found.violations)", within
    )
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {reason(node)}"
        for rule in found
        for node in rule["nodes"]
    ]


def reason(node: dict[str, list[dict[str, str]]]) -> str:
    told = [*node["any"], *node["all"], *node["none"]]
    return told[0]["message"] if told else ""
