"""Descriptions of docs/networks.md: one that grows layer by layer, a block of attention, and a tiny vision transformer."""


class Description:
    def __init__(self, shape):
        self.input, self.layers, self.shapes = shape, [], {"input": shape}

    @property
    def last(self):
        return list(self.shapes)[-1]

    @property
    def shape(self):
        """(rows, columns, channels) of the last layer."""
        return self.shapes[self.last]

    def append(self, layer_type, shape=None, **keys):
        """The name of a layer of this shape, or that of the layer before it."""
        name = "layer%d" % len(self.layers)
        self.layers.append({"name": name, "type": layer_type, **keys})
        self.shapes[name] = tuple(shape or self.shape)
        return name

    def file(self):
        rows, columns, channels = self.input
        return {"schema_version": 1, "name": "described", "description": "For a comparison", "default_classes": 10,
                "default_input": {"channels": channels, "height": rows, "width": columns}, "layers": self.layers}


def block(net, heads, hidden, form, causal, quantized, products):
    """Attention and two linear layers on every token; quantized and products are whether linear layers and products are."""
    sequence = tokens, _, channels = net.shape
    part, scores = (heads, tokens, channels // heads), (heads, tokens, tokens)
    start = net.last
    net.append("layer_norm")
    joined = net.append("token_linear", (tokens, 1, 3 * channels), out_features=3 * channels, quantized=quantized)
    q, k, v = (net.append("split_heads", part, heads=heads, inputs=[
        net.append("slice_channels", sequence, inputs=[joined], first=i * channels, out_channels=channels)]) for i in range(3))
    net.append("matmul", scores, inputs=[q, k], transpose_b=True, quantized=products)
    net.append("scale", factor=0.5)
    weights = net.append("softmax", causal=causal)
    net.append("matmul", part, inputs=[weights, v], quantized=products)
    net.append("merge_heads", sequence)
    projected = net.append("token_linear", out_features=channels, quantized=quantized)
    middle = net.append("add", inputs=[projected, start])
    net.append("layer_norm", epsilon=1e-4)
    net.append("token_linear", (tokens, 1, hidden), out_features=hidden, bias=False, quantized=quantized)
    net.append("gelu", form=form)
    last = net.append("token_linear", sequence, out_features=channels, quantized=quantized)
    net.append("add", inputs=[last, middle])


def tiny():
    """For images of 12 x 12: a map that is made larger and smaller, a block of attention with gelu of form erf and quantized products,
    and one with form tanh and a causal softmax."""
    net = Description((12, 12, 1))
    net.append("conv2d", (4, 4, 4), out_channels=4, kernel=3, stride=3, padding=0, quantized=False)
    net.append("upsample", (12, 12, 4), factor=3, mode="bilinear")
    net.append("max_pool", (6, 6, 4), kernel=2)
    net.append("conv_transpose2d", (11, 11, 8), out_channels=8, kernel=3, stride=2, padding=1, quantized=True)
    net.append("adaptive_average_pool", (3, 3, 8), height=3, width=3)
    net.append("tokens", (9, 1, 8))
    net.append("class_token", (10, 1, 8))
    net.append("position_encoding", kind="learned")
    block(net, heads=2, hidden=12, form="erf", causal=False, quantized=True, products=True)
    net.append("position_encoding")
    block(net, heads=4, hidden=12, form="tanh", causal=True, quantized=True, products=False)
    net.append("select_token", (1, 1, 8))
    net.append("linear", (1, 1, 10), out_features="classes", quantized=False)
    return net.file()
