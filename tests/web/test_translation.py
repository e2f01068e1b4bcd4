"""A customer's message in the reader's own language, where a model can translate."""

import json
from typing import Any

from starlette.testclient import TestClient

from handlers.errors import Unavailable
from prompts.ask.translate import TranslationAnswer
from storage.accounts.customers import Customer
from tests.web.conftest import Web

HX = {"hx-request": "true"}


class Translator:
    """A model that translates everything the same way, and remembers what it was asked."""

    def __init__(self, down: bool = False) -> None:
        self.asked: list[str] = []
        self.down = down

    def answer(self, shape: type[Any], system: str, user: str) -> Any:
        self.asked.append(user)
        if self.down:
            raise Unavailable("down")
        return TranslationAnswer(text="The export hangs.")


def test_a_message_is_shown_in_the_readers_language_without_personal_data_leaving(
    web: Web, ines: TestClient, acme: Customer
) -> None:
    ref = web.write("acme", "La exportación se cuelga siempre. Escríbame a ana@acme.example por favor.")
    assert "In my language" not in ines.get(f"/tickets/{ref}").text
    address = f"/tickets/{ref}/messages/1/translation"
    refused = ines.get(address, headers=HX)
    assert json.loads(refused.headers["hx-trigger"])["toast"]["text"].startswith("No model")
    web.earshot.outside.model = model = Translator()
    assert address in ines.get(f"/tickets/{ref}").text
    assert "The export hangs." in ines.get(address, headers=HX).text
    assert "ana@acme.example" not in model.asked[-1]
    assert ines.get(f"/tickets/{ref}/messages/99/translation", headers=HX).status_code == 404
    assert web.browser().get(address, headers=HX).status_code == 401


def test_a_model_that_is_away_is_said_so(web: Web, ines: TestClient, acme: Customer) -> None:
    ref = web.write("acme", "La exportación se cuelga siempre en la oficina.")
    web.earshot.outside.model = Translator(down=True)
    answer = ines.get(f"/tickets/{ref}/messages/1/translation", headers=HX)
    assert (answer.status_code, "does not answer" in answer.headers["hx-trigger"]) == (409, True)
