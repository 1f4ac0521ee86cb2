r"""ELMo in small: word vectors that depend on the sentence, from a two-way LSTM language model.

========  ==========================================================================
pairs     a position with the words before it, and the word that stands there; the same
          with the words after it
score     dot product of an LSTM state with the output vector of a word, plus a bias
loss      cross-entropy of the softmax over the vocabulary, both directions added
========  ==========================================================================
"""

import itertools
import math
from collections.abc import Sequence
from typing import Any, NamedTuple, Self

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn
from torch.nn import functional

from embref.text import Vocabulary
from embref.training import check_choice, check_positive, minibatches, seeded

Array = NDArray[np.float64]

SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[BEGIN]", "[END]")
PAD, UNK, BEGIN, END = range(len(SPECIAL_TOKENS))


class ScalarMix(nn.Module):
    r"""Weighted sum of layers with learned weights.

    .. math:: \gamma \sum_{j=0}^{L} \mathrm{softmax}(s)_j \, h_j

    Parameters
    ----------
    n_layers : int
        Number of layers to mix, the input layer among them.

    References
    ----------
    Peters et al. (2018), equation 1.

    Examples
    --------
    All layers weigh the same at the start:

    >>> ScalarMix(3)(torch.tensor([[1.0], [2.0], [6.0]])).tolist()
    [3.0]
    """

    def __init__(self, n_layers: int) -> None:
        super().__init__()
        check_positive(n_layers=n_layers)
        self.scores = nn.Parameter(torch.zeros(n_layers))
        self.gamma = nn.Parameter(torch.ones(()))

    def forward(self, layers: Tensor) -> Tensor:
        """Mix the layers.

        Parameters
        ----------
        layers : Tensor of shape (n_layers, ...)

        Returns
        -------
        Tensor of shape (...)
        """
        if len(layers) != len(self.scores):
            raise ValueError(f"got {len(layers)} layers; this mix has {len(self.scores)} weights.")
        return self.gamma * torch.tensordot(torch.softmax(self.scores, dim=0), layers, dims=1)


class CharacterEncoder(nn.Module):
    """Word vectors from spelling: convolutions over characters, the maximum over positions.

    Parameters
    ----------
    n_characters : int
        Size of the alphabet, padding (id 0) included.
    d_model : int
        Dimension of the word vectors.
    widths : sequence of int
        One convolution per width, in characters.
    d_character : int
        Dimension of the character vectors.

    References
    ----------
    Kim et al. (2016), "Character-aware neural language models"; Peters et al. (2018), section 3.4,
    without the highway layers.

    Examples
    --------
    >>> CharacterEncoder(30, d_model=8)(torch.ones(2, 5, 12, dtype=torch.long)).shape
    torch.Size([2, 5, 8])
    """

    def __init__(
        self,
        n_characters: int,
        d_model: int,
        widths: Sequence[int] = (1, 2, 3, 4),
        d_character: int = 16,
    ) -> None:
        super().__init__()
        self.characters = nn.Embedding(n_characters, d_character, padding_idx=0)
        self.convolutions = nn.ModuleList(
            nn.Conv1d(d_character, d_model, width, padding=width - 1, bias=False)
            for width in widths
        )  # without a bias, a window of padding gives zero and cannot be the maximum
        self.projection = nn.Linear(d_model * len(widths), d_model)

    def forward(self, spellings: Tensor) -> Tensor:
        """Embed words.

        Parameters
        ----------
        spellings : Tensor of int64 of shape (batch, length, n_characters_per_word)

        Returns
        -------
        Tensor of shape (batch, length, d_model)
        """
        X = self.characters(spellings.flatten(0, 1)).mT  # (batch · length, d_character, characters)
        pooled = [functional.relu(layer(X)).amax(dim=-1) for layer in self.convolutions]
        return self.projection(torch.cat(pooled, dim=-1)).unflatten(0, spellings.shape[:2])


