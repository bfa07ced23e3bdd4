"""Settings of tiny runs drawn at random, as flags of `ampa train` take them (docs/settings.md)."""

import random

import numpy as np

from random_networks import network

CLIPPINGS = ["full", "full", "seven_eighths", "fraction", "percentile", "mse", "direction", "magnitude_aware"]
MEASURES = ["magnitude", "magnitude", "error", "relative-error", "distribution", "distribution-log", "hessian", "random", "reversed"]
SCHEMES = ["fp32", "fixed", "ui8", "dai8", "wageubn"] + ["int%d" % b for b in range(2, 9)] + ["ampa"] * 7


def sometimes(draw, given, share, **choices):
    for key, values in choices.items():
        if draw.random() < share:
            given[key] = draw.choice(values)


def optimizer(draw, given):
    kind = draw.choice(["sgd", "sgd", "adam", "adamw"])
    given.update(optimizer=kind, lr=draw.choice([0.1, 0.05, 0.03]) if kind == "sgd" else draw.choice([0.01, 0.003]))
    if kind == "sgd":
        sometimes(draw, given, 0.3, nesterov=["on"])
        sometimes(draw, given, 0.3, momentum=[0.5, 0.95] if "nesterov" in given else [0, 0.5, 0.95])
    else:
        sometimes(draw, given, 0.3, adam_beta1=[0, 0.8], adam_beta2=[0.9, 0.99], adam_epsilon=[1e-3, 1e-5])
    sometimes(draw, given, 0.3, weight_decay=[0, 0.01, 0.1], decay_exempt=["norms-biases"], clip_norm=[0.3, 1, 5])
    schedule = draw.choice(["constant", "cosine", "cosine-steps", "step"])
    given["lr_schedule"] = schedule
    if schedule == "step":
        given.update(lr_milestones=sorted(draw.sample(range(1, 5), draw.choice([1, 2]))), lr_decay=draw.choice([0.1, 0.3, 0.5]))
    sometimes(draw, given, 0.2, warmup_steps=[2, 5])
    if "warmup_steps" not in given:
        sometimes(draw, given, 0.2, warmup_epochs=[1, 2])


def allocation(draw, given):
    given.update(alpha=draw.choice([25, 34, 50]), beta=draw.choice([25, 50, 67, 100]), gamma=draw.choice([50, 75, 100]),
                 epochs=draw.randrange(3, 7))
    if draw.random() < 0.7:
        given["itv_epochs"] = draw.choice([1, 1, 2])
    else:
        given["itv"] = draw.choice([0.2, 0.3, 0.5])
    given["thr"] = draw.choice([0, 1, 2, 3, "inf"])
    sometimes(draw, given, 0.3, ladder=[[2, 4, 8], [3, 5, 6, 7], [4, 8], [6]], granularity=["block", "network"], itv_from=[1],
              first_order=["on"])
    given.update(measure=draw.choice(MEASURES), measure_g=draw.choice(["same"] + MEASURES[1:6]))
    if given["measure"] == "hessian":
        given["hessian_probes"] = draw.choice([1, 2, 3])


def widths(draw, scheme):
    def stage():
        return "w%da%dg%d" % tuple(draw.randrange(2, 9) for _ in range(3)) if scheme == "fixed" else "8"
    return draw.choice(["{}", "{},50%:{}", "{},1:{},70%:{}"]).format(stage(), stage(), stage())


def quantization(draw, given):
    for kind in ("weight", "activation", "gradient"):
        for what, values in (("scale", ["affine", "symmetric", "power_of_two", "fixed_point"]), ("clipping", CLIPPINGS),
                             ("rounding", ["nearest", "half_away", "stochastic", "floor"])):
            if draw.random() < 0.2 and not (what == "clipping" and kind == "gradient" and given["scheme"] == "ui8"):
                given[kind + "_" + what] = draw.choice(values)
    sometimes(draw, given, 0.15, clipping=CLIPPINGS, gradient_scales=["tensor", "channel"], weight_update=["fp32", "fixed_point"],
              batch_norm=["fp32", "fixed_point"])
    if draw.random() < 0.15 and given["scheme"] != "ui8":
        given.update(gradient_clipping="direction", rate_scaling="deviation")
    rules = {value for key, value in given.items() if key.endswith("clipping")}
    if given["scheme"] == "ui8" or "rate_scaling" in given:
        sometimes(draw, given, 0.5, rate_alpha=[1, 5], rate_beta=[0.01, 0.5])
    for rule, values in (("fraction", {"clip_fraction": [0.5, 0.8]}), ("percentile", {"clip_percentile": [99, 95.5]}),
                         ("direction", {"clip_period": [1, 2, 5]}), ("magnitude_aware", {"clip_lambda": [0.1, 0.6], "clip_share": [0.3, 1]})):
        if rule in rules:
            sometimes(draw, given, 0.6, **values)


def sequences(draw, seed, words):
    """Arrays of numbers of words."""
    numbers, classes, tokens = np.random.default_rng(seed), draw.randrange(3, 12), draw.randrange(4, 12)
    return {part: {"images": numbers.integers(0, words, (count, tokens, 1, 1)).astype(np.float32), "labels": np.arange(count) % classes}
            for part, count in (("train.npz", 40), ("test.npz", 8))}


def samples(draw, seed):
    """Arrays of training and of test images, bytes or FP32, of any small shape."""
    numbers, classes = np.random.default_rng(seed), draw.randrange(3, 12)
    shape = (draw.randrange(9, 15), draw.randrange(9, 15), draw.choice([1, 2, 3, 4]))
    floats, parts = draw.random() < 0.3, {}
    for part, count in (("train.npz", 40), ("test.npz", 8)):
        images = numbers.integers(0, 256, (count, *shape), np.uint8)
        parts[part] = {"images": (images / 64 - 2).astype(np.float32) if floats else images, "labels": np.arange(count) % classes}
    return parts


def settings(seed):
    """The settings, and the files that they name."""
    draw, files = random.Random(seed), {}
    given = {"dataset": "synthetic", "network": draw.choice(["tinyresnet", "tinycnn", "{folder}/network.json", "{folder}/network.json"]),
             "scheme": draw.choice(SCHEMES), "max_train": draw.randrange(10, 21), "max_test": draw.randrange(1, 5),
             "batch_size": draw.randrange(3, 8), "epochs": 2, "seed": draw.choice([1, 7, 2**33 + 5])}
    shape, words = (12, 12, 1), 0
    if draw.random() < 0.5:
        given.update(dataset="npy", data_dir="{folder}")
        words = draw.choice([0, 0, 0, 5, 11]) if given["network"].startswith("{") else 0
        files = sequences(draw, seed, words) if words else samples(draw, seed)
        shape = files["train.npz"]["images"].shape[1:]
    if given["network"].startswith("{"):
        files["network.json"] = network(draw, shape, words)
    optimizer(draw, given)
    sometimes(draw, given, 0.2, seed_init=[3], seed_data=[4], seed_rounding=[5], augment=["flip-crop"], label_smoothing=[0.1, 0.3],
              top=[2], norm_momentum=[0.3, 1], last_batch=["keep"], validation=[0.2, 3], max_train=[30])
    if "validation" in given:
        sometimes(draw, given, 0.5, validation_seed=[2])
    if given["scheme"] == "ampa":
        allocation(draw, given)
    elif given["scheme"] in ("fixed", "ui8", "dai8", "wageubn"):
        given["bits"] = widths(draw, given["scheme"])
    if given["scheme"] != "fp32":
        quantization(draw, given)
    return given, files
