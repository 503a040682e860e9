"""Mistakes that a CPU never shows, each made in a part of the learner or in what it calls."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, NamedTuple
from unittest.mock import patch

import torch
from torch import Tensor, distributed, nn

from receiptgen.train.backends._pytorch import ctc, modules

from .cases import Case
from .streams import Event, Stream

Wrapper = Callable[[Callable[..., Any]], Callable[..., Any]]


class Mutant(NamedTuple):
    """A mistake.

    Attributes:
        owner: What has the function that is mistaken.
        function: Its name.
        mistaken: Returns the mistaken function for the right one.
        case: What shows the mistake.
    """

    owner: Any
    function: str
    mistaken: Wrapper
    case: Case = Case("receipt")

    def applied(self) -> AbstractContextManager[Any]:
        """Make the mistake for as long as the block lasts."""
        return patch.object(self.owner, self.function, self.mistaken(getattr(self.owner, self.function)))


def _nothing(right: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args, **kwargs: None


def _with_host_targets(right: Callable[..., Any]) -> Callable[..., Any]:
    def loss(scores: Tensor, targets: Tensor, *rest: Any, **options: Any) -> Any:
        return right(scores, torch.ones(targets.shape, dtype=torch.int64), *rest, **options)

    return loss


def _summed_on_the_host(right: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args, **options: torch.zeros(()).add_(right(*args, **options))


def _made_on_the_host(right: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, *rest: torch.zeros(right(x, *rest).shape)


def _brought_to_the_host(right: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args: right(*args).cpu()


def _asking_for_a_value(right: Callable[..., Any]) -> Callable[..., Any]:
    def ask(x: Tensor, *rest: Any) -> Any:
        return right(x, *rest) if float(x.float().sum()) >= 0 else x

    return ask


def _counting_rows(right: Callable[..., Any]) -> Callable[..., Any]:
    return lambda pixels: right(pixels) + pixels[pixels > 300].sum()


def _uploading_a_factor(right: Callable[..., Any]) -> Callable[..., Any]:
    return lambda module, x, *rest: right(module, x * torch.tensor(1.0, device=x.device), *rest)


def _one_weight_at_a_time(right: Callable[..., Any]) -> Callable[..., Any]:
    return lambda groups, lr, fused: right(groups, lr=lr, foreach=False)


def _asking_for_the_norm(right: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args: right(*args, error_if_nonfinite=True)


def _twice(right: Callable[..., Any]) -> Callable[..., Any]:
    def reduce(*args: Any) -> Any:
        right(*args)
        return right(*args)

    return reduce


MUTANTS: Mapping[str, Mutant] = {
    "labels left on the host": Mutant(nn.functional, "ctc_loss", _with_host_targets),
    "images left on the host": Mutant(ctc, "ink_of", _made_on_the_host),
    "grid made on the host": Mutant(modules, "_coordinates", _made_on_the_host, Case("crnn_lite")),
    "mask made on the host": Mutant(modules.Ends, "of_map", _brought_to_the_host),
    "losses added on the host": Mutant(nn.functional, "ctc_loss", _summed_on_the_host),
    "value asked for": Mutant(ctc, "ink_of", _asking_for_a_value),
    "rows chosen by a mask": Mutant(ctc, "ink_of", _counting_rows),
    "factor uploaded by a layer": Mutant(modules.MapToSequence, "forward", _uploading_a_factor),
    "memory not pinned": Mutant(Tensor, "pin_memory", lambda right: lambda tensor: tensor),
    "upload not waited for": Mutant(Stream, "wait_stream", _nothing),
    "upload's memory not kept": Mutant(Tensor, "record_stream", _nothing),
    "figures read before they are there": Mutant(Event, "synchronize", _nothing),
    "norm asked for": Mutant(nn.utils, "clip_grad_norm_", _asking_for_the_norm),
    "weights updated one by one": Mutant(torch.optim, "AdamW", _one_weight_at_a_time),
    "statistics added up twice": Mutant(distributed, "all_reduce", _twice, Case("receipt", processes=8)),
}
