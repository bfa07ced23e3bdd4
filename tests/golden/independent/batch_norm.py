"""Batch norm (docs/training.md, Forward, and Loss and backward; NUMERICS.md, T3)."""

import numpy as np

from ordered import channel_sums

f32 = np.float32
EPSILON = 1e-5


class BatchNorm:
    def __init__(self, channels, momentum):
        self.momentum = momentum
        self.parameters = {"gamma": np.ones(channels, f32), "beta": np.zeros(channels, f32)}
        self.buffers = {"running_mean": np.zeros(channels, f32), "running_var": np.ones(channels, f32)}

    def forward(self, inputs, context):
        x, = inputs
        if not context.training:
            return self.normalised(x, *(b.astype(np.float64) for b in self.buffers.values()))
        n = x.shape[0] * x.shape[1] * x.shape[2]
        mean = channel_sums(x) / n
        var = np.maximum(channel_sums(x * x) / n - mean * mean, 0)
        self.keep(mean, var, n)
        self.kept = x, n, mean, 1 / np.sqrt(var + EPSILON)
        return self.normalised(x, mean, var)

    def keep(self, mean, var, n):
        """The running statistics."""
        unbiased = n / (n - 1) if n > 1 else 1.0
        share = 1 - self.momentum
        old_mean, old_var = (b.astype(np.float64) for b in self.buffers.values())
        self.buffers = {"running_mean": (old_mean * share + mean * self.momentum).astype(f32),
                        "running_var": (old_var * share + var * (unbiased * self.momentum)).astype(f32)}

    def normalised(self, x, mean, var):
        gamma, beta = (p.astype(np.float64) for p in self.parameters.values())
        slope = gamma * (1 / np.sqrt(var + EPSILON))
        return x * slope.astype(f32) + (beta - mean * slope).astype(f32)

    def backward(self, d, context, wanted):
        x, n, mean, r = self.kept
        a, b = channel_sums(d), channel_sums(d * x)
        g = (b - mean * a) * r
        slope = self.parameters["gamma"].astype(np.float64) * r
        factor = -slope * r * g / n
        offset = -slope * a / n - factor * mean
        self.gradients = {"gamma": g.astype(f32), "beta": a.astype(f32)}
        return [d * slope.astype(f32) + x * factor.astype(f32) + offset.astype(f32)]
