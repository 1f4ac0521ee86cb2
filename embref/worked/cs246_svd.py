"""Second part of the CS246 deck: SVD as an embedder.

A decomposition is unique up to the signs of its pairs of vectors; here they are those of the deck.
"""

from collections.abc import Callable

import numpy as np

from embref.decomposition import LSA, SingularValues, truncated_svd
from embref.evaluation import reconstruction_error
from embref.networks import Array
from embref.worked.cs246_digits import decimals, misprint, truncate
from embref.worked.registry import Claim, Entry, Number, Slip, Witness

TERMS = ("data", "science", "spark", "Stanford", "learning")
A = np.array(
    [
        [10.0, 15.0, 3.0, 0.0, 10.0],
        [0.0, 9.0, 2.0, 8.0, 2.0],
        [1.0, 2.0, 20.0, 0.0, 4.0],
        [14.0, 11.0, 1.0, 32.0, 2.0],
        [5.0, 1.0, 7.0, 12.0, 5.0],
        [6.0, 3.0, 5.0, 1.0, 1.0],
        [2.0, 3.0, 5.0, 2.0, 7.0],
    ]
)
A.setflags(write=False)
N_COMPONENTS = 3
N_PAGES, N_WIKI_WORDS = 500_000_000, 4_000_000_000

PRINTED_U = tuple(
    map(
        decimals,
        (
            "-0.30 -0.25 -0.14 -0.83 -0.33 -0.13 -0.14",
            "0.41 0.03 0.74 -0.40 0.11 0.20 0.27",
            "-0.79 -0.12 0.5 0.12 0.31 -0.04 -0.05",
        ),
    )
)
PRINTED_V = tuple(
    map(
        decimals,
        (
            "-0.41 -0.40 -0.20 -0.77 -0.20",
            "0.06 0.21 0.78 -0.45 0.37",
            "-0.26 -0.63 0.55 0.40 -0.28",
        ),
    )
)
PRINTED_SIGMA = decimals("42.7 23.8 16.7")
PRINTED_EMBEDDING = decimals("-12.7 9.79 -13.9")

_STEP_2 = "Slide Review: SVD as an embedder, step 2"
_STEP_3 = "Slide Review: SVD as an embedder, step 3"


def svd(n_components: int = N_COMPONENTS) -> SingularValues:
    """Decompose the matrix, with the signs of the printed right singular vectors."""
    U, singular_values, V = truncated_svd(A, n_components)
    agreement = np.array(PRINTED_V, dtype=float) @ V[:, :N_COMPONENTS]
    signs = np.ones(n_components)
    signs[:N_COMPONENTS] = np.sign(np.diag(agreement))
    return SingularValues(U * signs, singular_values, V * signs)


def embeddings() -> Array:
    """Return the embeddings of the documents, one per row."""
    return A @ svd().V


def embedding_from_printed_vectors() -> Array:
    """Embed the first document with V as printed."""
    return A[0] @ np.array(PRINTED_V, dtype=float).T


def misprinted_coordinate() -> float:
    """Return the third coordinate with the last digit that is printed."""
    return misprint(embedding_from_printed_vectors()[2], 1, 9)


def _product(n_components: int) -> Array:
    U, singular_values, V = svd(n_components)
    return U * singular_values @ V.T


def _naive_product(X: Array, Y: Array) -> list[list[float]]:
    return [[sum(x * y for x, y in zip(row, column, strict=True)) for column in Y.T] for row in X]


def _witness_model() -> Witness:
    """Reconstruct the documents; the truth is the best matrix of rank three, UΣVᵀ."""
    full, V = svd(5).V, svd().V
    return Witness(A @ full @ full.T, A @ V @ V.T, _product(N_COMPONENTS))


def _witness_loss() -> Witness:
    """Compare with the squares of the singular values that are left out."""
    total = len(A) * reconstruction_error(A, _product(N_COMPONENTS))
    return Witness(total, total, float(np.sum(svd(5).singular_values[N_COMPONENTS:] ** 2)))


def _witness_factorization() -> Witness:
    return Witness(_product(N_COMPONENTS), _product(5), A)


def _witness_orthonormal() -> Witness:
    U, _, V = svd()
    products = [U.T @ U, V.T @ V]
    return Witness(products, products, [np.eye(3), np.eye(3)])


def _witness_rows() -> Witness:
    U, singular_values, V = svd()
    return Witness(U * singular_values, U * singular_values, _naive_product(A, V))


def _witness_columns() -> Witness:
    U, singular_values, V = svd()
    columns = singular_values[:, None] * V.T
    return Witness(columns, columns, _naive_product(U.T, A))


def _witness_embedding() -> Witness:
    dot_products = [sum(a * v for a, v in zip(A[0], column, strict=True)) for column in svd().V.T]
    return Witness(embeddings()[0], embeddings()[0], dot_products)


