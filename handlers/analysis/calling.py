"""Who is called by name in a note: `@Marc`, `@Marc Oliveras`, `@marc` of marc@…; pure."""

import re
from collections.abc import Mapping

_CALL = re.compile(r"(?<![\w.])@(\w[\w.'’-]*(?: \w[\w.'’-]*){0,3})")


def called(text: str, people: Mapping[int, tuple[str, str]]) -> list[int]:
    """Ids of those who are called, in order, each once. `people`: id → (name, address).

    A whole name before a first name; a first name that two have calls neither, unless it is written out.
    """
    found: list[int] = []
    for match in _CALL.finditer(text):
        words = match[1].casefold().rstrip(".'’-").split(" ")
        for length in range(len(words), 0, -1):
            said = " ".join(words[:length]).rstrip(".,")
            if fitting := [one for one, (name, email) in people.items() if _is_called(said, name, email)]:
                if len(fitting) == 1 and fitting[0] not in found:
                    found.append(fitting[0])
                break
    return found


def _is_called(said: str, name: str, email: str) -> bool:
    whole = " ".join(name.casefold().split())
    return said in (whole, whole.partition(" ")[0], email.casefold().partition("@")[0])
