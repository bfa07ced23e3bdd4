"""Layers of sequences and heads (docs/networks.md; NUMERICS.md, N9, T7)."""

import math

import numpy as np

from elementary import cos, exp, log
from ordered import image_total, in_order

f32 = np.float32


class Embedding:
    """Rows of a table by the numbers of tokens; N8."""

    def __init__(self, table):
        self.parameters = {"weight": table}

    def forward(self, inputs, context):
        self.tokens = inputs[0][..., 0].astype(np.int64)
        return self.parameters["weight"][self.tokens]

    def backward(self, d, context, wanted):
        gradient = np.zeros_like(self.parameters["weight"])
        for token, row in zip(self.tokens.ravel(), d.reshape(-1, d.shape[-1])):
            gradient[token] += row
        self.gradients = {"weight": gradient}
        return [None]


class ClassToken:
    """A parameter in front of a sequence (tokens, 1, channels)."""

    def __init__(self, token):
        self.parameters = {"token": token}

    def forward(self, inputs, context):
        x, = inputs
        return np.concatenate([np.broadcast_to(self.parameters["token"], (len(x), 1, 1, x.shape[3])), x], axis=1)

    def backward(self, d, context, wanted):
        self.gradients = {"token": image_total(d[:, :1])}
        return [d[:, 1:]]


class LearnedPositions:
    def __init__(self, positions):
        self.parameters = {"positions": positions}

    def forward(self, inputs, context):
        return inputs[0] + self.parameters["positions"]

    def backward(self, d, context, wanted):
        self.gradients = {"positions": in_order(d.astype(np.float64)).astype(f32)}
        return [d]


class Waves:
    """Sinusoidal positions, row-major."""

    def __init__(self, shape):
        channels = shape[2]
        self.values = np.empty((shape[0] * shape[1], channels), f32)
        for c in range(channels):
            w = float(exp(-float(log(10000.0)) * ((c - c % 2) / channels)))
            for p in range(len(self.values)):
                self.values[p, c] = cos(p * w if c % 2 else p * w - math.pi / 2)
        self.values = self.values.reshape(shape)

    def forward(self, inputs, context):
        return inputs[0] + self.values

    def backward(self, d, context, wanted):
        return [d]


class SelectToken:
    def __init__(self, shape, index):
        self.shape, self.index = shape, index

    def forward(self, inputs, context):
        return inputs[0][:, self.index:self.index + 1]

    def backward(self, d, context, wanted):
        back = np.zeros((len(d), *self.shape), f32)
        back[:, self.index:self.index + 1] = d
        return [back]


def split(x, heads):
    """(tokens, 1, channels) to (heads, tokens, channels of a head)."""
    return x.reshape(*x.shape[:2], heads, -1).transpose(0, 2, 1, 3)


def merged(x):
    return x.transpose(0, 2, 1, 3).reshape(x.shape[0], x.shape[2], 1, -1)


class SplitHeads:
    def __init__(self, heads):
        self.heads = heads

    def forward(self, inputs, context):
        return split(inputs[0], self.heads)

    def backward(self, d, context, wanted):
        return [merged(d)]


class MergeHeads:
    def __init__(self, heads):
        self.heads = heads

    def forward(self, inputs, context):
        return merged(inputs[0])

    def backward(self, d, context, wanted):
        return [split(d, self.heads)]
