"""`bridgefund`: the door at the command line."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import typer

from cli.errors import exits_on_error
from doors.texts import t
from settings import Settings

# What each command is called, and where it is. Only the one that was asked for is loaded: all of them take a second.
COMMANDS = {
    "doctor": "cli.doctor:doctor",
    "demo": "cli.demo:demo",
    "simulate": "cli.simulating:simulate",
    "digest": "cli.simulating:digest",
    "act": "cli.acting:act",
    "bulk": "cli.bulk:bulk",
    "assign": "cli.handing:assign",
    "forward": "cli.handing:forward",
    "opinion": "cli.handing:opinion",
    "bank": "cli.bank:bank",
    "history": "cli.histories:history",
    "signatures": "cli.signatures:signatures",
    "worker": "cli.serving:worker",
    "up": "cli.up:up",
    "console": "cli.console:console",
    "status": "cli.status:status",
    "resume": "cli.resuming:resume_",
    "reconcile": "cli.reconciling:reconcile_",
    "import": "cli.importing:import_",
    "migrate-cases": "cli.migrating:migrate_cases",
    "migrate": "cli.migrating_store:migrate",
    "inbox": "cli.inbox:inbox_",
    "seal": "cli.sealing:seal",
    "what-if": "cli.what_if:what_if_",
    "fund": "cli.funds:app",
    "project": "cli.projects:app",
    "claim": "cli.claims:app",
    "plan": "cli.plans:app",
    "asset": "cli.assets:app",
    "obligation": "cli.obligations:app",
    "report": "cli.reports:app",
    "outbox": "cli.outboxes:app",
    "notices": "cli.notices:app",
    "policy": "cli.policies:app",
    "key": "cli.keys:app",
    "people": "cli.people:app",
    "emergency": "cli.emergencies:app",
    "files": "cli.files:app",
    "audit": "cli.auditing:app",
    "projections": "cli.projecting:app",
    "checkpoint": "cli.checkpoints:app",
    "keys": "cli.seal_keys:app",
    "account": "cli.accounts:app",
}


def before() -> None:
    """Refuse a misspelt setting before anything is done."""
    with exits_on_error():
        Settings.from_env(os.environ)


def door(words: Sequence[str] = ()) -> typer.Typer:
    """Return the door for a command line's words: with the command that they begin with, else with every command."""
    app = typer.Typer(
        name="bridgefund",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        callback=before,
        help=t(
            "衔接资金：公共资金项目的审批流程与总账。\n\n"
            "先看演示：bridgefund demo；再看 bridgefund COMMAND --help。英文：BRIDGEFUND_LANG=en。",
            "Bridgefund: workflow, approvals and ledger of public fund projects.\n\n"
            "Begin with `bridgefund demo`; then `bridgefund COMMAND --help`. Chinese: BRIDGEFUND_LANG=zh.",
        ),
    )
    for name in words[:1] if words and words[0] in COMMANDS else COMMANDS:
        module, _, attribute = COMMANDS[name].partition(":")
        command = getattr(import_module(module), attribute)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    return app


def main() -> None:
    """Run the command line."""
    door(sys.argv[1:])()


if __name__ == "__main__":
    main()
