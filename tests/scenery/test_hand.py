"""The thumb and the fingers of a hand."""

import numpy as np

from receiptgen.core.dice import Dice
from receiptgen.scenery.hand import draw_look, finger, thumb


def test_a_thumb_has_its_tip_to_the_right_its_skin_and_a_nail() -> None:
    skin = (206, 156, 124)
    for seed in range(3):
        dice = Dice(seed)
        solid = thumb(draw_look(skin, dice), 0.5, dice)
        columns = np.flatnonzero(solid.alpha.max(axis=0) > 0.5)
        assert columns[-1] >= solid.alpha.shape[1] - 6
        bare = solid.colors[solid.alpha > 0.9].astype(float).mean(axis=0)
        assert np.abs(bare - skin).max() < 45
        assert bare[0] > bare[1] > bare[2]


def test_a_finger_is_thinner_than_a_thumb() -> None:
    dice = Dice(1)
    look = draw_look((206, 156, 124), dice)
    assert finger(look, 0.4, Dice(2)).alpha.sum() < thumb(look, 0.4, Dice(2)).alpha.sum()
