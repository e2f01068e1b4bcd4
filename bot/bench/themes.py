"""How good and how fast themes are made: beside BERTopic on the same vectors, and from very many. Each in a process of its own."""

import multiprocessing
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from handlers.errors import Refused

HOW_TO = "BERTopic is not installed: pip install --no-deps 'bertopic>=0.17,<0.18' and pip install 'earshot[bench]'."

Tell = Callable[[str], None]


def themes(
    rows: Any,
    unrelated: Any,
    texts: Sequence[str],
    labels: Sequence[str],
    sizes: Sequence[int],
    *,
    beside: bool,
    tell: Tell,
) -> dict[str, Any]:
    """`beside`: {"earshot", "again" (fineness frozen), "bertopic", "faster"} on these vectors; `sizes`: ours on so many, made
    from these with a heavy-tailed mixture.
    """
    found: dict[str, Any] = {"n": len(texts)}
    with tempfile.TemporaryDirectory(prefix="earshot-bench-") as name:
        kept = Path(name) / "vectors.npz"
        _, numbers = np.unique(np.array(labels), return_inverse=True)
        np.savez(kept, rows=rows, unrelated=unrelated, labels=numbers, texts=np.array(texts))
        if beside:
            tell("Earshot on the vectors as they are")
            found["earshot"] = _apart(_ours, kept, 0, None)
            found["again"] = _apart(_ours, kept, 0, found["earshot"]["resolution"])
            tell("BERTopic on the same vectors")
            found["bertopic"] = _apart(_bertopic, kept)
            found["faster"] = round(found["bertopic"]["cpu_seconds"] / max(0.01, found["again"]["cpu_seconds"]), 1)
        found["many"] = []
        for size in sizes:
            tell(f"Earshot on {size:,} vectors")
            found["many"].append(_apart(_ours, kept, size, None))
    return found


def _apart(measure: Callable[..., dict[str, Any]], *args: Any) -> dict[str, Any]:
    """In a process of its own, so that its memory is its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as alone:
        return alone.submit(measure, *args).result()


def _ours(kept: Path, size: int, resolution: float | None) -> dict[str, Any]:
    from handlers.analysis.theming.discover import discover
    from handlers.analysis.theming.mixture import mixture

    with np.load(kept) as read:
        rows, truth, unrelated = read["rows"], read["labels"], read["unrelated"]
    if size:
        rows, truth = mixture(rows, truth, size)
    seconds, found = _timed(lambda: discover(rows, unrelated, resolution))
    return {**_judged(truth, found.labels), **seconds, "resolution": found.resolution}


def _bertopic(kept: Path) -> dict[str, Any]:
    try:
        from bertopic import BERTopic
        from bertopic.backend import BaseEmbedder
    except ImportError:
        raise Refused(HOW_TO) from None
    with np.load(kept) as read:
        rows, truth, texts = read["rows"], read["labels"], read["texts"].tolist()
    seconds, found = _timed(lambda: BERTopic(embedding_model=BaseEmbedder()).fit_transform(texts, embeddings=rows)[0])
    labels = np.array(found)
    return {**_judged(truth, labels), "unassigned": round(float(np.mean(labels < 0)), 3), **seconds}


def _timed(what: Callable[[], Any]) -> tuple[dict[str, float], Any]:
    """Seconds on the wall and of the processor, and the most memory (MB) this process has had."""
    import resource
    import sys
    import time

    wall, processor = time.perf_counter(), time.process_time()
    found = what()
    seconds, cpu = time.perf_counter() - wall, time.process_time() - processor
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return {"seconds": round(seconds, 2), "cpu_seconds": round(cpu, 2), "peak_mb": round(most)}, found


def _judged(truth: Any, found: Any) -> dict[str, Any]:
    from handlers.analysis.theming import scores

    given, labels = truth.tolist(), found.tolist()
    scored = {
        "n": len(labels),
        "themes": len(set(labels)),
        "nmi": scores.nmi(given, labels),
        "ari": scores.ari(given, labels),
    }
    return {name: round(value, 3) for name, value in (scored | {"b3_f1": scores.b_cubed(given, labels)}).items()}
