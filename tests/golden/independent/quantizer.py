"""Codes of a tensor (NUMERICS.md, F4, Q2 to Q15, S1 to S6, Y1 to Y4, D1) and what measures their error (M1, M3, M6, M9)."""

import math

import numpy as np

from elementary import log
from ordered import total64

f32 = np.float32


class Codes:
    """Codes of a tensor, or of one group of it, with what they stand for: scale and zero point are numbers."""

    def __init__(self, codes, scale, inverse, zero, limits):
        self.codes, self.scale, self.inverse, self.zero, self.limits = codes, scale, inverse, zero, limits

    def integers(self):
        """Codes less the zero point, as doubles: products and sums of them stay exact."""
        return (self.codes - self.zero).astype(np.float64)

    def values(self):
        """F4."""
        return (self.codes - self.zero).astype(f32) * self.scale

    def groups(self, x):
        """Pairs of values and codes."""
        return [(x, self)]


class ChannelCodes:
    """Q12: codes with a scale and a zero point for every channel, the last axis."""

    def __init__(self, parts):
        self.parts = parts
        self.scale = np.array([part.scale for part in parts], f32)

    def integers(self):
        return np.stack([part.integers() for part in self.parts], axis=-1)

    def values(self):
        return np.stack([part.values() for part in self.parts], axis=-1)

    def groups(self, x):
        return [(x[..., c], part) for c, part in enumerate(self.parts)]


def extent(x):
    """Q11: the smallest and the largest element, with 0 included."""
    x = np.asarray(x)
    return min(x.min(), f32(0)) + f32(0), max(x.max(), f32(0)) + f32(0)


def parameters(low, high, bits, form):
    """Scale, inverse, zero point and the least and the largest code of a range."""
    if form == "affine":
        levels, span = 2**bits - 1, high - low
        if span < f32(2.0**-100):
            return f32(0), f32(0), 0, (0, levels)
        inverse = f32(levels) / span
        return span / f32(levels), inverse, int(np.clip(np.rint(-low * inverse), 0, levels)), (0, levels)
    largest, radius = 2 ** (bits - 1) - 1, max(-low, high)
    if radius < f32(2.0**-100):
        return f32(0), f32(0), 0, (-largest, largest)
    if form == "symmetric":
        return radius / f32(largest), f32(largest) / radius, 0, (-largest, largest)
    if form == "power_of_two":
        mantissa, exponent = math.frexp(float(radius))
        nearest = exponent if mantissa * mantissa > 0.5 else exponent - 1
        scale = 2.0 ** (nearest + 1 - bits)
    else:
        scale = 2.0 ** (1 - bits)
    return f32(scale), f32(1 / scale), 0, (-largest, largest)


def rounded(u, zero, limits, rounding, noise):
    """u limited in FP32, to integers by a rule, without the zero point."""
    if rounding == "stochastic":
        u = np.clip(u, f32(limits[0] - zero), f32(limits[1] - zero))
        return (np.floor(u * f32(65536)).astype(np.int64) + noise()) >> 16
    u = np.clip(u, f32(-(2.0**21)), f32(2.0**21)).astype(np.float64)
    if rounding == "nearest":
        return np.rint(u).astype(np.int64)
    if rounding == "half_away":
        return np.trunc(u + np.copysign(0.5, u)).astype(np.int64)
    return np.floor(u).astype(np.int64)


def quantize(x, bits, form, rounding, span, noise):
    """Codes of x; span is the range after clipping, noise() the 16 random bits of every element."""
    scale, inverse, zero, limits = parameters(span[0], span[1], bits, form)
    if scale == 0:
        return Codes(np.zeros(x.shape, np.int64), scale, inverse, zero, limits)
    codes = np.clip(rounded(x * inverse, zero, limits, rounding, noise) + zero, *limits)
    return Codes(codes, scale, inverse, zero, limits)


def fixed_point_16(x, q):
    """floor(u * 2^16) of M1."""
    u = np.clip(x * q.inverse, f32(-(2.0**14)), f32(2.0**14))
    return np.floor(u * f32(65536)).astype(np.int64)


def code_distance(q):
    return int(np.abs(q.codes - q.zero).sum())


def mean_error(x, q):
    """E|x - value| of M3 and M5."""
    total = 0.0
    for values, part in q.groups(x):
        error = int(np.abs(fixed_point_16(values, part) - (part.codes - part.zero) * 65536).sum())
        total += float(error) * 2.0**-16 * float(part.scale)
    return total / float(x.size)


def mean_magnitude(q):
    """E|x| of M3, of codes of one group."""
    return float(code_distance(q)) * float(q.scale) / float(q.codes.size)


def distribution_shift(x, q):
    """M6."""
    groups = q.groups(x)
    a, b = 0.0, 0.0
    for values, part in groups:
        factor = float(part.scale) if len(groups) > 1 else 1.0
        a += float(int(np.abs(fixed_point_16(values, part)).sum())) * factor
        b += float(code_distance(part) * 65536) * factor
    return abs(a - b) / a if a else 0.0


def distribution_log(x, q):
    """log2(1 + M6)."""
    return float(log(1 + distribution_shift(x, q))) / math.log(2)


def relative_error(x, q):
    """M9."""
    used = x.ravel() != 0
    x, value = x.ravel()[used].astype(np.float64), q.values().ravel()[used].astype(np.float64)
    return total64(np.abs(value - x) / np.abs(x)) / x.size if x.size else 0.0


def first_order(gradient, x, q):
    """M7."""
    error = q.values().ravel().astype(np.float64) - x.ravel().astype(np.float64)
    return abs(total64(gradient.ravel().astype(np.float64) * error))


# Measures of the error of a tensor's codes, by their names.
ERRORS = {"error": mean_error, "relative-error": relative_error, "distribution": distribution_shift, "distribution-log": distribution_log}
