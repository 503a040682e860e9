"""Options that several commands share."""

import click

backend_option = click.option(
    "--backend",
    type=click.Choice(["auto", "torch", "mxnet"]),
    default="auto",
    show_default=True,
    help="Framework; auto takes the one that is installed, torch first.",
)
blank_option = click.option(
    "--blank",
    type=click.Choice(["skip", "keep"]),
    help="Rows with an empty text: leave them out, or keep them as images of nothing.  [default: as data says, skip]",
)
devices_option = click.option(
    "--devices",
    default="auto",
    show_default=True,
    metavar="LIST",
    help="auto (all GPUs, otherwise the CPU), gpu (all GPUs, or none of the work), cpu, or indices of GPUs: 0,1,2,3.",
)
