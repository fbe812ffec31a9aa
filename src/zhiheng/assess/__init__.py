"""The door of the assess room: run a method, explain, compare, reproduce."""

from zhiheng.assess.manifest import Manifest, NoAssessment
from zhiheng.assess.run import Assessment, MissingKinds, open_assessment, run_method

__all__ = [
    "Assessment",
    "Manifest",
    "MissingKinds",
    "NoAssessment",
    "open_assessment",
    "run_method",
]
