"""`bridgefund`: the door at the command line."""

import os

import typer

from cli import (
    acting,
    auditing,
    claims,
    demo,
    emergencies,
    files,
    funds,
    handing,
    keys,
    notices,
    obligations,
    outboxes,
    people,
    policies,
    projects,
    reconciling,
    reports,
    resuming,
    serving,
    signatures,
    simulating,
)
from cli.bank import bank
from cli.bulk import bulk
from cli.doctor import doctor
from cli.errors import exits_on_error
from cli.importing import import_
from cli.migrating import migrate_cases
from cli.status import status
from cli.texts import t
from cli.up import up
from settings import Settings

app = typer.Typer(
    name="bridgefund",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help=t(
        "衔接资金：公共资金项目的审批流程与总账。\n\n"
        "先看演示：bridgefund demo；再看 bridgefund COMMAND --help。英文：BRIDGEFUND_LANG=en。",
        "Bridgefund: workflow, approvals and ledger of public fund projects.\n\n"
        "Begin with `bridgefund demo`; then `bridgefund COMMAND --help`. Chinese: BRIDGEFUND_LANG=zh.",
    ),
)
app.command()(doctor)
app.command()(demo.demo)
app.command()(simulating.simulate)
app.command()(simulating.digest)
app.command()(acting.act)
app.command()(bulk)
app.command()(handing.assign)
app.command()(handing.forward)
app.command()(handing.opinion)
app.command()(bank)
app.command()(signatures.signatures)
app.command()(serving.worker)
app.command()(up)
app.command()(status)
app.command("resume")(resuming.resume_)
app.command("reconcile")(reconciling.reconcile_)
app.command("import")(import_)
app.command("migrate-cases")(migrate_cases)
app.add_typer(funds.app, name="fund")
app.add_typer(projects.app, name="project")
app.add_typer(claims.app, name="claim")
app.add_typer(obligations.app, name="obligation")
app.add_typer(reports.app, name="report")
app.add_typer(outboxes.app, name="outbox")
app.add_typer(notices.app, name="notices")
app.add_typer(policies.app, name="policy")
app.add_typer(keys.app, name="key")
app.add_typer(people.app, name="people")
app.add_typer(emergencies.app, name="emergency")
app.add_typer(files.app, name="files")
app.add_typer(auditing.app, name="audit")


@app.callback()
def before() -> None:
    """Refuse a misspelt setting before anything is done."""
    with exits_on_error():
        Settings.from_env(os.environ)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
