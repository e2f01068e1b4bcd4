"""Sentence embeddings on this machine, without torch, through fastembed: a directory on disk, or a model fetched once by name."""

import json
import os
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from handlers.analysis.learning.encoder import shortened
from handlers.analysis.meaning.memory import Rows
from handlers.errors import Refused

BATCH = 64
FILES = ("model.onnx", "onnx/model.onnx", "model_quantized.onnx", "onnx/model_quantized.onnx")


class Local:
    """Texts to rows of length one. Loaded, and where it is a name fetched, at the first text: that takes its time."""

    outside = True

    def __init__(self, model: str) -> None:
        self.model = model
        self.name = f"local-{Path(model).name}"
        self._loading = Lock()

    def vectors(self, texts: list[str]) -> Rows:
        """One row a text, float32. Raises Refused when the model cannot be had."""
        with self._loading:
            model = self._loaded
        read = [shortened(text) for text in texts]
        order = sorted(range(len(read)), key=lambda place: len(read[place]))  # equal lengths together: little padding
        rows = list(model.embed([read[place] for place in order], batch_size=BATCH))
        found = np.zeros((len(read), len(rows[0]) if rows else 0), dtype=np.float32)
        found[order] = np.array(rows, dtype=np.float32).reshape(len(read), -1)
        return found

    @cached_property
    def _loaded(self) -> Any:
        try:
            from fastembed import TextEmbedding
        except ImportError:
            raise Refused("Local embeddings need fastembed: pip install 'earshot[local]'.") from None
        threads = min(2, os.cpu_count() or 1)
        if Path(self.model).is_dir():
            return TextEmbedding(_registered(Path(self.model)), specific_model_path=self.model, threads=threads)
        try:
            return TextEmbedding(self.model, cache_dir=str(kept_in()), threads=threads)
        except (ValueError, OSError) as problem:
            raise Refused(
                f"EARSHOT_EMBEDDING_MODEL “{self.model}” is neither a directory nor a model that can be had: {problem}"
            ) from problem


def kept_in() -> Path:
    """Where fetched models stay: fastembed's own place is emptied when a machine starts anew."""
    if chosen := os.environ.get("FASTEMBED_CACHE_PATH"):
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "earshot" / "models"


def _registered(folder: Path) -> str:
    """The name under which fastembed knows the model in a directory: mean over tokens, length one."""
    from fastembed import TextEmbedding
    from fastembed.common.model_description import ModelSource, PoolingType

    file = next((one for one in FILES if (folder / one).is_file()), None)
    try:
        dimension = int(json.loads((folder / "config.json").read_text(encoding="utf-8"))["hidden_size"])
    except (OSError, ValueError, KeyError):
        dimension = 0
    if file is None or not dimension:
        raise Refused(f"In {folder} there is no model as ONNX with its config.json and tokenizer.json.")
    name = f"earshot-local-{folder.resolve()}"
    if name not in {one["model"] for one in TextEmbedding.list_supported_models()}:
        TextEmbedding.add_custom_model(
            model=name,
            pooling=PoolingType.MEAN,
            normalization=True,
            sources=ModelSource(url="https://localhost/none"),
            dim=dimension,
            model_file=file,
        )
    return name
