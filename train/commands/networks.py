"""``receiptgen networks``."""

import json

import click


@click.command(name="networks")
@click.option(
    "--charset", "chars", default="ascii", show_default=True, metavar="NAME|CHARS", help="Characters of the head."
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(chars: str, as_json: bool) -> None:
    """List networks with their costs and receptive fields.

    MACs are multiply-accumulates for a line 320 pixels wide. 'field' is the receptive field along the line, before
    layers that read the whole line; 'steps' is time steps per pixel.
    """
    from receiptgen.recognition.charset import charset
    from receiptgen.recognition.networks import LINE, NETWORKS, network_costs

    labels = len(charset(chars))
    rows = [
        (name, kind.about, kind(), network_costs(kind(), labels))
        for name, kind in ((n, NETWORKS.get(n)) for n in NETWORKS)
    ]
    if as_json:
        networks = [
            {"name": name, "about": about, "height": network.height, "steps_per_pixel": costs.steps / LINE}
            | {"parameters": costs.parameters, "macs": costs.macs, "receptive_field": costs.receptive_field}
            for name, about, network, costs in rows
        ]
        click.echo(json.dumps(networks, indent=2))
        return
    click.echo(f"{'name':12} {'height':>6} {'parameters':>11} {'MACs':>8} {'field':>6} {'steps':>5}  about")
    for name, about, network, costs in rows:
        click.echo(
            f"{name:12} {network.height:3} px {costs.parameters:11,} {costs.macs / 1e6:6,.0f} M"
            f" {costs.receptive_field:3} px {costs.steps / LINE:5.3g}  {about}"
        )
