"""How the office writes its letters: the language of each department, templates of its own, whether receipts go out."""

from collections.abc import Mapping
from typing import Any, Final

from desktop_desk.desk.directory import Department, Directory
from desktop_desk.desk.ports import Store, TicketRecord
from desktop_desk.desk.texts import plain_text
from desktop_desk.domain.choices import one_of
from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.facts import Fact, fold
from desktop_desk.domain.outgoing import KINDS
from desktop_desk.i18n import _

LANGUAGES: Final = ("en", "de")
"""Languages that letters are written in."""

TEMPLATE: Final = "template:"
LONGEST_TEMPLATE: Final = 50_000
GERMAN: Final = frozenset({"DE", "AT", "LI"})
"""Countries whose offices write German unless a department says otherwise."""

FIELDS: Final = frozenset({"language", "receipts"})


def template_field(kind: str, language: str) -> str:
    """The field in which a department, or the desk, keeps its own template; Invalid for an unknown kind or language."""
    if kind not in KINDS:
        raise Invalid("kind", _("“{value}” is not known.").format(value=kind[:40]), one_of(KINDS))
    if language not in LANGUAGES:
        reason = _("“{value}” is not known.").format(value=language[:40])
        raise Invalid("language", reason, one_of(LANGUAGES))
    return f"{TEMPLATE}{kind}:{language}"


def is_letter_field(name: str) -> bool:
    """Whether a field of a department or of the desk is about letters."""
    return name in FIELDS or name.startswith(TEMPLATE)


def letter_field(name: str, value: Any) -> Any:
    """The value of such a field as a fact keeps it; Invalid for one that cannot be taken."""
    if name == "receipts":
        return bool(value)
    if name == "language":
        if value and value not in LANGUAGES:
            reason = _("“{value}” is not known.").format(value=str(value)[:40])
            raise Invalid("language", reason, one_of(LANGUAGES))
        return str(value or "")
    kind, _colon, language = name.removeprefix(TEMPLATE).partition(":")
    template_field(kind, language)
    text = plain_text(str(value or ""), "template").replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > LONGEST_TEMPLATE:
        reason = _("The text is longer than {n} characters.").format(n=LONGEST_TEMPLATE)
        raise Invalid("template", reason, _("Shorten it."))
    return f"{text}\n" if text else ""


def language_of(directory: Directory, department: Department | None) -> str:
    """The language that a department writes in; else that of the desk's country."""
    if department is not None and department.language in LANGUAGES:
        return department.language
    return "de" if directory.settings.country in GERMAN else "en"


def template_of(store: Store, thing: Department | None, name: str) -> str:
    """What a department, or the desk itself for None, keeps as its template in that field; "" for none."""
    uid = thing.uid if thing is not None else store.directory().settings.uid
    return str(fold(store.journal.of_entity(uid, None)).fields.get(name) or "")


def letter_settings(store: Store, directory: Directory, record: TicketRecord, kind: str) -> tuple[str, str]:
    """The language of a ticket's mails, and the template of its department, else of the desk; "" for the program's."""
    department = directory.department(record.department)
    language = language_of(directory, department)
    name = template_field(kind, language)
    own = template_of(store, department, name) if department is not None else ""
    return language, own or template_of(store, None, name)


def letter_values(
    directory: Directory, record: TicketRecord, said: Fact | None, *, resolved: bool
) -> Mapping[str, str]:
    """What a template may say of a ticket and of what was replied."""
    return {
        "number": record.number, "subject": record.subject, "caller": record.caller_name,
        "text": str(said.fields.get("text") or "") if said else "",
        "agent": directory.name_of(said.actor) if said and said.actor else "",
        "department": directory.name_of(record.department), "office": directory.settings.name,
        "resolved": "yes" if resolved else "",
    }  # fmt: skip
