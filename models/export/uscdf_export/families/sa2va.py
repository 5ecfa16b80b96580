"""Sa2VA: an InternVL-type model that talks and a SAM 2 that draws what it talks about.

The photograph goes two ways. Cut into tiles (and a thumbnail), through InternViT, a pixel shuffle and the projector `mlp1`, it
becomes tokens of the language model (Qwen2, LLaMA or InternLM2). Stretched to a square, through SAM 2's Hiera encoder,
it becomes features for masks. The state of the step that was fed `[SEG]` goes through `text_hidden_fcs` and stands as one more
prompt token in SAM 2's mask decoder, behind the two tokens that say "no point". Of its three masks the one with the best score is
taken, and none where the object score is not above zero.
"""

from pathlib import Path

import onnx
import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional as F
from transformers import AutoTokenizer, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM

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
from ..precision import precision as precision_of
from .grounded import GroundedModel, Prompting, compare, normalise
from .language import internlm2_weights
from .sa2va_modules import MaskDecoder, PixelEncoder, build, expect_weights, load

IMAGENET_MEAN, IMAGENET_DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
ADDED_TOKENS = ["[SEG]", "<p>", "</p>", "<vp>", "</vp>"]
DESCRIBE = (
    "Could you please give me a brief description of the image? Please respond with interleaved segmentation masks for the "
    "corresponding parts of the answer."
)
TASKS = {"describe": DESCRIBE, "refer": "Please segment {referents} in this image.", "reason": "{question}"}
PROMPT = {
    "first": "<|im_start|>user\n<img>{image}</img>{question}<|im_end|>\n<|im_start|>assistant\n",
    "next": "<|im_end|>\n<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n",
    "addBos": False,
    "pieces": "joined",
}
MAX_TILES, MOST_NEW_TOKENS = 12, 2048
TERMS = (
    "Made from a checkpoint that its user brought. Its weights derive from InternVL, a language model of its own and SAM 2; read "
    "the checkpoint's own terms before you pass it on."
)


class Sa2va(GroundedModel):
    """The whole model. modules: of `build`; language: a Hugging Face causal language model; tokenizer: of `tokenizers`."""

    own_state, threshold = True, 0.0

    def __init__(self, modules, language, tokenizer, max_tiles=MAX_TILES):
        super().__init__()
        self.parts, self.language, self.max_tiles = nn.ModuleDict(modules), language, max_tiles
        ids = tokenizer.get_vocab()
        self.eos, self.seg = end_tokens(ids), [ids["[SEG]"]]
        self.prompting = Prompting(tokenizer, PROMPT["first"], ids.get("<s>"), ids["<IMG_CONTEXT>"])

    def tensors(self, photo):
        side = self.parts["vision_encoder"].vision_model.config.image_size[0]
        tiles = [normalise(tile, IMAGENET_MEAN, IMAGENET_DEVIATION) for tile in cut_tiles(photo, side, self.max_tiles)]
        square = photo.resize(_size(self.parts))
        return {"vision_encoder": torch.cat(tiles), "pixel_encoder": normalise(square, IMAGENET_MEAN, IMAGENET_DEVIATION)}

    def see(self, photo):
        tensors = self.tensors(photo)
        image = self.parts["vision_encoder"](tensors["vision_encoder"])
        return {"image_features": image.reshape(1, -1, image.shape[-1]), "pixels": self.parts["pixel_encoder"](tensors["pixel_encoder"])}

    def draw(self, states, seen):
        return self.parts["mask_decoder"](states, *seen["pixels"])[0]

    def to_photo(self, logits, size):
        return F.interpolate(logits, (size[1], size[0]), mode="bilinear", align_corners=False)[:, 0]


def end_tokens(ids):
    """Tokens that end an answer, of a tokenizer's ids by token; the first is what the model writes."""
    return [ids[token] for token in ("<|im_end|>", "<|endoftext|>", "</s>") if token in ids]


