"""What crosses between the judge and a student's process: plain values in MessagePack frames.

This file is read on both sides. Nothing that arrives is ever executed: numbers, strings, bytes,
containers, arrays and tensors are rebuilt from their parts; anything else stays where it is and
crosses as a handle. Every length, depth and type is checked before memory is taken for it.
"""

from __future__ import annotations

import math
import socket
import struct
from collections.abc import Callable
from typing import Any, Protocol

import msgpack
import numpy as np

MAX_FRAME = 64 * 2**20
MAX_DEPTH = 40
MAX_ITEMS = 2_000_000
MAX_FIELDS = 100
ARRAY_KINDS = "biufcU"
HEADER = struct.Struct("!I")


class Readable(Protocol):
    """What a frame can be read from."""

    def recv(self, size: int, /) -> bytes:
        """Return between 1 and `size` bytes, none at the end."""


class ProtocolError(Exception):
    """What arrived is not in the format."""


class NotPlainError(TypeError):
    """A value cannot cross."""


def send(channel: socket.socket, message: dict[str, Any]) -> None:
    """Send one frame.

    Raises
    ------
    NotPlainError
        If it is larger than a frame may be.
    """
    body = msgpack.packb(message, use_bin_type=True)
    if len(body) > MAX_FRAME:
        raise NotPlainError(f"{len(body)} bytes; at most {MAX_FRAME} can cross at once")
    channel.sendall(HEADER.pack(len(body)) + body)


def receive(channel: Readable) -> dict[str, Any]:
    """Receive one frame.

    Raises
    ------
    EOFError
        If the other side is gone.
    ProtocolError
        If the frame is too large or malformed.
    """
    (length,) = HEADER.unpack(_exactly(channel, HEADER.size))
    if length > MAX_FRAME:
        raise ProtocolError(f"a frame of {length} bytes; at most {MAX_FRAME} are taken")
    body = _exactly(channel, length)
    try:
        message = msgpack.unpackb(
            body,
            raw=False,
            strict_map_key=True,
            max_array_len=MAX_ITEMS,
            max_map_len=MAX_FIELDS,
            list_hook=_Counter(),
        )
    except Exception as error:
        raise ProtocolError(f"not MessagePack: {type(error).__name__}") from error
    if not isinstance(message, dict):
        raise ProtocolError("a frame that is no map")
    return message


class _Counter:
    """Stops a frame that would unfold into more items than allowed while it unfolds."""

    def __init__(self) -> None:
        self.items = 0

    def __call__(self, items: list[Any]) -> list[Any]:
        self.items += len(items) + 1
        if self.items > MAX_ITEMS:
            raise ProtocolError(f"more than {MAX_ITEMS} items")
        return items


def _exactly(channel: Readable, length: int) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        part = channel.recv(min(length - len(parts), 2**20))
        if not part:
            raise EOFError("the other side is gone")
        parts += part
    return bytes(parts)


class Encoder:
    """Turns values into what MessagePack can carry.

    Parameters
    ----------
    keep : callable
        Given a value that is not plain, returns its handle: a list beginning with ``"p"``. It may
        raise NotPlainError instead.
    """

    def __init__(self, keep: Callable[[Any], list[Any]]) -> None:
        self.keep = keep
        self.items = 0

    def __call__(self, value: Any, depth: int = 0) -> Any:
        """Encode one value."""
        self.items += 1
        if depth > MAX_DEPTH:
            raise NotPlainError(f"nested deeper than {MAX_DEPTH} levels")
        if self.items > MAX_ITEMS:
            raise NotPlainError(f"more than {MAX_ITEMS} items")
        if value is None or type(value) in (bool, float, str, bytes):
            return value
        if type(value) is int:
            return value if -(2**63) <= value < 2**64 else ["i", hex(value)]
        if type(value) is complex:
            return ["c", value.real, value.imag]
        return self._compound(value, depth + 1)

    def _compound(self, value: Any, depth: int) -> Any:
        if isinstance(value, np.generic):
            value = np.asarray(value)[()]
            return ["n", *self._array(np.asarray(value))[1:]]
        if isinstance(value, np.ndarray):
            return self._array(np.asarray(value))
        if type(value).__module__ == "torch" and hasattr(value, "detach"):
            array = self._array(value.detach().cpu().numpy())
            return ["T", *array[1:]] if array[0] == "a" else array
        if isinstance(value, bool | int | float | str | bytes | complex):
            return self(_plain_scalar(value), depth)
        if isinstance(value, list | tuple):
            tag = "t" if isinstance(value, tuple) else "l"
            return [tag, *(self(item, depth) for item in list(value))]
        if isinstance(value, set | frozenset):
            return ["s", *(self(item, depth) for item in list(value))]
        if isinstance(value, dict):
            return ["d", *([self(key, depth), self(item, depth)] for key, item in value.items())]
        return self.keep(value)

    def _array(self, array: np.ndarray) -> list[Any]:
        if array.dtype.kind not in ARRAY_KINDS:
            return self.keep(array)
        data = np.ascontiguousarray(array)
        if data.nbytes > MAX_FRAME:
            raise NotPlainError(f"an array of {data.nbytes} bytes; at most {MAX_FRAME} can cross")
        return ["a", data.dtype.newbyteorder("<").str, list(array.shape), _little(data).tobytes()]


