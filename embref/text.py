"""From text to training pairs: tokens, vocabulary, context windows, (center, context) pairs."""

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

Token = TypeVar("Token")

_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def tokenize(text: str, *, lowercase: bool = True) -> list[str]:
    """Split a text into words.

    A token is a maximal run of letters and digits; an apostrophe or hyphen between two such runs
    belongs to the token. Everything else separates tokens and is dropped.

    Parameters
    ----------
    text : str
    lowercase : bool
        Whether ``The`` and ``the`` become one token.

    Returns
    -------
    list of str

    Examples
    --------
    >>> tokenize("The lazy dog's well-known nap.")
    ['the', 'lazy', "dog's", 'well-known', 'nap']
    """
    return _TOKEN.findall(text.lower() if lowercase else text)


class Vocabulary:
    """One-to-one mapping between words and the rows of an embedding matrix.

    Parameters
    ----------
    tokens : iterable of str
        Tokens of a corpus, or a list of words.
    min_count : int
        Words seen less often are left out.
    order : {"appearance", "frequency"}
        Rows follow the first appearance, or descending frequency with ties by first appearance.
    max_words : int, optional
        Keep the most frequent words only, at most so many; ties go to the first appearance.

    Attributes
    ----------
    words : tuple of str
        Words in the order of their rows.
    counts : ndarray of shape (n_words,)
        How often each word occurs among the tokens.

    Raises
    ------
    ValueError
        If ``order`` is unknown, ``min_count`` or ``max_words`` is less than one, ``tokens`` is a
        single string, or no word remains.

    Examples
    --------
    >>> vocabulary = Vocabulary(["to", "be", "or", "not", "to", "be"])
    >>> len(vocabulary), vocabulary.index("or"), vocabulary.word(3)
    (4, 2, 'not')
    """

    def __init__(
        self,
        tokens: Iterable[str],
        *,
        min_count: int = 1,
        order: str = "appearance",
        max_words: int | None = None,
    ) -> None:
        if isinstance(tokens, str):
            raise ValueError("tokens is one string; split it first, for example with tokenize.")
        if order not in ("appearance", "frequency"):
            raise ValueError(f"order is {order!r}; choose 'appearance' or 'frequency'.")
        if min_count < 1:
            raise ValueError(f"min_count is {min_count}; it must be at least 1.")
        if max_words is not None and max_words < 1:
            raise ValueError(f"max_words is {max_words}; keep at least 1 word.")
        counter = Counter(tokens)
        if max_words is not None:
            most_frequent = dict(counter.most_common(max_words))
            counter = Counter({word: n for word, n in counter.items() if word in most_frequent})
        # Counter keeps first appearance; most_common sorts stably by frequency.
        items = counter.most_common() if order == "frequency" else list(counter.items())
        kept = [(word, count) for word, count in items if count >= min_count]
        if not kept:
            raise ValueError(
                f"no word occurs {min_count} times or more; give more text or a lower min_count."
            )
        self.words: tuple[str, ...] = tuple(word for word, _ in kept)
        self.counts: NDArray[np.int64] = np.array([count for _, count in kept])
        self._index = {word: row for row, word in enumerate(self.words)}

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        """Tell whether a word has a row."""
        return word in self._index

    def __iter__(self) -> Iterator[str]:
        """Iterate over the words in the order of their rows."""
        return iter(self.words)

    def __repr__(self) -> str:
        """Show the size and the first words."""
        shown = ", ".join(self.words[:3]) + (", ..." if len(self) > 3 else "")
        return f"Vocabulary({len(self)} words: {shown})"

    def index(self, word: str) -> int:
        """Row of a word, counted from zero.

        Parameters
        ----------
        word : str

        Returns
        -------
        int

        Raises
        ------
        KeyError
            If the word is not in the vocabulary; the message names near matches.
        """
        if word not in self._index:
            near = difflib.get_close_matches(str(word), self.words)
            hint = f"near matches: {', '.join(near)}" if near else "no word is near"
            raise KeyError(f"{word!r} is not among the {len(self)} words; {hint}.")
        return self._index[word]

    def word(self, index: int) -> str:
        """Word of a row.

        Parameters
        ----------
        index : int
            Row, counted from zero.

        Returns
        -------
        str

        Raises
        ------
        IndexError
            If there is no such row.
        """
        if not 0 <= index < len(self):
            raise IndexError(f"row {index} is out of range; rows are 0 to {len(self) - 1}.")
        return self.words[index]

    def encode(self, tokens: Iterable[str]) -> NDArray[np.int64]:
        """Rows of a sequence of words.

        Parameters
        ----------
        tokens : iterable of str

        Returns
        -------
        ndarray of int of shape (n_tokens,)

        Raises
        ------
        KeyError
            If a word is not in the vocabulary.
        """
        return np.array([self.index(token) for token in tokens], dtype=np.int64)


class ContextWindow(NamedTuple, Generic[Token]):
    """A center word and the words around it, left to right."""

    center: Token
    context: tuple[Token, ...]


def context_windows(tokens: Sequence[Token], window: int) -> list[ContextWindow[Token]]:
    """One window per position of a text; at the ends it holds what is there.

    Parameters
    ----------
    tokens : sequence
        Words, or their rows in a vocabulary.
    window : int
        Number of words taken on *each* side of the center.

    Returns
    -------
    list of ContextWindow

    Raises
    ------
    ValueError
        If ``window`` is less than one, or ``tokens`` is a single string.

    References
    ----------
    Mannheim sheet, question 3b.

    Examples
    --------
    >>> context_windows(["quick", "brown", "fox", "jumped"], 1)[1]
    ContextWindow(center='brown', context=('quick', 'fox'))
    """
    if isinstance(tokens, str):
        raise ValueError("tokens is one string; split it first, for example with tokenize.")
    if window < 1:
        raise ValueError(f"window is {window}; it must be at least 1 word on each side.")
    return [
        ContextWindow(center, (*tokens[max(0, t - window) : t], *tokens[t + 1 : t + 1 + window]))
        for t, center in enumerate(tokens)
    ]


def skip_gram_pairs(tokens: Sequence[Token], window: int) -> list[tuple[Token, Token]]:
    """All positive (center, context) pairs of a text, in reading order.

    Parameters
    ----------
    tokens : sequence
        Words, or their rows in a vocabulary.
    window : int
        Number of words taken on *each* side of the center.

    Returns
    -------
    list of (center, context)
        A pair occurs as often as it is met.

    Raises
    ------
    ValueError
        If ``window`` is less than one, or ``tokens`` is a single string.

    References
    ----------
    Mannheim sheet, question 3b.

    Examples
    --------
    >>> skip_gram_pairs(["quick", "brown", "fox"], 1)
    [('quick', 'brown'), ('brown', 'quick'), ('brown', 'fox'), ('fox', 'brown')]
    """
    return [
        (center, word) for center, context in context_windows(tokens, window) for word in context
    ]
