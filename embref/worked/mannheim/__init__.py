"""The Mannheim sheet: exercise 02, deep learning basics and word embeddings.

Tasks are numbered in their order on the sheet (1 Fully-Connected Networks, 2 Backpropagation,
3 Skip-Gram Basics, 4 Skip-Gram Training, 5 Word Embeddings as Matrix Factorization), questions by
their letter: ``mannheim.4b.loss``.
"""

from embref.worked.mannheim import factorization, networks, skip_gram
from embref.worked.registry import Entry

CITATION = (
    "Daniel Ruffinelli, Advanced Methods in Text Analytics, Exercise 02: DL Basics and Word "
    "Embeddings. University of Mannheim, FSS 2025."
)

ENTRIES: tuple[Entry, ...] = (*networks.ENTRIES, *skip_gram.ENTRIES, *factorization.ENTRIES)
