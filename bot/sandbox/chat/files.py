"""Files: put up in three steps as Slack has it: ask for a place, send the bytes there, say that it is complete."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.sandbox.chat.call import Answer, Call, SlackError

MOST_BYTES = 5_000_000


def upload_place(call: Call) -> Answer:
    """files.getUploadURLExternal."""
    call.required("filename")
    size = call.number("length", 0, MOST_BYTES)
    file_id = f"F{len(call.workspace.uploads) + 1:010d}"
    call.workspace.uploads[file_id] = {"expected": size, "bytes": b"", "complete": False}
    return {"upload_url": f"{call.address}upload/v1/{file_id}", "file_id": file_id}


def complete_upload(call: Call) -> Answer:
    """files.completeUploadExternal."""
    files = call.structure("files", "invalid_arguments")
    if not isinstance(files, list) or not files:
        raise SlackError("invalid_arguments")
    for one in files:
        known = call.workspace.uploads.get(str(one.get("id")))
        if known is None or len(known["bytes"]) != known["expected"]:
            raise SlackError("file_not_found")
        known["complete"] = True
    return {"files": [{"id": one["id"], "title": one.get("title", "")} for one in files]}


async def upload(request: Request) -> Response:
    """Where the bytes go."""
    known = request.app.state.workspace.uploads.get(request.path_params["file_id"])
    if known is None:
        return PlainTextResponse("not found", 404)
    known["bytes"] = await request.body()
    return PlainTextResponse(f"OK - {len(known['bytes'])}")


ROUTES = [Route("/upload/v1/{file_id}", upload, methods=["POST"])]
