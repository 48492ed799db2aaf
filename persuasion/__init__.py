"""What is revealed: receivers, experiments, concavification, prices.

One receiver:

* :class:`Persuasion`: finitely many states and actions.
* :class:`Concavification`: the sender's payoff as a function of the posterior.
* :class:`MeanPersuasion`: the sender's payoff as a function of the posterior mean.
* :class:`CostlyPersuasion`: information is costly.

More receivers:

* :class:`TwoReceiverPersuasion`: a binary state, private posteriors of two receivers.
* :class:`PrivatePersuasion`: any number of receivers and states, by posteriors or as a game.
* :class:`Game`: players whose payoffs depend on each other, advised by an AI.
"""

from .concave.problem import Benchmark, Concavification, ConcavificationSolution
from .costly.problem import CostlyPersuasion, CostlyPersuasionSolution
from .experiment import Signal
from .finite.problem import Comparison, Persuasion, PersuasionSolution
from .games.problem import Game, GameSolution
from .means.problem import MeanPersuasion, MeanPersuasionSolution
from .means.signal import MeanSignal
from .private.problem import PrivatePersuasion, PrivateSolution
from .two_receivers.problem import TwoReceiverPersuasion, TwoReceiverSolution

__all__ = [
    "Benchmark",
    "Comparison",
    "Concavification",
    "ConcavificationSolution",
    "CostlyPersuasion",
    "CostlyPersuasionSolution",
    "Game",
    "GameSolution",
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
