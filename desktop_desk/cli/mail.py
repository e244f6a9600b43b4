"""`mail …`: mails in from files and folders, and those that wait for a person."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desktop_desk.cli import mail_boxes, mail_fetch, mail_out, mail_sign_in, mail_templates
from desktop_desk.cli.output import iso, local_time, print_json
from desktop_desk.cli.session import Session, progress_shown, session_of
from desktop_desk.domain.errors import NotFound
from desktop_desk.domain.facts import EntityId
from desktop_desk.i18n import _, ngettext

if TYPE_CHECKING:
    from desktop_desk.channels.mail_import import Tally
    from desktop_desk.desk.channel_ports import MailRecord
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.status_light import Standing

_MailId = Annotated[
    str, typer.Argument(metavar="MAIL", help="Its id, as `mail quarantine` tells it; or its beginning.")
]


def build() -> typer.Typer:
    """The commands under `mail`."""
    app = typer.Typer(help="Mail in and out: mailboxes, what waits, what letters say.", no_args_is_help=True)
    app.command("import")(import_)
    app.command("status")(status)
    app.command("quarantine")(quarantine)
    app.command("show")(show)
    app.command("release")(release)
    app.command("dismiss")(dismiss)
    mail_fetch.add_commands(app)
    mail_boxes.add_commands(app)
    mail_sign_in.add_commands(app)
    mail_out.add_commands(app)
    mail_templates.add_commands(app)
    return app


def import_(
    context: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH…", help="Files (.eml, .msg, mbox) or folders of them (also Maildir)."),
    ],
) -> None:
    """Make tickets and replies of mails; a second time they are duplicates and change nothing."""
    from desktop_desk.channels.mail_import import import_mails

    session = session_of(context)
    with session.desk() as desk, progress_shown(_("Mails")) as progress:
        tell_tally(session, import_mails(desk, [path.expanduser().absolute() for path in paths], progress))


def tell_tally(session: Session, tally: "Tally") -> None:
    """Print what became of mails that were read."""
    quarantined = [{"where": where, "why": why} for where, why in tally.quarantined]
    if session.json:
        print_json(
            {
                "read": tally.read,
                "tickets": tally.tickets,
                "replies": tally.replies,
                "duplicates": tally.duplicates,
                "ignored": tally.ignored,
                "quarantined": quarantined,
            }
        )
        return
    read, tickets, replies = tally.read, tally.tickets, tally.replies
    parts = (
        ngettext("{n} ticket", "{n} tickets", tickets).format(n=tickets),
        ngettext("{n} reply", "{n} replies", replies).format(n=replies),
        _("{n} known before").format(n=tally.duplicates),
        _("{n} ignored").format(n=tally.ignored),
        _("{n} in quarantine").format(n=len(quarantined)),
    )
    print(ngettext("{n} mail read:", "{n} mails read:", read).format(n=read), ", ".join(parts))
    for mail in quarantined[:20]:
        print(f"  {mail['where']}: {mail['why']}")


def status(context: typer.Context) -> None:
    """How mail stands: whether all is well, the last one, how many of each kind, and the mailboxes."""
    from desktop_desk.bootstrap import now_ms
    from desktop_desk.desk.mail_looks import fetcher_words
    from desktop_desk.desk.status_light import Light, mail_standings

    session = session_of(context)
    with session.desk() as desk:
        counts, last, directory = desk.mail_counts(), desk.last_mail(), desk.directory()
        outbox = desk.outbox().status()
        light = Light(mail_standings(desk.store, now_ms()))
    fetched = {box: fetcher_words(directory, box) for box in directory.mailboxes}
    known = {
        state: counts.get(state, 0)
        for state in ("filed", "ignored", "quarantined", "dismissed", "sent", "failed")
    }
    if session.json:
        mailboxes = [
            {"name": box.name, "address": box.address, "active": box.active, "fetched_by": copy or None}
            for box, copy in fetched.items()
        ]
        print_json(
            {
                **known,
                "last": iso(last.at) if last else None,
                "mailboxes": mailboxes,
                "outbox": mail_out.outbox_json(outbox),
                "light": light.level,
                "lines": [_standing_json(each) for each in light.standings],
            }
        )
        return
    for each in light.standings:
        for part in each.parts or ((each,) if each.level in {"wait", "trouble"} else ()):
            name = part.name or {"in": _("Mail in"), "out": _("Outbox")}.get(part.subject, part.subject)
            word = f"{part.word}. " if part.level in {"wait", "trouble"} else ""
            print(f"{_MARKS[part.level]} {name}: {word}{part.said} {part.advice}".rstrip())
    print(_("Last mail: {time}").format(time=local_time(last.at) if last else _("none yet")))
    print(mail_out.outbox_line(outbox))
    print(", ".join(f"{_(state)}: {count}" for state, count in known.items()))
    if not fetched:
        print(_("No mailbox yet. An administrator adds one: see “mail add --help”."))
    for box, copy in fetched.items():
        by = _("fetched by {copy}").format(copy=copy) if copy else _("not fetched, it only sends")
        print(f"  {box.name}  {box.address}  " + (by if box.active else _("(not in use)")))


_MARKS = {"off": "○", "good": "●", "wait": "◐", "trouble": "▲"}
"""What stands before a line: not in use, well, goes on by itself, somebody must see to it."""


def _standing_json(standing: "Standing") -> dict[str, Any]:
    told: dict[str, Any] = {
        "line": standing.subject, "level": standing.level, "word": standing.word, "said": standing.said,
        "advice": standing.advice or None, "loud": standing.loud,
    }  # fmt: skip
    if standing.name:
        told["mailbox"] = standing.name
    if standing.parts:
        told["mailboxes"] = [_standing_json(part) for part in standing.parts]
    return told


def quarantine(
    context: typer.Context,
    ignored: Annotated[bool, typer.Option("--ignored", help="Those that were ignored instead.")] = False,
) -> None:
    """List the mails that could not be filed, each with the reason."""
    session = session_of(context)
    with session.desk() as desk:
        mails = desk.ignored_mails() if ignored else desk.quarantine()
    if session.json:
        print_json([mail_json(mail) for mail in mails])
        return
    for mail in mails:
        print(
            f"{mail.uid[:12]}  {local_time(mail.at)}  {mail.sender or '–'}  {mail.subject}\n    {mail.reason}"
        )


def mail_json(mail: "MailRecord") -> dict[str, Any]:
    """A mail that waits for a person."""
    return {
        "mail": mail.uid, "at": iso(mail.at), "from": mail.sender or None, "subject": mail.subject, "why": mail.reason,
        "size": mail.size,
    }  # fmt: skip


def show(context: typer.Context, mail: _MailId) -> None:
    """Print the raw message of a mail as text."""
    from desktop_desk.channels.mail_import import mail_as_text

    session = session_of(context)
    with session.desk() as desk:
        uid = _whole_id(desk, mail)
        text = mail_as_text(desk, uid)
    if session.json:
        print_json({"mail": uid, "text": text})
    else:
        print(text)


def release(
    context: typer.Context,
    mail: _MailId,
    to: Annotated[
        str,
        typer.Option(
            "--to", metavar="NUMBER", help="The ticket that it belongs to; else where it would go by itself."
        ),
    ] = "",
) -> None:
    """File a mail from quarantine, or one that was ignored."""
    from desktop_desk.channels.mail_import import release_mail

    session = session_of(context)
    with session.desk() as desk:
        filed = release_mail(desk, _whole_id(desk, mail), to)
    if session.json:
        print_json({"mail": filed.uid, "ticket": filed.number, "became": filed.became, "act": filed.act})
    else:
        print(_("Filed in {number}.").format(number=filed.number))


def dismiss(context: typer.Context, mail: _MailId) -> None:
    """Take a mail out of quarantine without filing it; it is kept."""
    session = session_of(context)
    with session.desk() as desk:
        done = desk.dismiss_mail(_whole_id(desk, mail))
    if session.json:
        print_json({"mail": done.uid})
    else:
        print(_("Dismissed."))


def _whole_id(desk: "Desk", beginning: str) -> str:
    """The id that begins so, among those that wait; or the whole id of one that was filed.

    Raises:
        NotFound: there is none, or several begin so.
    """
    known = [
        mail.uid
        for mail in (*desk.quarantine(1000), *desk.ignored_mails(1000))
        if mail.uid.startswith(beginning)
    ]
    if len(known) == 1:
        return known[0]
    if known and beginning not in known:
        raise NotFound(_("Several mails begin so."), _("Type more of the id, as “mail quarantine” tells it."))
    if desk.store.mails.by_uid(EntityId(beginning)) is None:
        raise NotFound(_("There is no such mail."), _("“mail quarantine” lists those that wait."))
    return beginning