def _witness_linear() -> Witness:
    """Embed the sum of two documents."""
    lsa = LSA(N_COMPONENTS).fit(A)
    total = lsa.transform([A[0] + 2 * A[1]])[0]
    return Witness(total, total, lsa.transform(A[:1])[0] + 2 * lsa.transform(A[1:2])[0])


def _singular_value(i: int) -> float:
    return float(svd().singular_values[i])


def _vector(name: str, i: int) -> Number:
    left = name == "u"
    return Number(
        id=f"cs246.svd.{name}_{i + 1}",
        place=_STEP_2,
        quantity=f"{'left' if left else 'right'} singular vector {i + 1}",
        printed=(PRINTED_U if left else PRINTED_V)[i],
        inputs={"A": A},
        compute=lambda: (svd().U if left else svd().V)[:, i],
        slips=(
            Slip(
                lambda: -(svd().U if left else svd().V)[:, i],
                "Right up to the sign, which is free; the slide has the other one.",
            ),
        ),
        tolerance=0.005 + 1e-9,
    )


def _coordinate(
    i: int, tolerance: float, reproduce: Callable[[], float] | None = None, reason: str = ""
) -> Number:
    return Number(
        id=f"cs246.svd.document_1_v{i + 1}",
        place=_STEP_3,
        quantity=f"coordinate {i + 1} of the embedding of document 1",
        printed=PRINTED_EMBEDDING[i],
        inputs={"document": A[0], "V": svd().V},
        compute=lambda: float(embeddings()[0, i]),
        rounded=lambda: float(embedding_from_printed_vectors()[i]),
        reproduce=reproduce,
        tolerance=tolerance,
        reason=reason,
    )


_CUT = "The digits after the first decimal are cut off, not rounded: 23.895 becomes 23.9."
_NINE = (
    "The V as printed gives -13.20, and so, but for rounding, does the first row of UΣ as printed: "
    "the last digit is a misprint, repeated in the list of the three."
)

