import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional

from embref.bert import (
    BERT,
    CLS,
    IGNORED,
    MASK,
    PAD,
    SEP,
    SPECIAL_TOKENS,
    BERTClassifier,
    Encoder,
    EncoderBlock,
    MultiHeadSelfAttention,
    mask_tokens,
    scaled_dot_product_attention,
)


def weather(n, random_state):
    """Sentences in which one word settles another: it rains or shines, and what one takes along."""
    rng = np.random.default_rng(random_state)
    takes = {"rains": ["umbrella", "coat"], "shines": ["hat", "glasses"]}
    sentences, labels = [], []
    for _ in range(n):
        sky = rng.choice(list(takes))
        who = rng.choice(["ann", "ben", "eva", "tom"])
        sentences.append(["when", "it", sky, who, "takes", "the", str(rng.choice(takes[sky]))])
        labels.append(sky)
    return sentences, labels


@pytest.fixture(scope="module")
def bert():
    sentences, _ = weather(300, 0)
    return BERT(
        d_model=32,
        n_heads=4,
        n_layers=2,
        n_epochs=30,
        mask_rate=0.25,
        learning_rate=2e-3,
        random_state=0,
    ).fit(sentences)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 5), st.integers(1, 6), st.integers(1, 4), st.integers(0, 1000))
def test_attention_agrees_with_torch(n_queries, n_keys, d, seed):
    rng = torch.Generator().manual_seed(seed)
    Q = torch.randn(2, n_queries, d, generator=rng, dtype=torch.double)
    K, V = torch.randn(2, 2, n_keys, d, generator=rng, dtype=torch.double)
    visible = torch.rand(2, n_queries, n_keys, generator=rng) < 0.7
    visible[..., 0] = True
    output, weights = scaled_dot_product_attention(Q, K, V, visible)
    expected = functional.scaled_dot_product_attention(Q, K, V, attn_mask=visible)
    torch.testing.assert_close(output, expected, atol=1e-12, rtol=0)
    torch.testing.assert_close(weights.sum(-1), torch.ones(2, n_queries, dtype=torch.double))
    assert (weights[~visible] == 0).all()


def _copy_attention(theirs, ours):
    with torch.no_grad():
        layers = [ours.query, ours.key, ours.value]
        theirs.in_proj_weight.copy_(torch.cat([layer.weight for layer in layers]))
        theirs.in_proj_bias.copy_(torch.cat([layer.bias for layer in layers]))
        theirs.out_proj.load_state_dict(ours.output.state_dict())


def test_multi_head_attention_agrees_with_torch():
    torch.manual_seed(0)
    ours = MultiHeadSelfAttention(24, 4)
    theirs = nn.MultiheadAttention(24, 4, batch_first=True)
    _copy_attention(theirs, ours)
    X = torch.randn(3, 7, 24)
    real = torch.arange(7) < torch.tensor([[7], [4], [1]])
    output, weights = ours(X, real)
    expected = theirs(X, X, X, key_padding_mask=~real, average_attn_weights=False)
    torch.testing.assert_close(output, expected[0], atol=1e-6, rtol=0)
    torch.testing.assert_close(weights, expected[1], atol=1e-6, rtol=0)


def test_block_agrees_with_torch():
    torch.manual_seed(0)
    ours = EncoderBlock(16, 2, 64)
    theirs = nn.TransformerEncoderLayer(16, 2, 64, 0.0, "gelu", batch_first=True)
    _copy_attention(theirs.self_attn, ours.attention)
    theirs.linear1.load_state_dict(ours.feed_forward[0].state_dict())
    theirs.linear2.load_state_dict(ours.feed_forward[2].state_dict())
    for number, norm in enumerate(ours.norms):
        nn.init.normal_(norm.weight)
        getattr(theirs, f"norm{number + 1}").load_state_dict(norm.state_dict())
    X = torch.randn(3, 5, 16)
    torch.testing.assert_close(ours(X), theirs(X), atol=1e-5, rtol=0)


