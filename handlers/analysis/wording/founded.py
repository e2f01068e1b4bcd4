"""Founded: what a text states that can be checked by its letters, numbers and addresses, was given to who wrote it."""

import re

ADDRESS = re.compile(r"https?://[^\s<>\"')\]]+|[\w.+-]+@[\w-]+\.[\w.]+")
FIGURE = re.compile(r"\d+(?:[.,:/-]\d+)*")


def unfounded(text: str, given: str) -> list[str]:
    """Addresses, and numbers of two digits or more, that are in `text` and not in `given`, in order."""
    known = set(FIGURE.findall(given)) | set(re.findall(r"\d+", given))
    addresses = [one.rstrip(".,;:!?") for one in ADDRESS.findall(text)]
    rest = ADDRESS.sub(" ", text)
    figures = [one for one in FIGURE.findall(rest) if len(one) > 1 and one not in known]
    return [one for one in addresses if one not in given] + figures
