"""Type aliases shared by every room."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd

Float: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
"""An array of float64 of any shape."""

ArrayOrFloat: TypeAlias = float | np.ndarray
"""A number for all, or an array with one for each."""

ArrayLike: TypeAlias = float | Sequence[float] | np.ndarray | pd.Series
"""What a user may hand in where numbers are wanted."""

RNG: TypeAlias = np.random.Generator | int | None
"""What ``rng=`` takes: a generator, a seed, or None for a fresh one."""
