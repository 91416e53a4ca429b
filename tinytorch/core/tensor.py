"""A float32 array with a shape: all that the course's kernels need to know of a tensor."""

from __future__ import annotations

from typing import Any, Union

import numpy as np
import numpy.typing as npt

TensorLike = Union["Tensor", npt.ArrayLike]

_FLOAT32 = np.dtype(np.float32)


class Tensor:
    """A float32 NumPy array under the name that TinyTorch gives it.

    A float32 array is wrapped, not copied: a kernel may return ``Tensor(result)`` without paying
    for the result twice. Anything else is converted, which copies it.

    Parameters
    ----------
    data : list, scalar, numpy.ndarray or Tensor
        Real numbers of any shape. Integers, booleans and float64 values are rounded to float32.

    Raises
    ------
    TypeError
        If the values are not real numbers.
    ValueError
        If nested lists have unequal lengths.
    """

    __slots__ = ("data",)

    data: npt.NDArray[np.float32]

    def __init__(self, data: TensorLike) -> None:
        # This test comes first because it is the hot path: every kernel of the course ends in it.
        if isinstance(data, np.ndarray) and data.dtype is _FLOAT32:
            self.data = data
        elif isinstance(data, Tensor):
            self.data = data.data
        else:
            self.data = _float32_array(data)

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""
        return self.data.shape

    @property
    def dtype(self) -> np.dtype[np.float32]:
        """Always ``float32``."""
        return self.data.dtype

    @property
    def size(self) -> int:
        """Number of elements."""
        return self.data.size

    @property
    def nbytes(self) -> int:
        """Bytes that the elements occupy: four each."""
        return self.data.nbytes

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> np.ndarray:
        """Let ``np.asarray(tensor)`` and ``np.testing`` see the array."""
        if copy is False and dtype is not None and np.dtype(dtype) != self.data.dtype:
            raise ValueError(
                f"a Tensor holds float32, so it cannot become {np.dtype(dtype)} without a copy: "
                "leave out copy=False"
            )
        array = self.data if dtype is None else self.data.astype(dtype, copy=False)
        return array.copy() if copy else array

    def __repr__(self) -> str:
        values = np.array2string(self.data, prefix="Tensor(", separator=", ", threshold=64)
        return f"Tensor({values}, shape={self.shape}, dtype=float32)"


def _float32_array(data: Any) -> npt.NDArray[np.float32]:
    try:
        array = np.asanyarray(data)
    except ValueError as error:
        raise ValueError(
            "Tensor got nested lists of unequal lengths; every row needs the same number of "
            "values: pad the short rows or drop the extra values"
        ) from error
    if array.dtype.kind not in "fiub":
        raise TypeError(
            f"Tensor got {type(data).__name__} with values of type {array.dtype}; expected real "
            "numbers (a list, a scalar, an array or a Tensor): convert the values first"
        )
    return array.astype(np.float32)
