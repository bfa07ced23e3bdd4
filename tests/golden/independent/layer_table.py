"""Every type of layer of docs/networks.md that this implementation has, and their first parameters (docs/training.md, Before the first
step). A builder takes the description, the shapes (rows, columns, channels) of the inputs and a Build, and gives the layer and its shape."""

import math

import numpy as np

import gelu
import plain_layers as plain
import random_bits
import sequences
from batch_norm import BatchNorm
from fixed_point import FixedPointBatchNorm
from layer_norm import LayerNorm
from matmul import Matmul
from resampling import AdaptiveAveragePool, Upsample
from sites import QuantizedLayer
from softmax import CausalSoftmax, Softmax
from transposed import Transposed
from weighted import Weighted
from windows import Window

f32 = np.float32
SMALL = 0.02 * math.sqrt(3)  # a standard deviation of 0.02


class Build:
    """What builders know of the network: the number of the layer in the description, and the quantized layers so far."""

    def __init__(self, classes, settings):
        self.classes, self.settings, self.number, self.quantized, self.dropouts = classes, settings, 0, [], 0

    def size(self, value):
        return self.classes if value == "classes" else value

    def uniform(self, shape, bound):
        u = random_bits.bits32(self.settings["seed_init"], self.number, random_bits.INITIALISATION, np.arange(math.prod(shape)))
        return (((u.astype(np.float64) + 0.5) * 2.0**-31 - 1) * bound).astype(f32).reshape(shape)

    def quantize(self, layer, weights, macs):
        """The number of a layer among the quantized ones, None of an FP32 one."""
        if not layer.get("quantized", False) or self.settings["scheme"] == "fp32":
            return None
        self.quantized.append(QuantizedLayer(layer["name"], weights, macs))
        return len(self.quantized) - 1


def pair(value):
    return tuple(value) if isinstance(value, (list, tuple)) else (value, value)


def window(layer):
    return Window(pair(layer["kernel"]), pair(layer["stride"]), pair(layer.get("padding", 0)), pair(layer.get("dilation", 1)))


def weighted(layer, shape, build, seen, places, out, gain, flat=False):
    """A layer with the weights of this window for each of its places."""
    groups = layer.get("groups", 1)
    channels = shape[2] // groups
    weight = build.uniform((out, *seen.kernel, channels), math.sqrt(gain / (math.prod(seen.kernel) * channels)))
    number = build.quantize(layer, weight.size, weight.size * math.prod(places))
    bias = np.zeros(out, f32) if layer.get("bias", gain == 1) else None
    return Weighted(weight, bias, seen, groups, flat, number), (*places, out)


def conv2d(layer, shapes, build):
    seen = window(layer)
    return weighted(layer, shapes[0], build, seen, seen.places(shapes[0][:2]), build.size(layer["out_channels"]), 6)


def linear(layer, shapes, build):
    return weighted(layer, (1, 1, math.prod(shapes[0])), build, Window((1, 1)), (1, 1), build.size(layer["out_features"]), 1, True)


def token_linear(layer, shapes, build):
    return weighted(layer, shapes[0], build, Window((1, 1)), shapes[0][:2], build.size(layer["out_features"]), 1)


def conv_transpose2d(layer, shapes, build):
    (rows, columns, channels), seen, out = shapes[0], window(layer), build.size(layer["out_channels"])
    weight = build.uniform((channels, *seen.kernel, out), math.sqrt(6 / (math.prod(seen.kernel) * out)))
    number = build.quantize(layer, weight.size, weight.size * rows * columns)
    bias = np.zeros(out, f32) if layer.get("bias", False) else None
    size = tuple((n - 1) * seen.stride[a] + seen.kernel[a] - 2 * seen.padding[a] for a, n in enumerate((rows, columns)))
    return Transposed(weight, bias, seen, size, number), (*size, out)


def matmul(layer, shapes, build):
    (heads, rows, depth), second = shapes
    transposed = layer.get("transpose_b", False)
    columns = second[1] if transposed else second[2]
    return Matmul(transposed, build.quantize(layer, 0, heads * rows * columns * depth)), (heads, rows, columns)


def batch_norm(layer, shapes, build):
    norm = FixedPointBatchNorm if build.settings["batch_norm"] == "fixed_point" else BatchNorm
    return norm(shapes[0][2], build.settings["norm_momentum"]), shapes[0]


def pool(kind):
    def builder(layer, shapes, build):
        kernel = pair(layer.get("kernel", shapes[0][:2]))
        seen = Window(kernel, pair(layer.get("stride", kernel)), pair(layer.get("padding", 0)))
        return kind(seen), (*seen.places(shapes[0][:2]), shapes[0][2])
    return builder


