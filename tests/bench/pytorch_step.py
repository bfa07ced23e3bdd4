"""The training step of step_speed in plain PyTorch, for comparison: the same network description, batch and optimizer.

The loss is that of the network's task: of a map of one logit a pixel binary cross-entropy and 1 - soft Dice, of a text the
cross-entropy of every token, else that of every image.

Usage: pytorch_step.py NETWORK.json BATCH THREADS fp32|fake8, then one line "STEPS" per request on standard input; each is
answered by a line with the medians over that many steps of images per second and per processor second, and the
process's peak memory in MB.
pytorch_step.py --blas names PyTorch's version and the library that does its matrix products.
"""
import json
import resource
import statistics
import sys
import time

import torch
import torch.nn.functional as F

from described_network import DescribedNetwork


def dice_bce(logits, masks):
    """Sigmoid cross-entropy of every pixel plus 1 - the soft Dice of every image."""
    p = torch.sigmoid(logits)
    overlap, total = (p * masks).flatten(1).sum(1), (p + masks).flatten(1).sum(1)
    return F.binary_cross_entropy_with_logits(logits, masks) + (1 - (2 * overlap + 1) / (total + 1)).mean()


def task(description, batch):
    """Random inputs of the network's own shape, and the loss of its outputs."""
    shape, classes = description["default_input"], description["default_classes"]
    size = (batch, shape["channels"], shape["height"], shape["width"])
    types = {layer["type"] for layer in description["layers"]}
    if "embedding" in types:
        tokens, following = (torch.randint(classes, (batch, shape["height"], shape["width"])) for _ in range(2))
        return tokens, lambda logits: F.cross_entropy(logits.flatten(0, 2), following.flatten())
    images = torch.rand(size) * 2 - 1
    if description["layers"][-1]["type"] == "conv2d":
        masks = torch.randint(2, (batch, 1, shape["height"], shape["width"])).float()
        return images, lambda logits: dice_bce(logits, masks)
    labels = torch.arange(batch) % classes
    return images, lambda logits: F.cross_entropy(logits.flatten(1), labels)


def blas():
    torch.ones(2, 2) @ torch.ones(2, 2)
    with open("/proc/self/maps") as maps:
        files = sorted({line.split()[-1] for line in maps if "blas" in line or "libmkl" in line})
    return f"{torch.__version__}, BLAS {', '.join(file.rsplit('/', 1)[-1] for file in files) or 'of its own'}"


def main():
    if sys.argv[1:] == ["--blas"]:
        print(blas())
        return
    path, batch, threads, mode = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    with open(path) as file:
        description = json.load(file)
    network = DescribedNetwork(description, fake=mode == "fake8")
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4)
    inputs, loss = task(description, batch)

    def step():
        begin, processor_begin = time.perf_counter(), time.process_time()
        optimizer.zero_grad(set_to_none=True)
        loss(network(inputs)).backward()
        optimizer.step()
        return batch / (time.perf_counter() - begin), batch / (time.process_time() - processor_begin)

    print("ready", flush=True)
    for line in sys.stdin:
        step()
        rates = zip(*(step() for _ in range(int(line))))
        print(*(statistics.median(rate) for rate in rates), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)


if __name__ == "__main__":
    main()
