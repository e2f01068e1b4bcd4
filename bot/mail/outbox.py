"""Out by SMTP: plain text, one message for one address, with a Message-ID of our own that stays the same when it is tried again."""

import hashlib
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formataddr, formatdate
from urllib.parse import unquote, urlsplit

from handlers.errors import Refused, Unavailable
from handlers.outside import Intent, Profile

PATIENCE = 20.0
PASSING = range(400, 500)
"""What SMTP says when it may work later (RFC 5321, 4.2.1)."""


class MailChannel:
    """`handlers.outside.Channel` on an SMTP server: `smtp://user:password@host:587` (STARTTLS) or `smtps://…:465`."""

    def __init__(self, url: str, sender: str, name: str = "") -> None:
        self._to, self._sender, self._name = urlsplit(url), sender, name

    def say(self, intent: Intent) -> str:
        """Hand the mail over; its Message-ID. Raises Unavailable to be tried again, Refused when it will never work."""
        address = intent.place.removeprefix("mail:")
        receipt = f"<{hashlib.sha256(intent.key.encode()).hexdigest()[:32]}@{self._sender.rpartition('@')[2]}>"
        subject, _, body = intent.text.partition("\n")
        mail = EmailMessage()
        mail["From"], mail["To"] = formataddr((self._name, self._sender)), address
        mail["Subject"], mail["Date"], mail["Message-ID"] = subject.strip(), formatdate(), receipt
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(body.strip() + "\n")
        try:
            with self._server() as server:
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as refusal:
            raise _failure(
                next(iter(refusal.recipients.values()))[0], "The mail server does not take that address."
            ) from None
        except smtplib.SMTPResponseException as refusal:
            raise _failure(refusal.smtp_code, "The mail server does not take our mail.") from None
        except (smtplib.SMTPException, OSError) as failure:
            raise Unavailable(f"the mail server cannot be reached: {type(failure).__name__}") from failure
        return receipt

    def profile(self, slack_id: str) -> Profile | None:
        """Mail knows nobody."""
        return None

    def _server(self) -> smtplib.SMTP:
        host, tls = self._to.hostname or "localhost", ssl.create_default_context()
        if self._to.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, self._to.port or 465, timeout=PATIENCE, context=tls)
        else:
            server = smtplib.SMTP(host, self._to.port or 587, timeout=PATIENCE)
        try:
            server.ehlo()
            if self._to.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=tls)
                server.ehlo()
            if self._to.username:
                server.login(unquote(self._to.username), unquote(self._to.password or ""))
        except BaseException:
            server.close()
            raise
        return server


def _failure(code: int, sentence: str) -> Refused | Unavailable:
    return Unavailable(f"{sentence} ({code})") if code in PASSING else Refused(sentence)
