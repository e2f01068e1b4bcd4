"""How well personal data is taken out, measured on texts in which somebody marked it. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.analysis.redaction import Span, find

Report = dict[str, Any]

# What data sets call it, in capitals and without separators, and what we call it.
_CALLED = {
    "email": "EMAIL EMAILADDRESS MAIL",
    "phone": "PHONE PHONENUMBER TELEPHONE TELEPHONENUMBER TEL MOBILE FAX",
    "card": "CARD CREDITCARD CREDITCARDNUMBER PAYMENTCARD PAN",
    "iban": "IBAN IBANCODE BANKACCOUNT",
    "ip": "IP IPADDRESS IPV4 IPV6 IPV4ADDRESS IPV6ADDRESS",
    "id": "ID NATIONALID IDNUMBER USSSN SSN DNI NIE NIF ESNIF MYNUMBER TAXID PASSPORT USPASSPORT DRIVERLICENSE USDRIVERLICENSE",
    "secret": "SECRET KEY APIKEY TOKEN PASSWORD PRIVATEKEY ACCESSKEY SECRETKEY ACCESSTOKEN CREDENTIAL CREDENTIALS JWT "
    "AWSKEY AWSACCESSKEY GITHUBTOKEN SLACKTOKEN",
}
_KIND = {name: kind for kind, names in _CALLED.items() for name in names.split()}


@dataclass(frozen=True)
class Marked:
    """A text and the personal data in it as a person sees it: places and our kinds; `others`: marked, but not ours to find."""

    text: str
    spans: tuple[Span, ...]


def kind_of(label: str) -> str | None:
    """Our name for a data set's label such as `EMAIL_ADDRESS`; None for what redaction does not promise (street, date …)."""
    return _KIND.get("".join(filter(str.isalnum, label)).upper())


def judge(texts: Iterable[Marked]) -> Report:
    """`n` texts, `recall` and `precision` of all, and the same for each kind under `types` with `marked` and `taken`.

    Marked data is found when no letter or digit of it is left to read. What was taken out is right when it touches data
    marked as the same kind. Kinds nobody marked in the whole file say nothing and are left out, except of `taken_besides`.
    """
    told = [(one, find(one.text)) for one in texts]
    marked: Counter[str] = Counter(span.kind for one, _ in told for span in one.spans)
    found: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for one, spans in told:
        found.update(span.kind for span in one.spans if _gone(one.text, span, spans))
        taken.update(span.kind for span in spans)
        right.update(span.kind for span in spans if any(_same(span, real) for real in one.spans))
    kinds = sorted(marked)
    return {
        "n": len(told),
        "recall": _ratio(found.total(), marked.total()),
        "precision": _ratio(sum(right[kind] for kind in kinds), sum(taken[kind] for kind in kinds)),
        "types": {
            kind: {
                "recall": _ratio(found[kind], marked[kind]),
                "precision": _ratio(right[kind], taken[kind]),
                "marked": marked[kind],
                "taken": taken[kind],
            }
            for kind in kinds
        },
        "taken_besides": {kind: number for kind, number in sorted(taken.items()) if kind not in marked},
    }


def differences(texts: Iterable[Marked]) -> Iterable[tuple[str, str, str]]:
    """What was missed and what was taken wrongly, to learn from: ("missed" or "wrong", kind, the words)."""
    for one in texts:
        spans = find(one.text)
        for span in one.spans:
            if not _gone(one.text, span, spans):
                yield "missed", span.kind, one.text[span.start : span.end]
        for span in spans:
            if not any(_same(span, real) for real in one.spans):
                yield "wrong", span.kind, one.text[span.start : span.end]


def _gone(text: str, real: Span, spans: Sequence[Span]) -> bool:
    hidden = {place for span in spans for place in range(span.start, span.end)}
    return all(place in hidden for place in range(real.start, real.end) if text[place].isalnum())


def _same(span: Span, real: Span) -> bool:
    return span.kind == real.kind and span.start < real.end and real.start < span.end


def _ratio(part: int, whole: int) -> float:
    """Rounded to four places; of nothing it is 1: nothing was missed, nothing wrong."""
    return round(part / whole, 4) if whole else 1.0


def read(row: Mapping[str, Any]) -> Marked | None:
    """A row as data sets write it: `full_text` or `text`, and `spans`, `entities` or `labels` with places and a label.

    None if it is no such row. A span is a mapping (`start_position`/`start`, `end_position`/`end`, `entity_type`/`type`/
    `label`) or a list of the three.
    """
    text = row.get("full_text", row.get("text"))
    spans = next((row[name] for name in ("spans", "entities", "labels") if isinstance(row.get(name), list)), None)
    if not isinstance(text, str) or spans is None:
        return None
    read_ = [_span(one, len(text)) for one in spans]
    if None in read_:
        return None
    return Marked(text, tuple(one for one in read_ if one is not None and one.kind))


def _span(one: Any, length: int) -> Span | None:
    """The span, with an empty kind where it is none of ours; None if it cannot be read."""
    if isinstance(one, Mapping):
        start = one.get("start_position", one.get("start"))
        end = one.get("end_position", one.get("end"))
        label = one.get("entity_type", one.get("type", one.get("label", one.get("kind"))))
    elif isinstance(one, list) and len(one) == 3:
        start, end, label = one
    else:
        return None
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start <= end <= length and isinstance(label, str)):
        return None
    return Span(start, end, kind_of(label) or "")
