"""A network of ampa as a torch.nn.Module, from its description (`network_layers` in the metadata of `ampa export`).

Maps are (n, channels, height, width) inside, as PyTorch has them; sequences have width 1. A type of layer is one line of
MODULES, and one of TENSORS if it has weights: what its tensors are called in PyTorch, and which axes of them, in which order,
make the layout of ampa's files.
"""
import math

import torch
from torch import nn
from torch.nn import functional

EPSILON = 1e-5  # of batch normalisation

# By type, then by the last part of ampa's name: the attribute of the module, and ampa's axes of it.
CONVOLUTION = {"weight": ("weight", (0, 2, 3, 1)), "bias": ("bias", (0,))}
MATRIX = {"weight": ("weight", (0, 1)), "bias": ("bias", (0,))}
NORM = {"gamma": ("weight", (0,)), "beta": ("bias", (0,))}
TENSORS = {
    "conv2d": CONVOLUTION, "conv_transpose2d": CONVOLUTION, "linear": MATRIX, "token_linear": MATRIX, "embedding": MATRIX,
    "batch_norm": {**NORM, "running_mean": ("running_mean", (0,)), "running_var": ("running_var", (0,))}, "layer_norm": NORM,
    "class_token": {"token": ("token", (0,))}, "position_encoding": {"positions": ("positions", (0, 1, 2))},
}


