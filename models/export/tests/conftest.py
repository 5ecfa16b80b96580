"""What several tests share: the photograph, and one small checkpoint that has learnt to speak."""

from pathlib import Path

import pytest
import torch

REPOSITORY = Path(__file__).resolve().parents[3]
BUNDLES = REPOSITORY / "test" / "fixtures" / "bundles"


def pytest_configure():
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def photo_file():
    return BUNDLES / "riders.png"


@pytest.fixture(scope="session")
def photo(photo_file):
    from uscdf_export.bundle import open_photo

    return open_photo(photo_file)


@pytest.fixture(scope="session")
def mglmm(tmp_path_factory, photo):
    """Paths of a small MGLMM checkpoint (two safetensors shards, official keys) and of its CLIP."""
    from uscdf_export.testing.make_bundles import trained_checkpoint

    return trained_checkpoint(tmp_path_factory.mktemp("mglmm"), "mglmm", photo, steps=250)
