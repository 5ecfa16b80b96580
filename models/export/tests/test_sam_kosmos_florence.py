"""SAM, Kosmos-2 and Florence-2 with random weights: the graphs compute what the modules of transformers compute."""

import numpy as np
import onnxruntime
import pytest
import torch

from uscdf_export.families import florence2_tiny, kosmos2_tiny
from uscdf_export.families.florence2 import PARTS, export_florence2
from uscdf_export.families.kosmos2 import export_kosmos2
from uscdf_export.families.sam import export_sam, tiny_sam

TOLERANCE = 1e-4


def session(folder, file):
    return onnxruntime.InferenceSession(str(folder / file), providers=["CPUExecutionProvider"])


def run(session, **feeds):
    named = {key: value.detach().numpy() if isinstance(value, torch.Tensor) else value for key, value in feeds.items()}
    return dict(zip([output.name for output in session.get_outputs()], session.run(None, named)))


def close(found, wanted):
    np.testing.assert_allclose(found, wanted.detach().numpy(), atol=TOLERANCE, rtol=TOLERANCE)


POINTS = torch.tensor([[[[30.0, 40.0], [90.0, 20.0]]]]), torch.tensor([[[1, 0]]])
NO_POINTS = torch.zeros(1, 1, 0, 2), torch.zeros(1, 1, 0, dtype=torch.int64)
BOX = torch.tensor([[[10.0, 12.0, 60.0, 50.0]]])


@pytest.mark.parametrize(
    ("boxes", "points", "box"), [(False, POINTS, None), (True, POINTS, None), (True, NO_POINTS, BOX), (True, POINTS, BOX)]
)
def test_sam_draws_what_the_model_draws(tmp_path, boxes, points, box):
    model = tiny_sam().eval()
    files = export_sam(model, tmp_path, boxes=boxes)
    pixels = torch.randn(1, 3, 128, 128, generator=torch.Generator().manual_seed(3))
    embeddings = run(session(tmp_path, files["vision_encoder"]), pixel_values=pixels)
    prompt = {"input_points": points[0], "input_labels": points[1]}
    if boxes:
        prompt["input_boxes"] = BOX[:, :0] if box is None else box
    found = run(session(tmp_path, files["prompt_encoder_mask_decoder"]), **prompt, **embeddings)
    with torch.no_grad():
        wanted = model(pixel_values=pixels, input_points=points[0], input_labels=points[1], input_boxes=box)
    close(found["iou_scores"], wanted.iou_scores)
    close(found["pred_masks"], wanted.pred_masks)


def test_kosmos_goes_on_from_its_cache(tmp_path):
    tokenizer = kosmos2_tiny.make_tokenizer()
    model = kosmos2_tiny.make_model(len(tokenizer) + 1100).eval()
    files = export_kosmos2(model, tmp_path)
    pixels = torch.randn(1, 3, kosmos2_tiny.SIDE, kosmos2_tiny.SIDE, generator=torch.Generator().manual_seed(4))
    ids = torch.arange(5, 5 + 70)[None]
    places = torch.zeros_like(ids)
    places[0, 2:66] = 1
    with torch.no_grad():
        wanted = model(pixel_values=pixels, input_ids=ids, image_embeds_position_mask=places).logits

    image = run(session(tmp_path, files["vision_encoder"]), pixel_values=pixels)["image_features"]
    embeds = run(session(tmp_path, files["embed_tokens"]), input_ids=ids)["inputs_embeds"]
    embeds[:, 2:66] = image
    decoder = session(tmp_path, files["decoder_model_merged"])
    cache = {value.name: np.zeros((1, 4, 0, 6), np.float32) for value in decoder.get_inputs() if "past" in value.name}
    logits = []
    for start, end in ((0, 67), (67, 68), (68, 70)):
        outputs = run(decoder, inputs_embeds=embeds[:, start:end], attention_mask=np.ones((1, end), np.int64), **cache)
        logits.append(outputs["logits"])
        cache = {name: outputs[name.replace("past_key_values", "present")] for name in cache}
    close(np.concatenate(logits, axis=1), wanted)


def test_florence_goes_on_from_its_cache(tmp_path):
    tokenizer = florence2_tiny.make_tokenizer()
    model = florence2_tiny.make_model(len(tokenizer)).eval()
    files = export_florence2(model, tmp_path)
    pixels = torch.randn(1, 3, florence2_tiny.SIDE, florence2_tiny.SIDE, generator=torch.Generator().manual_seed(5))
    ids = florence2_tiny.inputs_of(tokenizer, model, "What does the image describe?")
    answer = torch.tensor([[2, 0, 40, 41, 42]])
    with torch.no_grad():
        wanted = model(input_ids=ids, pixel_values=pixels, attention_mask=torch.ones_like(ids), decoder_input_ids=answer).logits

    image = run(session(tmp_path, files["vision_encoder"]), pixel_values=pixels)["image_features"]
    embed = session(tmp_path, files["embed_tokens"])
    words = run(embed, input_ids=ids[:, image.shape[1] :])["inputs_embeds"]
    given = np.concatenate([image, words], axis=1)
    mask = np.ones(given.shape[:2], np.int64)
    encoded = run(session(tmp_path, files["encoder_model"]), inputs_embeds=given, attention_mask=mask)["last_hidden_state"]
    decoder = session(tmp_path, files["decoder_model_merged"])
    names = [f"past_key_values.{layer}.{part}" for layer in range(2) for part in PARTS]
    assert sorted(value.name for value in decoder.get_inputs()) == sorted(
        [*names, "encoder_attention_mask", "encoder_hidden_states", "inputs_embeds", "use_cache_branch"]
    )
    cache = {name: np.zeros((1, 4, 0, 6), np.float32) for name in names}
    logits = []
    for start, end in ((0, 2), (2, 3), (3, 4), (4, 5)):
        outputs = run(
            decoder,
            inputs_embeds=run(embed, input_ids=answer[:, start:end])["inputs_embeds"],
            encoder_hidden_states=encoded,
            encoder_attention_mask=mask,
            use_cache_branch=np.array([start > 0]),
            **cache,
        )
        logits.append(outputs["logits"])
        for name in names:
            present = outputs[name.replace("past_key_values", "present")]
            if start > 0 and ".encoder." in name:
                assert present.size == 0
            else:
                cache[name] = present
    close(np.concatenate(logits, axis=1), wanted)
