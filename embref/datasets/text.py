"""Texts as lists of tokenized documents, and the public similarity and analogy sets."""

import bz2
import gzip
import re
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from embref.datasets.store import locate
from embref.text import tokenize

TEXTS = ("gcide", "wordnet", "brown", "wikipedia", "foldoc")
SIMILARITY_SETS = ("wordsim353", "simlex999")


class SimilarityPair(NamedTuple):
    """Two words and how alike people find them."""

    first: str
    second: str
    score: float


class Analogy(NamedTuple):
    """Four words: a is to b as c is to d."""

    a: str
    b: str
    c: str
    d: str


def load_text(name: str) -> list[list[str]]:
    """Read a text as tokenized documents.

    Parameters
    ----------
    name : {"gcide", "wordnet", "brown", "wikipedia", "foldoc", "mix"}
        ``"mix"`` is the documents of all five in an order shuffled once, 8 million words.

    Returns
    -------
    list of list of str
        Lower-case tokens of :func:`embref.text.tokenize`, one list per document: a dictionary
        entry, a synset, a sample of prose, an article. Equal tokens are one object.

    Raises
    ------
    DatasetMissingError
        If the text has not been fetched; the message says how to get it.
    ValueError
        If there is no such text.

    Notes
    -----
    Documents stand in the order of their source, which for the dictionaries is the alphabet:
    shuffle them before training on-line.
    """
    if name != "mix":
        return list(iter_text(name))
    documents = [document for text in TEXTS for document in iter_text(text)]
    return [documents[i] for i in np.random.default_rng(0).permutation(len(documents))]


def iter_text(name: str) -> Iterator[list[str]]:
    """Read a text document by document.

    Parameters
    ----------
    name : {"gcide", "wordnet", "brown", "wikipedia", "foldoc"}

    Yields
    ------
    list of str

    Raises
    ------
    DatasetMissingError
        If the text has not been fetched.
    ValueError
        If there is no such text.
    """
    if name not in _READERS:
        raise ValueError(f"there is no text {name!r}; choose one of {', '.join(TEXTS)} or mix.")
    for document in _READERS[name](locate(name)):
        tokens = [sys.intern(token) for token in tokenize(document)]
        if tokens:
            yield tokens


def load_similarity(name: str) -> list[SimilarityPair]:
    """Read word pairs with human judgments.

    Parameters
    ----------
    name : {"wordsim353", "simlex999"}

    Returns
    -------
    list of SimilarityPair
        Words in lower case, scores from 0 to 10.

    Raises
    ------
    DatasetMissingError
        If the set has not been fetched.
    ValueError
        If there is no such set.
    """
    if name not in SIMILARITY_SETS:
        raise ValueError(f"there is no set {name!r}; choose {' or '.join(SIMILARITY_SETS)}.")
    lines = _only_file(locate(name)).read_text(encoding="utf-8").splitlines()
    rows = [line.lower().split() for line in lines if line.strip() and not line.startswith("#")]
    return [SimilarityPair(first, second, float(score)) for first, second, score in rows]


def load_analogies() -> dict[str, list[Analogy]]:
    """Read the analogy questions of word2vec.

    Returns
    -------
    dict of str to list of Analogy
        Questions by section, words in lower case. Sections whose name begins with ``gram`` ask
        for forms of words, the others for facts.

    Raises
    ------
    DatasetMissingError
        If the set has not been fetched.
    """
    sections: dict[str, list[Analogy]] = {}
    for line in _only_file(locate("analogies")).read_text(encoding="utf-8").splitlines():
        if line.startswith(":"):
            section = sections.setdefault(line[1:].strip(), [])
        elif line.strip():
            section.append(Analogy(*line.lower().split()))
    return sections


def _only_file(folder: Path) -> Path:
    (path,) = (path for path in folder.iterdir() if path.is_file())
    return path


