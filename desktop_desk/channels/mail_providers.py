"""Providers of mailboxes whose servers everybody knows: what the office need not look up."""

from collections.abc import Mapping
from typing import Final

from desktop_desk.domain.choices import one_of
from desktop_desk.domain.errors import Invalid
from desktop_desk.i18n import _

# Exchange Online, as its maker's pages tell: "Authenticate an IMAP, POP or SMTP connection using OAuth" and
# "OAuth 2.0 device authorization grant". An office registers its own program there and so has its own client_id.
PROVIDERS: Final[Mapping[str, Mapping[str, str | int]]] = {
    "microsoft": {
        "auth": "token",
        "token_url": "https://login.microsoftonline.com/organizations/oauth2/v2.0/token",
        "device_url": "https://login.microsoftonline.com/organizations/oauth2/v2.0/devicecode",
        "scope": (
            "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access"
        ),
        "imap_host": "outlook.office365.com", "imap_port": 993, "imap_security": "tls",
        "smtp_host": "smtp.office365.com", "smtp_port": 587, "smtp_security": "starttls",
    },
}  # fmt: skip


def fields_of(provider: str) -> dict[str, str | int]:
    """The fields of a mailbox at a provider; Invalid for one that is not known."""
    found = PROVIDERS.get(provider.casefold())
    if found is None:
        reason = _("“{value}” is no provider that is known here.").format(value=provider[:40])
        raise Invalid("provider", reason, one_of(PROVIDERS))
    return dict(found)
