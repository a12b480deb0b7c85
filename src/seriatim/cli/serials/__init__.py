"""`seriatim serials`: lease blocks, look at them, see how long they last, go over to another form, bring numbers in."""

import click

from seriatim.cli.serials import forms, leasing, looking, reconciling

__all__ = ["serials"]


@click.group()
def serials() -> None:
    """Serials: lease blocks, see where one comes from and how long they last.

    Example:  seriatim serials lease 09506000134352 1000 --line L3 --out serials.csv
    """


for command in (
    leasing.lease,
    looking.show,
    looking.forecast,
    leasing.end,
    forms.rotate,
    forms.presets,
    forms.import_numbers,
    reconciling.reconcile,
):
    serials.add_command(command)
