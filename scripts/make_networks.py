#!/usr/bin/env python3
"""Writes the long descriptions of models/networks/ (docs/networks.md).

  scripts/make_networks.py                 writes every file of the list at the end of this script
  scripts/make_networks.py --check         compares them with what is there; 1 if one differs
  scripts/make_networks.py --list          the families with their settings and defaults, and the files made of them
  scripts/make_networks.py FAMILY [SETTING=VALUE ...]
                                           writes one description to standard output, such as
      scripts/make_networks.py resnet depth=18 stem=cifar width=0.25 > resnet18-quarter.json

Channels are multiplied by `width` and rounded to a multiple of 4 (of the number of heads, where there are heads), at
least 4; with a width of 1 they are the published ones.
"""
import inspect
import json
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "models" / "networks"


class Description:
    """Layers in order; each reads the one before it unless it is told otherwise."""

    def __init__(self, name, text, shape, classes, **keys):
        self.head = {"schema_version": 1, "name": name, "description": text,
                     "default_input": dict(zip(("channels", "height", "width"), shape)), "default_classes": classes, **keys}
        self.layers = []

    def add(self, name, kind, inputs=None, /, **keys):
        layer = {"name": name, "type": kind}
        last = [self.layers[-1]["name"]] if self.layers else ["input"]
        if inputs is not None and list(inputs) != last:
            layer["inputs"] = list(inputs)
        self.layers.append({**layer, **keys})
        return name

    def last(self):
        return self.layers[-1]["name"]

    def conv(self, name, channels, kernel=1, stride=1, padding=0, quantized=True, source=None, **keys):
        return self.add(name, "conv2d", source and [source], out_channels=channels, kernel=kernel, stride=stride,
                        padding=padding, **keys, quantized=quantized)

    def text(self):
        head = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in self.head.items()]
        layers = ",\n".join("    " + json.dumps(layer) for layer in self.layers)
        return "{\n" + ",\n".join(head) + ',\n  "layers": [\n' + layers + "\n  ]\n}\n"


def scaled(width, multiple=4):
    return lambda channels: channels if width == 1 else max(multiple, round(channels * width / multiple) * multiple)


def conv_bn(net, name, channels, activation="relu", bn=None, act=None, **keys):
    """A convolution, batch norm and, if there is one, an activation."""
    net.conv(name, channels, **keys)
    net.add(bn or name + ".bn", "batch_norm")
    if activation:
        net.add(act or name + ".relu", activation)
    return net.last()


def classifier(net, name="fc"):
    net.add(name, "linear", out_features="classes", quantized=False)


def vgg(name, width=1.0, hidden=512):
    """VGG-16 (Simonyan and Zisserman 2015, D) for 32 x 32: with batch norm, two hidden linear layers with dropout."""
    w = scaled(width)
    net = Description(name, f"VGG-16 for 32 x 32 images, batch norm, width {width:g}, {hidden} hidden", (3, 32, 32), 10)
    number = 0
    for stage, (channels, count) in enumerate(((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)), 1):
        for _ in range(count):
            number += 1
            conv_bn(net, f"conv{number}", w(channels), kernel=3, padding=1, quantized=number > 1)
        net.add(f"pool{stage}", "max_pool", kernel=2)
    for number in (1, 2):
        net.add(f"drop{number}", "dropout")
        net.add(f"fc{number}", "linear", out_features=hidden, quantized=True)
        net.add(f"fc{number}.relu", "relu")
    classifier(net, "fc3")
    return net


RESNETS = {18: ("basic", (2, 2, 2, 2)), 34: ("basic", (3, 4, 6, 3)), 50: ("bottleneck", (3, 4, 6, 3))}


