"""`desk …`: whether a desk file is encrypted, with which key, and getting in when passwords are lost."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from desktop_desk.cli.output import print_json
from desktop_desk.cli.session import Session, asked, progress_shown, session_of
from desktop_desk.domain.errors import Invalid
from desktop_desk.i18n import _

if TYPE_CHECKING:
    from desktop_desk.encryption import Encrypted

RECOVERY_VARIABLE = "DESKTOP_DESK_RECOVERY"


def build() -> typer.Typer:
    """The group of these commands."""
    group = typer.Typer(help="Encrypt a desk file, and get into an encrypted one.", no_args_is_help=True)
    for command in (encrypt, rekey, decrypt, recover):
        group.command()(command)
    return group


def encrypt(context: typer.Context) -> None:
    """Encrypt the desk; prints its recovery code, once. It must be open nowhere else."""
    from desktop_desk import encryption

    session = session_of(context)
    path, login, password = _file(session), *session.credentials()
    done = encryption.encrypt(path, login, password)
    _tell(session, path, done, _("{path} is encrypted.").format(path=path))
    if not session.json and done.backups:
        print(_("Backups made before are not encrypted; remove them once there are new ones:"))
        print(*(f"  {backup}" for backup in done.backups), sep="\n")


def rekey(
    context: typer.Context,
    hub: Annotated[
        bool, typer.Option("--hub/--no-hub", help="Give the desk’s encrypted hub a new key as well.")
    ] = True,
) -> None:
    """Give the encrypted desk a new key and recovery code, and its hub a new key, as when an agent has left."""
    from desktop_desk import sharing

    session = session_of(context)
    path, login, password = _file(session), *session.credentials()
    with progress_shown(_("At the hub")) as progress:
        done = sharing.new_keys(path, login, password, hub=hub, told=progress)
    said = _("{path} has a new key; the recovery code of before is void.").format(path=path)
    _tell(session, path, done.desk, said, hub=done.hub or None, hub_waits=done.waiting or None)
    if session.json:
        return
    if done.waiting:
        print(
            _("The hub {hub} does not have its new key yet: {reason}").format(
                hub=done.hub, reason=done.waiting
            )
        )
        print(_("It gets it at the next sync."))
    elif done.hub:
        print(_("The hub {hub} has a new key; other copies ask for a password once.").format(hub=done.hub))
    if done.desk.backups:
        print(_("Backups made before still open with the passwords and the recovery code of then."))


def decrypt(context: typer.Context) -> None:
    """Make the encrypted desk a plain file again. It must be open nowhere else."""
    from desktop_desk import encryption

    session = session_of(context)
    path, login, password = _file(session), *session.credentials()
    encryption.decrypt(path, login, password)
    if session.json:
        print_json({"ok": True, "desk": str(path)})
    else:
        print(_("{path} is not encrypted any more.").format(path=path))


def recover(context: typer.Context) -> None:
    """Give an administrator of the encrypted desk a new password with the recovery code.

    The code is taken from DESKTOP_DESK_RECOVERY, the new password from DESKTOP_DESK_PASSWORD; else both are asked for.
    """
    from desktop_desk import encryption

    session = session_of(context)
    path = _file(session)
    advice = _("Set {variable}.").format(variable=RECOVERY_VARIABLE)
    code = os.environ.get(RECOVERY_VARIABLE) or asked(_("Recovery code: "), advice, hidden=False)
    login, password = session.credentials()
    encryption.recover(path, code, login, password)
    if session.json:
        print_json({"ok": True, "desk": str(path)})
    else:
        print(_("{login} has a new password on {path}.").format(login=login, path=path))


def say_recovery(code: str, without_keys: Sequence[str] = ()) -> None:
    """Tell people of the recovery code that they will not be told again, and of whom it does not let in yet."""
    print(_("Recovery code: {code}").format(code=code))
    print(_("Print it and lock it away: it opens the desk when passwords are lost, and is not shown again."))
    if without_keys:
        from desktop_desk import encryption

        print(encryption.tell_without_keys(without_keys))


def _tell(session: Session, path: Path, done: "Encrypted", said: str, **more: str | None) -> None:
    if session.json:
        print_json(
            {
                "ok": True,
                "desk": str(path),
                "recovery": done.recovery,
                "without_keys": list(done.without_keys),
                "backups": [str(backup) for backup in done.backups],
                **more,
            }
        )
        return
    print(said)
    say_recovery(done.recovery, done.without_keys)


def _file(session: Session) -> Path:
    address = session.require_address()
    if "://" in address:
        raise Invalid(
            "desk",
            _("Only a desk in a file is encrypted by this program."),
            _("A server has means of its own: ask who runs it."),
        )
    return Path(address)
