"""PixelLM: one CLIP for words and masks, six tokens a mask, and a light decoder instead of a segmentation model.

CLIP sees the photograph resized to 448 and padded, and does not look at the padding. Its second-to-last layer, brought from 32 × 32
to 16 × 16 places, is what the language model reads. Two of its layers (that one, and the eleventh from the end), projected and
through `image_feature_neck`, are what masks are drawn from: a target's tokens [SEG0] … [SEG5] are three a level, joined by
fixed shares into one prompt a level; the first level draws a coarse mask, which weighs the features of the second.

CLIP comes from a folder of its own.
"""

from pathlib import Path

import onnx
import torch
from PIL import Image
from tokenizers import Tokenizer
from torch.nn import functional as F
from transformers import LlamaForCausalLM

from ..bundle import open_photo
from ..checkpoint import Checkpoint
from ..decoder_graph import decoder_names, decoder_shape, stored_value
from ..errors import ExportError
from ..export import Options, loop_tokens, write_language
from ..half import store_half
from ..llava import llama_config
from ..manifest import write_bundle
from ..onnx_export import export_module, save_model
from ..parity import table
from ..pictures import longest_size
from ..precision import precision as precision_of
from ..tokenizer import token_ids, write_tokenizer
from .grounded import GroundedModel, Prompting, compare, normalise
from .llava import TERMS
from .pixellm_modules import LEVEL_LAYERS, MaskDecoder, VisionEncoder, load

PIXEL_MEAN, PIXEL_DEVIATION = [123.675, 116.28, 103.53], [58.395, 57.12, 57.375]
TOKENS_A_LEVEL = 3
SEG_TOKENS = [f"[SEG{i}]" for i in range(TOKENS_A_LEVEL * len(LEVEL_LAYERS))]
ADDED_TOKENS = [*SEG_TOKENS, "<im_start>", "<im_end>"]
SYSTEM = (
    "A chat between a curious human and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite "
    "answers to the human's questions. "
)
PROMPT = {
    "first": SYSTEM + "USER: <im_start>{image}<im_end>\n{question} ASSISTANT:",
    "next": "USER: {question} ASSISTANT:",
    "addBos": True,
    "pieces": "separate",
}
TASKS = {"refer": "Can you segment {referents} in this image?", "reason": "{question} Please respond with segmentation mask."}


def export_checkpoint(request, say):
    """What `python -m uscdf_export --family pixellm` does. request: the parsed options. say: told of each step."""
    if request.clip is None:
        raise ExportError("--clip is missing. A PixelLM checkpoint leaves CLIP out: give the folder of openai/clip-vit-large-patch14-336.")
    options = Options(name=request.name, masked=True)
    if request.attention == "fused":
        raise ExportError("PixelLM does not look at the padding beside a photograph, which the fused operator cannot leave out. Use --attention plain.")
    chosen = precision_of(request.precision, request.activations, fast=request.fast)
    checkpoint = Checkpoint(request.checkpoint)
    export(checkpoint, request.clip, request.out, chosen, options, say, request.tokenizer)
    if request.photo is not None:
        say("comparison with PyTorch")
        model = open_model(checkpoint, request.clip, request.out, chosen)
        questions = request.question or [TASKS["refer"].replace("{referents}", "the largest thing")]
        print(table(compare(request.out, model, open_photo(request.photo), questions)))


def export(checkpoint, clip_folder, out, precision, options=Options(masked=True), say=lambda text: None, tokenizer=None):
    """Writes the bundle of a merged official checkpoint (a `Checkpoint`) into a folder and returns its manifest.

    clip_folder: CLIP in Hugging Face's layout. tokenizer: a folder where it is not the checkpoint's. Raises ExportError where
    something is missing or another model.
    """
    say("CLIP and mask decoder")
    vision, masks = load(checkpoint, clip_folder)
    shape = decoder_shape(checkpoint.config)
    checkpoint.expect(decoder_names(shape))
    Path(out, "onnx").mkdir(parents=True, exist_ok=True)
    ids = token_ids(write_tokenizer(tokenizer or checkpoint.folder, ADDED_TOKENS, Path(out, "tokenizer.json")))
    say("vision_encoder, mask_decoder")
    files = export_graphs(vision, masks, out, "" if precision.name == "fp32" else "_fp16")
    if precision.name != "fp32":
        for file in files.values():
            save_model(store_half(onnx.load(Path(out, file))), Path(out, file))
    files |= write_language(checkpoint.array, shape, precision, out, options, say)
    Path(out, "LICENSE").write_text(f"{TERMS}\n\nThe licence of the original PixelLM's code is given as Apache-2.0.\n", encoding="utf-8")
    Path(out, "MODEL_CARD.md").write_text(
        f"# PixelLM ({precision.name})\n\nExported by uscdf_export from a PixelLM checkpoint. The language model's weights are {precision.name}.\n\n"
        "What the original was trained on, what it is good for and where it fails stands in its own model card.\n",
        encoding="utf-8",
    )
    head = {
        "driver": "generator",
        "name": options.name or f"pixellm-{precision.name}",
        "version": "1.0.0",
        "title": f"PixelLM ({precision.name})",
        "description": "Answers with a mask for each thing they speak of.",
        "licence": {"expression": "Apache-2.0", "files": ["LICENSE"], "terms": TERMS},
        "modelCard": "MODEL_CARD.md",
        "devices": ["webgpu", "cuda", "cpu"] if precision.cache_type == "float16" else ["cpu", "webgpu", "cuda"],
        "family": "pixellm",
    }
    return write_bundle(out, {**head, **language_settings(ids, shape, precision, options.most_new_tokens), **settings(vision)}, files)


