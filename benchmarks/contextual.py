"""ELMo and BERT in small on the Brown corpus: prediction over unigrams, and senses of pseudo-words.

A pseudo-word stands for two words at once ("hand-government"): the text shows one token where it
had two, and the word that was there is the sense, known without annotators. A logistic regression
per pseudo-word reads its sense off the vector of the token in its sentence. A static vector is the
same for both senses and cannot do better than the more frequent one.

Needs ``brown`` (``make data``) and scikit-learn. Run: ``python benchmarks/contextual.py``.
"""

import argparse
import time
from collections import Counter

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression

from embref.bert import BERT
from embref.datasets import load_text
from embref.elmo import ELMo, unigram_perplexity

PSEUDO_WORDS = [
    ("hand", "government"), ("night", "system"), ("water", "church"), ("door", "business"),
    ("eyes", "state"), ("house", "number"), ("children", "power"), ("car", "development"),
]  # fmt: skip
LENGTH = 24


def load_sentences(n_words: int) -> tuple[list[list[str]], list[list[str]]]:
    """Return stretches of 24 words, training and test, with pseudo-words as ``a-b:a``."""
    merged = {word: "-".join(pair) + ":" + word for pair in PSEUDO_WORDS for word in pair}
    documents = load_text("brown")
    order = np.random.default_rng(0).permutation(len(documents))
    words = [merged.get(w, w) for row in order for w in documents[row]][: n_words * 5 // 4]
    stretches = [words[i : i + LENGTH] for i in range(0, len(words) - LENGTH, LENGTH)]
    cut = len(stretches) * 4 // 5
    return stretches[:cut], stretches[cut:]


def hide(sentences: list[list[str]]) -> list[list[str]]:
    """Take the senses away."""
    return [[word.split(":")[0] for word in sentence] for sentence in sentences]


def occurrences(sentences: list[list[str]], limit: int) -> dict[str, list[tuple[int, int, str]]]:
    """Sentence, position and sense of each pseudo-word, at most ``limit`` of each sense."""
    found: dict[str, list[tuple[int, int, str]]] = {}
    seen: Counter[str] = Counter()
    for row, sentence in enumerate(sentences):
        for position, word in enumerate(sentence):
            if ":" in word and seen[word] < limit:
                seen[word] += 1
                found.setdefault(word.split(":")[0], []).append((row, position, word))
    return found


def sense_accuracy(vectors, train, test) -> tuple[float, float]:  # type: ignore[no-untyped-def]
    """Mean accuracy over pseudo-words, and that of the more frequent sense."""
    hits, majority = [], []
    places = [occurrences(train, 150), occurrences(test, 50)]
    for name in places[0].keys() & places[1].keys():
        sets = []
        for sentences, found in zip((train, test), places, strict=True):
            hidden = hide(sentences)
            X = np.array([vectors(hidden[row])[position] for row, position, _ in found[name]])
            sets.append((X, np.array([sense for *_, sense in found[name]])))
        (X, y), (X_new, y_new) = sets
        model = LogisticRegression(C=0.1, max_iter=500).fit(X, y)
        hits.append((model.predict(X_new) == y_new).mean())
        majority.append(max(Counter(y_new).values()) / len(y_new))
    return float(np.mean(hits)), float(np.mean(majority))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", type=int, default=300_000)
    parser.add_argument("--min-count", type=int, default=10)
    parser.add_argument("--dimension", type=int, default=64)
    parser.add_argument("--elmo-epochs", type=int, default=3)
    parser.add_argument("--bert-epochs", type=int, default=10)
    options = parser.parse_args()
    torch.set_num_threads(1)
    train, test = load_sentences(options.words)
    shown, hidden = hide(train), hide(test)
    counts = Counter(word for sentence in shown for word in sentence)
    known = {word for word, count in counts.items() if count >= options.min_count}
    reduced = [
        [[w if w in known else "[UNK]" for w in s] for s in part] for part in (shown, hidden)
    ]

    start = time.process_time()
    elmo = ELMo(
        d_model=options.dimension, min_count=options.min_count, n_epochs=options.elmo_epochs,
        random_state=0,
    ).fit(shown)  # fmt: skip
    print(f"ELMo: {len(elmo.vocabulary_)} words, {time.process_time() - start:.0f} CPU s")
    ahead, back = elmo.perplexity(hidden)
    print(f"perplexity {ahead:.0f} / {back:.0f}, unigrams {unigram_perplexity(*reduced):.0f}")
    for layer in range(3):
        accuracy, majority = sense_accuracy(lambda s, j=layer: elmo.transform(s)[j], train, test)
        print(f"senses from layer {layer}: {accuracy:.3f} (more frequent sense {majority:.3f})")

    start = time.process_time()
    bert = BERT(
        d_model=options.dimension, min_count=options.min_count, n_epochs=options.bert_epochs,
        max_length=LENGTH + 2, random_state=0,
    ).fit(shown)  # fmt: skip
    print(f"BERT: {time.process_time() - start:.0f} CPU s")
    frequent = max(Counter(w for s in hidden for w in s if w in known).values())
    unigram = frequent / sum(w in known for s in hidden for w in s)
    print(f"masked accuracy {bert.masked_accuracy(hidden):.3f}, most frequent word {unigram:.3f}")
    accuracy, majority = sense_accuracy(bert.transform, train, test)
    print(f"senses: {accuracy:.3f} (more frequent sense {majority:.3f})")


if __name__ == "__main__":
    main()
