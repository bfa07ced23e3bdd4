"""A run (docs/training.md, An epoch; NUMERICS.md, V1 to V3): what its record and its checkpoint have to hold."""

from collections import defaultdict

import numpy as np

import hessian
import optimizers
import sensitivity
from allocation import Allocation
from clipping import Tensor
from network import Network
from objective import cross_entropy, hits
from ordered import total64
from samples import Samples
from schedules import rate
from schemes import fixed_widths
from sites import bit_operations, inference, listed
from update import update


class Context:
    """What layers have to know of the step that they are in."""

    plain, moved = False, {}

    def __init__(self, settings):
        self.settings, self.seed_rounding = settings, settings["seed_rounding"]
        self.step, self.widths, self.training, self.measuring, self.measures = 0, [], True, False, {}
        self.kept = defaultdict(Tensor)


class Run:
    def __init__(self, network_file, settings):
        self.settings = settings
        self.samples = Samples(settings)
        self.network = Network(network_file, self.samples.shape, self.samples.classes, settings)
        names = optimizers.STATES[settings["optimizer"]]
        self.state = {(layer, p): {s: np.zeros_like(owner.parameters[p]) for s in names}
                      for layer, p, owner in self.network.parameters()}
        self.context, self.allocation = Context(settings), None
        self.agreements = []
        if settings["scheme"] == "ampa":
            self.allocation = Allocation(self.network.descriptions, [layer.name for layer in self.network.quantized], settings)

    def epochs(self):
        """Yields the figures and the tensors of every epoch."""
        for epoch in range(self.settings["epochs"]):
            yield self.epoch(epoch), self.tensors()

    def epoch(self, e):
        settings, context = self.settings, self.context
        order = self.samples.order(e)
        size = settings["batch_size"]
        steps = -(-len(order) // size) if settings["last_batch"] == "keep" else len(order) // size
        if self.allocation:
            context.widths = self.allocation.widths()
            context.measuring = self.allocation.measures(e)
        elif settings["scheme"] != "fp32":
            context.widths = [fixed_widths(settings, e)] * len(self.network.quantized)
        first_rate, losses, right, count, measured, first = rate(settings, e, context.step, steps), 0.0, 0, 0, [], []
        for k in range(steps):
            numbers = order[k * size:(k + 1) * size]
            loss, good = self.step(numbers, e, steps)
            losses, right, count = losses + loss, right + good, count + len(numbers)
            if context.measuring:
                first.append([context.measures[i].get("first") for i in range(len(context.widths))])
                measured.append([sensitivity.of_step(context.measures[i], settings) for i in range(len(context.widths))])
        figures = {"learning_rate": first_rate, "train_loss": losses / count, "train_metric": 100 * right / count}
        figures["test_loss"], figures["test_metric"] = self.evaluated(*self.samples.test)
        if settings["validation"]:
            figures["validation_loss"], figures["validation_metric"] = self.evaluated(*self.samples.validation)
        quantized = bool(self.network.quantized)
        figures["bits"] = listed(self.network.quantized, context.widths) if quantized else None
        figures["bitops_per_image"] = bit_operations(self.network.quantized, context.widths) if quantized else None
        figures["sensitivities"] = None
        if context.measuring:
            traces = hessian.means(self, e) if settings["measure"] == "hessian" else None
            means = sensitivity.of_epoch(measured, settings, e, traces)
            if settings["first_order"] == "on":
                first = sensitivity.means(first)
                figures["first_order"] = listed(self.network.quantized, first)
                self.agreements.append([sensitivity.agreement(means, first, kind) for kind in (0, 1)])
            figures["sensitivities"] = listed(self.network.quantized, means)
            self.allocation.move(means)
        return figures

    def step(self, numbers, epoch, steps):
        """Loss, summed over the images, and hits of a batch; the parameters afterwards are those of the next step."""
        settings, context = self.settings, self.context
        inputs, labels = self.samples.batch(numbers, epoch)
        logits = self.network.forward(inputs, context)
        losses, gradient = cross_entropy(logits, labels, settings["label_smoothing"])
        self.network.backward(gradient, context)
        update(self.network, context, self.state, rate(settings, epoch, context.step, steps))
        context.step += 1
        return total64(losses), hits(logits, labels, settings["top"])

    def evaluated(self, images, labels):
        """Mean loss and percentage of hits, every image a batch of its own."""
        context, loss, right = self.context, 0.0, 0
        context.training = False
        for i in range(len(images)):
            logits = self.network.forward(images[i:i + 1], context)
            loss += float(cross_entropy(logits, labels[i:i + 1])[0][0])
            right += hits(logits, labels[i:i + 1], self.settings["top"])
        context.training = True
        return loss / len(images), 100 * right / len(images)

    def totals(self, bit_ops):
        """Of a finished run whose epochs took so many BitOPs an image: what its record sums up."""
        layers, result = self.network.quantized, {"bitops_reduction_percent": None}
        if layers:
            full = bit_operations(layers, [[8] * 3] * len(layers))
            result["bitops_reduction_percent"] = 100 * (1 - sum(bit_ops) / len(bit_ops) / full)
            result["inference"] = inference(layers, self.context.widths)
        if self.agreements:
            shares = [total64(column) / len(column) for column in zip(*self.agreements)]
            result["intersection"] = {"weights_percent": shares[0], "activations_percent": shares[1],
                                      "num_updates": len(self.agreements)}
        return result

    def tensors(self):
        """(name, kind, FP32 values) in the order of a checkpoint."""
        result = []
        for layer, p, owner in self.network.parameters():
            result.append((layer + "." + p, "value", owner.parameters[p].ravel()))
            result += [(layer + "." + p, s, v.ravel()) for s, v in self.state[layer, p].items()]
        return result + [(name, "buffer", values) for name, values in self.network.buffers(self.context)]