def cut_tiles(photo, side, most):
    """The tiles of a photograph and, where there are several, its thumbnail: InternVL's dynamic preprocessing."""
    grids = sorted({(i, j) for i in range(1, most + 1) for j in range(1, most + 1) if i * j <= most}, key=lambda grid: grid[0] * grid[1])
    ratio, best, least = photo.width / photo.height, (1, 1), float("inf")
    for columns, rows in grids:
        difference = abs(ratio - columns / rows)
        roomy = photo.width * photo.height > 0.5 * side * side * columns * rows
        if difference < least or (difference == least and roomy):
            least, best = difference, (columns, rows)
    columns, rows = best
    large = photo.resize((side * columns, side * rows))
    tiles = [large.crop((x * side, y * side, (x + 1) * side, (y + 1) * side)) for y in range(rows) for x in range(columns)]
    return tiles if len(tiles) == 1 else [*tiles, photo.resize((side, side))]


def export_graphs(modules, folder, suffix=""):
    """Writes the three graphs to `folder/onnx/` and returns their file names by key."""
    files = {key: f"onnx/{key}{suffix}.onnx" for key in modules}
    vision, pixels, masks = (modules[key].eval() for key in ("vision_encoder", "pixel_encoder", "mask_decoder"))
    side = vision.vision_model.config.image_size[0]
    tiles = torch.zeros(2, 3, side, side)
    export_module(vision, {"pixel_values": tiles}, ["image_features"], Path(folder, files["vision_encoder"]), {"pixel_values": {0: "tiles"}})
    picture = torch.zeros(1, 3, *_size(modules))
    export_module(pixels, {"pixel_values": picture}, PixelEncoder.OUTPUTS, Path(folder, files["pixel_encoder"]))
    with torch.no_grad():
        features = pixels(picture)
    states = torch.zeros(2, masks.text_hidden_fcs[0].in_features)
    inputs = {"seg_hidden_states": states, **dict(zip(PixelEncoder.OUTPUTS, features))}
    export_module(masks, inputs, MaskDecoder.OUTPUTS, Path(folder, files["mask_decoder"]), {"seg_hidden_states": {0: "masks"}})
    return files


def _size(modules):
    side = modules["mask_decoder"].sam.config.prompt_encoder_config.image_size
    return side, side


