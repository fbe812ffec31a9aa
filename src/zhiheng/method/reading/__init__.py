"""Read the sections of a method file, one module a kind of section, noting every fault on the way."""
