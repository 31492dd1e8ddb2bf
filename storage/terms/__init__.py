"""The ground slab: words and values that every floor shares; standard library only."""
