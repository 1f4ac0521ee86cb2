"""The built book as files: complete, self-contained, and without what students must not see."""

import gzip
import re
import shutil
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
import yaml
from docutils.nodes import make_id

from embref import worked
from tests.book.conftest import ROOT, build

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("book")]

STUBS = sorted(ROOT.glob("exercises/*/*.ipynb"))
CHAPTERS = ("networks", "skip_gram")


class Page(HTMLParser):
    """Links, targets, headings and pictures of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links, self.ids, self.assets = [], set(), []
        self.headings, self.pictures = [], []
        self.in_article = False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        """Note what the tag brings."""
        given = dict(attributes)
        if "id" in given:
            self.ids.add(given["id"])
        if tag == "article":
            self.in_article = True
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag in ("script", "img", "iframe", "source") and given.get("src"):
            self.assets.append(given["src"])
        if tag == "link" and given.get("href"):
            self.assets.append(given["href"])
        if self.in_article and re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "img":
            self.pictures.append(given.get("alt"))
        if tag == "svg" and given.get("role") == "img":
            self.pictures.append(given.get("aria-label"))

    def handle_endtag(self, tag):
        """Leave the article."""
        if tag == "article":
            self.in_article = False


@pytest.fixture(scope="module")
def pages(site):
    """Return all pages of the book, parsed."""
    return {path.relative_to(site).as_posix(): Page(path) for path in site.rglob("*.html")}


def test_second_build_runs_no_notebook(site):
    result = build(ROOT)
    assert result.returncode == 0
    assert "Executing notebook" not in result.stdout + result.stderr


@pytest.mark.parametrize(("cell", "clean"), [("1 + 1", True), ("1 / 0", False)])
def test_failing_cell_fails_the_build(tmp_path, cell, clean):
    config = yaml.safe_load((ROOT / "_config.yml").read_text())
    keep = {name: config[name] for name in ("title", "execute", "parse")}
    (tmp_path / "_config.yml").write_text(yaml.safe_dump(keep))
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: page\n")
    header = (ROOT / "book" / "networks.md").read_text().split("---\n")[1]
    page = f"---\n{header}---\n\n# Page\n\n```{{code-cell}} python\n{cell}\n```\n"
    (tmp_path / "page.md").write_text(page)
    assert (build(tmp_path).returncode == 0) == clean


def test_change_of_embref_runs_the_chapters_again(tmp_path):
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("fresh_cache", ROOT / "book" / "_ext" / "fresh_cache.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    shutil.copytree(ROOT / "embref", tmp_path / "embref")
    before = module.fingerprint(tmp_path)
    assert module.fingerprint(tmp_path) == before
    with (tmp_path / "embref" / "losses.py").open("a") as file:
        file.write("# changed\n")
    assert module.fingerprint(tmp_path) != before


def test_every_page_of_the_contents_is_built(site):
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())
    names = [toc["root"]] + [page["file"] for part in toc["parts"] for page in part["chapters"]]
    assert all((site / f"{name}.html").is_file() for name in names)
    listed = {Path(name) for name in names if name.startswith("exercises/")}
    assert listed == {stub.relative_to(ROOT).with_suffix("") for stub in STUBS}


def test_internal_links_resolve(site, pages):
    broken = []
    for name, page in pages.items():
        for link in page.links + page.assets:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (site / name).parent / unquote(parts.path) if parts.path else site / name
            if not target.exists():
                broken.append((name, link))
            elif parts.fragment and target.suffix == ".html":
                other = pages[target.resolve().relative_to(site).as_posix()]
                if unquote(parts.fragment) not in other.ids:
                    broken.append((name, link))
    assert not broken


def test_nothing_is_loaded_from_elsewhere(site, pages):
    assert not [a for page in pages.values() for a in page.assets if urlsplit(a).netloc]
    remote = re.compile(r"(?:@import|url\()\s*['\"]?(?:https?:)?//")
    sheets = [path for path in site.rglob("*.css") if remote.search(path.read_text())]
    assert not sheets


def test_headings_go_down_one_level_at_a_time(pages):
    for name, page in pages.items():
        if not page.headings:
            continue
        assert page.headings.count(1) == 1, name
        assert page.headings[0] == 1, name
        assert all(after - before <= 1 for before, after in pairwise(page.headings)), name


def test_pictures_have_alternative_text(pages):
    for name, page in pages.items():
        assert all(text and len(text) > 3 for text in page.pictures), name
    assert sum(len(page.pictures) for page in pages.values()) > 2 * len(pages)


def test_solutions_and_hidden_tests_are_not_published(site):
    secrets = {"BEGIN SOLUTION", "BEGIN HIDDEN TESTS", "FREEZE"}
    block = re.compile(r"### BEGIN HIDDEN TESTS\n(.*?)### END HIDDEN TESTS", re.DOTALL)
    telling = ("assert", "from embref", "import embref")
    for stub in STUBS:
        source = ROOT / "solutions" / stub.parent.name / f"{stub.stem}.py"
        for hidden in block.findall(source.read_text(encoding="utf-8")):
            lines = map(str.strip, hidden.splitlines())
            secrets |= {line for line in lines if line.startswith(telling)}
    assert len(secrets) > 3 * len(STUBS)
    exercises = [*site.glob("exercises/**/*.html"), *site.glob("_sources/exercises/**/*.ipynb")]
    exercises += site.glob("_downloads/**/*.ipynb")
    assert len(exercises) == 3 * len(STUBS)
    published = {path: path.read_text(encoding="utf-8") for path in exercises}
    for path, text in published.items():
        found = [s for s in secrets if s in text and s not in stub_text(path)]
        assert not found, path
    assert not list(site.rglob("answers*")) + list(site.rglob("solutions"))


def stub_text(path: Path) -> str:
    """Code of the committed stub of this name: what every student has anyway."""
    stub = next(stub for stub in STUBS if stub.stem == path.stem)
    notebook = nbformat.read(stub, as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells)
    assert not re.search("BEGIN SOLUTION|BEGIN HIDDEN|FREEZE", text), stub
    return text


def test_downloads_are_the_committed_stubs(site, pages):
    for stub in STUBS:
        for folder in (site / "_downloads", site / "_sources"):
            copies = list(folder.rglob(stub.name))
            assert [copy.read_bytes() for copy in copies] == [stub.read_bytes()], stub
        nbformat.validate(nbformat.read(stub, as_version=4))
    offered = [
        link for name in ("exercises", *CHAPTERS) for link in pages[f"book/{name}.html"].links
    ]
    for stub in STUBS:
        assert sum(unquote(link).endswith("/" + stub.name) for link in offered) >= 2, stub


@pytest.mark.parametrize("source", worked.sources())
def test_errata_pages_list_every_entry(source, site, pages):
    name = "book/errata.html" if source == "mannheim" else f"book/errata_{source}.html"
    text = (site / name).read_text(encoding="utf-8")
    rows = worked.table(source)
    assert [row["id"] for row in rows if make_id(row["id"]) not in pages[name].ids] == []
    for verdict in worked.VERDICTS:
        count = sum(row["verdict"] == verdict for row in rows)
        shown = text.count(f'class="entry {verdict.replace(" ", "-")} docutils container"')
        assert shown == count, verdict


def test_errata_page_prints_what_the_registry_says(site):
    text = (site / "book" / "errata.html").read_text(encoding="utf-8")
    start = text.index(f'id="{make_id("mannheim.4b.loss")}"')
    entry = text[start : text.index("</dl>", start)]
    assert "erratum" in entry
    assert "1.60" in entry
    assert "1.78706" in entry


def test_chapters_open_with_pairs_score_loss(site):
    for chapter in CHAPTERS:
        text = (site / "book" / f"{chapter}.html").read_text(encoding="utf-8")
        box = re.search(r'<table class="[^"]*method.*?</table>', text, re.DOTALL)
        assert box, chapter
        rows = re.findall(r"<td><p>(Pairs|Score|Loss)</p></td>", box[0])
        assert rows == ["Pairs", "Score", "Loss"]
        assert text.index("<article") < box.start() < text.index("<h2>", text.index("<article"))


def test_site_is_light(site):
    assert not list(site.rglob("*fontawesome*"))
    assert not list(site.rglob("*.map"))
    styles = site / "_static" / "styles" / "pydata-sphinx-theme.css"
    assert len(gzip.compress(styles.read_bytes())) < 60_000
    assert sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) < 8_000_000
