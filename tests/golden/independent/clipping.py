"""The range that codes reach (NUMERICS.md, K1 to K10)."""

import math

import numpy as np

from ordered import total64
from quantizer import extent

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


def deviation(x, q):
    """K9."""
    x, v = x.ravel().astype(np.float64), q.values().ravel().astype(np.float64)
    xx, vv = total64(x * x), total64(v * v)
    if xx == 0:
        return 0.0
    return 1 - total64(x * v) / (math.sqrt(xx) * math.sqrt(vv)) if vv else 1.0


def least(span, cost):
    """The first candidate of least cost, and that cost."""
    best = None
    for candidate in candidates(span):
        value = cost(candidate)
        if best is None or value < best[1]:
            best = candidate, value
    return best


class Tensor:
    """What the clipping of a tensor, or of a group of one, keeps from step to step."""

    def __init__(self):
        self.span, self.deviation, self.radius = (f32(0), f32(0)), f32(0), f32(0)

    def values(self, rule):
        """What a checkpoint has of it."""
        return {"direction": [*self.span, self.deviation], "magnitude_aware": [self.radius]}.get(rule, [])


def direction(x, coded, kept, settings, step, training):
    """K7; a range of 0 is none."""
    if any(kept.span) and (step % settings["clip_period"] or not training):
        return kept.span
    span, cost = least(extent(x), lambda s: deviation(x, coded(s)))
    if training:
        kept.span, kept.deviation = span, f32(cost)
    return span


def magnitude_aware(x, kept, settings, training):
    """K8."""
    low, high = extent(x)
    magnitude, squares = np.abs(x.ravel()).astype(np.float64), x.ravel().astype(np.float64)
    largest, rms = magnitude.max(), math.sqrt(total64(squares * squares) / x.size)
    radius = f32(largest)
    if not (magnitude > rms).sum() > settings["clip_lambda"] * x.size:
        before = float(kept.radius) if kept.radius else largest
        radius = f32((1 - settings["clip_share"]) * before + settings["clip_share"] * largest)
    if training:
        kept.radius = radius
    return f32(-radius if low < 0 else 0), f32(radius if high > 0 else 0)


def coded_range(x, rule, settings, coded, kept, step, training):
    """The range of x by a rule; K10: coded(span) are the codes that the step would make of x under a range."""
    span = extent(x)
    if rule == "full":
        return span
    if rule == "seven_eighths":
        return fraction(span, 0.875)
    if rule == "fraction":
        return fraction(span, settings["clip_fraction"])
    if rule == "percentile":
        return percentile(x, settings["clip_percentile"])
    if rule == "mse":
        return least(span, lambda s: squared_error(x, coded(s)))[0]
    if rule == "direction":
        return direction(x, coded, kept, settings, step, training)
    return magnitude_aware(x, kept, settings, training)