def test_padding_changes_nothing():
    torch.manual_seed(0)
    encoder = Encoder(20, 10, 16, 2, 2)
    ids = torch.tensor([[CLS, 7, 8, SEP]])
    padded = torch.cat([ids, torch.full((1, 5), PAD)], dim=1)
    torch.testing.assert_close(encoder(padded)[:, :4], encoder(ids), atol=1e-6, rtol=0)


def test_second_sentence_has_the_second_segment():
    encoder = Encoder(20, 10, 8, 2, 1)
    with torch.no_grad():
        encoder.words.weight.zero_()
        encoder.positions.weight.zero_()
        encoder.segments.weight.copy_(torch.eye(2, 8))
    X = encoder.embed(torch.tensor([[CLS, 7, SEP, 8, 9, SEP]]))
    assert X[0].argmax(dim=-1).tolist() == [0, 0, 0, 1, 1, 1]


def test_masking_follows_the_80_10_10_rule():
    n_words, generator = 1000, torch.Generator().manual_seed(0)
    ids = torch.randint(5, n_words, (400, 102), generator=generator)
    ids[:, 0], ids[:, -2], ids[:, -1] = CLS, SEP, PAD
    hidden, targets = mask_tokens(ids, n_words, generator=generator)
    chosen = targets != IGNORED
    assert chosen[:, 1:-2].float().mean().item() == pytest.approx(0.15, abs=0.005)
    assert not chosen[:, [0, -2, -1]].any()
    assert (targets[chosen] == ids[chosen]).all()
    assert (hidden[~chosen] == ids[~chosen]).all()
    after = hidden[chosen]
    masked, kept = after == MASK, after == ids[chosen]
    assert masked.float().mean().item() == pytest.approx(0.8, abs=0.02)
    assert kept.float().mean().item() == pytest.approx(0.1, abs=0.015)
    assert (~masked & ~kept).float().mean().item() == pytest.approx(0.1, abs=0.015)
    assert after[~masked].min() >= len(SPECIAL_TOKENS)


def test_masked_accuracy_beats_the_unigram_baseline(bert):
    sentences, _ = weather(200, 1)
    words = [word for sentence in sentences for word in sentence]
    unigram = max(map(words.count, set(words))) / len(words)
    assert bert.masked_accuracy(sentences) > unigram + 0.4
    assert bert.loss_[-1] < bert.loss_[0] / 2


def test_masked_accuracy_counts_hidden_words_one_by_one(bert):
    sentences, _ = weather(30, 4)
    accuracy = bert.masked_accuracy(sentences, random_state=5)
    generator = torch.Generator().manual_seed(5)
    chosen = torch.rand(bert.encode(sentences).shape, generator=generator)[:, 1:-1] < bert.mask_rate
    hits = []
    for sentence, hidden in zip(sentences, chosen, strict=True):
        shown = ["[MASK]" if h else word for word, h in zip(sentence, hidden, strict=True)]
        if hidden.any():
            best = bert.predict_masked(shown).argmax(axis=1)
            truth = bert.vocabulary_.encode(w for w, h in zip(sentence, hidden, strict=True) if h)
            hits.extend(best == truth)
    assert 0.3 < accuracy < 1
    assert accuracy == pytest.approx(np.mean(hits))


def test_context_settles_the_hidden_word(bert):
    index = bert.vocabulary_.index
    for sky, things in {"rains": ["umbrella", "coat"], "shines": ["hat", "glasses"]}.items():
        sentence = ["when", "it", sky, "eva", "takes", "the", "[MASK]"]
        p = bert.predict_masked(sentence)
        assert p.shape == (1, len(bert.vocabulary_))
        assert p.sum() == pytest.approx(1)
        assert p[0, [index(thing) for thing in things]].sum() > 0.8


