"""``receiptgen networks``."""

import json

import click


@click.command(name="networks")
@click.option(
    "--charset", "chars", default="ascii", show_default=True, metavar="NAME|CHARS", help="What is told apart."
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(chars: str, as_json: bool) -> None:
    """List networks by name, with what they cost and see.

    MACs are multiplications with additions for a line 320 pixels wide. 'sees' is how many pixels along the line one
    step of the convolutions sees, before recurrent layers see all; 'steps' is time steps a pixel.
    """
    from receiptgen.recognition.charset import charset
    from receiptgen.recognition.networks import LINE, NETWORKS, network_costs

    labels = len(charset(chars))
    rows = [
        (name, kind.about, kind(), network_costs(kind(), labels))
        for name, kind in ((n, NETWORKS.get(n)) for n in NETWORKS)
    ]
    if as_json:
        found = [
            {"name": name, "about": about, "height": network.height, "steps_per_pixel": figures.steps / LINE}
            | {"parameters": figures.parameters, "macs": figures.macs, "receptive_field": figures.receptive_field}
            for name, about, network, figures in rows
        ]
        click.echo(json.dumps(found, indent=2))
        return
    click.echo(f"{'name':12} {'height':>6} {'parameters':>11} {'MACs':>8} {'sees':>6} {'steps':>5}  about")
    for name, about, network, figures in rows:
        click.echo(
            f"{name:12} {network.height:3} px {figures.parameters:11,} {figures.macs / 1e6:6,.0f} M"
            f" {figures.receptive_field:3} px {figures.steps / LINE:5.3g}  {about}"
        )
