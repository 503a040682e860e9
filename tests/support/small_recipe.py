"""A recipe of seconds."""

SMALL = """
about: small
network: {kind: receipt, channels: 20, blocks: 1}
charset: "0123456789."
steps: 10
data: [{data: {kind: live, source: standard, kinds: [float]}}]
held_out: {own: {kind: live, source: standard, kinds: [float]}}
"""
