"""The codes of one operand of a quantized layer in a step: form, clipping, rounding and random bits by its kind."""

from functools import lru_cache

import numpy as np

import random_bits
from clipping import coded_range
from quantizer import quantize

SCHEME = {"weight": ("symmetric", "nearest"), "activation": ("affine", "nearest"), "gradient": ("symmetric", "stochastic")}


def coded(x, kind, layer, context, bits):
    """Codes of x, of the layer with this number among the quantized ones (R6, R8, V4)."""
    settings = context.settings
    form, rounding = (given if given != "scheme" else own
                      for given, own in zip((settings[kind + "_scale"], settings[kind + "_rounding"]), SCHEME[kind]))
    rule = settings[kind + "_clipping"]
    rule = settings["clipping"] if rule == "scheme" else rule
    if rounding == "stochastic" and not context.training:
        rounding = "nearest"
    tensor = {"weight": random_bits.WEIGHT, "activation": random_bits.ACTIVATION, "gradient": 0}[kind] + layer

    @lru_cache(maxsize=None)
    def noise():
        return random_bits.bits16(context.seed_rounding, context.step, tensor, np.arange(x.size)).reshape(x.shape)

    span = coded_range(x, rule, settings, bits, form, rounding, noise)
    return quantize(x, bits, form, rounding, span, noise)
