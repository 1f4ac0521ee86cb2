"""The built book in headless Chromium: formulas, figures, keyboard, colors, downloads."""

import gzip
import math
import re
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
from playwright.sync_api import expect

from tests.book.conftest import ROOT, SITE

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("book")]

PAGES = sorted(
    path.relative_to(ROOT).with_suffix(".html").as_posix()
    for path in (*ROOT.glob("book/*.md"), *ROOT.glob("exercises/*/*.ipynb"))
)
WITH_FORMULAS = [f"book/{name}.html" for name in ("networks", "skip_gram", "notation", "errata")]
WITH_FIGURES = ["book/networks.html", "book/skip_gram.html"]

# Text on the page that MathJax has left alone: neither code nor its own output.
PROSE = """() => {
  const walker = document.createTreeWalker(document.querySelector('article'), NodeFilter.SHOW_TEXT);
  const parts = [];
  while (walker.nextNode()) {
    if (!walker.currentNode.parentElement.closest('pre, code, script, mjx-container, svg'))
      parts.push(walker.currentNode.textContent);
  }
  return parts.join(' ');
}"""

# Contrast of each text with the background that lies behind it, as WCAG 2 computes it.
CONTRAST = """(root) => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([r, g, b]) => {
    const f = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b);
  };
  const behind = (node) => {
    for (let e = node; e; e = e.parentElement) {
      const color = rgba(getComputedStyle(e).backgroundColor);
      if (color[3] === 255) return color;
    }
    return [255, 255, 255, 255];
  };
  const found = [];
  for (const node of root.querySelectorAll('*')) {
    const words = [...node.childNodes].filter((n) => n.nodeType === 3 && n.textContent.trim());
    if (!words.length || node.closest('script, [hidden]')) continue;
    if (!node.getClientRects().length) continue;
    const style = getComputedStyle(node);
    const color = luminance(rgba(node.ownerSVGElement ? style.fill : style.color));
    const back = luminance(behind(node));
    const ratio = (Math.max(color, back) + 0.05) / (Math.min(color, back) + 0.05);
    found.push([words[0].textContent.trim(), ratio]);
  }
  return found;
}"""


