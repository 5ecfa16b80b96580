"""Half precision of the vision graphs."""

import numpy as np
import onnxruntime
import pytest
import torch
from onnx import TensorProto

from uscdf_export.half import compute_half, store_half
from uscdf_export.onnx_export import trace


class Two(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.neck = torch.nn.Linear(64, 64), torch.nn.Linear(64, 64)

    def forward(self, x):
        # What is beyond 65504 is infinite in half precision.
        return self.neck(self.body(x) * 100) * 1e4


@pytest.fixture()
def traced():
    torch.manual_seed(0)
    module = Two()
    x = torch.randn(1, 64)
    return trace(module, {"x": x}, ["y"]), x.numpy(), module(x).detach().numpy()


def run(model, x):
    return onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, {"x": x})[0]


def test_weights_are_stored_in_half_and_computed_in_whole(traced):
    model, x, wanted = traced
    size = model.ByteSize()
    halved = store_half(model)
    assert halved.ByteSize() < 0.6 * size
    assert {tensor.data_type for tensor in halved.graph.initializer if len(tensor.dims) == 2} == {TensorProto.FLOAT16}
    np.testing.assert_allclose(run(halved, x), wanted, atol=2e-3 * np.abs(wanted).max())


def test_what_follows_the_neck_stays_exact(traced):
    model, x, wanted = traced
    half = compute_half(model, "neck.")
    kinds = {tensor.name: tensor.data_type for tensor in half.graph.initializer if len(tensor.dims) == 2}
    assert sorted(kinds.values()) == [TensorProto.FLOAT, TensorProto.FLOAT16]
    # The value that enters the neck is brought back before it, and nothing after it is made half again.
    neck = [node.op_type for node in half.graph.node].index("Cast", 1)
    assert all(attribute.i == TensorProto.FLOAT for node in half.graph.node[neck:] for attribute in node.attribute if attribute.name == "to")
    given = run(half, x)
    assert given.dtype == np.float32 and np.isfinite(given).all()
    np.testing.assert_allclose(given, wanted, atol=5e-3 * np.abs(wanted).max())