class Do(nn.Module):
    """A layer without weights: a function of its inputs."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *inputs):
        return self.function(*inputs)


class Channels(nn.Module):
    """A module that works on the last axis, on channels: linear, layer norm."""

    def __init__(self, module):
        super().__init__()
        self.module, self.weight, self.bias = module, module.weight, module.bias

    def forward(self, x):
        return self.module(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class ClassToken(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.token = nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        return torch.cat([self.token[None, :, None, None].expand(len(x), -1, -1, -1), x], 2)


class LearnedPositions(nn.Module):
    def __init__(self, channels, height, width):
        super().__init__()
        self.positions = nn.Parameter(torch.zeros(height, width, channels))

    def forward(self, x):
        return x + self.positions.permute(2, 0, 1)


class Embedding(nn.Embedding):
    def forward(self, x):
        return super().forward(x[:, 0].long()).permute(0, 3, 1, 2)


def flat(x):
    """One position, in the order (height, width, channel)."""
    return x.permute(0, 2, 3, 1).flatten(1)[:, :, None, None]


def convolution(layer):
    plain = {key: layer[key] for key in ("kernel", "stride", "padding")}
    keys = {**plain, "dilation": 1, "groups": 1, "bias": False, **layer.get("conv", {})}
    keys["kernel_size"] = keys.pop("kernel")
    return {key: tuple(value) if isinstance(value, list) else value for key, value in keys.items()}


def conv2d(layer):
    return nn.Conv2d(layer["in"][0], layer["out"][0], **convolution(layer))


def conv_transpose2d(layer):
    return nn.ConvTranspose2d(layer["in"][0], layer["out"][0], **convolution(layer))


def linear(layer):
    return nn.Sequential(Do(flat), Channels(nn.Linear(math.prod(layer["in"]), layer["out"][0])))


def token_linear(layer):
    return Channels(nn.Linear(layer["in"][0], layer["out"][0], bias=layer["numbers"]["bias"] != 0))


def position_encoding(layer):
    channels, height, width = layer["in"]
    if layer["numbers"]["kind"] != 0:
        return LearnedPositions(channels, height, width)
    channel = torch.arange(channels)
    angles = (torch.arange(height * width, dtype=torch.float64)[None]
              * torch.exp(-math.log(10000) * (channel // 2 * 2).double() / channels)[:, None])
    waves = torch.where(channel[:, None] % 2 == 0, angles.sin(), angles.cos()).reshape(channels, height, width)
    return Do(lambda x: x + waves.to(x.dtype))


def softmax(layer):
    if layer["numbers"]["causal"] == 0:
        return nn.Softmax(1)
    size = layer["in"][0]  # column x sees channels 0 to x
    hidden = torch.ones(size, size).tril(-1).bool()[:, None]
    return Do(lambda x: x.masked_fill(hidden, -math.inf).softmax(1))


def shortcut_pad(layer):
    """Every stride-th position; half of the new channels, all zero, on each side."""
    stride, new = layer["stride"], layer["out"][0] - layer["in"][0]
    pads = (0, 0, 0, 0, new // 2, new - new // 2)
    return Do(lambda x: functional.pad(x[:, :, ::stride, ::stride], pads))


def pad(layer):
    y, x = [(layer["out"][axis] - layer["in"][axis]) // 2 for axis in (1, 2)]
    return nn.ZeroPad2d((x, x, y, y))


def pool(module):
    return lambda layer: module(layer["kernel"], layer["stride"], layer["padding"])


def upsample(layer):
    numbers = layer["numbers"]
    if numbers["mode"] == 0:
        return nn.Upsample(scale_factor=numbers["factor"], mode="nearest")
    return nn.Upsample(scale_factor=numbers["factor"], mode="bilinear", align_corners=numbers["align_corners"] != 0)


def reshape(layer):
    channels, height, width = layer["out"]
    return Do(lambda x: x.permute(0, 2, 3, 1).reshape(-1, height, width, channels).permute(0, 3, 1, 2))


def slice_channels(layer):
    first = int(layer["numbers"]["first"])
    return Do(lambda x: x[:, first:first + layer["out"][0]])


def select_token(layer):
    index = int(layer["numbers"]["index"])
    return Do(lambda x: x[:, :, index:index + 1])


def split_heads(layer):
    channels, heads, tokens = layer["out"]
    return Do(lambda x: x.reshape(-1, heads, channels, tokens).transpose(1, 2))


def merge_heads(layer):
    return Do(lambda x: x.transpose(1, 2).reshape(-1, *layer["out"]))


def matmul(layer):
    transposed = layer["numbers"]["transpose_b"] != 0

    def product(a, b):
        a, b = a.permute(0, 2, 3, 1), b.permute(0, 2, 3, 1)  # (n, heads, rows, columns)
        return (a @ (b.transpose(2, 3) if transposed else b)).permute(0, 3, 1, 2)
    return Do(product)


MODULES = {
    "conv2d": conv2d, "linear": linear, "conv_transpose2d": conv_transpose2d, "token_linear": token_linear,
    "batch_norm": lambda layer: nn.BatchNorm2d(layer["in"][0], eps=EPSILON),
    "layer_norm": lambda layer: Channels(nn.LayerNorm(layer["in"][0], eps=layer["numbers"]["epsilon"])),
    "relu": lambda _: nn.ReLU(), "relu6": lambda _: nn.ReLU6(),
    "gelu": lambda layer: nn.GELU(["none", "tanh"][int(layer["numbers"]["form"])]), "softmax": softmax,
    "dropout": lambda layer: nn.Dropout(layer["numbers"]["probability"]),
    "scale": lambda layer: Do(lambda x: x * torch.tensor(layer["numbers"]["factor"], dtype=torch.float32)),
    "add": lambda _: Do(torch.add), "concat": lambda _: Do(lambda *inputs: torch.cat(inputs, 1)),
    "slice_channels": slice_channels, "pad": pad, "shortcut_pad": shortcut_pad,
    "max_pool": pool(nn.MaxPool2d), "average_pool": pool(nn.AvgPool2d),
    "global_average_pool": lambda _: nn.AdaptiveAvgPool2d(1),
    "adaptive_average_pool": lambda layer: nn.AdaptiveAvgPool2d(layer["out"][1:]), "upsample": upsample,
    "flatten": lambda _: Do(flat), "tokens": lambda _: Do(lambda x: x.flatten(2)[..., None]), "reshape": reshape,
    "embedding": lambda layer: Embedding(int(layer["numbers"]["vocabulary"]), layer["out"][0]),
    "position_encoding": position_encoding, "class_token": lambda layer: ClassToken(layer["in"][0]),
    "select_token": select_token, "split_heads": split_heads, "merge_heads": merge_heads, "matmul": matmul,
}


class Network(nn.Module):
    """The layers of a description, in its order; each reads what its inputs gave."""

    def __init__(self, description):
        super().__init__()
        self.description = description["layers"]
        for index, layer in enumerate(self.description):
            self.add_module(str(index), MODULES[layer["type"]](layer))

    def forward(self, images):
        values = {None: images}  # by the name of the layer; null is the network's input
        for index, layer in enumerate(self.description):
            values[layer["name"]] = getattr(self, str(index))(*[values[name] for name in layer["inputs"]])
        return values[self.description[-1]["name"]]

    def tensors(self):
        """By ampa's name: a parameter or running statistic, and its axes in the order of ampa's layout."""
        found = {}
        for index, layer in enumerate(self.description):
            module = getattr(self, str(index))
            module = module[-1] if isinstance(module, nn.Sequential) else module
            for part, (attribute, axes) in TENSORS.get(layer["type"], {}).items():
                tensor = getattr(module, attribute, None)
                if tensor is not None:
                    found[f"{layer['name']}.{part}"] = tensor, axes
        return found

    def load(self, arrays):
        """Takes weights and running statistics from numpy arrays by ampa's names."""
        with torch.no_grad():
            for name, (tensor, axes) in self.tensors().items():
                tensor.permute(axes).copy_(torch.from_numpy(arrays[name]))
        return self

    def gradients(self):
        """By ampa's name and in its layout, after backward(); numpy arrays in double."""
        return {name: tensor.grad.permute(axes).double().numpy() for name, (tensor, axes) in self.tensors().items()
                if tensor.requires_grad}
