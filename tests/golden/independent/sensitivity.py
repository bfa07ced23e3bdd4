"""By what layers are ranked (docs/training.md, Allocation; docs/ampa.md; NUMERICS.md, M1 to M9, J5)."""

from random_bits import RANKS, bits32

MEASURED = {"magnitude", "error", "relative-error", "distribution", "distribution-log"}  # of a step


def rule(kind, settings):
    """The name of what a kind of tensor is ranked by: 0 weights, 1 activations, 2 gradients."""
    if kind == 2 and settings["measure_g"] != "same":
        return settings["measure_g"]
    return "magnitude" if kind == 2 and settings["measure"] == "hessian" else settings["measure"]


def of_step(measures, settings):
    """Of one step of one layer, by kind."""
    names = [rule(kind, settings).replace("reversed", "magnitude") for kind in range(3)]
    return [measures[name][kind] if name in MEASURED else 0.0 for kind, name in enumerate(names)]


def means(steps):
    """steps[step][layer][kind] to [layer][kind]."""
    total = [[0.0] * 3 for _ in steps[0]]
    for step in steps:
        total = [[a + b for a, b in zip(sums, values)] for sums, values in zip(total, step)]
    return [[a / len(steps) for a in sums] for sums in total]


def of_epoch(steps, settings, epoch, traces):
    """The means, or what replaces them: random numbers that are drawn at every update, or the means of a Hessian's diagonal."""
    result = means(steps)
    draws = bits32(settings["seed"], epoch, RANKS, range(3 * len(result))).astype(float) / 2.0**32
    for layer, values in enumerate(result):
        for kind in range(3):
            if rule(kind, settings) == "random":
                values[kind] = draws[3 * layer + kind]
            elif rule(kind, settings) == "hessian":
                values[kind] = traces[layer][kind]
    return result


def agreement(found, wanted, kind):
    """Percent of the layers that are among the largest 30 % by two lists of [layer][kind]."""
    number = max(1, 30 * len(found) // 100)
    first, second = (set(sorted(range(len(found)), key=lambda i: -values[i][kind])[:number]) for values in (found, wanted))
    return 100 * len(first & second) / number
