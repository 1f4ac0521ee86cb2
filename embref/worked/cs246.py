"""The CS246 deck on learning embeddings: encodings, SVD, networks, Word2Vec, autoencoders.

Slides have titles but no numbers here; where one title heads several slides, they are counted. The
deck was read as text, drawings left out: long rows of cells, whose zeros are easily miscounted, are
not held against it. Ids name the topic: ``cs246.svd.sigma_2``.
"""

from embref.worked import (
    cs246_encodings,
    cs246_networks,
    cs246_svd,
    cs246_tasks,
    cs246_word2vec,
)
from embref.worked.registry import Entry

CITATION = (
    "Jure Leskovec and Mina Ghashami, Learning Embeddings. CS246: Mining Massive Datasets, "
    "Stanford University."
)

ENTRIES: tuple[Entry, ...] = (
    *cs246_encodings.ENTRIES,
    *cs246_svd.ENTRIES,
    *cs246_networks.ENTRIES,
    *cs246_word2vec.ENTRIES,
    *cs246_tasks.ENTRIES,
)
