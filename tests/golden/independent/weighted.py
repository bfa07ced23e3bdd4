"""conv2d and linear, in FP32 (NUMERICS.md, T1, T2) and on codes (J1, Z2)."""

import numpy as np

from operands import channel_coded, coded
from ordered import depth_product, in_order, position_product
from quantizer import ERRORS, first_order, mean_magnitude
from windows import Window, gradient_grid, patches, turned

f32 = np.float32


def scaled(sums, a, b, axis=0):
    """Z2, or Z4 where a has scales along an axis, of exact corrected sums, which doubles hold."""
    scale = np.asarray(a.scale * b.scale)
    shape = [1] * sums.ndim
    shape[axis] = scale.size
    return sums.astype(np.int64).astype(f32) * scale.reshape(shape)


def mean_of_sums(sums, a, b, axis=0):
    """M4 and M5."""
    rows, total = np.moveaxis(np.abs(sums), axis, 0).reshape(np.size(a.scale), -1), 0.0
    for row, scale in zip(rows, np.atleast_1d(a.scale * b.scale)):
        total += float(int(row.sum())) * float(scale)
    return total / float(sums.size)


class Weighted:
    """Weights are (out, kernel row, kernel column, in channels of a group); a linear layer is a window of 1 x 1 on one
    position. number: of the quantized layers, None for FP32."""

    out_axis = 0

    def __init__(self, weight, bias, window, groups, flat, number):
        self.parameters = {"weight": weight} if bias is None else {"weight": weight, "bias": bias}
        self.window, self.groups, self.flat, self.number = window, groups, flat, number

    def per_group(self, maps):
        return np.split(maps, self.groups, axis=-1)

    def forward(self, inputs, context):
        x, = inputs
        self.shape = x.shape
        if self.flat:
            x = x.reshape(x.shape[0], 1, 1, -1)
        self.x, w = x, self.parameters["weight"]
        self.input_shapes = {"activation": x.shape[1:]}
        if self.number is None or context.plain:
            if (self.number, "weight") in context.moved:
                w = w + context.moved[self.number, "weight"]
            if (self.number, "activation") in context.moved:
                self.x = x = x + context.moved[self.number, "activation"]
            self.w = w
            out = self.product(x, w, depth_product)
        else:
            bits_w, bits_a, _ = context.widths[self.number]
            self.qx = coded(x, "activation", self.number, context, bits_a)
            self.qw = coded(w, "weight", self.number, context, bits_w)
            out = scaled(self.product(self.qx.integers(), self.qw.integers(), lambda a, b: a @ b.T), self.qx, self.qw)
        return out + self.parameters["bias"] if "bias" in self.parameters else out

    def product(self, x, w, multiply):
        parts = []
        for group, part in zip(self.per_group(x), np.split(w, self.groups)):
            rows = patches(group, self.window)
            parts.append(multiply(rows.reshape(-1, rows.shape[3]), part.reshape(len(part), -1)).reshape(*rows.shape[:3], -1))
        return np.concatenate(parts, axis=-1)

    def backward(self, d, context, wanted):
        """The gradient of the input, if it is wanted; self.gradients are those of the parameters."""
        self.gradients = {}
        if self.number is None or context.plain:
            self.gradients["weight"] = self.weight_product(d, self.x, position_product)
            back = self.input_product(d, self.w, depth_product) if wanted else None
            self.input_gradients = {"activation": back}
        else:
            back = self.backward_on_codes(d, context, wanted)
        if "bias" in self.parameters:
            self.gradients["bias"] = in_order(d.reshape(-1, d.shape[3]))
        return [back.reshape(self.shape) if wanted else None]

    def backward_on_codes(self, d, context, wanted):
        """Z6: with a scale for every output channel the gradient of the input reads codes of its own."""
        bits = context.widths[self.number][2]
        if context.settings["gradient_scales"] == "channel":
            q = channel_coded(d, "gradient", self.number, context, bits)
            q_input = coded(d, "second_gradient", self.number, context, bits) if wanted else None
        else:
            q = q_input = coded(d, "gradient", self.number, context, bits)
        exact = self.weight_product(q.integers(), self.qx.integers(), exact_positions)
        self.gradients["weight"] = scaled(exact, q, self.qx, self.out_axis)
        back = self.input_product(q_input.integers(), self.qw.integers(), lambda a, b: a @ b.T) if wanted else None
        if context.measuring:
            context.measures[self.number] = self.measures(d, q, mean_of_sums(exact, q, self.qx, self.out_axis),
                                                          mean_of_sums(back, q_input, self.qw) if wanted else 0.0)
        back = scaled(back, q_input, self.qw) if wanted else None
        if context.measuring and context.settings["first_order"] == "on":
            context.measures[self.number]["first"] = [
                first_order(self.gradients["weight"], self.parameters["weight"], self.qw),
                first_order(back, self.x, self.qx) if wanted else 0.0, 0.0]
        return back

    def measures(self, d, q, weight_gradient, input_gradient):
        """Of weights, input and gradient."""
        tensors = (self.parameters["weight"], self.qw), (self.x, self.qx), (d, q)
        result = {name: [rule(*pair) for pair in tensors] for name, rule in ERRORS.items()}
        w, a, g = result["error"]
        result["magnitude"] = [weight_gradient * w, input_gradient * a, (weight_gradient * g) * mean_magnitude(self.qx)]
        return result

    def weight_product(self, d, x, multiply):
        parts = []
        for gradient, group in zip(self.per_group(d), self.per_group(x)):
            seen = patches(group, self.window)
            part = multiply(gradient.reshape(len(d), -1, gradient.shape[3]), seen.reshape(len(d), -1, seen.shape[3]))
            parts.append(part.reshape(gradient.shape[3], *self.window.kernel, group.shape[3]))
        return np.concatenate(parts)

    def input_product(self, d, w, multiply):
        return self.spread(d, w, multiply, self.x.shape[1:3])

    def spread(self, d, w, multiply, size):
        """The products of a gradient and the rotated weights, for a map of this size."""
        parts = []
        for gradient, part in zip(self.per_group(d), np.split(w, self.groups)):
            grid = gradient_grid(gradient, self.window, size)
            rows = patches(grid, Window(self.window.kernel, dilation=self.window.dilation))
            columns = turned(part)
            product = multiply(rows.reshape(-1, rows.shape[3]), columns.reshape(len(columns), -1))
            parts.append(product.reshape(len(d), *size, -1))
        return np.concatenate(parts, axis=-1)


def exact_positions(gradients, seen):
    return gradients.reshape(-1, gradients.shape[2]).T @ seen.reshape(-1, seen.shape[2])
