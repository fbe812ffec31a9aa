"""The door of the cli room."""
