"""Kim's deck on deep embedding: every number, table and formula of its slides.

The text of the deck has no slide numbers. Slides with the same title are counted: "Word2vec (5)".
The figures are not in the text, so what they show is not here.
"""

from embref.worked import kim_beyond, kim_discriminant, kim_word2vec, kim_words
from embref.worked.registry import Claim, Entry

CITATION = (
    "Minje Kim, Deep Learning Systems (ENGR-E 533), Module 07: Deep Embedding. Department of "
    "Intelligent Systems Engineering, Indiana University."
)

SYMBOLS = Claim(
    id="kim.notation.symbols",
    place="throughout",
    quantity="symbols with more than one meaning",
    form="notation",
    printed=r"\mathbf W, w, P, T",
    correct="each with the meaning of its slide",
    conditional=True,
    reason=(
        "W is a factor of X, the limit of the sum of GloVe (the number of words) and the weights "
        "of a classifier; w is a word and a weight vector; P the noise, a co-occurrence and a "
        "posterior; T the length of a text and the number of bins. Words are rows of W, bins are "
        "columns of Z."
    ),
)

ENTRIES: tuple[Entry, ...] = (
    *kim_words.ENTRIES,
    *kim_word2vec.ENTRIES,
    *kim_beyond.ENTRIES,
    *kim_discriminant.ENTRIES,
    SYMBOLS,
)
