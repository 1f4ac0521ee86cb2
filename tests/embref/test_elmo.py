import itertools

import numpy as np
import pytest
import torch
from torch import nn

from embref.elmo import (
    BEGIN,
    END,
    PAD,
    BidirectionalLanguageModel,
    CharacterEncoder,
    ELMo,
    Occurrence,
    ScalarMix,
    WordClassifier,
    unigram_perplexity,
)

FOOD = [
    [who, verb, "the", how, "chicken", what, "on", where, "street"]
    for who, verb, how, what, where in itertools.product(
        ["i", "we"], ["like", "found"], ["new", "hot"], ["place", "soup"], ["third", "main"]
    )
]
GAME = [
    [who, verb, "chicken", "at", how, "night", "with", "our", what]
    for who, verb, how, what in itertools.product(
        ["i", "we"], ["played", "lost"], ["dark", "late"], ["cars", "bikes", "boats", "vans"]
    )
]


@pytest.fixture(scope="module")
def split():
    rng = np.random.default_rng(0)
    sentences = FOOD + GAME
    labels = np.array(["food"] * len(FOOD) + ["game"] * len(GAME))
    order = rng.permutation(len(sentences))
    return [sentences[row] for row in order], labels[order]


@pytest.fixture(scope="module")
def elmo(split):
    return ELMo(d_model=24, n_epochs=25, batch_size=8, random_state=0).fit(split[0][:44])


def chicken(elmo, sentences, layer):
    return np.array([elmo.transform(s)[layer, s.index("chicken")] for s in sentences])


def test_two_senses_of_a_word_are_separated(elmo, split):
    """Kim's example: a chicken place, and playing chicken."""
    sentences, labels = split[0][44:], split[1][44:]
    static = chicken(elmo, sentences, 0)
    assert np.ptp(static, axis=0).max() < 1e-6
    for layer in (1, 2):
        Z = chicken(elmo, sentences, layer)
        Z = Z / np.linalg.norm(Z, axis=1, keepdims=True)
        similarity = Z @ Z.T
        same = labels[:, None] == labels
        pairs = ~np.eye(len(labels), dtype=bool)
        assert similarity[same & pairs].min() > similarity[~same].max()


def test_word_classifier_mixes_layers_that_know_the_sentence(elmo, split):
    occurrences = [Occurrence(s, s.index("chicken")) for s in split[0]]
    model = WordClassifier(elmo, random_state=0).fit(occurrences[:6], split[1][:6])
    assert (model.predict(occurrences[44:]) == split[1][44:]).all()
    assert model.layer_weights_.sum() == pytest.approx(1)
    assert model.layer_weights_[1:].sum() > 2 / 3


def test_language_model_beats_unigrams_on_new_sentences(elmo, split):
    train, new = split[0][:44], split[0][44:]
    baseline = unigram_perplexity(train, new)
    assert max(elmo.perplexity(new)) < baseline / 3


def test_unigram_perplexity_by_hand():
    # counts plus one: a 3, b 2, end 3, unseen 1; "a c end" has 3/9, 1/9, 3/9
    expected = (3 / 9 * 1 / 9 * 3 / 9) ** (-1 / 3)
    assert unigram_perplexity([["a", "b"], ["a"]], [["a", "c"]]) == pytest.approx(expected)


@pytest.mark.parametrize("inputs", ["words", "characters"])
def test_directions_see_only_their_side(split, inputs):
    elmo = ELMo(inputs=inputs, d_model=8, n_epochs=1, random_state=0).fit(split[0][:8])
    first = ["we", "played", "chicken", "at", "night"]
    second = ["we", "played", "chicken", "on", "street", "boats"]
    a, b = elmo.transform(first), elmo.transform(second)
    np.testing.assert_allclose(a[:, :3, :8], b[:, :3, :8], atol=1e-6)
    assert np.abs(a[1, 2, 8:] - b[1, 2, 8:]).max() > 1e-4
    third = ["the", "chicken", "at", "night"]
    c = elmo.transform(third)
    np.testing.assert_allclose(a[:, 2:, 8:], c[:, 1:, 8:], atol=1e-6)


