"""Documents as bags of words: counts, term frequencies, tf-idf, term-document matrix."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from embref.text import Vocabulary

Array = NDArray[np.float64]


class BagOfWords:
    """Count the words of tokenized documents.

    Parameters
    ----------
    min_count : int
        Words seen less often in all documents together are left out.
    max_words : int, optional
        Keep the most frequent words only, at most so many.
    order : {"appearance", "frequency"}
        Order of the columns.

    Attributes
    ----------
    vocabulary_ : embref.text.Vocabulary
        Word of each column.

    References
    ----------
    Salton and McGill (1983); CS246, "SVD as an embedder".

    Examples
    --------
    >>> bag = BagOfWords().fit([["to", "be", "or", "not", "to", "be"], ["to", "do"]])
    >>> bag.transform([["to", "do", "or", "to", "die"]]).toarray().tolist()
    [[2, 0, 1, 0, 1]]
    """

    def __init__(
        self, *, min_count: int = 1, max_words: int | None = None, order: str = "appearance"
    ) -> None:
        self.min_count = min_count
        self.max_words = max_words
        self.order = order

    def fit(self, documents: Iterable[Sequence[str]]) -> Self:
        """Learn the words.

        Parameters
        ----------
        documents : iterable of sequences of str

        Returns
        -------
        BagOfWords
            The transformer itself.

        Raises
        ------
        ValueError
            If a document is a single string, or no word remains.
        """
        self.vocabulary_ = Vocabulary(
            chain.from_iterable(_check_documents(documents)),
            min_count=self.min_count,
            max_words=self.max_words,
            order=self.order,
        )
        return self

    def transform(self, documents: Iterable[Sequence[str]]) -> sparse.csr_array:
        """Count the learned words; others are ignored.

        Parameters
        ----------
        documents : iterable of sequences of str

        Returns
        -------
        scipy.sparse.csr_array of int of shape (n_documents, n_words)
            The document-term matrix. Its transpose is the term-document matrix.

        Raises
        ------
        ValueError
            If a document is a single string.
        """
        column = {word: i for i, word in enumerate(self.vocabulary_)}
        columns: list[int] = []
        counts: list[int] = []
        ends = [0]
        for document in _check_documents(documents):
            counter = Counter(column[word] for word in document if word in column)
            columns += sorted(counter)
            counts += [counter[i] for i in sorted(counter)]
            ends.append(len(columns))
        shape = (len(ends) - 1, len(self.vocabulary_))
        return sparse.csr_array((np.array(counts, dtype=np.int64), columns, ends), shape=shape)

    def inverse_transform(self, X: ArrayLike | sparse.sparray) -> list[list[str]]:
        """Words of each document, each once, in the order of the columns.

        Parameters
        ----------
        X : array-like or sparse array of shape (n_documents, n_words)

        Returns
        -------
        list of list of str

        Raises
        ------
        ValueError
            If ``X`` has not one column per word.
        """
        X = sparse.csr_array(X)
        if X.shape[1] != len(self.vocabulary_):
            raise ValueError(f"X has {X.shape[1]} columns; expected {len(self.vocabulary_)}.")
        return [
            [self.vocabulary_.word(i) for i in sorted(row.coords[-1])]
            for row in (X[[i]].tocoo() for i in range(X.shape[0]))
        ]


def _check_documents(documents: Iterable[Sequence[str]]) -> list[Sequence[str]]:
    documents = [documents] if isinstance(documents, str) else list(documents)
    if any(isinstance(document, str) for document in documents):
        raise ValueError("a document is one string; split it first, for example with tokenize.")
    return documents


def term_frequencies(counts: ArrayLike | sparse.sparray) -> sparse.csr_array:
    """Share of each word in its document.

    Parameters
    ----------
    counts : array-like or sparse array of shape (n_documents, n_words)

    Returns
    -------
    scipy.sparse.csr_array of shape (n_documents, n_words)
        Rows sum to one; a document without words stays zero.

    Raises
    ------
    ValueError
        If the counts are not a matrix of finite, non-negative numbers.

    Examples
    --------
    >>> term_frequencies([[3, 1], [0, 0]]).toarray().tolist()
    [[0.75, 0.25], [0.0, 0.0]]
    """
    matrix = _check_counts(counts)
    return _scale_rows(matrix, matrix.sum(axis=1))


def _check_counts(counts: ArrayLike | sparse.sparray) -> sparse.csr_array:
    matrix = sparse.csr_array(np.atleast_1d(counts) if not sparse.issparse(counts) else counts)
    if matrix.ndim != 2 or not matrix.shape[0]:
        raise ValueError(f"counts have shape {matrix.shape}; expected (n_documents, n_words).")
    if not np.isfinite(matrix.data).all() or np.any(matrix.data < 0):
        raise ValueError("counts must be finite and non-negative; give numbers of words.")
    return matrix.astype(float)


def _scale_rows(matrix: sparse.csr_array, divisors: Array) -> sparse.csr_array:
    factors = np.divide(1, divisors, out=np.zeros(len(divisors)), where=divisors > 0)
    return (sparse.diags_array(factors) @ matrix).tocsr()


class TfIdf:
    r"""Weigh counts by how few documents hold a word.

    With n documents, of which :math:`n_w` hold word w,
    :math:`\mathrm{idf}(w) = \ln \frac{1 + n}{1 + n_w} + 1` when smooth, as if one more document
    held every word, else :math:`\ln (n / n_w)`, zero for a word that every document holds.

    Parameters
    ----------
    smooth : bool
        Which of the two.
    normalize : bool
        Whether to scale documents to length one.

    Attributes
    ----------
    idf_ : ndarray of shape (n_words,)

    References
    ----------
    Sparck Jones (1972).

    Examples
    --------
    >>> tfidf = TfIdf(smooth=False, normalize=False).fit([[1, 0], [1, 1]])
    >>> tfidf.transform([[2, 3]]).toarray().round(4).tolist()
    [[0.0, 2.0794]]
    """

    def __init__(self, *, smooth: bool = True, normalize: bool = True) -> None:
        self.smooth = smooth
        self.normalize = normalize

    def fit(self, counts: ArrayLike | sparse.sparray) -> Self:
        """Learn how many documents hold each word.

        Parameters
        ----------
        counts : array-like or sparse array of shape (n_documents, n_words)

        Returns
        -------
        TfIdf
            The transformer itself.

        Raises
        ------
        ValueError
            If the counts are not valid, or without smoothing a word is in no document.
        """
        matrix = _check_counts(counts)
        n = matrix.shape[0]
        n_holding = (matrix > 0).sum(axis=0)
        if not self.smooth and np.any(n_holding == 0):
            raise ValueError(
                f"column {int(np.argmin(n_holding))} is in no document, so that its idf is "
                "infinite; drop it, or choose smooth=True."
            )
        self.idf_: Array = (
            np.log((1 + n) / (1 + n_holding)) + 1 if self.smooth else np.log(n / n_holding)
        )
        return self

    def transform(self, counts: ArrayLike | sparse.sparray) -> sparse.csr_array:
        """Weigh counts, also of new documents.

        Parameters
        ----------
        counts : array-like or sparse array of shape (n_documents, n_words)

        Returns
        -------
        scipy.sparse.csr_array of shape (n_documents, n_words)

        Raises
        ------
        ValueError
            If the counts are not valid, or have not one column per fitted word.
        """
        matrix = _check_counts(counts)
        if matrix.shape[1] != len(self.idf_):
            raise ValueError(f"counts have {matrix.shape[1]} columns; expected {len(self.idf_)}.")
        weighted = (matrix @ sparse.diags_array(self.idf_)).tocsr()
        if not self.normalize:
            return weighted
        return _scale_rows(weighted, np.sqrt((weighted * weighted).sum(axis=1)))
