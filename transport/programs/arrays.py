"""What the solving side calls its arrays, said once; exact vectors and matrices are named in ``dual.numbers.exact``."""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.intp]
Numbers = npt.NDArray[Any]
"""Numbers whose type depends on their size: 64-bit integers where they fit, else Python's own; floats for drafts."""
