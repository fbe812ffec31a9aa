"""Compile a version of a method to SQL syntax trees over exact integers; reads no data and runs nothing."""

from zhiheng.method.compile.account import Account, AccountPlan, LineAccount, Told
from zhiheng.method.compile.assumed import AssumedSheet, Assumption, assume
from zhiheng.method.compile.benchmarks import BenchmarkPlan, in_order, plan_benchmark
from zhiheng.method.compile.digest import bucket_query, digest, results_hash
from zhiheng.method.compile.evidence import EvidencePlan, Part, calendar_of, plan_documents, plan_evidence
from zhiheng.method.compile.feeds import attestations, settle_coverage
from zhiheng.method.compile.frozen import Coverage, Frozen
from zhiheng.method.compile.gather import GatherPlan, SmallTable, ask, counted_fields, plan_gather, survey
from zhiheng.method.compile.outcome import Outcome, line_query, outcome_columns, settle
from zhiheng.method.compile.raw import Gathering, RawColumn
from zhiheng.method.compile.subject import LineColumns, SubjectSheet

__all__ = [
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
    "RawColumn",
    "SmallTable",
    "SubjectSheet",
    "Told",
    "ask",
    "assume",
    "attestations",
    "bucket_query",
    "calendar_of",
    "counted_fields",
    "digest",
    "in_order",
    "line_query",
    "outcome_columns",
    "plan_benchmark",
    "plan_documents",
    "plan_evidence",
    "plan_gather",
    "results_hash",
    "settle",
    "settle_coverage",
    "survey",
]
