"""Sums whose order is part of their value (NUMERICS.md, Q1, T1 to T3)."""

import numpy as np


def in_order(values, axis=0):
    """From 0 on in ascending order along an axis, in the type of the values."""
    values = np.moveaxis(np.asarray(values), axis, 0)
    total = np.zeros(values.shape[1:], values.dtype)
    for value in values:
        total = total + value
    return total


def total64(values):
    """The double that adds a flat list in ascending order from 0."""
    values = np.asarray(values, np.float64).ravel()
    return float(np.add.accumulate(values)[-1]) + 0.0 if values.size else 0.0


def depth_product(rows, columns):
    """T1: (M, K) and (N, K) in FP32; every sum starts from 0 and takes its products in ascending k."""
    total = np.zeros((rows.shape[0], columns.shape[0]), np.float32)
    for k in range(rows.shape[1]):
        total = total + rows[:, k, None] * columns[None, :, k]
    return total


def position_product(gradients, patches):
    """T2: (images, positions, M) and (images, positions, K): positions ascending in an image, then the images."""
    images = np.zeros((gradients.shape[0], gradients.shape[2], patches.shape[2]), np.float32)
    for p in range(gradients.shape[1]):
        images = images + gradients[:, p, :, None] * patches[:, p, None, :]
    return in_order(images)


def channel_sums(maps):
    """T3: of FP32 maps (images, rows, columns, channels) a double for every channel."""
    lanes = in_order(maps, axis=1).astype(np.float64)
    return in_order(in_order(lanes, axis=1))


def channel_total(terms):
    """T6: over the last axis a double, eight lanes that take turns."""
    lanes = np.zeros((*terms.shape[:-1], 8))
    for c in range(terms.shape[-1]):
        lanes[..., c % 8] += terms[..., c]
    for half in (4, 2, 1):
        lanes = lanes[..., :half] + lanes[..., half:]
    return lanes[..., 0]


def image_total(terms):
    """T7: of maps (images, rows, columns, channels) a double for every channel, rounded to FP32 once."""
    images = in_order(terms.reshape(len(terms), -1, terms.shape[-1]).astype(np.float64), axis=1)
    return in_order(images).astype(np.float32)
