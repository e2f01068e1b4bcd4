"""A model that is asked for by name is fetched once, with a progress bar, from a stand-in for the hub."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.embedding import LOCAL_MODEL
from bot.embedding.local import Local, kept_in
from bot.sandbox.model import hub
from bot.sandbox.serve import running
from handlers.errors import Refused

MODEL = Path(__file__).parents[3] / "shared" / "models" / "all-MiniLM-L6-v2-int8"
REPOSITORY = "Qdrant/paraphrase-multilingual-MiniLM-L12-v2-onnx-Q"
SAID = "text,label\n" + "".join(f"the export {word} again,1\n" for word in ("hangs", "stops", "fails", "waits"))


def asked(tmp_path: Path, hub_at: str, *options: str) -> subprocess.CompletedProcess[str]:
    """`earshot eval themes` on a few messages, with that hub and a cache of its own."""
    (tmp_path / "said.csv").write_text(SAID)
    away = {"HF_ENDPOINT": hub_at, "XDG_CACHE_HOME": str(tmp_path / "cache"), "HF_HOME": str(tmp_path / "hub")}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "FASTEMBED_", "EARSHOT_"))}
    command = [sys.executable, "-m", "bot.cli", "eval", "themes", str(tmp_path / "said.csv"), *options, "--json"]
    return subprocess.run(command, env=kept | away, cwd=tmp_path, capture_output=True, text=True, timeout=120)


@pytest.mark.timeout(240)
@pytest.mark.skipif(not MODEL.is_dir(), reason="shared data and models are not here")
def test_a_model_asked_for_by_name_is_fetched_once_and_one_sees_how_far_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    for file in MODEL.iterdir():
        (folder / file.name.replace("model.onnx", "model_optimized.onnx")).symlink_to(file)
    site = hub.app({REPOSITORY: folder})
    with running(site) as at:
        unasked = asked(tmp_path, at)
        assert unasked.returncode == 0, unasked.stderr
        assert site.state.fetched == []
        first = asked(tmp_path, at, "--embedder", "local")
        assert first.returncode == 0, first.stderr
        assert "100%" in first.stderr
        assert "Fetching" in first.stderr
        assert sorted(site.state.fetched) == sorted(set(site.state.fetched))
        assert "model_optimized.onnx" in site.state.fetched
        fetched = len(site.state.fetched)
        again = asked(tmp_path, at, "--embedder", "local")
        assert (again.returncode, len(site.state.fetched)) == (0, fetched)
    without = asked(tmp_path, "http://127.0.0.1:9", "--embedder", "local")
    assert without.returncode == 0, without.stderr


def test_what_was_fetched_stays_where_other_programs_keep_such_things(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FASTEMBED_CACHE_PATH", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert kept_in() == Path("/somewhere/earshot/models")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert kept_in() == Path.home() / ".cache" / "earshot" / "models"
    monkeypatch.setenv("FASTEMBED_CACHE_PATH", "/elsewhere")
    assert kept_in() == Path("/elsewhere")


def test_where_nothing_can_be_kept_it_is_said_and_nothing_falls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("FASTEMBED_CACHE_PATH", str(tmp_path / "file" / "models"))
    with pytest.raises(Refused, match="neither a directory nor a model that can be had"):
        Local(LOCAL_MODEL).vectors(["the export hangs"])
