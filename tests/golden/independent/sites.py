"""The tensors of a quantized layer that have a width of their own: a product of two activations has no weights, and both of its
operands have its width of activations (docs/networks.md)."""

from typing import NamedTuple


class QuantizedLayer(NamedTuple):
    name: str
    weights: int
    macs: int

    @property
    def kinds(self):
        """0 weights, 1 activations, 2 gradients."""
        return (0, 1, 2) if self.weights else (1, 2)


def listed(layers, rows):
    """Of rows [weights, activations, gradients] for every layer what a record lists."""
    return [row[kind] for layer, row in zip(layers, rows) for kind in layer.kinds]


def operand_widths(layer, row):
    """The widths of a layer's two operands and of its gradient."""
    return row if layer.weights else [row[1], row[1], row[2]]


def bit_operations(layers, widths):
    """Of a training step of one image."""
    total = 0
    for layer, row in zip(layers, widths):
        w, a, g = operand_widths(layer, row)
        total += layer.macs * (w * a + a * g + w * g)
    return total


def inference(layers, widths):
    """Bits of a weight, and BitOPs of an image forward."""
    weights = sum(layer.weights for layer in layers)
    pairs = list(zip(layers, widths))
    return {"weight_bits": sum(layer.weights * row[0] for layer, row in pairs) / weights if weights else 0.0,
            "bitops_per_image": sum(layer.macs * operand_widths(layer, row)[0] * row[1] for layer, row in pairs),
            "int8_bitops_per_image": sum(64 * layer.macs for layer in layers)}