def test_one_word_has_different_vectors_in_different_sentences(bert):
    first = bert.transform(["when", "it", "rains", "eva", "takes", "the", "hat"])
    second = bert.transform(["when", "it", "shines", "eva", "takes", "the", "hat"])
    assert np.abs(first[3] - second[3]).max() > 0.1


def test_attention_rows_are_distributions(bert):
    weights = bert.attention(["it", "rains"])
    assert weights.shape == (2, 4, 4, 4)
    np.testing.assert_allclose(weights.sum(axis=-1), 1, atol=1e-6)


def test_fine_tuning_reads_the_sentence_and_leaves_the_model_alone(bert):
    sentences, _ = weather(80, 2)
    labels = [int(sentence[-1] in ("umbrella", "glasses")) for sentence in sentences]
    before = bert.transform(sentences[0])
    model = BERTClassifier(bert, random_state=0, n_epochs=25).fit(sentences, labels)
    new, _ = weather(100, 3)
    truth = [int(sentence[-1] in ("umbrella", "glasses")) for sentence in new]
    assert (model.predict(new) == truth).mean() > 0.95
    np.testing.assert_array_equal(bert.transform(sentences[0]), before)


def test_frozen_fine_tuning_trains_the_head_alone(bert):
    sentences, labels = weather(60, 2)
    model = BERTClassifier(bert, freeze=True, random_state=0, learning_rate=1e-2)
    model.fit(sentences, labels)
    torch.testing.assert_close(model.encoder_.words.weight, bert.encoder_.words.weight)
    assert (model.predict(sentences) == labels).mean() > 0.9


def test_pairs_go_between_two_separators(bert):
    ids = bert.encode([["it"], ["it", "rains"]], [["rains"], ["it"]])
    assert ids[0].tolist()[0] == CLS
    assert (ids == SEP).sum(dim=1).tolist() == [2, 2]
    model = BERTClassifier(bert, random_state=0, n_epochs=1)
    model.fit([["it"], ["rains"]], [0, 1], [["rains"], ["it"]])
    assert model.predict_proba([["it"]], [["rains"]]).shape == (1, 2)


def test_same_random_state_gives_the_same_model():
    sentences, _ = weather(20, 0)
    options = {"d_model": 8, "n_heads": 2, "n_layers": 1, "n_epochs": 2, "random_state": 4}
    first, second = (BERT(**options).fit(sentences).transform(["it"]) for _ in range(2))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda bert: BERT(d_model=10, n_heads=4), "d_model is 10; it must be a multiple"),
        (lambda bert: BERT(mask_rate=0), "mask_rate is 0"),
        (lambda bert: BERT(max_length=2), "max_length is 2"),
        (lambda bert: BERT().fit([]), "at least one"),
        (lambda bert: BERT().fit(["a plain string"]), "split a text first"),
        (lambda bert: BERT().transform(["a"]), "not fitted"),
        (lambda bert: BERTClassifier(BERT()), "not fitted"),
        (lambda bert: BERTClassifier(bert).fit([["it"]], [1]), r"shape \(1,\) and 1 classes"),
        (lambda bert: BERTClassifier(bert).predict([["it"]]), r"call fit\(sentences, y\)"),
        (lambda bert: bert.predict_masked(["it"]), r"has no '\[MASK\]'"),
        (lambda bert: bert.transform(["it"] * 99), "99 words; max_length 64"),
        (lambda bert: bert.encode([["it"]], []), "1 sentences and 0 seconds"),
        (lambda bert: mask_tokens(torch.ones(1, 1, dtype=torch.long), 5), "n_words is 5"),
        (lambda bert: mask_tokens(torch.ones(1, 1, dtype=torch.long), 9, rate=2), "rate is 2"),
        (lambda bert: scaled_dot_product_attention(torch.ones(2, 3), torch.ones(2, 4),
                                                   torch.ones(2, 4)), "Q, K and V have shapes"),
    ],
)  # fmt: skip
def test_errors_say_what_to_do(bert, call, message):
    with pytest.raises(ValueError, match=message):
        call(bert)