def test_likelihood_is_the_product_over_growing_prefixes(elmo):
    sentence = ["we", "played", "chicken"]
    ids, _ = elmo._batch([sentence])
    logs = []
    for t in range(1, ids.shape[1]):
        with torch.no_grad():
            states = elmo.model_(ids[:, :t], torch.tensor([t]))[-1][0, -1, :24]
            logs.append(torch.log_softmax(elmo.model_.output(states), dim=0)[ids[0, t]].item())
    assert elmo.perplexity([sentence])[0] == pytest.approx(np.exp(-np.mean(logs)), rel=1e-5)


def test_padding_changes_nothing(elmo):
    short, long = ["we", "played"], ["i", "like", "the", "new", "chicken", "place"]
    alone = [np.log(elmo.perplexity([s])) * (len(s) + 1) for s in (short, long)]
    together = np.log(elmo.perplexity([short, long])) * (len(short) + len(long) + 2)
    np.testing.assert_allclose(together, np.sum(alone, axis=0), rtol=1e-5)


def test_backward_direction_is_the_forward_one_on_the_mirrored_sentence():
    torch.manual_seed(0)
    model = BidirectionalLanguageModel(nn.Embedding(12, 6), 12, 6)
    model.back.load_state_dict(model.ahead.state_dict())
    ids = torch.tensor([[BEGIN, 5, 6, 7, END], [BEGIN, 8, END, PAD, PAD]])
    lengths = torch.tensor([5, 3])
    mirrored = torch.tensor([[END, 7, 6, 5, BEGIN], [END, 8, BEGIN, PAD, PAD]])
    forward, backward = model(ids, lengths), model(mirrored, lengths)
    for row, length in enumerate(lengths):
        torch.testing.assert_close(
            forward[:, row, :length, 6:], backward[:, row, :length, :6].flip(1)
        )


def test_mix_by_hand():
    mix = ScalarMix(2)
    with torch.no_grad():
        mix.scores.copy_(torch.log(torch.tensor([1.0, 3.0])))
        mix.gamma.fill_(2.0)
    layers = torch.tensor([[4.0, 0.0], [0.0, 8.0]])
    torch.testing.assert_close(mix(layers), torch.tensor([2.0, 12.0]))


def test_characters_serve_unseen_words(split):
    elmo = ELMo(inputs="characters", d_model=16, n_epochs=5, random_state=0).fit(split[0][:20])
    known, near, far = (elmo.transform([word])[0, 0] for word in ("played", "playe", "zzz"))
    assert np.linalg.norm(known - near) < np.linalg.norm(known - far)


def test_padding_of_characters_changes_nothing():
    torch.manual_seed(0)
    encoder = CharacterEncoder(9, 4)
    word = torch.tensor([[[4, 5, 6]]])
    padded = nn.functional.pad(word, (0, 5))
    torch.testing.assert_close(encoder(padded), encoder(word))


def test_same_random_state_gives_the_same_vectors(split):
    first, second = (
        ELMo(d_model=4, n_epochs=1, random_state=2).fit(split[0][:4]).transform(["we"])
        for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda elmo: ELMo(inputs="bytes"), "inputs is 'bytes'; choose one of 'words'"),
        (lambda elmo: ELMo(d_model=0), "d_model is 0"),
        (lambda elmo: ELMo().fit([]), "at least one"),
        (lambda elmo: ELMo().fit(["one string"]), "split it first"),
        (lambda elmo: ELMo().transform(["we"]), "not fitted"),
        (lambda elmo: elmo.transform([]), "none of them empty"),
        (lambda elmo: WordClassifier(ELMo()), "not fitted"),
        (lambda elmo: WordClassifier(elmo).fit([Occurrence(["we"], 0)], ["a"]), "1 classes"),
        (lambda elmo: WordClassifier(elmo).fit([(["we"], 3), (["we"], 0)], [0, 1]), "position 3"),
        (lambda elmo: WordClassifier(elmo).predict([]), r"call fit\(occurrences, y\)"),
        (lambda elmo: ScalarMix(2)(torch.ones(3, 1)), "got 3 layers"),
    ],
)
def test_errors_say_what_to_do(elmo, call, message):
    with pytest.raises(ValueError, match=message):
        call(elmo)