def open_model(checkpoint, clip_folder, out, precision):
    """The checkpoint as PyTorch modules in float32, the language model's weights as the bundle in `out` holds them."""
    shape = decoder_shape(checkpoint.config)
    with torch.device("meta"):
        language = LlamaForCausalLM(llama_config(shape))
    names = decoder_names(shape)
    state = {name: torch.from_numpy(stored_value(name, checkpoint.array(name), precision).copy()).float() for name in names}
    language.load_state_dict(state, assign=True)
    language.model.rotary_emb = type(language.model.rotary_emb)(language.config)
    return PixelLM(*load(checkpoint, clip_folder), language, Tokenizer.from_file(str(Path(out, "tokenizer.json")))).eval()


class PixelLM(GroundedModel):
    """The whole model. language: a Hugging Face causal language model; tokenizer: of `tokenizers`."""

    own_state, threshold = False, 0.0

    def __init__(self, vision, masks, language, tokenizer):
        super().__init__()
        self.vision, self.masks, self.language = vision, masks, language
        ids = tokenizer.get_vocab()
        self.eos, self.seg = [ids["</s>"]], [ids[token] for token in SEG_TOKENS]
        self.prompting = Prompting(tokenizer, PROMPT["first"], ids["<s>"])

    @property
    def side(self):
        return self.vision.clip.config.image_size

    def tensors(self, photo):
        width, height = longest_size(photo.size, self.side)
        picture = normalise(photo.resize((width, height), Image.Resampling.BILINEAR), PIXEL_MEAN, PIXEL_DEVIATION, unit=False)
        return {"vision_encoder": F.pad(picture, (0, self.side - width, 0, self.side - height))}

    def see(self, photo):
        features, attended, levels = self.vision(self.tensors(photo)["vision_encoder"])
        return {"image_features": features, "attended": attended[0].bool(), "levels": levels}

    def image_attention(self, seen):
        return seen["attended"]

    def draw(self, states, seen):
        return self.masks(states, seen["levels"])[0]

    def to_photo(self, logits, size):
        width, height = longest_size(size, self.side)
        square = F.interpolate(logits, (self.side, self.side), mode="bilinear", align_corners=False)[..., :height, :width]
        return F.interpolate(square, (size[1], size[0]), mode="bilinear", align_corners=False)[:, 0]


def language_settings(ids, shape, precision, most_new_tokens):
    """What the manifest says of the language model. ids: by token, of the tokenizer."""
    return {
        "precision": precision.name,
        "tokenizer": Path("tokenizer.json"),
        "tokens": {"bos": ids["<s>"], "eos": [ids["</s>"]], "seg": [[ids[token] for token in SEG_TOKENS]]},
        "cache": {"layers": shape.layers, "kvHeads": shape.kv_heads, "headDim": shape.head_dim, "type": precision.cache_type},
        "generation": {"maxNewTokens": most_new_tokens, "maxLength": shape.context, "loopTokens": loop_tokens(shape, precision)},
        "prompt": PROMPT,
    }


def export_graphs(vision, masks, folder, suffix=""):
    """Writes `vision_encoder` and `mask_decoder` to `folder/onnx/` and returns their file names by key."""
    files = {key: f"onnx/{key}{suffix}.onnx" for key in ("vision_encoder", "mask_decoder")}
    side = vision.clip.config.image_size
    picture = torch.ones(1, 3, side, side)
    export_module(vision, {"pixel_values": picture}, VisionEncoder.OUTPUTS, Path(folder, files["vision_encoder"]))
    with torch.no_grad():
        levels = vision.eval()(picture)[2]
    states = torch.zeros(2, len(SEG_TOKENS), masks.text_hidden_fcs[0][0].in_features)
    inputs = {"seg_hidden_states": states, "image_levels": levels}
    export_module(masks, inputs, MaskDecoder.OUTPUTS, Path(folder, files["mask_decoder"]), {"seg_hidden_states": {0: "masks"}})
    return files


def settings(vision):
    """What the manifest says of the encoder: `image`, `tasks`, `dialect`, `hiddenState`, `mask`."""
    side, patch = vision.clip.config.image_size, vision.clip.config.patch_size
    preprocess = {"size": [side, side], "fit": "longest-pad", "filter": "bilinear", "antialias": True, "scale": "byte"}
    preprocess |= {"mean": PIXEL_MEAN, "deviation": PIXEL_DEVIATION, "channels": "rgb", "pad": "after"}
    patches = side // patch
    return {
        "image": {"tokens": (patches // 2) ** 2, "preprocess": preprocess},
        "tasks": TASKS,
        "dialect": {"kind": "groups", "seg": SEG_TOKENS},
        "hiddenState": "predicting",
        "mask": {"size": [4 * patches, 4 * patches], "space": "image", "upscale": "bilinear", "activation": "logits", "threshold": 0},
    }
