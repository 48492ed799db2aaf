"""Markets from data and from stated rules.

The values of buyers are in no public data set. Where they are needed, they are drawn by the rule a function states,
from the seed it is given, and the instance's ``notes`` repeat both.
"""

from .hubs import hubs
from .mdrp import load_mdrp
from .snapshot import Snapshot
from .town import town

__all__ = ["Snapshot", "hubs", "load_mdrp", "town"]
