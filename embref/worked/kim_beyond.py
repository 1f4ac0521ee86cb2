"""Kim's slides "Word2vec and Beyond": GloVe, fastText, ELMo and BERT."""

import itertools

import numpy as np

from embref.cooccurrence import pair_counts, window_counts
from embref.factorization import factorize
from embref.fasttext import FastText, character_ngrams
from embref.glove import glove_gradients, glove_weights
from embref.networks import Array
from embref.text import Vocabulary, context_windows, skip_gram_pairs
from embref.worked.kim_words import OTHER_SENTENCE, SENTENCE
from embref.worked.registry import Claim, Entry, Number, Slip, Witness

TOKENS = SENTENCE.split()
TEXT = [*TOKENS, *OTHER_SENTENCE.split()]
WORD = "chicken"
M = 2

# Symmetric counts of three words, all seen; word vectors V and U, and biases, of two dimensions.
COUNTS = np.array([[30.0, 8.0, 2.0], [8.0, 150.0, 40.0], [2.0, 40.0, 12.0]])
V = np.array([[0.5, 1.0], [1.5, -0.5], [-1.0, 0.5]])
U = np.array([[1.0, 0.5], [-0.5, 1.0], [0.5, 1.5]])
NO_BIAS = np.zeros(3)


def bigrams(tokens: list[str]) -> list[tuple[str, str]]:
    """Return the pairs of neighboring words."""
    return list(itertools.pairwise(tokens))


def shared_trigrams(first: str, second: str) -> list[str]:
    """Return the character trigrams of the first word that the second has too."""
    return [ngram for ngram in character_ngrams(first, 3, 3) if ngram in trigrams(second)]


def trigrams(word: str) -> list[str]:
    """Return the character n-grams of a word for n = 3."""
    return character_ngrams(word, 3, 3)


def _naive_loss(centers: Array, contexts: Array, counts: Array) -> float:
    """Evaluate the weighted squares one by one, without the factor 1/2 and without biases."""
    total = 0.0
    for i, j in itertools.product(range(len(counts)), repeat=2):
        if counts[i, j] > 0:
            error = float(np.dot(centers[i], contexts[j])) - np.log(counts[i, j])
            total += min(1.0, counts[i, j] / 100) ** 0.75 * error**2
    return total


def _witness_biases() -> Witness:
    """Fit counts of independent words in one dimension, all weights at one."""
    a, b = np.array([1.0, 3.0, 9.0]), np.array([2.0, 20.0, 5.0])
    counts, zeros = np.outer(a, b), np.zeros((3, 1))
    W, C = factorize(np.log(counts), 1)
    printed = glove_gradients(W, C, NO_BIAS, NO_BIAS, counts, x_max=1).loss
    correct = glove_gradients(zeros, zeros, np.log(a), np.log(b), counts, x_max=1).loss
    return Witness(printed, correct, 0.0)


def _witness_half() -> Witness:
    loss = glove_gradients(V, U, NO_BIAS, NO_BIAS, COUNTS).loss
    return Witness(loss, 2 * loss, _naive_loss(V, U, COUNTS))


def _witness_unseen() -> Witness:
    """Add up all pairs of a table in which one pair was never seen."""
    counts = COUNTS.copy()
    counts[0, 2] = 0
    with np.errstate(divide="ignore", invalid="ignore"):
        printed = np.sum(glove_weights(counts) * (V @ U.T - np.log(counts)) ** 2) / 2
    correct = glove_gradients(V, U, NO_BIAS, NO_BIAS, counts).loss
    return Witness(printed, correct, _naive_loss(V, U, counts) / 2)


def _witness_weights() -> Witness:
    """Weigh shares of rows, and counts."""
    shares = COUNTS / COUNTS.sum(axis=1, keepdims=True)
    naive = [[min(1.0, (x / 100) ** 0.75) for x in row] for row in COUNTS]
    return Witness(glove_weights(shares), glove_weights(COUNTS), naive)


