"""SGD, Adam and AdamW (NUMERICS.md, O1 to O6). A parameter's state is a dict of FP32 tensors by name."""

import math

import numpy as np

from ordered import total64

f32 = np.float32
STATES = {"sgd": ("velocity",), "adam": ("mean", "square"), "adamw": ("mean", "square")}


def power(base, exponent):
    """O5: by squaring, from the lowest bit up."""
    result = 1.0
    while exponent:
        if exponent & 1:
            result *= base
        base *= base
        exponent >>= 1
    return result


def sgd(w, g, state, rate, decay, t, settings):
    momentum, rate = f32(settings["momentum"]), f32(rate)
    d = g + f32(decay) * w
    state["velocity"] = momentum * state["velocity"] + d
    if settings["nesterov"] == "on":
        return w - (d + momentum * state["velocity"]) * rate
    return w - rate * state["velocity"]


def adam(w, g, state, rate, decay, t, settings):
    return moments(w, g + f32(decay) * w, state, rate, t, settings)


def adamw(w, g, state, rate, decay, t, settings):
    return moments(w * f32(1 - rate * decay), g, state, rate, t, settings)


def moments(w, d, state, rate, t, settings):
    beta1, beta2 = settings["adam_beta1"], settings["adam_beta2"]
    state["mean"] = f32(beta1) * state["mean"] + f32(1 - beta1) * d
    state["square"] = f32(beta2) * state["square"] + f32(1 - beta2) * (d * d)
    root = np.sqrt(state["square"]) / f32(math.sqrt(1 - power(beta2, t))) + f32(settings["adam_epsilon"])
    return w - f32(rate / (1 - power(beta1, t))) * (state["mean"] / root)


RULES = {"sgd": sgd, "adam": adam, "adamw": adamw}


def clip(gradients, limit):
    """O6: all gradients, in the order of the parameters, shortened together."""
    norm = math.sqrt(total64(np.concatenate([g.ravel().astype(np.float64) ** 2 for g in gradients])))
    return [g * f32(limit / norm) for g in gradients] if norm > limit else gradients
