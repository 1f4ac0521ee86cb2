r"""BERT in small: self-attention from scratch, masked words, and a head to fine-tune.

========  ==========================================================================
pairs     a position with a hidden word, and every word of the vocabulary
score     dot product of the position's vector (of the whole sentence) with the word's
          input embedding, plus a bias
loss      cross-entropy of the softmax over the vocabulary, at the hidden positions
========  ==========================================================================
"""

import copy
import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Self

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn
from torch.nn import functional

from embref.text import Vocabulary
from embref.training import check_positive, minibatches, seeded

Array = NDArray[np.float64]

SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
PAD, UNK, CLS, SEP, MASK = range(len(SPECIAL_TOKENS))
IGNORED = -100


def scaled_dot_product_attention(
    Q: Tensor, K: Tensor, V: Tensor, visible: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    r"""Average the values with weights that say how well each key answers a query.

    .. math:: \mathrm{softmax}\!\left(\frac{Q K^\top}{\sqrt{d}}\right) V

    Parameters
    ----------
    Q : Tensor of shape (..., n_queries, d)
    K : Tensor of shape (..., n_keys, d)
    V : Tensor of shape (..., n_keys, d_value)
    visible : Tensor of bool that broadcasts to (..., n_queries, n_keys), optional
        False where a query must not look. Each query needs one visible key at least.

    Returns
    -------
    output : Tensor of shape (..., n_queries, d_value)
    weights : Tensor of shape (..., n_queries, n_keys)
        Rows sum to one.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    References
    ----------
    Vaswani et al. (2017), equation 1.

    Examples
    --------
    >>> Q, K, V = torch.zeros(1, 2), torch.ones(4, 2), torch.arange(4.0)[:, None]
    >>> output, weights = scaled_dot_product_attention(Q, K, V)
    >>> output.item(), weights.tolist()
    (1.5, [[0.25, 0.25, 0.25, 0.25]])
    """
    if Q.shape[-1] != K.shape[-1] or K.shape[-2] != V.shape[-2]:
        raise ValueError(
            f"Q, K and V have shapes {tuple(Q.shape)}, {tuple(K.shape)} and {tuple(V.shape)}; "
            "expected (n_queries, d), (n_keys, d) and (n_keys, d_value) at the end."
        )
    scores = Q @ K.mT / math.sqrt(Q.shape[-1])
    if visible is not None:
        scores = scores.masked_fill(~visible, -math.inf)
    weights = torch.softmax(scores, dim=-1)
    return weights @ V, weights


class MultiHeadSelfAttention(nn.Module):
    """Several attentions side by side, each in its own projection of the sequence.

    Parameters
    ----------
    d_model : int
        Width of the vectors, a multiple of ``n_heads``.
    n_heads : int

    Raises
    ------
    ValueError
        If the width is not a multiple of the number of heads.

    References
    ----------
    Vaswani et al. (2017), section 3.2.2.

    Examples
    --------
    >>> attention = MultiHeadSelfAttention(d_model=8, n_heads=2)
    >>> output, weights = attention(torch.zeros(3, 5, 8))
    >>> output.shape, weights.shape
    (torch.Size([3, 5, 8]), torch.Size([3, 2, 5, 5]))
    """

    def __init__(self, d_model: int, n_heads: int) -> None:
        super().__init__()
        check_positive(d_model=d_model, n_heads=n_heads)
        if d_model % n_heads:
            raise ValueError(f"d_model is {d_model}; it must be a multiple of n_heads, {n_heads}.")
        self.n_heads = n_heads
        self.query, self.key, self.value, self.output = (
            nn.Linear(d_model, d_model) for _ in range(4)
        )

    def forward(self, X: Tensor, real: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Mix the positions of each sequence.

        Parameters
        ----------
        X : Tensor of shape (batch, length, d_model)
        real : Tensor of bool of shape (batch, length), optional
            False at padding, which no position may look at.

        Returns
        -------
        output : Tensor of shape (batch, length, d_model)
        weights : Tensor of shape (batch, n_heads, length, length)
        """
        Q, K, V = (self._split(layer(X)) for layer in (self.query, self.key, self.value))
        visible = None if real is None else real[:, None, None, :]
        H, weights = scaled_dot_product_attention(Q, K, V, visible)
        return self.output(H.transpose(1, 2).flatten(2)), weights

    def _split(self, X: Tensor) -> Tensor:
        return X.unflatten(-1, (self.n_heads, -1)).transpose(1, 2)  # (batch, heads, length, d)


class EncoderBlock(nn.Module):
    """Self-attention, then a small network per position; each added to its input and normalized.

    Parameters
    ----------
    d_model, n_heads : int
        As in :class:`MultiHeadSelfAttention`.
    d_hidden : int
        Hidden units of the network per position.
    dropout : float

    References
    ----------
    Vaswani et al. (2017), section 3.1; Devlin et al. (2019) use the GELU activation.

    Examples
    --------
    >>> EncoderBlock(8, 2, 16)(torch.zeros(3, 5, 8)).shape
    torch.Size([3, 5, 8])
    """

    def __init__(self, d_model: int, n_heads: int, d_hidden: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.attention = MultiHeadSelfAttention(d_model, n_heads)
        self.feed_forward = nn.Sequential(
            nn.Linear(d_model, d_hidden), nn.GELU(), nn.Linear(d_hidden, d_model)
        )
        self.norms = nn.ModuleList([nn.LayerNorm(d_model), nn.LayerNorm(d_model)])
        self.dropout = nn.Dropout(dropout)

    def forward(self, X: Tensor, real: Tensor | None = None) -> Tensor:
        """Transform each sequence.

        Parameters
        ----------
        X : Tensor of shape (batch, length, d_model)
        real : Tensor of bool of shape (batch, length), optional
            False at padding.

        Returns
        -------
        Tensor of shape (batch, length, d_model)
        """
        attended, _ = self.attention(X, real)
        X = self.norms[0](X + self.dropout(attended))
        return self.norms[1](X + self.dropout(self.feed_forward(X)))


class Encoder(nn.Module):
    """Embeddings of words, positions and segments, then a stack of blocks.

    Parameters
    ----------
    n_words : int
        Size of the vocabulary with the special tokens.
    max_length : int
        Longest sequence, special tokens included.
    d_model, n_heads, n_layers : int
    dropout : float

    Examples
    --------
    >>> ids = torch.tensor([[CLS, 7, 8, SEP]])
    >>> Encoder(10, max_length=6, d_model=8, n_heads=2, n_layers=1)(ids).shape
    torch.Size([1, 4, 8])
    """

    def __init__(
        self,
        n_words: int,
        max_length: int,
        d_model: int,
        n_heads: int,
        n_layers: int,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.words = nn.Embedding(n_words, d_model)
        self.positions = nn.Embedding(max_length, d_model)
        self.segments = nn.Embedding(2, d_model)
        self.norm, self.dropout = nn.LayerNorm(d_model), nn.Dropout(dropout)
        self.blocks = nn.ModuleList(
            EncoderBlock(d_model, n_heads, 4 * d_model, dropout) for _ in range(n_layers)
        )
        for table in (self.words, self.positions, self.segments):
            nn.init.normal_(table.weight, std=0.02)

    def forward(self, ids: Tensor) -> Tensor:
        """Give each position a vector that depends on its whole sequence.

        Parameters
        ----------
        ids : Tensor of int64 of shape (batch, length)
            Padded with ``PAD``; what follows the first ``SEP`` is the second segment.

        Returns
        -------
        Tensor of shape (batch, length, d_model)
        """
        X = self.embed(ids)
        for block in self.blocks:
            X = block(X, ids != PAD)
        return X

    def embed(self, ids: Tensor) -> Tensor:
        """Add the vectors of word, position and segment: the input of the first block.

        Parameters
        ----------
        ids : Tensor of int64 of shape (batch, length)

        Returns
        -------
        Tensor of shape (batch, length, d_model)
        """
        separators_before = (ids == SEP).cumsum(dim=1) - (ids == SEP).long()
        X = self.words(ids) + self.positions.weight[: ids.shape[1]]
        return self.dropout(self.norm(X + self.segments(separators_before.clamp_max(1))))


class Masked(NamedTuple):
    """Input of the masked language model with its targets.

    ``targets`` holds the original word at the chosen positions and ``IGNORED`` elsewhere.
    """

    ids: Tensor
    targets: Tensor


def mask_tokens(
    ids: Tensor, n_words: int, *, rate: float = 0.15, generator: torch.Generator | None = None
) -> Masked:
    """Choose positions to predict and hide them by the 80/10/10 rule.

    Of the chosen positions, 80 % become ``[MASK]``, 10 % a random word and 10 % stay as they are,
    so that the model cannot tell from its input which words it will be asked for. Special tokens
    are never chosen.

    Parameters
    ----------
    ids : Tensor of int64 of shape (batch, length)
    n_words : int
        Size of the vocabulary with the special tokens.
    rate : float
        Probability with which each word is chosen, in (0, 1].
    generator : torch.Generator, optional

    Returns
    -------
    Masked

    Raises
    ------
    ValueError
        If the rate is not in (0, 1] or there is no word besides the special tokens.

    References
    ----------
    Devlin et al. (2019), section 3.1, task 1, and appendix A.1.

    Examples
    --------
    >>> ids = torch.tensor([[CLS, 7, 8, SEP]])
    >>> masked = mask_tokens(ids, n_words=9, rate=1.0)
    >>> masked.targets.tolist()
    [[-100, 7, 8, -100]]
    """
    if not 0 < rate <= 1:
        raise ValueError(f"rate is {rate}; it must lie in (0, 1].")
    if n_words <= len(SPECIAL_TOKENS):
        raise ValueError(
            f"n_words is {n_words}; the first {len(SPECIAL_TOKENS)} are special, give more."
        )
    chosen = (torch.rand(ids.shape, generator=generator) < rate) & (ids != PAD)
    chosen &= (ids != CLS) & (ids != SEP)
    action = torch.rand(ids.shape, generator=generator)
    random_words = torch.randint(len(SPECIAL_TOKENS), n_words, ids.shape, generator=generator)
    hidden = torch.where(action < 0.8, MASK, torch.where(action < 0.9, random_words, ids))
    return Masked(torch.where(chosen, hidden, ids), torch.where(chosen, ids, IGNORED))


class BERT:
    """Masked language model: a bidirectional encoder that restores hidden words.

    Next-sentence prediction, the second task of the paper, is left out: later work found that it
    does not help.

    Parameters
    ----------
    d_model, n_heads, n_layers : int
        Size of the encoder.
    max_length : int
        Longest sequence with its special tokens; what is longer is cut.
    min_count : int
        Words seen less often become ``[UNK]``.
    mask_rate : float
    dropout : float
    n_epochs, batch_size : int
    learning_rate : float
        Peak of a schedule that rises over the first tenth of the steps and falls to zero.
    random_state : int or None

    Attributes
    ----------
    vocabulary_ : Vocabulary
        Rows follow the special tokens: word i has id ``i + len(SPECIAL_TOKENS)``.
    encoder_ : Encoder
    bias_ : torch.nn.Parameter of shape (n_words,)
        Of the output layer, whose weights are the word embeddings.
    loss_ : list of float
        Mean loss per epoch in nats per hidden word.

    Raises
    ------
    ValueError
        If a size is not positive or the mask rate not in (0, 1].

    References
    ----------
    Devlin, Chang, Lee and Toutanova (2019).

    Examples
    --------
    >>> sentences = [["the", "cat", "sat"], ["the", "dog", "sat"]] * 8
    >>> model = BERT(d_model=16, n_heads=2, n_layers=1, n_epochs=2, random_state=0).fit(sentences)
    >>> model.transform(["the", "cat", "ran"]).shape
    (3, 16)
    """

    def __init__(
        self,
        *,
        d_model: int = 64,
        n_heads: int = 4,
        n_layers: int = 2,
        max_length: int = 64,
        min_count: int = 1,
        mask_rate: float = 0.15,
        dropout: float = 0.0,
        n_epochs: int = 20,
        batch_size: int = 32,
        learning_rate: float = 1e-3,
        random_state: int | None = None,
    ) -> None:
        check_positive(
            n_layers=n_layers,
            n_epochs=n_epochs,
            batch_size=batch_size,
            learning_rate=learning_rate,
        )
        MultiHeadSelfAttention(d_model, n_heads)
        if max_length < 3:
            raise ValueError(f"max_length is {max_length}; [CLS], a word and [SEP] need 3.")
        if not 0 < mask_rate <= 1:
            raise ValueError(f"mask_rate is {mask_rate}; it must lie in (0, 1].")
        self.d_model, self.n_heads, self.n_layers = d_model, n_heads, n_layers
        self.max_length, self.min_count = max_length, min_count
        self.mask_rate, self.dropout = mask_rate, dropout
        self.n_epochs, self.batch_size = n_epochs, batch_size
        self.learning_rate = learning_rate
        self.random_state = random_state

    def fit(self, sentences: Sequence[Sequence[str]]) -> Self:
        """Learn to restore hidden words.

        Parameters
        ----------
        sentences : sequence of sequences of str
            Tokenized sentences.

        Returns
        -------
        BERT

        Raises
        ------
        ValueError
            If there is no sentence, one is a plain string, or no word is frequent enough.
        """
        _check_sentences(sentences)
        self.vocabulary_ = Vocabulary(
            (word for sentence in sentences for word in sentence), min_count=self.min_count
        )
        n_words = len(self.vocabulary_) + len(SPECIAL_TOKENS)
        ids = self.encode(sentences)
        with seeded(self.random_state) as generator:
            self.encoder_ = Encoder(
                n_words, self.max_length, self.d_model, self.n_heads, self.n_layers, self.dropout
            )
            self.bias_ = nn.Parameter(torch.zeros(n_words))

            def loss(rows: Tensor) -> Tensor:
                batch = _cut(ids[rows])
                masked = mask_tokens(batch, n_words, rate=self.mask_rate, generator=generator)
                chosen = masked.targets != IGNORED
                logits = self._logits(self.encoder_(masked.ids)[chosen])  # (n_chosen, n_words)
                total = functional.cross_entropy(logits, masked.targets[chosen], reduction="sum")
                return total / chosen.sum().clamp_min(1)

            self.loss_ = _train(
                loss,
                [*self.encoder_.parameters(), self.bias_],
                lambda: minibatches(len(ids), self.batch_size, generator),
                n_steps=self.n_epochs * math.ceil(len(ids) / self.batch_size),
                n_epochs=self.n_epochs,
                learning_rate=self.learning_rate,
            )
        self.encoder_.eval()
        return self

    def encode(
        self,
        sentences: Sequence[Sequence[str]],
        seconds: Sequence[Sequence[str]] | None = None,
    ) -> Tensor:
        """Ids of sentences, or of pairs, between special tokens and padded at the end.

        Parameters
        ----------
        sentences : sequence of sequences of str
            Words; ``"[MASK]"`` stands for a hidden one.
        seconds : sequence of sequences of str, optional
            One more sentence for each: ``[CLS] first [SEP] second [SEP]``.

        Returns
        -------
        Tensor of int64 of shape (n_sentences, length)

        Raises
        ------
        ValueError
            If the model is not fitted, a sentence is a plain string, or the two differ in number.
        """
        self._check_fitted()
        _check_sentences(sentences)
        if seconds is not None and len(seconds) != len(sentences):
            raise ValueError(f"{len(sentences)} sentences and {len(seconds)} seconds; give pairs.")
        rows = []
        for number, sentence in enumerate(sentences):
            words = sentence[: self.max_length - 2]
            row = [CLS, *map(self._id, words), SEP]
            if seconds is not None:
                row += [*map(self._id, seconds[number]), SEP]
                if len(row) > self.max_length:
                    raise ValueError(
                        f"pair {number} has {len(row)} tokens; max_length is {self.max_length}."
                    )
            rows.append(torch.tensor(row))
        return nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=PAD)

    def transform(self, sentence: Sequence[str]) -> Array:
        """Contextual vectors of the words of one sentence.

        Parameters
        ----------
        sentence : sequence of str

        Returns
        -------
        ndarray of shape (n_words, d_model)
            Without the special tokens.

        Raises
        ------
        ValueError
            If the model is not fitted or the sentence does not fit ``max_length``.
        """
        return self._states(sentence).double().numpy()

    def predict_masked(self, sentence: Sequence[str]) -> Array:
        """Distribution over the vocabulary at each ``"[MASK]"`` of a sentence.

        Parameters
        ----------
        sentence : sequence of str
            With the word ``"[MASK]"`` at one place or more.

        Returns
        -------
        ndarray of shape (n_masks, len(vocabulary_))
            Special tokens are left out; rows sum to one.

        Raises
        ------
        ValueError
            If the model is not fitted, nothing is masked or the sentence does not fit.
        """
        places = [place for place, word in enumerate(sentence) if word == "[MASK]"]
        if not places:
            raise ValueError("the sentence has no '[MASK]'; put it in place of a word.")
        with torch.no_grad():
            logits = self._logits(self._states(sentence)[places])
        return torch.softmax(logits[:, len(SPECIAL_TOKENS) :], dim=-1).double().numpy()

    def masked_accuracy(
        self, sentences: Sequence[Sequence[str]], *, random_state: int = 0
    ) -> float:
        """Share of words restored when 15 % (``mask_rate``) of them are hidden.

        Every chosen word is replaced by ``[MASK]``, without the 80/10/10 rule of training.

        Parameters
        ----------
        sentences : sequence of sequences of str
        random_state : int
            Choice of the words.

        Returns
        -------
        float
            Compare it with the share of the most frequent word, the unigram baseline.

        Raises
        ------
        ValueError
            If the model is not fitted or no word was chosen.
        """
        ids = self.encode(sentences)
        generator = torch.Generator().manual_seed(random_state)
        chosen = torch.rand(ids.shape, generator=generator) < self.mask_rate
        chosen &= ids >= len(SPECIAL_TOKENS)
        if not chosen.any():
            raise ValueError("no word was chosen; give more sentences.")
        hits = 0
        for rows in torch.arange(len(ids)).split(256):
            with torch.no_grad():
                H = self.encoder_(torch.where(chosen[rows], MASK, ids[rows]))[chosen[rows]]
                best = self._logits(H)[:, len(SPECIAL_TOKENS) :].argmax(dim=1)
            hits += int((best + len(SPECIAL_TOKENS) == ids[rows][chosen[rows]]).sum())
        return hits / int(chosen.sum())

    def attention(self, sentence: Sequence[str]) -> Array:
        """Attention weights of every layer and head on one sentence.

        Parameters
        ----------
        sentence : sequence of str

        Returns
        -------
        ndarray of shape (n_layers, n_heads, n_words + 2, n_words + 2)
            Positions are ``[CLS]``, the words, ``[SEP]``; rows sum to one.

        Raises
        ------
        ValueError
            If the model is not fitted or the sentence does not fit.
        """
        self._check_length(sentence)
        ids = self.encode([sentence])
        weights = []
        with torch.no_grad():
            X = self.encoder_.embed(ids)
            for block in self.encoder_.blocks:
                weights.append(block.get_submodule("attention")(X)[1][0])
                X = block(X)
        return torch.stack(weights).double().numpy()

    def _check_fitted(self) -> None:
        if not hasattr(self, "vocabulary_"):
            raise ValueError("this BERT is not fitted; call fit(sentences) first.")

    def _id(self, word: str) -> int:
        if word == "[MASK]":
            return MASK
        if word not in self.vocabulary_:
            return UNK
        return self.vocabulary_.index(word) + len(SPECIAL_TOKENS)

    def _check_length(self, sentence: Sequence[str]) -> None:
        self._check_fitted()
        if len(sentence) > self.max_length - 2:
            raise ValueError(
                f"the sentence has {len(sentence)} words; max_length {self.max_length} leaves "
                f"room for {self.max_length - 2}."
            )

    def _states(self, sentence: Sequence[str]) -> Tensor:
        self._check_length(sentence)
        with torch.no_grad():
            return self.encoder_(self.encode([sentence]))[0, 1:-1]

    def _logits(self, H: Tensor) -> Tensor:
        return H @ self.encoder_.words.weight.T + self.bias_


def _cut(ids: Tensor) -> Tensor:
    """Drop the columns that are padding in every row of a batch."""
    return ids[:, : int((ids != PAD).sum(dim=1).max())]


def _check_sentences(sentences: Sequence[Sequence[str]]) -> None:
    if not len(sentences) or any(isinstance(sentence, str) for sentence in sentences):
        raise ValueError(
            "sentences must be lists of words, at least one; split a text first, for example with "
            "embref.text.tokenize."
        )


def _train(
    loss: Callable[[Tensor], Tensor],
    parameters: list[nn.Parameter],
    batches: Callable[[], Iterator[Tensor]],
    *,
    n_steps: int,
    n_epochs: int,
    learning_rate: float,
) -> list[float]:
    optimizer = torch.optim.Adam(parameters, lr=learning_rate)
    rise = max(1, n_steps // 10)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / rise, (n_steps - step) / (n_steps - rise + 1))
    )
    history = []
    for _ in range(n_epochs):
        values = []
        for rows in batches():
            optimizer.zero_grad()
            value = loss(rows)
            value.backward()
            optimizer.step()
            schedule.step()
            values.append(value.item())
        history.append(float(np.mean(values)))
    return history


class BERTClassifier:
    """Fine-tuned classifier: a linear layer on the vector of ``[CLS]``, trained with the encoder.

    Parameters
    ----------
    bert : BERT
        A fitted model; it is copied and stays as it is.
    freeze : bool
        Train the head alone.
    n_epochs, batch_size : int
    learning_rate : float
    random_state : int or None

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    encoder_ : Encoder
    head_ : torch.nn.Linear
    loss_ : list of float
        Mean loss per epoch.

    Raises
    ------
    ValueError
        If the given model is not fitted or a size is not positive.

    References
    ----------
    Devlin et al. (2019), section 3.2 and figure 4.

    Examples
    --------
    >>> sentences = [["good", "film"], ["bad", "film"]] * 8
    >>> bert = BERT(d_model=16, n_heads=2, n_layers=1, n_epochs=1, random_state=0).fit(sentences)
    >>> model = BERTClassifier(bert, random_state=0).fit(sentences, ["+", "-"] * 8)
    >>> model.predict([["bad", "film"], ["good", "film"]]).tolist()
    ['-', '+']
    """

    def __init__(
        self,
        bert: BERT,
        *,
        freeze: bool = False,
        n_epochs: int = 20,
        batch_size: int = 16,
        learning_rate: float = 1e-3,
        random_state: int | None = None,
    ) -> None:
        bert._check_fitted()
        check_positive(n_epochs=n_epochs, batch_size=batch_size, learning_rate=learning_rate)
        self.bert, self.freeze = bert, freeze
        self.n_epochs, self.batch_size = n_epochs, batch_size
        self.learning_rate = learning_rate
        self.random_state = random_state

    def fit(
        self,
        sentences: Sequence[Sequence[str]],
        y: ArrayLike,
        seconds: Sequence[Sequence[str]] | None = None,
    ) -> Self:
        """Train on labeled sentences or pairs of sentences.

        Parameters
        ----------
        sentences : sequence of sequences of str
        y : array-like of shape (n_sentences,)
        seconds : sequence of sequences of str, optional
            Second sentences, see :meth:`BERT.encode`.

        Returns
        -------
        BERTClassifier

        Raises
        ------
        ValueError
            If the numbers of sentences and labels differ or there is one class only.
        """
        ids, y = self.bert.encode(sentences, seconds), np.asarray(y)
        self.classes_, labels = np.unique(y, return_inverse=True)
        if y.shape != (len(ids),) or len(self.classes_) < 2:
            raise ValueError(
                f"y has shape {y.shape} and {len(self.classes_)} classes; expected ({len(ids)},) "
                "and at least two classes."
            )
        targets = torch.from_numpy(labels)
        with seeded(self.random_state) as generator:
            self.encoder_ = copy.deepcopy(self.bert.encoder_).train()
            self.head_ = nn.Linear(self.bert.d_model, len(self.classes_))

            def loss(rows: Tensor) -> Tensor:
                return functional.cross_entropy(self._logits(ids[rows]), targets[rows])

            encoder = [] if self.freeze else list(self.encoder_.parameters())
            self.loss_ = _train(
                loss,
                [*self.head_.parameters(), *encoder],
                lambda: minibatches(len(ids), self.batch_size, generator),
                n_steps=self.n_epochs * math.ceil(len(ids) / self.batch_size),
                n_epochs=self.n_epochs,
                learning_rate=self.learning_rate,
            )
        self.encoder_.eval()
        return self

    def predict_proba(
        self, sentences: Sequence[Sequence[str]], seconds: Sequence[Sequence[str]] | None = None
    ) -> Array:
        """Probability of each class.

        Parameters
        ----------
        sentences : sequence of sequences of str
        seconds : sequence of sequences of str, optional

        Returns
        -------
        ndarray of shape (n_sentences, n_classes)

        Raises
        ------
        ValueError
            If the model is not fitted.
        """
        if not hasattr(self, "head_"):
            raise ValueError("this BERTClassifier is not fitted; call fit(sentences, y) first.")
        with torch.no_grad():
            logits = self._logits(self.bert.encode(sentences, seconds))
        return torch.softmax(logits, dim=-1).double().numpy()

    def predict(
        self, sentences: Sequence[Sequence[str]], seconds: Sequence[Sequence[str]] | None = None
    ) -> NDArray:
        """Label of the most probable class.

        Parameters
        ----------
        sentences : sequence of sequences of str
        seconds : sequence of sequences of str, optional

        Returns
        -------
        ndarray of shape (n_sentences,)

        Raises
        ------
        ValueError
            If the model is not fitted.
        """
        most_probable = self.predict_proba(sentences, seconds).argmax(axis=1)
        return self.classes_[most_probable]

    def _logits(self, ids: Tensor) -> Tensor:
        return self.head_(self.encoder_(_cut(ids))[:, 0])
