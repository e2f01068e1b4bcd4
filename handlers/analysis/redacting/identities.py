"""Numbers a state gives to a person: identity cards, tax and social security. Checked by python-stdnum where they carry a check digit."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module

from handlers.analysis.redacting.addresses import Found

# Written in a way of their own, with check letters or digits: these stand for themselves.
_OWN_SHAPE = {
    "it.codicefiscale": r"[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]",
    "mx.curp": r"[A-Z]{4}\d{6}[HMX][A-Z]{5}[0-9A-Z]\d",
    "mx.rfc": r"[A-ZÑ&]{4}\d{6}[A-Z0-9]{3}",
    "br.cpf": r"\d{3}\.\d{3}\.\d{3}-\d{2}",
    "cl.rut": r"\d{1,2}\.\d{3}\.\d{3}-[\dKk]",
    "fr.nir": r"[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}",
    "kr.rrn": r"\d{6}-[1-8]\d{6}",
    "cn.ric": r"[1-9]\d{5}(?:19|20)\d{9}[\dXx]",
    "fi.hetu": r"\d{6}[-+A-FYXWVU]\d{3}[0-9A-Z]",
    "ch.ssn": r"756\.\d{4}\.\d{4}\.\d{2}",
    "in_.pan": r"[A-Z]{3}P[A-Z]\d{4}[A-Z]",
    "be.nn": r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}",
    "es.dni": r"\d{8}[ -]?[A-Za-z]",
    "es.nie": r"[XYZxyz][ -]?\d{7}[ -]?[A-Za-z]",
}
# Bare digits, which chance passes one time in ten: only beside a word that says what they are.
_NAMED = {
    "pl.pesel": (r"\d{11}", r"pesel"),
    "de.idnr": (r"\d{2} ?\d{3} ?\d{3} ?\d{3}", r"steuer\W?(?:id|identifikationsnummer|nummer)|idnr|tax id"),
    "nl.bsn": (r"\d{4}\.?\d{2}\.?\d{3}", r"bsn|burgerservicenummer|sofinummer"),
    "se.personnummer": (r"(?:19|20)?\d{6}[-+]?\d{4}", r"personnummer|personal (?:identity )?n\w+"),
    "dk.cpr": (r"\d{6}-?\d{4}", r"cpr"),
    "no.fodselsnummer": (r"\d{6} ?\d{5}", r"f[øo]dselsnummer|personnummer"),
    "in_.aadhaar": (r"\d{4} ?\d{4} ?\d{4}", r"aadh?aar|uidai"),
    "pt.nif": (r"\d{3} ?\d{3} ?\d{3}", r"nif|contribuinte"),
    "br.cpf": (r"\d{11}", r"cpf"),
    "ca.sin": (r"\d{3}[- ]?\d{3}[- ]?\d{3}", r"sin|social insurance|nas"),
    "au.tfn": (r"\d{3} ?\d{3} ?\d{3}", r"tfn|tax file"),
    "gb.nhs": (r"\d{3}[- ]?\d{3}[- ]?\d{4}", r"nhs"),
    "jp.in_": (r"\d{4}[- ]?\d{4}[- ]?\d{4}", r"マイナンバー|個人番号|my ?number"),
    "kr.rrn": (r"\d{13}", r"주민등록번호|rrn"),
    "us.ssn": (r"\d{9}", r"ssn|social security"),
}
_DIGIT = re.compile(r"\d")
# Without a check digit: the shape alone (US and British), or the word before it and a plain number.
_UNCHECKED = re.compile(
    r"(?<![\w-])(?!000|666)\d{3}-\d{2}-\d{4}(?![\w-])"
    r"|(?<!\w)(?![DFIQUV]|BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?!\w)",
    re.ASCII,
)
_PASSPORT = re.compile(
    r"(?:passport|pasaporte|passeport|reisepass|パスポート|旅券|my ?number|マイナンバー|個人番号|driver'?s licen[cs]e)"
    r"[^\n\d]{0,24}?((?=[A-Z\d -]{0,14}\d{4})[A-Z]{0,2}\d[\d -]{5,12}\d)(?!\w)",
    re.IGNORECASE | re.ASCII,
)


def identity_numbers(text: str) -> Iterator[Found]:
    """Identity numbers of some twenty countries; digits that could be anything only where they are called so."""
    if not _DIGIT.search(text):
        return
    for module, pattern in _shapes():
        for match in pattern.finditer(text):
            if _valid(module)(match[0]):
                yield match.start(), match.end(), "id"
    for module, pattern in _named():
        for match in pattern.finditer(text):
            if _valid(module)(match[1]):
                yield match.start(1), match.end(1), "id"
    for match in _UNCHECKED.finditer(text):
        yield match.start(), match.end(), "id"
    for match in _PASSPORT.finditer(text):
        yield match.start(1), match.end(1), "id"


@cache
def _shapes() -> list[tuple[str, re.Pattern[str]]]:
    return [
        (module, re.compile(rf"(?<![\w.-]){shape}(?![\w-]|\.\d)", re.ASCII)) for module, shape in _OWN_SHAPE.items()
    ]


@cache
def _named() -> list[tuple[str, re.Pattern[str]]]:
    return [
        (module, re.compile(rf"(?<![A-Za-z])(?:{words})[^\n\d]{{0,24}}({shape})(?![\w-]|[.,]\d)", re.IGNORECASE))
        for module, (shape, words) in _NAMED.items()
    ]


@cache
def _valid(module: str) -> Callable[[str], bool]:
    """The check of one kind of number, loaded when something first looks like it."""
    check: Callable[[str], bool] = import_module(f"stdnum.{module}").is_valid
    return check