def _read_gcide(folder: Path) -> Iterator[str]:
    for entry in _dictionary_entries(folder / "gcide.dict.dz", "latin-1"):
        # Pronunciations: \Ca*fe"\ and (k[.a]*f[=a]). Letters: am[oe]ba, caf['e]. Sources: [Obs.]
        entry = re.sub(r"\\[^\\]*\\|\([^()\s]*\[[^()\s]*\)", " ", entry)
        entry = re.sub(r"\[(ae|oe|AE|OE|[^\w\s](?=[a-zA-Z]\])(?P<letter>.))\]", _letter, entry)
        yield re.sub(r"\[[^\]]*\]", " ", entry)


def _letter(code: re.Match[str]) -> str:
    return code["letter"] or code[1]


def _read_foldoc(folder: Path) -> Iterator[str]:
    for entry in _dictionary_entries(folder / "foldoc.dict.dz", "utf-8"):
        yield re.sub(r"\(\d{4}-\d\d-\d\d\)|/[^/\n]*/", " ", entry)


def _dictionary_entries(path: Path, encoding: str) -> Iterator[str]:
    with gzip.open(path, "rt", encoding=encoding, errors="replace") as file:
        # A headword stands at the margin, what belongs to it is indented.
        yield from re.split(r"\n\n(?=\S)", file.read())


def _read_wordnet(folder: Path) -> Iterator[str]:
    for part in ("noun", "verb", "adj", "adv"):
        for line in (folder / f"data.{part}").read_text(encoding="utf-8").splitlines():
            if not line.startswith(" "):
                fields, gloss = line.split("|", maxsplit=1)
                yield f"{_synset_words(fields.split())} {gloss}"


def _synset_words(fields: list[str]) -> str:
    n_words = int(fields[3], base=16)
    words = (re.sub(r"\(.*\)", "", word) for word in fields[4 : 4 + 2 * n_words : 2])
    return " ".join(words).replace("_", " ")


def _read_brown(folder: Path) -> Iterator[str]:
    for path in sorted(folder.iterdir()):
        pairs = path.read_text(encoding="ascii").split()
        yield " ".join(pair.rsplit("/", maxsplit=1)[0] for pair in pairs)


def _read_wikipedia(folder: Path) -> Iterator[str]:
    with bz2.open(_only_file(folder)) as file:
        for _, element in ElementTree.iterparse(file):
            if element.tag.endswith("}page"):
                if element.find("{*}ns").text == "0" and element.find("{*}redirect") is None:  # type: ignore[union-attr]
                    yield strip_wiki_markup(element.findtext("{*}revision/{*}text") or "")
                element.clear()


_WIKI_DROPPED = re.compile(
    r"<!--.*?-->|<ref[^>]*/>|<(ref|math|gallery|source|timeline)\b.*?</\1>|<[^>]+>"
    r"|\[\[(?:File|Image|Category|[a-z-]{2,12}):[^\[\]]*(?:\[\[[^\]]*\]\][^\[\]]*)*\]\]"
    r"|https?://\S+|&\w+;|''+|={2,}",
    flags=re.DOTALL | re.IGNORECASE,
)
_WIKI_INNERMOST = re.compile(r"\{\{[^{}]*\}\}|\{\|[^{}]*\|\}")


def strip_wiki_markup(text: str) -> str:
    """Keep the running text of a Wikipedia article.

    Templates, tables, references, formulas, files and categories are dropped; of a link its label
    stays.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> strip_wiki_markup("'''Ada''' {{born|{{date}}}} wrote [[code|programs]].<ref>1843</ref>")
    'Ada  wrote programs.'
    """
    n_replaced = 1
    while n_replaced:
        text, n_replaced = _WIKI_INNERMOST.subn("", text)
    text = _WIKI_DROPPED.sub("", text)
    return re.sub(r"\[\[(?:[^|\]]*\|)?([^\]]*)\]\]", r"\1", text)


_READERS: dict[str, Callable[[Path], Iterator[str]]] = {
    "gcide": _read_gcide,
    "wordnet": _read_wordnet,
    "brown": _read_brown,
    "wikipedia": _read_wikipedia,
    "foldoc": _read_foldoc,
}
