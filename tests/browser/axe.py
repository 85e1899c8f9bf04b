"""Whether a page is accessible, asked of axe once for each kind of element and language.

Asking again of what was in order takes most of the time of all browser tests. Two elements are of one kind when they
and all around them have the same tags, classes and attributes, and the same answers to what axe may ask: whether
there is a text, a label, the element that is referred to. Of a page's own rows the first two are asked.
"""

from __future__ import annotations

from collections import defaultdict

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

READY = f"window.loadAxe = () => {{\n{AXE_SCRIPT}\n}}"  # for every page, which compiles it when it is asked for
IN_ORDER: dict[tuple[str | None, bool], set[int]] = defaultdict(set)  # kinds, by language, with colours or without

FRESH = """(known) => {
  const inOrder = new Set(known), kinds = new Map(), times = new Map(), elements = [];
  const hash = (text) => [...text].reduce((sum, letter) => (Math.imul(sum, 31) + letter.codePointAt(0)) | 0, 7);
  const isThere = (ids) => ids.split(/\\s+/).every((id) => document.getElementById(id));
  const said = (each, name) => {
    const value = each.getAttribute(name).trim();
    if (["for", "aria-labelledby", "aria-describedby", "aria-controls"].includes(name)) return isThere(value);
    if (["class", "role", "type", "lang", "scope", "tabindex"].includes(name)) return value;
    return name.startsWith("aria-") && name !== "aria-label" ? value : Boolean(value);
  };
  const isText = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== "";
  for (const each of document.querySelectorAll("*")) {
    const attributes = each.getAttributeNames().sort().map((name) => [name, said(each, name)]);
    const facts = [each.localName, attributes, [...each.childNodes].some(isText), each.labels?.length];
    const kind = hash(`${kinds.get(each.parentElement)}${JSON.stringify(facts)}`);
    kinds.set(each, kind);
    times.set(kind, (times.get(kind) ?? 0) + 1);
    if (!inOrder.has(kind) && times.get(kind) <= 2) elements.push(each);
  }
  return { elements, kinds: [...new Set(elements.map((each) => kinds.get(each)))] };
}"""

FIND = """async ({ elements }, colours) => {
  loadAxe();
  const asked = new Set();
  for (let each of elements) for (; each && !asked.has(each); each = each.parentElement) asked.add(each);
  const isLeftOut = (each) => !asked.has(each) && asked.has(each.parentElement);
  const exclude = [...document.querySelectorAll("*")].filter(isLeftOut);
  const { violations } = await axe.run({ include: document, exclude }, {
    resultTypes: ["violations"], preload: false, rules: { "color-contrast": { enabled: colours } },
  });
  return violations.map((fault) => `${fault.id}: ${fault.help}: ${fault.nodes[0].target}`);
}"""


def violations(page: Page, *, colours: bool = False) -> list[str]:
    """What axe finds on the page: rule, what it is, where. What it finds in order stays in the browser: it is much.

    Whether colours have enough contrast takes most of the time: it is asked of each page in one language.
    """
    in_order = IN_ORDER[page.get_attribute("html", "lang"), colours]
    fresh = page.evaluate_handle(FRESH, list(in_order))
    kinds = fresh.evaluate("({ kinds }) => kinds")
    if not kinds:
        return []
    found = list(fresh.evaluate(FIND, colours))
    if not found:
        in_order.update(kinds)
    return found
