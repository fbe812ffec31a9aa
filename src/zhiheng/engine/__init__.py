"""The door of the engine room."""