def _witness_roles() -> Witness:
    """Count only the contexts to the right; score (center, context) by the two readings."""
    text = ["a", "b", "c", "a", "b", "b", "a", "c", "b"]
    counts = pair_counts(bigrams(text), Vocabulary(text)).toarray()
    printed, correct = (
        glove_gradients(first, second, NO_BIAS, NO_BIAS, counts).loss
        for first, second in ((U, V), (V, U))
    )
    return Witness(printed, correct, _naive_loss(V, U, counts) / 2)


def _witness_global() -> Witness:
    """Count the pairs of different positions in a sentence that the counts hold."""
    T = len(TOKENS)
    counts = window_counts([TOKENS], Vocabulary(TOKENS), M)
    return Witness(T * (T - 1), len(skip_gram_pairs(TOKENS, M)), counts.sum())


def _witness_whole_word() -> Witness:
    """Count the vectors that make up the vector of chicken."""
    model = FastText(2, min_n=3, max_n=3, n_buckets=1000, min_count=1, epochs=1, compiled=False)
    used = model.fit([TOKENS]).subword_rows(WORD)
    ngrams = trigrams(WORD)
    return Witness(len(ngrams), len({*ngrams, f"<{WORD}>"}), len(used))


def _naive_trigrams(word: str) -> set[str]:
    """Cut a word between its signs into all pieces of three characters."""
    marked = ["<", *word, ">"]
    return {"".join(marked[i : i + 3]) for i in range(len(marked) - 2)}


def _witness_unseen_word() -> Witness:
    """Tell which of two unseen words share a trigram with a word of the sentence."""
    unseen = ("chickens", "zoo")
    shares = [any(shared_trigrams(word, seen) for seen in TOKENS) for word in unseen]
    trained = set().union(*map(_naive_trigrams, TOKENS))
    return Witness([1, 1], shares, [bool(_naive_trigrams(word) & trained) for word in unseen])


def _witness_same_vector() -> Witness:
    """Look up the vector of chicken in both sentences."""
    vocabulary = Vocabulary(TEXT)
    vectors = np.sin(np.arange(2.0 * len(vocabulary))).reshape(-1, 2)
    first, second = (
        vectors[vocabulary.encode(sentence.split())][sentence.split().index(WORD)]
        for sentence in (SENTENCE, OTHER_SENTENCE)
    )
    return Witness(first, first, second)


def _witness_masking() -> Witness:
    """Count the ways from a word to its own prediction, over two layers without self-loops."""
    n = len(TOKENS)
    neighbors = np.ones((n, n)) - np.eye(n)
    paths = np.diag(neighbors @ neighbors)
    return Witness(np.full(n, n - 1), np.full(n, n - 1), paths)


