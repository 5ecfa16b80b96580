"""Reads a checkpoint in Hugging Face's layout, one tensor at a time.

A 7B checkpoint does not fit into the memory of many machines, so nothing here holds more than the tensor that was asked for:
safetensors shards are mapped, `.bin` shards too (with `weights_only=True`: a pickle that wants to run code is refused).
"""

import json
from pathlib import Path

import torch

from .errors import ExportError

_LAYOUTS = (
    ("model.safetensors.index.json", "model.safetensors"),
    ("pytorch_model.bin.index.json", "pytorch_model.bin"),
)


class Checkpoint:
    """A folder with `config.json` and weights. `config` is the former; tensors come by name."""

    def __init__(self, folder):
        """Raises ExportError where the folder is no checkpoint."""
        self.folder = Path(folder)
        self.config = read_json(self.folder / "config.json", "a checkpoint's settings")
        self._files = self._locate()
        self._open = {}

    def __contains__(self, name):
        return name in self._files

    def names(self, prefix=""):
        """The names of all weights that begin with `prefix`."""
        return [name for name in self._files if name.startswith(prefix)]

    def shape(self, name):
        """The shape of a weight, without reading it where the file allows that."""
        shard = self._shard(self._files[name])
        return tuple(shard[name].shape) if isinstance(shard, dict) else tuple(shard.get_slice(name).get_shape())

    def tensor(self, name):
        """A weight as a torch tensor in the type in which it is stored."""
        if name not in self._files:
            raise ExportError(f"The checkpoint {self.folder} has no weight {name}.")
        shard = self._shard(self._files[name])
        return shard[name] if isinstance(shard, dict) else shard.get_tensor(name)

    def array(self, name):
        """A weight as a float32 numpy array."""
        return self.tensor(name).to(torch.float32).numpy()

    def expect(self, wanted):
        """Checks names and shapes (`{name: shape}`); raises one ExportError that names what is missing or of another shape."""
        missing = [name for name in wanted if name not in self._files]
        wrong = [
            f"{name} is {_times(self.shape(name))} where {_times(size)} was expected"
            for name, size in wanted.items()
            if name in self._files and size is not None and self.shape(name) != tuple(size)
        ]
        if missing or wrong:
            parts = ([f"lacks {_some(missing)}"] if missing else []) + ([f"has other sizes: {_some(wrong)}"] if wrong else [])
            raise ExportError(
                f"The checkpoint {self.folder} {' and '.join(parts)}. Check that it is a merged checkpoint (LoRA folded in) of the "
                "family that --family names."
            )

    def _locate(self):
        for index, single in _LAYOUTS:
            if (self.folder / index).is_file():
                table = read_json(self.folder / index, "the list of shards").get("weight_map", {})
                absent = sorted({file for file in table.values() if not (self.folder / file).is_file()})
                if absent:
                    raise ExportError(f"{index} names shards that are not in {self.folder}: {_some(absent)}. Finish the download or the copy first.")
                return table
            if (self.folder / single).is_file():
                shard = self._load(single)
                self._open = {}
                return {name: single for name in (shard if isinstance(shard, dict) else shard.keys())}
        raise ExportError(
            f"{self.folder} holds no weights: neither model.safetensors nor pytorch_model.bin, nor the index of their shards. "
            "--checkpoint wants the folder of a merged checkpoint."
        )

    def _shard(self, file):
        if file not in self._open:
            self._open = {file: self._load(file)}
        return self._open[file]

    def _load(self, file):
        path = self.folder / file
        try:
            if file.endswith(".safetensors"):
                from safetensors import safe_open

                return safe_open(path, framework="pt")
            return torch.load(path, map_location="cpu", weights_only=True, mmap=True)
        except Exception as error:
            raise ExportError(f"{path} could not be read: {error}. It may be incomplete: compare its size with the original's.") from error


def read_json(path, what):
    """The JSON object in a file; raises ExportError where there is none."""
    try:
        value = json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ExportError(f"{path} is missing; it holds {what}.") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ExportError(f"{path} could not be read as JSON ({error}); it holds {what}.") from error
    if not isinstance(value, dict):
        raise ExportError(f"{path} is not a JSON object; it holds {what}.")
    return value


def _times(shape):
    return " × ".join(str(side) for side in shape) or "a scalar"


def _some(names, most=8):
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
