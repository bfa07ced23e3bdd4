"""What a step does to the parameters (docs/training.md, Optimizer; NUMERICS.md, O6, O8, W1, W2)."""

import fixed_point
import optimizers
from elementary import exp


def quantized(owner):
    return getattr(owner, "number", None) is not None


def scaled_rate(rate, owner, context):
    """O8, with the largest deviation where the gradient of a layer has several."""
    settings = context.settings
    if settings["rate_scaling"] != "deviation" or not quantized(owner):
        return rate
    deviation = max(float(kept.deviation) for key, kept in context.kept.items() if key[:2] == ("gradient", owner.number))
    return rate * max(float(exp(-settings["rate_alpha"] * deviation)), settings["rate_beta"])


def update(network, context, state, rate):
    settings, places = context.settings, network.parameters()
    on_grid = settings["weight_update"] == "fixed_point"
    gradients = []
    for _, p, owner in places:
        g = owner.gradients[p].reshape(owner.parameters[p].shape)
        gradients.append(fixed_point.weight_gradient(g, owner.number, context) if on_grid and p == "weight" and quantized(owner) else g)
    if settings["clip_norm"]:
        gradients = optimizers.clip(gradients, settings["clip_norm"])
    rule = optimizers.RULES[settings["optimizer"]]
    for (layer, p, owner), g in zip(places, gradients):
        exempt = settings["decay_exempt"] == "norms-biases" and p not in ("weight", "positions")
        w = rule(owner.parameters[p], g, state[layer, p], scaled_rate(rate, owner, context),
                 0.0 if exempt else settings["weight_decay"], context.step + 1, settings)
        owner.parameters[p] = fixed_point.weights(w) if on_grid and p == "weight" and quantized(owner) else w