def resnet(name, depth=18, stem="imagenet", width=1.0):
    """ResNets of four stages (He et al. 2016), projections of 1 x 1 where a block changes its shape.

    The stem is 7 x 7 with stride 2 and a max pool ("imagenet") or 3 x 3 ("cifar"). Of bottlenecks the 3 x 3 has the
    stride, as in torchvision.
    """
    block, counts = RESNETS[depth]
    expansion = 4 if block == "bottleneck" else 1
    w = scaled(width)
    is_cifar = stem == "cifar"
    net = Description(name, f"ResNet-{depth} with the stem for {'32 x 32 images' if is_cifar else 'ImageNet'}, width {width:g}",
                      (3, 32, 32) if is_cifar else (3, 224, 224), 100 if is_cifar else 1000)
    net.conv("conv1", w(64), *((3, 1, 1) if is_cifar else (7, 2, 3)), quantized=False)
    net.add("bn1", "batch_norm")
    previous = net.add("relu1", "relu")
    if not is_cifar:
        previous = net.add("maxpool", "max_pool", kernel=3, stride=2, padding=1)
    channels = w(64)
    for stage, count in enumerate(counts):
        inner = w(64 << stage)
        for index in range(count):
            prefix, stride = f"layer{stage + 1}.{index}.", 2 if stage > 0 and index == 0 else 1
            outer = inner * expansion
            convs = [(inner, 3, stride), (inner, 3, 1)] if expansion == 1 else [(inner, 1, 1), (inner, 3, stride), (outer, 1, 1)]
            for number, (out, kernel, step) in enumerate(convs, 1):
                net.conv(f"{prefix}conv{number}", out, kernel, step, kernel // 2)
                main = net.add(f"{prefix}bn{number}", "batch_norm")
                if number < len(convs):
                    net.add(f"{prefix}relu{number}", "relu")
            shortcut = previous
            if stride != 1 or channels != outer:
                net.conv(f"{prefix}down", outer, 1, stride, source=previous)
                shortcut = net.add(f"{prefix}down_bn", "batch_norm")
            net.add(f"{prefix}add", "add", [main, shortcut])
            previous, channels = net.add(f"{prefix}relu{len(convs)}", "relu"), outer
    net.add("avgpool", "global_average_pool")
    classifier(net)
    return net


# Expansion, channels, blocks, stride of the first.
MOBILENET = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
# Strides of the stages where they are not those, input, classes, and text.
MOBILENET_FORMS = {
    "cifar10": ((1, 1, 2, 2, 1, 2, 1), (3, 32, 32), 10,
                "form for CIFAR-10: early strides of 1, projections where a block of stride 1 changes its channels"),
    "cifar100": ((1, 2, 2, 2, 1, 1, 1), (3, 32, 32), 100,
                 "form for CIFAR-100: a stem of 1 x 1 with padding, biases, whose additions are counted as MACs"),
    "imagenet": ((1, 2, 2, 2, 1, 2, 1), (3, 224, 224), 1000, "form for ImageNet (torchvision)"),
}


def mobilenetv2(name, form="cifar10", width=1.0, blocks=4):
    """MobileNetV2 (Sandler et al. 2018) in its three forms; at most so many blocks in a stage."""
    strides, shape, classes, text = MOBILENET_FORMS[form]
    w = scaled(width)
    has_bias = form == "cifar100"
    relu = "relu" if form == "cifar10" else "relu6"
    bias = {"bias": True} if has_bias else {}
    net = Description(name, f"MobileNetV2, {text}, width {width:g}", shape, classes,
                      **({"count_bias_macs": True} if has_bias else {}))
    if has_bias:
        net.add("stem.pad", "pad", padding=1)
        conv_bn(net, "stem", w(32), relu, quantized=False, **bias)
    else:
        conv_bn(net, "stem", w(32), relu, kernel=3, stride=1 if form == "cifar10" else 2, padding=1, quantized=False)
    previous, channels = net.last(), w(32)
    for stage, ((expansion, out, count, _), first) in enumerate(zip(MOBILENET, strides)):
        for index in range(min(count, blocks)):
            prefix, stride = f"b{stage}.{index}.", first if index == 0 else 1
            inner, outer = channels * expansion, w(out)
            if expansion != 1 or form != "imagenet":
                conv_bn(net, prefix + "expand", inner, relu, **bias)
            conv_bn(net, prefix + "dw", inner, relu, kernel=3, stride=stride, padding=1, groups=inner, quantized=False, **bias)
            main = conv_bn(net, prefix + "project", outer, None, **bias)
            shortcut = previous
            if stride == 1 and channels != outer and form == "cifar10":
                shortcut = conv_bn(net, prefix + "short", outer, None, source=previous)
            if stride == 1 and (channels == outer or form == "cifar10"):
                main = net.add(prefix + "add", "add", [main, shortcut])
            previous, channels = main, outer
    conv_bn(net, "head", w(1280), relu, **bias)
    net.add("avgpool", "global_average_pool")
    if form == "imagenet":
        net.add("drop", "dropout", probability=0.2)
    classifier(net)
    return net


def inceptionv3(name, width=1.0):
    """InceptionV3 (Szegedy et al. 2016) for 32 x 32 images: the stem without strides and pools."""
    w = scaled(width)
    net = Description(name, f"InceptionV3 for 32 x 32 images, width {width:g}", (3, 32, 32), 100)

    def conv(layer, channels, kernel=1, padding=0, stride=1, source=None, quantized=True):
        return conv_bn(net, layer, w(channels), kernel=kernel, padding=padding, stride=stride, source=source, quantized=quantized)

    def chain(prefix, source, *convs):
        """convs: (name, channels, kernel, padding[, stride])"""
        for layer, *keys in convs:
            source = conv(prefix + layer, *keys, source=source)
        return source

    def pooled(prefix, source, channels, kernel=1, padding=0):
        pool = net.add(prefix + "avgpool", "average_pool", [source], kernel=3, stride=1, padding=1)
        return conv(prefix + "pool", channels, kernel, padding, source=pool)

    def joined(prefix, *branches):
        return net.add(prefix + "concat", "concat", branches)

    tall, flat = ([7, 1], [3, 0]), ([1, 7], [0, 3])
    conv("Conv2d_1a_3x3", 32, 3, 1, quantized=False)
    conv("Conv2d_2a_3x3", 32, 3, 1)
    conv("Conv2d_2b_3x3", 64, 3, 1)
    conv("Conv2d_3b_1x1", 80)
    x = conv("Conv2d_4a_3x3", 192, 3)
    for letter, channels in zip("bcd", (32, 64, 64)):
        p = f"Mixed_5{letter}."
        x = joined(p, conv(p + "b1x1", 64, source=x), chain(p, x, ("b5_1", 48), ("b5_2", 64, 5, 2)),
                   chain(p, x, ("b3_1", 64), ("b3_2", 96, 3, 1), ("b3_3", 96, 3, 1)), pooled(p, x, channels, 3, 1))
    p = "Mixed_6a."
    x = joined(p, conv(p + "b3", 384, 3, 0, 2, source=x), chain(p, x, ("s1", 64), ("s2", 96, 3, 1), ("s3", 96, 3, 0, 2)),
               net.add(p + "maxpool", "max_pool", [x], kernel=3, stride=2))
    for letter, channels in zip("bcde", (128, 160, 160, 192)):
        p = f"Mixed_6{letter}."
        x = joined(p, conv(p + "b1x1", 192, source=x),
                   chain(p, x, ("b7_1", channels), ("b7_2", channels, *tall), ("b7_3", 192, *flat)),
                   chain(p, x, ("s1", channels), ("s2", channels, *tall), ("s3", channels, *flat), ("s4", channels, *tall),
                         ("s5", 192, *flat)), pooled(p, x, 192))
    p = "Mixed_7a."
    x = joined(p, chain(p, x, ("b3_1", 192), ("b3_2", 320, 3, 0, 2)),
               chain(p, x, ("b7_1", 192), ("b7_2", 192, *flat), ("b7_3", 192, *tall), ("b7_4", 192, 3, 0, 2)),
               net.add(p + "avgpool", "average_pool", [x], kernel=3, stride=2))
    for letter in "bc":
        p = f"Mixed_7{letter}."

        def fork(prefix, source):
            return [conv(prefix + "a", 384, [1, 3], [0, 1], source=source), conv(prefix + "b", 384, [3, 1], [1, 0], source=source)]

        x = joined(p, conv(p + "b1x1", 320, source=x), *fork(p + "b3_2", conv(p + "b3_1", 384, source=x)),
                   *fork(p + "s3", chain(p, x, ("s1", 448), ("s2", 384, 3, 1))), pooled(p, x, 192))
    net.add("avgpool", "global_average_pool")
    net.add("drop", "dropout")
    classifier(net, "linear")
    return net


def attention(net, prefix, source, dim, heads, dropout, causal=False, qkv_bias=True):
    """softmax(Q K^T / sqrt(d)) V of a sequence, and the projection behind it."""
    net.add(prefix + "qkv", "token_linear", [source], out_features=3 * dim, bias=qkv_bias, quantized=True)
    for place, part in enumerate("qkv"):
        net.add(prefix + part, "slice_channels", [prefix + "qkv"], first=place * dim, out_channels=dim)
    for part in "qkv":
        net.add(f"{prefix}{part}_heads", "split_heads", [prefix + part], heads=heads)
    net.add(prefix + "scores", "matmul", [prefix + "q_heads", prefix + "k_heads"], transpose_b=True)
    net.add(prefix + "scaled", "scale", factor=float(f"{(dim // heads) ** -0.5:.9g}"))
    net.add(prefix + "weights", "softmax", **({"causal": True} if causal else {}))
    net.add(prefix + "heads", "matmul", [prefix + "weights", prefix + "v_heads"])
    net.add(prefix + "merged", "merge_heads")
    net.add(prefix + "proj", "token_linear", out_features=dim, quantized=True)
    return net.add(prefix + "proj_drop", "dropout", probability=dropout) if dropout else net.last()


def block(net, prefix, source, dim, heads, hidden, dropout, epsilon=None, **keys):
    """Layer norm before attention and before the two linear layers."""
    norm = {"epsilon": epsilon} if epsilon else {}
    seen = attention(net, prefix, net.add(prefix + "norm1", "layer_norm", [source], **norm), dim, heads, dropout, **keys)
    middle = net.add(prefix + "sum1", "add", [seen, source])
    net.add(prefix + "norm2", "layer_norm", **norm)
    net.add(prefix + "fc1", "token_linear", out_features=hidden, quantized=True)
    net.add(prefix + "gelu", "gelu")
    if dropout:
        net.add(prefix + "gelu_drop", "dropout", probability=dropout)
    last = net.add(prefix + "fc2", "token_linear", out_features=dim, quantized=True)
    if dropout:
        last = net.add(prefix + "fc2_drop", "dropout", probability=dropout)
    return net.add(prefix + "sum2", "add", [last, middle])


def vit(name, image=32, patch=4, dim=512, depth=6, heads=8, hidden=512, classes=10, dropout=0.1, qkv_bias=False, epsilon=0.0,
        width=1.0):
    """Vision transformer (Dosovitskiy et al. 2021) with a class token and learned positions."""
    w = scaled(width, heads)
    dim, hidden = w(dim), w(hidden)
    net = Description(name, f"Vision transformer: patches of {patch} x {patch}, {dim} channels, {depth} blocks of {heads} heads, "
                      f"{hidden} hidden", (3, image, image), classes)
    net.conv("patch_embed", dim, patch, patch, quantized=False, bias=True)
    net.add("sequence", "tokens")
    net.add("class", "class_token")
    x = net.add("positions", "position_encoding", kind="learned")
    if dropout:
        x = net.add("positions_drop", "dropout", probability=dropout)
    for index in range(depth):
        x = block(net, f"block{index}.", x, dim, heads, hidden, dropout, epsilon, qkv_bias=qkv_bias)
    net.add("norm", "layer_norm", **({"epsilon": epsilon} if epsilon else {}))
    net.add("first", "select_token")
    classifier(net, "head")
    return net


def unet(name, image=96, width=1.0, depth=4):
    """U-Net (Ronneberger et al. 2015) with padded convolutions and batch norm; one logit a pixel for two classes."""
    w = scaled(width)
    net = Description(name, f"U-Net of {depth} halvings, {w(64)} to {w(64 << depth)} channels, one logit a pixel",
                      (3, image, image), 2)

    def double(prefix, channels, first=True):
        conv_bn(net, prefix + "conv1", channels, kernel=3, padding=1, quantized=first)
        return conv_bn(net, prefix + "conv2", channels, kernel=3, padding=1)

    skips = []
    for level in range(depth + 1):
        if level > 0:
            net.add(f"pool{level}", "max_pool", kernel=2)
        skips.append(double(f"enc{level}.", w(64 << level), level > 0))
    for level in reversed(range(depth)):
        up = net.add(f"up{level}.convT", "conv_transpose2d", out_channels=w(64 << level), kernel=2, stride=2, bias=True,
                     quantized=False)
        net.add(f"dec{level}.concat", "concat", [skips[level], up])
        double(f"dec{level}.", w(64 << level))
    net.conv("outc", 1, quantized=False, bias=True)
    return net


def transformer(name, depth=6, dim=512, heads=8, hidden=2048, length=96, vocabulary=33278, dropout=0.1, width=1.0):
    """A language model: a decoder with causal attention and layer norm before its parts (Radford et al. 2019) and waves
    for positions; input and output have matrices of their own."""
    w = scaled(width, heads)
    dim, hidden = w(dim), w(hidden)
    net = Description(name, f"Transformer language model: {depth} layers, {dim} channels, {heads} heads, {hidden} hidden, {length} tokens",
                      (1, length, 1), vocabulary)
    net.add("embedding", "embedding", vocabulary="classes", out_channels=dim)
    net.add("embedding_scaled", "scale", factor=float(f"{dim ** 0.5:.9g}"))
    x = net.add("positions", "position_encoding", kind="sinusoidal")
    if dropout:
        x = net.add("positions_drop", "dropout", probability=dropout)
    for index in range(depth):
        x = block(net, f"layer{index}.", x, dim, heads, hidden, dropout, causal=True)
    net.add("norm", "layer_norm")
    net.add("decoder", "token_linear", out_features="classes", quantized=False)
    return net


FAMILIES = {family.__name__: family for family in (vgg, resnet, mobilenetv2, inceptionv3, vit, unet, transformer)}

FILES = {
    "vgg16": (vgg, {}),
    "vgg16-quarter": (vgg, {"width": 0.25, "hidden": 128}),
    "resnet18": (resnet, {"depth": 18, "stem": "cifar"}),
    "resnet18-quarter": (resnet, {"depth": 18, "stem": "cifar", "width": 0.25}),
    "resnet18-imagenet": (resnet, {"depth": 18}),
    "resnet34-imagenet": (resnet, {"depth": 34}),
    "resnet50-imagenet": (resnet, {"depth": 50}),
    "mobilenetv2-cifar10": (mobilenetv2, {"form": "cifar10"}),
    "mobilenetv2-cifar100": (mobilenetv2, {"form": "cifar100"}),
    "mobilenetv2-imagenet": (mobilenetv2, {"form": "imagenet"}),
    "mobilenetv2-small": (mobilenetv2, {"form": "cifar10", "width": 0.25, "blocks": 2}),
    "inceptionv3": (inceptionv3, {}),
    "inceptionv3-quarter": (inceptionv3, {"width": 0.25}),
    "vit": (vit, {}),
    "vit-s16": (vit, {"image": 224, "patch": 16, "dim": 384, "depth": 12, "heads": 6, "hidden": 1536, "classes": 1000,
                      "dropout": 0.0, "qkv_bias": True, "epsilon": 1e-6}),
    "vit-tiny": (vit, {"dim": 64, "depth": 4, "heads": 4, "hidden": 128, "dropout": 0.0}),
    "unet": (unet, {}),
    "unet-small": (unet, {"width": 0.125, "depth": 3}),
    "transformer6": (transformer, {"depth": 6}),
    "transformer12": (transformer, {"depth": 12, "vocabulary": 10000}),
    "transformer16": (transformer, {"depth": 16, "dim": 768, "heads": 12, "hidden": 3072, "length": 128, "vocabulary": 65536}),
    "transformer-small": (transformer, {"depth": 2, "dim": 128, "heads": 4, "hidden": 512, "length": 64, "vocabulary": 10000}),
}


def shown(value):
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


def settings_of(family):
    return {key: one.default for key, one in inspect.signature(family).parameters.items() if key != "name"}


def parsed(text, default):
    if isinstance(default, bool):
        return {"true": True, "false": False}[text]
    return type(default)(text)


def one_description(name, arguments):
    if name not in FAMILIES:
        sys.exit(f"make_networks.py: expected one of {', '.join(FAMILIES)}, found \"{name}\"")
    defaults, settings = settings_of(FAMILIES[name]), {}
    for argument in arguments:
        key, _, value = argument.partition("=")
        try:
            settings[key] = parsed(value, defaults[key])
        except (KeyError, ValueError):
            sys.exit(f"make_networks.py: {name}: expected KEY=VALUE with a key of {', '.join(defaults)}, found \"{argument}\"")
    sys.stdout.write(FAMILIES[name](name, **settings).text())


def main(arguments):
    if arguments == ["--list"]:
        for name, family in FAMILIES.items():
            print(name, *(f"{key}={shown(value)}" for key, value in settings_of(family).items()))
        for name, (family, settings) in FILES.items():
            print(f"  {name}.json:", family.__name__, *(f"{key}={shown(value)}" for key, value in settings.items()))
        return 0
    if arguments and arguments != ["--check"]:
        if arguments[0].startswith("-"):
            print(__doc__)
            return 0 if arguments[0] in ("-h", "--help") else 2
        one_description(arguments[0], arguments[1:])
        return 0
    differing = []
    for name, (family, settings) in FILES.items():
        path, text = FOLDER / f"{name}.json", family(name, **settings).text()
        if arguments:
            if not path.exists() or path.read_text() != text:
                differing.append(path.name)
        else:
            path.write_text(text)
    if differing:
        print("scripts/make_networks.py writes other files:", ", ".join(differing))
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
