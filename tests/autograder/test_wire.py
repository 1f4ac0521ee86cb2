"""The format between judge and student: what crosses unchanged, and what is refused."""

import contextlib
import math
import socket
import threading

import msgpack
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.sandbox.guest import wire
from autograder.sandbox.guest.wire import Decoder, Encoder, NotPlainError, ProtocolError


def refuse(value):
    raise NotPlainError(type(value).__name__)


def nothing_to_find(parts):
    raise ProtocolError("no handles here")


def cross(value):
    """Return a value after it has crossed, through real bytes."""
    body = msgpack.packb(Encoder(refuse)(value), use_bin_type=True)
    return Decoder(nothing_to_find)(msgpack.unpackb(body, raw=False))


def decode(value):
    return Decoder(nothing_to_find)(value)


scalars = st.none() | st.booleans() | st.integers(-(2**200), 2**200) | st.floats() | st.binary()
scalars |= st.complex_numbers() | st.text(st.characters(codec="utf-8"))
keys = st.integers() | st.text(st.characters(codec="utf-8")) | st.tuples(st.integers())
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(keys, inner) | st.sets(keys)
    ),
    max_leaves=20,
)
dtypes = st.sampled_from(["?", "i1", "u2", ">i4", "<i8", "f2", "f4", ">f8", "c16", "U3"])


def same(first, second):
    """Compare types too, and take NaN for equal to itself."""
    if type(first) is not type(second):
        return False
    if isinstance(first, list | tuple):
        return len(first) == len(second) and all(map(same, first, second))
    if isinstance(first, dict):
        return list(first) == list(second) and all(map(same, first.values(), second.values()))
    if isinstance(first, float | complex):
        return repr(first) == repr(second)
    return first == second


@given(values)
@settings(max_examples=150, deadline=None)
def test_plain_values_cross_unchanged(value):
    assert same(cross(value), value)


@given(dtypes.flatmap(lambda kind: hnp.arrays(kind, hnp.array_shapes(min_dims=0, min_side=0))))
@settings(max_examples=150, deadline=None)
def test_arrays_cross_unchanged(array):
    crossed = cross(array)
    assert crossed.dtype == array.dtype.newbyteorder("<")
    np.testing.assert_array_equal(crossed, array)


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_a_message_or_an_error(body):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(wire.HEADER.pack(len(body)) + body)
        with contextlib.suppress(ProtocolError):
            assert isinstance(wire.receive(theirs), dict)


plain = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text() | st.binary()
tags = st.sampled_from([*sorted(wire.TAGS), "x", "__class__", ""])
anything = st.recursive(
    plain,
    lambda inner: st.lists(inner) | st.tuples(tags, inner, inner).map(list),
    max_leaves=15,
)


@given(anything)
@settings(max_examples=300, deadline=None)
def test_any_message_is_a_value_or_an_error(message):
    with contextlib.suppress(ProtocolError):
        decode(message)


@pytest.mark.parametrize(
    "value", [np.float32(1.5), np.int8(-3), np.bool_(True), np.complex64(2j), np.str_("x")]
)
def test_numpy_scalars_stay_numpy_scalars(value):
    assert cross(value) == value
    assert type(cross(value)) is type(value)


def test_tensors_stay_tensors():
    crossed = cross(torch.arange(6, dtype=torch.float32, requires_grad=True).reshape(2, 3))
    assert torch.equal(crossed, torch.arange(6.0).reshape(2, 3))
    assert not crossed.requires_grad


@pytest.mark.parametrize("kind", [int, float, str, bytes, complex])
def test_a_subclass_arrives_as_what_it_derives_from(kind):
    liar = type("Liar", (kind,), {"__eq__": lambda self, other: True, "__hash__": None})()
    assert type(cross(liar)) is kind


def test_a_liar_is_found_out():
    liar = type("Liar", (float,), {"__eq__": lambda self, other: True})(1.0)
    assert liar == 2.0
    assert cross(liar) != 2.0


def test_subclasses_of_containers_and_arrays_arrive_as_plain_ones():
    for base, value in ((list, [1]), (dict, {"a": 1}), (tuple, (1,)), (set, {1})):
        crossed = cross(type("Mine", (base,), {})(value))
        assert type(crossed) is base
        assert crossed == value
    assert type(cross(np.ones(2).view(np.matrix))) is np.ndarray


