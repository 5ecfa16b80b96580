"""OMG-LLaVA: its graphs say and draw what the PyTorch modules do, whatever the number of objects."""

import numpy as np
import pytest
import torch
from PIL import Image
from small_runs import BUNDLES, check_reference

from uscdf_export.families import omg_llava, omg_llava_small
from uscdf_export.families.grounded import GraphRun
from uscdf_export.families.small import draw_photo


@pytest.fixture(scope="module")
def model():
    return omg_llava_small.SmallOmgLlava(omg_llava_small.tokenizer()).eval()


@pytest.mark.parametrize("driver", ["loop", "step"])
def test_the_committed_bundle_equals_its_reference(model, driver):
    check_reference(BUNDLES / "omg-llava", model, draw_photo(), driver)


def test_the_number_of_tokens_follows_the_photograph(model):
    """Pixel tokens, a separator, and at least one object; never more than the manifest says."""
    run = GraphRun(BUNDLES / "omg-llava", model)
    pictures = [draw_photo(), Image.effect_noise((90, 120), 80).convert("RGB"), Image.new("RGB", (64, 64), (200, 30, 30))]
    counts = [run.see(picture)[1].shape[1] for picture in pictures]
    assert all(4 + 1 + 1 <= count <= run.settings["image"]["tokens"] for count in counts)


def test_the_photograph_stands_in_the_middle():
    square = np.asarray(omg_llava_small.in_the_middle(Image.new("RGB", (7, 4), (1, 2, 3))))
    assert square.shape == (7, 7, 3)
    assert (square[0] == omg_llava.PAD_COLOUR).all() and (square[1:5] == (1, 2, 3)).all() and (square[5:] == omg_llava.PAD_COLOUR).all()


def test_published_sizes_build():
    """The published model's modules exist in the shapes that its configuration names; built without memory."""
    with torch.device("meta"):
        vision, masks = omg_llava.build(omg_llava.PUBLISHED_SIZES, 4096)
    assert vision.projector.model_feat[0].weight.shape == (4096, 6144 + 512)
    assert masks.projector_text2vision[0].weight.shape == (512, 4096)
    assert len(vision.head.layers) == 9


def test_a_query_that_sees_nothing_sees_everything(model):
    masks = torch.full((1, 2, 8, 8), -3.0)
    masks[0, 0, :4] = 3.0
    hidden = model.vision.head._hidden(masks, (8, 8))[0]
    assert hidden[0].sum() == 32 and not hidden[1].any()