GLOVE: tuple[Entry, ...] = (
    Claim(
        id="kim.glove.global",
        place='Word2vec and Beyond (1), "GloVe"',
        quantity="number of pairs of positions in a sentence that the counts hold",
        form="wording",
        printed="word2vec has a local context, the co-occurrence matrix a global one",
        correct="the counts are of all windows of the corpus, and each window is as small",
        conditional=True,
        witness=_witness_global,
        reason=(
            "Global are the statistics, not the contexts. The objective of skip-gram too depends "
            "on the corpus through these counts alone: it weighs log p of a pair by its count."
        ),
    ),
    Claim(
        id="kim.glove.biases",
        place='Word2vec and Beyond (1), "GloVe"',
        quantity="lowest loss for counts of independent words, in one dimension",
        form="formula",
        printed=(r"\frac12 \sum_{i,j} f(P_{i,j}) (\mathbf u_i^\top \mathbf v_j - \log P_{i,j})^2"),
        correct=(
            r"\frac12 \sum_{i,j} f(P_{i,j}) "
            r"(\mathbf u_i^\top \mathbf v_j + b_i + \tilde b_j - \log P_{i,j})^2"
        ),
        witness=_witness_biases,
        reason=(
            "The paper cited has a bias for each word and each context (equations 7 and 8). They "
            "take up how frequent the words are; without them, vectors have to."
        ),
    ),
    Claim(
        id="kim.glove.half",
        place='Word2vec and Beyond (1), "GloVe"',
        quantity="factor of the loss; witness: the sum of squares as in the paper",
        form="formula",
        printed=r"\frac12 \sum_{i,j}",
        correct=r"\sum_{i,j}",
        conditional=True,
        witness=_witness_half,
        reason=(
            "Equation 8 of the paper has no 1/2, its program has. The minimum is the same; losses "
            "compared with the paper's differ by the factor, and so do gradients."
        ),
    ),
    Claim(
        id="kim.glove.unseen_pairs",
        place='Word2vec and Beyond (1), "GloVe"',
        quantity="loss where a pair was never seen",
        form="formula",
        printed=r"\sum_{i,j} f(P_{i,j}) (\dots - \log P_{i,j})^2",
        correct=r"\sum_{i,j: P_{i,j} > 0}",
        conditional=True,
        witness=_witness_unseen,
        reason=(
            "Holds if every pair was seen, or with f(0) times infinity read as zero. Most counts "
            "are zero; the sum runs over the others, which is also why it is fast."
        ),
    ),
    Claim(
        id="kim.glove.counts",
        place='Word2vec and Beyond (1), "GloVe"',
        quantity="weights of the pairs",
        form="notation",
        printed=r"f(P_{i,j})",
        correct=r"f(X_{i,j}), \quad X_{i,j} \text{ the count of the pair}",
        conditional=True,
        witness=_witness_weights,
        reason=(
            "Holds if P denotes counts, as the label under the formula suggests. In the paper P is "
            "the count divided by the sum of its row; f, at one from 100 on, would be tiny for it. "
            "The slide does not define f."
        ),
    ),
    Claim(
        id="kim.glove.roles",
        place='Word2vec and Beyond (1), "GloVe"',
        quantity="loss for counts of right neighbors only",
        form="notation",
        printed=r"\mathbf u_i^\top \mathbf v_j",
        correct=r"\mathbf v_i^\top \mathbf u_j",
        conditional=True,
        witness=_witness_roles,
        reason=(
            "Holds for symmetric counts, where both say the same. On the word2vec slides v is the "
            "input word and u the predicted one; the paper counts word j in the context of word i."
        ),
    ),
    Claim(
        id="kim.glove.citation",
        place='Word2vec and Beyond (1), "GloVe", footnote',
        quantity="first author",
        form="wording",
        printed="Jeffrey, Pennington",
        correct="Jeffrey Pennington",
        reason="First name and family name of one person, with a comma between them.",
    ),
)

