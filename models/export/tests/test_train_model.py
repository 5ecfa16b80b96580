"""The small model: what rows share, how a training goes on, and that the bundle's graphs do what PyTorch does."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from PIL import Image

from mini import tokenizer as tokenizers
from mini.export import export
from uscdf_train.batches import Batches, Size, picture
from uscdf_train.cache import FeatureCache
from uscdf_train.frozen import FrozenEncoder, class_names, original_sizes, pixel_values
from uscdf_train.losses import losses_of
from uscdf_train.masks import encode
from uscdf_train.model import IMAGE_TOKENS, ORDERS, MiniModel, Shape, class_order, positions, visible
from uscdf_train.objective import Weights
from uscdf_train.predict import Predictor
from uscdf_train.proposals import AREA_ROOT, CLASSES, GRID_FEATURES, IMAGE_FEATURES, OBJECT_FEATURES, SLOTS, Paste
from uscdf_train.tokens import Words
from uscdf_train.train import CHECKPOINT, LOG, Plan, load, standardise, train
from uscdf_train.uscdf_files import read_records

REPOSITORY = Path(__file__).resolve().parents[3]
COCO80 = REPOSITORY / "models" / "bundles" / "coco80"
# Two horses with riders, all of which the detector surely sees.
PHOTOGRAPH = REPOSITORY / "test" / "fixtures" / "bundles" / "riders.png"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A file of three records about one photograph, its tokenizer, and the encoder's cache."""
    folder = tmp_path_factory.mktemp("data")
    with Image.open(PHOTOGRAPH) as image:
        width, height = image.size
        image.convert("RGB").save(folder / "one.png")
    mask = np.zeros((height, width), dtype=bool)
    mask[height // 4 : height // 2, width // 4 : width // 2] = True
    texts = [
        ("Can you segment the dog in this image?", "Sure, it is <p> the dog </p> [SEG].", [mask]),
        ("Can you segment the cat in this image?", "Sorry, I don't see any cat in this image.", []),
        ("Please describe the photo.", "The image shows <p> a dog </p> [SEG] and <p> two chairs </p> [SEG].", [mask, ~mask]),
    ]
    lines = [
        {
            "id": f"r{number}",
            "image": "one.png",
            "task": "gcg",
            "conversations": [{"from": "human", "value": f"<IMAGE>\n{question}"}, {"from": "gpt", "value": answer}],
            "masks": [encode(each) for each in masks],
        }
        for number, (question, answer, masks) in enumerate(texts)
    ]
    path = folder / "train.uscdf.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    tokenizers.train([path], folder / "tokenizer.json", 400)
    return path, Words(folder / "tokenizer.json"), FeatureCache(folder / "features", FrozenEncoder(COCO80))


def small(words):
    torch.manual_seed(3)
    model = MiniModel(Shape(words.size, hidden=32, intermediate=48, layers=2, heads=2))
    model.set_names([words.ids(f" {name}") for name in class_names(COCO80)])
    return model


def test_tokens_say_texts_again(data):
    _, words, _ = data
    for text in ("Sure, it is <p> the dog </p> [SEG].", "Sorry, I don't see any zyx-wombat 7 in this image."):
        assert words.text(words.ids(text)) == text
    assert words.ids("[SEG]") == [words.seg]


def test_conversations_of_a_row_do_not_see_each_other(data):
    path, words, cache = data
    model = small(words).eval()
    seen = picture(cache, list(read_records([path]))[0].image)
    image = model.image_tokens(seen.slots[None], seen.whole[None], seen.grid[None])
    first, second = words.ids("\none dog here"), words.ids("\nwhere is the cat then")
    together = torch.tensor([[*words.prefix, *first, *second]])
    segments = torch.tensor([[0] * len(words.prefix) + [1] * len(first) + [2] * len(second)])
    alone = torch.tensor([[*words.prefix, *second]])
    alone_segments = torch.tensor([[0] * len(words.prefix) + [1] * len(second)])
    with torch.no_grad():
        row = model.states(image, together, segments, words.image_at)
        single = model.states(image, alone, alone_segments, words.image_at)
        embedded = model.language_model.get_input_embeddings()(alone)
        plain = torch.cat((embedded[:, : words.image_at], image, embedded[:, words.image_at :]), dim=1)
        reference = model.language_model.model(inputs_embeds=plain).last_hidden_state
    assert torch.allclose(row[0, -len(second) :], single[0, -len(second) :], atol=1e-5)
    assert torch.allclose(single, reference, atol=1e-5)


def test_places_and_sight_of_a_row():
    segments = torch.tensor([[0, 0, 1, 1, 2]])
    assert positions(segments).tolist() == [[0, 1, 2, 3, 2]]
    assert (visible(segments, torch.float32)[0, 0] == 0).tolist() == [
        [True, False, False, False, False],
        [True, True, False, False, False],
        [True, True, True, False, False],
        [True, True, True, True, False],
        [True, True, False, False, True],
    ]


def test_classes_have_the_order_in_which_captions_name_them():
    """Of a small dog, a large cat, a larger dog, a bird that is not surely seen, another small dog that is not, and nothing."""
    slots = torch.zeros(2, 6, OBJECT_FEATURES)
    for at, (kind, score, area) in enumerate([(16, 0.9, 0.1), (15, 0.5, 0.3), (16, 0.41, 0.6), (14, 0.39, 0.9), (16, 0.2, 0.95)]):
        slots[0, at, kind], slots[0, at, AREA_ROOT] = score, area
    first, second, nothing = [1, 0, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0, 0], [0] * ORDERS
    order = class_order(slots)
    assert order[0].tolist() == [first, second, first, nothing, first, nothing]
    assert not order[1].any()
    # Nine classes of one size: the first slot leads, and the seventh place is that of all further ones.
    many = torch.zeros(9, OBJECT_FEATURES)
    for kind in range(9):
        many[kind, kind], many[kind, AREA_ROOT] = 0.8, 0.25
    assert class_order(many).argmax(dim=-1).tolist() == [0, 1, 2, 3, 4, 5, 6, 6, 6]


def test_targets_are_the_answers_and_masks_stand_at_their_seg(data):
    path, words, cache = data
    batch = next(Batches(list(read_records([path])), words, cache, Size(1, 3, 1, 10), 1).from_step(0))
    learned = [words.text(batch.tokens[0][(batch.segments[0] == segment) & (batch.targets[0] >= 0)].tolist()) for segment in (1, 2, 3)]
    said = " ".join(learned)
    assert "Sure, it is <p> the dog </p> [SEG]." in said and "But" not in said and "segment" not in said
    assert len(batch.masks) == 3
    assert all(int(batch.tokens[row, at]) == words.seg for row, at, _ in batch.masks)
    again = next(Batches(list(read_records([path])), words, cache, Size(1, 3, 1, 10), 1).from_step(0))
    assert torch.equal(batch.tokens, again.tokens)


def test_every_weight_learns(data):
    path, words, cache = data
    model = small(words)
    batch = next(Batches(list(read_records([path])), words, cache, Size(1, 3, 1, 10), 1).from_step(0))
    # The last layer of the mask decoder begins at nothing, so what lies before it learns from the second step on.
    torch.nn.init.normal_(model.mask_decoder.sharpen[2].weight, std=0.1)
    # Chance hides some of what the encoder saw from the model, each time something else.
    for _ in range(8):
        losses_of(model, batch, words.image_at, Paste(), Weights(), torch.device("cpu")).total.backward()
    idle = [name for name, parameter in model.named_parameters() if parameter.grad is None or not parameter.grad.abs().sum() > 0]
    assert idle == []


def test_training_goes_on_where_it_stopped(data, tmp_path):
    path, words, cache = data

    def run(out, steps):
        out.mkdir(exist_ok=True)
        model = small(words)
        batches = Batches(list(read_records([path])), words, cache, Size(1, 3, 1, 10), 1)
        if not (out / CHECKPOINT).exists():
            standardise(model, cache, batches.images)
        train(model, batches, words, Plan(out, steps, 3e-3, torch.device("cpu")))
        return load(out / CHECKPOINT)

    whole = run(tmp_path / "whole", 40)
    run(tmp_path / "parts", 20)
    lines = [json.loads(line) for line in (tmp_path / "parts" / LOG).read_text(encoding="utf-8").splitlines()]
    assert [line["step"] for line in lines] == [20]
    resumed = run(tmp_path / "parts", 40)
    log = [json.loads(line) for line in (tmp_path / "parts" / LOG).read_text(encoding="utf-8").splitlines()]
    assert log[-1]["step"] == 40 and log[-1]["text"] < log[0]["text"]
    # All 40 steps lie in the warm-up, so the rates of both runs are the same, and so must be the weights.
    for one, other in zip(whole.state_dict().values(), resumed.state_dict().values(), strict=True):
        assert torch.allclose(one, other, atol=1e-6)
    answers = [Predictor(model, words).answer(picture(cache, batch_image(path)), "Can you segment the dog in this image?") for model in (whole, resumed)]
    assert answers[0].text == answers[1].text


def batch_image(path):
    return list(read_records([path]))[0].image


def test_a_fresh_model_tends_to_repeat_words():
    """Of words that came before, many are said again in their order; by chance it would be one of 1,600."""
    torch.manual_seed(0)
    language_model = MiniModel(Shape(1600)).language_model.eval()
    once = torch.randint(5, 1600, (8, 20))
    with torch.no_grad():
        said = language_model(torch.cat((once, once), dim=1)).logits.argmax(dim=2)
    assert (said[:, 21:-1] == once[:, 2:]).float().mean() > 0.1


def test_a_fresh_model_finds_slots_by_their_names():
    """Of eight slots: a word mostly looks at the one that goes by it, a word that none goes by hardly looks at any, and the prompt of a phrase mostly means its slot."""
    space, close, before, kinds = 20, 3, [0, 40, 41], (*range(8), 50, 60, 70)
    first = len(before) + IMAGE_TOKENS - SLOTS
    slots = torch.zeros(1, SLOTS, OBJECT_FEATURES)
    for kind in range(8):
        slots[0, kind, kind], slots[0, kind, AREA_ROOT] = 0.9, 0.1 * kind
    present, absent, meant = [], [], []
    for seed in range(3):
        torch.manual_seed(seed)
        model = MiniModel(Shape(1600)).eval()
        model.set_names([[100 + kind] for kind in range(CLASSES)])
        with torch.no_grad():
            image = model.image_tokens(slots, torch.zeros(1, 1, IMAGE_FEATURES), torch.zeros(1, 16, GRID_FEATURES))
            table = model.language_model.get_input_embeddings().weight
            for kind in kinds:
                words = [50, 51, 52, 53, 100 + kind, space, close, space]
                embedded = torch.cat((table[before][None], image, table[words][None]), dim=1)
                seen = model.language_model.model(inputs_embeds=embedded, output_attentions=True)
                looks = seen.attentions[0][0, 2:4, len(before) + IMAGE_TOKENS + words.index(100 + kind), first : first + 8].mean(dim=0)
                choice = model.mask_decoder.choice(model.mask_decoder.prompts(seen.last_hidden_state[0, -1:]), model.object_keys(slots)[0])[0, :8]
                if kind < 8:
                    present.append(float(looks[kind]))
                    meant.append(int(choice.argmax()) == kind)
                else:
                    absent.append(float(looks.sum()))
    assert np.mean(present) > 0.6 and np.mean(absent) < 0.3 and np.mean(meant) > 0.75


def test_plurals_begin_near_their_singulars(data):
    _, words, _ = data
    pairs = words.plurals()
    assert all(words.tokenizer.id_to_token(several).removeprefix(words.tokenizer.id_to_token(one)) in ("s", "es") for one, several in pairs)
    model = MiniModel(Shape(1600))
    table = model.language_model.get_input_embeddings().weight.detach()
    apart = torch.nn.functional.cosine_similarity(*(table[[at]] - table.mean(dim=0) for at in (7, 8)))
    model.begin_plurals([(7, 8)])
    near = torch.nn.functional.cosine_similarity(*(table[[at]] - table.mean(dim=0) for at in (7, 8)))
    assert abs(float(apart)) < 0.4 and 0.6 < float(near) < 0.95


def test_the_bundles_graphs_do_what_pytorch_does(data, tmp_path):
    path, words, cache = data
    model = small(words)
    torch.nn.init.normal_(model.mask_decoder.sharpen[2].weight, std=0.05)
    model.eval()
    for name in ("LICENSE", "NOTICE", "MODEL_CARD.md"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    export(model, words, path.parent / "tokenizer.json", tmp_path)
    manifest = json.loads((tmp_path / "bundle.json").read_text(encoding="utf-8"))
    sessions = {key: onnxruntime.InferenceSession(str(tmp_path / graph["file"]), providers=["CPUExecutionProvider"]) for key, graph in manifest["graphs"].items()}
    with Image.open(batch_image(path)) as image:
        values = {"pixel_values": pixel_values(image), "original_sizes": original_sizes(image)}
    seen = run(sessions["vision_encoder"], values)
    stored = picture(cache, batch_image(path))
    with torch.no_grad():
        tokens = model.image_tokens(stored.slots[None], stored.whole[None], stored.grid[None])
    assert seen["image_features"].shape == (1, IMAGE_TOKENS, model.shape.hidden)
    # The cache keeps features in half precision and pixels in 255ths; the bundle keeps weights in half precision.
    assert np.abs(seen["image_features"] - tokens.numpy()).max() < 0.02
    prompt = [words.prefix, words.question("Can you segment the dog in this image?")]
    before, after = (run(sessions["embed_tokens"], {"input_ids": np.array([ids])})["inputs_embeds"] for ids in prompt)
    embedded = np.concatenate((before, seen["image_features"], after), axis=1)
    past = {f"past_key_values.{layer}.{kind}": np.zeros((1, 2, 0, 16), np.float32) for layer in range(2) for kind in ("key", "value")}
    looped = run(
        sessions["generate_loop"],
        {"inputs_embeds": embedded, **past, "max_new_tokens": np.array(12), "eos_token_ids": np.array([words.eos])},
    )
    with torch.no_grad():
        expected, states = Predictor(model, words)._greedy(torch.from_numpy(embedded))
    expected = expected[:12]
    assert looped["tokens"].tolist() == expected
    assert np.abs(looped["hidden_states"] - torch.stack(states[:12]).numpy()).max() < 0.02
    decoder = {name: seen[name] for name in ("object_keys", "object_masks", "pixel_features", "picture", "same_name")}
    drawn = run(sessions["mask_decoder"], {"seg_hidden_states": looped["hidden_states"][:3], **decoder})["pred_masks"]
    with torch.no_grad():
        wanted = Predictor(model, words)._masks(stored, torch.from_numpy(looped["hidden_states"][:3]))
    one, other = drawn[:, 0] > 0, wanted.numpy() > 0
    assert (one & other).sum() >= 0.99 * (one | other).sum()


def run(session, inputs):
    wanted = {entry.name for entry in session.get_inputs()}
    extra = {name: value for name, value in inputs.items() if name in wanted}
    return dict(zip([output.name for output in session.get_outputs()], session.run(None, extra), strict=True))
