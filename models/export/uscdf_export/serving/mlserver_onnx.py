"""A graph of a bundle as a model of MLServer: `implementation` in its model-settings.json.

MLServer has no runtime of its own for ONNX. It takes and gives numbers as JSON, so that it suits small graphs.
"""

from __future__ import annotations

import numpy
import onnxruntime
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse, MetadataTensor
from mlserver.utils import get_model_uri

_DATATYPES = {
    "tensor(float)": "FP32",
    "tensor(float16)": "FP16",
    "tensor(int64)": "INT64",
    "tensor(int32)": "INT32",
    "tensor(uint8)": "UINT8",
    "tensor(bool)": "BOOL",
}


class OnnxGraph(MLModel):
    """Runs the ONNX file that `parameters.uri` names."""

    async def load(self) -> bool:
        path = await get_model_uri(self._settings)
        self._session = onnxruntime.InferenceSession(path, providers=onnxruntime.get_available_providers())
        self._ranks = {tensor.name: len(tensor.shape) for tensor in self._session.get_inputs()}
        self.inputs = [_metadata(tensor) for tensor in self._session.get_inputs()]
        self.outputs = [_metadata(tensor) for tensor in self._session.get_outputs()]
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        feeds = {tensor.name: self._decode(tensor) for tensor in payload.inputs}
        wanted = [output.name for output in payload.outputs or self.outputs]
        results = self._session.run(wanted, feeds)
        outputs = [NumpyCodec.encode_output(name, result) for name, result in zip(wanted, results)]
        return InferenceResponse(model_name=self.name, model_version=self.version, outputs=outputs)

    def _decode(self, tensor) -> numpy.ndarray:
        array = NumpyCodec.decode_input(tensor)
        # A tensor without dimensions travels as one element.
        return array.reshape(()) if self._ranks.get(tensor.name) == 0 else array


def _metadata(tensor) -> MetadataTensor:
    """Shape and type for the protocol, which has -1 for a size that only the run decides."""
    shape = [side if isinstance(side, int) else -1 for side in tensor.shape]
    return MetadataTensor(name=tensor.name, datatype=_DATATYPES[tensor.type], shape=shape or [1])
