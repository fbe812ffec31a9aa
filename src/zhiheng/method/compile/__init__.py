"""Compile a version of a method to SQL syntax trees over exact integers; reads no data and runs nothing."""

from zhiheng.method.compile.account import Account, AccountPlan, LineAccount, Told
from zhiheng.method.compile.assumed import ENDS, AssumedSheet, Assumption, assume, at_most
from zhiheng.method.compile.benchmarks import BenchmarkPlan, in_order, plan_benchmark
from zhiheng.method.compile.digest import bucket_query, digest, results_hash
from zhiheng.method.compile.evidence import (
    AGAIN,
    AGE,
    DOCUMENT,
    IN_WINDOW,
    MEETS,
    MOMENT,
    WEIGHT,
    EvidencePlan,
    Part,
    calendar_of,
    plan_documents,
    plan_evidence,
)
from zhiheng.method.compile.feeds import attestations, settle_coverage
from zhiheng.method.compile.frozen import Coverage, Frozen
from zhiheng.method.compile.gather import (
    GatherPlan,
    SmallTable,
    ask,
    attribute_measure,
    counted_fields,
    plan_gather,
    survey,
)
from zhiheng.method.compile.outcome import Outcome, line_query, line_types, outcome_columns, outcome_types, settle
from zhiheng.method.compile.probe import Probe, probe_grades, probe_points
from zhiheng.method.compile.raw import Gathering, RawColumn
from zhiheng.method.compile.settled import Scoring, plan_scoring, take_settled
from zhiheng.method.compile.subject import LineColumns, SubjectSheet

__all__ = [
    "AGAIN",
    "AGE",
    "DOCUMENT",
    "ENDS",
    "IN_WINDOW",
    "MEETS",
    "MOMENT",
    "WEIGHT",
    "Account",
    "AccountPlan",
    "AssumedSheet",
    "Assumption",
    "BenchmarkPlan",
    "Coverage",
    "EvidencePlan",
    "Frozen",
    "GatherPlan",
    "Gathering",
    "LineAccount",
    "LineColumns",
    "Outcome",
    "Part",
    "Probe",
    "RawColumn",
    "Scoring",
    "SmallTable",
    "SubjectSheet",
    "Told",
    "ask",
    "assume",
    "at_most",
    "attestations",
    "attribute_measure",
    "bucket_query",
    "calendar_of",
    "counted_fields",
    "digest",
    "in_order",
    "line_query",
    "line_types",
    "outcome_columns",
    "outcome_types",
    "plan_benchmark",
    "plan_documents",
    "plan_evidence",
    "plan_gather",
    "plan_scoring",
    "probe_grades",
    "probe_points",
    "results_hash",
    "settle",
    "settle_coverage",
    "survey",
    "take_settled",
]
