"""SAM-type models as the ONNX community publishes them: `vision_encoder` and `prompt_encoder_mask_decoder`.

Names and shapes are those of `Xenova/slimsam-77-uniform` and its kin, so that a bundle of published files and one of ours are
run by the same code:

    vision_encoder               pixel_values [1, 3, S, S] → image_embeddings [1, C, s, s], image_positional_embeddings [1, C, s, s]
    prompt_encoder_mask_decoder  input_points [1, 1, n, 2], input_labels int64 [1, 1, n] (1 inside, 0 outside), optional input_boxes
                                 [1, 0 or 1, 4], the embeddings → iou_scores [1, 1, 3], pred_masks [1, 1, 3, h, w] (logits)

Coordinates are pixels of the resized photograph (its longest side is S).
"""

import io
import warnings

import onnx
import torch
from onnxscript import optimizer
from transformers import SamConfig, SamMaskDecoderConfig, SamModel, SamPromptEncoderConfig, SamVisionConfig

from ..onnx_export import OPSET, clean, save_model, trace

MEAN = [0.485, 0.456, 0.406]
DEVIATION = [0.229, 0.224, 0.225]


class VisionEncoder(torch.nn.Module):
    """`pixel_values` → the image's embeddings, and those of its places, which no prompt changes."""

    def __init__(self, model):
        super().__init__()
        self.encoder = model.vision_encoder
        self.register_buffer("places", model.get_image_wide_positional_embeddings().detach().clone())

    def forward(self, pixel_values):
        return self.encoder(pixel_values).last_hidden_state, self.places.clone()


class PointDecoder(torch.nn.Module):
    """Points → three masks with the scores that the model expects of them."""

    def __init__(self, model):
        super().__init__()
        self.prompt_encoder = model.prompt_encoder
        self.mask_decoder = model.mask_decoder

    def forward(self, input_points, input_labels, image_embeddings, image_positional_embeddings):
        return self.decode(input_points, input_labels, None, image_embeddings, image_positional_embeddings)

    def decode(self, points, labels, boxes, embeddings, places):
        sparse, dense = self.prompt_encoder(input_points=points, input_labels=labels, input_boxes=boxes, input_masks=None)
        masks, scores = self.mask_decoder(
            image_embeddings=embeddings,
            image_positional_embeddings=places,
            sparse_prompt_embeddings=sparse,
            dense_prompt_embeddings=dense,
            multimask_output=True,
        )
        return scores, masks


class BoxDecoder(PointDecoder):
    """Points, a box, or both: what is not given has no entries, as in the published SAM 2 graphs. Where there is no box the points
    are followed by the one that SAM puts there, which is none."""

    def forward(self, input_points, input_labels, input_boxes, image_embeddings, image_positional_embeddings):
        encoder = self.prompt_encoder
        points = encoder._embed_points(input_points, input_labels, pad=False)
        corners = encoder._embed_boxes(input_boxes)
        corners = corners.reshape(1, 1, -1, corners.shape[-1])
        nothing = encoder.not_a_point_embed.weight[None, None].expand(1, 1, -1, -1)[:, :, : 1 - input_boxes.shape[1]]
        side = encoder.image_embedding_size
        masks, scores = self.mask_decoder(
            image_embeddings=image_embeddings,
            image_positional_embeddings=image_positional_embeddings,
            sparse_prompt_embeddings=torch.cat([points, nothing, corners], dim=2),
            dense_prompt_embeddings=encoder.no_mask_embed.weight.reshape(1, -1, 1, 1).expand(1, -1, *side),
            multimask_output=True,
        )
        return scores, masks


