"""Compile a version of a method to SQL syntax trees over exact integers; reads no data and runs nothing."""

from zhiheng.method.compile.benchmarks import BenchmarkPlan, in_order, plan_benchmark
from zhiheng.method.compile.digest import bucket_query, digest, results_hash
from zhiheng.method.compile.feeds import attestations, settle_coverage
from zhiheng.method.compile.frozen import Coverage, Frozen
from zhiheng.method.compile.gather import GatherPlan, SmallTable, ask, counted_fields, plan_gather, survey
from zhiheng.method.compile.outcome import Outcome, line_query, outcome_columns, settle
from zhiheng.method.compile.raw import Gathering, RawColumn
from zhiheng.method.compile.subject import LineColumns, SubjectSheet

__all__ = [
    "BenchmarkPlan",
    "Coverage",
    "Frozen",
    "GatherPlan",
    "Gathering",
    "LineColumns",
    "Outcome",
    "RawColumn",
    "SmallTable",
    "SubjectSheet",
    "ask",
    "attestations",
    "bucket_query",
    "counted_fields",
    "digest",
    "in_order",
    "line_query",
    "outcome_columns",
    "plan_benchmark",
    "plan_gather",
    "results_hash",
    "settle",
    "settle_coverage",
    "survey",
]
