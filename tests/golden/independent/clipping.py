"""The range that codes reach (NUMERICS.md, K1 to K10)."""

import numpy as np

from ordered import total64
from quantizer import extent, quantize

f32 = np.float32


def fraction(span, part):
    return f32(part) * span[0] + f32(0), f32(part) * span[1] + f32(0)


def percentile(x, percent):
    """K5: exactly, with a percentage of millionths."""
    x = x.ravel()
    k = max(1, -(-x.size * int(round(percent * 1e6)) // 10**8))
    high = np.sort(np.maximum(x, f32(0)))[k - 1]
    low = np.sort(np.maximum(-x, f32(0)))[k - 1]
    return f32(0) - low, high + f32(0)


def candidates(span):
    """K6: in falling order."""
    return [fraction(span, part / 8 * 2.0**-e) for e in range(8) for part in (8, 7, 6, 5)]


def squared_error(x, q):
    sample = slice(0, None, -(-x.size // 16384))
    error = x.ravel()[sample].astype(np.float64) - q.values().ravel()[sample].astype(np.float64)
    return total64(error * error)


def least_error(x, coded):
    best = None
    for span in candidates(extent(x)):
        error = squared_error(x, coded(span))
        if best is None or error < best[0]:
            best = error, span
    return best[1]


def coded_range(x, rule, settings, bits, form, rounding, noise):
    """The range of x by a rule; K10: mse sees the codes that the step would make."""
    span = extent(x)
    if rule == "full":
        return span
    if rule == "seven_eighths":
        return fraction(span, 0.875)
    if rule == "fraction":
        return fraction(span, settings["clip_fraction"])
    if rule == "percentile":
        return percentile(x, settings["clip_percentile"])
    return least_error(x, lambda s: quantize(x, bits, form, rounding, s, noise))
