"""``receiptgen networks``."""

import json

import click


@click.command(name="networks")
@click.option(
    "--charset", "chars", default="ascii", show_default=True, metavar="BASE[+ADDED]...", help="Labels of the head."
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(chars: str, as_json: bool) -> None:
    """List networks with their costs and receptive fields.

    MACs are multiply-accumulates for a line 320 pixels wide, or for the input of a network whose width is fixed.
    'field' is the receptive field along the line, before layers that read the whole line; 'steps' is time steps per
    pixel.
    """
    from receiptgen.recognition.charset import charset
    from receiptgen.recognition.networks import NETWORKS, network_costs

    labels = len(charset(chars))
    rows = [
        (name, kind.about, kind(), network_costs(kind(), labels))
        for name, kind in ((n, NETWORKS.get(n)) for n in NETWORKS)
    ]
    if as_json:
        networks = [
            {"name": name, "about": about, "reads": network.reads}
            | {"height": network.height, "width": network.width or None, "steps_per_pixel": 1 / costs.step}
            | {"parameters": costs.parameters, "macs": costs.macs, "receptive_field": costs.receptive_field}
            for name, about, network, costs in rows
        ]
        click.echo(json.dumps(networks, indent=2))
        return
    click.echo(f"{'name':12} {'input':>9} {'parameters':>11} {'MACs':>8} {'field':>6} {'steps':>5}  about")
    for name, about, network, costs in rows:
        input = f"{network.height} x {network.width or 'any'}"
        click.echo(
            f"{name:12} {input:>9} {costs.parameters:11,} {costs.macs / 1e6:6,.0f} M"
            f" {costs.receptive_field:3} px {1 / costs.step:5.2g}  {about}"
        )
