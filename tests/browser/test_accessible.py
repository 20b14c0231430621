"""axe-core finds nothing on any template: light and dark, on a phone and on a desk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from browser import pages, tools
from browser.conftest import Scheme, Site, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What is folded up is looked at once more, unfolded; menus that many pages have, only once.
RUN = """async ([tags, known]) => {
    const rules = { 'target-size': { enabled: true } };
    const options = { runOnly: tags, resultTypes: ['violations'], rules };
    const found = (await axe.run(document, options)).violations;
    const all = (selector) => [...document.querySelectorAll(selector)]
        .filter((one) => !known.includes(one.textContent));
    const folded = all('details:not([open])').filter((one) => one.checkVisibility());
    const menus = all('[popover]').filter((one) => !one.checkVisibility());
    folded.forEach((one) => { one.open = true; });
    for (const one of [...folded, ...menus]) {
        if (menus.includes(one)) one.showPopover();
        found.push(...(await axe.run(one, options)).violations);
    }
    return [found, [...folded, ...menus].map((one) => one.textContent)];
}"""


@pytest.fixture(scope="module")
def axe() -> Path:
    return tools.node_file("axe-core", "axe.min.js")


def violations(page: Page, known: list[str]) -> list[str]:
    """Return what axe says about the open page, a line for each element.

    ``known`` are the texts of menus that were looked at; they become more.
    """
    rules: list[dict[str, Any]]
    rules, unfolded = page.evaluate(RUN, [TAGS, known])
    known += unfolded
    return [
        f"{rule['id']} at {' '.join(map(str, node['target']))}: {told(node)}"
        for rule in rules
        for node in rule["nodes"]
    ]


def told(node: dict[str, Any]) -> str:
    """Return why an element fails; for colours, the contrast that was found."""
    checks = [*node["any"], *node["all"], *node["none"]]
    said = "; ".join(dict.fromkeys(str(check["message"]) for check in checks))
    return f"{said} [{str(node['html'])[:120]}]"


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(site: Site, visit: Visit, axe: Path, scheme: Scheme, width: int) -> None:
    page = visit.visitor(site, scheme=scheme, width=width)
    page.context.add_init_script(path=axe)
    found, known = list[str](), list[str]()
    both = (scheme, width) in {("light", 360), ("dark", 1280)}
    for one in pages.telling(site.public) if both else pages.fullest(site.public):
        page.goto(site.url(one.path))
        found += [f"{one.path} ({one.template}): {line}" for line in violations(page, known)]
    assert not found, "\n".join(found)


def test_axe_is_not_blind(site: Site, visit: Visit, axe: Path) -> None:
    page = visit.visitor(site, scheme="dark")
    page.context.add_init_script(path=axe)
    page.goto(site.url("index.html"))
    fault = "<img src='data:,'><p style='color: #333; background: #222'>Hard to read</p>"
    page.evaluate("(fault) => { document.querySelector('main').innerHTML += fault; }", fault)
    found = " ".join(violations(page, []))
    assert "image-alt at" in found
    assert "contrast of 1.25" in found
