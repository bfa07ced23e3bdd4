"""A network from its description (docs/networks.md): its layers, their first weights, and the walks through them."""

import json
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
from operands import kept_values
from resampling import AdaptiveAveragePool, Upsample
from sites import QuantizedLayer
from softmax import CausalSoftmax, Softmax
from transposed import Transposed
from weighted import Weighted
from windows import Window

f32 = np.float32


def pair(value):
    return tuple(value) if isinstance(value, (list, tuple)) else (value, value)


def drawn(shape, depth, gain, seed, layer):
    """Weights of the layer with this number in the description."""
    u = random_bits.bits32(seed, layer, random_bits.INITIALISATION, np.arange(math.prod(shape))).astype(np.float64)
    return (((u + 0.5) * 2.0**-31 - 1) * math.sqrt(gain / depth)).astype(f32).reshape(shape)


def small(shape, seed, layer):
    """A parameter of standard deviation 0.02."""
    u = random_bits.bits32(seed, layer, random_bits.INITIALISATION, np.arange(math.prod(shape))).astype(np.float64)
    return (((u + 0.5) * 2.0**-31 - 1) * 0.02 * math.sqrt(3)).astype(f32).reshape(shape)


class Network:
    def __init__(self, path, shape, classes, settings):
        with open(path) as file:
            self.descriptions = json.load(file)["layers"]
        self.shapes, self.layers, self.quantized, before = {"input": shape}, {}, [], "input"
        for i, layer in enumerate(self.descriptions):
            layer["inputs"] = layer.get("inputs", [before])
            before = layer["name"]
            self.layers[before], self.shapes[before] = self.built(layer, i, classes, settings)

    def built(self, layer, i, classes, settings):
        """The layer and the shape (rows, columns, channels) of its output."""
        shapes, kind = [self.shapes[name] for name in layer["inputs"]], layer["type"]
        shape = rows, columns, channels = shapes[0]
        if kind in ("conv2d", "linear", "token_linear", "conv_transpose2d"):
            return self.weighted(layer, i, shape, classes, settings)
        if kind == "batch_norm":
            norm = FixedPointBatchNorm if settings["batch_norm"] == "fixed_point" else BatchNorm
            return norm(channels, settings["norm_momentum"]), shape
        if kind in ("max_pool", "average_pool", "global_average_pool"):
            kernel = shape[:2] if kind == "global_average_pool" else pair(layer["kernel"])
            window = Window(kernel, pair(layer.get("stride", kernel)), pair(layer.get("padding", 0)))
            return (plain.MaxPool if kind == "max_pool" else plain.AveragePool)(window), (*window.places(shape), channels)
        if kind == "shortcut_pad":
            s, wide = layer["stride"], layer["out_channels"]
            return plain.ShortcutPad(shape, s, wide), (-(-rows // s), -(-columns // s), wide)
        if kind == "concat":
            parts = [s[2] for s in shapes]
            return plain.Concat(parts), (rows, columns, sum(parts))
        if kind == "slice_channels":
            return plain.SliceChannels(shape, layer.get("first", 0), layer["out_channels"]), (rows, columns, layer["out_channels"])
        if kind == "pad":
            y, x = pair(layer["padding"])
            return plain.Pad((y, x)), (rows + 2 * y, columns + 2 * x, channels)
        if kind == "adaptive_average_pool":
            return AdaptiveAveragePool(shape, (layer["height"], layer["width"])), (layer["height"], layer["width"], channels)
        if kind == "upsample":
            larger = Upsample(shape, layer["factor"], layer.get("mode", "nearest") == "bilinear", layer.get("align_corners", False))
            return larger, (*larger.size, channels)
        if kind in ("flatten", "tokens"):
            after = (1, 1, math.prod(shape)) if kind == "flatten" else (rows * columns, 1, channels)
            return plain.Reshape(shape, after), after
        if kind == "dropout":
            before = sum(isinstance(owner, plain.Dropout) for owner in self.layers.values())
            return plain.Dropout(layer.get("probability", 0.5), before), shape
        if kind in ("class_token", "position_encoding", "split_heads", "merge_heads", "select_token", "reshape"):
            return self.of_sequence(layer, i, shape, settings)
        if kind == "matmul":
            return self.product(layer, shapes, settings)
        if kind == "layer_norm":
            return LayerNorm(channels, layer.get("epsilon", 1e-5)), shape
        if kind == "gelu":
            return gelu.FORMS[layer.get("form", "erf")](), shape
        if kind == "softmax":
            return (CausalSoftmax if layer.get("causal", False) else Softmax)(), shape
        if kind == "scale":
            return plain.Scale(layer["factor"]), shape
        return {"relu": plain.Relu, "relu6": plain.Relu6, "add": plain.Add}[kind](), shape

    def of_sequence(self, layer, i, shape, settings):
        (rows, columns, channels), kind = shape, layer["type"]
        if kind == "class_token":
            return sequences.ClassToken(small((channels,), settings["seed_init"], i)), (rows + 1, columns, channels)
        if kind == "position_encoding":
            learned = layer.get("kind", "sinusoidal") == "learned"
            return sequences.LearnedPositions(small(shape, settings["seed_init"], i)) if learned else sequences.Waves(shape), shape
        if kind == "split_heads":
            return sequences.SplitHeads(layer["heads"]), (layer["heads"], rows, channels // layer["heads"])
        if kind == "merge_heads":
            return sequences.MergeHeads(rows), (columns, 1, rows * channels)
        if kind == "select_token":
            return sequences.SelectToken(shape, layer.get("index", 0)), (1, columns, channels)
        after = layer["height"], layer["width"], layer["out_channels"]
        return plain.Reshape(shape, after), after

    def product(self, layer, shapes, settings):
        (heads, rows, depth), second = shapes
        transposed, number = layer.get("transpose_b", False), None
        columns = second[1] if transposed else second[2]
        if layer.get("quantized", False) and settings["scheme"] != "fp32":
            number = len(self.quantized)
            self.quantized.append(QuantizedLayer(layer["name"], 0, heads * rows * columns * depth))
        return Matmul(transposed, number), (heads, rows, columns)

    def weighted(self, layer, i, shape, classes, settings):
        flat, tokens = layer["type"] == "linear", layer["type"] == "token_linear"
        out = layer["out_features" if flat or tokens else "out_channels"]
        out = classes if out == "classes" else out
        groups, window = layer.get("groups", 1), Window((1, 1))
        if not flat and not tokens:
            window = Window(pair(layer["kernel"]), pair(layer["stride"]), pair(layer["padding"]), pair(layer.get("dilation", 1)))
        if layer["type"] == "conv_transpose2d":
            return self.transposed(layer, i, shape, out, settings)
        channels = math.prod(shape) if flat else shape[2] // groups
        weight = drawn((out, *window.kernel, channels), math.prod(window.kernel) * channels, 1 if flat or tokens else 6,
                       settings["seed_init"], i)
        number = None
        if layer["quantized"] and settings["scheme"] != "fp32":
            number = len(self.quantized)
            places = 1 if flat else math.prod(window.places(shape[:2]))
            self.quantized.append(QuantizedLayer(layer["name"], weight.size, weight.size * places))
        bias = np.zeros(out, f32) if flat or layer.get("bias", tokens) else None
        result = (1, 1, out) if flat else (*window.places(shape[:2]), out)
        return Weighted(weight, bias, window, groups, flat, number), result

    def transposed(self, layer, i, shape, out, settings):
        window = Window(pair(layer["kernel"]), pair(layer["stride"]), pair(layer.get("padding", 0)))
        weight = drawn((shape[2], *window.kernel, out), math.prod(window.kernel) * out, 6, settings["seed_init"], i)
        number = None
        if layer["quantized"] and settings["scheme"] != "fp32":
            number = len(self.quantized)
            self.quantized.append(QuantizedLayer(layer["name"], weight.size, weight.size * math.prod(shape[:2])))
        bias = np.zeros(out, f32) if layer.get("bias", False) else None
        size = tuple((shape[a] - 1) * window.stride[a] + window.kernel[a] - 2 * window.padding[a] for a in (0, 1))
        return Transposed(weight, bias, window, size, number), (*size, out)

    def forward(self, images, context):
        values = {"input": images}
        for layer in self.descriptions:
            values[layer["name"]] = self.layers[layer["name"]].forward([values[n] for n in layer["inputs"]], context)
        return values[self.descriptions[-1]["name"]].reshape(len(images), -1)

    def backward(self, gradient, context):
        """From the last layer to the first; what several layers contribute to a gradient is added in the order of this walk."""
        last = self.descriptions[-1]["name"]
        gradients = {last: gradient.reshape(len(gradient), *self.shapes[last])}
        for layer in reversed(self.descriptions):
            wanted = context.plain or layer["inputs"] != ["input"]
            parts = self.layers[layer["name"]].backward(gradients.pop(layer["name"]), context, wanted)
            for name, part in zip(layer["inputs"], parts):
                if name != "input":
                    gradients[name] = gradients[name] + part if name in gradients else part

    def quantized_layers(self):
        return [layer for layer in self.layers.values() if getattr(layer, "number", None) is not None]

    def parameters(self):
        """(layer's name, parameter's name, layer) in the network's order."""
        return [(n, p, layer) for n, layer in self.layers.items() for p in getattr(layer, "parameters", {})]

    def buffers(self, context):
        """(name, values): running statistics, and what the clipping of a quantized layer's tensors keeps."""
        result = []
        for name, layer in self.layers.items():
            found = kept_values(layer.number, context) if getattr(layer, "number", None) is not None else getattr(layer, "buffers", {}).items()
            result += [(name + "." + buffer, values) for buffer, values in found]
        return result