@pytest.mark.parametrize("name", PAGES)
def test_page_is_complete_and_stays_at_home(visit, name):
    seen = visit(name)
    page = seen.page
    assert page.locator("mjx-merror, [data-mjx-error]").count() == 0
    assert not re.search(r"\\\(|\\\[|\$\$|\\[a-z]{2,}|\w_\{", page.evaluate(PROSE))
    if name in WITH_FORMULAS:
        assert page.locator("mjx-container").count() > 10
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        expect(page.locator("html")).to_have_attribute("data-theme", scheme)
    page.set_viewport_size({"width": 390, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert seen.trouble == []


@pytest.mark.parametrize("name", ["book/networks.html", "book/errata.html"])
def test_every_icon_is_drawn_and_every_control_named(visit, name):
    page = visit(name, width=800).page
    bare = page.evaluate(
        """() => [...document.querySelectorAll('.fas, .fa-solid')]
             .filter((icon) => getComputedStyle(icon).maskImage === 'none')
             .map((icon) => icon.outerHTML)"""
    )
    assert bare == []
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('button, a[href], input, select, summary')]
             .filter((e) => e.checkVisibility({ visibilityProperty: true }))
             .filter((e) => !(e.innerText || '').trim() && !e.ariaLabel && !e.title &&
                            !(e.labels && e.labels.length) && !e.querySelector('img[alt]') &&
                            !e.placeholder)
             .map((e) => e.outerHTML)"""
    )
    assert nameless == []


def test_theme_switch_changes_the_theme(visit):
    page = visit("book/networks.html", scheme="light").page
    seen = set()
    for _ in range(3):
        page.locator("button.theme-switch-button:visible").first.click()
        seen.add(page.locator("html").get_attribute("data-theme"))
    assert seen == {"light", "dark"}


def test_window_slides_by_keyboard(visit):
    page = visit("book/skip_gram.html").page
    figure = page.get_by_role("group", name="Sliding window")
    center = figure.get_by_role("slider", name="Center word")
    status = figure.locator("[aria-live]")
    assert "Center fox: 4 pairs. Read so far: 13 of 30" in status.inner_text()
    center.focus()
    page.keyboard.press("ArrowRight")
    assert center.get_attribute("aria-valuetext") == "jumped, word 5 of 9"
    assert "Center jumped: 4 pairs. Read so far: 17 of 30" in status.inner_text()
    page.keyboard.press("Home")
    assert figure.locator("tbody tr").all_inner_texts() == ["The\tquick", "The\tbrown"]
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    assert "Center The: 1 pairs" in status.inner_text()
    assert figure.locator(".token.context").all_inner_texts() == ["quick"]


def test_weight_descends_by_keyboard(visit):
    page = visit("book/networks.html").page
    figure = page.get_by_role("group", name="Loss along one weight")
    status = figure.locator("[aria-live]")
    assert "w = 1.00: loss 0.3697, slope 0.0360" in status.inner_text()
    assert figure.locator("svg.drawing:visible").count() == 1
    figure.get_by_label("Learning rate").select_option("10")
    button = figure.get_by_role("button", name="Take one gradient step")
    button.focus()
    losses = []
    for _ in range(20):
        page.keyboard.press("Enter")
        losses.append(float(re.search(r"loss ([\d.]+)", status.inner_text())[1]))
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.2935
    assert status.inner_text() in figure.locator("svg:visible").get_attribute("aria-label")


def test_pair_without_count_has_no_best_score(visit):
    page = visit("book/skip_gram.html").page
    figure = page.get_by_role("group", name="Objective of one pair")
    status = figure.locator("[aria-live]")
    for k in (1, 2, 5):
        figure.get_by_label("Negatives k").select_option(str(k))
        text = status.inner_text().replace("\N{MINUS SIGN}", "-")
        assert f"PMI - ln k: {optimum('Frodo', 'ring', k):.3f}." in text
    figure.get_by_role("combobox", name="Pair").select_option("(Frodo, rides)")
    assert "Never read" in status.inner_text()
    assert figure.locator("line.optimum").count() == 0


def optimum(center, context, k):
    """PMI of a pair of the running corpus minus ln k, counted with plain loops."""
    pairs = []
    for line in (ROOT / "book" / "corpus.txt").read_text().splitlines():
        words = line.split()
        pairs += [(words[i], words[j]) for i in range(len(words)) for j in range(len(words))
                  if 0 < abs(i - j) <= 3]  # fmt: skip
    n_center = sum(w == center for w, _ in pairs)
    n_context = sum(c == context for _, c in pairs)
    together = pairs.count((center, context))
    return math.log(together * len(pairs) / (n_center * n_context)) - math.log(k)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", WITH_FIGURES)
def test_text_of_figures_has_contrast(visit, name, scheme):
    page = visit(name, scheme=scheme).page
    for figure in page.locator(".interactive, article svg.drawing:visible").all():
        texts = figure.evaluate(CONTRAST)
        faint = [(text, round(ratio, 2)) for text, ratio in texts if ratio < 4.5]
        assert not faint
        assert texts


@pytest.mark.parametrize("name", WITH_FIGURES)
def test_static_figures_stand_in_without_scripts(visit, name):
    page = visit(name, java_script_enabled=False).page
    for figure in page.locator(".interactive").all():
        assert figure.locator("svg[role=img]").is_visible()


def test_filter_of_errata(visit):
    page = visit("book/errata.html").page
    shown = page.locator("section .entry:visible")
    everything = shown.count()
    for label in ("agrees (", "agrees after", "needs a", "not printed"):
        page.locator(".entry-filter label", has_text=label).locator("input").uncheck()
    assert 0 < shown.count() < everything
    assert page.locator("section .entry.erratum:visible").count() == shown.count()
    page.locator(".entry-filter").get_by_role("searchbox").fill("cross-entropy loss of the pair")
    assert shown.count() == 1
    assert "1.60" in shown.first.inner_text()
    assert page.locator(".entry-filter [aria-live]").inner_text().startswith("1 of ")
    assert page.locator("section.entries h2:visible").count() == 1


def test_from_a_chapter_to_the_stub(visit):
    page = visit("book/index.html").page
    page.locator("article").get_by_role("link", name="Skip-gram and PMI").click()
    page.wait_for_url("**/skip_gram.html*")
    with page.expect_download() as download:
        page.get_by_role("link", name="skip_gram_training.ipynb").click()
    same_as_stub(download.value, "04_skip_gram_training/skip_gram_training.ipynb")


@pytest.mark.parametrize("name", [page for page in PAGES if page.startswith("exercises/")])
def test_download_button_of_an_exercise(visit, name):
    page = visit(name).page
    page.get_by_role("button", name="Download this page").click()
    link = page.locator(".dropdown-download-buttons a", has_text=".ipynb")
    assert link.get_attribute("href").endswith(Path(name).with_suffix(".ipynb").name)
    with page.expect_download() as download:
        link.evaluate("link => { link.download = ''; link.target = ''; link.click(); }")
    same_as_stub(download.value, Path(name).relative_to("exercises").with_suffix(".ipynb"))


def same_as_stub(download, name):
    stub = ROOT / "exercises" / name
    content = Path(download.path()).read_bytes()
    assert download.suggested_filename == stub.name
    assert content == stub.read_bytes()
    nbformat.validate(nbformat.reads(content.decode(), as_version=4))


def test_search_finds_a_word(visit):
    seen = visit("search.html?q=softmax")
    seen.page.locator("#search-results li", has_text="Skip-gram and PMI").first.wait_for()
    assert seen.trouble == []


def test_book_opens_from_the_disk(visit, site):
    seen = visit("book/skip_gram.html", address=SITE.as_uri() + "/")
    assert seen.trouble == []
    assert seen.page.locator("mjx-container").count() > 10
    assert seen.page.get_by_role("slider", name="Center word").is_visible()


def test_weight_of_a_chapter(visit):
    """What a first visit loads, as sent by a server that compresses."""
    page = visit("book/networks.html").page
    names = page.evaluate("performance.getEntriesByType('resource').map((each) => each.name)")
    paths = {SITE.parent / urlsplit(name).path.lstrip("/") for name in (*names, page.url)}
    assert sum(len(gzip.compress(path.read_bytes())) for path in paths) < 500_000
