"""Layers without parameters (docs/training.md, Forward, and Loss and backward). backward() returns a gradient for every input."""

import numpy as np

from random_bits import DROPOUT, bits16
from windows import padded, taps, views

f32 = np.float32


class Relu:
    def forward(self, inputs, context):
        self.output = np.where(inputs[0] < 0, f32(0), inputs[0])
        return self.output

    def backward(self, d, context, wanted):
        return [np.where(self.output > 0, d, f32(0))]


class Relu6:
    def forward(self, inputs, context):
        self.output = np.minimum(np.where(inputs[0] < 0, f32(0), inputs[0]), f32(6))
        return self.output

    def backward(self, d, context, wanted):
        return [np.where((self.output > 0) & (self.output < 6), d, f32(0))]


class Scale:
    def __init__(self, factor):
        self.factor = f32(factor)

    def forward(self, inputs, context):
        return inputs[0] * self.factor

    def backward(self, d, context, wanted):
        return [d * self.factor]


class Dropout:
    """N5; the index is that of the op among those that draw bits (R7)."""

    def __init__(self, probability, index):
        self.limit = min(int(np.rint(65536 * probability)), 65535)
        self.index, self.factor = index, f32(65536 / (65536 - self.limit))

    def forward(self, inputs, context):
        x, = inputs
        self.kept = np.ones(x.shape, bool)
        if not context.training:
            return x
        bits = bits16(context.seed_rounding, context.step, DROPOUT + self.index, np.arange(x.size)).reshape(x.shape)
        self.kept = bits >= self.limit
        return self.backward(x, context, True)[0]

    def backward(self, d, context, wanted):
        return [np.where(self.kept, d * self.factor, f32(0))]


class Concat:
    def __init__(self, channels):
        self.ends = np.cumsum(channels)[:-1]

    def forward(self, inputs, context):
        return np.concatenate(inputs, axis=-1)

    def backward(self, d, context, wanted):
        return np.split(d, self.ends, axis=-1)


class SliceChannels:
    def __init__(self, shape, first, channels):
        self.shape, self.range = shape, slice(first, first + channels)

    def forward(self, inputs, context):
        return inputs[0][..., self.range]

    def backward(self, d, context, wanted):
        back = np.zeros((len(d), *self.shape), f32)
        back[..., self.range] = d
        return [back]


class Pad:
    def __init__(self, padding):
        self.padding = padding

    def forward(self, inputs, context):
        return padded(inputs[0], self.padding)

    def backward(self, d, context, wanted):
        y, x = self.padding
        return [d[:, y:d.shape[1] - y, x:d.shape[2] - x]]


class Reshape:
    """flatten, reshape and tokens: the numbers stay as they lie."""

    def __init__(self, before, after):
        self.before, self.after = before, after

    def forward(self, inputs, context):
        return inputs[0].reshape(-1, *self.after)

    def backward(self, d, context, wanted):
        return [d.reshape(-1, *self.before)]


class Add:
    def forward(self, inputs, context):
        return inputs[0] + inputs[1]

    def backward(self, d, context, wanted):
        return [d, d]


class ShortcutPad:
    def __init__(self, shape, stride, out_channels):
        self.shape, self.stride, self.out_channels = shape, stride, out_channels
        self.front = (out_channels - shape[2]) // 2

    def forward(self, inputs, context):
        taken = inputs[0][:, ::self.stride, ::self.stride]
        out = np.zeros((*taken.shape[:3], self.out_channels), f32)
        out[..., self.front:self.front + self.shape[2]] = taken
        return out

    def backward(self, d, context, wanted):
        back = np.zeros((d.shape[0], *self.shape), f32)
        back[:, ::self.stride, ::self.stride] = d[..., self.front:self.front + self.shape[2]]
        return [back]


def scatter(contributions, shape, window):
    """Adds what every place of the kernel contributes to the maps, output positions ascending: of a position of the
    input later places of the kernel belong to earlier outputs, so they come first."""
    padding = window.padding
    maps = np.zeros((shape[0], shape[1] + 2 * padding[0], shape[2] + 2 * padding[1], shape[3]), f32)
    for view, part in reversed(list(zip(views(maps, window, window.places(shape[1:3])), contributions))):
        view += part
    return maps[:, padding[0]:padding[0] + shape[1], padding[1]:padding[1] + shape[2]]


class MaxPool:
    def __init__(self, window):
        self.window = window

    def forward(self, inputs, context):
        self.values = list(taps(inputs[0], self.window, value=-np.inf))
        self.shape, self.output = inputs[0].shape, np.full(self.values[0].shape, -np.inf, f32)
        for value in self.values:
            self.output = np.maximum(self.output, value)
        return self.output

    def backward(self, d, context, wanted):
        free, parts = np.ones(d.shape, bool), []
        for value in self.values:
            here = free & (value == self.output)
            free &= ~here
            parts.append(np.where(here, d, f32(0)))
        return [scatter(parts, self.shape, self.window)]


class AveragePool:
    def __init__(self, window):
        self.window = window
        self.factor = f32(1 / (window.kernel[0] * window.kernel[1]))

    def forward(self, inputs, context):
        self.shape = inputs[0].shape
        total = np.zeros((1, 1, 1, 1), f32)
        for value in taps(inputs[0], self.window):
            total = total + value
        return total * self.factor

    def backward(self, d, context, wanted):
        part = d * self.factor
        return [scatter([part] * (self.window.kernel[0] * self.window.kernel[1]), self.shape, self.window)]
