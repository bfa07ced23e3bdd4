"""The rate of a step, in double (docs/training.md, Optimizer; NUMERICS.md, O7)."""

import math

from elementary import cos


def rate(settings, epoch, step, steps_per_epoch):
    """Epochs and steps count from 0 over the whole run."""
    kind, value = settings["lr_schedule"], settings["lr"]
    if kind == "cosine":
        value = value * (1 + cos(math.pi * epoch / settings["epochs"])) / 2
    elif kind == "cosine-steps":
        value = value * (1 + cos(math.pi * step / (settings["epochs"] * steps_per_epoch))) / 2
    elif kind == "step":
        for milestone in settings["lr_milestones"]:
            if milestone <= epoch:
                value = value * settings["lr_decay"]
    warmup = settings["warmup_steps"] or settings["warmup_epochs"] * steps_per_epoch
    return value * ((step + 1) / warmup) if step < warmup else value
