"""`bridgefund projections`: how far the read models are, and building them anew."""

from dataclasses import asdict
from typing import Annotated

import typer
from msgspec import to_builtins

from cli.errors import exits_on_error
from cli.reading import JsonOption, Reading, StoreOption, bar_if_slow, reading
from cli.tables import table
from cli.texts import t
from domain.errors import BadInputError
from projections import positions
from projections.rebuilding import Rebuilt, rebuild
from projections.runner import parked
from projections.view import View
from projections.views import VIEWS

app = typer.Typer(help=t("读取模型（视图）", "read models (views)"), no_args_is_help=True)
FOUND = 1
