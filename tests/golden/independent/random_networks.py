"""Small networks drawn at random, as descriptions of docs/networks.md."""

import math

from transformer import Description, block


def window(draw, size):
    """Keys of a convolution that leaves at least 2 x 2 positions of a map."""
    while True:
        kernel = draw.choice([1, 2, 3, 3, 3, 5, [1, 3], [3, 1], [2, 3]])
        keys = {"kernel": kernel, "stride": draw.choice([1, 1, 1, 2, [2, 1]])}
        dilation = draw.choice([1, 1, 1, 2])
        taps = [kernel] * 2 if isinstance(kernel, int) else kernel
        extent = [dilation * (k - 1) + 1 for k in taps]
        keys["padding"] = [draw.randrange(e) for e in extent]
        if dilation > 1:
            keys["dilation"] = dilation
        stride = [keys["stride"]] * 2 if isinstance(keys["stride"], int) else keys["stride"]
        places = [(s + 2 * p - e) // t + 1 for s, p, e, t in zip(size, keys["padding"], extent, stride)]
        if all(s + 2 * p >= e for s, p, e in zip(size, keys["padding"], extent)) and min(places) >= 2:
            return keys, places


def extra(draw, net):
    """One of the layers that move numbers about or change a map's size, sometimes. They read the last layer."""
    last, (rows, columns, channels) = net.last, net.shape
    kind = draw.choice(["dropout", "scale", "concat", "slice_channels", "pad", "softmax", "upsample", "adaptive_average_pool", "reshape",
                        "conv_transpose2d"] + ["none"] * 10)
    if kind == "dropout":
        net.append(kind, probability=draw.choice([0.2, 0.5]))
    elif kind == "scale":
        net.append(kind, factor=draw.choice([0.7, 2, -1.3]))
    elif kind == "concat":
        others = [name for name, shape in net.shapes.items() if shape[:2] == (rows, columns) and name != last]
        if others:
            other = draw.choice(others)
            net.append(kind, (rows, columns, channels + net.shapes[other][2]), inputs=draw.sample([last, other], 2))
    elif kind == "slice_channels":
        net.append(kind, (rows, columns, channels // 2), first=draw.randrange(channels // 2 + 1), out_channels=channels // 2)
    elif kind == "pad":
        y, x = draw.choice([(1, 1), (0, 2)])
        net.append(kind, (rows + 2 * y, columns + 2 * x, channels), padding=[y, x])
    elif kind == "softmax":
        net.append(kind, causal=columns == channels)
    elif kind == "upsample" and rows * columns <= 36:
        factor, how = draw.choice([2, 2, 3]), draw.choice([{}, {"mode": "bilinear"}, {"mode": "bilinear", "align_corners": True}])
        net.append(kind, (rows * factor, columns * factor, channels), factor=factor, **how)
    elif kind == "adaptive_average_pool":
        height, width = draw.randrange(2, rows + 2), draw.randrange(2, columns + 2)
        net.append(kind, (height, width, channels), height=height, width=width)
    elif kind == "reshape":
        net.append(kind, (columns, rows, channels), height=columns, width=rows, out_channels=channels)
    elif kind == "conv_transpose2d" and rows * columns <= 36:
        stride, wide = draw.choice([1, 2, 3]), draw.choice([4, 8])
        kernel, padding = [draw.choice([2, 3]), draw.choice([2, 3])], draw.choice([0, 1])
        size = [(n - 1) * stride + k - 2 * padding for n, k in zip((rows, columns), kernel)]
        net.append(kind, (*size, wide), out_channels=wide, kernel=kernel, stride=stride, padding=padding, quantized=draw.random() < 0.7,
                   bias=draw.random() < 0.3)


def transformer(draw, net):
    """Blocks of attention on a sequence."""
    tokens, _, channels = net.shape
    if draw.random() < 0.5:
        tokens += 1
        net.append("class_token", (tokens, 1, channels))
    if draw.random() < 0.7:
        net.append("position_encoding", **draw.choice([{}, {"kind": "learned"}]))
    for _ in range(draw.choice([1, 1, 2])):
        block(net, heads=draw.choice([h for h in (1, 2, 4) if channels % h == 0]), hidden=draw.choice([6, 12]),
              form=draw.choice(["erf", "tanh"]), causal=draw.random() < 0.3, quantized=draw.random() < 0.7, products=draw.random() < 0.4)
    if draw.random() < 0.5:
        net.append("select_token", (1, 1, channels), index=draw.randrange(tokens))


def convolutions(draw, net):
    for number in range(draw.randrange(2, 5)):
        keys, size = window(draw, net.shape[:2])
        groups = draw.choice([g for g in (1, 1, 2, 4) if net.shape[2] % g == 0])
        channels = draw.choice([4, 8, 12])
        net.append("conv2d", (*size, channels), out_channels=channels, quantized=draw.random() < (0.8 if number else 0.3), **keys,
                   **({"groups": groups} if groups > 1 else {}), **({"bias": True} if draw.random() < 0.3 else {}))
        if draw.random() < 0.7:
            net.append(draw.choice(["batch_norm"] * 5 + ["layer_norm"]))
        same = [name for name, shape in net.shapes.items() if shape == net.shape and name != net.last]
        if same and draw.random() < 0.7:
            net.append("add", inputs=draw.sample([net.last, draw.choice(same)], 2))
        if draw.random() < 0.8:
            kind, keys = draw.choice([("relu", {}), ("relu", {}), ("relu6", {}), ("gelu", {}), ("gelu", {"form": "tanh"})])
            net.append(kind, **keys)
        extra(draw, net)
        if draw.random() < 0.2:
            (*size, channels), stride = net.shape, draw.choice([1, 2])
            size, channels = [-(-s // stride) for s in size], channels + draw.choice([0, 2, 6])
            net.append("shortcut_pad", (*size, channels), stride=stride, out_channels=channels)
        if draw.random() < 0.3 and min(net.shape[:2]) >= 3:
            kernel, stride, padding = draw.choice([2, 3]), draw.choice([1, 2, 3]), draw.choice([0, 1])
            size = [(s + 2 * padding - kernel) // stride + 1 for s in net.shape[:2]]
            net.append(draw.choice(["max_pool", "average_pool"]), (*size, net.shape[2]), kernel=kernel, stride=stride, padding=padding)
        if min(net.shape[:2]) < 3:
            break


def network(draw, shape, words=0):
    """For images of this shape, or for sequences of numbers of so many words."""
    net = Description(shape)
    if words:
        net.append("embedding", (*shape[:2], 8), vocabulary=words, out_channels=8)
        transformer(draw, net)
    else:
        convolutions(draw, net)
        rows, columns, channels = net.shape
        if draw.random() < 0.4 and rows * columns <= 36:
            net.append("tokens", (rows * columns, 1, channels))
            transformer(draw, net)
    if draw.random() < 0.5:
        net.append("global_average_pool", (1, 1, net.shape[2]))
    if draw.random() < 0.3:
        net.append("flatten", (1, 1, math.prod(net.shape)))
    if draw.random() < 0.5:
        net.append("linear", (1, 1, 12), out_features=12, quantized=draw.random() < 0.7)
        net.append("relu")
        if draw.random() < 0.5:
            net.append("dropout", probability=draw.choice([0.1, 0.5]))
    net.append("linear", (1, 1, 10), out_features="classes", quantized=draw.random() < 0.2)
    weighted = [layer for layer in net.layers if "quantized" in layer and layer["type"] != "matmul"]
    if not any(layer["quantized"] for layer in weighted):
        draw.choice(weighted)["quantized"] = True
    return net.file()
