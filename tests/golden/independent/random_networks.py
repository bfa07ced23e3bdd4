"""Small networks drawn at random, as descriptions of docs/networks.md."""

import math

from transformer import block


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


def extra(draw, append, shapes):
    """One of the layers that move numbers about, sometimes. They read the last layer."""
    last = list(shapes)[-1]
    rows, columns, channels = shapes[last]
    kind = draw.choice(["dropout", "scale", "concat", "slice_channels", "pad"] + ["none"] * 7)
    if kind == "dropout":
        append(kind, probability=draw.choice([0.2, 0.5]))
    elif kind == "scale":
        append(kind, factor=draw.choice([0.7, 2, -1.3]))
    elif kind == "concat":
        others = [name for name, shape in shapes.items() if shape[:2] == (rows, columns) and name != last]
        if others:
            other = draw.choice(others)
            append(kind, (rows, columns, channels + shapes[other][2]), inputs=draw.sample([last, other], 2))
    elif kind == "slice_channels":
        append(kind, (rows, columns, channels // 2), first=draw.randrange(channels // 2 + 1), out_channels=channels // 2)
    elif kind == "pad":
        y, x = draw.choice([(1, 1), (0, 2)])
        append(kind, (rows + 2 * y, columns + 2 * x, channels), padding=[y, x])


def transformer(draw, append, shape):
    """The positions of a map as a sequence, and blocks of attention."""
    tokens, channels = shape[0] * shape[1], shape[2]
    append("tokens", (tokens, 1, channels))
    if draw.random() < 0.5:
        tokens += 1
        append("class_token", (tokens, 1, channels))
    if draw.random() < 0.7:
        append("position_encoding", (tokens, 1, channels), **draw.choice([{}, {"kind": "learned"}]))
    for _ in range(draw.choice([1, 1, 2])):
        last = block(append, (tokens, channels), heads=draw.choice([h for h in (1, 2, 4) if channels % h == 0]),
                     hidden=draw.choice([6, 12]), form=draw.choice(["erf", "tanh"]), causal=draw.random() < 0.3,
                     quantized=draw.random() < 0.7, products=draw.random() < 0.4)
    if draw.random() < 0.5:
        append("select_token", (1, 1, channels), index=draw.randrange(tokens))


def network(draw, shape):
    """For images of this shape."""
    layers, size, channels = [], list(shape[:2]), shape[2]
    shapes = {}

    def append(layer_type, shape=None, **keys):
        layers.append({"name": "layer%d" % len(layers), "type": layer_type, **keys})
        shapes[layers[-1]["name"]] = shape or (*size, channels)
        return layers[-1]["name"]

    for block in range(draw.randrange(2, 5)):
        keys, size = window(draw, size)
        groups = draw.choice([g for g in (1, 1, 2, 4) if channels % g == 0])
        channels = draw.choice([4, 8, 12])
        append("conv2d", out_channels=channels, quantized=draw.random() < (0.8 if block else 0.3), **keys,
               **({"groups": groups} if groups > 1 else {}), **({"bias": True} if draw.random() < 0.3 else {}))
        if draw.random() < 0.7:
            append(draw.choice(["batch_norm"] * 5 + ["layer_norm"]))
        same = [name for name, shape in shapes.items() if shape == (*size, channels) and name != layers[-1]["name"]]
        if same and draw.random() < 0.7:
            append("add", inputs=draw.sample([layers[-1]["name"], draw.choice(same)], 2))
        if draw.random() < 0.8:
            append(**draw.choice([{"layer_type": "relu"}, {"layer_type": "relu"}, {"layer_type": "relu6"}, {"layer_type": "gelu"}, {"layer_type": "gelu", "form": "tanh"}]))
        extra(draw, append, shapes)
        channels = shapes[layers[-1]["name"]][2]
        size = list(shapes[layers[-1]["name"]][:2])
        if draw.random() < 0.2:
            stride = draw.choice([1, 2])
            size, channels = [-(-s // stride) for s in size], channels + draw.choice([0, 2, 6])
            append("shortcut_pad", stride=stride, out_channels=channels)
        if draw.random() < 0.3 and min(size) >= 3:
            kernel = draw.choice([2, 3])
            stride, padding = draw.choice([1, 2, 3]), draw.choice([0, 1])
            size = [(s + 2 * padding - kernel) // stride + 1 for s in size]
            append(draw.choice(["max_pool", "average_pool"]), kernel=kernel, stride=stride, padding=padding)
        if min(size) < 3:
            break
    if draw.random() < 0.4 and math.prod(size) <= 36:
        transformer(draw, append, (*size, channels))
    if draw.random() < 0.5:
        append("global_average_pool")
    if draw.random() < 0.3:
        append("flatten")
    if draw.random() < 0.5:
        append("linear", out_features=12, quantized=draw.random() < 0.7)
        append("relu")
        if draw.random() < 0.5:
            append("dropout", probability=draw.choice([0.1, 0.5]))
    append("linear", out_features="classes", quantized=draw.random() < 0.2)
    weighted = [layer for layer in layers if "quantized" in layer]
    if not any(layer["quantized"] for layer in weighted):
        draw.choice(weighted)["quantized"] = True
    return {"schema_version": 1, "name": "random", "description": "Drawn at random", "default_classes": 10,
            "default_input": {"channels": shape[2], "height": shape[0], "width": shape[1]}, "layers": layers}
