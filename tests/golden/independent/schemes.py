"""What schemes make of settings that are left to them (docs/training.md, Schemes), and widths of every epoch (docs/settings.md, bits)."""

import math
import re

COMMON = {"weight_scale": "symmetric", "activation_scale": "affine", "gradient_scale": "symmetric", "weight_rounding": "nearest",
          "activation_rounding": "nearest", "gradient_rounding": "stochastic", "gradient_scales": "tensor",
          "rate_scaling": "none", "weight_update": "fp32", "batch_norm": "fp32"}
OWN = {"ui8": {"activation_scale": "symmetric", "gradient_clipping": "direction", "rate_scaling": "deviation"},
       "dai8": {"activation_scale": "symmetric", "gradient_clipping": "magnitude_aware", "gradient_scales": "channel"},
       "wageubn": {"weight_scale": "fixed_point", "activation_scale": "power_of_two", "gradient_scale": "power_of_two",
                   "gradient_rounding": "nearest", "weight_update": "fixed_point", "batch_norm": "fixed_point"}}


def resolved(settings):
    left = {kind + "_clipping": settings["clipping"] for kind in ("weight", "activation", "gradient")}
    left.update(COMMON)
    left.update(OWN.get(settings["scheme"], {}))
    return {key: left[key] if value == "scheme" else value for key, value in settings.items()}


def stages(text, epochs):
    """Of `bits`: the first epoch and the widths of weights, activations and gradients of each stage."""
    result = {}
    for stage in text.split(","):
        start, _, widths = stage.rpartition(":")
        if start.endswith("%"):
            start = math.floor(float(start[:-1]) * epochs / 100 + 0.5)
        found = re.fullmatch(r"w(\d)a(\d)g(\d)", widths)
        result[int(start or 0)] = [int(b) for b in found.groups()] if found else [int(widths)] * 3
    return result


def fixed_widths(settings, epoch):
    """The widths of every layer in an epoch, of schemes without an allocation."""
    scheme = settings["scheme"]
    found = stages(scheme[3:] if scheme.startswith("int") else settings["bits"], settings["epochs"])
    return found[max(first for first in found if first <= epoch)]
