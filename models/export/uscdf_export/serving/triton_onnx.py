"""A graph of a bundle as a model of Triton's Python backend: copied beside the graph as `model.py`.

For a Triton that was built without the ONNX Runtime backend, such as the one that PyPI's nvidia-pytriton brings.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

# The backend's own Python reads no PYTHONPATH.
sys.path[:0] = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]

import onnxruntime  # noqa: E402
import triton_python_backend_utils as triton  # noqa: E402


class TritonPythonModel:
    """Runs the one ONNX file of its version's folder."""

    def initialize(self, args: dict[str, str]) -> None:
        folder = Path(args["model_repository"]) / args["model_version"]
        (path,) = folder.glob("*.onnx")
        self._session = onnxruntime.InferenceSession(str(path), providers=onnxruntime.get_available_providers())
        # A tensor without dimensions travels as one element.
        self._scalars = {tensor.name for tensor in self._session.get_inputs() if len(tensor.shape) == 0}

    def execute(self, requests: list) -> list:
        return [self._answer(request) for request in requests]

    def _answer(self, request):
        feeds = {tensor.name(): self._array(tensor) for tensor in request.inputs()}
        wanted = list(request.requested_output_names())
        results = self._session.run(wanted, feeds)
        return triton.InferenceResponse([triton.Tensor(name, result) for name, result in zip(wanted, results)])

    def _array(self, tensor):
        array = tensor.as_numpy()
        return array.reshape(()) if tensor.name() in self._scalars else array
