"""The two failures that happen on purpose. Everything else is a bug."""


class Refused(Exception):
    """No, and why: shown to the person, word for word."""


class NotFound(Refused):
    """There is no such thing; shown to the person."""


class Changed(Refused):
    """Something new arrived since the person looked. `news` is what they have not seen, `seen` what to send to go on."""

    def __init__(self, message: str, news: list[str], seen: int) -> None:
        super().__init__(message)
        self.news = news
        self.seen = seen


class Unavailable(Exception):
    """The other side cannot answer now; tried again. `retry_after` in seconds where it said so."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
