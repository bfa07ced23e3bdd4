"""Layers that change the size of a map: means over windows, and larger maps (docs/training.md, Forward; NUMERICS.md, N6)."""

import numpy as np

f32 = np.float32


class AdaptiveAveragePool:
    """Row i of n averages the rows floor(i * rows / n) to ceil((i + 1) * rows / n) - 1; so do columns."""

    def __init__(self, shape, size):
        self.shape, self.size = shape, size

    def windows(self):
        for y in range(self.size[0]):
            for x in range(self.size[1]):
                (top, bottom), (left, right) = ((i * n // m, -(-(i + 1) * n // m)) for i, n, m in zip((y, x), self.shape, self.size))
                yield y, x, [(r, c) for r in range(top, bottom) for c in range(left, right)]

    def forward(self, inputs, context):
        out = np.zeros((len(inputs[0]), *self.size, self.shape[2]), f32)
        for y, x, places in self.windows():
            for r, c in places:
                out[:, y, x] += inputs[0][:, r, c] * f32(1 / len(places))
        return out

    def backward(self, d, context, wanted):
        back = np.zeros((len(d), *self.shape), f32)
        for y, x, places in self.windows():
            for r, c in places:
                back[:, r, c] += d[:, y, x] * f32(1 / len(places))
        return [back]


def neighbours(out, size, factor, align_corners):
    """Low and high position of an input of this size, with their weights, for every position of the output."""
    for o in range(out):
        if align_corners:
            source = o * (size - 1) / (out - 1) if out > 1 else 0.0
        else:
            source = min(max((o + 0.5) / factor - 0.5, 0.0), size - 1.0)
        low = min(int(source), size - 1)
        share = f32(source - low)
        yield (low, f32(1) - share), (min(low + 1, size - 1), share)


class Upsample:
    def __init__(self, shape, factor, bilinear, align_corners):
        self.shape, self.size = shape, (shape[0] * factor, shape[1] * factor)
        if bilinear:
            self.axes = [list(neighbours(n, m, factor, align_corners)) for n, m in zip(self.size, shape)]
        else:
            self.axes = [[[(o // factor, f32(1))] for o in range(n)] for n in self.size]

    def terms(self):
        """Every position of the output, row-major, with the positions of the input that it has, and their weights."""
        for y, rows in enumerate(self.axes[0]):
            for x, columns in enumerate(self.axes[1]):
                yield y, x, [(r, c, wy * wx) for r, wy in rows for c, wx in columns if wy and wx]

    def forward(self, inputs, context):
        out = np.empty((len(inputs[0]), *self.size, self.shape[2]), f32)
        for y, x, terms in self.terms():
            parts = [inputs[0][:, r, c] * w for r, c, w in terms]
            out[:, y, x] = parts[0]
            for part in parts[1:]:
                out[:, y, x] += part
        return out

    def backward(self, d, context, wanted):
        back = np.zeros((len(d), *self.shape), f32)
        for y, x, terms in self.terms():
            for r, c, w in terms:
                back[:, r, c] += d[:, y, x] * w
        return [back]
