"""Keys, tokens and passwords: by their known beginnings, by the words before them, or because they look random."""

import re
from collections.abc import Iterator
from itertools import pairwise

from handlers.analysis.redacting.addresses import Found

_KNOWN = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"(?:AKIA|ASIA|AROA|AIDA)[0-9A-Z]{16}"
    r"|gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255}|glpat-[\w-]{16,64}"
    r"|xox[abeoprs]-[A-Za-z0-9-]{8,255}|xapp-[A-Za-z0-9-]{8,255}"
    r"|(?:sk|pk|rk)[-_](?:live|test|proj|ant|or|lf)?[-_]?[A-Za-z0-9_-]{16,255}|whsec_[A-Za-z0-9+/=]{16,255}"
    r"|AIza[\w-]{30,40}|ya29\.[\w-]{20,500}|GOCSPX-[\w-]{20,60}"
    r"|SG\.[\w-]{10,80}\.[\w-]{10,80}|key-[0-9a-f]{32}|[MN][A-Za-z\d]{23,27}\.[\w-]{6}\.[\w-]{27,40}"
    r"|(?:npm|hf|dop|doo|dor|shpat|shpss|lin_api|sntrys|pypi|dckr_pat|glsa|nvapi|ntn|secret|es_live|es_test)_[A-Za-z0-9_-]{16,255}"
    r"|pypi-[\w-]{16,255}|sq0(?:atp|csp|idp)-[\w-]{16,80}|amzn\.mws\.[0-9a-f-]{36}|access_token\$\w{4,20}\$[0-9a-f]{8,40}\$[0-9a-f]{16,80}"
    r"|dapi[0-9a-f]{32}|hv[sbr]\.[\w-]{20,200}|AGE-SECRET-KEY-1[A-Z0-9]{50,70}|(?:NRAK|PMAK)-[A-Za-z0-9-]{20,80}|EAAC[A-Za-z0-9]{20,255}"
    r"|(?<=hooks\.slack\.com/services/)[A-Za-z0-9/]{20,100}|(?<=discord\.com/api/webhooks/)\d{10,25}/[\w-]{20,100}"
    r"|(?:eyJ[\w-]{6,4000}\.){1,2}[\w-]{4,4000}(?:\.[\w-]{1,4000})?"
    r")"
)
_KEY_BLOCK = re.compile(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY( BLOCK)?-----[^-]{0,20000}(?:-----END [A-Z ]{0,40}-----)?")
_BEARER = re.compile(r"\b(?:Bearer|Basic|Token)\s+([A-Za-z0-9._~+/=-]{12,4000})", re.IGNORECASE)
_NAMED = re.compile(
    r"(?:pass(?:word|wd|phrase|code)?|pwd|contrase[ñn]a|clave|secreto?|(?:api|access|auth|secret|private|license|encryption)"
    r"[ _-]?(?:key|token)|api ?キー|apikey|token|client[ _-]?secret|credential|pin(?: code)?|otp|cvv|cvc"
    r"|パスワード|暗証番号|秘密鍵|トークン|アクセスキー|認証コード|mot de passe|passwort|kennwort|senha|密码|密碼)"
    r"[\"'`*)]{0,2}(?P<link>\s{0,3}(?::=|=>|=|:|：|＝)\s{0,3}|\s{1,3}(?:is|was|es|era|->|→)\s{1,3}:?\s?|\s{0,2}(?:は|が)\s{0,2}|\s)"
    r"[\"'`「『*(]{0,2}(?P<value>[^\s\"'`」』<>,;、。()（）]{3,512})",
    re.IGNORECASE,
)
_RANDOM = re.compile(r"(?<![A-Za-z0-9_/+.-])[A-Za-z0-9_+/-]{24,512}={0,2}(?![A-Za-z0-9_/+-])")
_HEX = re.compile(r"[0-9a-f]{32,512}|[0-9A-F]{32,512}")
_HEX_IS_HARMLESS = re.compile(
    r"(?:(?:commit|sha-?\d*|hash|checksum|etag|md5|trace|request|digest|revision|提交|コミット|коммит)\W{0,4}\w{0,4}\W{0,3}"
    r"|\d+\.\d+\.\d+[\w -]{0,12}(?: \([^()\n]{1,40}\))?[,(\s]{1,3})$",
    re.I,
)
"""What is called a commit, or follows a version number."""


def known(text: str) -> Iterator[Found]:
    """Secrets with a maker's own prefix, private key blocks, authorization headers."""
    for pattern in (_KEY_BLOCK, _KNOWN):
        for match in pattern.finditer(text):
            yield match.start(), match.end(), "secret"
    for match in _BEARER.finditer(text):
        if _unlike_a_word(match[1]):
            yield match.start(1), match.end(1), "secret"


def named(text: str) -> Iterator[Found]:
    """What is called a password or a key: `password: x`, `la clave es x`, `パスワードはx`."""
    for match in _NAMED.finditer(text):
        value = match["value"].rstrip(".!?…")
        assigned = any(sign in match["link"] for sign in "=:：＝")
        last = text[match.end() : match.end() + 1] in ("", "\n", "\r")
        if len(value) >= 3 and (_unlike_a_word(value) or (assigned and last and len(value) >= 5 and value.isascii())):
            yield match.start("value"), match.start("value") + len(value), "secret"


def _unlike_a_word(value: str) -> bool:
    """Digits or signs within: people's words for "my password is wrong" have none."""
    value = re.sub(r"[ぁ-んァ-ヶ一-龠ー].*", "", value)
    digits = sum(character.isdigit() for character in value)
    signs = sum(not character.isalnum() and character not in "-'’/." for character in value)
    letters = sum(character.isalpha() for character in value)
    return len(value) >= 3 and ((digits > 0 and (letters > 0 or digits >= 3)) or (signs > 0 and letters > 2))


def random_looking(text: str) -> Iterator[Found]:
    """Long runs that mix cases and digits, and long hexadecimal ones that are not called a commit or a checksum."""
    for match in _RANDOM.finditer(text):
        run = match[0]
        if _HEX.fullmatch(run):
            if not _HEX_IS_HARMLESS.search(text[max(0, match.start() - 24) : match.start()]):
                yield match.start(), match.end(), "secret"
        elif "/" not in run[:1] and run.count("/") <= 2 and run.count("_") + run.count("-") <= 3 and _mixed(run):
            yield match.start(), match.end(), "secret"


def _mixed(run: str) -> bool:
    cases = any(c.islower() for c in run) and any(c.isupper() for c in run)
    changes = sum(a.isdigit() != b.isdigit() for a, b in pairwise(run))
    return cases and changes >= 4 and sum(c.isdigit() for c in run) >= 3
