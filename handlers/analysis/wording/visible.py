"""What a person wrote just now: without what is quoted below, the signature, greetings, markup and pasted code."""

import re
import unicodedata

READ_AT_MOST = 6_000

_QUOTED_BELOW = re.compile(
    r"^(?:>.*|-{2,} ?(?:original message|forwarded message|mensaje original|mensaje reenviado|元のメッセージ|転送).{0,60}"
    r"|(?:On|El|Am|Le|Em) .{6,120}(?:wrote|escribió|schrieb|a écrit|escreveu):?\s*|\d{4}年.{4,60}(?:のメール|wrote|：|:)\s*"
    r"|(?:From|De|Von|差出人): .{3,120}|_{10,})$",
    re.IGNORECASE | re.MULTILINE,
)
_SIGNATURE = re.compile(
    r"^(?:--|—|[-=＝─━]{5,}.*|(?:(?:best|kind|warm|many)? ?(?:regards|wishes)|regards|sincerely|cheers|yours(?: \w+)?|many thanks|"
    r"thanks(?: again| in advance| so much)?|thank you(?: in advance)?|un (?:cordial )?saludo|(?:muchos )?saludos(?: cordiales)?|"
    r"atentamente|cordialmente|(?:muchas )?gracias(?: de antemano)?|quedo a la espera.{0,40}|(?:何卒)?(?:どうぞ)?(?:よろしく|宜しく)"
    r"お?願い(?:いた|致)?し?ま?す?|以上(?:です)?|敬具|sent from my .{0,40}|enviado desde .{0,40})[,.!。！、]*)$",
    re.IGNORECASE | re.MULTILINE,
)
_CODE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_LOG_LINE = re.compile(
    r"^[ \t]*(?:at [\w.$<>]{1,80}\(|File \"|Traceback|\d{4}-\d\d-\d\d[T ]\d\d:\d\d\S* .*(?:INFO|WARN|ERROR|DEBUG)|[{}\[\]();]+\s*$).*$",
    re.MULTILINE,
)
_SLACK_LINK = re.compile(r"<(?:https?://|mailto:|tel:)[^|>\s]{1,2000}(?:\|([^>]{1,300}))?>")
_SLACK_MENTION = re.compile(r"<[@#!][^>\s|]{1,80}(?:\|[^>]{0,80})?>")
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]{0,10}(?: [^<>]{0,200})?/?>")
_LINK = re.compile(r"https?://\S{1,2000}")
_SPACE = re.compile(r"[ \t\u3000]+")
_GREETING = re.compile(
    r"^\W*(?:(?:hi+|hey+|hello|dear|good (?:morning|afternoon|evening|day)|greetings|morning)\b(?: (?:all|there|team|everyone|folks|"
    r"support|guys|again|sir|madam|to you all))*(?:[ ,]+(?!I\b|It\b|We\b|The\b|My\b)[A-Z][\w.'-]{1,20}){0,3}"
    r"|(?:hola|buen[oa]s?(?: (?:d[ií]as?|tardes|noches))?|estimad[oa]s?(?: \w+){0,3}|muy buenas|qu[eé] tal)\b"
    r"(?: (?:a todos|equipo|chic[oa]s|compañer[oa]s|otra vez|de nuevo|qu[eé] tal))*(?:[ ,]+[A-ZÁÉÍÓÚÑ][\wáéíóúñ.-]{1,20}){0,2}"
    r"|(?:いつも|平素より|毎度)?大?変?お世話になって(?:おり|い)ます|お世話になります|お疲れ様です|おつかれさまです|こんにちは|こんばんは|おはようございます"
    r"|初めまして|はじめまして|平素より.{0,30}(?:ございます|申し上げます)|(?:株式会社|有限会社)?[^\s。、]{1,16}の[^\s。、]{1,8}(?:と申します|です)(?=。))"
    r"[\s,.:;!¡。、！:~〜-]*",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^(?:(?:i hope (?:you(?:'re| are)|this).{0,60}?[.!]|hope (?:you(?:'re| are)|all is|this).{0,60}?[.!]|espero que .{0,60}?[.!]|"
    r"just (?:wanted to (?:say|let you know|report|flag)|a quick (?:note|question|one))(?: that)?|quick (?:question|one)\s?[:,-]|"
    r"(?:so|well|ok(?:ay)?|btw|fyi|por cierto|oye|bueno|pues|mire)\b|una (?:cosa|pregunta|consulta|duda)(?: rápida)?\s?[:,.]|"
    r"恐れ入りますが|恐縮ですが|すみませんが?|申し訳ございませんが|突然のご連絡失礼いたします|ご相談です|質問です|早速ですが)[\s,.:、。]*)",
    re.IGNORECASE,
)
_ABBREVIATION = re.compile(
    r"\b(?:incl|excl|approx|vs|e\.g|i\.e|etc|no|nr|mr|mrs|ms|dr|prof|st|sr|sra|srta|lic|ing|ud|uds|núm|aprox|p\.ej|ej|art|pág"
    r"|inc|ltd|corp|fig|min|max|mín|máx|tel|ext|a\.m|p\.m)\.$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+|(?<=[。！？!?])[」』)）]*|\n+")


def visible(text: str) -> str:
    """The words that carry the message, at most 6,000 characters, markup and controls taken off. May be empty."""
    text = unicodedata.normalize("NFKC", text[:READ_AT_MOST])
    text = "".join(c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co") else " " for c in text)
    text = _SLACK_MENTION.sub(" ", _SLACK_LINK.sub(lambda match: match[1] or " ", text))
    text = _LOG_LINE.sub("", _CODE.sub(" ", _TAG.sub(" ", text.replace("\r", "\n"))))
    own = _without_quotes(text)
    return own if own.strip() else text.strip()


def _without_quotes(text: str) -> str:
    quoted = _QUOTED_BELOW.search(text)
    if quoted and text[: quoted.start()].strip():
        text = text[: quoted.start()]
    text = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(">"))
    for signature in _SIGNATURE.finditer(text):
        # Only at the end: a signature is short and something was said before it.
        below = text[signature.end() :].strip()
        if len(text[: signature.start()].strip()) >= 6 and len(below) <= 240 and below.count("\n") <= 8:
            return text[: signature.start()].strip()
    return text.strip()


def sentences(text: str) -> list[str]:
    """The sentences of a visible text, greetings and empty openings taken off, at most 60 of them."""
    found: list[str] = []
    open_end = ""
    for piece in _SENTENCE_END.split(_LINK.sub("", text)):
        sentence = _SPACE.sub(" ", f"{open_end} {piece}").strip()
        open_end = sentence if _ABBREVIATION.search(sentence) else ""
        if open_end:
            continue
        for opening in (_GREETING, _GREETING, _OPENING):
            sentence = opening.sub("", sentence, count=1).strip()
        if any(character.isalnum() for character in sentence):
            found.append(sentence)
    return [*found, open_end][:60] if open_end else found[:60]
