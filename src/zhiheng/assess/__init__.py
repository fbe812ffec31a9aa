"""The door of the assess room."""
