"""Speech of single speakers, as waveforms."""

import wave
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from embref.datasets.store import locate

LANGUAGES = {"en": "Allison", "es": "Allison", "fr": "June", "it": "Carlo", "ru": "ivrvoice"}


class Speech(NamedTuple):
    """Utterances of one speaker.

    ``waveforms`` are float32 arrays from -1 to 1, ``names`` say which prompt each is, and
    ``sample_rate`` is in hertz.
    """

    waveforms: list[NDArray[np.float32]]
    names: list[str]
    sample_rate: int
    speaker: str


def load_speech(language: str) -> Speech:
    """Read telephone prompts of one speaker.

    Parameters
    ----------
    language : {"en", "es", "fr", "it", "ru"}
        English and Spanish are the same woman, Italian is the only man.

    Returns
    -------
    Speech
        About 25 minutes at 8 kHz; sorted by name.

    Raises
    ------
    DatasetMissingError
        If the set has not been fetched.
    ValueError
        If there is no such language.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language is {language!r}; choose one of {', '.join(LANGUAGES)}.")
    folder = locate(f"speech-{language}")
    paths = sorted(folder.rglob("*.wav"))
    names = [path.relative_to(folder).with_suffix("").as_posix() for path in paths]
    return Speech([_read_wav(path) for path in paths], names, 8000, LANGUAGES[language])


def _read_wav(path: Path) -> NDArray[np.float32]:
    with wave.open(str(path)) as file:
        form = (file.getnchannels(), file.getsampwidth(), file.getframerate())
        if form != (1, 2, 8000):
            raise ValueError(f"{path.name} has {form}; expected 1 channel of 2 bytes at 8000 Hz.")
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
    return samples.astype(np.float32) / np.float32(32768)
