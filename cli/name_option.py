"""Whether a file names the people and households that are sealed in it."""

from typing import Annotated

import typer

from doors.texts import t

NamesOption = Annotated[
    bool,
    typer.Option(
        "--names",
        help=t(
            "文件中写出封存的姓名、户名（默认只写编号）",
            "in files the names of people and households, not their references alone",
        ),
    ),
]
