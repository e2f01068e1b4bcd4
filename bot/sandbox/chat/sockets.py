"""Socket Mode: envelopes go to a connected client over a WebSocket, and its acknowledgement is waited for.

uvicorn needs a further library for WebSockets; aiohttp, which the Slack client brings, serves them on a second port.
"""

import asyncio
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from bot.sandbox.chat.call import Answer, Call, SlackError
from bot.sandbox.chat.workspace import APP_ID, Workspace

CONNECTIONS, ACK_SECONDS = 10, 3.0


@dataclass
class Sockets:
    """The open connections of the app, and the envelopes that wait for their acknowledgement."""

    workspace: Workspace
    address: str = ""
    tickets: set[str] = field(default_factory=set)
    clients: list[web.WebSocketResponse] = field(default_factory=list)
    waiting: dict[str, "asyncio.Future[Any]"] = field(default_factory=dict)
    _runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen on a port of its own."""
        app = web.Application()
        app.router.add_get("/link/", self._connected)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.address = f"ws://{host}:{port}/link/"

    async def stop(self) -> None:
        """Close every connection and the port."""
        for client in list(self.clients):
            await client.close()
        if self._runner:
            await self._runner.cleanup()

    def ticket(self) -> str:
        """An address at which one client may connect once."""
        ticket = secrets.token_hex(16)
        self.tickets.add(ticket)
        return f"{self.address}?ticket={ticket}&app_id={APP_ID}"

    async def push(self, kind: str, payload: dict[str, Any], attempts: int = 3, seconds: float = ACK_SECONDS) -> Answer:
        """Send one envelope until it is acknowledged, `attempts` times at most, waiting `seconds` for each."""
        envelope = secrets.token_hex(16)
        body = {
            "envelope_id": envelope,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        began = time.time()
        response, acked, attempt = None, False, 0
        while attempt < attempts and not acked:
            retry = {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
            acked, response = await self._sent(envelope, {**body, **retry} if kind == "events_api" else body, seconds)
            attempt += 1
        took = time.time() - began
        self.workspace.db.execute(
            "INSERT INTO envelopes (id, at, acked, attempts, body, response) VALUES (?, ?, ?, ?, ?, ?)",
            (envelope, began, began + took if acked else None, attempt, json.dumps(body), json.dumps(response)),
        )
        return {"envelope_id": envelope, "acked": acked, "attempts": attempt, "seconds": took, "response": response}

    async def disconnect(self, reason: str) -> int:
        """Tell every client to reconnect, as Slack does every few hours: "warning" or "refresh_requested"."""
        clients = list(self.clients)
        for client in clients:
            await client.send_str(
                json.dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}})
            )
        return len(clients)

    async def _sent(self, envelope: str, body: dict[str, Any], seconds: float) -> tuple[bool, Any]:
        open_ones = [client for client in self.clients if not client.closed]
        if not open_ones:
            await asyncio.sleep(min(seconds, 0.1))
            return False, None
        waiting = self.waiting[envelope] = asyncio.get_running_loop().create_future()
        try:
            await secrets.choice(open_ones).send_str(json.dumps(body))
            return True, await asyncio.wait_for(waiting, seconds)
        except (TimeoutError, ConnectionError):
            return False, None
        finally:
            self.waiting.pop(envelope, None)

    async def _connected(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self.tickets:
            return web.Response(status=401, text="invalid ticket")
        self.tickets.discard(ticket)
        client = web.WebSocketResponse(timeout=0.5)
        await client.prepare(request)
        if len(self.clients) >= CONNECTIONS:
            await client.send_str(json.dumps({"type": "disconnect", "reason": "too_many_websockets", "debug_info": {}}))
            await client.close()
            return client
        self.clients.append(client)
        hello = {"type": "hello", "num_connections": len(self.clients), "connection_info": {"app_id": APP_ID}}
        debug = {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060}
        await client.send_str(json.dumps({**hello, "debug_info": debug}))
        try:
            async for message in client:
                if message.type is WSMsgType.TEXT:
                    self._acknowledged(message.data)
        finally:
            self.clients.remove(client)
        return client

    def _acknowledged(self, text: str) -> None:
        try:
            answer = json.loads(text)
        except ValueError:
            return
        waiting = self.waiting.get(answer.get("envelope_id", "")) if isinstance(answer, dict) else None
        if waiting and not waiting.done():
            waiting.set_result(answer.get("payload"))


def open_connection(call: Call) -> Answer:
    """apps.connections.open."""
    if call.sockets is None or not call.sockets.address:
        raise SlackError("internal_error")
    return {"url": call.sockets.ticket()}