class BidirectionalLanguageModel(nn.Module):
    """LSTM layers in either direction over the same word vectors, with one output layer for both.

    Parameters
    ----------
    embedder : torch.nn.Module
        Maps the input of a batch to word vectors of shape (batch, length, d_model).
    n_words : int
        Size of the vocabulary with the special tokens.
    d_model : int
        Dimension of word vectors and of the LSTM states of each direction.
    n_layers : int
    dropout : float

    Examples
    --------
    >>> model = BidirectionalLanguageModel(nn.Embedding(9, 4), n_words=9, d_model=4)
    >>> ids = torch.tensor([[BEGIN, 5, 6, END]])
    >>> model(ids, torch.tensor([4])).shape
    torch.Size([3, 1, 4, 8])
    """

    def __init__(
        self,
        embedder: nn.Module,
        n_words: int,
        d_model: int,
        n_layers: int = 2,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.embedder, self.dropout = embedder, nn.Dropout(dropout)
        self.ahead, self.back = (
            nn.ModuleList(nn.LSTM(d_model, d_model, batch_first=True) for _ in range(n_layers))
            for _ in range(2)
        )
        self.output = nn.Linear(d_model, n_words)

    def forward(self, inputs: Tensor, lengths: Tensor) -> Tensor:
        """States of all layers at all positions.

        Parameters
        ----------
        inputs : Tensor
            Input of the embedder, padded at the end.
        lengths : Tensor of int64 of shape (batch,)
            Number of real positions of each sentence.

        Returns
        -------
        Tensor of shape (n_layers + 1, batch, length, 2 · d_model)
            Layer 0 holds the word vector twice. Above it the first half of a state has seen its own
            position and those before, the second half its own and those after.
        """
        X = self.embedder(inputs)
        states = [torch.cat([X, X], dim=-1)]
        mirror = _mirror(lengths, X.shape[1])
        forward_states, backward_states = X, _reorder(X, mirror)
        for ahead, back in zip(self.ahead, self.back, strict=True):
            forward_states, _ = ahead(self.dropout(forward_states))
            backward_states, _ = back(self.dropout(backward_states))
            states.append(torch.cat([forward_states, _reorder(backward_states, mirror)], dim=-1))
        return torch.stack(states)

    def losses(self, inputs: Tensor, ids: Tensor) -> tuple[Tensor, Tensor]:
        """Negative log-likelihood of every word from its left, and from its right.

        Parameters
        ----------
        inputs : Tensor
            Input of the embedder.
        ids : Tensor of int64 of shape (batch, length)
            Between ``BEGIN`` and ``END``, padded with ``PAD``.

        Returns
        -------
        ahead : Tensor of shape (n_predictions,)
            One value for each word and each ``END``, row by row, in nats.
        back : Tensor of shape (n_predictions,)
            One value for each word and each ``BEGIN``.
        """
        top = self.dropout(self(inputs, (ids != PAD).sum(dim=1))[-1])
        forward_states, backward_states = top.chunk(2, dim=-1)
        from_left, from_right = ids[:, 1:] != PAD, (ids[:, :-1] != END) & (ids[:, :-1] != PAD)
        return (
            self._cross_entropy(forward_states[:, :-1][from_left], ids[:, 1:][from_left]),
            self._cross_entropy(backward_states[:, 1:][from_right], ids[:, :-1][from_right]),
        )

    def _cross_entropy(self, H: Tensor, targets: Tensor) -> Tensor:
        return functional.cross_entropy(self.output(H), targets, reduction="none")


def _mirror(lengths: Tensor, length: int) -> Tensor:
    """Positions that turn each sentence around and leave its padding at the end."""
    t = torch.arange(length)
    return torch.where(t < lengths[:, None], lengths[:, None] - 1 - t, t)  # (batch, length)


def _reorder(X: Tensor, positions: Tensor) -> Tensor:
    return X.gather(1, positions[..., None].expand_as(X))


class Occurrence(NamedTuple):
    """A word in its sentence."""

    sentence: Sequence[str]
    position: int


class ELMo:
    """Contextual word vectors from a bidirectional language model.

    Parameters
    ----------
    inputs : {"words", "characters"}
        Where word vectors come from: a table, or the spelling, which also serves unseen words.
    d_model : int
        Dimension of word vectors and of LSTM states per direction.
    n_layers : int
    min_count : int
        Words seen less often are predicted as ``[UNK]``.
    dropout : float
    n_epochs, batch_size : int
    learning_rate : float
        At the start; it falls to zero along a half cosine.
    random_state : int or None

    Attributes
    ----------
    vocabulary_ : Vocabulary
        Rows follow the special tokens: word i has id ``i + len(SPECIAL_TOKENS)``.
    alphabet_ : dict from character to id
        Of the training words, with ``<`` and ``>`` around each of them.
    model_ : BidirectionalLanguageModel
    loss_ : list of float
        Per epoch, mean over both directions in nats per word.

    Raises
    ------
    ValueError
        If an option is unknown or a size is not positive.

    References
    ----------
    Peters et al. (2018), "Deep contextualized word representations"; Kim's deck, slide "ELMo and
    BERT".

    Examples
    --------
    >>> sentences = [["fried", "chicken", "tastes", "good"], ["we", "played", "chicken"]] * 8
    >>> model = ELMo(d_model=8, n_epochs=2, random_state=0).fit(sentences)
    >>> model.transform(["we", "played", "chicken"]).shape
    (3, 3, 16)
    """

    def __init__(
        self,
        *,
        inputs: str = "words",
        d_model: int = 64,
        n_layers: int = 2,
        min_count: int = 1,
        dropout: float = 0.0,
        n_epochs: int = 20,
        batch_size: int = 32,
        learning_rate: float = 5e-3,
        random_state: int | None = None,
    ) -> None:
        check_choice("inputs", inputs, ("words", "characters"))
        check_positive(
            d_model=d_model,
            n_layers=n_layers,
            n_epochs=n_epochs,
            batch_size=batch_size,
            learning_rate=learning_rate,
        )
        self.inputs, self.d_model, self.n_layers = inputs, d_model, n_layers
        self.min_count, self.dropout = min_count, dropout
        self.n_epochs, self.batch_size = n_epochs, batch_size
        self.learning_rate = learning_rate
        self.random_state = random_state

    def fit(self, sentences: Sequence[Sequence[str]]) -> Self:
        """Train the language model.

        Parameters
        ----------
        sentences : sequence of sequences of str
            Tokenized sentences.

        Returns
        -------
        ELMo

        Raises
        ------
        ValueError
            If there is no sentence, one is a plain string or empty, or no word is frequent enough.
        """
        sentences = _check_sentences(sentences)
        words = list(itertools.chain.from_iterable(sentences))
        self.vocabulary_ = Vocabulary(words, min_count=self.min_count)
        characters = dict.fromkeys("<>" + "".join(sorted(set("".join(words)))))
        self.alphabet_ = {c: i for i, c in enumerate(characters, start=len(SPECIAL_TOKENS))}
        with seeded(self.random_state) as generator:
            self.model_ = self._build()
            self.loss_ = self._train(sentences, generator)
        self.model_.eval()
        return self

    def transform(self, sentence: Sequence[str]) -> Array:
        """Vectors of the words of one sentence, layer by layer.

        Parameters
        ----------
        sentence : sequence of str

        Returns
        -------
        ndarray of shape (n_layers + 1, n_words, 2 · d_model)
            Layer 0 knows the word alone, the others its sentence.

        Raises
        ------
        ValueError
            If the model is not fitted or the sentence is empty.
        """
        self._check_fitted()
        ids, inputs = self._batch(_check_sentences([sentence]))
        with torch.no_grad():
            states = self.model_(inputs, torch.tensor([ids.shape[1]]))
        return states[:, 0, 1:-1].double().numpy()

    def perplexity(self, sentences: Sequence[Sequence[str]]) -> tuple[float, float]:
        """Exponential of the mean loss per word, from the left and from the right.

        Parameters
        ----------
        sentences : sequence of sequences of str

        Returns
        -------
        ahead, back : float
            The size of the vocabulary for a uniform guess; the ends of sentences count as words.

        Raises
        ------
        ValueError
            If the model is not fitted or a sentence is empty.
        """
        self._check_fitted()
        sentences = _check_sentences(sentences)
        losses = []
        for rows in torch.arange(len(sentences)).split(self.batch_size):
            ids, inputs = self._batch([sentences[row] for row in rows])
            with torch.no_grad():
                losses.append(torch.stack(self.model_.losses(inputs, ids)))
        ahead, back = torch.cat(losses, dim=1).double().mean(dim=1).exp().tolist()
        return ahead, back

    def _check_fitted(self) -> None:
        if not hasattr(self, "model_"):
            raise ValueError("this ELMo is not fitted; call fit(sentences) first.")

    def _build(self) -> BidirectionalLanguageModel:
        n_words = len(self.vocabulary_) + len(SPECIAL_TOKENS)
        embedder: nn.Module = nn.Embedding(n_words, self.d_model)
        if self.inputs == "characters":
            n_characters = len(self.alphabet_) + len(SPECIAL_TOKENS)
            embedder = CharacterEncoder(n_characters, self.d_model)
        return BidirectionalLanguageModel(
            embedder, n_words, self.d_model, self.n_layers, self.dropout
        )

    def _train(self, sentences: list[list[str]], generator: torch.Generator) -> list[float]:
        optimizer = torch.optim.Adam(self.model_.parameters(), lr=self.learning_rate)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, self.n_epochs)
        history = []
        for _ in range(self.n_epochs):
            total, n_predictions = 0.0, 0
            for rows in minibatches(len(sentences), self.batch_size, generator):
                ids, inputs = self._batch([sentences[row] for row in rows])
                losses = torch.cat(self.model_.losses(inputs, ids))
                optimizer.zero_grad()
                losses.mean().backward()
                nn.utils.clip_grad_norm_(self.model_.parameters(), 1.0)
                optimizer.step()
                total += losses.sum().item()
                n_predictions += len(losses)
            schedule.step()
            history.append(total / n_predictions)
        return history

    def _batch(self, sentences: list[list[str]]) -> tuple[Tensor, Tensor]:
        """Ids of words, and the input of the embedder."""
        rows = [
            torch.tensor([BEGIN, *(self._id(word) for word in sentence), END])
            for sentence in sentences
        ]
        ids = nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=PAD)
        if self.inputs == "words":
            return ids, ids
        longest = 2 + max(len(word) for sentence in sentences for word in sentence)
        spellings = torch.zeros(*ids.shape, longest, dtype=torch.long)
        for row, sentence in enumerate(sentences):
            spellings[row, 0, 0], spellings[row, len(sentence) + 1, 0] = BEGIN, END
            for position, word in enumerate(sentence, start=1):
                letters = [self.alphabet_.get(c, UNK) for c in f"<{word}>"]
                spellings[row, position, : len(letters)] = torch.tensor(letters)
        return ids, spellings

    def _id(self, word: str) -> int:
        known = word in self.vocabulary_
        return self.vocabulary_.index(word) + len(SPECIAL_TOKENS) if known else UNK


