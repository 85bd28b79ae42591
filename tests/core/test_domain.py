"""A Predictor may tell where its domain ends."""

from __future__ import annotations

import numpy as np

from lstsr_core.domain import JudgingPredictor, judge

LST = np.full((2, 3), 300, np.float32)


def plain(lst, guides, valid):
    return lst + 1, np.ones_like(lst)


class Judging:
    def __call__(self, lst, guides, valid):
        return self.judged(lst, guides, valid)[:2]

    def judged(self, lst, guides, valid):
        return lst + 2, np.ones_like(lst), lst > 0


def test_a_predictor_that_judges_nothing_has_no_outside():
    assert not isinstance(plain, JudgingPredictor)
    fine, sigma, outside = judge(plain, LST, LST[None], LST > 0)
    assert (fine == 301).all()
    assert (sigma == 1).all()
    assert outside.shape == fine.shape
    assert not outside.any()


def test_a_predictor_that_judges_is_asked_once_for_all():
    fine, _, outside = judge(Judging(), LST, LST[None], LST > 0)
    assert (fine == 302).all()
    assert outside.all()
