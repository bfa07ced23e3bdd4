"""A block of attention and of two linear layers on every token, and a tiny vision transformer, as descriptions of docs/networks.md."""


def block(append, shape, heads, hidden, form, causal, quantized, products):
    """Behind the last layer, a sequence of this shape (tokens, channels). append(type, shape, **keys) gives the name of the layer
    that it has put behind the last one; quantized and products are whether the linear layers and the products are."""
    tokens, channels = shape
    sequence, part = (tokens, 1, channels), (heads, tokens, channels // heads)
    start = append("scale", sequence, factor=1.5)
    append("layer_norm", sequence)
    joined = append("token_linear", (tokens, 1, 3 * channels), out_features=3 * channels, quantized=quantized)
    q, k, v = (append("split_heads", part, heads=heads, inputs=[append("slice_channels", sequence, inputs=[joined], first=i * channels,
                                                                       out_channels=channels)]) for i in range(3))
    append("matmul", (heads, tokens, tokens), inputs=[q, k], transpose_b=True, quantized=products)
    append("scale", (heads, tokens, tokens), factor=0.5)
    weights = append("softmax", (heads, tokens, tokens), causal=causal)
    append("matmul", part, inputs=[weights, v], quantized=products)
    append("merge_heads", sequence)
    projected = append("token_linear", sequence, out_features=channels, quantized=quantized)
    middle = append("add", sequence, inputs=[projected, start])
    append("layer_norm", sequence, epsilon=1e-4)
    append("token_linear", (tokens, 1, hidden), out_features=hidden, bias=False, quantized=quantized)
    append("gelu", (tokens, 1, hidden), form=form)
    last = append("token_linear", sequence, out_features=channels, quantized=quantized)
    return append("add", sequence, inputs=[last, middle])


def tiny():
    """For images of 12 x 12: a block with gelu of form erf and quantized products, and one with form tanh and a causal softmax."""
    layers = []

    def append(layer_type, shape=None, **keys):
        layers.append({"name": "layer%d" % len(layers), "type": layer_type, **keys})
        return layers[-1]["name"]

    append("conv2d", out_channels=8, kernel=4, stride=4, padding=0, quantized=False)
    append("tokens")
    append("class_token")
    append("position_encoding", kind="learned")
    block(append, (10, 8), heads=2, hidden=12, form="erf", causal=False, quantized=True, products=True)
    block(append, (10, 8), heads=4, hidden=12, form="tanh", causal=True, quantized=True, products=False)
    append("position_encoding")
    append("select_token")
    append("linear", out_features="classes", quantized=False)
    return {"schema_version": 1, "name": "tiny", "description": "A tiny vision transformer", "default_classes": 10,
            "default_input": {"channels": 1, "height": 12, "width": 12}, "layers": layers}
