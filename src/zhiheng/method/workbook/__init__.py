"""Edit a method in a workbook: out as sheets, back as YAML, with every fault shown in its cell."""

from zhiheng.method.workbook.annotate import annotate_workbook
from zhiheng.method.workbook.book import WorkbookUnreadable
from zhiheng.method.workbook.export import export_workbook
from zhiheng.method.workbook.importing import import_workbook

__all__ = ["WorkbookUnreadable", "annotate_workbook", "export_workbook", "import_workbook"]