FASTTEXT: tuple[Entry, ...] = (
    Number(
        id="kim.ngrams.bigrams",
        place='Word2vec and Beyond (2), "FastText"',
        quantity="bigrams of the sentence",
        printed=(
            ("I", "like"),
            ("like", "the"),
            ("the", "new"),
            ("new", "chicken"),
            ("chicken", "place"),
            ("place", "on"),
            ("on", "third"),
            ("third", "street"),
        ),
        inputs={"sentence": SENTENCE},
        compute=lambda: bigrams(TOKENS),
        slips=(
            Slip(
                lambda: skip_gram_pairs(TOKENS, 1),
                "A bigram has the order of the text; pairs of a window go both ways.",
            ),
        ),
    ),
    Number(
        id="kim.ngrams.n_bigrams",
        place='Word2vec and Beyond (2), "FastText"',
        quantity="number of bigrams of the sentence",
        inputs={"sentence": SENTENCE},
        compute=lambda: len(bigrams(TOKENS)),
        slips=(
            Slip(lambda: len(TOKENS), "No bigram starts at the last word."),
            Slip(
                lambda: len(skip_gram_pairs(TOKENS, 1)),
                "A bigram has the order of the text; pairs of a window go both ways.",
            ),
        ),
    ),
    Number(
        id="kim.ngrams.chicken",
        place='Word2vec and Beyond (2), "FastText"',
        quantity="character n-grams of chicken for n = 3",
        printed=("<ch", "chi", "hic", "ick", "cke", "ken", "en>"),
        inputs={"word": WORD, "n": 3},
        compute=lambda: trigrams(WORD),
        slips=(
            Slip(
                lambda: [WORD[i : i + 3] for i in range(len(WORD) - 2)],
                "The signs < and > belong to the word, one at each end.",
            ),
        ),
    ),
    Number(
        id="kim.ngrams.n_chicken",
        place='Word2vec and Beyond (2), "FastText": not printed',
        quantity="number of character n-grams of chicken for n = 3 to 6, the sizes of the paper",
        inputs={"word": WORD, "min_n": 3, "max_n": 6},
        compute=lambda: len(character_ngrams(WORD, 3, 6)),
        slips=(
            Slip(lambda: len(trigrams(WORD)), "These are those for n = 3 alone."),
            Slip(
                lambda: len(character_ngrams(WORD, 3, 6)) + 1,
                "The whole word has a vector too but is counted as a word, not as an n-gram.",
            ),
        ),
    ),
    Claim(
        id="kim.ngrams.instead",
        place='Word2vec and Beyond (2), "FastText"',
        quantity="number of vectors that make up that of chicken, for n = 3",
        form="wording",
        printed="based on character n-grams instead of words",
        correct="based on character n-grams and, where the word is in the vocabulary, the word",
        conditional=True,
        witness=_witness_whole_word,
        reason=(
            "The paper cited adds the word itself to its n-grams (section 3.2). For a word that "
            "was never seen, the n-grams are all there is."
        ),
    ),
    Number(
        id="kim.ngrams.chickens",
        place='Word2vec and Beyond (2), "FastText": not printed',
        quantity="trigrams that chickens, an unseen word, shares with chicken",
        inputs={"word": "chickens", "seen": WORD},
        compute=lambda: shared_trigrams("chickens", WORD),
        slips=(
            Slip(
                lambda: trigrams(WORD),
                "The last trigram of chicken holds the end of the word, where chickens goes on.",
            ),
        ),
    ),
    Claim(
        id="kim.ngrams.out_of_vocabulary",
        place='Word2vec and Beyond (2), "FastText"',
        quantity="whether the unseen words chickens and zoo have a trained trigram (1) or not (0)",
        form="wording",
        printed="works better for rare words and for words out of the vocabulary",
        correct="if some of their n-grams were seen in training",
        conditional=True,
        witness=_witness_unseen_word,
        reason=(
            "Chickens shares most of its trigrams with chicken, zoo none with any word of the "
            "sentence."
        ),
    ),
)

CONTEXTUAL: tuple[Entry, ...] = (
    Claim(
        id="kim.contextual.same_vector",
        place='Word2vec and Beyond (3), "ELMo and BERT"',
        quantity="vectors of chicken in both sentences",
        form="wording",
        printed="in word2vec and GloVe, both meanings share one vector",
        witness=_witness_same_vector,
    ),
    Number(
        id="kim.contextual.windows",
        place='Word2vec and Beyond (3), "ELMo and BERT": not printed',
        quantity="words around chicken in both sentences, two on each side",
        inputs={"sentences": (SENTENCE, OTHER_SENTENCE), "m": M},
        compute=lambda: [
            context_windows(sentence.split(), M)[sentence.split().index(WORD)].context
            for sentence in (SENTENCE, OTHER_SENTENCE)
        ],
    ),
    Number(
        id="kim.contextual.masked_sentence",
        place='Word2vec and Beyond (3), "ELMo and BERT"',
        quantity="the sentence with chicken masked",
        printed=("I", "like", "the", "new", "[mask]", "place", "on", "third", "street"),
        inputs={"sentence": SENTENCE, "masked": WORD},
        compute=lambda: ["[mask]" if token == WORD else token for token in TOKENS],
    ),
    Claim(
        id="kim.contextual.masking",
        place='Word2vec and Beyond (3), "ELMo and BERT"',
        quantity="number of ways in which a word sees itself through the others in two layers",
        form="wording",
        printed="masking makes the training fairer",
        witness=_witness_masking,
        reason=(
            "Without it, a model that looks to both sides could copy the word that it predicts, "
            "from the second layer on. BERT hides 15 % of the words, 80 % of these by the mask."
        ),
    ),
)

ENTRIES: tuple[Entry, ...] = (*GLOVE, *FASTTEXT, *CONTEXTUAL)
