"""Deep clustering of two speakers: SI-SDR improvement beside the ideal binary mask.

Four speakers (English, French, Italian, Russian prompts), every fifth prompt held out by its name,
so that no translation of a test prompt is in the training set. Speakers and channels are those of
the training set, and each speaker has one language and one room: the figure says nothing about
voices never heard. ``--unseen it`` leaves a speaker out of training and mixes it with the others.

Needs ``speech-en``, ``speech-fr``, ``speech-it``, ``speech-ru`` (``make data``). Optional peer for
the measure: ``pip install "mir_eval<0.9"``. Run: ``python benchmarks/deep_clustering.py``.
"""

import argparse
import importlib.util
import itertools
import statistics
import time
from collections.abc import Iterator

import numpy as np
import torch

from embref.datasets import load_speech
from embref.deep_clustering import (
    DeepClustering,
    ideal_binary_masks,
    mix,
    separate_by_masks,
    si_sdr_improvement,
    stft,
)

MEN = {"it"}
Voices = dict[str, list[np.ndarray]]


def trim(waveform: np.ndarray) -> np.ndarray:
    """Cut what lies 40 dB below the peak off both ends."""
    loud = np.flatnonzero(np.abs(waveform) > 0.01 * np.abs(waveform).max())
    return waveform[loud[0] : loud[-1] + 1]


def load_voices(languages: list[str]) -> tuple[Voices, Voices]:
    """Return training and test utterances of each speaker; the latter last 1.5 s or more."""
    speech = {language: load_speech(language) for language in languages}
    names = sorted(set(itertools.chain.from_iterable(s.names for s in speech.values())))
    held_out = set(np.random.default_rng(0).permutation(names)[: len(names) // 5])
    train, test = {}, {}
    for language, s in speech.items():
        voiced = [(n, trim(w)) for n, w in zip(s.names, s.waveforms, strict=True) if w.any()]
        train[language] = [w for name, w in voiced if name not in held_out]
        test[language] = [w for name, w in voiced if name in held_out and len(w) >= 12000]
    return train, test


def test_mixtures(
    test: Voices, pairs: list[tuple[str, str]], n: int, seed: int
) -> Iterator[tuple[tuple[str, str], np.ndarray]]:
    rng = np.random.default_rng(seed)
    for number in range(n):
        pair = pairs[number % len(pairs)]
        sources = [test[voice][rng.integers(len(test[voice]))] for voice in pair]
        length = min(32000, *map(len, sources))
        yield pair, mix([s[:length] for s in sources], rng.uniform(-2.5, 2.5))


def mir_eval_improvement(
    sources: np.ndarray, estimates: np.ndarray, mixture: np.ndarray
) -> float | None:
    """SDR improvement of BSS Eval, which forgives a filter of 512 taps; None without mir_eval."""
    if importlib.util.find_spec("mir_eval") is None:
        return None
    from mir_eval.separation import bss_eval_sources

    before = bss_eval_sources(sources, np.stack([mixture, mixture]), False)[0]
    return float(np.mean(bss_eval_sources(sources, estimates)[0] - before))


def evaluate(model: DeepClustering, test: Voices, pairs: list[tuple[str, str]], n: int) -> None:
    """Print the improvement of the model and of the ideal mask."""
    frame = (model.n_fft, model.hop)
    rows = []
    for pair, sources in test_mixtures(test, pairs, n, seed=1):
        mixture = sources.sum(axis=0)
        estimates = model.separate(mixture)
        ideal = separate_by_masks(mixture, ideal_binary_masks(stft(sources, *frame)), *frame)
        ours, ceiling = (si_sdr_improvement(sources, e, mixture) for e in (estimates, ideal))
        rows.append((pair, ours, ceiling, mir_eval_improvement(sources, estimates, mixture)))
    groups = {"all mixtures": rows}
    groups["man and woman"] = [row for row in rows if MEN & set(row[0])]
    groups["two women"] = [row for row in rows if not MEN & set(row[0])]
    print(f"{'':16}{'n':>5}{'SI-SDRi':>9}{'± s.e.':>8}{'ideal':>7}{'ratio':>7}{'SDRi':>7}")
    for name, group in groups.items():
        if not group:
            continue
        ours, ceiling = (np.array([row[column] for row in group]) for column in (1, 2))
        error = ours.std() / len(ours) ** 0.5
        sdr = "" if group[0][3] is None else f"{np.mean([row[3] for row in group]):7.2f}"
        print(
            f"{name:16}{len(group):5}{ours.mean():9.2f}{error:8.2f}{ceiling.mean():7.2f}"
            f"{ours.mean() / ceiling.mean():7.2f}{sdr}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--network", default="blstm", choices=["blstm", "feedforward"])
    parser.add_argument("--components", type=int, default=10)
    parser.add_argument("--units", type=int, default=128)
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--mixtures", type=int, default=120)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--unseen", choices=["en", "fr", "it", "ru"], help="left out of training")
    options = parser.parse_args()
    torch.set_num_threads(1)
    languages = ["en", "fr", "it", "ru"]
    train, test = load_voices(languages)
    seen = [language for language in languages if language != options.unseen]
    pairs = list(itertools.combinations(languages, 2))
    if options.unseen:
        pairs = [pair for pair in pairs if options.unseen in pair]
    minutes = []
    for seed in range(options.runs):
        start = time.process_time()
        model = DeepClustering(
            options.network,
            n_components=options.components,
            n_units=options.units,
            n_steps=options.steps,
            random_state=seed,
        ).fit([train[language] for language in seen])
        minutes.append((time.process_time() - start) / 60)
        print(f"seed {seed}: {minutes[-1]:.1f} CPU minutes, one thread")
        evaluate(model, test, pairs, options.mixtures)
    print(f"median of {options.runs}: {statistics.median(minutes):.1f} CPU minutes")


if __name__ == "__main__":
    main()
