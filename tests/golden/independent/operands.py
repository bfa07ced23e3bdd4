"""The codes of one operand of a quantized layer in a step: form, clipping, rounding and random bits by its kind."""

from functools import lru_cache

import numpy as np

import random_bits
from clipping import Tensor, coded_range
from quantizer import ChannelCodes, quantize

TENSOR = {"weight": random_bits.WEIGHT, "activation": random_bits.ACTIVATION, "gradient": 0,
          "second_gradient": random_bits.SECOND_GRADIENT, "second_activation": random_bits.ACTIVATION}


def coded(x, kind, layer, context, bits):
    """Codes of x, of the layer with this number among the quantized ones (R6, R8, V4)."""
    return group_coded(x, np.arange(x.size).reshape(x.shape), kind, TENSOR[kind] + layer, context, bits, context.kept[kind, layer])


def channel_coded(x, kind, layer, context, bits):
    """Q12: a scale for every channel; elements keep their place in the whole tensor."""
    places = np.arange(x.size).reshape(x.shape)
    return ChannelCodes([group_coded(x[..., c], places[..., c], kind, TENSOR[kind] + layer, context, bits, context.kept[kind, layer, c])
                         for c in range(x.shape[-1])])


def kept_values(layer, is_product, context):
    """(name, values) of what clipping keeps of the tensors of a layer, or of a product of two activations, zeros where
    it has kept nothing yet."""
    names = {"weight": "weight", "activation": "activation", "gradient": "gradient"}
    if context.settings["gradient_scales"] == "channel":
        names["second_gradient"] = "data_gradient"
    if is_product:
        names["second_activation"] = "second_activation"
    for kind, name in names.items():
        kept = [tensor for key, tensor in context.kept.items() if key[:2] == (kind, layer)] or [Tensor()]
        values = [v for tensor in kept for v in tensor.values(context.settings[kind.replace("second_", "") + "_clipping"])]
        if values:
            yield name + ".clipping", np.array(values, np.float32)


def group_coded(x, places, kind, tensor, context, bits, kept):
    settings, scheme = context.settings, kind.replace("second_", "")
    form, rule, rounding = (settings[scheme + "_" + what] for what in ("scale", "clipping", "rounding"))
    if rounding == "stochastic" and not context.training:
        rounding = "nearest"

    @lru_cache(maxsize=None)
    def noise():
        return random_bits.bits16(context.seed_rounding, context.step, tensor, places)

    def codes(span):
        return quantize(x, bits, form, rounding, span, noise)

    return codes(coded_range(x, rule, settings, codes, kept, context.step, context.training))
