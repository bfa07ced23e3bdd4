"""Products of two activations, in FP32 (NUMERICS.md, N7) and on codes (J3 to J5)."""

import numpy as np

from clipping import Tensor
from operands import coded
from quantizer import ERRORS, mean_magnitude
from weighted import mean_of_sums, scaled

f32 = np.float32


def depth_product(a, b):
    """(.., M, K) and (.., K, N): FP32 sums from 0, in ascending k."""
    total = np.zeros((*a.shape[:-1], b.shape[-1]), f32)
    for k in range(a.shape[-1]):
        total = total + a[..., k, None] * b[..., None, k, :]
    return total


def swapped(x):
    return x.swapaxes(-1, -2)


class Matmul:
    """number: of the quantized layers, None for FP32."""

    def __init__(self, transposed, number):
        self.transposed, self.number = transposed, number

    def product(self, a, b, multiply):
        return multiply(a, swapped(b) if self.transposed else b)

    def gradient_a(self, d, b, multiply):
        return multiply(d, b if self.transposed else swapped(b))

    def gradient_b(self, d, a, multiply):
        return multiply(swapped(d), a) if self.transposed else multiply(swapped(a), d)

    def forward(self, inputs, context):
        self.a, self.b = inputs
        self.input_shapes = {"activation": self.a.shape[1:], "second_activation": self.b.shape[1:]}
        if self.number is None or context.plain:
            if context.moved and self.number is not None:
                self.a = self.a + context.moved.get((self.number, "activation"), f32(0))
                self.b = self.b + context.moved.get((self.number, "second_activation"), f32(0))
            return self.product(self.a, self.b, depth_product)
        bits = context.widths[self.number][1]
        self.qa = coded(self.a, "activation", self.number, context, bits)
        self.qb = coded(self.b, "second_activation", self.number, context, bits)
        return scaled(self.product(self.qa.integers(), self.qb.integers(), np.matmul), self.qa, self.qb)

    def backward(self, d, context, wanted):
        if self.number is None or context.plain:
            back = [self.gradient_a(d, self.b, depth_product), self.gradient_b(d, self.a, depth_product)]
            self.input_gradients = dict(zip(("activation", "second_activation"), back))
            return back
        bits = context.widths[self.number][2]
        if context.settings["gradient_scales"] == "channel":
            q = coded(d, "second_gradient", self.number, context, bits)
            for c in range(d.shape[-1]):  # a checkpoint has what their clipping would keep
                context.kept["gradient", self.number, c] = Tensor()
        else:
            q = coded(d, "gradient", self.number, context, bits)
        exact_a = self.gradient_a(q.integers(), self.qb.integers(), np.matmul)
        exact_b = self.gradient_b(q.integers(), self.qa.integers(), np.matmul)
        if context.measuring:
            context.measures[self.number] = self.measures(d, q, mean_of_sums(exact_a, q, self.qb), mean_of_sums(exact_b, q, self.qa))
        result = [scaled(exact_a, q, self.qb), scaled(exact_b, q, self.qa)]
        if context.measuring and context.settings["first_order"] == "on":
            context.measures[self.number]["first"] = [0.0] * 3
        return result

    def measures(self, d, q, gradient_a, gradient_b):
        """J5; what other measures say of the tensors is added, of the gradient once for every operand."""
        result = {}
        for name, rule in ERRORS.items():
            a, b, g = rule(self.a, self.qa), rule(self.b, self.qb), rule(d, q)
            result[name] = [0.0, a + b, g + g]
            if name == "error":
                result["magnitude"] = [0.0, gradient_a * a + gradient_b * b,
                                       gradient_b * g * mean_magnitude(self.qa) + gradient_a * g * mean_magnitude(self.qb)]
        return result
