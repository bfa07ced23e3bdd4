"""gelu of both forms (NUMERICS.md, N1, N2)."""

import math

import numpy as np

from elementary32 import erf32, exp32, tanh32

f32 = np.float32
ONE, TWO = f32(1), f32(2)
ROOT_HALF, DENSITY = f32(math.sqrt(0.5)), f32(1 / math.sqrt(2 * math.pi))
SLOPE, CUBE, SQUARE = f32(math.sqrt(2 / math.pi)), f32(0.044715), f32(0.134145)


class GeluErf:
    def forward(self, inputs, context):
        self.x, = inputs
        return self.x / TWO * (ONE + erf32(self.x * ROOT_HALF))

    def backward(self, d, context, wanted):
        x, u = self.x, self.x * ROOT_HALF
        return [d * ((ONE + erf32(u)) / TWO + x * (DENSITY * exp32(-u * u)))]


class GeluTanh:
    def tanh(self):
        x = self.x
        return tanh32(SLOPE * (x + CUBE * (x * x * x)))

    def forward(self, inputs, context):
        self.x, = inputs
        return self.x / TWO * (ONE + self.tanh())

    def backward(self, d, context, wanted):
        x, t = self.x, self.tanh()
        return [d * ((ONE + t) / TWO + x / TWO * ((ONE - t * t) * (SLOPE * (ONE + SQUARE * (x * x)))))]


FORMS = {"erf": GeluErf, "tanh": GeluTanh}
