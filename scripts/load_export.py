#!/usr/bin/python3
"""Loads the file of `ampa export` into PyTorch (Debian: python3-torch, python3-numpy).

    scripts/load_export.py run/weights.safetensors                            says what is in it
    scripts/load_export.py run/weights.safetensors --compare logits.safetensors
        computes the logits of the inputs that `ampa evaluate run --logits logits.safetensors` has written, and compares them

From Python: import load_export; network = load_export.network("run/weights.safetensors"), a torch.nn.Module from images
(n, channels, height, width), normalised, to logits (n, classes) in FP32. Both sides round in another order: the logits agree to
TOLERANCE * max(1, largest |logit|). Exit codes: 0 they do, 1 they do not, 2 wrong files, 77 there is no PyTorch.
"""
import argparse
import json
import struct
import sys

try:
    import numpy
    import torch
except ImportError as error:
    print(f"load_export: {error}", file=sys.stderr)
    sys.exit(77)

TOLERANCE = 1e-5
EPSILON = 1e-5  # of batch normalisation
DTYPES = {"F32": "<f4", "I8": "|i1", "I32": "<i4", "I64": "<i8"}


def read(path):
    """The metadata and the tensors (numpy arrays by name) of a safetensors file."""
    with open(path, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
        data = file.read()
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, tensor in header.items():
        begin, end = tensor["data_offsets"]
        tensors[name] = numpy.frombuffer(data[begin:end], DTYPES[tensor["dtype"]]).reshape(tensor["shape"]).copy()
    return metadata, tensors


class Flatten(torch.nn.Module):
    """In the order (height, width, channel)."""

    def forward(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)


class Widen(torch.nn.Module):
    def forward(self, x):
        return x[:, :, None, None]


class Add(torch.nn.Module):
    def forward(self, x, y):
        return x + y


class ShortcutPad(torch.nn.Module):
    """Every stride-th position; half of the new channels, all zero, on each side."""

    def __init__(self, stride, before, after):
        super().__init__()
        self.stride, self.pads = stride, (0, 0, 0, 0, before, after)

    def forward(self, x):
        return torch.nn.functional.pad(x[:, :, ::self.stride, ::self.stride], self.pads)


def conv2d(layer, tensor):
    window = {key: layer[name] for key, name in [("kernel_size", "kernel"), ("stride", "stride"), ("padding", "padding")]}
    module = torch.nn.Conv2d(layer["in"][0], layer["out"][0], bias=False, **window)
    module.weight.data = tensor("weight").permute(0, 3, 1, 2).contiguous()
    return module


def linear(layer, tensor):
    channels, height, width = layer["in"]
    module = torch.nn.Linear(channels * height * width, layer["out"][0])
    module.weight.data, module.bias.data = tensor("weight"), tensor("bias")
    return torch.nn.Sequential(Flatten(), module, Widen())


def batch_norm(layer, tensor):
    module = torch.nn.BatchNorm2d(layer["in"][0], eps=EPSILON)
    module.weight.data, module.bias.data = tensor("gamma"), tensor("beta")
    module.running_mean, module.running_var = tensor("running_mean"), tensor("running_var")
    return module


def shortcut_pad(layer, _tensor):
    new = layer["out"][0] - layer["in"][0]
    return ShortcutPad(layer["stride"], new // 2, new - new // 2)


def pool(module):
    return lambda layer, _tensor: module(layer["kernel"], layer["stride"], layer["padding"])


# By the type of a layer in the network's description.
MODULES = {
    "conv2d": conv2d, "linear": linear, "batch_norm": batch_norm, "shortcut_pad": shortcut_pad,
    "relu": lambda _layer, _tensor: torch.nn.ReLU(), "add": lambda _layer, _tensor: Add(),
    "max_pool": pool(torch.nn.MaxPool2d), "average_pool": pool(torch.nn.AvgPool2d),
    "global_average_pool": lambda _layer, _tensor: torch.nn.AdaptiveAvgPool2d(1),
}


class Network(torch.nn.Module):
    """The layers of a description, in its order; each reads what its inputs gave."""

    def __init__(self, description, tensors):
        super().__init__()
        self.description = description["layers"]
        for index, layer in enumerate(self.description):
            def tensor(part, name=layer["name"]):
                return torch.from_numpy(tensors[f"{name}.{part}"])
            self.add_module(str(index), MODULES[layer["type"]](layer, tensor))

    def forward(self, images):
        values = {None: images}  # by the name of the layer; null is the network's input
        for index, layer in enumerate(self.description):
            values[layer["name"]] = getattr(self, str(index))(*[values[name] for name in layer["inputs"]])
        return values[self.description[-1]["name"]].flatten(1)


def network(path):
    metadata, tensors = read(path)
    return Network(json.loads(metadata["network_layers"]), tensors).eval()


def compare(path, logits_path, tolerance):
    """0 if the logits agree."""
    _, expected = read(logits_path)
    with torch.no_grad():
        found = network(path)(torch.from_numpy(expected["inputs"]).permute(0, 3, 1, 2).contiguous()).numpy()
    difference = float(numpy.abs(found - expected["logits"]).max())
    bound = tolerance * max(1.0, float(numpy.abs(expected["logits"]).max()))
    same = int((found.argmax(1) == expected["logits"].argmax(1)).sum())
    print(f"{len(found)} images: largest difference of a logit {difference:.3g}, allowed {bound:.3g}; {same} of the same class")
    return 0 if difference <= bound else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", help="the file of ampa export")
    parser.add_argument("--compare", metavar="FILE", help="the file of ampa evaluate --logits")
    parser.add_argument("--tolerance", type=float, default=TOLERANCE, help="relative to the largest logit (%(default)s)")
    arguments = parser.parse_args()
    try:
        if arguments.compare:
            return compare(arguments.weights, arguments.compare, arguments.tolerance)
        metadata, tensors = read(arguments.weights)
        print(network(arguments.weights))
        print(f"{metadata['network']} on {metadata['dataset']}, {metadata['scheme']}, {metadata['epochs']} epochs; "
              f"{len(tensors)} tensors; widths {metadata['widths']}")
    except (OSError, KeyError, ValueError, struct.error) as error:
        print(f"load_export: {arguments.weights}: expected files of ampa export and ampa evaluate --logits, found {error!r}",
              file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
