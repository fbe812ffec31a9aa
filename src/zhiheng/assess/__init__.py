"""The door of the assess room: run a method, explain, compare, reproduce."""

from zhiheng.assess.agreement import Agreement, PublishedUnfit, agree
from zhiheng.assess.assessment import Assessment, FilesAltered, open_assessment
from zhiheng.assess.boundaries import BoundaryResult, run_boundaries
from zhiheng.assess.cases import CaseResult, check_cases_hold, run_cases
from zhiheng.assess.comparing import NotComparable, compare
from zhiheng.assess.comparison import Comparison
from zhiheng.assess.explaining import AssessmentAltered, explain
from zhiheng.assess.explanation import Explanation
from zhiheng.assess.find_subject import SubjectNotAssessed
from zhiheng.assess.listing import list_subjects
from zhiheng.assess.manifest import Manifest, NoAssessment
from zhiheng.assess.remarks import remark_on, remarks_as_json
from zhiheng.assess.reproducing import reproduce
from zhiheng.assess.reproduction import Reproduction
from zhiheng.assess.rerunning import rerun
from zhiheng.assess.run import MissingKinds, run_method
from zhiheng.assess.target import WORKSPACE, FolderInUse, check_free
from zhiheng.assess.trial import NothingTaken, Trial, try_files
from zhiheng.assess.wording import spell_state

__all__ = [
    "WORKSPACE",
    "Agreement",
    "Assessment",
    "AssessmentAltered",
    "BoundaryResult",
    "CaseResult",
    "Comparison",
    "Explanation",
    "FilesAltered",
    "FolderInUse",
    "Manifest",
    "MissingKinds",
    "NoAssessment",
    "NotComparable",
    "NothingTaken",
    "PublishedUnfit",
    "Reproduction",
    "SubjectNotAssessed",
    "Trial",
    "agree",
    "check_cases_hold",
    "check_free",
    "compare",
    "explain",
    "list_subjects",
    "open_assessment",
    "remark_on",
    "remarks_as_json",
    "reproduce",
    "rerun",
    "run_boundaries",
    "run_cases",
    "run_method",
    "spell_state",
    "try_files",
]
