"""What computes: a card or the processor."""

import torch

from pentimento.words.errors import RequestError


def device_of(name: str) -> torch.device:
    """The device of that name; "auto" is the first card, else the processor.

    raises  RequestError where it cannot be used
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as problem:
        reason = str(problem).splitlines()[0]
        raise RequestError(f"the device {name!r} cannot be used: {reason}", "Use --device auto or cpu.") from problem
    return device