def _check_sentences(sentences: Sequence[Sequence[str]]) -> list[list[str]]:
    if any(isinstance(sentence, str) for sentence in sentences):
        raise ValueError(
            "a sentence is one string; split it first, for example with embref.text.tokenize."
        )
    checked = [list(sentence) for sentence in sentences]
    if not checked or not all(checked):
        raise ValueError("sentences must be lists of words, at least one, none of them empty.")
    return checked


class WordClassifier:
    """Classify words in their sentences from a learned mix of a frozen ELMo's layers.

    Parameters
    ----------
    elmo : ELMo
        A fitted model.
    n_steps : int
        Full-batch steps of Adam on the mix and a linear layer.
    learning_rate : float
    weight_decay : float
        Penalty on the linear layer.
    random_state : int or None

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    layer_weights_ : ndarray of shape (n_layers + 1,)
        Learned weights of the layers, with sum one.

    Raises
    ------
    ValueError
        If the given model is not fitted or a size is not positive.

    References
    ----------
    Peters et al. (2018), sections 3.2 and 5.3 (word sense disambiguation).

    Examples
    --------
    >>> eaten, played = ["fried", "chicken"], ["played", "chicken"]
    >>> elmo = ELMo(d_model=8, n_epochs=5, random_state=0).fit([eaten, played])
    >>> senses = WordClassifier(elmo, random_state=0)
    >>> senses = senses.fit([Occurrence(eaten, 1), Occurrence(played, 1)], ["food", "game"])
    >>> senses.predict([Occurrence(["played", "chicken", "played"], 1)]).tolist()
    ['game']
    """

    def __init__(
        self,
        elmo: ELMo,
        *,
        n_steps: int = 200,
        learning_rate: float = 0.02,
        weight_decay: float = 1e-3,
        random_state: int | None = None,
    ) -> None:
        elmo._check_fitted()
        check_positive(n_steps=n_steps, learning_rate=learning_rate)
        self.elmo, self.n_steps = elmo, n_steps
        self.learning_rate, self.weight_decay = learning_rate, weight_decay
        self.random_state = random_state

    def fit(self, occurrences: Sequence[Occurrence], y: ArrayLike) -> Self:
        """Learn layer weights and classifier.

        Parameters
        ----------
        occurrences : sequence of Occurrence
        y : array-like of shape (n_occurrences,)

        Returns
        -------
        WordClassifier

        Raises
        ------
        ValueError
            If the numbers differ or there is one class only.
        """
        y = np.asarray(y)
        self.classes_, labels = np.unique(y, return_inverse=True)
        if y.shape != (len(occurrences),) or len(self.classes_) < 2:
            raise ValueError(
                f"y has shape {y.shape} and {len(self.classes_)} classes; expected "
                f"({len(occurrences)},) and at least two classes."
            )
        layers, targets = self._layers(occurrences), torch.from_numpy(labels)
        with seeded(self.random_state):
            self._mix = ScalarMix(len(layers))
            self._head = nn.Linear(layers.shape[-1], len(self.classes_))
        groups: list[dict[str, Any]] = [
            {"params": self._mix.parameters()},
            {"params": self._head.parameters(), "weight_decay": self.weight_decay},
        ]
        optimizer = torch.optim.AdamW(groups, lr=self.learning_rate, weight_decay=0.0)
        for _ in range(self.n_steps):
            optimizer.zero_grad()
            functional.cross_entropy(self._head(self._mix(layers)), targets).backward()
            optimizer.step()
        self.layer_weights_ = torch.softmax(self._mix.scores.detach(), dim=0).double().numpy()
        return self

    def predict(self, occurrences: Sequence[Occurrence]) -> NDArray:
        """Label of each word.

        Parameters
        ----------
        occurrences : sequence of Occurrence

        Returns
        -------
        ndarray of shape (n_occurrences,)

        Raises
        ------
        ValueError
            If the model is not fitted.
        """
        if not hasattr(self, "_head"):
            raise ValueError("this WordClassifier is not fitted; call fit(occurrences, y) first.")
        with torch.no_grad():
            logits = self._head(self._mix(self._layers(occurrences)))
        best = logits.argmax(dim=1).numpy()
        return self.classes_[best]

    def _layers(self, occurrences: Sequence[Occurrence]) -> Tensor:
        vectors = []
        for sentence, position in occurrences:
            if not 0 <= position < len(sentence):
                raise ValueError(
                    f"position {position} is not in a sentence of {len(sentence)} words."
                )
            vectors.append(self.elmo.transform(sentence)[:, position])
        return torch.from_numpy(np.stack(vectors, axis=1)).float()  # (n_layers + 1, n, 2 · d_model)


def unigram_perplexity(train: Sequence[Sequence[str]], sentences: Sequence[Sequence[str]]) -> float:
    """Perplexity of word frequencies alone, the baseline of a language model.

    Parameters
    ----------
    train : sequence of sequences of str
        Sentences that give the frequencies; the end of a sentence is a word, and one is added to
        every count, also to that of the words not seen, taken together.
    sentences : sequence of sequences of str
        Sentences to predict.

    Returns
    -------
    float

    Examples
    --------
    >>> round(unigram_perplexity([["a", "b"]], [["a", "b"]]), 4)
    3.5
    """
    train, sentences = _check_sentences(train), _check_sentences(sentences)
    vocabulary = Vocabulary(itertools.chain.from_iterable(train))
    counts = dict(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True))
    total = sum(counts.values()) + len(train) + len(counts) + 2
    predicted = list(itertools.chain.from_iterable(sentences))
    logs = [math.log((counts.get(word, 0) + 1) / total) for word in predicted]
    logs += [math.log((len(train) + 1) / total)] * len(sentences)
    return math.exp(-sum(logs) / len(logs))
