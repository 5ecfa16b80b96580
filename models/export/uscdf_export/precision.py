"""The four precisions of a bundle, and how a weight looks in each."""

from dataclasses import dataclass

import numpy as np

from .errors import ExportError

BLOCK = 32


@dataclass(frozen=True)
class Precision:
    """What the language model's weights are stored as and what is computed with.

    name: `fp32 | fp16 | int8 | int4`, the manifest's `precision`. bits: of a quantised weight, None where weights are floats.
    activations: the float type that flows between the nodes and lies in the cache. accuracy: what products with quantised weights
    are computed in on a CPU, by MatMulNBits' own numbers: 0 float, 4 whole numbers of 8 bits (faster, a little coarser).
    """

    name: str
    bits: int | None
    activations: type
    accuracy: int = 0

    @property
    def stored(self):
        """The float type of weights that are not quantised: tables, norms, vision towers."""
        return np.float32 if self.name == "fp32" else np.float16

    @property
    def cache_type(self):
        """The manifest's name of the cache's type."""
        return "float16" if self.activations is np.float16 else "float32"

    @property
    def suffix(self):
        """What the ONNX community puts behind a graph's name for weights of this kind."""
        half = self.activations is np.float16
        return {"fp32": "", "fp16": "_fp16", "int8": "_q8f16" if half else "_q8", "int4": "_q4f16" if half else "_q4"}[self.name]


def precision(name, activations=None, fast=False):
    """The precision of a name. activations: `float32 | float16`; without it float16 for fp16, float32 for the others. fast:
    products with quantised weights in whole numbers where the processor can."""
    bits = {"fp32": None, "fp16": None, "int8": 8, "int4": 4}
    if name not in bits:
        raise ExportError(f'"{name}" is not a precision. Choose one of {", ".join(bits)}.')
    activations = activations or ("float16" if name == "fp16" else "float32")
    if (name, activations) in {("fp32", "float16"), ("fp16", "float32")}:
        raise ExportError(f"A bundle of {name} weights computes in the same type. Leave --activations out, or choose int8 or int4.")
    return Precision(name, bits[name], np.float16 if activations == "float16" else np.float32, 4 if fast else 0)


def quantize(weight, bits):
    """Block-wise symmetric quantisation of a linear layer's weight, as onnxruntime's own quantiser does it.

    weight: float32 [out, in]. Returns (packed uint8 [out, blocks, BLOCK * bits / 8], scales float32 [out, blocks]): value =
    (code − 2^(bits−1)) · scale, as the operator MatMulNBits reads them. The value of a block that is farthest from zero becomes the
    lowest code.
    """
    out, width = weight.shape
    blocks, half = -(-width // BLOCK), 1 << (bits - 1)
    values = np.zeros((out, blocks * BLOCK), np.float32)
    values[:, :width] = weight
    values = values.reshape(out, blocks, BLOCK)
    highest, lowest = values.max(2), values.min(2)
    scales = np.where(highest > -lowest, highest, lowest) / np.float32(-half)
    factors = np.divide(np.float32(1), scales, out=np.zeros_like(scales), where=scales != 0)
    values *= factors[:, :, None]
    values += np.float32(half + 0.5)
    codes = np.clip(values, 0, 2 * half - 1, out=values).astype(np.uint8)
    return (codes if bits == 8 else codes[:, :, 0::2] | codes[:, :, 1::2] << 4), scales


def dequantize(packed, scales, width):
    """The float32 weight [out, width] that MatMulNBits computes with."""
    out, blocks, stored = packed.shape
    if stored == BLOCK:
        codes = packed.astype(np.float32) - 128
    else:
        codes = np.empty((out, blocks, BLOCK), np.float32)
        codes[:, :, 0::2] = packed & 15
        codes[:, :, 1::2] = packed >> 4
        codes -= 8
    return (codes * scales.astype(np.float32)[:, :, None]).reshape(out, blocks * BLOCK)[:, :width]
