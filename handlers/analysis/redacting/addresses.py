"""Where to reach somebody on a network: e-mail, IP, user names, links that carry a secret."""

import ipaddress
import re
from collections.abc import Iterator

Found = tuple[int, int, str]

# Every pattern here starts at a boundary and has bounded repeats, so that a megabyte of one letter costs one look each.
_LOCAL = r"[A-Za-z0-9\u00C0-\u024F._%+'!#$&*/=?^`{|}~-]"
_EMAIL = re.compile(
    rf"(?<![A-Za-z0-9._%+-]){_LOCAL}{{1,128}}(?:@|\s?[\[(](?:at|arroba)[\])]\s?)"
    r"(?:[A-Za-z0-9\u00C0-\u024F-]{1,63}(?:\.|\s?[\[(](?:dot|punto)[\])]\s?)){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9])",
)
_EMAIL_LEADING = re.compile(r"^(?:mailto:)?[^A-Za-z0-9\u00C0-\u024F_]+")
_IP4 = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?!\d|\.\d)")
_VERSION = re.compile(r"(?:\bv|version|versión|ver\.?|バージョン|build|release)\s{0,2}$", re.IGNORECASE)
_IP6 = re.compile(r"(?<![0-9A-Za-z:.])[0-9A-Fa-f:]{2,39}(?:\.\d{1,3}){0,3}(?![0-9A-Za-z:])")
_USERINFO = re.compile(r"(?<=://)[^\s/@:]{0,100}:[^\s/@]{1,200}(?=@)")
_QUERY = re.compile(
    r"[?&;#](?:access_|id_|refresh_|auth_)?(?:token|key|api_?key|secret|sig|signature|password|pwd|pass|code|session"
    r"|sid|auth|x-amz-signature|x-amz-credential)=([^\s&#\"'<>]{4,2000})",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w@/.`])@[^\W\d_][\w.-]{1,38}+(?![/(@])")
_MENTION = re.compile(r"<@[UW][A-Z0-9]{2,20}(?:\|[^>\n]{1,80})?>")
_NOBODY = re.compile(
    r"@(?:channel|here|everyone|all|team|media|import|param|returns?|override|charset|font-face|keyframes|supports|page|help"
    r"|support|staff|soporte|property|classmethod|staticmethod|test|latest|types|author|see|since|deprecated)",
    re.IGNORECASE,
)


def emails(text: str) -> Iterator[Found]:
    for match in _EMAIL.finditer(text):
        leading = _EMAIL_LEADING.match(match[0])
        yield match.start() + (leading.end() if leading else 0), match.end(), "email"


def ips(text: str) -> Iterator[Found]:
    """IPv4 and IPv6. Four-part version numbers and C++ names are let be."""
    for match in _IP4.finditer(text):
        valid = all(int(part) <= 255 for part in match[0].split("."))
        if valid and not _VERSION.search(text[max(0, match.start() - 12) : match.start()]):
            yield match.start(), match.end(), "ip"
    for match in _IP6.finditer(text):
        if match[0].count(":") >= 3 and any(character.isdigit() for character in match[0]) and _is_ip6(match[0]):
            yield match.start(), match.end(), "ip"


def _is_ip6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


def secret_links(text: str) -> Iterator[Found]:
    """Only the secret part of the link, so that one still sees where it led."""
    for match in _USERINFO.finditer(text):
        yield match.start(), match.end(), "secret"
    for match in _QUERY.finditer(text):
        yield match.start(1), match.end(1), "secret"


def handles(text: str) -> Iterator[Found]:
    for match in _MENTION.finditer(text):
        yield match.start(), match.end(), "person"
    for match in _HANDLE.finditer(text):
        end = match.end() - (len(match[0]) - len(match[0].rstrip(".-")))
        if not _NOBODY.fullmatch(text, match.start(), end):
            yield match.start(), end, "person"
