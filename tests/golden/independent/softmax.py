"""softmax over the channels of every position (NUMERICS.md, N3, T6)."""

import numpy as np

from elementary32 import exp32
from ordered import channel_total

f32 = np.float32


def forward(x):
    e = exp32(x - x.max(axis=-1, keepdims=True))
    return e * (1 / channel_total(e)).astype(f32)[..., None]


def backward(d, y):
    total = channel_total(d.astype(np.float64) * y)
    return y * (d - total.astype(f32)[..., None])


class Softmax:
    def forward(self, inputs, context):
        self.y = forward(inputs[0])
        return self.y

    def backward(self, d, context, wanted):
        return [backward(d, self.y)]


class CausalSoftmax:
    """Column x has channels 0 to x."""

    def forward(self, inputs, context):
        self.y = self.columns(forward, inputs[0])
        return self.y

    def backward(self, d, context, wanted):
        return [self.columns(backward, d, self.y)]

    def columns(self, rule, *maps):
        result = np.zeros(maps[0].shape, f32)
        for x in range(result.shape[2]):
            result[:, :, x, :x + 1] = rule(*(m[:, :, x, :x + 1] for m in maps))
        return result
