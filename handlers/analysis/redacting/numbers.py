"""Numbers that belong to a person: bank accounts, cards, phones. Identity numbers are in `identities`."""

import re
from collections.abc import Iterator
from functools import cache

from handlers.analysis.redacting.addresses import Found

_IBAN_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[ -]?\d{2}(?=[ -]?[A-Za-z0-9]{2})")
_IBAN_COUNTRIES = {
    15: "NO", 16: "BE", 18: "DK FI FO GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU XK MN", 21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG", 25: "LY PT ST",
    26: "IS TR", 27: "BI DJ FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HU LB NI PL SV", 29: "BR EG PS QA UA",
    30: "JO KW MU YE", 31: "MT SC", 32: "LC", 33: "RU",
}  # fmt: skip
_IBAN_LENGTH = {country: length for length, countries in _IBAN_COUNTRIES.items() for country in countries.split()}
_IBAN_ANY = re.compile(r"[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,4})?(?![A-Za-z0-9])")
_IBAN_NAMED = re.compile(r"(?:iban|bank account|cuenta|konto\w*|口座)[^\n]{0,16}$", re.IGNORECASE)
_DIGITS = re.compile(r"(?<![\w.,+-])\d(?:[ -]?\d){11,18}(?!\w|[.,-]\d)", re.ASCII)
_CARD = re.compile(
    r"(?:4(?:.{12}|.{15}|.{18})|(?:5|6).{11,18}|0604.{8}$|(?:2[2-7]\d\d|2131|1800|3[456789]|30[0-59]).{10,15})$"
)
_PHONE = re.compile(
    r"(?<![\w./:#$€£¥_+=-])(?:\+|00)?(?:\(\+?\d{1,5}\)|\d)(?:[ ./\u2010-\u2015-]{0,2}(?:\(\d{1,5}\)|\d)){5,17}"
    r"(?:\s?(?:x|ext\.?|#)\s?\d{1,6})?(?![\w%€$£¥]|[.,:]\d| ?(?:[%€$]|EUR|USD|MXN|[KMG]B|ms|rows|users|円|件|行|名)\b)",
    re.ASCII,
)
_PHONE_CONTEXT = re.compile(
    r"(?:phone|tel(?:[ée]fono)?|mobile|cell|call|ring|whats ?app|sms|fax|reach|n[úu]mero|m[óo]vil|llam|celular"
    r"|電話|携帯|番号|連絡先|☎|📞)[^\n\d+(]{0,28}$",
    re.IGNORECASE,
)
_PHONE_AFTER = re.compile(
    r"^\W{0,3}(?:\(?(?:mobile|cell|office|fax|home|work|desk|direct|m[óo]vil|oficina|携帯|代表|直通))", re.I
)
_STREET_AFTER = re.compile(r"^,? (?:[A-ZÀ-Þ][\w'’-]+|de|del|rue|calle)\b")
_NOT_A_PHONE = re.compile(
    r"(?:(?:order|invoice|ticket|case|ref(?:erence)?|id|n[°º]|no|#|factura|pedido|version|build|row|line|p[áa]gina|"
    r"port|code|error|請求書|注文|型番|コード)[\s.:#番号]{0,6}|ES-)$",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:19|20)\d\d[-./ ]\d{1,2}[-./ ]\d{1,2}|\d{1,2}[-./ ]\d{1,2}[-./ ](?:(?:19|20)\d\d|\d\d$)"
    r"|(?:19|20)\d\d ?[-–/] ?(?:19|20)\d\d$"
)


def ibans(text: str) -> Iterator[Found]:
    """International bank account numbers (ISO 13616): as long as their country's, or any whose checksum is right.

    One with a slip in it is taken where it is called an IBAN: it is somebody's, or nearly.
    """
    for match in _IBAN_START.finditer(text):
        usual = _IBAN_LENGTH.get(match[0][:2].upper())
        named = _IBAN_NAMED.search(text[max(0, match.start() - 24) : match.start()]) is not None
        end = _end_of(text, match.start(), usual) if usual else None
        if end is None or not (named or _checksum_97(_bare(text[match.start() : end]))):
            other = _IBAN_ANY.match(text, match.start())
            if other is None or not (named or _checksum_97(_bare(other[0]))):
                continue
            end = other.end()
        yield match.start(), end, "iban"


def _end_of(text: str, start: int, length: int) -> int | None:
    """Where `length` letters and digits end, single blanks and hyphens between them not counted."""
    match = _written_out(length).match(text, start)
    return match.end() if match else None


@cache
def _written_out(length: int) -> re.Pattern[str]:
    return re.compile(rf"[A-Za-z0-9](?:[ -]?[A-Za-z0-9]){{{length - 1}}}+(?![A-Za-z0-9])")


def _bare(written: str) -> str:
    return re.sub(r"[ -]", "", written)


def _checksum_97(iban: str) -> bool:
    return int("".join(str(int(character, 36)) for character in iban[4:] + iban[:4])) % 97 == 1


def cards(text: str) -> Iterator[Found]:
    """Payment cards: a known issuer's first digits, 12 to 19 long, right by Luhn's sum."""
    for match in _DIGITS.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if _CARD.match(digits) and luhn(digits):
            yield match.start(), match.end(), "card"


def luhn(digits: str) -> bool:
    """True where the last digit fits the others (ISO 7812)."""
    doubled = (int(digit) * 2 if place % 2 else int(digit) for place, digit in enumerate(reversed(digits)))
    return len(set(digits)) > 1 and sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def phones(text: str) -> Iterator[Found]:
    """Phone numbers as people write them. A bare run of digits only where the words before say it is one."""
    for match in _PHONE.finditer(text):
        before = text[max(0, match.start() - 40) : match.start()]
        after = text[match.end() : match.end() + 24]
        if _is_phone(match[0], before, after):
            yield match.start(), match.end(), "phone"


def _is_phone(written: str, before: str, after: str) -> bool:
    number = re.split(r"(?:x|ext|#)", written)[0].strip()
    digits = re.sub(r"\D", "", number)
    if not 7 <= len(digits) <= 15 or len(set(digits)) == 1:
        return False
    if number.startswith(("+", "(+", "00")):
        return len(digits) >= 8
    if _DATE.match(number) or re.fullmatch(r"\d+\.\d+", number):
        return False
    if _PHONE_CONTEXT.search(before) or _PHONE_AFTER.match(after):
        return True
    if _NOT_A_PHONE.search(before):
        return False
    groups = re.findall(r"\d+", number)
    if len(groups) == 2 and number[0] not in "0(":
        return (
            len(groups[1]) == 4 and 3 <= len(groups[0]) <= 4 and not _STREET_AFTER.match(after) and digits[:2] != "20"
        )
    if len(groups) == 1:
        return len(digits) in (10, 11) and digits.startswith("0") and not digits.startswith("000")
    longest = 8 if digits.startswith("0") else 5
    round_thousands = len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:]) and groups[-1] == "000"
    return not round_thousands and len(digits) <= 13 and all(2 <= len(group) <= longest for group in groups[1:])
