"""The request form by command: web serve."""

from typing import Annotated

import typer

from desktop_desk.cli.output import print_json
from desktop_desk.cli.session import say, session_of
from desktop_desk.cli.signals import ended_by_signals
from desktop_desk.i18n import _


def build() -> typer.Typer:
    """The commands about the request form."""
    app = typer.Typer(help="The form on which callers send requests.", no_args_is_help=True)
    app.command("serve")(serve)
    return app


def serve(
    context: typer.Context,
    host: Annotated[
        str,
        typer.Option(
            "--host", metavar="H", help="127.0.0.1: this computer only; 0.0.0.0: everybody in its network."
        ),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="P", help="0: any that is free.")] = 8095,
) -> None:
    """Serve the request form and the status page until Ctrl+C."""
    from desktop_desk import bootstrap
    from desktop_desk.channels.web_server import FormServer

    session = session_of(context)
    with session.front() as front:
        front.log_in(*session.credentials())
        server = FormServer(
            front.requests(),
            bootstrap.now_ms,
            front.close_thread,
            host=host,
            port=port,
            in_memory=front.encrypted,
        )
        with ended_by_signals(server.stop):
            if session.json:
                print_json({"addresses": list(server.addresses), "port": server.port})
            else:
                print(_("The request form is at {address}").format(address="  ".join(server.addresses)))
            print(end="", flush=True)
            server.run()
    say(_("The request form is closed."))
