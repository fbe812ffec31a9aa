"""The door of the vocabulary: kinds of record, fields, code lists, identifiers, working days."""

from zhiheng.vocabulary.chinese_numbers import read_chinese_number
from zhiheng.vocabulary.code_list import CodeList, CodeListUnreadable, as_code_list, read_code_list
from zhiheng.vocabulary.declaration import NAME, Declaration, Faults, as_number, as_written
from zhiheng.vocabulary.heading import fallback_headings_of, headings_of, resemblance
from zhiheng.vocabulary.industries import industries
from zhiheng.vocabulary.kind import (
    Child,
    Code,
    Disclosure,
    Field,
    FieldType,
    Kind,
    Label,
    Split,
    SubjectKey,
    TrueOn,
    Unpivot,
)
from zhiheng.vocabulary.kind_file import load_kind, load_kinds
from zhiheng.vocabulary.pack import NoPack, Pack, PackUnknown, Published, Source, find_pack, packaged_packs
from zhiheng.vocabulary.refusal import ValueRefused
from zhiheng.vocabulary.regions import Region, RegionUnknown, region, region_codes
from zhiheng.vocabulary.schema import kind_schema, pack_schema
from zhiheng.vocabulary.spelling import (
    bracketed_parts,
    comparable_name,
    equal_width,
    heading_parts,
    heading_without_brackets,
    normalise_heading,
    normalise_name,
    normalise_spelling,
    shorten,
)
from zhiheng.vocabulary.subject import SubjectUnknown, subject_key
from zhiheng.vocabulary.title import title_code, title_year
from zhiheng.vocabulary.units import changes_bare, heading_unit, other_unit, title_units, unit_said
from zhiheng.vocabulary.uscc import (
    OrganisationType,
    Uscc,
    UsccRefused,
    check_digit,
    check_uscc,
    organisation_check_digit,
    organisation_types,
)
from zhiheng.vocabulary.value import (
    EMPTY_MARKS,
    ENTRY_MARK,
    LONGEST_TEXT,
    Value,
    canonical_text,
    canonical_values,
    empty_marks,
    read_value,
)
from zhiheng.vocabulary.whole_file import written_whole
from zhiheng.vocabulary.working_days import CalendarUnknown, add_working_days, is_working_day
from zhiheng.vocabulary.yaml_text import Entries, Items, Scalar, Yaml, YamlUnreadable, parse_yaml, read_yaml

__all__ = [
    "EMPTY_MARKS",
    "ENTRY_MARK",
    "LONGEST_TEXT",
    "NAME",
    "CalendarUnknown",
    "Child",
    "Code",
    "CodeList",
    "CodeListUnreadable",
    "Declaration",
    "Disclosure",
    "Entries",
    "Faults",
    "Field",
    "FieldType",
    "Items",
    "Kind",
    "Label",
    "NoPack",
    "OrganisationType",
    "Pack",
    "PackUnknown",
    "Published",
    "Region",
    "RegionUnknown",
    "Scalar",
    "Source",
    "Split",
    "SubjectKey",
    "SubjectUnknown",
    "TrueOn",
    "Unpivot",
    "Uscc",
    "UsccRefused",
    "Value",
    "ValueRefused",
    "Yaml",
    "YamlUnreadable",
    "add_working_days",
    "as_code_list",
    "as_number",
    "as_written",
    "bracketed_parts",
    "canonical_text",
    "canonical_values",
    "changes_bare",
    "check_digit",
    "check_uscc",
    "comparable_name",
    "empty_marks",
    "equal_width",
    "fallback_headings_of",
    "find_pack",
    "heading_parts",
    "heading_unit",
    "heading_without_brackets",
    "headings_of",
    "industries",
    "is_working_day",
    "kind_schema",
    "load_kind",
    "load_kinds",
    "normalise_heading",
    "normalise_name",
    "normalise_spelling",
    "organisation_check_digit",
    "organisation_types",
    "other_unit",
    "pack_schema",
    "packaged_packs",
    "parse_yaml",
    "read_chinese_number",
    "read_code_list",
    "read_value",
    "read_yaml",
    "region",
    "region_codes",
    "resemblance",
    "shorten",
    "subject_key",
    "title_code",
    "title_units",
    "title_year",
    "unit_said",
    "written_whole",
]
