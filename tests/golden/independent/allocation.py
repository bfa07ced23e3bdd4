"""AMPA's widths (docs/training.md, Allocation; docs/ampa.md; NUMERICS.md, M1 to M4) and their BitOPs (README.md)."""

import math

KINDS = "wag"


def sensitivities(measures):
    """Of one step of one layer by magnitudes, in the order weights, activations, gradients."""
    error = measures["error"]
    return [measures["Gw"] * error["w"], measures["Ga"] * error["a"], (measures["Gw"] * error["g"]) * measures["X"]]


class Allocation:
    def __init__(self, layers, settings):
        self.ladder, self.thr = settings["ladder"], math.inf if settings["thr"] == "inf" else settings["thr"]
        self.widths = [[self.ladder[0]] * 3 for _ in range(layers)]
        self.selections = [[0] * 3 for _ in range(layers)]
        self.counts = [math.floor(settings[name] * layers / 100) for name in ("alpha", "beta", "gamma")]
        self.interval = settings["itv_epochs"] or max(1, math.floor(settings["itv"] * settings["epochs"] + 0.5))
        self.first = settings["itv_from"]

    def measures(self, epoch):
        return (epoch + self.first) % self.interval == 0 and epoch + self.first > 0

    def move(self, sensitivity):
        """sensitivity[layer][kind] of a measured epoch."""
        layers = range(len(self.widths))
        for kind in range(3):
            left = self.counts[kind]
            for layer in sorted(layers, key=lambda i: -sensitivity[i][kind]):
                if left == 0:
                    break
                if self.selections[layer][kind] >= self.thr:
                    continue
                left -= 1
                step = self.ladder.index(self.widths[layer][kind])
                if step + 1 < len(self.ladder):
                    self.widths[layer][kind] = self.ladder[step + 1]
                else:
                    self.selections[layer][kind] += 1


def bit_operations(quantized, widths):
    """Of a training step of one image."""
    return sum(macs * (w * a + a * g + w * g) for (_, _, macs), (w, a, g) in zip(quantized, widths))
