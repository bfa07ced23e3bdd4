"""A network from its description (docs/networks.md), and the walks through it."""

import json

from layer_table import BUILDERS, Build
from matmul import Matmul
from operands import kept_values


class Network:
    def __init__(self, path, shape, classes, settings):
        with open(path) as file:
            self.descriptions = json.load(file)["layers"]
        self.shapes, self.layers, before, build = {"input": shape}, {}, "input", Build(classes, settings)
        for build.number, layer in enumerate(self.descriptions):
            layer["inputs"] = layer.get("inputs", [before])
            before = layer["name"]
            shapes = [self.shapes[name] for name in layer["inputs"]]
            self.layers[before], self.shapes[before] = BUILDERS[layer["type"]](layer, shapes, build)
        self.quantized = build.quantized

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
            found = kept_values(layer.number, isinstance(layer, Matmul), context) if getattr(layer, "number", None) is not None else getattr(layer, "buffers", {}).items()
            result += [(name + "." + buffer, values) for buffer, values in found]
        return result
