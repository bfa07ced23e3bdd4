"""Mean diagonals of Hessians by Hutchinson's estimate (NUMERICS.md, M8; docs/ampa.md)."""

import math

import numpy as np

from matmul import Matmul
from objective import cross_entropy
from ordered import in_order, total64
from random_bits import PROBES, bits16

f32 = np.float32
STEP = 2.0**-10


class Plain:
    """The context of an FP32 step of training; moved are the signs times the step by quantized layer and kind."""
    training, measuring, plain = True, False, True

    def __init__(self, context):
        self.settings, self.moved = context.settings, {}
        self.seed_rounding, self.step = context.settings["seed"], 0  # of dropout


def gradients(run, context, sign, signs):
    """By quantized layer and tensor, with these moved along their signs. The gradient of an input is that of what all
    images share: a double that adds the images in ascending order, rounded once."""
    network, owners = run.network, run.network.quantized_layers()
    context.moved = {tensor: f32(sign * STEP) * v for tensor, v in signs.items()}
    inputs, labels = run.samples.batch(run.samples.numbers[:run.settings["batch_size"]])
    logits = network.forward(inputs, context)
    network.backward(cross_entropy(logits, labels, run.settings["label_smoothing"])[1], context)
    result = {}
    for layer, kind in signs:
        if kind == "weight":
            found = owners[layer].gradients["weight"]
        else:
            found = in_order(owners[layer].input_gradients[kind].astype(np.float64)).astype(f32)
        result[layer, kind] = found.astype(np.float64)
    return result


def means(run, epoch):
    """[layer][0 weights, 1 inputs], negative ones 0; of a product of two activations no weights, and the sum of both
    inputs. Running statistics stay what they are."""
    owners, probes = run.network.quantized_layers(), run.settings["hessian_probes"]
    norms = [layer for layer in run.network.layers.values() if hasattr(layer, "buffers")]
    kept = [layer.buffers for layer in norms]
    result, context = [[0.0, 0.0] for _ in owners], Plain(run.context)
    for column in range(2):
        shapes = {}
        for layer, owner in enumerate(owners):
            if column == 1:
                shapes.update({(layer, kind): shape for kind, shape in owner.input_shapes.items()})
            elif not isinstance(owner, Matmul):
                shapes[layer, "weight"] = owner.parameters["weight"].shape
        for k in range(probes):
            signs, start = {}, 0
            for tensor, shape in shapes.items():
                places = np.arange(start, start + math.prod(shape))
                bits = bits16(run.settings["seed"], epoch * probes + k, PROBES, places) & 1
                signs[tensor], start = (2 * bits - 1).astype(f32).reshape(shape), start + len(places)
            above, below = (gradients(run, context, sign, signs) for sign in (1, -1))
            for tensor, v in signs.items():
                result[tensor[0]][column] += total64(v * (above[tensor] - below[tensor]) / (2 * STEP)) / v.size
    for layer, buffers in zip(norms, kept):
        layer.buffers = buffers
    return [[max(value / probes, 0.0) for value in row] for row in result]
