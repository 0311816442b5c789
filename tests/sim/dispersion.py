"""Whether counts scatter as those of a Poisson process do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]


def poisson_p(counts: Floats, means: Floats) -> float:
    """Two-sided chi-square dispersion test that independent counts are Poisson with these means.

    Both too large and too small a spread make it small, and so does a wrong mean.
    """
    means = np.broadcast_to(means, counts.shape)
    chi_square = ((counts - means) ** 2 / means).sum()
    return 2 * min(
        float(stats.chi2.cdf(chi_square, counts.size)),
        float(stats.chi2.sf(chi_square, counts.size)),
    )
