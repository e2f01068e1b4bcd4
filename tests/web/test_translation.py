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


def test_a_draft_is_shown_in_the_language_of_who_is_to_send_it(web: Web, ines: TestClient, acme: Customer) -> None:
    ref = web.write("acme", "La exportación se cuelga siempre en la oficina.")
    address = f"/tickets/{ref}/translation"
    assert ines.post(address, data={"text": "Hola"}, headers=HX).status_code == 409
    web.earshot.outside.model = model = Translator()
    page = ines.get(f"/tickets/{ref}").text
    assert page.count(f'hx-post="{address}"') == 2
    assert address not in ines.get(f"/tickets/{ref}", headers={"accept-language": "es"}).text
    shown = ines.post(address, data={"text": "Hola Ana, escríbame a ana@acme.example."}, headers=HX)
    assert ("The export hangs." in shown.text, "ana@acme.example" in model.asked[-1]) == (True, False)
    assert ines.post(address, data={"text": " "}, headers=HX).status_code == 409
