"""The training step of step_speed in plain PyTorch, for comparison: the same network description, batch and optimizer.

Usage: pytorch_step.py NETWORK.json BATCH THREADS fp32|fake8, then one line "STEPS" per request on standard input; each is
answered by a line with the median of images per second over that many steps and the process's peak memory in MB.
"""
import json
import resource
import statistics
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


class NearestCodes(torch.autograd.Function):
    """Rounds to 8-bit codes over [min(x, 0), max(x, 0)] (asymmetric) or +-max |x|; gradients pass straight through."""

    @staticmethod
    def forward(ctx, x, symmetric):
        if symmetric:
            scale = x.abs().max() / 127
            return torch.round(x / scale).clamp_(-127, 127).mul_(scale)
        low, high = x.min().clamp(max=0), x.max().clamp(min=0)
        scale = (high - low) / 255
        zero = torch.round(-low / scale)
        return torch.round(x / scale).add_(zero).clamp_(0, 255).sub_(zero).mul_(scale)

    @staticmethod
    def backward(ctx, grad):
        return grad, None


class StochasticGradient(torch.autograd.Function):
    """Passes values; rounds their gradient stochastically to 8-bit codes over +-max |g|."""

    @staticmethod
    def forward(ctx, x):
        return x.view_as(x)

    @staticmethod
    def backward(ctx, grad):
        scale = grad.abs().max() / 127
        return (grad / scale).add_(torch.rand_like(grad)).floor_().clamp_(-127, 127).mul_(scale)


class Described(nn.Module):
    """A network from its JSON description (models/networks)."""

    def __init__(self, description, fake):
        super().__init__()
        self.layers, self.fake = description["layers"], fake
        shape = description["default_input"]
        shapes = {None: (shape["channels"], shape["height"], shape["width"])}
        self.weighted = nn.ModuleDict()
        before = None
        for layer in self.layers:
            layer.setdefault("inputs", [before])
            channels, height, width = shapes[layer["inputs"][0]]
            kind, key = layer["type"], layer["name"].replace(".", "_")
            if kind == "conv2d":
                self.weighted[key] = nn.Conv2d(channels, layer["out_channels"], layer["kernel"], layer["stride"],
                                               layer["padding"], bias=False)
                size = [(n + 2 * layer["padding"] - layer["kernel"]) // layer["stride"] + 1 for n in (height, width)]
                out = (layer["out_channels"], *size)
            elif kind == "linear":
                features = layer["out_features"]
                features = description["default_classes"] if features == "classes" else features
                self.weighted[key] = nn.Linear(channels * height * width, features)
                out = (features, 1, 1)
            elif kind == "batch_norm":
                self.weighted[key] = nn.BatchNorm2d(channels)
                out = (channels, height, width)
            elif kind == "shortcut_pad":
                out = (layer["out_channels"], height // layer["stride"], width // layer["stride"])
            elif kind in ("max_pool", "average_pool"):
                size = [(n + 2 * layer["padding"] - layer["kernel"]) // layer["stride"] + 1 for n in (height, width)]
                out = (channels, *size)
            else:
                out = (channels, 1, 1) if kind == "global_average_pool" else (channels, height, width)
            shapes[layer["name"]] = out
            before = layer["name"]

    def multiply(self, layer, module, x):
        if module.__class__ is nn.Linear:
            x = x.flatten(1)
        if not (self.fake and layer.get("quantized")):
            return module(x)
        x, weight = NearestCodes.apply(x, False), NearestCodes.apply(module.weight, True)
        if module.__class__ is nn.Linear:
            return StochasticGradient.apply(F.linear(x, weight, module.bias))
        return StochasticGradient.apply(F.conv2d(x, weight, None, module.stride, module.padding))

    def forward(self, images):
        values = {None: images}
        for layer in self.layers:
            x, kind = values[layer["inputs"][0]], layer["type"]
            if kind in ("conv2d", "linear"):
                x = self.multiply(layer, self.weighted[layer["name"].replace(".", "_")], x)
            elif kind == "batch_norm":
                x = self.weighted[layer["name"].replace(".", "_")](x)
            elif kind == "relu":
                x = F.relu(x)
            elif kind == "add":
                x = x + values[layer["inputs"][1]]
            elif kind == "shortcut_pad":
                extra = layer["out_channels"] - x.shape[1]
                x = F.pad(x[:, :, :: layer["stride"], :: layer["stride"]], (0, 0, 0, 0, extra // 2, extra - extra // 2))
            elif kind == "max_pool":
                x = F.max_pool2d(x, layer["kernel"], layer["stride"], layer["padding"])
            elif kind == "average_pool":
                x = F.avg_pool2d(x, layer["kernel"], layer["stride"], layer["padding"])
            else:
                x = F.adaptive_avg_pool2d(x, 1)
            values[layer["name"]] = x
        return x.flatten(1)


def main():
    path, batch, threads, mode = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    with open(path) as file:
        description = json.load(file)
    network = Described(description, fake=mode == "fake8")
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4)
    shape = description["default_input"]
    images = torch.rand(batch, shape["channels"], shape["height"], shape["width"]) * 2 - 1
    labels = torch.arange(batch) % description["default_classes"]

    def step():
        begin = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(network(images), labels).backward()
        optimizer.step()
        return batch / (time.perf_counter() - begin)

    print("ready", flush=True)
    for line in sys.stdin:
        step()
        rate = statistics.median(step() for _ in range(int(line)))
        print(rate, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)


if __name__ == "__main__":
    main()