@pytest.mark.parametrize(
    "value", [object(), len, np.array([None]), np.zeros(1, "f8,f8"), np.array(["2020"], "M8[Y]")]
)
def test_what_is_not_plain_becomes_a_handle(value):
    with pytest.raises(NotPlainError):
        cross(value)


def test_depth_and_length_are_limited(monkeypatch):
    deep = []
    for _ in range(wire.MAX_DEPTH // 2):
        deep = [deep]
    assert cross(deep) == deep
    deep.append(deep)
    with pytest.raises(NotPlainError, match="deeper"):
        cross(deep)
    monkeypatch.setattr(wire, "MAX_ITEMS", 1000)
    with pytest.raises(NotPlainError, match="more than 1000 items"):
        cross(list(range(1001)))
    monkeypatch.setattr(wire, "MAX_FRAME", 1000)
    with pytest.raises(NotPlainError, match="at most 1000"):
        cross(np.zeros(1000))


def frame(body, length=None):
    """Receive given bytes as one frame."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        data = wire.HEADER.pack(len(body) if length is None else length) + body
        sender = threading.Thread(target=lambda: (ours.sendall(data), ours.shutdown(1)))
        sender.start()
        try:
            return wire.receive(theirs)
        finally:
            theirs.shutdown(socket.SHUT_RD)
            sender.join()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"\xc1", "not MessagePack"),
        (b"\x93\x01", "not MessagePack"),
        (msgpack.packb([1]), "no map"),
        (msgpack.packb({1: 2}), "not MessagePack"),
        (b"\x91" * 100_000, "not MessagePack"),
        (b"\xdd\xff\xff\xff\xff", "not MessagePack"),
        (b"\xdf\xff\xff\xff\xff", "not MessagePack"),
        (msgpack.packb({str(n): n for n in range(wire.MAX_FIELDS + 1)}), "not MessagePack"),
        (b"\x81\xa1x" + b"\xdd\x00\x1e\x84\x80" + b"\x91\x00" * 2_000_000, "not MessagePack"),
        (b"\x81\xa1x\xa1\xff", "not MessagePack"),
    ],
)
def test_malformed_frames_are_refused(body, words):
    with pytest.raises(ProtocolError, match=words):
        frame(body)


def test_a_frame_that_claims_too_much_is_refused_before_it_is_read():
    with pytest.raises(ProtocolError, match="a frame of 4294967295 bytes"):
        frame(b"", length=2**32 - 1)


def test_half_a_frame_is_the_end():
    with pytest.raises(EOFError):
        frame(b"x", length=10)


@pytest.mark.parametrize(
    "value",
    [
        [], [1], ["x"], ["__init__"], {"a": 1}, ["i", "zz"], ["i", 3], ["i", "f" * 10_001],
        ["c", 1], ["c", "x", "y"], ["d", [1]], ["d", [["l"], 1]], ["s", ["l"]], ["a"],
        ["a", "|O", [1], bytes(8)], ["a", "f8,f8", [1], bytes(16)], ["a", "V8", [1], bytes(8)],
        ["a", "M8[s]", [1], bytes(8)], ["a", "<f8", [2], bytes(8)], ["a", "<f8", [-1], bytes(8)],
        ["a", "<f8", [True], bytes(8)], ["a", "<f8", [1] * 33, bytes(8)], ["a", "<f8", [1], "x"],
        ["a", "<f8", [2**70, 0], b""], ["a", 7, [1], b""], ["n", "<f8", [3], bytes(8)],
        ["T", "<U1", [1], bytes(4)], ["p", 1], msgpack.ExtType(1, b""), msgpack.Timestamp(1),
    ],
)  # fmt: skip
def test_malformed_values_are_refused(value):
    with pytest.raises(ProtocolError):
        decode(value)


def test_true_is_one_whatever_its_byte():
    flags = decode(["a", "|b1", [3], bytes([4, 255, 0])])
    assert flags.tobytes() == bytes([1, 1, 0])


def test_no_value_unfolds_to_more_than_its_bytes():
    empty = decode(["a", "<f8", [0, 2**30], b""])
    assert empty.nbytes == 0
    assert math.prod(empty.shape) == 0
