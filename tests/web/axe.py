"""axe: what in a page keeps people out of it who see, hear or move differently."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
FORBIDDEN = ("serious", "critical")
SHOWN_MAX = 5  # Places that a failure names of each rule.


async def axe(page: Page) -> None:
    """Check that axe finds nothing serious or critical in *page*; the failure's text has the milder things too.

    It is put in by the browser's own tools, not by the page: the page's policy stays as it is, and stays watched.
    """
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    violations: list[dict[str, Any]] = found["violations"]
    text = f"{page.url}\n" + "\n".join(said(violation) for violation in violations)
    assert not [one for one in violations if one["impact"] in FORBIDDEN], text


def said(violation: dict[str, Any]) -> str:
    """Return a rule that is broken, and where, in a few lines."""
    nodes = violation["nodes"][:SHOWN_MAX]
    places = "".join(f"\n    {node['target']}: {node['html'][:160]}\n      {node['failureSummary']}" for node in nodes)
    return f"  {violation['impact']} {violation['id']} ({len(violation['nodes'])}): {violation['help']}{places}"
