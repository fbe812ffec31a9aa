"""The door of the method room."""
