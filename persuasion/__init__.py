"""What is revealed: receivers, experiments, concavification, prices.

One receiver:

* :class:`Persuasion`: finitely many states and actions.
* :class:`Concavification`: the sender's payoff as a function of the posterior.
* :class:`MeanPersuasion`: the sender's payoff as a function of the posterior mean.
* :class:`CostlyPersuasion`: information is costly.
* :class:`InformedPersuasion`: receivers of several types, who know something that the sender does not see.

More receivers:

* :class:`TwoReceiverPersuasion`: a binary state, private posteriors of two receivers.
* :class:`PrivatePersuasion`: any number of receivers and states, by posteriors or as a game.
* :class:`Game`: players whose payoffs depend on each other, advised by an AI.
* :class:`PayoffSet`: every pair of two objectives that such an AI can bring about.
* :class:`ExperimentMenu`: buyers of information, who pay for experiments.
* :class:`Prompting`: a person who prompts an assistant, each with payoffs of her and its own.
"""

from typing import TYPE_CHECKING, Final

from transport.lazy import face

_HOMES: Final = {
    "Benchmark": "persuasion.concave.problem",
    "Comparison": "persuasion.finite.problem",
    "Concavification": "persuasion.concave.problem",
    "ConcavificationSolution": "persuasion.concave.problem",
    "CostlyPersuasion": "persuasion.costly.problem",
    "CostlyPersuasionSolution": "persuasion.costly.problem",
    "Equilibrium": "persuasion.games.nash",
    "ExperimentMenu": "persuasion.experiments.problem",
    "ExperimentMenuSolution": "persuasion.experiments.problem",
    "Game": "persuasion.games.problem",
    "GameSolution": "persuasion.games.problem",
    "InformedPersuasion": "persuasion.informed.problem",
    "InformedSolution": "persuasion.informed.problem",
    "Learning": "persuasion.prompting.learning",
    "MeanPersuasion": "persuasion.means.problem",
    "MeanPersuasionSolution": "persuasion.means.problem",
    "MeanSignal": "persuasion.means.signal",
    "Offer": "persuasion.experiments.offers",
    "PayoffSet": "persuasion.games.payoff_set",
    "PayoffSetSolution": "persuasion.games.payoff_set",
    "Persuasion": "persuasion.finite.problem",
    "PersuasionSolution": "persuasion.finite.problem",
    "PrivatePersuasion": "persuasion.private.problem",
    "PrivateSolution": "persuasion.private.problem",
    "Prompting": "persuasion.prompting.problem",
    "PromptingSolution": "persuasion.prompting.problem",
    "Signal": "persuasion.experiment",
    "TwoReceiverPersuasion": "persuasion.two_receivers.problem",
    "TwoReceiverSolution": "persuasion.two_receivers.problem",
}
"""Where each public name lives; its module is imported when the name is asked for."""

if TYPE_CHECKING:
    from .concave.problem import Benchmark, Concavification, ConcavificationSolution
    from .costly.problem import CostlyPersuasion, CostlyPersuasionSolution
    from .experiment import Signal
    from .experiments.offers import Offer
    from .experiments.problem import ExperimentMenu, ExperimentMenuSolution
    from .finite.problem import Comparison, Persuasion, PersuasionSolution
    from .games.nash import Equilibrium
    from .games.payoff_set import PayoffSet, PayoffSetSolution
    from .games.problem import Game, GameSolution
    from .informed.problem import InformedPersuasion, InformedSolution
    from .means.problem import MeanPersuasion, MeanPersuasionSolution
    from .means.signal import MeanSignal
    from .private.problem import PrivatePersuasion, PrivateSolution
    from .prompting.learning import Learning
    from .prompting.problem import Prompting, PromptingSolution
    from .two_receivers.problem import TwoReceiverPersuasion, TwoReceiverSolution
else:
    __getattr__, __dir__ = face(__name__, _HOMES)

__all__ = [
    "Benchmark",
    "Comparison",
    "Concavification",
    "ConcavificationSolution",
    "CostlyPersuasion",
    "CostlyPersuasionSolution",
    "Equilibrium",
    "ExperimentMenu",
    "ExperimentMenuSolution",
    "Game",
    "GameSolution",
    "InformedPersuasion",
    "InformedSolution",
    "Learning",
    "MeanPersuasion",
    "MeanPersuasionSolution",
    "MeanSignal",
    "Offer",
    "PayoffSet",
    "PayoffSetSolution",
    "Persuasion",
    "PersuasionSolution",
    "PrivatePersuasion",
    "PrivateSolution",
    "Prompting",
    "PromptingSolution",
    "Signal",
    "TwoReceiverPersuasion",
    "TwoReceiverSolution",
]
