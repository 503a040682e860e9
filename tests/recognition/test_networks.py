"""Networks as records: shapes, weights, costs."""

import numpy as np
import pytest

from receiptgen.core.errors import NetworkError
from receiptgen.recognition.layers import (
    Activation,
    Conv,
    Dense,
    MapToSequence,
    Parallel,
    Pool,
    Recurrent,
    Residual,
    Shape,
    shape_after,
)
from receiptgen.recognition.networks import (
    LINE,
    NETWORKS,
    Network,
    initial_weights,
    input_shape,
    network_costs,
    parameter_specs,
    step_of,
    steps,
    with_head,
)
from receiptgen.recognition.networks.cnn_bilstm import CnnBilstm

LABELS = 96


@pytest.fixture(params=NETWORKS.names)
def network(request: pytest.FixtureRequest) -> Network:
    made: Network = NETWORKS.get(request.param)()
    return made


def test_a_network_ends_in_a_sequence_of_labels(network: Network) -> None:
    for width in (network.multiple * 4, LINE, 1000):
        end = shape_after(with_head(network, LABELS), input_shape(network, width - width % network.multiple))
        assert end.height == 0
        assert end.channels == LABELS


def test_steps_grow_with_the_width_unless_that_is_fixed(network: Network) -> None:
    step = step_of(network)
    for width in range(network.multiple, 400, network.multiple):
        assert steps(network, width) == (1 if network.width else width // step)


@pytest.mark.parametrize("kind", ["char_cnn", "word_cnn"])
def test_a_classifier_sees_its_whole_input_in_its_only_step(kind: str) -> None:
    network = NETWORKS.get(kind)()
    assert network.width == network.multiple == step_of(network) == network_costs(network, LABELS).receptive_field
    assert input_shape(network, LINE).width == network.width


@pytest.mark.parametrize(("stages", "scales", "step"), [(1, 1, 5), (1, 3, 5), (2, 2, 8), (3, 3, 4), (4, 2, 16)])
def test_cnn_bilstm_has_equal_steps_at_any_number_of_stages_and_scales(stages: int, scales: int, step: int) -> None:
    network = CnnBilstm(stages=stages, scales=scales, step=step, units=8)
    assert steps(network, 4 * network.multiple) == 4 * network.multiple // step
    assert step_of(network) == step


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"width": 140}, "width 140 and steps 0: either both are 0, or neither"),
        ({"steps": 32}, "width 0 and steps 32"),
        ({"width": 8, "steps": 2, "scales": 3}, "width 8 leaves no column at the smallest of 3 scales"),
    ],
)
def test_a_width_of_cnn_bilstm_that_leaves_no_steps_is_refused(settings: dict[str, int], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        CnnBilstm.parse(settings)


def test_columns_of_cnn_bilstm_that_are_too_wide_are_refused() -> None:
    with pytest.raises(ValueError, match="columns 128 pixels wide, more than 64"):
        CnnBilstm(stages=4, scales=3)


def test_the_head_is_the_last_two_weights(network: Network) -> None:
    names = list(parameter_specs(network, LABELS))
    other = parameter_specs(network, LABELS + 7)
    changed = [name for name in names if other[name].shape != parameter_specs(network, LABELS)[name].shape]
    assert changed == names[-2:]


def test_first_weights_are_of_the_seed_and_of_the_declared_shapes(network: Network) -> None:
    one, again, other = (
        initial_weights(network, LABELS, 1),
        initial_weights(network, LABELS, 1),
        initial_weights(network, LABELS, 2),
    )
    for name, parameter in parameter_specs(network, LABELS).items():
        assert one[name].shape == parameter.shape
        assert one[name].dtype == np.float32
        np.testing.assert_array_equal(one[name], again[name])
        if parameter.init in {"normal", "uniform"}:
            assert not np.array_equal(one[name], other[name])


def test_the_sizes_that_the_project_promises() -> None:
    found = {name: network_costs(NETWORKS.get(name)(), LABELS) for name in NETWORKS.names}
    assert round(found["cnn_bilstm"].parameters / 1e6, 1) == 22.2
    assert round(found["crnn_lite"].parameters / 1e6, 1) == 2.9
    assert found["receipt"].parameters < 5e6


def test_costs_of_layers_are_those_of_their_formulas() -> None:
    input = Shape(3, 8, 20)
    assert Conv(5, (3, 1), (2, 1)).macs(input) == 5 * 4 * 20 * 3 * 3
    assert Conv(0, depthwise=True).macs(input) == 3 * 8 * 20 * 9
    assert Dense(7).macs(Shape(6, 0, 10)) == 7 * 6 * 10
    assert Recurrent(4, 2, "gru").macs(Shape(6, 0, 10)) == 10 * 2 * (12 * (6 + 4) + 12 * (8 + 4))


def test_the_field_of_a_step_is_what_moves_it() -> None:
    class Small:
        about, height, width, multiple = "", 8, 0, 2

        def layers(self) -> tuple[object, ...]:
            return (Conv(4, stride=(2, 2)), Residual((Conv(4), Activation())), Pool((4, 1), (4, 1)), MapToSequence())

    assert network_costs(Small(), 3).receptive_field == 7  # type: ignore[arg-type]  # a network as far as this goes


def test_ways_that_do_not_meet_are_told() -> None:
    input = Shape(1, 4, 8)
    with pytest.raises(NetworkError, match="the steps differ"):
        Parallel(((MapToSequence(),), (MapToSequence(2),))).shape(input)
    with pytest.raises(NetworkError, match="the body ends as"):
        Residual((Conv(2),)).shape(input)
