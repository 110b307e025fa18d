"""`bridgefund projections`: how far the read models are, and building them anew."""

import typer

from cli.texts import t

app = typer.Typer(help=t("读取模型（视图）", "read models (views)"), no_args_is_help=True)
FOUND = 1
