"""What is revealed: receivers, experiments, concavification, prices.

One receiver:

* :class:`Persuasion`: finitely many states and actions.
* :class:`Concavification`: the sender's payoff as a function of the posterior.
* :class:`MeanPersuasion`: the sender's payoff as a function of the posterior mean.
* :class:`CostlyPersuasion`: information is costly.

More receivers:

* :class:`TwoReceiverPersuasion`: a binary state, private posteriors of two receivers.
* :class:`PrivatePersuasion`: any number of receivers and states, by posteriors or as a game.
"""

from .concavification import Benchmark, Concavification, ConcavificationSolution
from .costly import CostlyPersuasion, CostlyPersuasionSolution
from .experiment import Signal
from .finite import Comparison, Persuasion, PersuasionSolution
from .mean import MeanPersuasion, MeanPersuasionSolution
from .mean_signal import MeanSignal
from .private import PrivatePersuasion, PrivateSolution
from .two_receivers import TwoReceiverPersuasion, TwoReceiverSolution

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
    "PrivatePersuasion",
    "PrivateSolution",
    "Signal",
    "TwoReceiverPersuasion",
    "TwoReceiverSolution",
]
