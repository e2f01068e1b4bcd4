"""A stand-in for the hub that models are fetched from: directories, under the names of repositories.

`app({"owner/name": folder})` is the ASGI app; HF_ENDPOINT leads fastembed to it. It speaks what huggingface_hub 1 asks when it fetches a
snapshot: the model's revision, its files, and each file with its size, its tag, and parts of it.
"""

from collections.abc import Mapping
from hashlib import sha1
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route


def app(models: Mapping[str, Path]) -> Starlette:
    """The stand-in; `app.state.fetched` lists the files that were handed out, in order."""
    routes = [
        Route("/api/models/{owner}/{name}", told),
        Route("/api/models/{owner}/{name}/revision/{revision}", told),
        Route("/api/models/{owner}/{name}/tree/{revision}", listed),
        Route("/{owner}/{name}/resolve/{revision}/{path:path}", handed, methods=["GET", "HEAD"]),
    ]
    found = Starlette(routes=routes)
    found.state.models = dict(models)
    found.state.fetched = []
    return found


async def told(request: Request) -> Response:
    """GET /api/models/…: which revision there is, and its files."""
    folder = _folder(request)
    if folder is None:
        return _missing()
    files = [{"rfilename": path} for path in _files(folder)]
    return JSONResponse({"id": _repository(request), "sha": _revision(folder), "siblings": files, "tags": []})


async def listed(request: Request) -> Response:
    """GET /api/models/…/tree/…: each file with its size."""
    folder = _folder(request)
    if folder is None:
        return _missing()
    return JSONResponse(
        [
            {"type": "file", "path": path, "oid": _tag(folder / path), "size": (folder / path).stat().st_size}
            for path in _files(folder)
        ]
    )


async def handed(request: Request) -> Response:
    """GET or HEAD of a file, whole or a part of it."""
    folder, path = _folder(request), request.path_params["path"]
    if folder is None or path not in _files(folder):
        return _missing("EntryNotFound")
    if request.method == "GET":
        request.app.state.fetched.append(path)
    tag = {"ETag": f'"{_tag(folder / path)}"', "X-Repo-Commit": _revision(folder)}
    return FileResponse(folder / path, headers=tag)


def _repository(request: Request) -> str:
    return f"{request.path_params['owner']}/{request.path_params['name']}"


def _folder(request: Request) -> Path | None:
    models: dict[str, Path] = request.app.state.models
    return models.get(_repository(request))


def _files(folder: Path) -> list[str]:
    return sorted(one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file())


def _tag(file: Path) -> str:
    return sha1(f"{file.name} {file.stat().st_size}".encode(), usedforsecurity=False).hexdigest()


def _revision(folder: Path) -> str:
    return sha1(" ".join(_files(folder)).encode(), usedforsecurity=False).hexdigest()


def _missing(code: str = "RepoNotFound") -> Response:
    return JSONResponse({"error": "Not found"}, 404, headers={"X-Error-Code": code})
