"""What the solving side calls its arrays, said once; exact vectors and matrices are named in ``dual.numbers.exact``."""

from typing import Any

import numpy as np
import numpy.typing as npt

from dual.errors import InputError

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.intp]
Numbers = npt.NDArray[Any]
"""Numbers whose type depends on their size: 64-bit integers where they fit, else Python's own; floats for drafts."""


def given_floats(value: Any, where: str, shape: tuple[int, ...]) -> Floats:
    """Floats that a user hands over, dense or sparse.

    Raises
    ------
    InputError
        If the shape is another, or an entry is no finite number.
    """
    try:
        found: Floats = np.asarray(value.toarray() if hasattr(value, "toarray") else value, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise InputError("numbers are needed here", where) from None
    if found.shape != shape:
        needed = " x ".join(map(str, shape))
        raise InputError(f"the shape is {' x '.join(map(str, found.shape)) or 'none'} where {needed} is needed", where)
    if not np.isfinite(found).all():
        raise InputError("an entry is not a finite number", where)
    return found
