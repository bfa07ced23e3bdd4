"""exp, log and cos of +, -, *, / on doubles (docs/training.md, Elementary functions; NUMERICS.md, E1 to E6)."""

import math

import numpy as np

LN2_HIGH, LN2_LOW = float.fromhex("0x1.62e42fefa38p-1"), float.fromhex("0x1.ef35793c7673p-45")
INVERSE_LN2 = float.fromhex("0x1.71547652b82fep+0")
TWO_OVER_PI = float.fromhex("0x1.45f306dc9c883p-1")
HALF_PI = [float.fromhex(p) for p in ("0x1.921fb544p+0", "0x1.0b4611a6p-34", "0x1.3198a2ep-69", "0x1.b839a252049c1p-104")]
SQRT_HALF = np.int64(0x3FE6A09E667F3BCD).view(np.float64)

EXP = [1 / math.factorial(i + 2) for i in range(12)]
LOG = [2 / (2 * i + 3) for i in range(11)]
COS = [(-1) ** i / math.factorial(2 * i + 4) for i in range(9)]
SIN = [-((-1) ** i) / math.factorial(2 * i + 3) for i in range(9)]


def horner(coefficients, x):
    total = coefficients[-1]
    for c in reversed(coefficients[:-1]):
        total = total * x + c
    return total


def rounded(x):
    return (x + 1.5 * 2.0**52) - 1.5 * 2.0**52


def exp(x):
    x = np.asarray(x, np.float64)
    n = rounded(x * INVERSE_LN2)
    high = x - n * LN2_HIGH
    low = n * LN2_LOW
    t = high - low
    error = (high - t) - low
    head = 1 + t
    tail = (1 - head) + t
    result = np.ldexp(head + (tail + (error + t * t * horner(EXP, t))), n.astype(np.int64))
    return np.where(x > 709.782712893384, np.inf, np.where(x < -745.13321910194122, 0.0, result))


def log(x):
    """Of positive, finite numbers."""
    mantissa, k = np.frexp(np.asarray(x, np.float64))
    above = mantissa >= SQRT_HALF
    f = np.where(above, mantissa, mantissa * 2) - 1
    k = np.where(above, k, k - 1).astype(np.float64)
    s = f / (2 + f)
    q = s * s
    series = q * horner(LOG, q)
    half = 0.5 * f * f
    return k * LN2_HIGH - ((half - (s * (half + series) + k * LN2_LOW)) - f)


def exact(a, b):
    d = a - b
    b2 = a - d
    a2 = d + b2
    return d, (a - a2) + (b2 - b)


def cos(x):
    n = rounded(x * TWO_OVER_PI)
    d1, e1 = exact(x - n * HALF_PI[0], n * HALF_PI[1])
    d2, e2 = exact(d1, n * HALF_PI[2])
    u, v = exact(d2, n * HALF_PI[3] - (e1 + e2))
    q = u * u
    half = 0.5 * q
    head = 1 - half
    cosine = head + (((1 - head) - half) + (q * q * horner(COS, q) - u * v))
    sine = u + (q * u * horner(SIN, q) + v * (1 - 0.5 * q))
    return [cosine, -sine, -cosine, sine][int(n) % 4]
