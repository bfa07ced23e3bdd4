"""Transposed convolutions, in FP32 (NUMERICS.md, N10) and on codes (J2): a convolution from their output to their input, the other
way round. Weights are (in, kernel row, kernel column, out)."""

from weighted import Weighted


class Transposed(Weighted):
    out_axis = 3

    def __init__(self, weight, bias, window, size, number):
        super().__init__(weight, bias, window, 1, False, number)
        self.size = size

    def product(self, x, w, multiply):
        return self.spread(x, w, multiply, self.size)

    def input_product(self, d, w, multiply):
        return super().product(d, w, multiply)

    def weight_product(self, d, x, multiply):
        return super().weight_product(x, d, multiply)
