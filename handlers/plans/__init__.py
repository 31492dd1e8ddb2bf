"""A plan before it is in force, and its items: read from a notice, corrected, added by hand, put to work."""