ENTRIES: tuple[Entry, ...] = (
    Claim(
        id="cs246.svd.model",
        place="Slide Two Dominant ML Paradigms",
        quantity="SVD as a model; witness: the best matrix of rank three",
        form="formula",
        printed=r"f(x) = \hat x = V V^\top x",
        correct=r"f(x) = \hat x = V_r V_r^\top x",
        conditional=True,
        witness=_witness_model,
        reason=(
            "Holds with V cut to its first r columns. All right singular vectors together give "
            "every row of the matrix back as it was."
        ),
    ),
    Claim(
        id="cs246.svd.loss",
        place="Slide Two Dominant ML Paradigms",
        quantity="loss of the SVD; witness: the singular values left out",
        form="formula",
        printed=r"L(x, \hat x) = \sum \|x - \hat x\|^2",
        witness=_witness_loss,
    ),
    Claim(
        id="cs246.svd.factorization",
        place="Slide Review: SVD as an embedder, first",
        quantity="product of the factors; witness: three components of a matrix of rank five",
        form="formula",
        printed=r"A = U \Sigma V^\top",
        correct=r"A \approx U \Sigma V^\top \text{ if } r < \operatorname{rank}(A)",
        conditional=True,
        witness=_witness_factorization,
        reason=(
            "An equation if r is the rank, as on this slide. Step 2 allows any r up to the rank "
            "and takes 3 where the rank is 5; then it is the nearest matrix of rank 3."
        ),
    ),
    Claim(
        id="cs246.svd.rank_below",
        place="Slide Review: SVD as an embedder, first",
        quantity="the rank of a data matrix",
        form="wording",
        printed="the rank r is often less than m and n",
        correct="the number r of components that are kept is less than m and n",
        conditional=True,
        reason=(
            "True where rows or columns depend on each other exactly. Counts seldom do: the deck's "
            "own matrix has full rank. What is small is the number of components kept."
        ),
    ),
    Claim(
        id="cs246.svd.orthonormal",
        place="Slide Review: SVD as an embedder, second",
        quantity="products of the singular vectors",
        form="formula",
        printed=r"U^\top U = I, \quad V^\top V = I",
        witness=_witness_orthonormal,
        reason="U and V as printed, with two decimals, give a diagonal between 0.995 and 1.006.",
    ),
    Claim(
        id="cs246.svd.row_embeddings",
        place="Slide Review: SVD as an embedder, second",
        quantity="embeddings of the rows; they are exact for any r",
        form="formula",
        printed=r"AV = U\Sigma",
        witness=_witness_rows,
    ),
    Claim(
        id="cs246.svd.column_embeddings",
        place="Slide Review: SVD as an embedder, second",
        quantity="embeddings of the columns; they are exact for any r",
        form="formula",
        printed=r"U^\top A = \Sigma V^\top",
        witness=_witness_columns,
    ),
    Claim(
        id="cs246.svd.term_document",
        place="Slide Review: SVD as an embedder, step 1",
        quantity="name of a matrix with one document per row",
        form="wording",
        printed="term-document matrix",
        correct="document-term matrix",
        conditional=True,
        reason=(
            "Both names are met. Where the rows are named first, the term-document matrix is the "
            "transpose, and its left singular vectors belong to the terms."
        ),
    ),
    Number(
        id="cs246.svd.shape",
        place="Slide Review: SVD as an embedder, step 1: drawn",
        quantity="number of documents and of terms",
        printed=(7, 5),
        inputs={"A": A, "terms": TERMS},
        compute=lambda: list(A.shape),
    ),
    Number(
        id="cs246.svd.rank",
        place=f"{_STEP_2}: not said",
        quantity="rank of the matrix",
        inputs={"A": A},
        compute=lambda: int(np.linalg.matrix_rank(A)),
        slips=(
            Slip(
                lambda: N_COMPONENTS,
                "This is the number of components kept, which may be less than the rank.",
            ),
            Slip(lambda: len(A), "The rank is at most the smaller side of the matrix."),
        ),
    ),
    Number(
        id="cs246.svd.factor_shapes",
        place=f"{_STEP_2}: drawn",
        quantity="shapes of U, of the diagonal matrix and of V transposed",
        printed=((7, 3), (3, 3), (3, 5)),
        inputs={"A": A, "n_components": N_COMPONENTS},
        compute=lambda: [
            list(svd().U.shape),
            [len(svd().singular_values)] * 2,
            list(svd().V.T.shape),
        ],
    ),
    *(_vector("u", i) for i in range(N_COMPONENTS)),
    Number(
        id="cs246.svd.sigma_1",
        place=_STEP_2,
        quantity="singular value 1",
        printed=PRINTED_SIGMA[0],
        inputs={"A": A},
        compute=lambda: _singular_value(0),
    ),
    Number(
        id="cs246.svd.sigma_2",
        place=f"{_STEP_2}, and on every slide of step 3",
        quantity="singular value 2",
        printed=PRINTED_SIGMA[1],
        inputs={"A": A},
        compute=lambda: _singular_value(1),
        reproduce=lambda: float(truncate(_singular_value(1), 1)),
        reason=_CUT,
    ),
    Number(
        id="cs246.svd.sigma_3",
        place=_STEP_2,
        quantity="singular value 3",
        printed=PRINTED_SIGMA[2],
        inputs={"A": A},
        compute=lambda: _singular_value(2),
    ),
    *(_vector("v", i) for i in range(N_COMPONENTS)),
    Claim(
        id="cs246.svd.embedding",
        place=_STEP_3,
        quantity="embedding of a document",
        form="formula",
        printed=(
            r"\text{emb} = [\langle \text{doc}, v_1 \rangle, \langle \text{doc}, v_2 \rangle, "
            r"\langle \text{doc}, v_3 \rangle]"
        ),
        witness=_witness_embedding,
    ),
    _coordinate(0, 0.05),
    _coordinate(1, 0.05, reason="Computed from V as printed; unrounded it is 9.81."),
    _coordinate(2, 0.05, misprinted_coordinate, _NINE),
    Number(
        id="cs246.svd.document_1",
        place=f"{_STEP_3}, last",
        quantity="embedding of document 1",
        printed=PRINTED_EMBEDDING,
        inputs={"document": A[0], "V": svd().V},
        compute=lambda: embeddings()[0],
        reproduce=lambda: [*embedding_from_printed_vectors()[:2], misprinted_coordinate()],
        tolerance=0.05,
        reason=_NINE,
    ),
    Number(
        id="cs246.svd.words_per_page",
        place="Slide Review: SVD as an embedder, last: follows from the two numbers there",
        quantity="words per wiki page",
        inputs={"n_pages": N_PAGES, "n_words": N_WIKI_WORDS},
        compute=lambda: N_WIKI_WORDS // N_PAGES,
        reason=(
            "Half a billion pages with four billion words would have eight words each. The slide "
            "does not say what is counted, so neither number can be called wrong; four billion is "
            "about the English Wikipedia, which has some seven million articles."
        ),
    ),
    Claim(
        id="cs246.svd.memory",
        place="Slide Review: SVD as an embedder, last",
        quantity="what an SVD needs in memory",
        form="wording",
        printed="it requires all data in memory",
        correct="a full SVD of a dense matrix requires all data in memory",
        conditional=True,
        reason=(
            "A few components can be found from products with the matrix alone (Lanczos, "
            "randomized and incremental methods), which is then read block by block."
        ),
    ),
    Claim(
        id="cs246.svd.sparsity",
        place="Slide Review: SVD as an embedder, last",
        quantity="whether zeros are of use",
        form="wording",
        printed="it does not make use of sparsity",
        correct="a full SVD does not make use of sparsity",
        conditional=True,
        reason=(
            "Products with a sparse matrix skip its zeros, so a truncated SVD does make use of "
            "them. What is true is that U and V are dense."
        ),
    ),
    Claim(
        id="cs246.svd.linear",
        place="Slide Review: SVD as an embedder, last",
        quantity="embedding of a sum of documents",
        form="wording",
        printed="SVD is a linear embedder",
        witness=_witness_linear,
    ),
)
