"""What is revealed: receivers, experiments, concavification, prices.

One receiver:

* :class:`Persuasion`: finitely many states and actions.
* :class:`Concavification`: the sender's payoff as a function of the posterior.
* :class:`MeanPersuasion`: the sender's payoff as a function of the posterior mean.
* :class:`CostlyPersuasion`: information is costly.
"""

from .concavification import Benchmark, Concavification, ConcavificationSolution
from .costly import CostlyPersuasion, CostlyPersuasionSolution
from .experiment import Signal
from .finite import Comparison, Persuasion, PersuasionSolution
from .mean import MeanPersuasion, MeanPersuasionSolution
from .mean_signal import MeanSignal

__all__ = [
    "Benchmark",
    "Comparison",
    "Concavification",
    "ConcavificationSolution",
    "CostlyPersuasion",
    "CostlyPersuasionSolution",
    "MeanPersuasion",
    "MeanPersuasionSolution",
    "MeanSignal",
    "Persuasion",
    "PersuasionSolution",
    "Signal",
]
