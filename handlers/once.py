"""A value worked out once per object."""

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

T_co = TypeVar("T_co", covariant=True)


class once(Generic[T_co]):  # noqa: N801
    """Like `functools.cached_property`, which in Python 3.11 lets only one thread at a time work out the value, whatever the object.

    Here the value may come from the database: a transaction that waits for a lock there would keep everybody else from
    asking, also the one it waits for, and nobody would ever be called a deadlock.
    """

    def __init__(self, work_out: Callable[[Any], T_co]) -> None:
        self.work_out = work_out
        self.name = work_out.__name__
        self.__doc__ = work_out.__doc__

    @overload
    def __get__(self, holder: None, kind: type[Any]) -> Self: ...
    @overload
    def __get__(self, holder: object, kind: type[Any]) -> T_co: ...
    def __get__(self, holder: object | None, kind: type[Any]) -> T_co | Self:
        if holder is None:
            return self
        value = self.work_out(holder)
        holder.__dict__[self.name] = value
        return value
