"""What the fake model makes of a prompt: rules on words, in English, Spanish and Japanese.

It is meant to be plausible, not good: now and then it differs from Earshot's own understanding, as a model does.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.sandbox.model.shape import Rule, Schema

_MARKED = re.compile(r"<<<([0-9a-f]{8,64})\n(.*?)\n\1>>>", re.DOTALL)

_KINDS = {
    "churn_threat": r"cancel(?! the)|not renew|won't renew|competitor|leaving you|switch to|no renovar|nos vamos|"
    r"competencia|darnos de baja|解約|他社|乗り換え|更新しない",
    "billing": r"invoice|charged|refund|vat\b|payment|billing|price|factura|cobr|reembolso|\biva\b|pago|precio|"
    r"請求|返金|支払|料金|税",
    "feature_request": r"would be (great|nice)|could you add|please add|feature|wish|integrat|podr[ií]an (añadir|agregar)|"
    r"estar[ií]a bien|nos gustar[ií]a|追加して|機能が?(欲し|ほし)|対応して(ほし|いただ)|要望",
    "bug": r"error|crash|hang|broken|doesn't work|does not work|not working|fail|stuck|wrong|slow|down\b|bug|freez|"
    r"no funciona|falla|se cuelga|roto|lento|ca[ií]do|incorrect|エラー|動かな|動きません|止ま|固ま|落ち|遅い|壊れ|不具合|"
    r"できません|できなく",
    "usability": r"confus|hard to find|can't find|too many clicks|unclear|cumbersome|where is|complicado|confus|"
    r"no encuentro|dif[ií]cil|分かりにく|わかりにく|使いにく|見つから|迷",
    "how_to": r"how (do|can|to)|is it possible|can (i|we)\b|c[oó]mo (puedo|podemos|se)|es posible|どうやって|どうすれば|方法|"
    r"でしょうか|可能です",
    "praise": r"thank|great|love|awesome|well done|gracias|genial|excelente|ありがとう|素晴らしい|助かりました|感謝",
}
_EMERGENCIES = {
    "data_loss": r"data (is|are|was|were)? ?(all )?(gone|lost|missing|wiped)|deleted everything|perdido (todos )?los datos|"
    r"datos (han )?desaparecido|データが(消え|なくな)",
    "security": r"breach|leak|hacked|(another|other) (company|customer|client)('s|s)? |phishing|stolen|"
    r"otra empresa|filtraci|hacke|情報漏|他社のデータ|不正アクセス",
    "legal": r"lawyer|legal action|sue\b|lawsuit|regulator|abogado|demanda|tribunal|弁護士|訴訟|法的",
    "danger": r"suicid|kill (my|him|her)self|threat(en)? (to|my) (life|kill)|hurt (my|him|her)self|suicid|hacerme daño|"
    r"死にたい|自殺|危険",
    "outage": r"(everything|site|service|system|platform) is down|nobody can (log|work)|completely down|"
    r"todo (está )?ca[ií]do|nadie puede|全員|全部止ま|完全に(停止|止ま)|サービスが(停止|落ち)",
}
_CROSS = r"!!|again|unacceptable|ridiculous|fed up|third time|otra vez|inaceptable|hart[oa]|いい加減|また|何度も|困っ"
_SPANISH = r"[¿¡ñ]|\b(el|la|los|las|que|por|para|no|una?|está|gracias|hola|nos|con)\b"
_GREETING = re.compile(
    r"^\s*(hi|hello|hey|dear|good (morning|afternoon)|hola|buenos d[ií]as|buenas( tardes)?|お世話になっております|こんにちは)"
    r"[^\n,.!。、]{0,40}[,.!。、\n]+\s*",
    re.IGNORECASE,
)
_WORDS = {
    "en": ("Thank you for telling us: “{gist}”. {fact}", "We are looking into it and will write to you again."),
    "es": ("Gracias por avisarnos: «{gist}». {fact}", "Lo estamos revisando y le escribiremos de nuevo."),
    "ja": ("ご連絡ありがとうございます。「{gist}」の件、承りました。{fact}", "確認のうえ、改めてご連絡いたします。"),
}


@dataclass(frozen=True)
class Prompt:
    """What was asked: the instructions, and the pieces of foreign text in it (the last is what it is about)."""

    system: str
    user: str
    pieces: tuple[str, ...]

    @property
    def text(self) -> str:
        """The message that it is about."""
        return self.pieces[-1]


def prompt_of(messages: Sequence[Mapping[str, Any]]) -> Prompt:
    """Read a chat. Foreign text stands between <<<mark and mark>>>; without marks the whole user message is it."""
    system = "\n".join(_text(one) for one in messages if one.get("role") in ("system", "developer"))
    user = "\n".join(_text(one) for one in messages if one.get("role") == "user")
    pieces = tuple(found[1] for found in _MARKED.findall(user))
    return Prompt(system, user, pieces or (user,))


def rule_for(prompt: Prompt) -> Rule:
    """What this model says for each field, found by the field's name."""
    text = prompt.text
    language, kind, emergency = language_of(text), kind_of(text), emergency_of(text)
    cross, gist = bool(re.search(_CROSS, text, re.IGNORECASE)), gist_of(text)
    complaint = kind in ("bug", "usability", "churn_threat") or cross or emergency != "none"
    wanted = re.search(r"in the language (?!of)([a-z]{2})\b", prompt.system)
    severity = 1 if emergency != "none" else 2 if cross and complaint else 3 if kind not in ("praise", "other") else 4
    said: dict[str, Any] = {
        "language": wanted[1] if wanted else language,
        "kind": kind,
        "complaint": complaint,
        "is_complaint": complaint,
        "sentiment": -0.8 if cross else 0.7 if kind == "praise" else -0.4 if complaint else 0.0,
        "severity": severity,
        "gist": gist,
        "emergency": emergency,
        "text": reply_of(prompt, wanted[1] if wanted else language),
        "title": gist[:80],
        "name": gist[:60].rstrip(),
        "happens": " / ".join(gist_of(piece) for piece in prompt.pieces[-5:])[:2000],
        "actual": gist,
        "expected": "",
        "steps": [],
        "environment": "",
        "reason": "rules of the sandbox model",
        "summary": gist,
    }

    def rule(path: tuple[str, ...], part: Schema) -> Any:
        name = path[-1] if path else ""
        if "confidence" in path[:-1]:
            return 0.9
        if "sources" in path[:-1] and part.get("type") == "array":
            return list(range(1, len(prompt.pieces) + 1))
        numeric = part.get("type") in ("number", "integer") and name not in ("sentiment", "severity")
        return 0.9 if numeric and part.get("maximum", 1) == 1 else said.get(name)

    return rule