def export_sam(model, folder, encoder="vision_encoder", boxes=True):
    """Writes both graphs of a SamModel to `folder/onnx/` and returns their file names by graph key.

    encoder: the key of the first graph; bundles that hold other encoders call it `pixel_encoder` or `sam_vision_encoder`.
    boxes: whether the decoder takes a box beside the points. Published SlimSAM files take points alone.
    """
    model = model.eval()
    side = model.config.vision_config.image_size
    files = {encoder: f"onnx/{encoder}.onnx", "prompt_encoder_mask_decoder": "onnx/prompt_encoder_mask_decoder.onnx"}
    names = ["image_embeddings", "image_positional_embeddings"]
    pixels = torch.zeros(1, 3, side, side)
    save_model(trace(VisionEncoder(model), {"pixel_values": pixels}, names), f"{folder}/{files[encoder]}")
    with torch.no_grad():
        embeddings = dict(zip(names, VisionEncoder(model)(pixels)))
    prompt = {"input_points": torch.ones(1, 1, 2, 2), "input_labels": torch.ones(1, 1, 2, dtype=torch.int64)}
    dynamic = {"input_points": {2: "points"}, "input_labels": {2: "points"}}
    outputs = ["iou_scores", "pred_masks"]
    if boxes:
        prompt["input_boxes"] = torch.tensor([[[1.0, 1.0, 9.0, 9.0]]])
        graph = _trace_box_decoder(BoxDecoder(model), {**prompt, **embeddings}, outputs, {**dynamic, "input_boxes": {1: "boxes"}})
    else:
        graph = trace(PointDecoder(model), {**prompt, **embeddings}, outputs, dynamic)
    save_model(graph, f"{folder}/{files['prompt_encoder_mask_decoder']}")
    return files


def _trace_box_decoder(decoder, inputs, outputs, dynamic):
    """Traced the old way: torch.export takes a size of 1 for a constant, and the number of boxes is 0 or 1."""
    decoder = decoder.eval().requires_grad_(False)
    buffer = io.BytesIO()
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            decoder,
            tuple(inputs.values()),
            buffer,
            input_names=list(inputs),
            output_names=list(outputs),
            opset_version=OPSET,
            dynamic_axes=dynamic,
            dynamo=False,
        )
    model = optimizer.optimize(onnx.load_from_string(buffer.getvalue()))
    side = decoder.prompt_encoder.image_embedding_size[0] * 4
    for value, shape in zip(model.graph.output, ([1, 1, 3], [1, 1, 3, side, side])):
        value.CopyFrom(onnx.helper.make_tensor_value_info(value.name, onnx.TensorProto.FLOAT, shape))
    return clean(_short(model))


def _short(model):
    """Gives the values between the nodes short names, and the nodes none: old traces name each after its module's whole path."""
    graph = model.graph
    names = {value.name: value.name for value in (*graph.input, *graph.output)} | {"": ""}

    def short(name):
        return names.setdefault(name, f"v{len(names)}")

    for tensor in graph.initializer:
        tensor.name = short(tensor.name)
    for node in graph.node:
        node.name = ""
        node.input[:] = [short(name) for name in node.input]
        node.output[:] = [short(name) for name in node.output]
    return model


def sam_settings(model):
    """Preprocessing and masks of a SamModel as the manifest has them: `(preprocess, mask)`; the mask's `space` is the caller's."""
    side = model.config.vision_config.image_size
    rows = side // model.config.vision_config.patch_size * 4
    preprocess = {
        "size": [side, side],
        "fit": "longest-pad",
        "filter": "bilinear",
        "antialias": True,
        "scale": "unit",
        "mean": MEAN,
        "deviation": DEVIATION,
        "channels": "rgb",
        "pad": "after",
    }
    return preprocess, {"size": [rows, rows], "upscale": "bilinear", "activation": "logits", "threshold": 0}


def tiny_sam(seed=0):
    """A SamModel of SAM's own topology with some 40 000 weights, random."""
    torch.manual_seed(seed)
    vision = SamVisionConfig(
        hidden_size=16,
        output_channels=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        image_size=128,
        patch_size=8,
        window_size=8,
        global_attn_indexes=[1],
        mlp_dim=32,
        num_pos_feats=8,
    )
    prompt = SamPromptEncoderConfig(hidden_size=16, image_size=128, patch_size=8, image_embedding_size=16, mask_input_channels=4)
    decoder = SamMaskDecoderConfig(hidden_size=16, mlp_dim=32, num_hidden_layers=2, num_attention_heads=2, iou_head_hidden_dim=16)
    config = SamConfig(
        vision_config=vision.to_dict(), prompt_encoder_config=prompt.to_dict(), mask_decoder_config=decoder.to_dict()
    )
    config._attn_implementation = "eager"
    model = SamModel(config)
    # `transformers` draws the frequencies of places for loading over them; SAM's own have a deviation of 1 and are not learned.
    model.shared_image_embedding.positional_embedding.requires_grad_(False).normal_()
    return model
