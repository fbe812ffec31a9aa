"""The door of the ledger room."""