def settings(modules, max_tiles=MAX_TILES):
    """What the manifest says of the encoders and of what is made of them."""
    vision = modules["vision_encoder"].vision_model.config
    side, pixels = vision.image_size[0], _size(modules)[0]
    common = {"filter": "bicubic", "antialias": True, "scale": "unit", "mean": IMAGENET_MEAN, "deviation": IMAGENET_DEVIATION}
    common |= {"channels": "rgb", "pad": "after"}
    tokens = (side // vision.patch_size[0]) ** 2 * modules["vision_encoder"].ratio ** 2
    tiles = {"min": 1, "max": max_tiles, "thumbnail": True}
    return {
        "image": {"tokens": int(tokens), "preprocess": {"size": [side, side], "fit": "tiles", **common, "tiles": tiles}},
        "pixels": {"preprocess": {"size": [pixels, pixels], "fit": "stretch", **common}},
        "tasks": TASKS,
        "dialect": {"kind": "phrases", "open": "<p>", "close": "</p>", "seg": "[SEG]"},
        "hiddenState": "self",
        # The sigmoid of the reference is above 0.5 where the logit is above 0.
        "mask": {"size": [pixels // 4, pixels // 4], "space": "pixels", "upscale": "bilinear", "activation": "logits", "threshold": 0},
    }


def language_settings(ids, shape, precision, most_new_tokens):
    """What the manifest says of the language model. ids: by token, of the tokenizer."""
    bos = {"bos": ids["<s>"]} if "<s>" in ids else {}
    return {
        "precision": precision.name,
        "tokenizer": Path("tokenizer.json"),
        "tokens": {**bos, "eos": end_tokens(ids), "seg": [[ids["[SEG]"]]], "phraseOpen": ids["<p>"], "phraseClose": ids["</p>"]},
        "cache": {"layers": shape.layers, "kvHeads": shape.kv_heads, "headDim": shape.head_dim, "type": precision.cache_type},
        "generation": {"maxNewTokens": most_new_tokens, "maxLength": shape.context, "loopTokens": loop_tokens(shape, precision)},
        "prompt": {**PROMPT, "addBos": bool(bos), "imageToken": ids["<IMG_CONTEXT>"]},
    }


def export_checkpoint(request, say):
    """What `python -m uscdf_export --family sa2va` does. request: the parsed options. say: told of each step."""
    options = Options(fused=request.attention == "fused", name=request.name, most_new_tokens=MOST_NEW_TOKENS)
    chosen = precision_of(request.precision, request.activations, fast=request.fast)
    export(request.checkpoint, request.out, chosen, options, say, request.tokenizer)
    if request.photo is not None:
        say("comparison with PyTorch")
        model = open_model(request.checkpoint, request.out, chosen)
        print(table(compare(request.out, model, open_photo(request.photo), request.question or [DESCRIBE])))


def export(folder, out, precision, options=Options(most_new_tokens=MOST_NEW_TOKENS), say=lambda text: None, tokenizer=None):
    """Writes the bundle of an official Sa2VA checkpoint into a folder and returns its manifest.

    folder: config.json, weights and tokenizer (where `tokenizer` names no other folder) as the hub has them. Raises ExportError
    where something is missing or another model. say: told of each step before it begins.
    """
    checkpoint = Checkpoint(folder)
    config = _checked(checkpoint.config)
    modules = build(config)
    say("encoders and mask decoder")
    expect_weights(checkpoint, modules)
    load(modules, checkpoint.tensor)
    shape, weights = _language(checkpoint, config["llm_config"])
    Path(out, "onnx").mkdir(parents=True, exist_ok=True)
    ids = _write_tokenizer(tokenizer or folder, Path(out, "tokenizer.json"))
    say("vision_encoder, pixel_encoder, mask_decoder")
    files = export_graphs(modules, out, "" if precision.name == "fp32" else "_fp16")
    if precision.name != "fp32":
        # The towers are never quantised: a mask's edge would pay for it.
        for file in files.values():
            save_model(store_half(onnx.load(Path(out, file))), Path(out, file))
    files |= write_language(weights, shape, precision, out, options, say)
    _write_papers(out, precision)
    head = {
        "driver": "generator",
        "name": options.name or f"sa2va-{precision.name}",
        "version": "1.0.0",
        "title": f"Sa2VA ({precision.name})",
        "description": "Grounded answers about photographs, written by a language model that points with masks.",
        "licence": {"expression": "Apache-2.0 OR MIT", "files": ["LICENSE"], "terms": TERMS},
        "modelCard": "MODEL_CARD.md",
        "devices": ["webgpu", "cuda", "cpu"] if precision.cache_type == "float16" else ["cpu", "webgpu", "cuda"],
        "family": "sa2va",
    }
    tiles = config.get("max_dynamic_patch", MAX_TILES)
    return write_bundle(out, {**head, **language_settings(ids, shape, precision, options.most_new_tokens), **settings(modules, tiles)}, files)


def open_model(folder, out, precision):
    """The checkpoint as PyTorch modules in float32, the language model's weights as the bundle in `out` holds them, so that what is
    compared is the graphs and not the rounding."""
    checkpoint = Checkpoint(folder)
    config = _checked(checkpoint.config)
    modules = build(config)
    load(modules, checkpoint.tensor)
    shape, weights = _language(checkpoint, config["llm_config"])
    with torch.device("meta"):
        language = _language_model(shape)
    state = {name: torch.from_numpy(stored_value(name, weights(name), precision).copy()).float() for name in decoder_names(shape)}
    language.load_state_dict(state, assign=True, strict=not shape.tied)
    if shape.tied:
        language.tie_weights()
    language.model.rotary_emb = type(language.model.rotary_emb)(language.config)
    tokenizer = Tokenizer.from_file(str(Path(out, "tokenizer.json")))
    return Sa2va(modules, language, tokenizer, config.get("max_dynamic_patch", MAX_TILES)).eval()


def _language_model(shape):
    """transformers' own model of a decoder's shape: only Qwen2 has biases at q, k and v and none behind."""
    config = llama_config(shape)
    if not shape.qkv_bias:
        return LlamaForCausalLM(config)
    kept = {name: value for name, value in config.to_dict().items() if name not in ("model_type", "architectures", "attention_bias", "mlp_bias")}
    return Qwen2ForCausalLM(Qwen2Config(**kept, attn_implementation="eager"))


def _checked(config):
    """A checkpoint's config.json; raises ExportError where it is none of a Sa2VA that this exporter knows."""
    if "vision_config" not in config or "llm_config" not in config:
        raise ExportError(
            "The checkpoint's config.json has no vision_config and llm_config, so it is no InternVL-type Sa2VA. Those with a Qwen-VL tower "
            "(Sa2VA-Qwen2_5-VL, Sa2VA-Qwen3-VL) are built otherwise and cannot be exported yet: take Sa2VA-1B, -4B, -8B or an InternVL3 one."
        )
    if config.get("select_layer", -1) != -1 or config.get("ps_version", "v2") != "v2":
        raise ExportError("The checkpoint's config.json asks for another layer of the vision tower or another pixel shuffle than every published Sa2VA. Check where it comes from.")
    return config


def _language(checkpoint, config):
    """Shape and weights (a function of the name) of the language model."""
    kind = config["architectures"][0]
    if kind == "InternLM2ForCausalLM":
        # Its dynamic scaling begins beyond the context that it was trained with, which is the most that the bundle allows.
        shape = decoder_shape({**config, "rope_scaling": None, "attention_bias": config.get("bias", False)})
        return shape, internlm2_weights(lambda name: checkpoint.array(f"language_model.{name}"), shape)
    if kind not in ("Qwen2ForCausalLM", "LlamaForCausalLM"):
        raise ExportError(f"The checkpoint's language model is a {kind}, which this exporter does not know. It knows Qwen2, LLaMA and InternLM2: take another size of Sa2VA.")
    shape = decoder_shape({"model_type": "qwen2" if kind == "Qwen2ForCausalLM" else "llama", **config})
    checkpoint.expect({f"language_model.{name}": size for name, size in decoder_names(shape).items()})
    return shape, lambda name: checkpoint.array(f"language_model.{name}")


def _write_tokenizer(folder, path):
    """Writes tokenizer.json (the checkpoint's own, or made from its slow tokenizer's files) and returns its ids by token."""
    own = Path(folder, "tokenizer.json")
    try:
        text = own.read_text(encoding="utf-8") if own.is_file() else AutoTokenizer.from_pretrained(folder).backend_tokenizer.to_str()
        tokenizer = Tokenizer.from_str(text)
    except Exception as error:
        raise ExportError(f"{folder} has no tokenizer that can be read ({error}), and text cannot be encoded without one. Copy all tokenizer files of the download.") from error
    ids = tokenizer.get_vocab()
    missing = [token for token in (*ADDED_TOKENS[:3], "<IMG_CONTEXT>", "<|im_end|>") if token not in ids]
    if missing:
        raise ExportError(f"The tokenizer in {folder} lacks {', '.join(missing)}, which Sa2VA writes and reads. It is the base model's: take Sa2VA's own.")
    path.write_text(text, encoding="utf-8")
    return ids


def _write_papers(out, precision):
    Path(out, "LICENSE").write_text(f"{TERMS}\n\nThe licence of the original Sa2VA is given as Apache-2.0 (code) and MIT or Apache-2.0 (weights).\n", encoding="utf-8")
    Path(out, "MODEL_CARD.md").write_text(
        f"# Sa2VA ({precision.name})\n\nExported by uscdf_export from a Sa2VA checkpoint. The language model's weights are {precision.name}, "
        "those of the encoders and the mask decoder floats.\n\nWhat the original was trained on, what it is good for and where it fails "
        "stands in its own model card.\n",
        encoding="utf-8",
    )
