"""axe-core, asked about a page: every rule it has, best practices too."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_AXE = Axe()


def faults(page: Page, within: str = "", rules: tuple[str, ...] = ()) -> list[str]:
    """What axe finds wrong with the page as it stands, or with what is `within` a selector: a line for each element,
    with the rule and the reason. The page keeps axe, so that looking again does not load it again. It looks for what
    breaks `rules`, or any that it has."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.axe_script)
    options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found = page.evaluate(
        "([within, options]) => axe.run(within || document, options).then(found => found.violations)",
        [within, options],
    )
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {reason(node)}"
        for rule in found
        for node in rule["nodes"]
    ]


def faults_in_both_themes(page: Page) -> list[str]:
    """What axe finds in light, and in dark where only colours are others."""
    page.emulate_media(color_scheme="light")
    found = faults(page)
    page.emulate_media(color_scheme="dark")
    return [*found, *(f"dark: {fault}" for fault in faults(page, rules=("color-contrast",)))]


def reason(node: dict[str, list[dict[str, str]]]) -> str:
    told = [*node["any"], *node["all"], *node["none"]]
    return told[0]["message"] if told else ""
