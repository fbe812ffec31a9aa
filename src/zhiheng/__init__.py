"""zhiheng: from dated public records to explained, reproducible grades."""
