"""AMPA's widths (docs/training.md, Allocation; docs/ampa.md)."""

import math

import sensitivity
from ordered import total64

def block_groups(descriptions, quantized):
    """The number of the block of every quantized layer: a block reaches up to an addition or a concatenation."""
    groups, block = [], 0
    for layer in descriptions:
        if layer["name"] in quantized:
            groups.append(block)
        elif layer["type"] in ("add", "concat") and block in groups:
            block += 1
    return groups


class Allocation:
    def __init__(self, descriptions, quantized, settings):
        self.settings, layers = settings, len(quantized)
        self.ladder, self.thr = settings["ladder"], math.inf if settings["thr"] == "inf" else settings["thr"]
        self.groups = {"layer": range(layers), "network": [0] * layers,
                       "block": block_groups(descriptions, quantized)}[settings["granularity"]]
        number = max(self.groups) + 1
        self.step, self.selections = [[0] * 3 for _ in range(number)], [[0] * 3 for _ in range(number)]
        ratios = [settings[name] for name in ("alpha", "beta", "gamma")]
        self.counts = [math.floor(ratio * number / 100) for ratio in ratios]
        if settings["granularity"] != "layer":
            self.counts = [max(count, 1 if ratio else 0) for count, ratio in zip(self.counts, ratios)]
        self.interval = settings["itv_epochs"] or max(1, math.floor(settings["itv"] * settings["epochs"] + 0.5))

    def widths(self):
        return [[self.ladder[step] for step in self.step[group]] for group in self.groups]

    def measures(self, epoch):
        counted = epoch + self.settings["itv_from"]
        return counted % self.interval == 0 and counted > 0

    def of_groups(self, means, kind):
        members = [[m[kind] for m, g in zip(means, self.groups) if g == group] for group in range(len(self.step))]
        return [total64(values) / len(values) for values in members]

    def move(self, means):
        """means[layer][kind] of a measured epoch. A group at the top of the ladder that was selected there Thr
        times is passed over."""
        top = len(self.ladder) - 1
        for kind in range(3):
            left, values = self.counts[kind], self.of_groups(means, kind)
            sign = 1 if sensitivity.rule(kind, self.settings) == "reversed" else -1
            for group in sorted(range(len(values)), key=lambda g: sign * values[g]):
                at_top = self.step[group][kind] == top
                if left == 0 or (at_top and self.selections[group][kind] >= self.thr):
                    continue
                left -= 1
                if at_top:
                    self.selections[group][kind] += 1
                else:
                    self.step[group][kind] += 1
