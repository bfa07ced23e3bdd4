"""The generated data set `synthetic` (docs/training.md)."""

import numpy as np

from random_bits import SYNTHETIC, bits16

SIDE, CLASSES, TRAINING, TEST = 12, 10, 512, 256


def images(count, step):
    """Bytes (count, 12, 12, 1) and labels; step 1 are training, 2 test images."""
    label = np.arange(count) % CLASSES
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    patch = (label[:, None, None] * 4 + y // 3) * 4 + x // 3
    level = 64 + bits16(0, 0, SYNTHETIC, patch) // 512
    noise = bits16(0, step, SYNTHETIC, np.arange(count * SIDE * SIDE)).reshape(level.shape) * 160 // 65536 - 80
    return np.clip(level + noise, 0, 255)[..., None].astype(np.uint8), label
