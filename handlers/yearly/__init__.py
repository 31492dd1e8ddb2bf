"""The year's end: the annual report's part of each department (年报)."""
