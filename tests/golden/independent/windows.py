"""What a window sees of maps (images, rows, columns, channels), forward and on the dilated grid of a gradient."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Window:
    kernel: tuple
    stride: tuple = (1, 1)
    padding: tuple = (0, 0)
    dilation: tuple = (1, 1)

    def extent(self, axis):
        return self.dilation[axis] * (self.kernel[axis] - 1) + 1

    def places(self, size):
        """Rows and columns of the output."""
        return tuple((size[a] + 2 * self.padding[a] - self.extent(a)) // self.stride[a] + 1 for a in (0, 1))


def padded(maps, padding, value=0):
    return np.pad(maps, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)), constant_values=value)


def taps(maps, window, value=0):
    """For every place of the kernel, row-major, its element of every patch: (images, rows, columns, channels)."""
    yield from views(padded(maps, window.padding, value), window, window.places(maps.shape[1:3]))


def views(maps, window, places):
    """The same of maps with the padding around them."""
    rows, columns = places
    for ky in range(window.kernel[0]):
        for kx in range(window.kernel[1]):
            y, x = ky * window.dilation[0], kx * window.dilation[1]
            yield maps[:, y:y + (rows - 1) * window.stride[0] + 1:window.stride[0],
                       x:x + (columns - 1) * window.stride[1] + 1:window.stride[1]]


def patches(maps, window):
    """(images, rows, columns, K) with K in (kernel row, kernel column, channel) order; zeros outside the map."""
    return np.concatenate(list(taps(maps, window)), axis=-1)


def gradient_grid(gradient, window, size):
    """The gradient of an output, dilated by the stride, with extent - 1 - padding zeros before it and so many behind
    it that a window of stride 1 has a place for every position of the input."""
    shape = tuple(size[a] + window.extent(a) - 1 for a in (0, 1))
    grid = np.zeros((gradient.shape[0], *shape, gradient.shape[3]), gradient.dtype)
    y, x = (window.extent(a) - 1 - window.padding[a] for a in (0, 1))
    grid[:, y:y + (gradient.shape[1] - 1) * window.stride[0] + 1:window.stride[0],
         x:x + (gradient.shape[2] - 1) * window.stride[1] + 1:window.stride[1]] = gradient
    return grid


def turned(weights):
    """(out, kernel row, kernel column, in) by 180 degrees as (in, kernel row, kernel column, out)."""
    return np.ascontiguousarray(weights[:, ::-1, ::-1, :].transpose(3, 1, 2, 0))
