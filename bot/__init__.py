"""The running program: command line, composition, platforms, receiving, delivery, texts."""