def adaptive_average_pool(layer, shapes, build):
    size = layer["height"], layer["width"]
    return AdaptiveAveragePool(shapes[0], size), (*size, shapes[0][2])


def upsample(layer, shapes, build):
    larger = Upsample(shapes[0], layer["factor"], layer.get("mode", "nearest") == "bilinear", layer.get("align_corners", False))
    return larger, (*larger.size, shapes[0][2])


def shortcut_pad(layer, shapes, build):
    (rows, columns, _), stride, wide = shapes[0], layer["stride"], layer["out_channels"]
    return plain.ShortcutPad(shapes[0], stride, wide), (-(-rows // stride), -(-columns // stride), wide)


def concat(layer, shapes, build):
    parts = [shape[2] for shape in shapes]
    return plain.Concat(parts), (*shapes[0][:2], sum(parts))


def slice_channels(layer, shapes, build):
    return plain.SliceChannels(shapes[0], layer.get("first", 0), layer["out_channels"]), (*shapes[0][:2], layer["out_channels"])


def pad(layer, shapes, build):
    (rows, columns, channels), (y, x) = shapes[0], pair(layer["padding"])
    return plain.Pad((y, x)), (rows + 2 * y, columns + 2 * x, channels)


def reshape(after):
    def builder(layer, shapes, build):
        return plain.Reshape(shapes[0], after(layer, *shapes[0])), after(layer, *shapes[0])
    return builder


def dropout(layer, shapes, build):
    build.dropouts += 1
    return plain.Dropout(layer.get("probability", 0.5), build.dropouts - 1), shapes[0]


def embedding(layer, shapes, build):
    wide = layer["out_channels"]
    return sequences.Embedding(build.uniform((build.size(layer["vocabulary"]), wide), 0.1)), (*shapes[0][:2], wide)


def class_token(layer, shapes, build):
    rows, columns, channels = shapes[0]
    return sequences.ClassToken(build.uniform((channels,), SMALL)), (rows + 1, columns, channels)


def position_encoding(layer, shapes, build):
    if layer.get("kind", "sinusoidal") == "learned":
        return sequences.LearnedPositions(build.uniform(shapes[0], SMALL)), shapes[0]
    return sequences.Waves(shapes[0]), shapes[0]


def select_token(layer, shapes, build):
    return sequences.SelectToken(shapes[0], layer.get("index", 0)), (1, *shapes[0][1:])


def split_heads(layer, shapes, build):
    (rows, _, channels), heads = shapes[0], layer["heads"]
    return sequences.SplitHeads(heads), (heads, rows, channels // heads)


def merge_heads(layer, shapes, build):
    heads, rows, channels = shapes[0]
    return sequences.MergeHeads(heads), (rows, 1, heads * channels)


def same_shape(make):
    """Of a layer whose output has the shape of its first input."""
    return lambda layer, shapes, build: (make(layer, shapes[0][2]), shapes[0])


BUILDERS = {
    "conv2d": conv2d, "linear": linear, "token_linear": token_linear, "conv_transpose2d": conv_transpose2d, "matmul": matmul,
    "batch_norm": batch_norm, "layer_norm": same_shape(lambda layer, channels: LayerNorm(channels, layer.get("epsilon", 1e-5))),
    "relu": same_shape(lambda layer, _: plain.Relu()), "relu6": same_shape(lambda layer, _: plain.Relu6()),
    "gelu": same_shape(lambda layer, _: gelu.FORMS[layer.get("form", "erf")]()),
    "softmax": same_shape(lambda layer, _: CausalSoftmax() if layer.get("causal", False) else Softmax()),
    "scale": same_shape(lambda layer, _: plain.Scale(layer["factor"])), "add": same_shape(lambda layer, _: plain.Add()),
    "dropout": dropout, "concat": concat, "slice_channels": slice_channels, "pad": pad, "shortcut_pad": shortcut_pad,
    "max_pool": pool(plain.MaxPool), "average_pool": pool(plain.AveragePool), "global_average_pool": pool(plain.AveragePool),
    "adaptive_average_pool": adaptive_average_pool, "upsample": upsample,
    "flatten": reshape(lambda layer, rows, columns, channels: (1, 1, rows * columns * channels)),
    "tokens": reshape(lambda layer, rows, columns, channels: (rows * columns, 1, channels)),
    "reshape": reshape(lambda layer, *_: (layer["height"], layer["width"], layer["out_channels"])),
    "embedding": embedding, "class_token": class_token, "position_encoding": position_encoding, "select_token": select_token,
    "split_heads": split_heads, "merge_heads": merge_heads,
}
