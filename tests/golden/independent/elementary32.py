"""exp, tanh and erf of FP32, every operation rounded by itself (docs/training.md, Elementary functions; NUMERICS.md, E7 to E10)."""

import numpy as np

from elementary import horner

f32 = np.float32


def number(text):
    return f32(float.fromhex(text))


LOWEST, HIGHEST = number("-0x1.5d589ep+6"), number("0x1.62e42ep+6")
INVERSE_LN2, LN2_HIGH, LN2_LOW = number("0x1.715476p+0"), number("0x1.63p-1"), number("-0x1.bd0106p-13")
TO_INTEGER = number("0x1.8p23")
EXP = [f32(1) / f32(n) for n in (2, 6, 24, 120, 720, 5040)]
TANH = [f32(c) for c in (-0.3333333315, 0.1333330015, -5.395846163e-2, 2.176250291e-2, -8.323187058e-3, 2.269501684e-3)]
ERF = [f32(c) for c in (0.1283791671, -0.3761263847, 0.112837825, -2.686543073e-2, 5.221031808e-3, -8.484080406e-4,
                        1.126595903e-4, -9.667044571e-6)]
ERF_ABOVE_1 = [f32(c) for c in (0.2553956548, -0.1067962096, 4.180330357e-2, -1.546340816e-2, 5.439292238e-3, -1.823158088e-3,
                                5.90959616e-4, -1.939646435e-4, 6.152370799e-5, -1.443731602e-5, 1.611890749e-6)]


def exp32(x):
    y = np.minimum(np.maximum(x, LOWEST), HIGHEST)
    n = (y * INVERSE_LN2 + TO_INTEGER) - TO_INTEGER
    r = (y - n * LN2_HIGH) - n * LN2_LOW
    head = f32(1) + (r + r * r * horner(EXP, r))
    half = np.floor(n / f32(2))
    result = head * np.exp2(half) * np.exp2(n - half)
    return np.where(x > HIGHEST, f32(np.inf), np.where(x < LOWEST, f32(0), result))


def tanh32(x):
    t = np.abs(x)
    low = np.minimum(t, f32(1))
    q = low * low
    near = low + low * (q * horner(TANH, q))
    b = np.minimum(t, f32(10))
    far = f32(1) - f32(2) / (exp32(b + b) + f32(1))
    return np.copysign(np.where(t < f32(0.625), near, far), x)


def erf32(x):
    t, q = np.abs(x), x * x
    near = t + t * horner(ERF, q)
    v = np.minimum(t, f32(4)) - f32(2)
    far = f32(1) - exp32(-q) * horner(ERF_ABOVE_1, v)
    return np.copysign(np.where(t < f32(1), near, far), x)