def _plain_scalar(value: Any) -> Any:
    kinds: tuple[Any, ...] = (bool, int, float, str, bytes, complex)
    return next(kind(value) for kind in kinds if isinstance(value, kind))


def _little(array: np.ndarray) -> np.ndarray:
    return array.astype(array.dtype.newbyteorder("<"), copy=False)


class Decoder:
    """Rebuilds values; the inverse of `Encoder`.

    Parameters
    ----------
    find : callable
        Given the parts of a handle, returns what stands for the value on this side.
    """

    def __init__(self, find: Callable[[list[Any]], Any]) -> None:
        self.find = find

    def __call__(self, value: Any, depth: int = 0) -> Any:
        """Decode one value; raises ProtocolError for anything unexpected."""
        if depth > MAX_DEPTH + 2:
            raise ProtocolError(f"nested deeper than {MAX_DEPTH} levels")
        if value is None or isinstance(value, bool | int | float | str | bytes):
            return value
        if not isinstance(value, list) or not value or not isinstance(value[0], str):
            raise ProtocolError("a value without a tag")
        rebuild = getattr(self, f"_{value[0]}", None) if value[0] in TAGS else None
        if rebuild is None:
            raise ProtocolError(f"the unknown tag {value[0][:10]!r}")
        try:
            return rebuild(value[1:], depth + 1)
        except ProtocolError:
            raise
        except Exception as error:
            raise ProtocolError(f"a malformed {value[0]!r}: {type(error).__name__}") from error

    def _i(self, parts: list[Any], depth: int) -> int:
        (digits,) = parts
        if len(digits) > 10_000:
            raise ProtocolError("an integer of more than 10,000 digits")
        return int(digits, 16)

    def _c(self, parts: list[Any], depth: int) -> complex:
        real, imaginary = parts
        return complex(float(real), float(imaginary))

    def _l(self, parts: list[Any], depth: int) -> list[Any]:
        return [self(part, depth) for part in parts]

    def _t(self, parts: list[Any], depth: int) -> tuple[Any, ...]:
        return tuple(self(part, depth) for part in parts)

    def _s(self, parts: list[Any], depth: int) -> set[Any]:
        return {self(part, depth) for part in parts}

    def _d(self, parts: list[Any], depth: int) -> dict[Any, Any]:
        return {self(key, depth): self(item, depth) for key, item in parts}

    def _a(self, parts: list[Any], depth: int) -> np.ndarray:
        kind, shape, data = parts
        dtype = np.dtype(kind[:8])
        if dtype.kind not in ARRAY_KINDS or dtype.hasobject or dtype.subdtype or dtype.names:
            raise ProtocolError("an array of an unknown type")
        if len(shape) > 32 or not all(type(size) is int and size >= 0 for size in shape):
            raise ProtocolError("an array of an impossible shape")
        if not isinstance(data, bytes) or math.prod(shape) * dtype.itemsize != len(data):
            raise ProtocolError("an array whose bytes do not fill its shape")
        array = np.frombuffer(bytearray(data), dtype).reshape(shape)
        return array.view(np.uint8) != 0 if dtype.kind == "b" else array  # true is one, not four

    def _n(self, parts: list[Any], depth: int) -> Any:
        return self._a(parts, depth)[()]

    def _T(self, parts: list[Any], depth: int) -> Any:
        import torch

        return torch.from_numpy(self._a(parts, depth))

    def _p(self, parts: list[Any], depth: int) -> Any:
        return self.find(parts)


TAGS = {"i", "c", "l", "t", "s", "d", "a", "n", "T", "p"}
