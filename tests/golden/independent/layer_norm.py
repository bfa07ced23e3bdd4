"""Layer norm over the channels of every position (NUMERICS.md, N4, T6, T7)."""

import numpy as np

from ordered import channel_total, image_total

f32 = np.float32


def mean(terms):
    """By T6, in double."""
    return channel_total(terms) / terms.shape[-1]


class LayerNorm:
    def __init__(self, channels, epsilon):
        self.epsilon = epsilon
        self.parameters = {"gamma": np.ones(channels, f32), "beta": np.zeros(channels, f32)}

    def forward(self, inputs, context):
        x, = inputs
        middle = mean(x)
        difference = x - middle[..., None]
        self.r = (1 / np.sqrt(mean(difference * difference) + self.epsilon)).astype(f32)[..., None]
        self.h = (x - middle.astype(f32)[..., None]) * self.r
        return self.h * self.parameters["gamma"] + self.parameters["beta"]

    def backward(self, d, context, wanted):
        h, g = self.h, d * self.parameters["gamma"]
        self.gradients = {"gamma": image_total(d.astype(np.float64) * h), "beta": image_total(d)}
        means = (mean(terms).astype(f32)[..., None] for terms in (g, g.astype(np.float64) * h))
        total, product = means
        return [self.r * ((g - total) - h * product)]
