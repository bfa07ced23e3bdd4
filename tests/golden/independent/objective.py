"""Softmax cross-entropy, its gradient and the hits (NUMERICS.md, L1, L2, L7, V2; docs/training.md)."""

import numpy as np

from elementary import exp, log
from ordered import in_order


def cross_entropy(logits, labels, smoothing=0.0):
    """Of FP32 logits (images, classes): the loss of every image in double, and the gradient of the mean in FP32."""
    images, classes = logits.shape
    shifted = logits.astype(np.float64) - logits.max(axis=1).astype(np.float64)[:, None]
    powers = exp(shifted)
    total = in_order(powers, axis=1)
    own = shifted[np.arange(images), labels]
    target = (np.arange(classes)[None, :] == labels[:, None]).astype(np.float64)
    if smoothing:
        losses = log(total) - ((1 - smoothing) * own + (smoothing / classes) * in_order(shifted, axis=1))
        target = (1 - smoothing) * target + smoothing / classes
    else:
        losses = log(total) - own
    return losses, ((powers / total[:, None] - target) / images).astype(np.float32)


def hits(logits, labels, top=1):
    """L2: images whose label fewer than top classes are above."""
    own = logits[np.arange(len(labels)), labels][:, None]
    earlier = np.arange(logits.shape[1])[None, :] < labels[:, None]
    return int((((logits > own) | ((logits == own) & earlier)).sum(axis=1) < top).sum())
