"""A network of models/networks as a PyTorch module, built from its JSON description and with its layers' names.

Maps are (images, channels, height, width); what follows `tokens` or `embedding` is (images, height, width, channels), a
sequence of T tokens (images, T, 1, channels) and its heads (images, heads, T, channels), as PyTorch's own layers for them
want it. Numbers of tokens come in as (images, T, 1) integers. `shapes` are (channels, height, width) in both.
"""
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


def pair(value):
    return tuple(value) if isinstance(value, list) else (value, value)


def places(layer, shape):
    """(height, width) of a window's positions on a map; a pool's stride is its kernel unless it says otherwise."""
    kernel, dilation = pair(layer["kernel"]), pair(layer.get("dilation", 1))
    stride, padding = pair(layer.get("stride", layer["kernel"])), pair(layer.get("padding", 0))
    return [(n + 2 * p - d * (k - 1) - 1) // s + 1
            for n, k, s, p, d in zip(shape[1:], kernel, stride, padding, dilation)]


class DescribedNetwork(nn.Module):
    def __init__(self, description, fake=False):
        super().__init__()
        self.layers, self.fake, self.classes = description["layers"], fake, description["default_classes"]
        given = description["default_input"]
        self.shapes = {None: (given["channels"], given["height"], given["width"])}
        self.by_name = nn.ModuleDict()
        before = None
        for layer in self.layers:
            layer.setdefault("inputs", [before])
            name, inputs = layer["name"], [self.shapes[i] for i in layer["inputs"]]
            shape, module = getattr(self, "make_" + layer["type"], self.make_pointwise)(layer, inputs)
            self.shapes[name] = shape
            if module is not None:
                self.by_name[name.replace(".", "_")] = module
            before = name

    def module(self, layer):
        return self.by_name[layer["name"].replace(".", "_")]

    def forward(self, inputs):
        values = {None: inputs}
        for layer in self.layers:
            arguments = [values[i] for i in layer["inputs"]]
            values[layer["name"]] = getattr(self, "run_" + layer["type"])(layer, *arguments)
        return values[self.layers[-1]["name"]]

    def width(self, value):
        return self.classes if value == "classes" else value

    def multiply(self, layer, x, product):
        """product(x, weight) + bias, on fake 8-bit codes where the layer is quantized and codes are asked for."""
        module = self.module(layer)
        if not (self.fake and layer.get("quantized")):
            return module(x)
        x, weight = NearestCodes.apply(x, False), NearestCodes.apply(module.weight, True)
        return StochasticGradient.apply(product(x, weight, module.bias))

    # make_TYPE(layer, shapes of its inputs): the shape of its result and what it keeps; run_TYPE(layer, inputs ...).

    def make_pointwise(self, layer, inputs):
        return inputs[0], None

    def make_conv2d(self, layer, inputs):
        channels = self.width(layer["out_channels"])
        module = nn.Conv2d(inputs[0][0], channels, pair(layer["kernel"]), pair(layer["stride"]), pair(layer["padding"]),
                           pair(layer.get("dilation", 1)), layer.get("groups", 1), layer.get("bias", False))
        return (channels, *places(layer, inputs[0])), module

    def run_conv2d(self, layer, x):
        m = self.module(layer)
        return self.multiply(layer, x, lambda x, weight, bias: F.conv2d(x, weight, bias, m.stride, m.padding, m.dilation,
                                                                        m.groups))

    def make_conv_transpose2d(self, layer, inputs):
        kernel, stride, padding = (pair(layer.get(key, 0)) for key in ("kernel", "stride", "padding"))
        module = nn.ConvTranspose2d(inputs[0][0], layer["out_channels"], kernel, stride, padding,
                                    bias=layer.get("bias", False))
        size = [(n - 1) * s - 2 * p + k for n, k, s, p in zip(inputs[0][1:], kernel, stride, padding)]
        return (layer["out_channels"], *size), module

    def run_conv_transpose2d(self, layer, x):
        return self.module(layer)(x)

    def make_linear(self, layer, inputs):
        channels, height, width = inputs[0]
        features = self.width(layer["out_features"])
        return (features, 1, 1), nn.Linear(channels * height * width, features)

    def run_linear(self, layer, x):
        return self.multiply(layer, x.flatten(1), F.linear)

    def make_token_linear(self, layer, inputs):
        features = self.width(layer["out_features"])
        return (features, *inputs[0][1:]), nn.Linear(inputs[0][0], features, layer.get("bias", True))

    def run_token_linear(self, layer, x):
        return self.multiply(layer, x, F.linear)

    def make_batch_norm(self, layer, inputs):
        return inputs[0], nn.BatchNorm2d(inputs[0][0])

    def run_batch_norm(self, layer, x):
        return self.module(layer)(x)

    def make_layer_norm(self, layer, inputs):
        return inputs[0], nn.LayerNorm(inputs[0][0], layer.get("epsilon", 1e-5))

    run_layer_norm = run_batch_norm

    def run_relu(self, layer, x):
        return F.relu(x)

    def run_relu6(self, layer, x):
        return F.relu6(x)

    def run_gelu(self, layer, x):
        return F.gelu(x, approximate="tanh" if layer.get("form") == "tanh" else "none")

    def run_softmax(self, layer, x):
        if layer.get("causal"):
            ahead = torch.ones(x.shape[-2:], dtype=torch.bool).triu_(1)
            x = x.masked_fill(ahead, float("-inf"))
        return F.softmax(x, -1)

    def run_dropout(self, layer, x):
        return F.dropout(x, layer.get("probability", 0.5), self.training)

    def run_scale(self, layer, x):
        return x * layer["factor"]

    def run_add(self, layer, x, other):
        return x + other

    def make_concat(self, layer, inputs):
        return (sum(shape[0] for shape in inputs), *inputs[0][1:]), None

    def run_concat(self, layer, *inputs):
        return torch.cat(inputs, 1)

    def make_pad(self, layer, inputs):
        channels, height, width = inputs[0]
        return (channels, height + 2 * layer["padding"], width + 2 * layer["padding"]), None

    def run_pad(self, layer, x):
        return F.pad(x, [layer["padding"]] * 4)

    def make_shortcut_pad(self, layer, inputs):
        return (layer["out_channels"], *(-(-n // layer["stride"]) for n in inputs[0][1:])), None

    def run_shortcut_pad(self, layer, x):
        extra = layer["out_channels"] - x.shape[1]
        return F.pad(x[:, :, :: layer["stride"], :: layer["stride"]], (0, 0, 0, 0, extra // 2, extra - extra // 2))

    def make_max_pool(self, layer, inputs):
        return (inputs[0][0], *places(layer, inputs[0])), None

    make_average_pool = make_max_pool

    def run_max_pool(self, layer, x):
        return F.max_pool2d(x, layer["kernel"], layer.get("stride"), layer.get("padding", 0))

    def run_average_pool(self, layer, x):
        return F.avg_pool2d(x, layer["kernel"], layer.get("stride"), layer.get("padding", 0))

    def make_global_average_pool(self, layer, inputs):
        return (inputs[0][0], 1, 1), None

    def run_global_average_pool(self, layer, x):
        return F.adaptive_avg_pool2d(x, 1)

    def make_upsample(self, layer, inputs):
        channels, height, width = inputs[0]
        return (channels, height * layer["factor"], width * layer["factor"]), None

    def run_upsample(self, layer, x):
        if layer.get("mode", "nearest") == "nearest":
            return F.interpolate(x, scale_factor=layer["factor"])
        return F.interpolate(x, scale_factor=layer["factor"], mode="bilinear",
                             align_corners=layer.get("align_corners", False))

    def make_tokens(self, layer, inputs):
        channels, height, width = inputs[0]
        return (channels, height * width, 1), None

    def run_tokens(self, layer, x):
        return x.flatten(2).transpose(1, 2).unsqueeze(2)

    def make_embedding(self, layer, inputs):
        return (layer["out_channels"], *inputs[0][1:]), nn.Embedding(self.width(layer["vocabulary"]),
                                                                    layer["out_channels"])

    def run_embedding(self, layer, tokens):
        return self.module(layer)(tokens)

    def make_class_token(self, layer, inputs):
        channels, length, _ = inputs[0]
        return (channels, length + 1, 1), nn.ParameterDict({"token": nn.Parameter(torch.zeros(channels))})

    def run_class_token(self, layer, x):
        return torch.cat((self.module(layer)["token"].expand(x.shape[0], 1, 1, -1), x), 1)

    def make_position_encoding(self, layer, inputs):
        channels, height, width = inputs[0]
        positions = torch.zeros(height * width, channels)
        if layer["kind"] == "sinusoidal":
            angles = torch.arange(height * width)[:, None] / 10000 ** (torch.arange(channels) // 2 * 2 / channels)
            positions[:, 0::2], positions[:, 1::2] = angles[:, 0::2].sin(), angles[:, 1::2].cos()
        learned = nn.Parameter(positions.view(height, width, channels), requires_grad=layer["kind"] == "learned")
        return inputs[0], nn.ParameterDict({"positions": learned})

    def run_position_encoding(self, layer, x):
        return x + self.module(layer)["positions"]

    def make_slice_channels(self, layer, inputs):
        return (layer["out_channels"], *inputs[0][1:]), None

    def run_slice_channels(self, layer, x):
        return x.narrow(-1, layer.get("first", 0), layer["out_channels"])

    def make_split_heads(self, layer, inputs):
        channels, height, width = inputs[0]
        return (channels // layer["heads"], layer["heads"], height * width), None

    def run_split_heads(self, layer, x):
        images, height, width, channels = x.shape
        return x.reshape(images, height * width, layer["heads"], channels // layer["heads"]).transpose(1, 2)

    def make_merge_heads(self, layer, inputs):
        channels, heads, length = inputs[0]
        return (channels * heads, length, 1), None

    def run_merge_heads(self, layer, x):
        return x.transpose(1, 2).flatten(2).unsqueeze(2)

    def make_matmul(self, layer, inputs):
        a, b = inputs
        return (b[2] if layer.get("transpose_b") else b[0], a[1], a[2]), None

    def run_matmul(self, layer, a, b):
        return a @ (b.transpose(-1, -2) if layer.get("transpose_b") else b)

    def make_select_token(self, layer, inputs):
        return (inputs[0][0], 1, 1), None

    def run_select_token(self, layer, x):
        return x[:, layer.get("index", 0)].unsqueeze(1)
