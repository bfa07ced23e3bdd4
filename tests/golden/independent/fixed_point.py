"""Training in fixed point (NUMERICS.md, W1 to W4): gradients and weights of quantized layers, and batch norm."""

import math

import numpy as np

import random_bits
from batch_norm import EPSILON, BatchNorm
from ordered import in_order
from quantizer import extent, quantize

f32 = np.float32
LIMIT = f32(1 - 2.0**-7)


def grid(x, bits):
    return np.rint(np.asarray(x, f32) * f32(2.0 ** (bits - 1))) * f32(2.0 ** (1 - bits))


def weight_gradient(g, layer, context):
    """W1."""
    def noise():
        return random_bits.bits16(context.seed_rounding, context.step, random_bits.WEIGHT_GRADIENT + layer,
                                  np.arange(g.size)).reshape(g.shape)
    return quantize(g, 8, "power_of_two", "stochastic", extent(g), noise).codes.astype(f32) * f32(2.0**-14)


def weights(w):
    """W2."""
    return np.clip(np.rint(w * f32(2.0**15)) * f32(2.0**-15), -LIMIT, LIMIT)


def sums(maps):
    """Of doubles (images, rows, columns, channels): positions ascending in an image, then the images."""
    return in_order(in_order(maps.reshape(maps.shape[0], -1, maps.shape[3]), axis=1))


class FixedPointBatchNorm(BatchNorm):
    def forward(self, inputs, context):
        if context.plain:
            return super().forward(inputs, context)
        x, = inputs
        mean, variance = (b.astype(np.float64) for b in self.buffers.values())
        if context.training:
            n = math.prod(x.shape[:3])
            mean = sums(x.astype(np.float64)) / n
            difference = x - mean
            variance = sums(difference * difference) / n
            self.keep(mean, variance, n)
        r = (1 / np.sqrt(grid(variance, 16).astype(np.float64) + EPSILON)).astype(f32)
        h = grid((x - grid(mean, 16)) * r, 8)
        if context.training:
            self.kept = h, r
        return h * grid(self.parameters["gamma"], 8) + grid(self.parameters["beta"], 8)

    def backward(self, d, context, wanted):
        if context.plain:
            return super().backward(d, context, wanted)
        h, r = self.kept
        e = quantize(d, 8, "power_of_two", "nearest", extent(d), None).values()
        n = math.prod(e.shape[:3])
        total, product = sums(e.astype(np.float64)), sums(e.astype(np.float64) * h)
        self.gradients = {"gamma": grid(product.astype(f32), 15), "beta": grid(total.astype(f32), 15)}
        scale = grid(self.parameters["gamma"], 8) * r
        return [scale * ((e - (total / n).astype(f32)) - h * (product / n).astype(f32))]
