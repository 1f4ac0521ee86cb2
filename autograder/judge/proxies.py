"""What stands in the judge for a value that stays with the student: a function, an object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from autograder.judge.student import Student


class Proxy:
    """A student's function or object.

    It can be called with plain data, its public attributes and items can be read, its length
    measured. Nothing of it is ever compared, converted or printed here: a comparison would be
    decided by the student's code.
    """

    __slots__ = ("_handle", "_kind", "_life", "_student", "_traits")

    def __init__(
        self, student: Student, life: int, handle: int, kind: str, traits: frozenset[str]
    ) -> None:
        for name, value in zip(
            ("_student", "_life", "_handle", "_kind", "_traits"),
            (student, life, handle, kind, traits),
            strict=True,
        ):
            object.__setattr__(self, name, value)

    def _ask(self, request: dict[str, Any]) -> Any:
        if self._life != self._student.life:
            raise RuntimeError("The student's process was restarted; look the value up again.")
        return self._student.value({**request, "target": self._handle})

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Call it with plain data, in the student's process."""
        encode = self._student.encode
        return self._ask(
            {"op": "call", "arguments": encode(list(arguments)), "keywords": encode(keywords)}
        )

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"the {self._kind} of a student shows no {name!r}")
        return self._ask({"op": "attribute", "name": name})

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise TypeError(f"a test cannot change the {self._kind} of a student")

    def __getitem__(self, key: Any) -> Any:
        return self._ask({"op": "item", "key": self._student.encode(key)})

    def __len__(self) -> int:
        length = self._ask({"op": "length"})
        if type(length) is not int or length < 0:
            raise TypeError(f"the {self._kind} has no length")
        return length

    def __repr__(self) -> str:
        return f"<a student's {self._kind}>"

    def _refuse(self, *others: Any) -> NoReturn:
        raise TypeError(f"expected numbers, strings, containers or arrays, found a {self._kind}")

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __bool__ = __iter__ = __contains__ = __float__ = __int__ = __index__ = _refuse
    __array__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _refuse
    __truediv__ = __rtruediv__ = __matmul__ = __rmatmul__ = __neg__ = __abs__ = _refuse
    __hash__ = object.__hash__