def language_of(text: str) -> str:
    """en, es or ja."""
    if re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", text):
        return "ja"
    return "es" if len(re.findall(_SPANISH, text, re.IGNORECASE)) >= 2 else "en"


def kind_of(text: str) -> str:
    """One of the eight kinds."""
    return next((kind for kind, words in _KINDS.items() if re.search(words, text, re.IGNORECASE)), "other")


def emergency_of(text: str) -> str:
    """An emergency's kind, or "none"."""
    return next((kind for kind, words in _EMERGENCIES.items() if re.search(words, text, re.IGNORECASE)), "none")


def gist_of(text: str) -> str:
    """The first sentence without the greeting, one line, at most 140 characters."""
    rest = _GREETING.sub("", text.strip()) or text.strip()
    first = re.split(r"(?<=[.!?。！？])\s|\n|(?<=[。！？])", " ".join(rest.split(" ")), maxsplit=1)[0]
    return " ".join(first.split())[:140].strip() or "-"


def reply_of(prompt: Prompt, language: str) -> str:
    """A draft that repeats what was understood and, where facts stand before the conversation, the first of them."""
    first, nothing_known = _WORDS.get(language, _WORDS["en"])
    facts = re.search(r"Facts.*?:(.*?)(?:The conversation|\Z)", prompt.user, re.DOTALL)
    known = _MARKED.findall(facts[1]) if facts else []
    return first.format(gist=gist_of(prompt.text)[:100], fact=known[0][1] if known else nothing_known)[:2000]


def _text(message: Mapping[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""
