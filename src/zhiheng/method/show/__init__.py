"""Show a method as the table that people proof-read, in Chinese or English."""

from zhiheng.method.show.page import as_html, as_markdown
from zhiheng.method.show.plain_text import as_text
from zhiheng.method.show.sections import table_of
from zhiheng.method.show.table import MethodTable, Row, Section

__all__ = ["MethodTable", "Row", "Section", "as_html", "as_markdown", "as_text", "table_of"]
